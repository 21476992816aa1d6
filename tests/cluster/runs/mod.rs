//! Clusters by Terraform through the program's own subcommands, on a node that runs containers.

mod backends;
mod cancel;
mod faults;
mod lock;
mod outage;
mod refused;
mod secret;
mod story;

use std::path::PathBuf;
use std::process::Command;

use serde_json::{Value, json};

use super::iam::aws;
use super::{CONTAINERS, real};
use crate::cli::{Ended, command, ended};
use crate::pty::{Home, until};
use crate::servers::{Namespace, Server};

/// A home, a namespace of its own, and the configuration of both.
struct Lab {
    home: Home,
    namespace: Namespace,
    config: PathBuf,
    /// Where the program finds the management cluster, if not at the server itself.
    kubeconfig: PathBuf,
    aws: Vec<(&'static str, String)>,
}

/// The environments that most tests take.
const DEV: &str = r#"
[provision.environments.dev]
account = "111111111111"
region = "eu-west-1"
module = "trial"
defaults = { kubernetes_version = "1.33" }
"#;

impl Lab {
    /// `word` tells the namespace from those of other tests; `config` stands behind `[provision]`.
    fn bare(word: &str, config: &str) -> Option<Self> {
        let (server, aws) = (real(CONTAINERS)?, aws()?);
        let name = format!("eksdeck-it-{word}-{}", std::process::id());
        let home = Home::new();
        let text = format!(
            "[provision]\ncluster = \"{CONTAINERS}\"\nnamespace = \"{name}\"\nuser = 0\nstorage = \"64Mi\"\ncpu = \"50m\"\n\
             memory = \"512Mi\"\ngrace-seconds = 60\nlock-wait-seconds = 0\n{config}"
        );
        let config = home.write("config.toml", &text);
        let kubeconfig = server.kubeconfig.clone();
        Some(Self { home, namespace: Namespace { server, name }, config, kubeconfig, aws: aws.to_vec() })
    }

    /// The same, ready for runs.
    fn new(word: &str, config: &str) -> Option<Self> {
        let lab = Self::bare(word, config)?;
        assert_eq!(lab.run(&["init", "--confirm", CONTAINERS]).code, Some(0));
        Some(lab)
    }

    fn server(&self) -> &Server {
        &self.namespace.server
    }

    fn eksdeck(&self, arguments: &[&str]) -> Command {
        let mut command = command(&self.home, ["--config", &self.config.to_string_lossy()]);
        command.args(arguments).env("KUBECONFIG", &self.kubeconfig).env("AWS_PROFILE", "sre");
        command.env("AWS_EC2_METADATA_DISABLED", "true").envs(self.aws.iter().cloned());
        command
    }

    /// `eksdeck provision …`.
    fn run(&self, arguments: &[&str]) -> Ended {
        ended(self.eksdeck(&[&["provision"], arguments].concat()))
    }

    /// The same from words without blanks in them.
    fn say(&self, words: &str) -> Ended {
        self.run(&words.split_whitespace().collect::<Vec<_>>())
    }

    /// A run as `status` tells it.
    #[track_caller]
    fn status(&self, run: &str) -> Value {
        self.run(&["status", run, "-o", "json"]).json()
    }

    /// Begins a run, waits for its plan, and gives the run as it was printed.
    #[track_caller]
    fn planned(&self, words: &str) -> Value {
        let ended = self.say(&format!("{words} -y --wait -o json"));
        assert_eq!(ended.code, Some(7), "{ended:?}");
        assert!(ended.stderr.contains("awaits approval: eksdeck provision approve"), "{ended:?}");
        let run = ended.json();
        assert_eq!(run["state"], "awaiting approval", "{ended:?}");
        run
    }

    /// Begins a run and approves its plan, with the word that it asks for.
    #[track_caller]
    fn applied(&self, words: &str, word: Option<&str>) -> Value {
        let run = self.planned(words);
        self.approved(run["id"].as_str().unwrap(), word)
    }

    #[track_caller]
    fn approved(&self, run: &str, word: Option<&str>) -> Value {
        let answer = match word {
            Some(word) => vec!["--confirm", word],
            None => vec!["-y"],
        };
        let ended = self.run(&[&["approve", run, "--wait", "-o", "json"], answer.as_slice()].concat());
        assert_eq!(ended.code, Some(0), "{ended:?}");
        ended.json()
    }

    fn kubectl(&self, words: &[&str]) -> String {
        self.server().ask(&[&["-n", &self.namespace.name], words].concat()).0
    }

    /// Where the work volume of the only cluster lies on this machine.
    fn work(&self) -> PathBuf {
        let claims: Value = serde_json::from_str(&self.kubectl(&["get", "pvc", "-o", "json"])).unwrap();
        let claims = claims["items"].as_array().unwrap();
        let is_work = |claim: &&Value| claim["metadata"]["name"].as_str().unwrap().starts_with("work-");
        let volume = claims.iter().find(is_work).unwrap()["spec"]["volumeName"].as_str().unwrap();
        PathBuf::from(self.kubectl(&["get", "pv", volume, "-o", "jsonpath={.spec.hostPath.path}"]).trim())
    }

    /// Waits until a run's state, as `status` tells it, has this beginning.
    #[track_caller]
    fn until_state(&self, run: &str, state: &str) -> Value {
        let mut seen = Value::Null;
        until(&format!("{run} to be {state}"), || {
            seen = self.status(run);
            seen["state"] == state
        });
        seen
    }

    /// Approves a plan that takes its time, and waits until Terraform works on the cluster itself. Gives the pod.
    #[track_caller]
    fn applying(&self, run: &str) -> String {
        let ended = self.run(&["approve", run, "-y"]);
        assert_eq!(ended.code, Some(0), "{ended:?}");
        until("the cluster to be made", || {
            self.run(&["logs", run, "--phase", "apply"]).stdout.contains("cluster: create begins")
        });
        self.status(run)["phases"]["apply"]["pod"].as_str().unwrap().to_owned()
    }
}

fn id(run: &Value) -> &str {
    run["id"].as_str().unwrap()
}

/// A run's counts of what is added, changed and destroyed.
fn changes(run: &Value) -> [u64; 3] {
    ["add", "change", "destroy"].map(|key| run["changes"][key].as_u64().unwrap())
}
