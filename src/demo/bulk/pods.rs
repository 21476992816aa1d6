//! Pods of Deployments.

use serde_json::{Value, json};

use super::template::Holes;
use crate::demo::wire::time;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PodState {
    Running,
    NotReady,
    CrashLoop,
    Creating,
}

impl From<u8> for PodState {
    fn from(state: u8) -> Self {
        match state {
            1 => Self::NotReady,
            2 => Self::CrashLoop,
            3 => Self::Creating,
            _ => Self::Running,
        }
    }
}

impl PodState {
    pub fn phase(self) -> &'static str {
        if self == Self::Creating { "Pending" } else { "Running" }
    }
}

/// What the pods of one ReplicaSet share.
#[derive(Debug)]
pub struct PodShape {
    pub namespace: String,
    /// `checkout-api-6b9f7c5d4d`
    pub replica_set: String,
    pub replica_set_uid: String,
    /// In the order of their names.
    pub labels: Vec<(String, String)>,
    pub container: String,
    pub image: String,
    pub cpu: String,
    pub memory: String,
}

impl PodShape {
    pub(super) fn value(&self, state: u8, restarts: u8, holes: &Holes) -> Value {
        let state = PodState::from(state);
        let labels: serde_json::Map<String, Value> =
            self.labels.iter().map(|(name, value)| (name.clone(), value.as_str().into())).collect();
        let created = time::rfc3339(holes.created);
        let mut value = json!({
            "metadata": {
                "name": holes.name,
                "generateName": format!("{}-", self.replica_set),
                "namespace": self.namespace,
                "uid": holes.uid,
                "resourceVersion": holes.version,
                "generation": 1,
                "creationTimestamp": created,
                "labels": labels,
                "ownerReferences": [{
                    "apiVersion": "apps/v1",
                    "kind": "ReplicaSet",
                    "name": self.replica_set,
                    "uid": self.replica_set_uid,
                    "controller": true,
                    "blockOwnerDeletion": true,
                }],
            },
            "spec": {
                "containers": [{
                    "name": self.container,
                    "image": self.image,
                    "ports": [{"name": "http", "containerPort": 8080, "protocol": "TCP"}],
                    "resources": {
                        "limits": {"memory": self.memory},
                        "requests": {"cpu": self.cpu, "memory": self.memory},
                    },
                    "terminationMessagePath": "/dev/termination-log",
                    "terminationMessagePolicy": "File",
                    "imagePullPolicy": "IfNotPresent",
                }],
                "restartPolicy": "Always",
                "terminationGracePeriodSeconds": 30,
                "dnsPolicy": "ClusterFirst",
                "serviceAccountName": "default",
                "serviceAccount": "default",
                "nodeName": holes.node,
                "securityContext": {},
                "schedulerName": "default-scheduler",
                "tolerations": [
                    {"key": "node.kubernetes.io/not-ready", "operator": "Exists", "effect": "NoExecute",
                        "tolerationSeconds": 300},
                    {"key": "node.kubernetes.io/unreachable", "operator": "Exists", "effect": "NoExecute",
                        "tolerationSeconds": 300},
                ],
                "priority": 0,
                "enableServiceLinks": true,
                "preemptionPolicy": "PreemptLowerPriority",
            },
        });
        value["status"] = self.status(state, restarts, holes);
        value
    }

    fn status(&self, state: PodState, restarts: u8, holes: &Holes) -> Value {
        let (created, started) = (time::rfc3339(holes.created), time::rfc3339(holes.started));
        let ready = state == PodState::Running;
        let condition = |kind: &str, good: bool, since: &str| {
            let mut condition = json!({"type": kind, "status": if good { "True" } else { "False" },
                "lastProbeTime": null, "lastTransitionTime": since});
            if !good {
                condition["reason"] = "ContainersNotReady".into();
                condition["message"] = format!("containers with unready status: [{}]", self.container).into();
            }
            condition
        };
        let mut status = json!({
            "phase": state.phase(),
            "conditions": [
                condition("PodReadyToStartContainers", true, &created),
                condition("Initialized", true, &created),
                condition("Ready", ready, &started),
                condition("ContainersReady", ready, &started),
                condition("PodScheduled", true, &created),
            ],
            "hostIP": holes.host_ip,
            "hostIPs": [{"ip": holes.host_ip}],
        });
        if state != PodState::Creating {
            status["podIP"] = holes.pod_ip.as_ref().into();
            status["podIPs"] = json!([{"ip": holes.pod_ip}]);
        }
        status["startTime"] = created.as_str().into();
        let now = match state {
            PodState::Running | PodState::NotReady => json!({"running": {"startedAt": started}}),
            PodState::Creating => json!({"waiting": {"reason": "ContainerCreating"}}),
            PodState::CrashLoop => json!({"waiting": {
                "reason": "CrashLoopBackOff",
                "message": format!("back-off 5m0s restarting failed container={}", self.container),
            }}),
        };
        let last = if restarts == 0 {
            json!({})
        } else {
            json!({"terminated": {"exitCode": 1, "reason": "Error", "startedAt": started, "finishedAt": started}})
        };
        let running = matches!(state, PodState::Running | PodState::NotReady);
        status["containerStatuses"] = json!([{
            "name": self.container,
            "state": now,
            "lastState": last,
            "ready": ready,
            "restartCount": restarts,
            "image": self.image,
            "imageID": "",
            "started": running,
        }]);
        status["qosClass"] = "Burstable".into();
        status
    }
}
