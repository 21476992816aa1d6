//! Subcommands as scripts meet them: exit codes, one line on stderr, nothing but the answer on stdout.

mod ends;
mod refused;
mod token;
mod usage;

use std::ffi::OsStr;
use std::process::{Command, Stdio};

use crate::pty::Home;

/// How a run ended.
#[derive(Debug)]
pub struct Ended {
    pub code: Option<i32>,
    pub stdout: String,
    pub stderr: String,
}

impl Ended {
    /// Ended with this code, and one line on stderr that has these words.
    #[track_caller]
    pub fn failed(&self, code: i32, words: &str) {
        assert_eq!(self.code, Some(code), "{self:?}");
        assert!(self.stderr.starts_with("eksdeck: ") && self.stderr.contains(words), "{words}: {self:?}");
        assert_eq!(self.stderr.lines().count(), 1, "{self:?}");
    }

    /// Ended well; what it printed.
    #[track_caller]
    pub fn done(&self) -> &str {
        assert_eq!((self.code, self.stderr.as_str()), (Some(0), ""), "{self:?}");
        &self.stdout
    }

    #[track_caller]
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.stdout).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }
}

/// The binary in a home of its own, without a terminal.
pub fn command(home: &Home, arguments: impl IntoIterator<Item = impl AsRef<OsStr>>) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_eksdeck"));
    command.env_clear().envs(home.environment()).current_dir(home.path()).args(arguments);
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

pub fn run(home: &Home, arguments: &str) -> Ended {
    ended(command(home, arguments.split_whitespace()))
}

pub fn ended(command: Command) -> Ended {
    ended_with(command, "")
}

/// As [`ended`], with this text at standard input.
pub fn ended_with(mut command: Command, stdin: &str) -> Ended {
    use std::io::Write;
    let (input, output) = (if stdin.is_empty() { Stdio::null() } else { Stdio::piped() }, Stdio::piped());
    let mut child = command.stdin(input).stdout(output).stderr(Stdio::piped()).spawn().unwrap();
    if let Some(mut pipe) = child.stdin.take() {
        pipe.write_all(stdin.as_bytes()).unwrap();
    }
    let output = child.wait_with_output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    Ended { code: output.status.code(), stdout: text(output.stdout), stderr: text(output.stderr) }
}

/// A kubeconfig with one context, `lab`, that leads to this server.
pub fn kubeconfig(home: &Home, server: &str) {
    let user = "{token: abc}";
    home.write("kubeconfig", &one_context(server, user));
}

pub fn one_context(server: &str, user: &str) -> String {
    format!(
        "apiVersion: v1\nkind: Config\ncurrent-context: lab\n\
         clusters: [{{name: lab, cluster: {{server: '{server}'}}}}]\n\
         users: [{{name: me, user: {user}}}]\n\
         contexts: [{{name: lab, context: {{cluster: lab, user: me, namespace: mine}}}}]\n"
    )
}
