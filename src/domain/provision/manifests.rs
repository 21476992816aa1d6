//! What a run is in Kubernetes: a Job for each phase, the ConfigMap and the Secret that it owns, and a volume of the
//! cluster's own on which everything lies that outlives a pod.

use serde_json::{Map, Value, json};

pub use super::worker::{StateBackend, Worker};
use super::{Identity, Kind, Phase};

/// `app.kubernetes.io/managed-by` of everything here.
pub const MANAGED_BY: &str = "eksdeck";
/// Of a pod that only reads what runs left on their volume.
pub const READER: &str = "eksdeck.io/reader";
/// The Lease of whoever starts what is queued.
pub const QUEUE: &str = "eksdeck-queue";
pub const RUN: &str = "eksdeck.io/run";
pub const CLUSTER: &str = "eksdeck.io/cluster";
pub const KIND: &str = "eksdeck.io/kind";
pub const PHASE: &str = "eksdeck.io/phase";
/// Annotations: who a run is about, who asked for it, and its place in the queue.
pub const IDENTITY: &str = "eksdeck.io/identity";
pub const ASKED_BY: &str = "eksdeck.io/asked-by";
/// When it was asked for, Unix milliseconds.
pub const ASKED: &str = "eksdeck.io/asked-at";
pub const PLACE: &str = "eksdeck.io/place";
/// Annotations of a plan: what its apply is made of, and what it asks for.
pub const ENVIRONMENT: &str = "eksdeck.io/environment";
pub const WORKER: &str = "eksdeck.io/worker";
pub const WANTED: &str = "eksdeck.io/approvals-wanted";
pub const PROTECTED: &str = "eksdeck.io/protected";
/// Annotations that come later: who agreed (a list of [`Approval`](super::Approval)), and who wants it to end.
pub const APPROVALS: &str = "eksdeck.io/approvals";
pub const CANCELLED_BY: &str = "eksdeck.io/cancelled-by";
/// About what a month costs of what the plan adds, as those who agreed were told.
pub const COST: &str = "eksdeck.io/cost";
/// How a phase ended, as its worker said it: a pod may be gone before its Job is. `none`: it said nothing.
pub const OUTCOME: &str = "eksdeck.io/outcome";
/// Of an apply: the plan that was approved, and by whom.
pub const APPROVED: &str = "eksdeck.io/approved-plan";
pub const APPROVED_BY: &str = "eksdeck.io/approved-by";

/// A ConfigMap holds 1 MiB, and the module is most of it: what it weighs packed may not be more.
pub const MODULE_BYTES: usize = 1024 * 1024 - 64 * 1024;
/// Where things lie in the pod.
const CONFIG: &str = "/config";
const SECRET: &str = "/secret";
pub(super) const WORK: &str = "/work";
const SCRATCH: &str = "/tmp";
const MESSAGE: &str = "/dev/termination-log";
/// What the worker runs in.
pub const CONTAINER: &str = "terraform";

/// One run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Spec {
    /// Lower-case letters and digits, at most eight.
    pub id: String,
    pub identity: Identity,
    pub kind: Kind,
    pub asked_by: String,
    /// As the configuration calls it.
    pub environment: String,
    pub is_protected: bool,
    /// How many people have to agree before anything is applied.
    pub approvals: usize,
    /// The lock that an unlock frees.
    pub lock: Option<String>,
    /// The run whose `errored.tfstate` a push writes.
    pub errored: Option<String>,
    pub worker: Worker,
}

/// What a plan reads.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Input {
    /// tar.gz in base64, at most [`MODULE_BYTES`] before.
    pub module: String,
    pub variables: Value,
    /// Sensitive variables.
    pub secret: Option<Value>,
    /// The worker's script.
    pub script: String,
}

impl Spec {
    /// One that nobody in particular asks for, in no environment; one person's approval is enough.
    pub fn new(id: String, identity: Identity, kind: Kind) -> Self {
        Self {
            id,
            identity,
            kind,
            asked_by: String::new(),
            environment: String::new(),
            is_protected: false,
            approvals: 1,
            lock: None,
            errored: None,
            worker: Worker::default(),
        }
    }

