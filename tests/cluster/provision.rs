//! A run's Jobs on a node that runs containers: what the manifests say is carried out, and what is told at the end is
//! ours.

use std::path::Path;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use eksdeck::domain::provision::manifests::{Input, Spec, StateBackend, Worker};
use eksdeck::domain::provision::{Facts, Identity, JobFacts, Kind, Outcome, Phase, State};
use eksdeck::domain::terraform::plan::read;
use serde_json::{Value, json};

use super::iam::by_name;
use super::{CONTAINERS, real};
use crate::pty::{Home, until};
use crate::servers::{Namespace, Server};

const SECRET: &str = "geheim-4711";
const NAME: &str = "Made_here-1";

struct Runs<'a> {
    server: &'a Server,
    namespace: &'a Namespace,
    state: StateBackend,
    /// A folder of the repository.
    module: &'a str,
    variables: Value,
    secret: Option<Value>,
}

impl Runs<'_> {
    fn spec(&self, id: &str, kind: Kind) -> Spec {
        let worker = Worker {
            namespace: self.namespace.name.clone(),
            // The rig's volumes are root's.
            user: 0,
            storage: "64Mi".to_owned(),
            cpu: "100m".to_owned(),
            memory: "512Mi".to_owned(),
            grace_s: 60,
            lock_wait_s: 0,
            credentials_secret: matches!(self.state, StateBackend::S3 { .. }).then(|| "aws".to_owned()),
            state: self.state.clone(),
            ..Worker::default()
        };
        let identity = Identity {
            organisation: "default".to_owned(),
            account: "111111111111".to_owned(),
            region: "eu-west-1".to_owned(),
            name: NAME.to_owned(),
        };
        let (asked_by, environment) = ("tests".to_owned(), "dev".to_owned());
        Spec { asked_by, environment, worker, ..Spec::new(id.to_owned(), identity, kind) }
    }

    fn input(&self) -> Input {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        let packed = std::process::Command::new("tar")
            .args(["-cz", "-C"])
            .arg(root.join(self.module))
            .args(["--exclude=./tests", "."])
            .output()
            .unwrap();
        Input {
            module: STANDARD.encode(packed.stdout),
            variables: self.variables.clone(),
            secret: self.secret.clone(),
            script: std::fs::read_to_string(root.join("assets/worker/run")).unwrap(),
        }
    }

    fn kubectl(&self, words: &str) -> String {
        let mut all = vec!["-n", &self.namespace.name];
        all.extend(words.split_whitespace());
        self.server.ask(&all).0
    }

    /// Makes a phase's Job with what belongs to it, and lets it go.
    fn start(&self, spec: &Spec, phase: Phase, approved: Option<(&str, &str)>) {
        let (input, name) = (self.input(), spec.job_name(phase));
        spec.volumes().iter().for_each(|volume| self.server.apply(&volume.to_string()));
        self.server.apply(&spec.job(phase, approved).to_string());
        let uid = self.kubectl(&format!("get job {name} -o jsonpath={{.metadata.uid}}"));
        self.server.apply(&spec.config_map(phase, uid.trim(), &input).to_string());
        spec.secret(phase, uid.trim(), &input).iter().for_each(|secret| self.server.apply(&secret.to_string()));
        self.kubectl(&format!("patch job {name} --type=merge -p {{\"spec\":{{\"suspend\":false}}}}"));
    }

    /// The last word of a phase's pod.
    fn ended(&self, spec: &Spec, phase: Phase) -> Outcome {
        let selector = format!("get pods -l job-name={} -o json", spec.job_name(phase));
        let mut found = None;
        until("the pod's last word", || {
            let pods: Value = serde_json::from_str(&self.kubectl(&selector)).unwrap();
            let ended = &pods["items"][0]["status"]["containerStatuses"][0]["state"]["terminated"];
            found = ended["message"].as_str().and_then(Outcome::read);
            found.is_some()
        });
        found.unwrap()
    }

    /// A phase from its Job to its last word.
    fn phase(&self, spec: &Spec, phase: Phase, approved: Option<(&str, &str)>) -> Outcome {
        self.start(spec, phase, approved);
        self.ended(spec, phase)
    }

    /// A file of the run's folder, through a pod that only reads.
    fn file(&self, spec: &Spec, name: &str) -> String {
        let reader = json!({
            "apiVersion": "v1", "kind": "Pod",
            "metadata": {"name": format!("read-{}", spec.id), "namespace": self.namespace.name},
            "spec": {"restartPolicy": "Never", "terminationGracePeriodSeconds": 0,
                "containers": [{"name": "read", "image": spec.worker.image, "command": ["sleep", "600"],
                    "volumeMounts": [{"name": "work", "mountPath": "/work", "readOnly": true}]}],
                "volumes": [{"name": "work", "persistentVolumeClaim": {"claimName": spec.work_volume()}}]},
        });
        self.server.apply(&reader.to_string());
        self.kubectl(&format!("wait --for=condition=Ready pod/read-{} --timeout=60s", spec.id));
        self.kubectl(&format!("exec read-{} -- cat {}/{name}", spec.id, spec.folder()))
    }
}

