//! From a key to the gate and back: what answers a question, what does not, and what stays on the screen.

use std::sync::Arc;

use rstest::rstest;
use serde_json::json;

use crate::app::fixtures::*;
use crate::app::message::Message;
use crate::app::model::{KnownRights, Model};
use crate::app::update::update;
use crate::domain::effect::{Effect, Purpose};
use crate::domain::gate::samples::{done, proposal, report};
use crate::domain::gate::{
    Ask, Change, DryRun, Environment, Fate, Policy, Propagation, Proposal, Report, Right, Rights, SETTLE_MS,
};
use crate::domain::health::Trouble;
use crate::domain::ids::ObjectKey;
use crate::domain::request::{FetchReply, FetchRequest, PortErrorKind};
use crate::input::context::Pane;
use crate::input::event::{InputEvent, Key};
use crate::layers::Layer;
use crate::layers::confirm::{Confirm, Stage};

/// A deck on which somebody is at the keys, with a clock of its own.
struct Desk {
    model: Model,
    now: i64,
    /// What came out of the last step.
    effects: Vec<Effect>,
}

impl Desk {
    fn new() -> Self {
        let mut model = opened();
        press(&mut model, &["3"]);
        Self { model, now: NOW, effects: Vec::new() }
    }

    fn press(&mut self, keys: &[&str]) -> &mut Self {
        self.effects = press_at(&mut self.model, keys, self.now);
        self
    }

    /// One letter after the other, as a person types.
    fn type_text(&mut self, text: &str) -> &mut Self {
        for char in text.chars() {
            self.press(&[&char.to_string()]).wait(80);
        }
        self
    }

    fn send(&mut self, message: Message) -> &mut Self {
        self.effects = update(&mut self.model, message, self.now);
        self
    }

    fn wait(&mut self, ms: i64) -> &mut Self {
        self.now += ms;
        self
    }

    fn draw(&mut self) -> String {
        draw_at(&mut self.model, 160, 50, self.now)
    }

    /// The cluster answers what was just asked.
    fn proposed(&mut self, environment: Environment, change: impl FnOnce(&mut Proposal)) -> &mut Self {
        let (serial, ask, anew) = self.asked();
        let mut proposal = Proposal { anew, ..proposal(&ask, "left", environment) };
        change(&mut proposal);
        self.send(Message::Proposed { serial, proposal: Box::new(proposal) })
    }

    fn asked(&self) -> (u64, Ask, Vec<String>) {
        let asked = self.effects.iter().find_map(|effect| match effect {
            Effect::Propose { serial, ask, anew } => Some((*serial, ask.clone(), anew.clone())),
            _ => None,
        });
        asked.unwrap_or_else(|| panic!("nothing was asked: {:?}", self.effects))
    }

    /// The question stands there long enough to be read.
    fn shown(&mut self) -> &mut Self {
        self.draw();
        self.wait(SETTLE_MS)
    }

    fn reported(&mut self, change: impl FnOnce(&mut Report), fate: impl Fn(&str) -> Fate) -> &mut Self {
        let confirm = self.confirm();
        let serial = confirm.serial;
        let mut report = report(&proposal(&confirm.ask, "left", Environment::Development), fate);
        change(&mut report);
        self.send(Message::Reported { serial, report: Box::new(report) })
    }

    fn confirm(&self) -> &Confirm {
        let confirm = self.model.layers.iter().rev().find_map(|layer| match layer {
            Layer::Confirm(confirm) => Some(confirm),
            _ => None,
        });
        confirm.expect("a question is on the screen")
    }

    fn executes(&self) -> bool {
        self.effects.iter().any(|effect| matches!(effect, Effect::Execute { .. }))
    }

    fn toast(&self) -> &str {
        self.model.toasts.last().map_or("", |toast| &toast.words)
    }
}

