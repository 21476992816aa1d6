mod gate;
mod gate_random;
mod looks;
mod offers;
mod run_log;

use super::{start, update};
use crate::app::fixtures::*;
use crate::app::message::Message;
use crate::domain::consent::ConsentRequest;
use crate::domain::delta::{ClusterDelta, Delta};
use crate::domain::effect::{Effect, LogEffect, Purpose};
use crate::domain::health::{Health, SessionEvent};
use crate::domain::ids::{KindId, ObjectKey, Uid};
use crate::domain::logs::{LogScope, LogTarget};
use crate::domain::pod::{ContainerState, PodPhase};
use crate::domain::request::FetchRequest;
use crate::input::context::Pane;
use crate::input::event::{InputEvent, Key};
use crate::layers::Layer;
use crate::runtime::inbox::Batch;

#[test]
fn a_start_opens_what_was_asked_for_and_remembers_it() {
    let mut model = model();
    let effects = start(&mut model, &[RIGHT], NOW);
    assert_eq!(effects, [Effect::Open(RIGHT), Effect::RememberOpen(vec!["right".to_owned()])]);
    assert_eq!(model.deck.cluster, Some(RIGHT));
    assert!(matches!(model.fleet.get(RIGHT).unwrap().health, Health::Connecting { .. }));
}

#[test]
fn the_one_namespace_that_was_named_is_chosen_once_it_is_there() {
    let begun = || {
        let mut model = model();
        model.first_namespace = Some("ledger".into());
        start(&mut model, &[LEFT], NOW);
        model
    };
    let mut waiting = begun();
    rows(&mut waiting, LEFT, vec![namespace("checkout")]);
    assert_eq!(waiting.deck.namespace, None);
    rows(&mut waiting, LEFT, vec![namespace("ledger")]);
    assert_eq!(waiting.deck.namespace.as_deref(), Some("ledger"));
    press(&mut waiting, &["2", "home"]);
    assert_eq!(waiting.deck.namespace, None, "it is chosen once");

    let mut gone_on = begun();
    press(&mut gone_on, &["3"]);
    rows(&mut gone_on, LEFT, vec![namespace("ledger")]);
    assert_eq!(gone_on.deck.namespace, None, "who looks elsewhere is left there");
}

#[test]
fn choosing_a_namespace_narrows_the_jobs() {
    let mut model = opened();
    assert_eq!(shown_jobs(&model), ["close", "settle", "backup"], "youngest first, over all namespaces");
    press(&mut model, &["2", "down"]);
    assert_eq!(model.deck.namespace.as_deref(), Some("checkout"));
    assert_eq!(shown_jobs(&model), ["settle", "backup"]);
    press(&mut model, &["up"]);
    assert_eq!(shown_jobs(&model).len(), 3);
}

#[test]
fn a_filter_acts_on_every_letter_and_escape_takes_it_back() {
    let mut model = opened();
    press(&mut model, &["3", "/", "s", "e", "t"]);
    assert_eq!(shown_jobs(&model), ["settle"]);
    press(&mut model, &["backspace", "backspace", "backspace"]);
    assert_eq!(shown_jobs(&model).len(), 3);
    press(&mut model, &["c", "l", "esc"]);
    assert!(model.layers.is_empty());
    assert_eq!(shown_jobs(&model).len(), 3, "what stood there before is back");
    press(&mut model, &["!"]);
    assert_eq!(shown_jobs(&model), ["settle"], "faults only");
    press(&mut model, &["esc"]);
    assert_eq!(shown_jobs(&model).len(), 3);
}

#[test]
fn the_selection_stays_on_its_row_while_rows_come_and_go() {
    let mut model = opened();
    press(&mut model, &["3", "down"]);
    assert_eq!(model.deck.jobs.selected().map(|key| key.name.to_string()).as_deref(), Some("settle"));
    rows(&mut model, LEFT, vec![job("checkout", "newest", 1, false)]);
    assert_eq!(model.deck.jobs.selected().map(|key| key.name.to_string()).as_deref(), Some("settle"));
    assert_eq!(model.deck.jobs.cursor(), 2);
    let gone = Delta::Delete { kind: KindId::Job, key: ObjectKey::new("checkout", "settle") };
    let deltas = vec![ClusterDelta { cluster: LEFT, delta: gone }];
    update(&mut model, Message::Batch(Batch { deltas, ..Batch::default() }), NOW);
    assert_eq!(model.deck.jobs.selected().map(|key| key.name.to_string()).as_deref(), Some("backup"), "its neighbour");
}