/// The worker's rights, in a namespace of the test's own.
pub(super) fn grant(server: &Server, namespace: &Namespace) {
    let access = include_str!("../../assets/worker/access.yaml")
        .replace("namespace: eksdeck\n", &format!("namespace: {}\n", namespace.name))
        .replace("  name: eksdeck\n", &format!("  name: {}\n", namespace.name));
    server.apply(&access);
}

fn whole_story(state: StateBackend) {
    let Some(server) = real(CONTAINERS) else { return };
    let word = match &state {
        StateBackend::S3 { .. } => "runs-bucket",
        StateBackend::Kubernetes => "runs-secret",
        StateBackend::Volume => "runs-volume",
    };
    let namespace = Namespace::new(&server, word);
    grant(&server, &namespace);
    if matches!(state, StateBackend::S3 { .. }) {
        let Ok(file) = std::env::var("EKSDECK_E2E_AWS_SHARED_CREDENTIALS_FILE") else { return };
        let text = std::fs::read_to_string(file).unwrap();
        let section = text.split("[sre]").nth(1).unwrap();
        let value = |key: &str| {
            let line = section.lines().find_map(|line| line.strip_prefix(key)).unwrap();
            line.trim_matches([' ', '=']).to_owned()
        };
        let keys = json!({"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "aws", "namespace": namespace.name},
            "stringData": {"AWS_ACCESS_KEY_ID": value("aws_access_key_id"),
                "AWS_SECRET_ACCESS_KEY": value("aws_secret_access_key")}});
        server.apply(&keys.to_string());
    }
    let runs = Runs {
        server: &server,
        namespace: &namespace,
        state,
        module: "tests/worker/module",
        variables: json!({"name": "${x} $(rm -rf /) `id`", "types": ["m7i.large"]}),
        secret: Some(json!({"secret": SECRET})),
    };

    let spec = runs.spec("aaaa1111", Kind::Provision);
    let mut facts = Facts::new(Kind::Provision);
    facts.plan.take(JobFacts::Ended(Some(Box::new(runs.phase(&spec, Phase::Plan, None)))));
    assert_eq!(facts.state(), State::AwaitingApproval, "{facts:?}");
    let plan = read(&runs.file(&spec, "plan.json")).unwrap();
    assert_eq!(plan.summary().short(), "+2 ~0 -0");
    let shown: Vec<_> = plan.changes.iter().flat_map(|change| change.attributes()).collect();
    let shown = format!("{shown:?}");
    assert!(shown.contains("$(rm -rf /) `id`") && !shown.contains(SECRET), "{shown}");

    let sha256 = facts.digest().unwrap().to_owned();
    let approval = eksdeck::domain::provision::Approval { sha256, os_user: "ann".to_owned(), arn: None, at_ms: 1 };
    facts.approvals.push(approval);
    assert!(facts.is_approved(), "{facts:?}");
    let sha256 = facts.digest().unwrap().to_owned();
    facts.apply.take(JobFacts::Ended(Some(Box::new(runs.phase(&spec, Phase::Apply, Some((&sha256, "ann")))))));
    assert_eq!(facts.state(), State::Applied, "{facts:?}");
    let outputs: Value = serde_json::from_str(&runs.file(&spec, "outputs.json")).unwrap();
    assert_eq!(outputs["name"]["value"], "${x} $(rm -rf /) `id`", "nothing was interpreted");
    for phase in [Phase::Plan, Phase::Apply] {
        let log = runs.kubectl(&format!("logs job/{}", spec.job_name(phase)));
        assert!(log.contains("@message") && !log.contains(SECRET), "{log}");
    }

    let spec = runs.spec("bbbb2222", Kind::Destroy);
    let planned = runs.phase(&spec, Phase::Plan, None);
    assert_eq!((planned.exit, planned.destroy), (2, 2), "{planned:?}");
    let digest = planned.sha256.unwrap();
    assert_eq!(runs.phase(&spec, Phase::Apply, Some((&digest, "ann"))).exit, 0);
}

