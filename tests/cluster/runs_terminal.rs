//! The whole story of a cluster on the screen: form, plan, tree, approval, apply, outputs, update, replacement, drift,
//! destroy. The module for EKS, with the provider that stands in for AWS in the rig's image.

use std::time::Duration;

use serde_json::json;

use super::iam::aws;
use super::{CONTAINERS, real};
use crate::cli::{command, ended};
use crate::pty::{Home, Launch, Terminal, until};
use crate::servers::{Namespace, Server};

/// Longer than a question has to stand before it takes keys.
const READ: Duration = Duration::from_millis(450);
const NAME: &str = "told_story-1";

struct Story<'a> {
    server: &'a Server,
    namespace: &'a Namespace,
    terminal: Terminal,
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

impl Story<'_> {
    fn press(&mut self, keys: &str) {
        self.terminal.press(keys);
    }

    fn shows(&self, text: &str) {
        self.terminal.wait_text(text);
    }

    /// A question stands there: it is read, then answered.
    fn answer(&mut self, title: &str, keys: &str) {
        self.shows(title);
        self.shows("esc  change nothing");
        std::thread::sleep(READ);
        self.press(keys);
        self.terminal.wait_gone("esc  change nothing");
    }

    /// From a plan that waits to its tree on the screen.
    fn plan(&mut self) {
        self.shows("awaiting approval");
        self.press("A");
        self.shows(&format!("plan · {NAME}"));
    }

    /// The word that the question wants is typed.
    fn answer_by_name(&mut self) {
        self.press("A");
        self.shows(&format!("Approve · {NAME}"));
        self.shows("esc  change nothing");
        std::thread::sleep(READ);
        let word =
            if self.terminal.screen().has("the word unseen") { format!("{NAME} unseen") } else { NAME.to_owned() };
        // One key is not enough.
        self.press("y");
        self.press("enter");
        self.shows("exactly");
        self.press("backspace");
        self.terminal.type_text(&word);
        self.press("enter");
        self.terminal.wait_gone("esc  change nothing");
    }

    /// Goes down the form until a field is chosen, and puts a text into it.
    fn fill(&mut self, field: &str, text: &str) {
        let chosen = format!("▌ {field}");
        until(field, || {
            if self.terminal.screen().has(&chosen) {
                return true;
            }
            self.press("down");
            std::thread::sleep(Duration::from_millis(80));
            false
        });
        self.press("ctrl-u");
        self.terminal.type_text(text);
    }

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

#[test]
fn a_cluster_is_planned_made_changed_watched_and_destroyed_on_the_screen() {
    let (Some(server), Some(variables), home) = (real(CONTAINERS), aws(), Home::new()) else { return };
    let namespace = Namespace::new(&server, "on-screen");
    let file = home.write("config/eksdeck/config.toml", &config(&namespace.name));
    let mut init = command(&home, ["provision", "init", "--confirm", CONTAINERS]);
    init.env("KUBECONFIG", &server.kubeconfig).env("EKSDECK_CONFIG", &file).envs(variables.clone());
    ended(init).done();

    let launch = Launch::eksdeck(&home).kubeconfig(&server.kubeconfig).env("EKSDECK_CONFIG", &file).size(160, 50);
    let launch = variables.into_iter().fold(launch, |launch, (name, value)| launch.env(name, value));
    let mut terminal = launch.env("AWS_PROFILE", "sre").start();
    terminal.set_deadline(Duration::from_secs(75));
    let mut story = Story { server: &server, namespace: &namespace, terminal };

    story.shows("live");
    story.press("B");
    story.shows("No cluster was made from here yet.");
    story.press("n");
    story.shows("new cluster");
    story.fill("name", "told.story");
    story.shows("is no name of an EKS cluster");
    story.fill("name", NAME);
    story.press("ctrl-s");
    story.answer(&format!("Plan · {NAME}"), "y");
    story.plan();
    story.shows("aws_eks_cluster.main");
    story.press("A");
    story.answer(&format!("Approve · {NAME}"), "y");
    story.shows("● applied");
    story.press("tab");
    story.press("tab");
    story.shows(&format!("aws eks update-kubeconfig --region eu-west-1 --name {NAME}"));

    story.press("u");
    story.shows("update");
    story.fill("kubernetes_version", "1.35");
    story.shows("one minor at a time");
    story.fill("kubernetes_version", "1.34");
    story.press("ctrl-s");
    story.answer(&format!("Plan · {NAME}"), "y");
    story.plan();
    story.shows("1.33 → 1.34");
    story.press("A");
    story.answer(&format!("Approve · {NAME}"), "y");
    story.shows("● applied");

    story.press("u");
    story.shows("update");
    story.fill("node_groups", "{ general = { instance_types = [\"m7i.xlarge\"] } }");
    story.press("ctrl-s");
    story.answer(&format!("Plan · {NAME}"), "y");
    story.plan();
    story.shows("replace");
    story.shows("instance_types");
    story.answer_by_name();
    story.shows("● applied");

    story.drift(Some(r#"{"aws_eks_cluster": {"vpc_config.0.endpoint_public_access": true}}"#));
    story.press("d");
    story.answer(&format!("Plan · {NAME}"), "y");
    story.shows("drift");
    story.press("esc");
    story.shows("clusters by Terraform");
    story.shows("found,");
    story.drift(None);

    story.press("ctrl-d");
    story.answer(&format!("Plan · {NAME}"), "y");
    story.plan();
    story.answer_by_name();
    story.shows("destroyed");
}