    /// # Errors
    /// What no Job can be made of, in words.
    pub fn check(&self) -> Result<(), String> {
        self.identity.check().map_err(|error| error.to_string())?;
        match &self.lock {
            Some(id) if !crate::domain::terraform::lock::is_id(id) => Err(format!("{id:?} is no ID of a lock")),
            None if self.kind == Kind::Unlock => Err("which lock? name its ID".to_owned()),
            _ if self.errored.is_none() && self.kind == Kind::Push => Err("which run's state? name the run".to_owned()),
            _ => Ok(()),
        }
    }

    /// `plan-prod-1a2b3c4d-k3x9`.
    pub fn job_name(&self, phase: Phase) -> String {
        format!("{}-{}-{}", phase.word(), self.identity.slug(), self.id)
    }

    /// The volume that all runs of a cluster share.
    pub fn work_volume(&self) -> String {
        format!("work-{}", self.identity.slug())
    }

    /// The volume of a state that is a file.
    pub fn state_volume(&self) -> String {
        format!("tfstate-{}", self.identity.slug())
    }

    /// The run's folder on the work volume.
    pub fn folder(&self) -> String {
        format!("{WORK}/{}", self.id)
    }

    /// Volumes that have to be there before the Job.
    pub fn volumes(&self) -> Vec<Value> {
        let mut names = vec![self.work_volume()];
        names.extend((self.worker.state == StateBackend::Volume).then(|| self.state_volume()));
        names.into_iter().map(|name| self.volume(&name)).collect()
    }

