//! What Jobs and pods tell of runs.

use proptest::prelude::*;
use serde_json::{Value, json};

use super::samples::*;
use crate::domain::gate::Change;
use crate::domain::provision::manifests::{ASKED, OUTCOME};
use crate::domain::provision::seen::{remembered, runs, with_the_past};
use crate::domain::provision::{Kind, Phase, State, asks};

#[test]
fn a_run_is_told_from_its_queue_to_its_end() {
    let spec = spec("aaaa1111", "one", Kind::Provision);
    let state = |jobs: &[Value], pods: &[Value]| runs(jobs, pods)[0].state();
    let queued = job(&spec, Phase::Plan, 0);
    assert_eq!(state(std::slice::from_ref(&queued), &[]), State::Queued);
    let plan = started(queued);
    assert_eq!(state(std::slice::from_ref(&plan), &[]), State::Planning);
    let with = |state: Value| pod(&plan, state);
    assert_eq!(state(std::slice::from_ref(&plan), &[with(running())]), State::Planning);
    let over = with(ended(&planned(0)));
    assert_eq!(state(std::slice::from_ref(&plan), std::slice::from_ref(&over)), State::AwaitingApproval);
    let apply = job(&spec, Phase::Apply, 5);
    assert_eq!(state(&[plan.clone(), apply.clone()], std::slice::from_ref(&over)), State::Queued);
    let apply = started(apply);
    let pods = [over.clone(), pod(&apply, running())];
    assert_eq!(state(&[apply.clone(), plan.clone()], &pods), State::Applying);
    let pods = [over, pod(&apply, ended(&applied()))];
    let run = runs(&[plan, apply], &pods).remove(0);
    assert_eq!((run.state(), run.changes()), (State::Applied, Some((3, 1, 0))));
    assert_eq!(run.apply.unwrap().ended_ms.unwrap() - run.plan.unwrap().started_ms.unwrap(), 60_000);
}

#[test]
fn why_a_pod_does_not_run_is_told_in_the_clusters_words() {
    let spec = spec("aaaa1111", "one", Kind::Test);
    let plan = started(job(&spec, Phase::Plan, 0));
    let waiting = json!({"waiting": {"reason": "ErrImagePull", "message": "no\u{1b}[31m such image"}});
    let told = pod(&plan, waiting);
    assert_eq!(runs(std::slice::from_ref(&plan), &[told])[0].why(), "ErrImagePull: no such image");
    let mut unscheduled = pod(&plan, Value::Null);
    unscheduled["status"] = json!({"phase": "Pending", "conditions": [
        {"type": "PodScheduled", "status": "False", "message": "0/3 nodes are available"}]});
    assert_eq!(runs(&[plan], &[unscheduled])[0].why(), "0/3 nodes are available");
}

#[test]
fn a_pod_that_is_gone_leaves_a_failed_run_that_says_so() {
    let spec = spec("aaaa1111", "one", Kind::Provision);
    let mut plan = started(job(&spec, Phase::Plan, 0));
    plan["status"] = json!({"conditions": [{"type": "Failed", "status": "True",
        "lastTransitionTime": "2026-11-21T12:40:00Z"}]});
    let run = runs(&[plan], &[]).remove(0);
    assert_eq!(run.state(), State::Failed);
    assert!(run.why().contains("pod is gone"), "{}", run.why());
}

#[test]
fn what_a_pod_said_outlives_it_on_its_job_and_in_the_registry() {
    let spec = spec("aaaa1111", "one", Kind::Provision);
    let mut plan = started(job(&spec, Phase::Plan, 0));
    let there = runs(std::slice::from_ref(&plan), &[pod(&plan, ended(&planned(0)))]);
    assert!(there[0].is_to_be_noted());
    plan["status"] = json!({"conditions": [{"type": "Complete", "status": "True",
        "lastTransitionTime": "2026-11-21T12:40:00Z"}]});
    let lost = runs(std::slice::from_ref(&plan), &[]);
    assert_eq!(lost[0].state(), State::Failed);
    assert_eq!(with_the_past(lost, &there)[0].state(), State::AwaitingApproval, "the registry knows");

    let change = asks::note_outcome(&there[0], Phase::Plan, there[0].outcome()).unwrap();
    let Change::Patch { patch } = &change.writes[0].change else { panic!("{change:?}") };
    let word = patch["metadata"]["annotations"][OUTCOME].as_str().unwrap();
    let noted = note(plan, OUTCOME, word);
    let run = runs(std::slice::from_ref(&noted), &[]).remove(0);
    assert_eq!((run.state(), run.is_to_be_noted()), (State::AwaitingApproval, false));
    assert_eq!(run.facts.digest(), Some("abc"));
    let silent = runs(&[note(noted, OUTCOME, "none")], &[]).remove(0);
    assert_eq!((silent.state(), silent.is_to_be_noted()), (State::Failed, false), "nothing was found: once");
}

