//! What may be asked of runs, and what it takes.

use serde_json::json;

use super::samples::*;
use crate::domain::gate::{Change, Environment, Level, Verb};
use crate::domain::provision::asks::{self, NotNow};
use crate::domain::provision::checks::{Checks, is_guarded, may_begin};
use crate::domain::provision::fleet::{Drift, by_cluster, newest_settling, only_tested};
use crate::domain::provision::manifests::Input;
use crate::domain::provision::{Kind, Phase, Site, queue, seen};

#[test]
fn what_belongs_to_a_job_goes_with_it() {
    let spec = spec("aaaa1111", "one", Kind::Provision);
    let input = Input { secret: Some(json!({"x": 1})), ..Input::default() };
    let change = asks::plan(&spec, &input, spec.volumes(), 0);
    let kinds: Vec<&str> = change.writes.iter().map(|write| write.resource.kind.as_str()).collect();
    assert_eq!(kinds, ["PersistentVolumeClaim", "Job", "ConfigMap", "Secret"]);
    for mut write in change.writes.into_iter().skip(2) {
        assert!(!write.own("Job", "another", "u"), "another Job's");
        assert!(write.own("Job", &spec.job_name(Phase::Plan), "u"), "it has its Job's uid");
        assert!(!write.own("Job", &spec.job_name(Phase::Plan), "v"), "once");
    }
    assert_eq!(asks::plan(&spec, &input, Vec::new(), 0).level(), Level::Yes, "a plan changes nothing");
}

#[test]
fn only_the_plan_that_was_shown_is_agreed_to() {
    let run = awaiting(&spec("aaaa1111", "one", Kind::Provision), 0);
    let other = crate::domain::provision::Approval { sha256: "def".to_owned(), ..approval("ann", None) };
    let error = asks::approve(&run, other, "", Checks::default()).unwrap_err();
    assert!(matches!(error, NotNow::OtherPlan { .. }), "{error}");
    let change = asks::approve(&run, approval("ann", None), "", Checks::default()).unwrap();
    assert_eq!((change.level(), change.writes.len()), (Level::Yes, 3));
    let job = match &change.writes[1].change {
        Change::Create { manifest } => manifest.clone(),
        other => panic!("{other:?}"),
    };
    assert_eq!(job["metadata"]["annotations"]["eksdeck.io/approved-plan"], "abc");
    let queued =
        seen::runs(&[crate::domain::provision::tests::samples::job(&run.spec(), Phase::Plan, 0)], &[]).remove(0);
    let error = asks::approve(&queued, approval("ann", None), "", Checks::default()).unwrap_err();
    assert!(matches!(error, NotNow::NothingToApprove { .. }), "{error}");
}

#[test]
fn two_people_agree_where_two_are_wanted() {
    let spec = crate::domain::provision::Spec { approvals: 2, ..spec("aaaa1111", "one", Kind::Provision) };
    let run = awaiting(&spec, 0);
    let first = asks::approve(&run, approval("ann", Some("arn:a")), "", Checks::default()).unwrap();
    assert_eq!(first.writes.len(), 1, "the apply is not made yet");
    let with = |known| {
        let plan = approved_by(started(job(&spec, Phase::Plan, 0)), known);
        let pod = pod(&plan, ended(&planned(0)));
        seen::runs(&[plan], &[pod]).remove(0)
    };
    let once = with(&[approval("ann", Some("arn:a"))]);
    let same = asks::approve(&once, approval("root", Some("arn:a")), "", Checks::default());
    assert!(matches!(same, Err(NotNow::AgreedAlready { .. })), "another account of the same person");
    let second = asks::approve(&once, approval("bob", Some("arn:b")), "", Checks::default()).unwrap();
    assert_eq!(second.writes.len(), 3);
}

#[test]
fn what_destroys_or_is_protected_wants_the_clusters_name() {
    let wants = |word: &str| Level::Word { word: word.to_owned(), is: "the cluster's name" };
    let level = |run, checks| asks::approve(&run, approval("ann", None), "", checks).unwrap().level();
    let dev = spec("aaaa1111", "one", Kind::Update);
    assert_eq!(level(awaiting(&dev, 1), Checks::default()), wants("one"));
    let prod = crate::domain::provision::Spec { environment: "prod".to_owned(), ..dev.clone() };
    assert_eq!(level(awaiting(&prod, 0), Checks::default()), wants("one"));
    let guarded = crate::domain::provision::Spec { is_protected: true, ..dev.clone() };
    assert_eq!(level(awaiting(&guarded, 0), Checks::default()), wants("one"));
    let blind = Checks { is_blind: true, is_dangerous: true, ..Checks::default() };
    let Level::Word { word, .. } = level(awaiting(&spec("a", "one", Kind::Destroy), 3), blind) else { panic!() };
    assert_eq!(word, "one unseen");
    let change = asks::approve(&awaiting(&prod, 0), approval("ann", None), "", Checks::default()).unwrap();
    assert_eq!((change.verb, change.environment), (Verb::Approve, Environment::Production));
}

