//! Exit codes of changes, each with its words.

use serde_json::Value;

use super::{DEVELOPMENT, JOB, Lab, VIEW};
use crate::cli::{kubeconfig, run};
use crate::pty::Home;

#[test]
fn what_stands_in_the_way_is_told_by_code_and_words() {
    let lab = Lab::new();
    lab.run(DEVELOPMENT, "ns create it").failed(7, "say --yes");
    assert_eq!(lab.get(DEVELOPMENT, "namespace it"), Value::Null);
    lab.run(DEVELOPMENT, "ns create it --yes").done();
    lab.run(DEVELOPMENT, "-n it job delete gone --yes").failed(3, "job it/gone is not there");
    for verb in ["suspend", "resume", "rerun", "trigger"] {
        lab.run(DEVELOPMENT, &format!("-n it job {verb} gone --yes")).failed(3, "it/gone is not there");
    }
    lab.run_with(DEVELOPMENT, "-n it job create -f - --yes", &JOB.replace("NAME", "one")).done();
    let again = lab.run_with(DEVELOPMENT, "-n it job create -f - --yes", &JOB.replace("NAME", "one"));
    again.failed(5, "already exists");
    lab.run(DEVELOPMENT, "-n it job wait one --timeout 1s").failed(8, "has not ended in time");
    let wrong = JOB.replace("NAME", "two").replace("suspend:", "suspended:");
    let wrong = lab.run_with(DEVELOPMENT, "-n it job create -f - --yes", &wrong);
    assert_eq!(wrong.code, Some(1), "{wrong:?}");
    assert!(wrong.stderr.contains("suspended"), "{wrong:?}");
    lab.run(DEVELOPMENT, "-n it -n other job delete one --yes").failed(2, "one namespace");
    lab.run(DEVELOPMENT, &format!("--context {VIEW} -n it job delete one --yes")).failed(2, "one cluster");
}

#[test]
fn who_may_only_look_is_told_so_for_every_verb() {
    let lab = Lab::new();
    lab.run(VIEW, "ns create it --yes").failed(4, "you may not create namespaces");
    lab.run(VIEW, "ns label store team=x --yes").failed(4, "you may not patch namespaces");
    lab.run(VIEW, "ns delete store --confirm store").failed(4, "you may not delete namespaces");
    lab.run(VIEW, "-n store job trigger receipts-upload --yes").failed(4, "you may not create jobs in store");
    for verb in ["suspend", "delete"] {
        let ended = lab.run(VIEW, &format!("-n store job {verb} receipts-upload --cronjob --yes"));
        ended.failed(4, "cronjobs in store");
    }
    lab.run_with(VIEW, "-n store job create -f - --yes", &JOB.replace("NAME", "a")).failed(4, "create jobs in store");
    assert_eq!(lab.audit(), [] as [Value; 0], "nothing was even meant");
}

#[test]
fn read_only_changes_nothing_whatever_is_agreed_to() {
    let lab = Lab::new();
    for (more, flag) in [("", "--read-only "), ("read-only = [\"search-*\"]\n", "")] {
        lab.configure(more);
        let made = lab.run(DEVELOPMENT, &format!("{flag}ns create it --yes"));
        made.failed(4, "read-only");
        assert_eq!(lab.get(DEVELOPMENT, "namespace it"), Value::Null);
    }
}

#[test]
fn a_server_that_is_not_there_is_unreachable() {
    let home = Home::new();
    kubeconfig(&home, "https://127.0.0.1:1");
    for arguments in ["job delete a --yes", "job suspend a --yes", "job rerun a --yes", "ns label a b=c --yes"] {
        run(&home, arguments).failed(6, "127.0.0.1:1");
    }
    assert!(!home.path().join("data/eksdeck/audit.jsonl").exists());
}
