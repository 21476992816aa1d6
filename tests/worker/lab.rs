//! A folder that looks like a Job's pod to the script.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use serde_json::{Value, json};
use tempfile::TempDir;

/// The script and what it finds.
pub struct Lab {
    /// Shared by labs that stand beside each other.
    root: std::sync::Arc<TempDir>,
    name: &'static str,
}

/// The script while it runs.
pub struct Running(Child);

impl Running {
    pub fn term(&self) {
        kill(Pid::from_raw(self.0.id().cast_signed()), Signal::SIGTERM).unwrap();
    }

    pub fn end(mut self) -> i32 {
        self.0.wait().unwrap().code().unwrap()
    }
}

impl Lab {
    pub fn new() -> Option<Self> {
        if !Command::new("terraform")
            .arg("version")
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status()
            .is_ok_and(|status| status.success())
        {
            eprintln!("SKIPPED: there is no terraform here");
            return None;
        }
        let lab = Self { root: std::sync::Arc::new(tempfile::tempdir().unwrap()), name: "run" };
        lab.set_up();
        Some(lab)
    }

    /// Another pod with the same state.
    pub fn beside(&self) -> Self {
        let lab = Self { root: self.root.clone(), name: "second" };
        lab.set_up();
        std::fs::copy(self.config("tfvars.json"), lab.config("tfvars.json")).unwrap();
        lab
    }

    fn set_up(&self) {
        std::fs::create_dir_all(self.at("config")).unwrap();
        std::fs::create_dir_all(self.at("secret")).unwrap();
        std::fs::create_dir_all(self.at("scratch")).unwrap();
        let module = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/worker/module");
        self.pack(&module);
        let state = self.root.path().join("terraform.tfstate");
        let backend = json!({"terraform": {"backend": {"local": {"path": state}}}});
        std::fs::write(self.config("backend.tf.json"), backend.to_string()).unwrap();
        self.identify("eu-west-1");
    }

    fn pack(&self, module: &Path) {
        let mut pack = Command::new("tar");
        pack.arg("-czf").arg(self.config("module.tar.gz")).arg("-C").arg(module).arg(".");
        assert!(pack.status().unwrap().success());
    }

    pub fn break_module(&self) {
        let broken = self.at("broken");
        std::fs::create_dir_all(&broken).unwrap();
        std::fs::write(broken.join("main.tf"), "resource \"terraform_data\" {").unwrap();
        self.pack(&broken);
    }

    /// The state that a push writes.
    pub fn errored(&self, state: &Value) {
        std::fs::write(self.at("errored.tfstate"), state.to_string()).unwrap();
    }