#[test]
fn what_is_typed_ahead_of_the_question_deletes_nothing() {
    let mut desk = Desk::new();
    assert!(!desk.press(&["ctrl-d", "y"]).executes(), "nothing was asked yet");
    let mut desk = Desk::new();
    desk.press(&["ctrl-d"]).proposed(Environment::Development, |_| {});
    assert!(!desk.press(&["y"]).executes(), "it is not on the screen yet");
    desk.draw();
    assert!(!desk.press(&["y"]).executes());
    assert!(!desk.wait(SETTLE_MS - 1).press(&["y"]).executes(), "nobody reads that fast");
    assert!(!desk.wait(1).press(&["y"]).executes(), "and a key that comes again and again is held down");
    assert!(desk.wait(SETTLE_MS).press(&["y"]).executes());
    assert!(!desk.wait(SETTLE_MS).press(&["y"]).executes(), "once");
}

#[test]
fn a_held_key_answers_nothing() {
    let mut desk = Desk::new();
    desk.press(&["ctrl-d"]).proposed(Environment::Development, |_| {}).shown();
    let repeat = || Message::Input(InputEvent::Key { key: Key::parse("y").unwrap(), repeat: true });
    assert!(!desk.send(repeat()).executes());
    for _ in 0..40 {
        assert!(!desk.wait(33).press(&["y"]).executes(), "a terminal without key reports sends presses");
    }
    assert!(desk.wait(SETTLE_MS).press(&["y"]).executes());
}

#[test]
fn a_paste_answers_nothing() {
    for environment in [Environment::Development, Environment::Production] {
        let mut desk = Desk::new();
        desk.press(&["ctrl-d"]).proposed(environment, |_| {}).shown();
        for text in ["y", "y\n", "close", "close\n", "\r"] {
            assert!(!desk.send(paste(text)).executes());
            assert_eq!(desk.confirm().line.text(), "");
        }
        assert!(desk.draw().contains("pasted text answers nothing"));
        assert!(!desk.wait(SETTLE_MS).press(&["enter"]).executes());
    }
}

#[rstest]
#[case("", false)]
#[case("y", false)]
#[case("clos", false)]
#[case("closes", false)]
#[case("Close", false)]
#[case("close", true)]
fn production_wants_the_name_and_no_other_word(#[case] typed: &str, #[case] executes: bool) {
    let mut desk = Desk::new();
    desk.press(&["ctrl-d"]).proposed(Environment::Production, |_| {}).shown();
    assert_eq!(desk.type_text(typed).wait(SETTLE_MS).press(&["enter"]).executes(), executes);
    if !executes {
        assert!(desk.draw().contains("type its name, close, exactly"));
        // A wrong answer changes nothing: the right one still counts.
        desk.press(&["ctrl-u"]).type_text("close");
        assert!(desk.press(&["enter"]).executes());
    }
}

#[test]
fn several_in_production_want_the_clusters_name() {
    let mut desk = Desk::new();
    desk.press(&["space", "space"]);
    desk.press(&["ctrl-d"]).proposed(Environment::Production, |_| {}).shown();
    assert!(desk.draw().contains("Delete 2 Jobs in left"));
    assert!(!desk.type_text("2").press(&["enter"]).executes());
    desk.press(&["ctrl-u"]).type_text("left");
    assert!(desk.press(&["enter"]).executes());
}

#[test]
fn marked_rows_that_the_filter_hides_are_said() {
    let mut desk = Desk::new();
    desk.press(&["space", "space", "/"]).type_text("settle").press(&["enter", "ctrl-d"]);
    let (_, ask, _) = desk.asked();
    assert_eq!(ask.hidden, 1);
    desk.proposed(Environment::Development, |_| {}).shown();
    assert!(desk.draw().contains("1 of them are marked, but the filter hides them"));
}