    fn volume(&self, name: &str) -> Value {
        let mut spec =
            json!({"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": self.worker.storage}}});
        if let Some(class) = &self.worker.storage_class {
            spec["storageClassName"] = json!(class);
        }
        json!({
            "apiVersion": "v1",
            "kind": "PersistentVolumeClaim",
            "metadata": {
                "name": name,
                "namespace": self.worker.namespace,
                "labels": {"app.kubernetes.io/managed-by": MANAGED_BY, CLUSTER: self.identity.slug()},
                "annotations": {IDENTITY: json!(self.identity).to_string()},
            },
            "spec": spec,
        })
    }

    /// The Job of a phase, suspended: it waits for its place in the queue. `approved`: the digest of the plan that an
    /// apply is bound to, and who agreed to it.
    pub fn job(&self, phase: Phase, approved: Option<(&str, &str)>) -> Value {
        let worker = &self.worker;
        let mut annotations = json!({
            IDENTITY: json!(self.identity).to_string(),
            ASKED_BY: self.asked_by,
            PLACE: "0",
            ENVIRONMENT: self.environment,
            WORKER: json!(worker).to_string(),
            WANTED: self.approvals.to_string(),
            PROTECTED: self.is_protected.to_string(),
        });
        if let Some((sha256, by)) = approved {
            annotations[APPROVED] = json!(sha256);
            annotations[APPROVED_BY] = json!(by);
        }
        json!({
            "apiVersion": "batch/v1",
            "kind": "Job",
            "metadata": {
                "name": self.job_name(phase),
                "namespace": worker.namespace,
                "labels": self.labels(phase),
                "annotations": annotations,
            },
            "spec": {
                "suspend": true,
                "backoffLimit": 0,
                "podReplacementPolicy": "Failed",
                "activeDeadlineSeconds": worker.deadline_s,
                "template": {
                    "metadata": {"labels": self.labels(phase), "annotations": undisturbed()},
                    "spec": self.pod(phase, approved.map(|(sha256, _)| sha256)),
                },
            },
        })
    }

    pub(super) fn identity_of_pod(&self) -> Value {
        let user = self.worker.user;
        json!({
            "runAsUser": user,
            "runAsGroup": user,
            "runAsNonRoot": user != 0,
            "fsGroup": user,
            "seccompProfile": {"type": "RuntimeDefault"},
        })
    }

    fn labels(&self, phase: Phase) -> Value {
        json!({
            "app.kubernetes.io/managed-by": MANAGED_BY,
            RUN: self.id,
            CLUSTER: self.identity.slug(),
            KIND: self.kind.word(),
            PHASE: phase.word(),
        })
    }

    fn pod(&self, phase: Phase, sha256: Option<&str>) -> Value {
        let worker = &self.worker;
        let name = self.job_name(phase);
        let mut mounts = vec![
            json!({"name": "config", "mountPath": CONFIG, "readOnly": true}),
            json!({"name": "secret", "mountPath": SECRET, "readOnly": true}),
            json!({"name": "work", "mountPath": WORK}),
            json!({"name": "scratch", "mountPath": SCRATCH}),
        ];
        let mut volumes = vec![
            json!({"name": "config", "configMap": {"name": name}}),
            json!({"name": "secret", "secret": {"secretName": name, "optional": true}}),
            json!({"name": "work", "persistentVolumeClaim": {"claimName": self.work_volume()}}),
            json!({"name": "scratch", "emptyDir": {}}),
        ];
        if worker.state == StateBackend::Volume {
            mounts.push(json!({"name": "state", "mountPath": STATE}));
            volumes.push(json!({"name": "state", "persistentVolumeClaim": {"claimName": self.state_volume()}}));
        }
        let mut container = json!({
            "name": CONTAINER,
            "image": worker.image,
            "command": ["/bin/sh", format!("{CONFIG}/run"), phase.word()],
            "env": self.environment(sha256),
            "resources": {
                "requests": {"cpu": worker.cpu, "memory": worker.memory},
                "limits": {"memory": worker.memory},
            },
            "securityContext": container_security(),
            "volumeMounts": mounts,
        });
        if let Some(secret) = &worker.credentials_secret {
            container["envFrom"] = json!([{"secretRef": {"name": secret}}]);
        }
        let pulls: Vec<Value> = worker.pull_secrets.iter().map(|name| json!({"name": name})).collect();
        json!({
            "restartPolicy": "Never",
            "serviceAccountName": worker.service_account,
            // It reads every Secret of the namespace: only that backend needs it. AWS credentials have tokens of their own.
            "automountServiceAccountToken": worker.state == StateBackend::Kubernetes,
            "terminationGracePeriodSeconds": worker.grace_s,
            "affinity": self.beside(),
            "imagePullSecrets": pulls,
            "securityContext": self.identity_of_pod(),
            "containers": [container],
            "volumes": volumes,
        })
    }

    fn environment(&self, sha256: Option<&str>) -> Vec<Value> {
        let wait = format!("{}s", self.worker.lock_wait_s);
        let folder = self.folder();
        let ours = [
            ("EKSDECK_CONFIG", CONFIG),
            ("EKSDECK_SECRET", SECRET),
            ("EKSDECK_FOLDER", &folder),
            ("EKSDECK_KIND", self.kind.word()),
            ("EKSDECK_MESSAGE", MESSAGE),
            ("EKSDECK_SCRATCH", SCRATCH),
            ("EKSDECK_LOCK_WAIT", &wait),
            ("EKSDECK_TERRAFORM", &self.worker.program),
            ("EKSDECK_IMAGE", &self.worker.image),
            ("HOME", SCRATCH),
        ];
        let given = self.worker.environment.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        let approved = sha256.map(|sha256| ("EKSDECK_SHA256", sha256));
        let approved = approved.into_iter().chain(self.lock.as_deref().map(|id| ("EKSDECK_LOCK_ID", id)));
        let errored = self.errored.as_ref().map(|id| format!("{WORK}/{id}/errored.tfstate"));
        let approved = approved.chain(errored.as_deref().map(|path| ("EKSDECK_ERRORED", path)));
        let all = given.filter(|(name, _)| !name.starts_with("EKSDECK_")).chain(ours).chain(approved);
        all.map(|(name, value)| json!({"name": name, "value": value})).collect()
    }

    /// What the Job of a phase reads. `owner`: the Job's uid; the ConfigMap goes with it.
    pub fn config_map(&self, phase: Phase, owner: &str, input: &Input) -> Value {
        let mut data = Map::new();
        let mut binary = Map::new();
        data.insert("run".to_owned(), json!(input.script));
        if phase == Phase::Plan {
            binary.insert("module.tar.gz".to_owned(), json!(input.module));
            data.insert("tfvars.json".to_owned(), json!(input.variables.to_string()));
            data.insert("backend.tf.json".to_owned(), json!(self.backend().to_string()));
            let told = self.identity_value().to_string();
            data.insert("identity.json".to_owned(), json!(format!("{told}\n")));
            let output = json!({"output": {"eksdeck_identity": {"value": literal(&self.identity_value())}}});
            data.insert("identity.tf.json".to_owned(), json!(output.to_string()));
        }
        json!({
            "apiVersion": "v1",
            "kind": "ConfigMap",
            "metadata": self.owned(phase, owner),
            "data": data,
            "binaryData": binary,
        })
    }

    /// Sensitive variables; `None` if there are none.
    pub fn secret(&self, phase: Phase, owner: &str, input: &Input) -> Option<Value> {
        let secret = input.secret.as_ref().filter(|_| phase == Phase::Plan)?;
        Some(json!({
            "apiVersion": "v1",
            "kind": "Secret",
            "type": "Opaque",
            "metadata": self.owned(phase, owner),
            "stringData": {"secret.tfvars.json": secret.to_string()},
        }))
    }

    fn owned(&self, phase: Phase, owner: &str) -> Value {
        let name = self.job_name(phase);
        json!({
            "name": name,
            "namespace": self.worker.namespace,
            "labels": self.labels(phase),
            "ownerReferences": [{"apiVersion": "batch/v1", "kind": "Job", "name": name, "uid": owner}],
        })
    }

    /// As `terraform output -json` prints it: keys in the order of the alphabet, without blanks.
    fn identity_value(&self) -> Value {
        let Identity { organisation, account, region, name } = &self.identity;
        json!({"account_id": account, "name": name, "organisation": organisation, "region": region})
    }

    fn backend(&self) -> Value {
        let backend = match &self.worker.state {
            StateBackend::S3 { bucket, region, extra } => {
                let mut block = json!({"bucket": bucket, "key": self.identity.state_key(), "region": region,
                    "use_lockfile": true, "encrypt": true});
                extra.iter().for_each(|(key, value)| block[key] = value.clone());
                json!({"s3": literal(&block)})
            }
            // One that ends with a number Terraform takes for a part of another, and a hash may be a number.
            StateBackend::Kubernetes => {
                json!({"kubernetes": {"secret_suffix": format!("{}-state", self.identity.slug()),
                "namespace": self.worker.namespace, "in_cluster_config": true}})
            }
            StateBackend::Volume => json!({"local": {"path": format!("{STATE}/{}", super::STATE_FILE)}}),
        };
        json!({"terraform": {"backend": backend}})
    }
}

