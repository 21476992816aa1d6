use serde_json::json;

use super::*;
use crate::app::fixtures::{LEFT, NOW, cronjob_row, draw, namespace, opened, paste, press, rows};
use crate::app::message::Message;
use crate::app::update::update;
use crate::domain::delta::Row;
use crate::domain::health::Trouble;
use crate::input::event::InputEvent;
use crate::input::keymap::{Base, Keymap};
use crate::layers::form::Made;
use crate::layers::line_edit::LineEdit;

fn form(model: &mut Model) -> &mut Form {
    let Some(Layer::Form(form)) = model.layers.last_mut() else { panic!("a form is on top") };
    form
}

fn typed(model: &mut Model, text: &str) {
    for char in text.chars() {
        let key = if char == ' ' { "space".to_owned() } else { char.to_string() };
        press(model, &[&key]);
    }
}

fn focused(model: &mut Model) -> String {
    let form = form(model);
    form.fields[form.focus].id.clone()
}

fn toast(model: &Model) -> String {
    model.toasts.last().map(|toast| toast.words.clone()).unwrap_or_default()
}

/// Chooses the namespace checkout, which belongs to a team.
fn in_checkout() -> Model {
    let mut model = opened();
    let Row::Namespace(mut row) = namespace("checkout") else { unreachable!() };
    row.meta.labels = Box::new([("team".into(), "payments".into()), ("zone".into(), "a".into())]);
    rows(&mut model, LEFT, vec![Row::Namespace(row)]);
    press(&mut model, &["2", "down", "3"]);
    model
}

#[test]
fn from_n_to_the_manifest_in_four_keys_beside_image_and_command() {
    for base in Base::ALL {
        let mut model = in_checkout();
        model.keymap = Arc::new(Keymap::load(base, None).0);
        let keys = [vec!["n", "enter"], vec!["enter"], vec!["ctrl-s"]];
        press(&mut model, &keys[0]);
        assert_eq!(focused(&mut model), "image");
        typed(&mut model, "tools/settle:2");
        press(&mut model, &keys[1]);
        assert_eq!(focused(&mut model), "command");
        typed(&mut model, "settle --all");
        let Some(Made::Manifest(text)) = form(&mut model).made() else { panic!("it can be made") };
        for expected in [
            "name: settle-",
            "namespace: checkout",
            "image: tools/settle:2",
            "team: payments",
            r#"command: ["sh", "-c", "settle --all"]"#,
        ] {
            assert!(text.contains(expected), "{expected}\n{text}");
        }
        press(&mut model, &keys[2]);
        let Some(Layer::Confirm(confirm)) = model.layers.last() else { panic!("the gate asks") };
        assert!(confirm.ask.names()[0].starts_with("settle-"), "{:?}", confirm.ask);
        // In a development cluster the gate wants one more: y.
        assert!(keys.concat().len() < 8);
    }
}

#[test]
fn a_default_gives_way_to_what_is_typed_and_the_name_follows() {
    let mut model = in_checkout();
    press(&mut model, &["n", "enter"]);
    let before = form(&mut model).text("name").to_owned();
    assert!(before.starts_with("busybox-") && before.len() == 13, "{before}");
    typed(&mut model, "a/b");
    assert_eq!(form(&mut model).text("image"), "a/b");
    assert_eq!(form(&mut model).text("name"), before.replace("busybox", "b"));
    press(&mut model, &["tab", "tab"]);
    assert_eq!(focused(&mut model), "name");
    typed(&mut model, "mine");
    press(&mut model, &["shift-tab", "shift-tab"]);
    typed(&mut model, "c");
    assert_eq!(form(&mut model).text("image"), "a/bc", "what was typed is edited");
    assert_eq!(form(&mut model).text("name"), "mine", "a typed name stays");
    press(&mut model, &["down", "down", "down", "backspace"]);
    assert_eq!(form(&mut model).text("namespace"), "checkou", "a default can be edited too");
}

#[test]
fn labels_that_are_known_are_added_to() {
    let mut model = in_checkout();
    press(&mut model, &["n", "enter"]);
    while focused(&mut model) != "labels" {
        press(&mut model, &["tab"]);
    }
    typed(&mut model, ", tier=1");
    assert_eq!(form(&mut model).text("labels"), "team=payments, tier=1");
}