    /// Whose run it is.
    pub fn identify(&self, region: &str) {
        let text =
            format!(r#"{{"account_id":"111111111111","name":"prod","organisation":"default","region":"{region}"}}"#);
        let output = format!(r#"{{"output":{{"eksdeck_identity":{{"value":{text}}}}}}}"#);
        std::fs::write(self.config("identity.tf.json"), output).unwrap();
        std::fs::write(self.config("identity.json"), format!("{text}\n")).unwrap();
    }

    pub fn variables(&self, plain: Value, secret: Value) {
        std::fs::write(self.config("tfvars.json"), plain.to_string()).unwrap();
        std::fs::write(self.at("secret").join("secret.tfvars.json"), secret.to_string()).unwrap();
    }

    fn at(&self, name: &str) -> PathBuf {
        self.root.path().join(self.name).join(name)
    }

    /// Of its own run.
    fn folder(&self) -> PathBuf {
        self.at("work").join("own")
    }

    /// Another run's folder on the work volume, touched so many hours ago, with a file of this name in it.
    pub fn left(&self, run: &str, hours: u64, file: &str) {
        let path = self.at("work").join(run).join(file);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, "{}").unwrap();
        let then = std::time::SystemTime::now() - Duration::from_secs(hours * 3_600);
        std::fs::File::open(self.at("work").join(run)).unwrap().set_modified(then).unwrap();
    }

    /// What lies on the work volume.
    pub fn work(&self) -> std::collections::BTreeSet<String> {
        let all = std::fs::read_dir(self.at("work")).unwrap();
        all.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
    }

    fn config(&self, name: &str) -> PathBuf {
        self.at("config").join(name)
    }

    /// A run with a folder of its own, over the same state.
    pub fn again(&self) {
        std::fs::remove_dir_all(self.folder()).unwrap();
    }

    /// From now on these of Terraform's commands fail, as with credentials that have ended.
    pub fn fail(&self, commands: &str) {
        use std::os::unix::fs::PermissionsExt;
        let text = format!(
            "#!/bin/sh\ncase \"$1 $2\" in\n{commands})\n    echo >&2\n    echo 'Error: error loading state: ExpiredToken' >&2\n    \
             exit 1\n    ;;\nesac\nexec terraform \"$@\"\n"
        );
        std::fs::write(self.at("terraform"), text).unwrap();
        std::fs::set_permissions(self.at("terraform"), std::fs::Permissions::from_mode(0o755)).unwrap();
    }

    pub fn start(&self, kind: &str, phase: &str, sha256: &str) -> Running {
        let own = self.at("terraform");
        let terraform = if own.exists() { own } else { PathBuf::from("terraform") };
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/worker/run");
        let child = Command::new("sh")
            .arg(script)
            .arg(phase)
            .env("EKSDECK_CONFIG", self.at("config"))
            .env("EKSDECK_SECRET", self.at("secret"))
            .env("EKSDECK_FOLDER", self.folder())
            .env("EKSDECK_TERRAFORM", terraform)
            .env("EKSDECK_KIND", kind)
            .env("EKSDECK_SHA256", sha256)
            .env("EKSDECK_MESSAGE", self.at("message"))
            .env("EKSDECK_SCRATCH", self.at("scratch"))
            .env("EKSDECK_LOCK_WAIT", "0s")
            .env("EKSDECK_IMAGE", "registry.example/terraform@sha256:1")
            .env("EKSDECK_ERRORED", self.at("errored.tfstate"))
            .env_remove("TF_CLI_CONFIG_FILE")
            .stdout(std::fs::File::create(self.at("container.log")).unwrap())
            .stderr(Stdio::inherit())
            .spawn();
        Running(child.unwrap())
    }

    pub fn run(&self, kind: &str, phase: &str, sha256: &str) -> i32 {
        self.start(kind, phase, sha256).end()
    }

    pub fn message(&self) -> String {
        std::fs::read_to_string(self.at("message")).unwrap_or_default()
    }

    /// A file of the run's folder.
    pub fn text(&self, name: &str) -> String {
        std::fs::read_to_string(self.folder().join(name)).unwrap_or_default()
    }

    /// The saved plan in Terraform's own words.
    pub fn show(&self) -> String {
        let output = Command::new("terraform")
            .args(["show", "-no-color"])
            .arg(self.folder().join("plan.tfplan"))
            .current_dir(self.folder().join("module"))
            .env("TF_DATA_DIR", self.at("scratch").join("terraform"))
            .env_remove("TF_CLI_CONFIG_FILE")
            .output()
            .unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    }

    pub fn outputs(&self) -> Value {
        serde_json::from_str(&self.text("outputs.json")).unwrap()
    }

    pub fn state(&self) -> String {
        std::fs::read_to_string(self.root.path().join("terraform.tfstate")).unwrap()
    }

    /// As if something else than a run had written the state.
    pub fn forget_identity(&self) {
        let mut state: Value = serde_json::from_str(&self.state()).unwrap();
        state["outputs"].as_object_mut().unwrap().remove("eksdeck_identity").unwrap();
        std::fs::write(self.root.path().join("terraform.tfstate"), state.to_string()).unwrap();
    }

    pub fn is_locked(&self) -> bool {
        self.root.path().join(".terraform.tfstate.lock.info").exists()
    }

    pub fn wait_for(&self, file: &str, words: &str) {
        let begun = Instant::now();
        while !self.text(file).contains(words) {
            assert!(begun.elapsed() < Duration::from_secs(60), "{}", self.text(file));
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    /// What the container printed, and every file whose name ends as a log's.
    pub fn no_log_has(&self, secret: &str) {
        let mut logs = vec![std::fs::read_to_string(self.at("container.log")).unwrap()];
        logs.extend(["plan.jsonl", "apply.jsonl"].map(|name| self.text(name)));
        assert!(logs.iter().any(|log| !log.is_empty()));
        assert!(logs.iter().all(|log| !log.contains(secret)), "{logs:?}");
    }
}
