use super::*;
use crate::app::fixtures::{LEFT, NOW, opened, press};
use crate::app::message::Message;
use crate::app::update::update;
use crate::domain::health::{Health, SessionEvent, Trouble};
use crate::input::event::InputEvent;

const JOB: &str =
    "apiVersion: batch/v1\nkind: Job\nmetadata: {name: a}\nspec: {template: {spec: {restartPolicy: Never}}}";

fn writing(text: &str) -> Model {
    let mut model = opened();
    press(&mut model, &["+"]);
    update(&mut model, Message::Input(InputEvent::Paste(text.to_owned())), NOW);
    model
}

fn kept(effects: &[Effect]) -> Vec<&str> {
    let text = |effect| match effect {
        &Effect::Draft(DraftEffect::Keep(ref draft)) => Some(draft.text.as_str()),
        _ => None,
    };
    effects.iter().filter_map(text).collect()
}

#[test]
fn what_is_typed_reaches_no_command() {
    let mut model = writing("");
    let effects = press(&mut model, &["q", "1", "?", ":", "d", "space", "l", "tab", "n"]);
    assert_eq!((model.editor().unwrap().text().as_str(), model.layers.len()), ("q1?:d l n", 1));
    assert!(kept(&effects).is_empty());
}

#[test]
fn leaving_keeps_the_draft_first() {
    for message in
        [Message::Terminate, Message::Input(InputEvent::Key { key: Key::parse("ctrl-c").unwrap(), repeat: false })]
    {
        let mut model = writing("a: 1");
        let effects = update(&mut model, message, NOW);
        assert_eq!(kept(&effects), ["a: 1"]);
        assert_eq!(effects.last(), Some(&Effect::Quit));
    }
}

#[test]
fn a_tick_keeps_it_and_closing_offers_it_again() {
    let mut model = writing("a: 1");
    assert!(model.wake_at(NOW) <= NOW + 1_000);
    assert_eq!(kept(&update(&mut model, Message::Tick, NOW + 1_000)), ["a: 1"]);
    press(&mut model, &["esc"]);
    assert!(model.layers.is_empty() && model.manifests.drafts.len() == 1);
    press(&mut model, &["D", "enter"]);
    assert_eq!(model.editor().unwrap().text(), "a: 1");
    let effects = press(&mut model, &["ctrl-a", "backspace", "esc"]);
    assert!(matches!(effects.last(), Some(Effect::Draft(DraftEffect::Forget(_)))), "{effects:?}");
    assert!(model.manifests.drafts.is_empty());
}

#[test]
fn a_start_tells_of_the_drafts_and_of_the_key_that_lists_them() {
    let mut model = writing(JOB);
    press(&mut model, &["esc"]);
    model.toasts.clear();
    tell_drafts(&mut model, NOW);
    assert_eq!(model.toasts[0].words, "1 draft was kept · D opens it");
    model.manifests.drafts.clear();
    model.toasts.clear();
    tell_drafts(&mut model, NOW);
    assert!(model.toasts.is_empty());
}

#[test]
fn a_schema_that_could_not_be_had_is_asked_for_again() {
    let mut model = writing(JOB);
    model.fleet.session(LEFT, SessionEvent::Health(Health::Live));
    let asked = |effects: &[Effect]| effects.iter().any(|effect| matches!(effect, Effect::Fetch { .. }));
    let task = TaskKey { cluster: LEFT, kind: None, purpose: Purpose::Schema("batch/v1".to_owned()) };
    let fails = |model: &mut Model, error: PortError, now_ms| {
        update(model, Message::Reply { task: task.clone(), result: Err(error) }, now_ms);
    };
    fails(&mut model, PortError::Unreachable(Trouble::new("no answer")), NOW);
    assert!(!asked(&update(&mut model, Message::Tick, NOW + 1_000)));
    assert!(asked(&update(&mut model, Message::Tick, NOW + 11_000)));
    fails(&mut model, PortError::NotFound(Trouble::new("not served")), NOW + 12_000);
    assert!(!asked(&update(&mut model, Message::Tick, NOW + 60_000)));
}