#[test]
fn a_form_with_something_wrong_is_not_taken_and_goes_there() {
    let mut model = in_checkout();
    press(&mut model, &["n", "enter", "tab", "tab", "tab", "tab"]);
    assert_eq!(focused(&mut model), "retries");
    typed(&mut model, "x");
    let at = form(&mut model).focus;
    assert_eq!(form(&mut model).told(at).as_deref(), Some("a whole number"));
    press(&mut model, &["up", "ctrl-s"]);
    assert_eq!(focused(&mut model), "retries");
    press(&mut model, &["backspace", "2", "ctrl-e"]);
    let Some(Layer::Editor(editor)) = model.layers.last() else { panic!("the editor is open") };
    assert!(editor.text().contains("backoffLimit: 2"));
}

#[test]
fn enter_goes_on_and_on_the_last_field_accepts() {
    let mut model = in_checkout();
    press(&mut model, &["n", "enter"]);
    let fields = form(&mut model).fields.len();
    press(&mut model, &vec!["enter"; fields - 1]);
    assert!(form(&mut model).is_on_the_last());
    press(&mut model, &["enter"]);
    assert!(matches!(model.layers.last(), Some(Layer::Confirm(_))), "the gate asks");
}

#[test]
fn escape_changes_nothing_and_pasting_never_accepts() {
    let mut model = in_checkout();
    press(&mut model, &["n", "enter", "tab"]);
    update(&mut model, paste("echo one\necho two\n"), NOW);
    assert_eq!(form(&mut model).text("command"), "echo one echo two ");
    press(&mut model, &["esc"]);
    assert!(model.layers.is_empty());
    assert!(toast(&model).starts_with("what you typed is there"), "{}", toast(&model));
}

#[test]
fn a_template_that_cannot_be_used_says_why() {
    let mut model = in_checkout();
    let error = crate::domain::template::TemplateError { line: 4, words: "no".to_owned() };
    let file = "templates/mine.yaml".to_owned();
    let broken = crate::domain::template::Broken { name: "mine".into(), file, error };
    model.templates = Arc::new(crate::domain::template::Templates::with_own(vec![Err(broken)]));
    press(&mut model, &["n", "end", "enter"]);
    assert!(model.layers.is_empty());
    assert_eq!(toast(&model), "templates/mine.yaml: line 4: no");
}

#[test]
fn a_one_off_is_made_from_the_cronjob_that_is_chosen() {
    let mut model = in_checkout();
    rows(
        &mut model,
        LEFT,
        vec![cronjob_row("checkout", "nightly"), cronjob_row("checkout", "hourly"), cronjob_row("ledger", "other")],
    );
    press(&mut model, &["n"]);
    let at = model.templates.all.iter().position(|template| &*template.name == "from-cronjob").unwrap();
    press(&mut model, &vec!["down"; at]);
    let asked = |effects: &[Effect]| {
        effects.iter().find_map(|effect| match effect {
            Effect::Fetch { request: FetchRequest::Object { key, .. }, task } => {
                assert_eq!(task.purpose, Purpose::FormCronJob);
                Some(key.to_string())
            }
            _ => None,
        })
    };
    let effects = press(&mut model, &["enter"]);
    assert_eq!(asked(&effects).as_deref(), Some("checkout/hourly"));
    let effects = press(&mut model, &["right"]);
    assert_eq!(asked(&effects).as_deref(), Some("checkout/nightly"), "each is asked for once it is chosen");
    press(&mut model, &["ctrl-s"]);
    assert_eq!(toast(&model), "the CronJob is still being read");
    assert!(form(&mut model).text("name").starts_with("nightly-"));
    let object = json!({"metadata": {"name": "nightly", "namespace": "checkout", "uid": "u"},
        "spec": {"jobTemplate": {"spec": {"template": {"spec": {"restartPolicy": "Never"}}}}}});
    let reply = |result| Message::Reply { task: task(LEFT), result };
    update(&mut model, reply(Ok(FetchReply::Object(Box::new(object)))), NOW);
    let Some(Made::Manifest(text)) = form(&mut model).made() else { panic!("it can be made now") };
    assert!(text.contains("cronjob.kubernetes.io/instantiate: manual"), "{text}");
    press(&mut model, &["left"]);
    let gone = PortError::NotFound(Trouble::new("there is no CronJob hourly"));
    update(&mut model, reply(Err(gone)), NOW);
    let at = form(&mut model).focus;
    assert_eq!(form(&mut model).told(at).as_deref(), Some("there is no CronJob hourly"));
    let effects = press(&mut model, &["esc"]);
    assert_eq!(effects, [Effect::Cancel(task(LEFT))]);
}

