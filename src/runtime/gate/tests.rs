//! What execute does with what was approved: in which order, what it leaves alone, where it stops.

mod holes;
mod stale;
pub mod world;

use serde_json::{Value, json};
use tokio_util::sync::CancellationToken;

use self::world::{Mishap, Moment, World, failed, job, job_path, touch, unreachable};
use super::Gate;
use crate::domain::gate::ask::{Mode, Verb, Wanted};
use crate::domain::gate::{
    Answer, Approved, Ask, Change, Fate, Policy, Propagation, Proposal, Report, RunChange, Write,
};
use crate::domain::health::Trouble;
use crate::domain::ids::{ClusterId, KindId, ObjectKey};
use crate::domain::request::{PortError, PortErrorKind};

fn keys(names: &[&str]) -> Vec<ObjectKey> {
    names.iter().map(|name| ObjectKey::new("web", *name)).collect()
}

fn delete(names: &[&str]) -> Wanted {
    Wanted::Delete { kind: KindId::Job, keys: keys(names), propagation: Propagation::Background }
}

fn suspend(names: &[&str]) -> Wanted {
    Wanted::Suspend { kind: KindId::Job, keys: keys(names), suspended: true }
}

fn create(names: &[&str]) -> Wanted {
    let manifests = names.iter().map(|name| {
        json!({"apiVersion": "batch/v1", "kind": "Job", "metadata": {"name": name, "namespace": "web"}, "spec": {}})
    });
    Wanted::Submit { manifests: manifests.collect(), namespace: "web".into(), mode: Mode::Create }
}

async fn propose(gate: &Gate, what: Wanted) -> Proposal {
    gate.propose(Ask { cluster: ClusterId(0), what, hidden: 0 }).await
}

fn yes(proposal: &Proposal) -> Approved {
    proposal.confirm(&Answer::Flags { yes: true, word: None }).unwrap()
}

async fn execute(gate: &Gate, proposal: &Proposal) -> Report {
    gate.execute(yes(proposal), |_| {}, CancellationToken::new()).await
}

/// The words of each fate.
fn fates(report: &Report) -> Vec<String> {
    report.fates.iter().map(|(_, fate)| fate.words(report.verb)).collect()
}

#[tokio::test]
async fn each_write_stands_between_two_lines_of_the_audit() {
    let world = World::with_jobs(&["a", "b"]);
    let gate = world.gate();
    let proposal = propose(&gate, delete(&["a", "b"])).await;
    assert_eq!(world.said(), [""; 0], "a question writes nothing");
    let report = execute(&gate, &proposal).await;
    assert_eq!(world.said(), ["intent delete a", "DELETE a", "done a", "intent delete b", "DELETE b", "done b"]);
    assert!(report.is_whole(), "{report:?}");
}

#[tokio::test]
async fn what_is_different_from_what_was_shown_is_not_sent() {
    type Changed = fn(&mut Value);
    let changes: [(&str, Changed); 5] = [
        ("its spec was changed", |job| job["metadata"]["generation"] = 2.into()),
        ("its labels were changed", |job| job["metadata"]["labels"]["team"] = "x".into()),
        ("its owners were changed", |job| job["metadata"]["ownerReferences"] = json!([{"name": "x"}])),
        ("it is being deleted", |job| job["metadata"]["deletionTimestamp"] = "2026-01-01T00:00:00Z".into()),
        ("it was replaced by another object", |job| job["metadata"]["uid"] = "another".into()),
    ];
    for (words, change) in changes {
        for what in [delete(&["a"]), suspend(&["a"])] {
            let world = World::with_jobs(&["a"]);
            let gate = world.gate();
            let proposal = propose(&gate, what).await;
            world.change(&job_path("a"), change);
            let report = execute(&gate, &proposal).await;
            assert!(report.changed()[0].contains(words), "{words}: {report:?}");
            assert_eq!(world.said(), [""; 0], "neither sent nor recorded: {words}");
        }
    }
}

#[tokio::test]
async fn an_object_that_is_replaced_at_the_last_moment_is_not_deleted() {
    let world = World::with_jobs(&["a"]);
    let gate = world.gate();
    let proposal = propose(&gate, delete(&["a"])).await;
    // Behind the comparison, before the server looks: only the uid in the request helps.
    world.on(|moment, objects| {
        if let Moment::Write(_) = moment {
            objects.get_mut(&job_path("a")).unwrap()["metadata"]["uid"] = "another".into();
        }
        None
    });
    let report = execute(&gate, &proposal).await;
    assert!(matches!(report.fates[0].1, Fate::Refused { kind: PortErrorKind::Conflict, .. }), "{report:?}");
    assert!(world.has(&job_path("a")));
    assert_eq!(world.said(), ["intent delete a", "DELETE a", "refused a"]);
}