#[test]
fn rows_of_a_closed_cluster_that_were_on_their_way_are_dropped() {
    let mut model = opened();
    let effects = press(&mut model, &["1"]);
    assert!(effects.is_empty());
    let effects = super::sessions::close(&mut model, LEFT);
    assert!(effects.contains(&Effect::Close(LEFT)));
    let deltas = vec![ClusterDelta { cluster: LEFT, delta: Delta::Upsert { epoch: 1, row: namespace("late") } }];
    update(&mut model, Message::Batch(Batch { deltas, ..Batch::default() }), NOW);
    assert!(model.fleet.get(LEFT).unwrap().tables.namespaces.is_empty());
}

#[test]
fn enter_on_a_job_describes_it_and_asks_for_what_the_tables_do_not_hold() {
    let mut model = opened();
    let effects = press(&mut model, &["3", "down", "enter"]);
    let asked = |purpose: &Purpose| {
        effects.iter().any(|effect| matches!(effect, Effect::Fetch { task, .. } if task.purpose == *purpose))
    };
    assert!(asked(&Purpose::DetailObject) && asked(&Purpose::DetailEvents));
    let key = ObjectKey::new("checkout", "settle");
    let request = FetchRequest::Object { kind: KindId::Job, key };
    assert!(effects.iter().any(|effect| matches!(effect, Effect::Fetch { request: found, .. } if *found == request)));
    let effects = press(&mut model, &["esc"]);
    assert!(effects.iter().any(|effect| matches!(effect, Effect::Cancel(_))), "leaving a layer cancels its tasks");
    assert!(model.layers.is_empty());
}

#[test]
fn logs_are_read_once_the_selection_rests() {
    let mut model = opened();
    let moved = press(&mut model, &["3", "down"]);
    assert!(!moved.iter().any(|effect| matches!(effect, Effect::Logs(_))), "moving opens no stream");
    let due = model.deck.logs.pending.as_ref().unwrap().1;
    let effects = update(&mut model, Message::Tick, due);
    let fresh = |effect: &Effect| matches!(effect, Effect::Logs(LogEffect::Read { fresh: true, .. }));
    assert!(effects.iter().any(fresh));
    assert_eq!(model.wake_at(due) - due, 1_000 - due.rem_euclid(1_000), "then only the ages wake it");
}

#[test]
fn the_run_before_is_asked_for_one_job_alone() {
    let mut model = opened();
    press(&mut model, &["3", "p"]);
    assert!(model.deck.logs.options.previous);
    press(&mut model, &["3", "down"]);
    let due = model.deck.logs.pending.as_ref().unwrap().1;
    let effects = update(&mut model, Message::Tick, due);
    assert!(!model.deck.logs.options.previous);
    let plain = |effect: &Effect| matches!(effect, Effect::Logs(LogEffect::Read { options, .. }) if !options.previous);
    assert!(effects.iter().any(plain), "{effects:?}");
}

#[test]
fn lines_around_a_match_are_asked_for_and_stay_while_the_filter_changes() {
    let mut model = opened();
    press(&mut model, &["3", "l"]);
    let asked = |effects: &[Effect]| {
        effects.iter().find_map(|effect| match effect {
            Effect::Logs(LogEffect::Query(query)) => Some((query.filter.context, query.filter.include.is_some())),
            _ => None,
        })
    };
    assert_eq!(asked(&press(&mut model, &["b"])), Some((2, false)));
    assert_eq!(asked(&press(&mut model, &["/", "x"])), Some((2, true)));
    let steps: Vec<_> = (0..3).filter_map(|_| asked(&press(&mut model, &["enter", "b"]))).collect();
    assert_eq!(steps, [(5, true), (10, true), (0, true)]);
}

#[test]
fn a_log_that_cannot_be_saved_has_its_path_asked_for_again() {
    let mut model = opened();
    model.deck.logs.save_path = "/nowhere/x.log".to_owned();
    update(&mut model, Message::LogSaved(Err("no such folder".to_owned())), NOW);
    let Some(Layer::Prompt(prompt)) = model.layers.last() else { panic!("nothing typed is lost") };
    assert_eq!(prompt.line.text(), "/nowhere/x.log");
}