#[test]
fn a_run_is_stopped_as_it_stands() {
    let spec = spec("aaaa1111", "one", Kind::Provision);
    let plan = started(job(&spec, Phase::Plan, 0));
    let goes = seen::runs(std::slice::from_ref(&plan), &[pod(&plan, running())]).remove(0);
    let change = asks::cancel(&goes, "bob").unwrap();
    let Change::Exec { command, .. } = &change.writes[1].change else { panic!("{change:?}") };
    assert_eq!(command, &["kill", "-TERM", "1"]);
    let waits = seen::runs(&[plan], &[]).remove(0);
    let Change::Patch { patch } = &asks::cancel(&waits, "bob").unwrap().writes[0].change.clone() else { panic!() };
    assert_eq!(patch["spec"]["suspend"], true);
    let queued = seen::runs(&[job(&spec, Phase::Plan, 0)], &[]).remove(0);
    assert_eq!(asks::cancel(&queued, "bob").unwrap().writes.len(), 1);
    let over = seen::runs(&[cancelled(job(&spec, Phase::Plan, 0))], &[]).remove(0);
    assert!(matches!(asks::cancel(&over, "bob"), Err(NotNow::NothingToStop { .. })));
}

#[test]
fn the_queue_goes_by_place_and_leaves_room_for_every_account() {
    let site = Site { at_once: 2, at_once_per_account: 1, ..Site::default() };
    let one = spec("aaaa1111", "one", Kind::Test);
    let two = spec("bbbb2222", "two", Kind::Test);
    let mut three = spec("cccc3333", "three", Kind::Test);
    three.identity.account = "222222222222".to_owned();
    let jobs = [job(&one, Phase::Plan, 0), placed(job(&two, Phase::Plan, 1), -1), job(&three, Phase::Plan, 2)];
    let next = |jobs: &[serde_json::Value], pods: &[serde_json::Value]| {
        queue::next(&seen::runs(jobs, pods), &site).map(|(run, _)| run.id.clone())
    };
    assert_eq!(next(&jobs, &[]).as_deref(), Some("bbbb2222"), "the lowest place");
    let jobs = [jobs[0].clone(), started(jobs[1].clone()), jobs[2].clone()];
    let pods = [pod(&jobs[1], running())];
    assert_eq!(next(&jobs, &pods).as_deref(), Some("cccc3333"), "account 1 has its run");
    let runs = seen::runs(&jobs, &pods);
    let first = runs.iter().find(|run| run.id == "aaaa1111").unwrap();
    assert_eq!(queue::blocked_by(first, &runs, &site).as_deref(), Some("another run goes on in account 111111111111"));
    let jobs = [jobs[0].clone(), jobs[1].clone(), started(jobs[2].clone())];
    let pods = [pod(&jobs[1], running()), pod(&jobs[2], running())];
    assert_eq!(next(&jobs, &pods), None);
}

#[test]
fn a_cluster_has_one_run_at_a_time() {
    let site = Site::default();
    let (first, second) = (spec("aaaa1111", "one", Kind::Drift), spec("bbbb2222", "one", Kind::Update));
    let jobs = [started(job(&first, Phase::Plan, 0)), job(&second, Phase::Plan, 1)];
    let runs = seen::runs(&jobs, &[pod(&jobs[0], running())]);
    assert!(queue::next(&runs, &site).is_none());
}

#[test]
fn drift_counts_until_something_is_applied() {
    let (looked, applied_) = (spec("aaaa1111", "one", Kind::Drift), spec("bbbb2222", "one", Kind::Update));
    let drift = started(job(&looked, Phase::Plan, 0));
    let mut jobs = vec![drift.clone()];
    let mut pods = vec![pod(&drift, ended(&planned(0)))];
    let told = |jobs: &[serde_json::Value], pods: &[serde_json::Value]| {
        let runs = seen::runs(jobs, pods);
        by_cluster(&runs)[0].drift(&runs)
    };
    assert!(matches!(told(&jobs, &pods), Drift::Found { .. }));
    let (plan, apply) = (started(job(&applied_, Phase::Plan, 3)), started(job(&applied_, Phase::Apply, 4)));
    pods.extend([pod(&plan, ended(&planned(0))), pod(&apply, ended(&applied()))]);
    jobs.extend([plan, apply]);
    assert_eq!(told(&jobs, &pods), Drift::Unknown);
}