#[tokio::test]
async fn a_job_whose_status_changes_all_the_time_is_deleted_at_the_first_answer() {
    let world = World::with_jobs(&["a"]);
    let gate = world.gate();
    world.on(|_, objects| {
        objects.values_mut().for_each(touch);
        None
    });
    let proposal = propose(&gate, delete(&["a"])).await;
    let report = execute(&gate, &proposal).await;
    assert!(report.is_whole(), "{report:?}");
    assert_eq!(world.sent(), ["DELETE a"]);
}

#[tokio::test]
async fn a_patch_is_made_anew_while_only_the_status_changes_and_no_longer() {
    let world = World::with_jobs(&["a"]);
    let gate = world.gate();
    let proposal = propose(&gate, suspend(&["a"])).await;
    let mut races = 3;
    world.on(move |moment, objects| {
        if matches!(moment, Moment::Write(_)) && races > 0 {
            races -= 1;
            objects.values_mut().for_each(touch);
        }
        None
    });
    let report = execute(&gate, &proposal).await;
    assert!(report.is_whole(), "{report:?}");
    assert_eq!(world.sent(), ["PATCH a"; 4]);
    assert_eq!(world.said().iter().filter(|said| *said == "refused a").count(), 3, "each try is recorded");
    assert_eq!(world.object(&job_path("a"))["spec"]["suspend"], true);

    let world = World::with_jobs(&["a"]);
    let gate = world.gate();
    let proposal = propose(&gate, suspend(&["a"])).await;
    world.on(|moment, objects| {
        if matches!(moment, Moment::Write(_)) {
            let job = objects.get_mut(&job_path("a")).unwrap();
            touch(job);
            job["metadata"]["generation"] = 2.into();
        }
        None
    });
    let report = execute(&gate, &proposal).await;
    assert_eq!(fates(&report), ["not sent: its spec was changed"]);
    assert_eq!(world.sent(), ["PATCH a"], "somebody else's change is not overwritten");
    assert_eq!(world.object(&job_path("a"))["spec"]["suspend"], false);
}

#[tokio::test]
async fn a_patch_that_never_wins_the_race_ends_as_a_conflict() {
    let world = World::with_jobs(&["a"]);
    let gate = world.gate();
    let proposal = propose(&gate, suspend(&["a"])).await;
    world.on(|moment, objects| {
        if matches!(moment, Moment::Write(_)) {
            objects.values_mut().for_each(touch);
        }
        None
    });
    let report = execute(&gate, &proposal).await;
    assert!(matches!(report.fates[0].1, Fate::Refused { kind: PortErrorKind::Conflict, .. }), "{report:?}");
    assert_eq!(world.sent().len(), super::execute::PATCH_TRIES);
}

#[tokio::test]
async fn what_cannot_be_recorded_is_not_sent() {
    let world = World::with_jobs(&["a", "b", "c"]);
    let gate = world.gate();
    let proposal = propose(&gate, delete(&["a", "b", "c"])).await;
    world.on(|moment, _| match moment {
        Moment::Record(record) if record.intent.is_none() && record.object.name == "b" => {
            Some(Mishap::Audit(Trouble::new("no space left")))
        }
        _ => None,
    });
    let report = execute(&gate, &proposal).await;
    assert_eq!(world.sent(), ["DELETE a"]);
    assert_eq!(fates(&report), ["deleted", "not sent: it could not be recorded", "not sent: no space left"]);
    assert_eq!(report.trouble.unwrap().words, "no space left");
}

#[tokio::test]
async fn an_outcome_that_cannot_be_recorded_ends_it_and_is_said() {
    let world = World::with_jobs(&["a", "b"]);
    let gate = world.gate();
    let proposal = propose(&gate, delete(&["a", "b"])).await;
    world.on(|moment, _| match moment {
        Moment::Record(record) if record.intent.is_some() => Some(Mishap::Audit(Trouble::new("no space left"))),
        _ => None,
    });
    let report = execute(&gate, &proposal).await;
    assert_eq!(world.said(), ["intent delete a", "DELETE a"]);
    assert!(report.fates[0].1.is_done() && matches!(report.fates[1].1, Fate::NotSent(_)), "{report:?}");
    assert!(!report.is_whole(), "{report:?}");
    let words = report.trouble.unwrap().words;
    assert!(words.contains("it was sent") && words.contains("could not be recorded"), "{words}");
}

