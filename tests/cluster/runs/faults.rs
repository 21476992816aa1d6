//! What a management cluster refuses, and plans that are not good any more.

use std::path::Path;

use eksdeck::domain::provision::manifests::Input;
use eksdeck::domain::provision::{Phase, seen};

use super::*;
use crate::cli::ended_with;

/// What a pipe of the shell makes of a text.
fn through(pipe: &str, text: &str) -> String {
    let mut shell = Command::new("sh");
    shell.args(["-c", pipe]);
    ended_with(shell, text).stdout
}

/// The Secret of the namespace's only state, and the state.
fn state(lab: &Lab) -> (String, String) {
    let secret = lab.kubectl(&["get", "secrets", "-o", "name", "-l", "tfstate=true"]).trim().to_owned();
    let packed = lab.kubectl(&["get", &secret, "-o", "jsonpath={.data.tfstate}"]);
    (secret, through("base64 -d | gunzip", &packed))
}

fn quota(lab: &Lab, name: &str, what: &str) {
    let quota = json!({"apiVersion": "v1", "kind": "ResourceQuota", "metadata": {"name": name, "namespace": lab.namespace.name},
        "spec": {"hard": {what: "0"}}});
    lab.server().apply(&quota.to_string());
    lab.kubectl(&["wait", &format!("resourcequota/{name}"), "--for=jsonpath={.status.hard}", "--timeout=30s"]);
}

#[test]
fn a_quota_that_refuses_the_pod_or_the_job_is_told() {
    let Some(lab) = Lab::new("quota", DEV) else { return };
    quota(&lab, "no-pods", "pods");
    let ended = lab.say("test a -y --wait --timeout 6s");
    assert!(ended.code == Some(8) && ended.stderr.contains("exceeded quota: no-pods"), "{ended:?}");
    let ended = lab.say("cancel a -y --wait -o json");
    assert_eq!((ended.code, &ended.json()["state"]), (Some(0), &json!("cancelled")), "{ended:?}");

    quota(&lab, "no-jobs", "count/jobs.batch");
    let ended = lab.say("test b -y");
    assert!(ended.code == Some(1) && ended.stderr.contains("exceeded quota: no-jobs"), "{ended:?}");
    lab.say("status b").failed(3, "no run has the id or the cluster b");
}

#[test]
fn an_image_that_cannot_be_pulled_is_told_and_its_run_can_be_cancelled() {
    let Some(lab) = Lab::new("image", &format!("image = \"nowhere.invalid/terraform:1\"\n{DEV}")) else { return };
    let ended = lab.say("test a -y --wait --timeout 10s");
    assert!(ended.code == Some(8), "{ended:?}");
    assert!(["ErrImagePull", "ImagePullBackOff"].iter().any(|reason| ended.stderr.contains(reason)), "{ended:?}");
    let ended = lab.say("cancel a -y --wait -o json");
    assert_eq!((ended.code, &ended.json()["state"]), (Some(0), &json!("cancelled")), "{ended:?}");
}

/// A volume that holds next to nothing.
struct Tiny {
    folder: tempfile::TempDir,
    server: Server,
    name: String,
}

impl Tiny {
    fn new(server: &Server, name: &str) -> Option<Self> {
        let folder = tempfile::tempdir().unwrap();
        let mounted =
            Command::new("mount").args(["-t", "tmpfs", "-o", "size=64k,mode=777", "tmpfs"]).arg(folder.path()).status();
        if !mounted.is_ok_and(|status| status.success()) {
            eprintln!("SKIPPED: nothing can be mounted here");
            return None;
        }
        let volume = json!({"apiVersion": "v1", "kind": "PersistentVolume", "metadata": {"name": name},
            "spec": {"capacity": {"storage": "64Mi"}, "accessModes": ["ReadWriteOnce"], "storageClassName": name,
                "persistentVolumeReclaimPolicy": "Retain", "hostPath": {"path": folder.path()}}});
        server.apply(&volume.to_string());
        Some(Self { folder, server: server.clone(), name: name.to_owned() })
    }
}

