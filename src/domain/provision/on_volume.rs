//! What lies on a cluster's work volume for a moment beside its runs: it reads a run's files, or takes them away.

use serde_json::{Value, json};

use super::manifests::{CLUSTER, MANAGED_BY, READER, Spec, WORK, container_security};

/// What stays for longer ends by itself, in seconds.
pub const READER_S: u64 = 600;
/// How long what took a run's folder away is kept, in seconds.
const REMOVER_KEPT_S: u64 = 60;
/// Its argument is the folder. A state that nobody has pushed yet is in no other place.
const REMOVE: &str = r#"for state in "$1/errored.tfstate" "$1/module/errored.tfstate"; do
    [ -s "$state" ] && exit 0
done
rm -rf "$1""#;

impl Spec {
    /// A pod that mounts the work volume beside the runs and ends by itself after ten minutes.
    pub fn reader(&self, name: &str) -> Value {
        let mut labels = self.labels_beside();
        labels[READER] = json!(MANAGED_BY);
        json!({
            "apiVersion": "v1",
            "kind": "Pod",
            "metadata": {"name": name, "namespace": self.worker.namespace, "labels": labels},
            "spec": self.pod_beside("reader", &json!(["sleep", READER_S.to_string()])),
        })
    }

    /// A Job that takes the run's folder off the work volume and goes by itself soon after. A folder with a state that
    /// could not be written stays.
    pub fn remover(&self) -> Value {
        let labels = self.labels_beside();
        json!({
            "apiVersion": "batch/v1",
            "kind": "Job",
            "metadata": {"name": self.remover_name(), "namespace": self.worker.namespace, "labels": labels},
            "spec": {
                "backoffLimit": 0,
                "activeDeadlineSeconds": READER_S,
                "ttlSecondsAfterFinished": REMOVER_KEPT_S,
                "template": {
                    "metadata": {"labels": labels},
                    "spec": self.pod_beside("remover", &json!(["sh", "-c", REMOVE, "sh", self.folder()])),
                },
            },
        })
    }

    /// `clean-prod-1a2b3c4d-k3x9`.
    fn remover_name(&self) -> String {
        format!("clean-{}-{}", self.identity.slug(), self.id)
    }

    fn labels_beside(&self) -> Value {
        json!({"app.kubernetes.io/managed-by": MANAGED_BY, CLUSTER: self.identity.slug()})
    }

    fn pod_beside(&self, container: &str, command: &Value) -> Value {
        let worker = &self.worker;
        let pulls: Vec<Value> = worker.pull_secrets.iter().map(|name| json!({"name": name})).collect();
        json!({
            "restartPolicy": "Never",
            "terminationGracePeriodSeconds": 0,
            "activeDeadlineSeconds": READER_S,
            "automountServiceAccountToken": false,
            "affinity": self.beside(),
            "imagePullSecrets": pulls,
            "securityContext": self.identity_of_pod(),
            "containers": [{
                "name": container,
                "image": worker.image,
                "command": command,
                "resources": {"requests": {"cpu": "10m", "memory": "16Mi"}, "limits": {"memory": "64Mi"}},
                "securityContext": container_security(),
                "volumeMounts": [{"name": "work", "mountPath": WORK}],
            }],
            "volumes": [{"name": "work", "persistentVolumeClaim": {"claimName": self.work_volume()}}],
        })
    }

    /// A disk is attached to one node at a time: where a pod of the cluster has it, another one need not wait for it.
    pub(super) fn beside(&self) -> Value {
        json!({"podAffinity": {"preferredDuringSchedulingIgnoredDuringExecution": [{
            "weight": 100,
            "podAffinityTerm": {
                "topologyKey": "kubernetes.io/hostname",
                "labelSelector": {"matchLabels": self.labels_beside()},
            },
        }]}})
    }
}