#[test]
fn a_question_is_answered_only_by_keys_that_came_after_it_was_painted() {
    let mut model = model();
    start(&mut model, &[LEFT], NOW);
    let request = ConsentRequest {
        user: "u".to_owned(),
        argv: vec!["aws".to_owned()],
        env_names: vec![],
        fingerprint: "f".to_owned(),
    };
    let events = vec![(LEFT, SessionEvent::Health(Health::NeedsConsent)), (LEFT, SessionEvent::ConsentNeeded(request))];
    update(&mut model, Message::Batch(Batch { events, ..Batch::default() }), NOW);
    let effects = press(&mut model, &["enter", "y"]);
    assert!(!effects.iter().any(|effect| matches!(effect, Effect::AnswerConsent { .. })), "typed ahead");
    let Some(Layer::Consent(consent)) = model.layers.last_mut() else { panic!("the question stands") };
    consent.shown_ms = Some(NOW - 10_000);
    update(&mut model, Message::Input(InputEvent::Paste("y".to_owned())), NOW);
    assert!(matches!(model.layers.last(), Some(Layer::Consent(_))), "a paste never confirms");
    let effects = press(&mut model, &["y"]);
    assert_eq!(effects, [Effect::AnswerConsent { cluster: LEFT, fingerprint: "f".to_owned(), agreed: true }]);
}

#[test]
fn who_opens_a_cluster_that_asks_is_shown_the_question_at_once() {
    let mut model = model();
    start(&mut model, &[], NOW);
    assert!(press(&mut model, &["1", "enter"]).contains(&Effect::Open(LEFT)));
    let request = ConsentRequest {
        user: "u".to_owned(),
        argv: vec!["aws".to_owned()],
        env_names: vec![],
        fingerprint: "f".to_owned(),
    };
    let asks = |cluster, request: &ConsentRequest| {
        let needs = SessionEvent::Health(Health::NeedsConsent);
        let events = vec![(cluster, needs), (cluster, SessionEvent::ConsentNeeded(request.clone()))];
        Message::Batch(Batch { events, ..Batch::default() })
    };
    update(&mut model, asks(RIGHT, &request), NOW);
    assert!(model.layers.is_empty(), "nobody asked for the other one");
    update(&mut model, asks(LEFT, &request), NOW);
    assert!(matches!(model.layers.last(), Some(Layer::Consent(_))));
}

#[test]
fn history_goes_back_to_what_was_chosen() {
    let mut model = opened();
    press(&mut model, &["2", "down", "3"]);
    press(&mut model, &["1"]);
    press(&mut model, &["["]);
    assert_eq!((model.deck.focus, model.deck.namespace.as_deref()), (Pane::Jobs, Some("checkout")));
    press(&mut model, &["]"]);
    assert_eq!(model.deck.focus, Pane::Clusters);
}

#[test]
fn one_pod_of_a_job_can_be_picked_and_its_log_read() {
    let mut model = opened();
    let settle = job("checkout", "settle", 60, true);
    let pods = vec![
        pod(&settle, "fine", PodPhase::Succeeded, ended("Completed", 0)),
        pod(&settle, "killed", PodPhase::Failed, ended("OOMKilled", 137)),
    ];
    rows(&mut model, LEFT, pods);
    press(&mut model, &["3", "down", "o"]);
    let Some(Layer::Picker(picker)) = model.layers.last() else { panic!("the list of pods") };
    assert!(picker.rows[0].contains("settle-killed") && picker.rows[0].contains("OOMKilled"), "{picker:?}");
    let effects = press(&mut model, &["enter"]);
    let what = LogScope::Pod { name: "settle-killed".into() };
    assert_eq!(model.deck.logs.target, Some(LogTarget { cluster: LEFT, namespace: "checkout".into(), what }));
    assert_eq!(model.deck.focus, Pane::Logs);
    let read = |effect: &Effect| match effect {
        Effect::Logs(LogEffect::Read { sources, .. }) => {
            sources.len() == 1 && &*sources[0].source.pod == "settle-killed"
        }
        _ => false,
    };
    assert!(effects.iter().any(read), "{effects:?}");
    press(&mut model, &["o"]);
    let Some(Layer::Picker(picker)) = model.layers.last() else { panic!("the pods beside it") };
    assert_eq!(picker.rows.len(), 2);
}