impl Drop for Tiny {
    fn drop(&mut self) {
        let _ = self.server.kubectl(&["delete", "pv", &self.name, "--wait=false"]).output();
        let _ = Command::new("umount").arg("-l").arg(self.folder.path()).status();
    }
}

#[test]
fn a_volume_that_is_full_is_told() {
    let Some(server) = real(CONTAINERS) else { return };
    let name = format!("eksdeck-it-tiny-{}", std::process::id());
    let Some(_tiny) = Tiny::new(&server, &name) else { return };
    let Some(lab) = Lab::new("full", &format!("storage-class = \"{name}\"\n{DEV}")) else { return };
    let ended = lab.say("test a -y --wait -o json");
    assert_eq!((ended.code, &ended.json()["reason"]), (Some(1), &json!("volume")), "{ended:?}");
    assert!(ended.stderr.contains("the work volume is full or cannot be written"), "{ended:?}");
}

#[test]
fn of_two_plans_the_later_one_counts_and_one_that_is_stale_changes_nothing() {
    let Some(lab) = Lab::new("stale", DEV) else { return };
    lab.applied("apply a --var deletion_protection=false", None);
    let update = lab.planned("update a --var kubernetes_version=1.34");
    // Somebody else writes the state.
    let (secret, text) = state(&lab);
    let serial = text.lines().find(|line| line.contains("\"serial\"")).unwrap();
    let changed = through("gzip | base64 -w0", &text.replace(serial, "  \"serial\": 90,"));
    lab.kubectl(&["patch", &secret, "--type=merge", "-p", &json!({"data": {"tfstate": changed}}).to_string()]);
    let ended = lab.run(&["approve", id(&update), "-y", "--wait", "-o", "json"]);
    assert_eq!((ended.code, &ended.json()["reason"]), (Some(1), &json!("stale")), "{ended:?}");
    assert!(ended.stderr.contains("the plan is stale: the state has changed since, plan anew"), "{ended:?}");

    let (first, second) = (lab.planned("destroy a"), lab.planned("destroy a"));
    assert_eq!(lab.status(id(&first))["state"], "superseded");
    lab.run(&["approve", id(&first), "--confirm", "a unseen"]).failed(5, "is superseded");
    assert_eq!(lab.approved(id(&second), Some("a unseen"))["state"], "destroyed");
    assert_eq!(lab.status(id(&first))["state"], "superseded");
}

#[test]
fn an_apply_that_nobody_approved_does_not_begin_and_one_of_another_plan_applies_nothing() {
    let Some(lab) = Lab::new("digest", DEV) else { return };
    lab.planned("apply a");
    let items = |kind: &str| -> Vec<Value> {
        let list: Value = serde_json::from_str(&lab.kubectl(&["get", kind, "-o", "json"])).unwrap();
        list["items"].as_array().unwrap().clone()
    };
    let run = seen::runs(&items("jobs"), &items("pods")).remove(0);
    let (spec, wrong) = (run.spec(), "0".repeat(64));
    let script = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/worker/run")).unwrap();
    lab.server().apply(&spec.job(Phase::Apply, Some((&wrong, "mallory"))).to_string());
    let name = spec.job_name(Phase::Apply);
    let uid = lab.kubectl(&["get", "job", &name, "-o", "jsonpath={.metadata.uid}"]);
    let input = Input { script, ..Input::default() };
    lab.server().apply(&spec.config_map(Phase::Apply, uid.trim(), &input).to_string());

    let ended = lab.say("status a --wait --timeout 5s");
    assert!(ended.code == Some(8) && ended.stderr.contains("queued: nobody has approved its plan"), "{ended:?}");
    // Whoever may write Jobs can let it go all the same.
    lab.kubectl(&["patch", "job", &name, "--type=merge", "-p", "{\"spec\":{\"suspend\":false}}"]);
    let failed = lab.until_state("a", "failed");
    assert_eq!(failed["reason"], "digest");
    assert!(failed["why"].as_str().unwrap().contains("nothing was applied"), "{failed}");
    assert!(!state(&lab).1.contains("terraform_data"), "the state is empty");
}