#[test]
fn volumes_go_of_clusters_that_were_only_tested_and_long_ago() {
    let (tested, made) = (spec("aaaa1111", "one", Kind::Test), spec("bbbb2222", "two", Kind::Provision));
    let jobs = [started(job(&tested, Phase::Plan, 0)), started(job(&made, Phase::Plan, 0))];
    let pods: Vec<_> = jobs.iter().map(|job| pod(job, ended(&planned(0)))).collect();
    let runs = seen::runs(&jobs, &pods);
    let end = runs[0].touched_ms();
    let left = |hours: i64| {
        let left = only_tested(&runs, end + hours * 3_600_000 + 1);
        left.into_iter().map(|run| run.id.clone()).collect::<Vec<_>>()
    };
    assert_eq!((left(5), left(6)), (Vec::new(), vec!["aaaa1111".to_owned()]));
}

#[test]
fn the_guard_against_deletion_goes_in_a_run_of_its_own() {
    let values = |guard: bool, version: &str| {
        json!({"deletion_protection": guard, "kubernetes_version": version}).as_object().unwrap().clone()
    };
    let may = |kind, before, now| may_begin(kind, "one", &[], Some(&before), &now);
    assert!(is_guarded(&[], &values(true, "1.33")));
    let error = may(Kind::Destroy, values(true, "1.33"), values(true, "1.33")).unwrap_err();
    assert!(error.contains("--var deletion_protection=false"), "{error}");
    assert!(may(Kind::Destroy, values(false, "1.33"), values(false, "1.33")).is_ok());
    assert!(may(Kind::Update, values(true, "1.33"), values(false, "1.33")).is_ok());
    assert!(may(Kind::Update, values(true, "1.33"), values(false, "1.34")).is_err(), "with something else");
    assert!(may(Kind::Update, values(true, "1.33"), values(true, "1.35")).is_err(), "two minors");
    assert!(may(Kind::Update, values(true, "1.33"), values(true, "1.34")).is_ok());
}

#[test]
fn what_it_costs_stays_with_the_approval() {
    let run = awaiting(&spec("aaaa1111", "one", Kind::Provision), 0);
    let checks = Checks { cost: Some("~$1,080".to_owned()), ..Checks::default() };
    let change = asks::approve(&run, approval("ann", None), "", checks).unwrap();
    let Change::Patch { patch } = &change.writes[0].change else { panic!("{change:?}") };
    let mut plan = started(job(&run.spec(), Phase::Plan, 0));
    plan["metadata"]["annotations"]["eksdeck.io/cost"] = patch["metadata"]["annotations"]["eksdeck.io/cost"].clone();
    assert_eq!(seen::runs(&[plan], &[])[0].cost.as_deref(), Some("~$1,080"));
}

#[test]
fn volumes_go_when_no_run_needs_them_and_a_state_that_goes_with_them_is_told() {
    let over = |id: &str| seen::runs(&[cancelled(job(&spec(id, "one", Kind::Test), Phase::Plan, 0))], &[]).remove(0);
    let run = over("aaaa1111");
    let both = [run.spec().work_volume(), run.spec().state_volume()];
    let writes = |change: &crate::domain::gate::RunChange| {
        change.writes.iter().map(|write| write.resource.kind.clone()).collect::<Vec<_>>()
    };
    let jobs = asks::clean_up(&run, &[], &[]).unwrap();
    assert_eq!((writes(&jobs), jobs.level()), (vec!["Job".to_owned()], Level::Yes));
    let files = asks::with_files(jobs, &run);
    assert_eq!((writes(&files), files.level()), (vec!["Job".to_owned(), "Job".to_owned()], Level::Yes));
    assert!(matches!(files.writes.last().map(|write| &write.change), Some(Change::Create { .. })), "at last");
    let all = asks::clean_up(&run, &both, &[]).unwrap();
    assert_eq!(writes(&all), ["Job", "PersistentVolumeClaim", "PersistentVolumeClaim"]);
    assert_eq!(all.level(), Level::Word { word: "one".to_owned(), is: "the cluster's name" });
    assert!(!all.notes.iter().any(|note| note.contains("stands")), "{:?}", all.notes);

    let stands = spec("bbbb2222", "one", Kind::Provision);
    let jobs = [job(&stands, Phase::Plan, 0), job(&stands, Phase::Apply, 1)].map(started);
    let pods = [pod(&jobs[0], ended(&planned(0))), pod(&jobs[1], ended(&applied()))];
    let applied = seen::runs(&jobs, &pods).remove(0);
    let told = asks::clean_up(&run, &both, &[run.clone(), applied.clone()]).unwrap();
    assert!(told.notes.iter().any(|note| note.contains("one stands")), "{:?}", told.notes);

    let waits = awaiting(&spec("cccc3333", "one", Kind::Provision), 0);
    let elsewhere = awaiting(&spec("dddd4444", "two", Kind::Provision), 0);
    assert!(asks::clean_up(&run, &both, std::slice::from_ref(&elsewhere)).is_ok(), "another cluster's");
    assert!(asks::clean_up(&run, &[], std::slice::from_ref(&waits)).is_ok(), "its volumes stay");
    let error = asks::clean_up(&run, &both, &[elsewhere, waits]).unwrap_err().to_string();
    assert!(error.contains("cccc3333"), "{error}");
}