/// The module for EKS, with the provider that the rig's image has: the cluster is there for everybody afterwards.
#[test]
fn a_cluster_is_made_by_a_run_and_found_by_its_name_until_another_run_destroys_it() {
    let (Some(server), home) = (real(CONTAINERS), Home::new()) else { return };
    let namespace = Namespace::new(&server, "runs-eks");
    grant(&server, &namespace);
    let runs = Runs {
        server: &server,
        namespace: &namespace,
        state: StateBackend::Kubernetes,
        module: "assets/terraform/eks",
        variables: json!({"organisation": "default", "account_id": "111111111111", "region": "eu-west-1", "name": NAME,
            "kubernetes_version": "1.34"}),
        secret: None,
    };
    let is_found = || {
        let found = by_name(&home, "sre", "eu-west-1", NAME, "clusters discover --region eu-west-1 -o json").unwrap();
        found.stdout.contains(NAME)
    };
    assert!(!is_found());
    let spec = runs.spec("cccc3333", Kind::Provision);
    let planned = runs.phase(&spec, Phase::Plan, None);
    let plan = read(&runs.file(&spec, "plan.json")).unwrap();
    let sum = plan.summary();
    assert!((planned.add as usize, planned.exit) == (sum.add, 2) && sum.add > 20, "{planned:?} {sum:?}");
    assert!(plan.changes.iter().any(|change| &*change.kind == "aws_eks_cluster"));
    assert_eq!(runs.phase(&spec, Phase::Apply, Some((&planned.sha256.unwrap(), "ann"))).exit, 0);
    assert!(is_found());
    let spec = runs.spec("dddd4444", Kind::Destroy);
    let planned = runs.phase(&spec, Phase::Plan, None);
    assert_eq!((planned.add, planned.destroy as usize), (0, sum.add));
    let applied = runs.phase(&spec, Phase::Apply, Some((&planned.sha256.unwrap(), "ann")));
    assert_eq!(applied.exit, 0, "{applied:?}");
    assert!(!is_found());
}

#[test]
fn a_run_with_its_state_in_a_secret() {
    whole_story(StateBackend::Kubernetes);
}

#[test]
fn a_run_with_its_state_on_a_volume() {
    whole_story(StateBackend::Volume);
}

#[test]
fn a_run_with_its_state_in_a_bucket() {
    let extra = json!({"use_path_style": true, "skip_credentials_validation": true, "skip_requesting_account_id": true,
        "skip_metadata_api_check": true, "skip_region_validation": true, "skip_s3_checksum": true,
        "endpoints": {"s3": "http://10.244.0.1:26000"}});
    let extra = extra.as_object().unwrap().clone().into_iter().collect();
    whole_story(StateBackend::S3 { bucket: "rig-tfstate".to_owned(), region: "eu-west-1".to_owned(), extra });
}
