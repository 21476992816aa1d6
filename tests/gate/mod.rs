//! Every verb on the embedded fleet, from the deck and from scripts, with what the server then holds read by kubectl.

mod audit;
mod codes;
mod deck;
mod scripts;

use serde_json::Value;

use crate::cli::{Ended, command, ended_with};
use crate::pty::{Home, Launch, Terminal, until};
use crate::servers::{EmbeddedFleet, Server};

/// Made a development cluster by configuration: `y` is enough.
const DEVELOPMENT: &str = "search-staging";
/// Production by its name.
const PRODUCTION: &str = "payments-prod";
/// One may only look at it.
const VIEW: &str = "edge-k3s";

/// An embedded fleet as a process of its own, and a home from which it is changed.
struct Lab {
    fleet: EmbeddedFleet,
    home: Home,
}

impl Lab {
    fn new() -> Self {
        let lab = Self { fleet: EmbeddedFleet::start("--clusters 3 --seed 1"), home: Home::new() };
        lab.configure("");
        lab
    }

    /// The configuration file, with more lines at its end.
    fn configure(&self, more: &str) {
        self.home.write("config/eksdeck/config.toml", &format!("[gate]\ndevelopment = [\"{DEVELOPMENT}\"]\n{more}"));
    }

    fn server(&self, context: &str) -> Server {
        Server { kubeconfig: self.fleet.server().kubeconfig.clone(), context: Some(context.to_owned()) }
    }

    /// The binary on a cluster, without a terminal.
    fn run(&self, context: &str, arguments: &str) -> Ended {
        self.run_with(context, arguments, "")
    }

    fn run_with(&self, context: &str, arguments: &str, stdin: &str) -> Ended {
        ended_with(self.command(context, arguments), stdin)
    }

    fn command(&self, context: &str, arguments: &str) -> std::process::Command {
        let mut command = command(&self.home, ["--context", context]);
        command.args(arguments.split_whitespace()).env("KUBECONFIG", &self.fleet.server().kubeconfig);
        command
    }

    /// An object as kubectl reads it; `Null` when it is not there.
    fn get(&self, context: &str, arguments: &str) -> Value {
        let mut command = self.server(context).kubectl(&["get", "-o", "json", "--ignore-not-found"]);
        let output = command.args(arguments.split_whitespace()).output().unwrap();
        serde_json::from_slice(&output.stdout).unwrap_or_default()
    }

    /// The deck on some contexts, the first one chosen, every one live.
    fn deck(&self, contexts: &[&str], more: &str) -> Terminal {
        let mut launch = Launch::eksdeck(&self.home).kubeconfig(&self.fleet.server().kubeconfig).size(160, 45);
        for context in contexts {
            launch = launch.args(&format!("--context {context}"));
        }
        let terminal = launch.args(more).start();
        terminal.wait("the deck", |screen| screen.has(&format!("{} live", contexts.len())));
        terminal
    }

    /// The lines of the audit.
    fn audit(&self) -> Vec<Value> {
        let text = std::fs::read_to_string(self.home.path().join("data/eksdeck/audit.jsonl")).unwrap_or_default();
        text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }
}

const JOB: &str = "apiVersion: batch/v1
kind: Job
metadata: {name: NAME}
spec:
  suspend: true
  template: {spec: {restartPolicy: Never, containers: [{name: main, image: busybox, command: [sleep, '1000']}]}}
";

const CRONJOB: &str = "apiVersion: batch/v1
kind: CronJob
metadata: {name: NAME}
spec:
  schedule: '0 0 1 1 *'
  jobTemplate:
    spec:
      template: {spec: {restartPolicy: Never, containers: [{name: main, image: busybox, command: [sleep, '1000']}]}}
";