#[test]
fn why_a_pod_left_no_word_is_told_with_what_helps() {
    let spec = spec("aaaa1111", "one", Kind::Provision);
    let plan = started(job(&spec, Phase::Plan, 0));
    let killed = json!({"terminated": {"reason": "OOMKilled", "exitCode": 137, "finishedAt": "2026-11-21T12:31:01Z"}});
    let why = runs(std::slice::from_ref(&plan), &[pod(&plan, killed)]).remove(0).why();
    assert!(why.contains("out of memory") && why.contains("provision.memory"), "{why}");
    let mut late = plan;
    late["status"] = json!({"conditions": [{"type": "Failed", "status": "True", "reason": "DeadlineExceeded",
        "lastTransitionTime": "2026-11-21T12:40:00Z"}]});
    let why = runs(&[late], &[]).remove(0).why();
    assert!(why.contains("provision.deadline-seconds"), "{why}");
}

#[test]
fn a_later_run_of_the_same_cluster_takes_the_place_of_a_plan_that_waits() {
    let (old, new) = (spec("aaaa1111", "one", Kind::Update), spec("bbbb2222", "one", Kind::Destroy));
    let other = spec("cccc3333", "two", Kind::Destroy);
    let plans = [started(job(&old, Phase::Plan, 0)), job(&new, Phase::Plan, 1), job(&other, Phase::Plan, 2)];
    let told = runs(&plans, &[pod(&plans[0], ended(&planned(0)))]);
    let state = |id: &str| told.iter().find(|run| run.id == id).unwrap().state();
    assert_eq!(
        (state("aaaa1111"), state("bbbb2222"), state("cccc3333")),
        (State::Superseded, State::Queued, State::Queued)
    );
    // One that was cancelled takes nobody's place.
    let plans = [plans[0].clone(), cancelled(plans[1].clone())];
    let told = runs(&plans, &[pod(&plans[0], ended(&planned(0)))]);
    assert_eq!(told.iter().find(|run| run.id == "aaaa1111").unwrap().state(), State::AwaitingApproval);
}

#[test]
fn of_two_that_were_asked_for_within_a_second_the_later_one_stands() {
    let asked = |id: &str, at: i64| note(job(&spec(id, "one", Kind::Destroy), Phase::Plan, 0), ASKED, &at.to_string());
    let told = runs(&[asked("aaaa1111", 1_763_800_000_700), asked("zzzz9999", 1_763_800_000_200)], &[]);
    let states: Vec<(&str, State)> = told.iter().map(|run| (run.id.as_str(), run.state())).collect();
    assert_eq!(states, [("aaaa1111", State::Queued), ("zzzz9999", State::Superseded)]);
}

#[test]
fn what_is_none_of_ours_is_no_run() {
    let spec = spec("aaaa1111", "one", Kind::Test);
    let mut broken = job(&spec, Phase::Plan, 0);
    broken["metadata"]["annotations"] = json!({"eksdeck.io/identity": "{"});
    assert!(runs(&[json!({}), broken, json!({"metadata": {"labels": {"eksdeck.io/run": "x"}}})], &[]).is_empty());
}

#[test]
fn a_run_whose_jobs_are_gone_is_remembered_as_one_that_ended() {
    let spec = spec("aaaa1111", "one", Kind::Provision);
    let plan = started(job(&spec, Phase::Plan, 0));
    let goes_on = runs(std::slice::from_ref(&plan), &[pod(&plan, running())]);
    let past = with_the_past(Vec::new(), &goes_on);
    assert_eq!(past[0].state(), State::Failed);
    let over = runs(std::slice::from_ref(&plan), &[pod(&plan, ended(&planned(0)))]);
    assert_eq!(with_the_past(over.clone(), &goes_on), over, "what is listed is truer");
    assert_eq!(with_the_past(Vec::new(), &over)[0].state(), State::Failed, "its plan is lost: nobody can approve it");
    assert_eq!(remembered(&goes_on), goes_on, "nobody has looked yet: nothing is said of its end");
}

proptest! {
    /// However the server lists Jobs and pods, the same is told of the run.
    #[test]
    fn the_order_of_a_list_tells_nothing(seed in any::<u64>()) {
        let (one, two) = (spec("aaaa1111", "one", Kind::Provision), spec("bbbb2222", "two", Kind::Destroy));
        let jobs = [
            started(job(&one, Phase::Plan, 0)), started(job(&one, Phase::Apply, 3)),
            started(job(&two, Phase::Plan, 1)), job(&two, Phase::Apply, 4),
        ];
        let pods = [
            pod(&jobs[0], ended(&planned(0))), pod(&jobs[1], running()), pod(&jobs[2], ended(&planned(2))),
        ];
        let wanted = runs(&jobs, &pods);
        let turn = |count: usize| (seed % count as u64) as usize;
        let (mut jobs, mut pods) = (jobs.to_vec(), pods.to_vec());
        jobs.rotate_left(turn(4));
        pods.rotate_left(turn(3));
        if seed % 2 == 0 { jobs.reverse(); }
        prop_assert_eq!(runs(&jobs, &pods), wanted);
    }
}