#[test]
fn a_job_that_waits_has_its_events_read_and_its_pods_too_and_again_later() {
    let mut model = opened();
    let close = job("ledger", "close", 5, false);
    let creating = ContainerState::Waiting { reason: "ContainerCreating".into(), message: "".into() };
    rows(&mut model, LEFT, vec![pod(&close, "a", PodPhase::Pending, creating)]);
    let (job_uid, pod_uid) = (Uid::parse("ledger/close"), Uid::parse("ledger/close-a"));
    let asked = |effects: &[Effect]| {
        effects.iter().any(|effect| match effect {
            Effect::Fetch { request: FetchRequest::Events { objects, .. }, .. } => *objects == [job_uid, pod_uid],
            _ => false,
        })
    };
    draw(&mut model, 160, 50);
    assert!(asked(&update(&mut model, Message::Tick, NOW)));
    assert!(!asked(&update(&mut model, Message::Tick, NOW + 10_000)), "not at once again");
    assert!(asked(&update(&mut model, Message::Tick, NOW + 31_000)), "its first event may come later");
}

#[test]
fn a_click_on_a_heading_sorts_and_one_on_the_footer_runs() {
    let mut model = opened();
    press(&mut model, &["3"]);
    let text = draw(&mut model, 160, 50);
    let at = |text: &str, what: &str| {
        let y = text.lines().position(|line| line.contains(what)).unwrap();
        let line = text.lines().nth(y).unwrap();
        let x = line[..line.rfind(what).unwrap()].chars().count();
        InputEvent::Click { x: x as u16, y: y as u16 }
    };
    update(&mut model, Message::Input(at(&text, "STATE")), NOW);
    assert_eq!(shown_jobs(&model).last().map(String::as_str), Some("settle"), "what failed comes last");
    draw(&mut model, 160, 50);
    update(&mut model, Message::Input(at(&text, "STATE")), NOW);
    assert_eq!(shown_jobs(&model).first().map(String::as_str), Some("settle"), "and first the other way round");
    draw(&mut model, 160, 50);
    update(&mut model, Message::Input(at(&text, "? help")), NOW);
    assert!(matches!(model.layers.last(), Some(Layer::Help(_))));
}

mod random {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn no_order_of_keys_and_rows_panics_or_loses_the_selection(
            keys in prop::collection::vec((any_key(), 0u8..12), 1..120),
            (width, height) in (20u16..200, 5u16..60),
        ) {
            let mut model = opened();
            let backend = ratatui::backend::TestBackend::new(width, height);
            let mut terminal = ratatui::Terminal::new(backend).unwrap();
            for (place, (key, noise)) in keys.iter().enumerate() {
                if let Ok(key) = Key::parse(key) {
                    update(&mut model, Message::Input(InputEvent::Key { key, repeat: false }), NOW);
                }
                match noise {
                    0 => rows(&mut model, LEFT, vec![job("checkout", &format!("j{place}"), place as i64, place % 2 == 0)]),
                    1 => {
                        let delta = Delta::Delete { kind: KindId::Job, key: ObjectKey::new("checkout", "settle") };
                        let deltas = vec![ClusterDelta { cluster: LEFT, delta }];
                        update(&mut model, Message::Batch(Batch { deltas, ..Batch::default() }), NOW);
                    }
                    2 => {
                        update(&mut model, Message::Input(InputEvent::Click { x: (place * 7) as u16 % width, y: (place * 3) as u16 % height }), NOW);
                    }
                    _ => {}
                }
                let mut layout = None;
                terminal.draw(|frame| layout = Some(crate::app::view::view(&model, NOW, frame))).unwrap();
                update(&mut model, Message::Drawn(Box::new(layout.unwrap())), NOW);
                let deck = &model.deck;
                prop_assert!(deck.jobs.is_empty() || deck.jobs.cursor() < deck.jobs.len());
                prop_assert!(deck.jobs.passing() == 0 || deck.jobs.selected().is_some());
            }
        }
    }
}
