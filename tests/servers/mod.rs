//! The API servers that the program is run against: real control planes, and the embedded fleet.
#![allow(dead_code, reason = "the tests and the benchmark share these, and neither uses all of them")]

pub mod canned;

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

    /// By how much two counts of pods may differ: the embedded fleet's story makes and ends some all the while.
    pub fn slack(&self) -> u64 {
        if self.context.is_none() { 60 } else { 0 }
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

/// An API server that is down (`stop`) or hangs (`freeze`) until this is dropped.
pub struct Outage {
    context: String,
    mend: &'static str,
}

impl Outage {
    pub fn stop(context: &str) -> Option<Self> {
        Self::begin(context, "stop", "start")
    }

    pub fn freeze(context: &str) -> Option<Self> {
        Self::begin(context, "freeze", "thaw")
    }

    fn begin(context: &str, verb: &str, mend: &'static str) -> Option<Self> {
        let program = rig()?;
        let outage = Self { context: context.to_owned(), mend };
        assert!(Command::new(program).args([verb, context]).status().unwrap().success(), "{verb} {context} failed");
        Some(outage)
    }
}

impl Drop for Outage {
    fn drop(&mut self) {
        if let Some(program) = rig() {
            let _ = Command::new(program).args([self.mend, &self.context]).status();
        }
    }
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

/// Changes pods of a real cluster at a rate, for some seconds or until dropped.
pub struct Churn(Child);

impl Churn {
    pub fn start(context: &str, rate: u32, seconds: u32) -> Option<Self> {
        let mut command = Command::new(rig()?);
        command.args(["churn", context, &rate.to_string(), &seconds.to_string()]);
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        let child = command.spawn().unwrap();
        // It lists pods before it begins.
        std::thread::sleep(Duration::from_secs(3));
        Some(Self(child))
    }

    /// Waits for its end; gives what it says that it reached.
    pub fn end(mut self) -> String {
        use std::io::Read;
        let (mut told, mut more) = (String::new(), String::new());
        self.0.stdout.take().unwrap().read_to_string(&mut told).unwrap();
        self.0.stderr.take().unwrap().read_to_string(&mut more).unwrap();
        self.0.wait().unwrap();
        let text = told + &more;
        text.lines().rfind(|line| line.contains("events a second")).unwrap_or("nobody knows how many").trim().to_owned()
    }
}

impl Drop for Churn {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
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

/// A far, thin link (20 Mbit/s, 60 ms) to a port of this machine.
pub struct FarLink(Child);

impl FarLink {
    pub fn start(listen: u16, target: u16) -> Option<Self> {
        let program = rig()?.with_file_name("farlink");
        let child = Command::new(program)
            .args([listen.to_string(), target.to_string()])
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let deadline = Instant::now() + Duration::from_secs(10);
        while std::net::TcpStream::connect(("127.0.0.1", listen)).is_err() {
            assert!(Instant::now() < deadline, "farlink does not listen");
            std::thread::sleep(Duration::from_millis(20));
        }
        Some(Self(child))
    }

    /// Ends it, and gives what it printed: the bytes that went down.
    pub fn end(mut self) -> String {
        use std::io::Read;
        let pid = nix::unistd::Pid::from_raw(self.0.id().try_into().unwrap());
        nix::sys::signal::kill(pid, nix::sys::signal::Signal::SIGTERM).unwrap();
        let mut text = String::new();
        self.0.stdout.take().unwrap().read_to_string(&mut text).unwrap();
        self.0.wait().unwrap();
        text
    }
}

impl Drop for FarLink {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}