#[test]
fn a_namespace_that_is_there_already_is_not_made_again() {
    let mut model = opened();
    press(&mut model, &["2", "n"]);
    typed(&mut model, "ledger");
    assert_eq!(form(&mut model).told(0).as_deref(), Some("there is a namespace of this name already"));
    typed(&mut model, "-2");
    assert_eq!(form(&mut model).told(0), None);
    press(&mut model, &["tab"]);
    typed(&mut model, "books");
    press(&mut model, &["tab", "tab"]);
    assert_eq!(focused(&mut model), "environment");
    press(&mut model, &["d", "tab"]);
    assert_eq!(focused(&mut model), "cpu", "its own word is asked for with `other` alone");
    typed(&mut model, "8");
    let Some(Made::Objects(objects)) = form(&mut model).made() else { panic!("it can be made") };
    let labels = json!({"team": "books", "environment": "development"});
    assert_eq!(objects[0]["metadata"], json!({"name": "ledger-2", "labels": labels}));
    assert_eq!(objects[1]["spec"]["hard"], json!({"requests.cpu": "8"}));
    assert_eq!(objects.len(), 2);
    press(&mut model, &["up", "o"]);
    assert_eq!(form(&mut model).made(), None, "`other` needs its word");
    press(&mut model, &["tab", "q", "a"]);
    let Some(Made::Objects(objects)) = form(&mut model).made() else { panic!("it can be made") };
    assert_eq!(objects[0]["metadata"]["labels"]["environment"], "qa");
}

#[test]
fn labels_are_changed_taken_away_and_added() {
    let mut model = in_checkout();
    press(&mut model, &["2", "#"]);
    assert_eq!(form(&mut model).fields.len(), 3, "two labels and a blank line");
    assert_eq!(form(&mut model).made(), Some(Made::Patch(None)));
    press(&mut model, &["backspace", "x", "down", "ctrl-u", "down"]);
    typed(&mut model, "owner=ops");
    assert_eq!(form(&mut model).fields.len(), 4, "there is always a blank line");
    let patch = json!({"metadata": {"labels": {"zone": null, "team": "paymentx", "owner": "ops"}}});
    assert_eq!(form(&mut model).made(), Some(Made::Patch(Some(patch))));
    press(&mut model, &["down"]);
    typed(&mut model, "owner=b");
    let at = form(&mut model).focus;
    assert_eq!(form(&mut model).told(at).as_deref(), Some("owner is there twice"));
    press(&mut model, &["2"]);
    form(&mut model).fields[at].input = crate::layers::form::Input::Line(LineEdit::new("a b=c"));
    assert!(form(&mut model).told(at).unwrap().contains("a blank at 2"));
}

#[test]
fn what_cannot_be_opened_says_why() {
    let mut model = opened();
    press(&mut model, &["2", "#"]);
    assert_eq!(toast(&model), "choose one namespace to change its labels");
    super::super::sessions::close(&mut model, LEFT);
    press(&mut model, &["n"]);
    assert!(toast(&model).ends_with("the cluster is not open"), "{}", toast(&model));
}

#[test]
fn what_was_typed_into_a_form_that_was_left_is_there_again() {
    let mut model = in_checkout();
    press(&mut model, &["n", "enter"]);
    typed(&mut model, "tools/settle:2");
    press(&mut model, &["esc"]);
    assert!(model.layers.is_empty());
    press(&mut model, &["n", "down", "enter"]);
    assert!(!form(&mut model).preview().contains("tools/settle:2"), "another template begins anew");
    press(&mut model, &["esc", "n", "enter"]);
    assert!(form(&mut model).preview().contains("image: tools/settle:2"));
    press(&mut model, &["ctrl-e"]);
    assert!(model.left_form.is_none());
}

#[test]
fn a_click_goes_to_a_field_and_one_beside_the_form_closes_it() {
    let mut model = opened();
    press(&mut model, &["2", "n"]);
    let text = draw(&mut model, 160, 45);
    let row = text.lines().position(|line| line.contains("Cost center")).unwrap();
    let line = text.lines().nth(row).unwrap();
    let column = line[..line.find("Cost center").unwrap()].chars().count();
    let click = |model: &mut Model, x: usize, y: usize| {
        let event = InputEvent::Click { x: x as u16, y: y as u16 };
        update(model, Message::Input(event), NOW);
    };
    click(&mut model, column + 20, row);
    assert!(matches!(model.layers.last(), Some(Layer::Form(form)) if form.fields[form.focus].id == "cost-center"));
    click(&mut model, 0, 10);
    assert!(model.layers.is_empty());
}