#[test]
fn escape_changes_nothing_before_the_answer_and_stops_what_runs_after_it() {
    let mut desk = Desk::new();
    desk.press(&["ctrl-d"]).press(&["esc"]);
    let is_dropped = |effect: &Effect| matches!(effect, Effect::Cancel(task) if task.purpose == Purpose::Proposal);
    assert!(desk.model.layers.is_empty() && desk.effects.iter().any(is_dropped));

    desk.press(&["ctrl-d"]).proposed(Environment::Development, |_| {}).shown();
    desk.press(&["esc"]);
    assert!(desk.model.layers.is_empty() && !desk.executes());

    desk.press(&["ctrl-d"]).proposed(Environment::Development, |_| {}).shown();
    assert!(desk.press(&["y"]).executes());
    desk.press(&["esc"]);
    assert!(desk.effects.contains(&Effect::StopWriting));
    assert!(desk.draw().contains("it stops behind this one"), "the layer stays until it has stopped");
    desk.reported(|report| report.cancelled = true, |_| Fate::NotSent("you stopped it".to_owned()));
    let text = desk.draw();
    assert!(
        text.contains("not sent: you stopped it") && text.contains("checkout/") | text.contains("ledger/"),
        "{text}"
    );
    desk.press(&["esc"]);
    assert!(desk.model.layers.is_empty());
}

#[test]
fn an_answer_to_a_question_that_was_left_puts_nothing_up() {
    let mut desk = Desk::new();
    desk.press(&["ctrl-d"]);
    let (serial, ask, _) = desk.asked();
    let late = Box::new(proposal(&ask, "left", Environment::Development));
    desk.press(&["esc", "ctrl-d"]);
    desk.send(Message::Proposed { serial, proposal: late });
    assert_eq!(desk.confirm().stage, Stage::Looking, "the new question waits for its own answer");
}

#[test]
fn what_is_wholly_done_closes_and_the_deck_goes_to_the_new_job() {
    let mut desk = Desk::new();
    desk.press(&["down", "r"]).proposed(Environment::Development, |_| {}).shown();
    assert!(desk.press(&["y"]).executes(), "{:?}", desk.model.layers);
    let made = json!({"kind": "Job", "metadata": {"namespace": "checkout", "name": "settle-r2"}});
    desk.reported(|_| {}, |_| Fate::Done { object: Box::new(made.clone()) });
    assert!(desk.model.layers.is_empty());
    assert!(desk.toast().contains("created"), "{}", desk.toast());
    assert_eq!(desk.model.deck.jobs.selected().unwrap().name.as_ref(), "settle", "its row is not there yet");
    rows(&mut desk.model, LEFT, vec![job("checkout", "settle-r2", 0, false)]);
    assert_eq!(desk.model.deck.jobs.selected(), Some(&ObjectKey::new("checkout", "settle-r2")));
    assert_eq!(desk.model.deck.focus, Pane::Jobs);
}

#[test]
fn what_is_different_now_is_asked_anew_and_wants_a_new_answer() {
    let mut desk = Desk::new();
    desk.press(&["ctrl-d"]).proposed(Environment::Development, |_| {}).shown();
    assert!(desk.press(&["y"]).executes());
    desk.reported(|_| {}, |_| Fate::Changed(vec!["its labels were changed"]));
    let (_, _, anew) = desk.asked();
    assert_eq!(anew, ["job ledger/close: its labels were changed"]);
    desk.proposed(Environment::Development, |_| {});
    assert!(!desk.wait(SETTLE_MS).press(&["y"]).executes(), "the new question was not read yet");
    assert!(desk.draw().contains("Asked anew"));
    assert!(desk.wait(SETTLE_MS).press(&["y"]).executes());
}

#[test]
fn another_propagation_is_asked_for_and_wants_its_own_answer() {
    let mut desk = Desk::new();
    desk.press(&["ctrl-d"]).proposed(Environment::Development, |_| {}).shown();
    for expected in [Propagation::Foreground, Propagation::Orphan, Propagation::Background] {
        desk.wait(SETTLE_MS).press(&["tab"]);
        let (_, mut ask, _) = desk.asked();
        assert_eq!(ask.propagation(), Some(&mut expected.clone()));
        assert!(!desk.press(&["y"]).executes(), "nothing is asked now");
        desk.effects = vec![Effect::Propose { serial: desk.confirm().serial, ask, anew: Vec::new() }];
        desk.proposed(Environment::Development, |_| {});
        assert!(!desk.wait(SETTLE_MS).press(&["y"]).executes(), "it is not on the screen yet");
        desk.shown();
    }
    assert!(desk.wait(SETTLE_MS).press(&["y"]).executes());
    let sent = desk.effects.drain(..).find_map(|effect| match effect {
        Effect::Execute { approved, .. } => {
            approved.into_writes().next().map(|(write, _)| write.write().change.clone())
        }
        _ => None,
    });
    assert_eq!(sent, Some(Change::Delete { propagation: Propagation::Background }));
}

