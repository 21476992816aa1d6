//! Jobs in great numbers, for measuring; no controller works on them.

use serde_json::{Value, json};

use super::template::Holes;
use crate::demo::wire::time;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum JobState {
    Complete,
    BackoffLimit,
    Deadline,
    Running,
    Suspended,
}

impl From<u8> for JobState {
    fn from(state: u8) -> Self {
        match state {
            1 => Self::BackoffLimit,
            2 => Self::Deadline,
            3 => Self::Running,
            4 => Self::Suspended,
            _ => Self::Complete,
        }
    }
}

/// What the Jobs of one team share.
#[derive(Debug)]
pub struct JobShape {
    pub namespace: String,
    /// In the order of their names.
    pub labels: Vec<(String, String)>,
    pub image: String,
}

impl JobShape {
    pub(super) fn value(&self, state: u8, holes: &Holes) -> Value {
        let state = JobState::from(state);
        let (created, changed) = (time::rfc3339(holes.created), time::rfc3339(holes.started));
        let pod_labels = json!({
            "batch.kubernetes.io/controller-uid": holes.uid,
            "batch.kubernetes.io/job-name": holes.name,
            "controller-uid": holes.uid,
            "job-name": holes.name,
        });
        let labels: serde_json::Map<String, Value> =
            self.labels.iter().map(|(name, value)| (name.clone(), value.as_str().into())).collect();
        json!({
            "metadata": {
                "name": holes.name,
                "namespace": self.namespace,
                "uid": holes.uid,
                "resourceVersion": holes.version,
                "generation": 1,
                "creationTimestamp": created,
                "labels": labels,
            },
            "spec": {
                "parallelism": 1,
                "completions": 1,
                "backoffLimit": 2,
                "selector": {"matchLabels": {"batch.kubernetes.io/controller-uid": holes.uid}},
                "manualSelector": false,
                "template": {
                    "metadata": {"labels": pod_labels},
                    "spec": {
                        "containers": [{
                            "name": "main",
                            "image": self.image,
                            "resources": {"limits": {"memory": "512Mi"}, "requests": {"cpu": "100m", "memory": "512Mi"}},
                            "terminationMessagePath": "/dev/termination-log",
                            "terminationMessagePolicy": "File",
                            "imagePullPolicy": "IfNotPresent",
                        }],
                        "restartPolicy": "Never",
                        "terminationGracePeriodSeconds": 30,
                        "dnsPolicy": "ClusterFirst",
                        "securityContext": {},
                        "schedulerName": "default-scheduler",
                    },
                },
                "completionMode": "NonIndexed",
                "suspend": state == JobState::Suspended,
                "podReplacementPolicy": "TerminatingOrFailed",
            },
            "status": status(state, &created, &changed),
        })
    }
}

fn status(state: JobState, created: &str, changed: &str) -> Value {
    let condition = |kind: &str, reason: &str, message: &str| {
        json!({"type": kind, "status": "True", "lastProbeTime": changed, "lastTransitionTime": changed,
            "reason": reason, "message": message})
    };
    let failed = |reason: &str, message: &str, failed: u8| {
        json!({
            "conditions": [condition("FailureTarget", reason, message), condition("Failed", reason, message)],
            "startTime": created,
            "failed": failed,
            "terminating": 0,
            "uncountedTerminatedPods": {},
            "ready": 0,
        })
    };
    match state {
        JobState::Complete => {
            let words = "Reached expected number of succeeded pods";
            json!({
                "conditions": [
                    condition("SuccessCriteriaMet", "CompletionsReached", words),
                    condition("Complete", "CompletionsReached", words),
                ],
                "startTime": created,
                "completionTime": changed,
                "succeeded": 1,
                "terminating": 0,
                "uncountedTerminatedPods": {},
                "ready": 0,
            })
        }
        JobState::BackoffLimit => failed("BackoffLimitExceeded", "Job has reached the specified backoff limit", 3),
        JobState::Deadline => failed("DeadlineExceeded", "Job was active longer than specified deadline", 1),
        JobState::Running => json!({
            "startTime": created,
            "active": 1,
            "terminating": 0,
            "uncountedTerminatedPods": {},
            "ready": 1,
        }),
        JobState::Suspended => json!({
            "conditions": [condition("Suspended", "JobSuspended", "Job suspended")],
            "terminating": 0,
            "uncountedTerminatedPods": {},
            "ready": 0,
        }),
    }
}
