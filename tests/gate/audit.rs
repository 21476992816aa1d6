//! The record of writes: whole, checked, and without it no write.

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use serde_json::Value;

use super::{DEVELOPMENT, JOB, Lab, until};

/// `phase verb name` of each line.
fn told(lines: &[Value]) -> Vec<String> {
    let text = |line: &Value, at: &str| line.pointer(at).and_then(Value::as_str).unwrap_or_default().to_owned();
    let line =
        |line: &Value| format!("{} {} {}", text(line, "/phase"), text(line, "/verb"), text(line, "/object/name"));
    lines.iter().map(line).collect()
}

#[test]
fn every_write_is_recorded_before_and_after_and_the_record_is_whole() {
    let lab = Lab::new();
    lab.run(DEVELOPMENT, "ns create it --yes").done();
    lab.run_with(DEVELOPMENT, "-n it job create -f - --yes", &JOB.replace("NAME", "one")).done();
    lab.run(DEVELOPMENT, "-n it job resume one --yes").done();
    lab.run(DEVELOPMENT, "-n it job delete one --yes").done();
    let expected = [
        "intent create it",
        "outcome create it",
        "intent create one",
        "outcome create one",
        "intent resume one",
        "outcome resume one",
        "intent delete one",
        "outcome delete one",
    ];
    let lines = lab.audit();
    assert_eq!(told(&lines), expected);
    for line in &lines {
        assert_eq!((&line["cluster"], &line["cluster_user"]), (&DEVELOPMENT.into(), &lines[0]["cluster_user"]));
        assert!(!line["os_user"].as_str().unwrap().is_empty(), "{line}");
    }
    let listed = lab.run(DEVELOPMENT, "audit list -o json").json();
    assert_eq!(listed.as_array().unwrap().len(), 4, "{listed}");
    lab.run(DEVELOPMENT, "audit verify").done();
    let path = lab.home.path().join("data/eksdeck/audit.jsonl");
    use std::os::unix::fs::PermissionsExt;
    assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    let text = std::fs::read_to_string(&path).unwrap();
    std::fs::write(&path, text.replacen("\"one\"", "\"two\"", 1)).unwrap();
    assert_eq!(lab.run(DEVELOPMENT, "audit verify").code, Some(1));
}

#[test]
fn on_a_full_disk_nothing_is_written() {
    let lab = Lab::new();
    lab.run(DEVELOPMENT, "ns create it --yes").done();
    lab.run_with(DEVELOPMENT, "-n it job create -f - --yes", &JOB.replace("NAME", "one")).done();
    // As a disk without room: it opens, and every write to it fails.
    lab.configure("[audit]\nfile = \"/dev/full\"\n");
    let refused = lab.run(DEVELOPMENT, "-n it job delete one --yes");
    assert_eq!(refused.code, Some(1), "{refused:?}");
    assert!(refused.stderr.contains("the audit /dev/full cannot be written"), "{refused:?}");
    lab.run(DEVELOPMENT, "-n it job resume one --yes");
    lab.run(DEVELOPMENT, "ns create other --yes");
    let job = lab.get(DEVELOPMENT, "job one -n it");
    assert_eq!((&job["spec"]["suspend"], &job["metadata"]["deletionTimestamp"]), (&true.into(), &Value::Null));
    assert_eq!(lab.get(DEVELOPMENT, "namespace other"), Value::Null);
}

#[test]
fn a_kill_in_the_middle_leaves_an_intent_that_is_told_as_unknown() {
    let lab = Lab::new();
    lab.run(DEVELOPMENT, "ns create it --yes").done();
    let names: Vec<String> = (0..60).map(|number| format!("job-{number:02}")).collect();
    let manifests: Vec<String> = names.iter().map(|name| JOB.replace("NAME", name)).collect();
    lab.run_with(DEVELOPMENT, "-n it job create -f - --yes", &manifests.join("---\n")).done();
    let before = lab.audit().len();
    // Killed again and again until one of them stood between the two lines.
    for name in names.chunks(10) {
        let mut child =
            lab.command(DEVELOPMENT, &format!("-n it job delete {} --yes", name.join(" "))).spawn().unwrap();
        let seen = lab.audit_bytes();
        until("its first lines", || lab.audit_bytes() > seen || child_has_ended(&child));
        let _ = kill(Pid::from_raw(child.id().try_into().unwrap()), Signal::SIGKILL);
        child.wait().unwrap();
        let lines = lab.audit();
        if told(&lines).last().unwrap().starts_with("intent") {
            let verified = lab.run(DEVELOPMENT, "audit verify");
            assert_eq!(verified.code, Some(0), "a crash is no forgery: {verified:?}");
            assert!(verified.stdout.contains("has no outcome: it may be done or not"), "{verified:?}");
            let listed = lab.run(DEVELOPMENT, "audit list --last 1");
            assert!(listed.done().contains("unknown"), "{listed:?}");
            break;
        }
    }
    assert!(lab.audit().len() > before);
    // What it says is done is done, and the chain goes on behind it.
    let gone = |line: &&Value| line["phase"] == "outcome" && line["verb"] == "delete" && line["outcome"] == "done";
    for line in lab.audit().iter().filter(gone) {
        let name = line["object"]["name"].as_str().unwrap();
        assert_eq!(lab.get(DEVELOPMENT, &format!("job {name} -n it")), Value::Null, "{name}");
    }
    lab.run(DEVELOPMENT, "-n it job delete job-59 --yes");
    assert_eq!(lab.run(DEVELOPMENT, "audit verify").code, Some(0));
}

fn child_has_ended(child: &std::process::Child) -> bool {
    std::fs::read_to_string(format!("/proc/{}/stat", child.id())).is_ok_and(|stat| stat.contains(") Z "))
}

impl Lab {
    fn audit_bytes(&self) -> u64 {
        let path = self.home.path().join("data/eksdeck/audit.jsonl");
        std::fs::metadata(path).map_or(0, |meta| meta.len())
    }
}
