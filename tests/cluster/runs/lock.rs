//! A state that is held, by somebody who works with it or by nobody any more.

use std::time::Duration;

use super::*;
use crate::cluster::downtime::Outage;
use crate::servers::rig;

#[test]
fn a_pod_that_is_lost_in_the_middle_leaves_a_lock_that_is_told_and_freed_by_its_id() {
    let Some(lab) = Lab::new("lock", DEV) else { return };
    let run = lab.planned("apply a --var delay_seconds=100");
    let pod = lab.applying(id(&run));
    // As a node does that is lost: Terraform gets no time to say anything.
    lab.kubectl(&["exec", &pod, "--", "sh", "-c", "kill -STOP $(pidof terraform)"]);
    lab.kubectl(&["delete", "pod", &pod, "--force", "--grace-period=0"]);
    let lost = lab.until_state(id(&run), "failed");
    assert!(lost["why"].as_str().unwrap().starts_with("its pod is gone and left no word"), "{lost}");

    let ended = lab.say("apply a -y --wait -o json");
    let refused = ended.json();
    assert_eq!((ended.code, &refused["reason"]), (Some(1), &json!("lock")), "{ended:?}");
    let lock = refused["lock"]["id"].as_str().unwrap();
    assert!(refused["lock"]["who"].as_str().unwrap().contains(&pod), "{refused}");
    assert!(refused["why"].as_str().unwrap().contains(&format!("ID {lock}")), "{refused}");
    assert!(ended.stderr.contains(&format!("eksdeck provision unlock a --lock {lock}")), "{ended:?}");

    let ended = lab.say("unlock a --lock 00000000-0000-0000-0000-000000000000 --confirm a --wait");
    assert!(ended.code == Some(1) && ended.stderr.contains("Terraform failed"), "{ended:?}");
    lab.say(&format!("unlock a -y --lock {lock}")).failed(7, "say --confirm a (the cluster's name)");
    let ended = lab.say(&format!("unlock a --lock {lock} --confirm a --wait"));
    assert_eq!(ended.code, Some(0), "{ended:?}");

    let next = lab.planned("apply a");
    let word = (changes(&next)[2] > 0).then_some("a");
    assert_eq!(lab.approved(id(&next), word)["state"], "applied");
}

#[test]
fn a_second_pod_of_a_job_finds_the_state_locked_and_changes_nothing() {
    let Some(lab) = Lab::new("twice", DEV) else { return };
    let run = lab.planned("apply a --var delay_seconds=12");
    lab.applying(id(&run));
    let job = format!("job/{}", lab.status("a")["phases"]["apply"]["job"].as_str().unwrap());
    let job: Value = serde_json::from_str(&lab.kubectl(&["get", &job, "-o", "json"])).unwrap();
    let second = json!({"apiVersion": "v1", "kind": "Pod", "spec": job["spec"]["template"]["spec"],
        "metadata": {"name": "second", "namespace": lab.namespace.name}});
    lab.server().apply(&second.to_string());
    let mut word = String::new();
    until("the second pod's last word", || {
        let path = "jsonpath={.status.containerStatuses[0].state.terminated.message}";
        word = lab.kubectl(&["get", "pod", "second", "-o", path]);
        !word.is_empty()
    });
    assert!(word.contains("\"reason\":\"lock\"") && word.contains("\"add\":0"), "{word}");
    let ended = lab.say("status a --wait -o json");
    assert_eq!((ended.code, &ended.json()["state"]), (Some(0), &json!("applied")), "{ended:?}");
    let ended = lab.say("drift a -y --wait -o json");
    assert_eq!(ended.json()["state"], "no changes", "{ended:?}");
}

/// Terraform cannot write its state any more: as with an API server that is gone, for this pod alone.
#[test]
fn a_state_that_could_not_be_written_is_kept_and_told() {
    let Some(lab) = Lab::new("errored", DEV) else { return };
    let run = lab.planned("apply a --var delay_seconds=6");
    lab.applying(id(&run));
    lab.kubectl(&["delete", "rolebinding", "eksdeck-worker"]);
    let ended = lab.say("status a --wait -o json");
    let failed = ended.json();
    assert_eq!((ended.code, &failed["state"]), (Some(1), &json!("failed")), "{ended:?}");
    assert_eq!(failed["errored_state"], true, "{failed}");
    assert!(failed["why"].as_str().unwrap().contains("errored.tfstate"), "{failed}");
    assert!(lab.say("logs a").stdout.contains("errored.tfstate"));
}

/// The server that Terraform writes its state to, and its lock, is really stopped while it works.
#[test]
fn what_a_stopped_server_did_not_take_is_pushed_when_it_is_back() {
    let Some(lab) = Lab::new("stopped", DEV) else { return };
    if rig().is_none() {
        return eprintln!("SKIPPED: EKSDECK_E2E_RIG is not set");
    }
    let run = lab.planned("apply a --var delay_seconds=10");
    lab.applying(id(&run));
    let outage = Outage::stop(CONTAINERS);
    lab.say("status a").failed(6, "");
    std::thread::sleep(Duration::from_secs(20));
    drop(outage);
    until("the server to be back", || lab.say("status a").code == Some(0));
    let failed = lab.until_state(id(&run), "failed");
    assert_eq!(failed["errored_state"], true, "{failed}");
    let push = format!("push a --run {} --confirm a --wait -o json", id(&run));

    // The lock lies where the state lies, and could not be given back either.
    let ended = lab.say(&push);
    let refused = ended.json();
    assert_eq!((ended.code, &refused["reason"]), (Some(1), &json!("lock")), "{ended:?}");
    let lock = refused["lock"]["id"].as_str().unwrap();
    let ended = lab.say(&format!("unlock a --lock {lock} --confirm a --wait"));
    assert_eq!(ended.code, Some(0), "{ended:?}");
    let ended = lab.say(&push);
    assert_eq!((ended.code, &ended.json()["state"]), (Some(0), &json!("done")), "{ended:?}");

    // What had been made is known: it is not made again.
    let next = lab.planned("update a --var delay_seconds=10");
    assert!(changes(&next)[0] < changes(&run)[0], "{next}");
    let word = (changes(&next)[2] > 0).then_some("a");
    assert_eq!(lab.approved(id(&next), word)["state"], "applied");
}
