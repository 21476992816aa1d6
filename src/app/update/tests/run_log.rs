//! When the log of a run's page is asked for, and when it is asked for again.

use super::*;
use crate::app::model::Model;
use crate::app::update::provision;
use crate::domain::effect::FleetEffect;
use crate::domain::fleet::FleetNews;
use crate::domain::health::Trouble;
use crate::domain::provision::news::{RunsEffect, RunsNews};
use crate::domain::provision::tests::samples::{ended, job, planned, pod, running, spec, started};
use crate::domain::provision::{Kind, Phase, Run, seen};
use serde_json::{Value, json};

const ID: &str = "aaaa1111";

fn tell(model: &mut Model, news: RunsNews) -> Vec<Effect> {
    update(model, Message::Fleet(vec![FleetNews::Runs(news)]), NOW)
}

/// The plan's pod is there, and its container is in this state.
fn listed(model: &mut Model, state: Value) -> Vec<Phase> {
    let job = started(job(&spec(ID, "one", Kind::Provision), Phase::Plan, 0));
    let runs: Vec<Run> = seen::runs(std::slice::from_ref(&job), &[pod(&job, state)]);
    asked(&tell(model, RunsNews::Listed(Ok(runs.into()))))
}

/// Phases whose logs are asked for.
fn asked(effects: &[Effect]) -> Vec<Phase> {
    let of = |effect: &Effect| match effect {
        Effect::Fleet(FleetEffect::Runs(RunsEffect::ReadLog { id, phase })) if id == ID => Some(*phase),
        _ => None,
    };
    effects.iter().filter_map(of).collect()
}

fn wrote(model: &mut Model, lines: &[&str]) {
    let lines = lines.iter().map(|line| (*line).to_owned()).collect();
    tell(model, RunsNews::Log { id: ID.to_owned(), phase: Phase::Plan, lines });
}

fn broke_off(model: &mut Model, trouble: Option<&str>) {
    let trouble = trouble.map(Trouble::new);
    tell(model, RunsNews::LogEnded { id: ID.to_owned(), phase: Phase::Plan, trouble });
}

fn times(model: &mut Model, word: &str) -> usize {
    draw(model, 160, 50).matches(word).count()
}

/// The page of a run whose pod is there and whose container is not yet.
fn opened() -> Model {
    let mut model = model();
    model.provision.is_there = true;
    provision::open(&mut model);
    listed(&mut model, json!({"waiting": {"reason": "ContainerCreating"}}));
    assert_eq!(asked(&press(&mut model, &["enter"])), [], "there is nothing to read");
    assert!(model.provision.run.is_some());
    model
}

#[test]
fn a_log_is_asked_for_once_and_not_before_the_container_runs() {
    let mut model = opened();
    assert_eq!(listed(&mut model, json!({"waiting": {"reason": "ContainerCreating"}})), []);
    assert_eq!(listed(&mut model, running()), [Phase::Plan]);
    assert_eq!(listed(&mut model, running()), []);
    wrote(&mut model, &["first line"]);
    assert_eq!(times(&mut model, "first line"), 1);
}

#[test]
fn a_log_that_broke_off_is_read_again_from_its_first_line() {
    let mut model = opened();
    for trouble in [Some("connection reset"), None] {
        assert_eq!(listed(&mut model, running()), [Phase::Plan]);
        wrote(&mut model, &["first line", "second line"]);
        broke_off(&mut model, trouble);
        assert_eq!((times(&mut model, "first line"), times(&mut model, "second line")), (1, 1), "none is there twice");
    }
    let outage = tell(&mut model, RunsNews::Listed(Err(Trouble::new("connection refused"))));
    assert_eq!(asked(&outage), [], "nobody is asked while nobody answers");
    assert_eq!(times(&mut model, "second line"), 1, "what was read stands meanwhile");
    assert_eq!(listed(&mut model, ended(&planned(0))), [Phase::Plan], "the rest is in the file");
    wrote(&mut model, &["first line", "second line", "third line"]);
    assert_eq!((times(&mut model, "first line"), times(&mut model, "third line")), (1, 1));
    broke_off(&mut model, Some("its volume is gone"));
    assert_eq!(listed(&mut model, ended(&planned(0))), [], "what is over is read once");
}