#[tokio::test]
async fn a_patch_whose_lost_race_cannot_be_recorded_is_not_tried_again() {
    let world = World::with_jobs(&["a"]);
    let gate = world.gate();
    let proposal = propose(&gate, suspend(&["a"])).await;
    world.on(|moment, objects| match moment {
        Moment::Write(_) => {
            objects.values_mut().for_each(touch);
            None
        }
        Moment::Record(record) if record.intent.is_some() => Some(Mishap::Audit(Trouble::new("no space left"))),
        _ => None,
    });
    execute(&gate, &proposal).await;
    assert_eq!(world.sent(), ["PATCH a"]);
}

#[tokio::test]
async fn a_server_that_goes_in_the_middle_leaves_the_rest_unsent() {
    for (may_be_done, recorded, second) in [(false, "unsent b", "not sent"), (true, "unknown b", "unknown")] {
        let world = World::with_jobs(&["a", "b", "c"]);
        let gate = world.gate();
        let proposal = propose(&gate, delete(&["a", "b", "c"])).await;
        world.on(move |moment, _| match moment {
            Moment::Write(write) if write.name == "b" => Some(Mishap::Write(failed(unreachable(), may_be_done))),
            _ => None,
        });
        let report = execute(&gate, &proposal).await;
        assert_eq!(world.sent(), ["DELETE a", "DELETE b"]);
        assert_eq!(world.said().last().unwrap(), recorded);
        let fates = fates(&report);
        assert!(fates[0] == "deleted" && fates[1].starts_with(second), "{fates:?}");
        assert!(fates[2].starts_with("not sent") && fates[2].contains("refused by"), "{fates:?}");
    }
    // Already when it is compared: nothing was recorded, so nothing is unknown.
    let world = World::with_jobs(&["a", "b"]);
    let gate = world.gate();
    let proposal = propose(&gate, delete(&["a", "b"])).await;
    world.on(|moment, _| matches!(moment, Moment::Read(_)).then(|| Mishap::Read(unreachable())));
    let report = execute(&gate, &proposal).await;
    assert_eq!(world.said(), [""; 0]);
    assert!(report.fates.iter().all(|(_, fate)| matches!(fate, Fate::NotSent(_))), "{report:?}");
}

#[tokio::test]
async fn who_stops_it_is_told_what_was_done_and_what_was_not() {
    let world = World::with_jobs(&["a", "b", "c"]);
    let gate = world.gate();
    let proposal = propose(&gate, delete(&["a", "b", "c"])).await;
    let cancel = CancellationToken::new();
    let stop = cancel.clone();
    world.on(move |moment, _| {
        if matches!(moment, Moment::Write(write) if write.name == "b") {
            stop.cancel();
        }
        None
    });
    let progress = std::sync::Arc::new(std::sync::Mutex::new(Vec::new()));
    let heard = progress.clone();
    let note = move |now: crate::domain::gate::Progress| heard.lock().unwrap().push((now.done, now.all));
    let report = gate.execute(yes(&proposal), note, cancel).await;
    assert!(report.cancelled);
    assert_eq!(fates(&report), ["deleted", "deleted", "not sent: you stopped it"]);
    assert_eq!(world.said().last().unwrap(), "done b", "the object under way is written and recorded to its end");
    assert_eq!(*progress.lock().unwrap(), [(0, 3), (1, 3)]);
}

#[tokio::test]
async fn documents_go_in_order_and_stop_at_the_first_refusal() {
    let refuse = |what: Wanted| async {
        let world = World::with_jobs(&["x", "y", "z"]);
        let gate = world.gate();
        let proposal = propose(&gate, what).await;
        world.on(|moment, _| match moment {
            Moment::Write(write) if ["b", "y"].contains(&write.name.as_str()) => {
                let refused = PortError::Refused(Trouble::new("exceeded quota"));
                Some(Mishap::Write(failed(refused, false)))
            }
            _ => None,
        });
        let report = execute(&gate, &proposal).await;
        (world.sent(), fates(&report))
    };
    let (sent, fates) = refuse(create(&["a", "b", "c"])).await;
    assert_eq!(sent, ["POST a", "POST b"]);
    assert_eq!(fates, ["created", "refused: exceeded quota", "not sent: the one before it did not come through"]);
    let (sent, fates) = refuse(delete(&["x", "y", "z"])).await;
    assert_eq!(sent, ["DELETE x", "DELETE y", "DELETE z"], "objects that stand alone do not wait for each other");
    assert_eq!(fates, ["deleted", "refused: exceeded quota", "deleted"]);
}