#[test]
fn a_draft_is_thrown_away_from_the_list_once_that_is_agreed_to() {
    let mut model = writing(JOB);
    press(&mut model, &["esc", "+"]);
    update(&mut model, Message::Input(InputEvent::Paste("b: 2".to_owned())), NOW);
    press(&mut model, &["esc", "D"]);
    let rows = |model: &Model| match model.layers.last() {
        Some(Layer::Picker(picker)) => picker.rows.clone(),
        _ => Vec::new(),
    };
    assert!(rows(&model)[1].ends_with("Job a"), "{:?}", rows(&model));
    press(&mut model, &["down", "ctrl-d", "esc"]);
    assert_eq!((rows(&model).len(), model.manifests.drafts.len()), (2, 2), "esc keeps it");
    press(&mut model, &["ctrl-d", "up", "down", "ctrl-d"]);
    let effects = press(&mut model, &["enter"]);
    assert!(matches!(&effects[..], [Effect::Draft(DraftEffect::Forget(_))]), "{effects:?}");
    assert_eq!((rows(&model).len(), model.manifests.drafts[0].text.as_str()), (1, "b: 2"));
    press(&mut model, &["ctrl-d", "enter"]);
    assert!(model.layers.is_empty() && model.manifests.drafts.is_empty());
}

#[test]
fn a_draft_that_cannot_be_written_keeps_the_editor_open() {
    let mut model = writing("a: 1");
    let id = model.editor().unwrap().draft.clone();
    update(&mut model, Message::Tick, NOW + 1_000);
    update(&mut model, Message::DraftKept { id: id.clone(), result: Err("the disk is full".to_owned()) }, NOW + 1_000);
    assert!(model.toasts.iter().any(|toast| toast.bad && toast.words.contains("the disk is full")));
    press(&mut model, &["esc"]);
    assert!(model.editor().is_some(), "the text is nowhere else");
    assert_eq!(kept(&update(&mut model, Message::Tick, NOW + 9_000)), ["a: 1"]);
    update(&mut model, Message::DraftKept { id, result: Ok(()) }, NOW + 9_000);
    press(&mut model, &["esc"]);
    assert!(model.editor().is_none());
}

#[test]
fn submitting_goes_to_the_first_fault() {
    let mut model = writing(&format!("{JOB}\n---\na: [1\n"));
    press(&mut model, &["ctrl-s"]);
    assert_eq!(model.editor().unwrap().cursor().line, 5);
    assert!(model.toasts.is_empty());
}

#[test]
fn the_schema_of_an_open_cluster_is_asked_for_once() {
    let mut model = opened();
    press(&mut model, &["+"]);
    let paste = |text: &str| Message::Input(InputEvent::Paste(text.to_owned()));
    let mut asked: Vec<Effect> = update(&mut model, paste(JOB), NOW);
    asked.extend(press(&mut model, &["enter", "x", "backspace"]));
    asked.retain(|effect| matches!(effect, Effect::Fetch { request: FetchRequest::Schema { .. }, .. }));
    assert_eq!(asked.len(), 1, "{asked:?}");
}

#[test]
fn the_persons_own_editor_gives_its_text_or_says_why_not() {
    let mut model = writing("a: 1");
    let effects = press(&mut model, &["ctrl-e"]);
    assert_eq!(kept(&effects), ["a: 1"]);
    assert_eq!(effects.last(), Some(&Effect::ExternalEditor { text: "a: 1".to_owned() }));
    update(&mut model, Message::Edited(Err("vi ended with exit code 1".to_owned())), NOW);
    assert_eq!(model.editor().unwrap().text(), "a: 1");
    update(&mut model, Message::Edited(Ok("a: 2\n".to_owned())), NOW);
    assert_eq!(model.editor().unwrap().text(), "a: 2");
}