#[test]
fn who_was_cut_off_between_an_approval_and_its_apply_approves_once_more() {
    let spec = spec("aaaa1111", "one", Kind::Provision);
    let plan = approved_by(started(job(&spec, Phase::Plan, 0)), &[approval("ann", None)]);
    let pods = [pod(&plan, ended(&planned(0)))];
    let cut_off = seen::runs(std::slice::from_ref(&plan), &pods).remove(0);
    let again = asks::approve(&cut_off, approval("ann", None), "", Checks::default()).unwrap();
    assert_eq!(again.writes.len(), 3, "the apply and what it reads");
    let queued = seen::runs(&[plan, job(&spec, Phase::Apply, 1)], &pods).remove(0);
    assert!(matches!(
        asks::approve(&queued, approval("ann", None), "", Checks::default()),
        Err(NotNow::NothingToApprove { .. })
    ));
}

#[test]
fn what_was_cancelled_or_approved_since_it_was_listed_is_neither_started_nor_approved_over() {
    let spec = spec("aaaa1111", "one", Kind::Provision);
    let queued = job(&spec, Phase::Plan, 0);
    let run = seen::runs(std::slice::from_ref(&queued), &[]).remove(0);
    let start = &asks::start(&run, Phase::Plan).unwrap().writes[0];
    assert!(start.is_as_expected(&queued));
    assert!(!start.is_as_expected(&cancelled(queued)));

    let spec = crate::domain::provision::Spec { approvals: 2, ..spec };
    let plan = started(job(&spec, Phase::Plan, 0));
    let agrees = |plan: &serde_json::Value, who: &str| {
        let run = seen::runs(std::slice::from_ref(plan), &[pod(plan, ended(&planned(0)))]).remove(0);
        asks::approve(&run, approval(who, None), "", Checks::default()).unwrap().writes.remove(0)
    };
    let (ann, bob) = (agrees(&plan, "ann"), approved_by(plan.clone(), &[approval("bob", None)]));
    assert!(ann.is_as_expected(&plan) && !ann.is_as_expected(&bob) && !ann.is_as_expected(&cancelled(plan)));
    assert!(agrees(&bob, "ann").is_as_expected(&bob));
}

#[test]
fn one_person_is_one_however_they_log_in_and_two_are_two_on_one_account() {
    let people = |approvals: &[(&str, Option<&str>)]| {
        let mut facts = awaiting(&spec("aaaa1111", "one", Kind::Provision), 0).facts;
        facts.approvals = approvals.iter().map(|(user, arn)| approval(user, *arn)).collect();
        facts.people()
    };
    let session = |name: &str| format!("arn:aws:sts::111111111111:assumed-role/sre/{name}");
    let (ann, bob) = (session("ann@acme.test"), session("bob@acme.test"));
    assert_eq!(people(&[("ann", Some(&ann)), ("ann", None)]), 1, "nobody said who it was, once");
    assert_eq!(people(&[("ann", Some(&ann)), ("root", Some(&ann))]), 1);
    assert_eq!(people(&[("ec2-user", Some(&ann)), ("ec2-user", Some(&bob))]), 2, "one machine's account");
    let made_up = [session("botocore-session-1763800000"), session("botocore-session-1763800999")];
    assert_eq!(people(&[("ann", Some(&made_up[0])), ("ann", Some(&made_up[1]))]), 1);
    assert_eq!(people(&[("ann", Some(&made_up[0])), ("bob", Some(&made_up[1]))]), 2);
}

#[test]
fn the_registry_follows_the_newest_run_that_made_or_destroyed_a_cluster() {
    let over = |id: &str, kind: Kind, minute: u32| {
        let spec = spec(id, "one", kind);
        let jobs = [job(&spec, Phase::Plan, minute), job(&spec, Phase::Apply, minute + 1)].map(started);
        let pods = [pod(&jobs[0], ended(&planned(0))), pod(&jobs[1], ended(&applied()))];
        seen::runs(&jobs, &pods).remove(0)
    };
    let runs = [
        over("cccc3333", Kind::Provision, 8),
        over("bbbb2222", Kind::Destroy, 4),
        over("aaaa1111", Kind::Provision, 0),
    ];
    let ids: Vec<&str> = newest_settling(&runs).into_iter().map(|run| run.id.as_str()).collect();
    assert_eq!(ids, ["cccc3333"]);
}