fn refused() -> Fate {
    let trouble = Trouble::new("exceeded quota: jobs");
    Fate::Refused {
        trouble,
        causes: vec![("spec.parallelism".to_owned(), "too many".to_owned())],
        kind: PortErrorKind::Other,
    }
}

#[test]
fn a_form_stays_beneath_what_was_refused_and_goes_with_what_was_done() {
    let mut desk = Desk::new();
    desk.press(&["n", "enter"]).type_text("busybox").press(&["enter"]).type_text("true").press(&["ctrl-s"]);
    desk.proposed(Environment::Development, |_| {}).shown();
    assert!(desk.press(&["y"]).executes(), "{:?}", desk.model.layers);
    desk.reported(|_| {}, |_| refused());
    assert!(desk.draw().contains("exceeded quota: jobs"));
    desk.press(&["esc"]);
    assert!(matches!(desk.model.layers.last(), Some(Layer::Form(_))), "what was filled in is not lost");
    desk.press(&["ctrl-s"]).proposed(Environment::Development, |_| {}).shown();
    assert!(desk.press(&["y"]).executes());
    desk.reported(|_| {}, |_| done());
    assert!(desk.model.layers.is_empty());
}

#[test]
fn an_editor_stays_beneath_what_was_refused_with_the_words_on_their_line() {
    let mut desk = Desk::new();
    let text = "apiVersion: batch/v1\nkind: Job\nmetadata:\n  name: a\nspec:\n  parallelism: 9\n";
    desk.press(&["+"]).send(paste(text)).press(&["ctrl-s"]);
    desk.proposed(Environment::Development, |proposal| {
        let trouble = Trouble::new("Job a is invalid");
        let causes = vec![("spec.parallelism".to_owned(), "too many".to_owned())];
        proposal.targets[0].dry_run = DryRun::Refused { trouble, causes, kind: PortErrorKind::Other };
    });
    assert!(matches!(desk.model.layers.last(), Some(Layer::Editor(_))), "refused before: nothing is asked");
    let told = desk.draw();
    assert!(told.contains("too many"), "{told}");
    desk.press(&["ctrl-s"]).proposed(Environment::Development, |_| {}).shown();
    assert!(desk.press(&["y"]).executes());
    desk.reported(|_| {}, |_| refused());
    desk.press(&["esc"]);
    assert!(matches!(desk.model.layers.last(), Some(Layer::Editor(_))));
    assert_eq!(desk.model.editor().unwrap().text().trim_end(), text.trim_end());
    desk.press(&["ctrl-s"]).proposed(Environment::Development, |_| {}).shown();
    desk.press(&["y"]).reported(|_| {}, |_| done());
    assert!(desk.model.layers.is_empty() && desk.model.editor().is_none());
}

/// What was asked of rights is answered so.
fn told_rights(model: &mut Model, namespace: &str, rights: Rights) {
    let known = KnownRights { rights: Rights::ALL, asked_ms: NOW };
    model.rights.insert((LEFT, namespace.into()), known);
    let purpose = Purpose::Rights(namespace.into());
    let task = crate::domain::effect::TaskKey { cluster: LEFT, kind: None, purpose };
    update(model, Message::Reply { task, result: Ok(FetchReply::Rights(rights)) }, NOW);
}

#[test]
fn a_verb_that_one_may_not_do_is_not_asked_for_and_says_why() {
    let mut desk = Desk::new();
    let denied = Rights::ALL.without(Right::DeleteJobs);
    told_rights(&mut desk.model, "", denied);
    told_rights(&mut desk.model, "ledger", denied);
    desk.press(&["ctrl-d"]);
    assert!(desk.model.layers.is_empty() && desk.effects.is_empty(), "{:?}", desk.effects);
    assert!(desk.toast().contains(Right::DeleteJobs.missing()), "{}", desk.toast());
    desk.press(&["r"]).asked();
    // One namespace over, where a role allows it.
    desk.press(&["esc", "down"]);
    told_rights(&mut desk.model, "checkout", Rights::ALL);
    desk.press(&["ctrl-d"]).asked();
}

