//! The API servers that the program is run against: real control planes, and the embedded fleet.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::pty::Home;

/// One cluster: a kubeconfig and a context of it (`None`: the current one).
#[derive(Clone)]
pub struct Server {
    pub kubeconfig: PathBuf,
    pub context: Option<String>,
}

impl Server {
    /// A context of the real control planes; `None` when there are none.
    pub fn real(context: &str) -> Option<Self> {
        let kubeconfig = std::env::var_os("EKSDECK_E2E_KUBECONFIG")?.into();
        Some(Self { kubeconfig, context: Some(context.to_owned()) })
    }

    pub fn kubectl(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new("kubectl");
        command.arg("--kubeconfig").arg(&self.kubeconfig);
        if let Some(context) = &self.context {
            command.args(["--context", context]);
        }
        command.args(arguments).stderr(Stdio::inherit());
        command
    }

    /// What a command of kubectl prints, and how long that took.
    pub fn ask(&self, arguments: &[&str]) -> (String, Duration) {
        let begin = Instant::now();
        let output = self.kubectl(arguments).output().unwrap();
        let took = begin.elapsed();
        assert!(output.status.success(), "kubectl {arguments:?} failed");
        (String::from_utf8(output.stdout).unwrap(), took)
    }

    /// How many objects of a kind the server has, and how long `kubectl get -A` takes to list them.
    pub fn count(&self, kind: &str) -> (u64, Duration) {
        let (text, took) = self.ask(&["get", kind, "-A", "--no-headers"]);
        (text.lines().count() as u64, took)
    }

    pub fn apply(&self, manifest: &str) {
        use std::io::Write;
        let mut child =
            self.kubectl(&["apply", "-f", "-"]).stdin(Stdio::piped()).stdout(Stdio::null()).spawn().unwrap();
        child.stdin.take().unwrap().write_all(manifest.as_bytes()).unwrap();
        assert!(child.wait().unwrap().success(), "kubectl apply failed");
    }

    /// The same server behind another port of this machine.
    pub fn behind(&self, port: u16, home: &Home) -> Self {
        let (text, _) = self.ask(&["config", "view", "--raw", "--minify"]);
        let server = text.lines().find(|line| line.trim_start().starts_with("server:")).unwrap();
        let kubeconfig =
            home.write("behind.kubeconfig", &text.replace(server, &format!("    server: https://127.0.0.1:{port}")));
        Self { kubeconfig, context: self.context.clone() }
    }

    /// The port it listens on.
    pub fn port(&self) -> u16 {
        let (text, _) = self.ask(&["config", "view", "--minify", "-o", "jsonpath={.clusters[0].cluster.server}"]);
        text.trim_end_matches('/').rsplit(':').next().unwrap().parse().unwrap()
    }
}

/// The program of the real control planes (`EKSDECK_E2E_RIG`).
pub fn rig() -> Option<PathBuf> {
    std::env::var_os("EKSDECK_E2E_RIG").map(PathBuf::from)
}

/// A namespace of a real cluster that lives as long as this.
pub struct Namespace {
    pub server: Server,
    pub name: String,
}

impl Namespace {
    /// `word` tells it from those of other tests; labels as kubectl takes them (`team=payments`).
    pub fn new(server: &Server, word: &str) -> Self {
        let name = format!("eksdeck-it-{word}-{}", std::process::id());
        server.ask(&["create", "namespace", &name]);
        Self { server: server.clone(), name }
    }

    /// Applies a manifest; `NAMESPACE` in it stands for this one's name.
    pub fn apply(&self, manifest: &str) {
        self.server.apply(&manifest.replace("NAMESPACE", &self.name));
    }
}

impl Drop for Namespace {
    fn drop(&mut self) {
        let _ = self.server.kubectl(&["delete", "namespace", &self.name, "--wait=false"]).output();
    }
}

/// The embedded fleet as a process of its own.
pub struct EmbeddedFleet {
    child: Child,
    server: Server,
    _home: Home,
}

impl EmbeddedFleet {
    /// `arguments` size it, such as `--clusters 1 --pods 10000`.
    pub fn start(arguments: &str) -> Self {
        let home = Home::new();
        let kubeconfig = home.path().join("fleet.kubeconfig");
        let mut command = Command::new(env!("CARGO_BIN_EXE_eksdeck"));
        command.env_clear().envs(home.environment());
        command.args(["demo", "--serve", "--kubeconfig"]).arg(&kubeconfig).args(arguments.split_whitespace());
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::inherit());
        let mut child = command.spawn().unwrap();
        let deadline = Instant::now() + Duration::from_secs(60);
        while !answers(&kubeconfig) {
            let ended = child.try_wait().unwrap();
            assert!(ended.is_none(), "eksdeck demo --serve {arguments} ended: {ended:?}");
            assert!(Instant::now() < deadline, "eksdeck demo --serve {arguments} does not answer");
            std::thread::sleep(Duration::from_millis(50));
        }
        Self { child, server: Server { kubeconfig, context: None }, _home: home }
    }

    pub fn server(&self) -> &Server {
        &self.server
    }
}

fn answers(kubeconfig: &Path) -> bool {
    let server = Server { kubeconfig: kubeconfig.to_owned(), context: None };
    kubeconfig.exists()
        && server
            .kubectl(&["get", "--raw", "/readyz"])
            .stderr(Stdio::null())
            .output()
            .is_ok_and(|output| output.status.success())
}

impl Drop for EmbeddedFleet {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
