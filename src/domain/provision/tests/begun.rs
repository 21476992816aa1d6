//! What keeps a run from beginning.

use serde_json::{Value, json};

use super::samples::*;
use crate::domain::provision::checks::may_make;
use crate::domain::provision::seen::last_given;
use crate::domain::provision::{Kind, Phase, Run, seen};

/// A run that went on to apply, which ended with this code at that minute.
fn went_on(id: &str, kind: Kind, exit: i32, minute: u32) -> Run {
    let spec = spec(id, "one", kind);
    let jobs = [job(&spec, Phase::Plan, minute), job(&spec, Phase::Apply, minute + 1)].map(started);
    let word: Value = json!({"phase": "apply", "exit": exit, "add": 3, "change": 1, "destroy": 0});
    let pods = [pod(&jobs[0], ended(&planned(0))), pod(&jobs[1], ended(&word))];
    seen::runs(&jobs, &pods).remove(0)
}

#[test]
fn a_cluster_that_stands_is_not_made_anew_and_a_first_apply_that_failed_may_be_repeated() {
    let may = |runs: &[Run]| may_make(Kind::Provision, &spec("x", "one", Kind::Provision).identity, runs);
    let made = went_on("aaaa1111", Kind::Provision, 0, 0);
    let words = may(std::slice::from_ref(&made)).unwrap_err();
    assert!(words.contains("one in eu-west-1") && words.contains("eksdeck provision update one"), "{words}");
    assert!(may(&[]).is_ok() && may(&[went_on("aaaa1111", Kind::Provision, 1, 0)]).is_ok(), "nothing stands yet");
    let half = [went_on("bbbb2222", Kind::Update, 1, 10), made.clone()];
    assert!(may(&half).is_err(), "an update that failed leaves it standing");
    let half = [went_on("bbbb2222", Kind::Destroy, 1, 10), made.clone()];
    assert!(may(&half).is_err(), "so does a destroy that failed");
    assert!(may(&[went_on("bbbb2222", Kind::Destroy, 0, 10), made.clone()]).is_ok(), "it is gone");
    let other = spec("x", "two", Kind::Provision).identity;
    assert!(may_make(Kind::Provision, &other, std::slice::from_ref(&made)).is_ok(), "another cluster");
    for kind in [Kind::Test, Kind::Update, Kind::Drift, Kind::Destroy, Kind::Push, Kind::Unlock] {
        assert!(may_make(kind, &made.identity, std::slice::from_ref(&made)).is_ok(), "{kind:?}");
    }
}

#[test]
fn a_run_that_takes_no_variables_says_nothing_of_what_a_cluster_was_given() {
    let planned = |id: &str, kind| seen::runs(&[started(job(&spec(id, "one", kind), Phase::Plan, 0))], &[]).remove(0);
    let (unlock, push, test) =
        (planned("cccc3333", Kind::Unlock), planned("bbbb2222", Kind::Push), planned("aaaa1111", Kind::Test));
    let runs = [unlock.clone(), push, test];
    assert_eq!(last_given(&runs, &runs[0].identity).map(|run| run.id.as_str()), Some("aaaa1111"));
    assert_eq!(last_given(&[unlock], &runs[0].identity), None);
}