#[test]
fn rights_are_asked_for_inside_a_namespace_only_where_they_are_not_whole() {
    let asked = |model: &mut Model| {
        let effects = update(model, Message::Tick, NOW);
        let namespaces = effects.into_iter().filter_map(|effect| match effect {
            Effect::Fetch { request: FetchRequest::Rights { namespace }, .. } => Some(namespace),
            _ => None,
        });
        namespaces.collect::<Vec<Arc<str>>>()
    };
    let mut desk = Desk::new();
    told_rights(&mut desk.model, "", Rights::ALL);
    assert!(asked(&mut desk.model).is_empty());
    let mut desk = Desk::new();
    let denied = Rights::none();
    desk.model.rights.insert((LEFT, "".into()), KnownRights { rights: denied, asked_ms: NOW });
    assert_eq!(asked(&mut desk.model), ["ledger".into()]);
}

#[test]
fn nothing_is_asked_of_a_cluster_that_is_read_only() {
    let mut desk = Desk::new();
    desk.model.policy = Policy { all_read_only: true, ..Policy::default() };
    for keys in [vec!["ctrl-d"], vec!["r"], vec!["n"], vec!["2", "ctrl-d"], vec!["3", "e"]] {
        desk.press(&keys);
        let is_write = |effect: &Effect| matches!(effect, Effect::Propose { .. } | Effect::Execute { .. });
        assert!(!desk.effects.iter().any(is_write), "{keys:?}");
        assert!(!desk.model.layers.iter().any(|layer| matches!(layer, Layer::Confirm(_))), "{keys:?}");
    }
    desk.press(&["3", "ctrl-d"]);
    assert!(desk.toast().contains("--read-only"), "{}", desk.toast());
}

#[test]
fn a_question_that_was_covered_is_read_again_before_it_takes_an_answer() {
    let mut desk = Desk::new();
    desk.press(&["ctrl-d"]).proposed(Environment::Development, |_| {}).shown();
    desk.model.layers.push(Layer::Help(crate::layers::help::Help::default()));
    desk.press(&["j"]).wait(10 * SETTLE_MS).press(&["esc"]);
    assert!(matches!(desk.model.layers.last(), Some(Layer::Confirm(_))), "the question is back");
    assert!(!desk.press(&["y"]).executes(), "it was not painted since");
    desk.shown();
    assert!(desk.wait(SETTLE_MS).press(&["y"]).executes());
}

#[test]
fn an_object_that_comes_late_is_not_laid_over_a_question() {
    let mut desk = Desk::new();
    desk.press(&["e"]);
    let mut tasks = desk.effects.iter().filter_map(|effect| match effect {
        Effect::Fetch { task, request: FetchRequest::Object { .. } } => Some(task.clone()),
        _ => None,
    });
    let task = tasks.next_back().expect("the Job is read");
    desk.press(&["ctrl-d"]).proposed(Environment::Development, |_| {});
    let object = json!({"apiVersion": "batch/v1", "kind": "Job", "metadata": {"name": "settle"}});
    desk.send(Message::Reply { task, result: Ok(FetchReply::Object(Box::new(object))) });
    assert!(matches!(desk.model.layers.last(), Some(Layer::Confirm(_))), "{}", desk.toast());
    assert!(desk.toast().contains("open it again"), "{}", desk.toast());
}

#[test]
fn the_list_of_cronjobs_writes_to_its_own_cluster() {
    let mut desk = Desk::new();
    rows(&mut desk.model, LEFT, vec![cronjob_row("checkout", "nightly")]);
    desk.press(&["t"]);
    desk.model.deck.cluster = Some(RIGHT);
    desk.press(&["ctrl-d"]);
    assert_eq!(desk.asked().1.cluster, LEFT);
}
