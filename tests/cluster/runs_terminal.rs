//! The whole story of a cluster on the screen: form, plan, tree, approval, apply, outputs, update, replacement, drift,
//! destroy. The module for EKS, with the provider that stands in for AWS in the rig's image.

use std::time::Duration;

use serde_json::json;

use super::iam::{Swept, aws};
use super::{CONTAINERS, real};
use crate::cli::{command, ended};
use crate::pty::panes::{Pane, rows};
use crate::pty::{Home, Launch, Story};
use crate::servers::{Namespace, Server};

const NAME: &str = "told_story-1";

struct Lab<'a> {
    server: &'a Server,
    namespace: &'a Namespace,
}

fn config(namespace: &str) -> String {
    format!(
        r#"
[provision]
cluster = "{CONTAINERS}"
namespace = "{namespace}"
user = 0
storage = "64Mi"
cpu = "100m"
memory = "512Mi"
grace-seconds = 60
lock-wait-seconds = 0
variables = {{ TFAWS_DRIFT = "/work/drift.json" }}

[provision.environments.dev]
account = "111111111111"
region = "eu-west-1"
defaults = {{ kubernetes_version = "1.33", deletion_protection = false }}
"#
    )
}

impl Lab<'_> {
    fn kubectl(&self, words: &[&str]) -> String {
        let all: Vec<&str> = ["-n", &self.namespace.name].into_iter().chain(words.iter().copied()).collect();
        self.server.ask(&all).0
    }

    /// What a refresh finds changed, as the stand-in's file on the work volume says; `None` takes the file away.
    fn drift(&self, told: Option<&str>) {
        let claims = self.kubectl(&["get", "pvc", "-o", "jsonpath={.items[*].metadata.name}"]);
        let claim = claims.split_whitespace().find(|name| name.starts_with("work-")).unwrap();
        let script = match told {
            Some(text) => format!("echo '{text}' >/work/drift.json"),
            None => "rm -f /work/drift.json".to_owned(),
        };
        let pod = json!({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "drift", "namespace": self.namespace.name},
            "spec": {"restartPolicy": "Never", "terminationGracePeriodSeconds": 0,
                "containers": [{"name": "main", "image": "busybox:1.36", "command": ["sh", "-c", script],
                    "volumeMounts": [{"name": "work", "mountPath": "/work"}]}],
                "volumes": [{"name": "work", "persistentVolumeClaim": {"claimName": claim}}]}});
        self.server.apply(&pod.to_string());
        self.kubectl(&["wait", "--for=jsonpath={.status.phase}=Succeeded", "pod/drift", "--timeout=60s"]);
        self.kubectl(&["delete", "pod", "drift"]);
    }
}

/// Waits for the deck's row of the cluster to be so.
fn cluster(story: &Story, what: &str, is_so: impl Fn(Option<&str>) -> bool) {
    story.terminal.wait(what, |screen| {
        let rows = rows(screen, Pane::Clusters);
        let row = rows.iter().find(|row| row.contains(NAME));
        !rows.is_empty() && is_so(row.map(String::as_str))
    });
}

#[test]
fn a_cluster_is_planned_made_changed_watched_and_destroyed_on_the_screen() {
    let (Some(server), Some(variables), home) = (real(CONTAINERS), aws(), Home::new()) else { return };
    let _swept = Swept { name: NAME.to_owned(), regions: vec!["eu-west-1"] };
    let namespace = Namespace::new(&server, "on-screen");
    let file = home.write("config/eksdeck/config.toml", &config(&namespace.name));
    let mut init = command(&home, ["provision", "init", "--confirm", CONTAINERS]);
    init.env("KUBECONFIG", &server.kubeconfig).env("EKSDECK_CONFIG", &file).envs(variables.clone());
    ended(init).done();

    let launch = Launch::eksdeck(&home).kubeconfig(&server.kubeconfig).env("EKSDECK_CONFIG", &file).size(160, 50);
    let launch = variables.into_iter().fold(launch, |launch, (name, value)| launch.env(name, value));
    let mut terminal = launch.env("AWS_PROFILE", "sre").start();
    terminal.set_deadline(Duration::from_secs(75));
    let lab = Lab { server: &server, namespace: &namespace };
    let mut story = Story { terminal, name: NAME };

    story.shows("live");
    story.press("B");
    story.shows("No cluster was made from here yet.");
    story.press("n");
    story.shows("new cluster");
    story.fill("name", "told.story");
    story.shows("is no name of an EKS cluster");
    story.fill("name", NAME);
    story.agree_to_plan("ctrl-s");
    story.read_plan();
    story.shows("aws_eks_cluster.main");
    story.approve();
    story.shows("● applied");
    story.press("tab");
    story.press("tab");
    story.shows(&format!("aws eks update-kubeconfig --region eu-west-1 --name {NAME}"));

    story.press("esc");
    story.shows("clusters by Terraform");
    story.press("esc");
    // It was registered by its ARN, discovered, and opened as soon as AWS listed it.
    cluster(&story, "a live row of it", |row| row.is_some_and(|row| row.contains("●")));
    story.press("B");
    story.shows("clusters by Terraform");

    story.press("u");
    story.shows("update");
    story.fill("kubernetes_version", "1.35");
    story.shows("one minor at a time");
    story.fill("kubernetes_version", "1.34");
    story.agree_to_plan("ctrl-s");
    story.read_plan();
    story.shows("1.33 → 1.34");
    story.approve();
    story.shows("● applied");

    story.press("u");
    story.shows("update");
    story.fill("node_groups", "{ general = { instance_types = [\"m7i.xlarge\"] } }");
    story.agree_to_plan("ctrl-s");
    story.read_plan();
    story.shows("replace");
    story.shows("instance_types");
    story.approve_by_name();
    story.shows("● applied");

    lab.drift(Some(r#"{"aws_eks_cluster": {"vpc_config.0.endpoint_public_access": true}}"#));
    story.agree_to_plan("d");
    story.shows("drift");
    story.press("esc");
    story.shows("clusters by Terraform");
    story.shows("found,");
    lab.drift(None);

    story.agree_to_plan("ctrl-d");
    story.read_plan();
    story.approve_by_name();
    story.shows("● destroyed");
    story.press("esc");
    story.shows("clusters by Terraform");
    story.press("esc");
    cluster(&story, "it to leave the fleet", |row| row.is_none());
}