#[tokio::test]
async fn a_patch_that_rests_on_a_note_is_not_sent_once_the_note_is_another() {
    let listed = |noted: Value| {
        let write = Write {
            resource: crate::domain::gate::samples::resource(KindId::Job),
            namespace: "web".to_owned(),
            name: "a".to_owned(),
            change: Change::Patch { patch: json!({"spec": {"suspend": true}}) },
            uid: None,
            version: None,
            expects: vec![("note", noted)],
        };
        let change = RunChange {
            verb: Verb::Move,
            writes: vec![write],
            subject: "one".to_owned(),
            environment: crate::domain::gate::Environment::Unclassified,
            is_protected: false,
            read_only: None,
            is_dangerous: false,
            is_blind: false,
            notes: Vec::new(),
        };
        Wanted::Run(Box::new(change))
    };
    let world = World::with_jobs(&["a"]);
    let gate = world.gate();
    let proposal = propose(&gate, listed(Value::Null)).await;
    world.change(&job_path("a"), |job| job["metadata"]["annotations"] = json!({"note": "[1]"}));
    assert_eq!(fates(&execute(&gate, &proposal).await), ["not sent: what is noted on it has changed"]);
    assert_eq!(world.said(), [""; 0]);
    let proposal = propose(&gate, listed(json!([1]))).await;
    // Its status may change as it likes.
    world.change(&job_path("a"), touch);
    assert!(execute(&gate, &proposal).await.is_whole());
}

#[tokio::test]
async fn what_is_gone_already_counts_as_deleted_and_cannot_be_suspended() {
    let world = World::with_jobs(&["a"]);
    let gate = world.gate();
    let (going, pausing) = (propose(&gate, delete(&["a"])).await, propose(&gate, suspend(&["a"])).await);
    world.remove(&job_path("a"));
    let report = execute(&gate, &going).await;
    assert!(report.is_whole() && fates(&report) == ["was gone already"], "{report:?}");
    assert_eq!(fates(&execute(&gate, &pausing).await), ["not sent: it is gone"]);
    assert_eq!(world.said(), [""; 0]);
}

#[tokio::test]
async fn nothing_is_written_where_the_policy_says_read_only() {
    for policy in [
        Policy { all_read_only: true, ..Policy::default() },
        Policy { read_only: vec!["dev-*".to_owned()], ..Policy::default() },
    ] {
        let world = World::with_jobs(&["a"]);
        let gate = world.gate_with(policy);
        let mut proposal = propose(&gate, delete(&["a"])).await;
        assert!(proposal.hindrance().unwrap().words.contains("read-only"), "{proposal:?}");
        assert!(proposal.confirm(&Answer::Flags { yes: true, word: Some("a") }).is_err());
        // Even an answer that came about elsewhere: the gate itself looks again.
        let target = propose(&world.gate(), delete(&["a"])).await.targets.remove(0);
        proposal.place.read_only = None;
        proposal.targets = vec![target];
        let report = execute(&gate, &proposal).await;
        assert!(report.trouble.as_ref().unwrap().words.contains("read-only"), "{report:?}");
        assert_eq!(world.said(), [""; 0]);
    }
}

#[tokio::test]
async fn a_delete_names_the_uid_that_was_shown_and_a_patch_the_newest_version() {
    let world = World::with_jobs(&["a"]);
    let gate = world.gate();
    let bodies = std::sync::Arc::new(std::sync::Mutex::new(Vec::new()));
    let seen = bodies.clone();
    world.on(move |moment, _| {
        if let Moment::Write(write) = moment {
            seen.lock().unwrap().push((write.change.clone(), write.body()));
        }
        None
    });
    let pausing = propose(&gate, suspend(&["a"])).await;
    world.change(&job_path("a"), touch);
    assert!(execute(&gate, &pausing).await.is_whole());
    let going = propose(&gate, delete(&["a"])).await;
    assert!(execute(&gate, &going).await.is_whole());
    let bodies = bodies.lock().unwrap();
    assert!(matches!(bodies[0].0, Change::Patch { .. }));
    let meta = &bodies[0].1["metadata"];
    assert_eq!((&meta["uid"], &meta["resourceVersion"]), (&job("a")["metadata"]["uid"], &json!("2")));
    assert_eq!(bodies[1].1["preconditions"], json!({"uid": "uid-a"}), "no version: its status may change");
}