const STATE: &str = "/state";

/// An autoscaler that makes room leaves a node with such a pod alone: an apply cannot be begun anew elsewhere.
fn undisturbed() -> Value {
    json!({"karpenter.sh/do-not-disrupt": "true", "cluster-autoscaler.kubernetes.io/safe-to-evict": "false"})
}

pub(super) fn container_security() -> Value {
    json!({"allowPrivilegeEscalation": false, "readOnlyRootFilesystem": true, "capabilities": {"drop": ["ALL"]}})
}

/// A document of `assets/worker/access.yaml` for a namespace and a ServiceAccount of other names.
pub fn in_namespace(mut document: Value, namespace: &str, account: &str) -> Value {
    let kind = document["kind"].as_str().unwrap_or_default().to_owned();
    let subject = document.pointer_mut("/subjects/0");
    if let Some(subject) = subject {
        subject["namespace"] = namespace.into();
        subject["name"] = account.into();
    }
    match kind.as_str() {
        "Namespace" => document["metadata"]["name"] = namespace.into(),
        "ServiceAccount" => {
            document["metadata"]["namespace"] = namespace.into();
            document["metadata"]["name"] = account.into();
        }
        _ => document["metadata"]["namespace"] = namespace.into(),
    }
    document
}

/// A value that Terraform takes as it stands: in its JSON syntax every text is a template.
fn literal(value: &Value) -> Value {
    match value {
        Value::String(text) => Value::String(text.replace("${", "$${").replace("%{", "%%{")),
        Value::Array(items) => items.iter().map(literal).collect(),
        Value::Object(map) => Value::Object(map.iter().map(|(key, value)| (key.clone(), literal(value))).collect()),
        other => other.clone(),
    }
}
