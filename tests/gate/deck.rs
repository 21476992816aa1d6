//! Verbs from the deck, key by key.

use serde_json::Value;

use super::{CRONJOB, DEVELOPMENT, JOB, Lab, PRODUCTION, VIEW, until};
use crate::pty::Terminal;
use crate::pty::panes::{Pane, row_of, selection};

/// What stands in every question that one key answers.
const ASKS: &str = "change nothing";

/// A question takes no key that came before it could be read.
fn read() {
    std::thread::sleep(std::time::Duration::from_millis(450));
}

/// The deck on the development cluster, in the namespace `it`, with these Jobs in it.
fn with_jobs(lab: &Lab, names: &[&str]) -> Terminal {
    lab.run(DEVELOPMENT, "ns create it --yes").done();
    for name in names {
        lab.run_with(DEVELOPMENT, "-n it job create -f - --yes", &JOB.replace("NAME", name)).done();
    }
    let mut terminal = lab.deck(&[DEVELOPMENT], "");
    terminal.press("2 /");
    terminal.type_text("it");
    terminal.press("enter");
    terminal.wait("the namespace", |screen| row_of(screen, Pane::Namespaces, "it").is_some());
    // What is drawn may be of before the filter was taken: the last row of what is left then is the one that is meant.
    until("the namespace to be chosen", || {
        let chosen = selection(&terminal.screen(), Pane::Namespaces).is_some_and(|(_, name)| name == "it");
        if !chosen {
            terminal.press("G");
            terminal.wait_quiet(std::time::Duration::from_millis(150));
        }
        chosen
    });
    terminal.press("3");
    for name in names {
        terminal.wait("its Jobs", |screen| row_of(screen, Pane::Jobs, name).is_some());
    }
    terminal.press("N");
    if let Some(first) = names.iter().min() {
        terminal.wait("the first Job", |screen| row_of(screen, Pane::Jobs, first).is_some());
        terminal.press("g");
        terminal.wait("the first one chosen", |screen| {
            selection(screen, Pane::Jobs).is_some_and(|(_, name)| name == **first)
        });
    }
    terminal
}

/// Answers the question with `y` once it could be read.
fn agree(terminal: &mut Terminal) {
    terminal.wait_text(ASKS);
    read();
    terminal.press("y");
    terminal.wait_gone(ASKS);
}

fn job(lab: &Lab, name: &str) -> Value {
    lab.get(DEVELOPMENT, &format!("job {name} -n it"))
}

#[test]
fn a_job_is_resumed_suspended_run_again_and_deleted() {
    let lab = Lab::new();
    let mut terminal = with_jobs(&lab, &["settle"]);
    for (key, suspended) in [("u", false), ("s", true)] {
        terminal.press(key);
        agree(&mut terminal);
        until("it to be so", || job(&lab, "settle")["spec"]["suspend"] == suspended);
    }
    terminal.press("r");
    agree(&mut terminal);
    until("the new Job", || job(&lab, "settle-r1") != Value::Null);
    terminal.wait("the deck to follow it", |screen| {
        selection(screen, Pane::Jobs).is_some_and(|(_, name)| name == "settle-r1")
    });
    terminal.press("ctrl-d");
    agree(&mut terminal);
    until("it to go", || job(&lab, "settle-r1") == Value::Null);
    assert_ne!(job(&lab, "settle"), Value::Null);
    assert_eq!(lab.run(DEVELOPMENT, "audit verify").code, Some(0));
}

#[test]
fn what_is_typed_ahead_pasted_or_wrong_deletes_nothing() {
    let lab = Lab::new();
    let mut terminal = with_jobs(&lab, &["settle"]);
    let before = lab.audit().len();
    terminal.send(b"\x04y");
    terminal.wait_text(ASKS);
    terminal.send(b"yyyy");
    terminal.wait_quiet(std::time::Duration::from_millis(500));
    assert!(terminal.screen().has(ASKS), "{}", terminal.screen());
    terminal.paste("y");
    terminal.wait_text("pasted text answers nothing");
    terminal.press("n");
    terminal.wait_gone(ASKS);
    assert_ne!(job(&lab, "settle"), Value::Null);
    assert_eq!(lab.audit().len(), before, "nothing was even meant");
    terminal.press("ctrl-c");
    terminal.wait_exit();

    let mut terminal = lab.deck(&[PRODUCTION], "");
    terminal.press("3 /");
    terminal.type_text("gift-card");
    terminal.press("enter");
    terminal
        .wait("the Job", |screen| selection(screen, Pane::Jobs).is_some_and(|(_, name)| name == "gift-card-import"));
    terminal.press("ctrl-d");
    terminal.wait_text("type its name, gift-card-import");
    read();
    for wrong in ["y", "gift-card", "gift-card-imports"] {
        terminal.type_text(wrong);
        terminal.press("enter");
        terminal.wait_text("type its name, gift-card-import, exactly");
        terminal.press("ctrl-u");
    }
    terminal.paste("gift-card-import\r");
    terminal.wait_text("pasted text answers nothing");
    terminal.press("enter");
    terminal.wait_text("exactly");
    assert_ne!(lab.get(PRODUCTION, "job gift-card-import -n checkout"), Value::Null);
    terminal.type_text("gift-card-import");
    terminal.press("enter");
    until("the Job to go", || lab.get(PRODUCTION, "job gift-card-import -n checkout") == Value::Null);
}

#[test]
fn marked_jobs_go_together_and_the_others_stay() {
    let lab = Lab::new();
    let mut terminal = with_jobs(&lab, &["a", "b", "c"]);
    terminal.press("space space ctrl-d");
    terminal.wait_text("Delete 2 Jobs");
    agree(&mut terminal);
    until("the marked ones to go", || ["a", "b"].iter().all(|name| job(&lab, name) == Value::Null));
    assert_ne!(job(&lab, "c"), Value::Null);
}

#[test]
fn pods_stay_where_they_are_orphaned() {
    let lab = Lab::new();
    let mut terminal = with_jobs(&lab, &["settle"]);
    terminal.press("u");
    agree(&mut terminal);
    let pods = || {
        let list = lab.get(DEVELOPMENT, "pods -n it -l job-name=settle");
        let items = list["items"].as_array().cloned().unwrap_or_default();
        items.iter().filter(|pod| pod["metadata"]["deletionTimestamp"].is_null()).count()
    };
    until("its pod", || pods() == 1);
    terminal.press("ctrl-d");
    for words in ["(background)", "(foreground)"] {
        terminal.wait_text(words);
        read();
        terminal.press("tab");
    }
    terminal.wait_text("(orphan)");
    agree(&mut terminal);
    until("the Job to go", || job(&lab, "settle") == Value::Null);
    assert_eq!(pods(), 1);
}

#[test]
fn a_job_is_edited_and_cloned_in_the_editor() {
    let lab = Lab::new();
    let mut terminal = with_jobs(&lab, &["settle"]);
    // On 160 columns and 45 lines the whole manifest is shown.
    let replace = |terminal: &mut Terminal, from: &str, to: &str| {
        terminal.press("ctrl-f");
        terminal.type_text(from);
        terminal.press("enter");
        for _ in from.chars() {
            terminal.press("delete");
        }
        terminal.type_text(to);
        terminal.wait_text(to);
    };
    terminal.press("e");
    terminal.wait_text("edit Job settle");
    replace(&mut terminal, "suspend: true", "suspend: false");
    terminal.press("ctrl-s");
    agree(&mut terminal);
    until("the edit", || job(&lab, "settle")["spec"]["suspend"] == false);

    terminal.press("C");
    terminal.wait_text("clone of settle");
    let text = terminal.screen().to_string();
    assert!(!text.contains("controller-uid") && !text.contains("resourceVersion"), "{text}");
    terminal.press("ctrl-s");
    agree(&mut terminal);
    let made = || {
        let list = lab.get(DEVELOPMENT, "jobs -n it");
        let items = list["items"].as_array().cloned().unwrap_or_default();
        items.into_iter().find(|job| job["metadata"]["name"] != "settle")
    };
    until("the clone", || made().is_some());
    let spec = |job: &Value| job["spec"]["template"]["spec"]["containers"].clone();
    assert_eq!(spec(&made().unwrap()), spec(&job(&lab, "settle")));
    assert_eq!(lab.run(DEVELOPMENT, "audit verify").code, Some(0));
}

#[test]
fn a_namespace_is_made_in_a_form_by_keys_and_clicks_and_its_labels_are_changed() {
    let lab = Lab::new();
    let mut terminal = with_jobs(&lab, &["settle"]);
    let labels =
        |namespace: &str| lab.get(DEVELOPMENT, &format!("namespace {namespace}"))["metadata"]["labels"].clone();
    terminal.press("2 #");
    terminal.wait_text("labels \u{b7}");
    terminal.type_text("team=ledger");
    terminal.press("ctrl-s");
    agree(&mut terminal);
    until("the label", || labels("it")["team"] == "ledger");

    terminal.press("n");
    terminal.wait_text("new namespace");
    terminal.type_text("fresh");
    // The form has its place once the manifest beside it has its lines.
    terminal.wait_quiet(std::time::Duration::from_millis(300));
    let (column, row) = terminal.screen().find("Cost center").unwrap();
    terminal.click(column + 20, row);
    terminal.wait_text("The label cost-center");
    terminal.type_text("cc-7");
    terminal.press("ctrl-s");
    agree(&mut terminal);
    until("the namespace", || labels("fresh")["cost-center"] == "cc-7");
}

#[test]
fn a_job_is_made_from_a_form_and_an_empty_page() {
    let lab = Lab::new();
    let mut terminal = with_jobs(&lab, &["settle"]);
    let jobs = || {
        let list = lab.get(DEVELOPMENT, "jobs -n it");
        list["items"].as_array().cloned().unwrap_or_default()
    };
    terminal.press("n");
    terminal.wait_text("new from a template");
    terminal.press("enter");
    terminal.wait_text("image");
    terminal.type_text("busybox");
    terminal.press("enter");
    terminal.type_text("true");
    terminal.press("ctrl-s");
    agree(&mut terminal);
    until("the Job of the form", || jobs().len() == 2);

    terminal.press("+");
    terminal.wait_text("ctrl-s apply");
    terminal.paste(&JOB.replace("NAME", "typed"));
    terminal.wait_text("name: typed");
    terminal.press("ctrl-s");
    agree(&mut terminal);
    until("the Job of the page", || job(&lab, "typed") != Value::Null);
    terminal
        .wait("the deck to follow it", |screen| selection(screen, Pane::Jobs).is_some_and(|(_, name)| name == "typed"));
    assert_eq!(lab.run(DEVELOPMENT, "audit verify").code, Some(0));
}

#[test]
fn a_namespace_goes_only_by_its_name() {
    let lab = Lab::new();
    let mut terminal = with_jobs(&lab, &["settle"]);
    terminal.press("2 ctrl-d");
    terminal.wait_text("type the namespace's name, it");
    assert!(terminal.screen().has("1 job"), "what is inside\n{}", terminal.screen());
    read();
    terminal.press("y enter");
    terminal.wait_text("exactly");
    assert_ne!(lab.get(DEVELOPMENT, "namespace it"), Value::Null);
    terminal.press("ctrl-u");
    terminal.type_text("it");
    terminal.press("enter");
    until("the namespace to go", || lab.get(DEVELOPMENT, "namespace it") == Value::Null);
}

#[test]
fn cronjobs_are_triggered_held_and_deleted_from_their_list() {
    let lab = Lab::new();
    let mut terminal = with_jobs(&lab, &["settle"]);
    lab.run_with(DEVELOPMENT, "-n it job create -f - --yes", &CRONJOB.replace("NAME", "nightly")).done();
    let cronjob = || lab.get(DEVELOPMENT, "cronjob nightly -n it");
    let open = |terminal: &mut Terminal| {
        terminal.press("3 t");
        terminal.wait_text("nightly");
    };
    open(&mut terminal);
    for (key, suspended) in [("s", true), ("u", false)] {
        terminal.press(key);
        agree(&mut terminal);
        until("it to be so", || cronjob()["spec"]["suspend"] == suspended);
    }
    terminal.press("t");
    agree(&mut terminal);
    until("a Job of it", || {
        let list = lab.get(DEVELOPMENT, "jobs -n it");
        let items = list["items"].as_array().cloned().unwrap_or_default();
        items.iter().any(|job| job["metadata"]["ownerReferences"][0]["name"] == "nightly")
    });
    // The deck may have gone to the new Job.
    if !terminal.screen().has("0 0 1 1 *") {
        open(&mut terminal);
    }
    terminal.press("ctrl-d");
    agree(&mut terminal);
    until("it to go", || cronjob() == Value::Null);
}

#[test]
fn where_one_may_only_look_a_verb_says_so_and_asks_nothing() {
    let lab = Lab::new();
    let mut terminal = lab.deck(&[VIEW], "");
    terminal.press("2 /");
    terminal.type_text("store");
    terminal.press("enter");
    // A cursor goes no further than the rows there are, and a cluster is live before all of them came.
    terminal.wait("its row", |screen| row_of(screen, Pane::Namespaces, "store").is_some());
    terminal.press("j");
    terminal
        .wait("the namespace", |screen| selection(screen, Pane::Namespaces).is_some_and(|(_, name)| name == "store"));
    // Rights come a moment after the rows.
    terminal.wait_quiet(std::time::Duration::from_millis(700));
    terminal.press("ctrl-d");
    terminal.wait_text("you may not delete this namespace");
    terminal.press("3 n");
    terminal.wait_text("you may not create Jobs here");
    assert!(!terminal.screen().has(ASKS));
    terminal.press("ctrl-c");
    terminal.wait_exit();
    let mut terminal = lab.deck(&[DEVELOPMENT], "--read-only");
    terminal.press("3 n");
    terminal.wait_text("--read-only");
    terminal.press("ctrl-c");
    terminal.wait_exit();
    assert!(lab.audit().is_empty());
}

#[test]
fn on_a_full_disk_the_question_is_answered_and_nothing_goes() {
    let lab = Lab::new();
    with_jobs(&lab, &["settle"]);
    lab.configure("[audit]\nfile = \"/dev/full\"\n");
    let mut terminal = lab.deck(&[DEVELOPMENT], "-n it");
    terminal.press("3 /");
    terminal.type_text("settle");
    terminal.press("enter");
    terminal.wait("the Job", |screen| selection(screen, Pane::Jobs).is_some_and(|(_, name)| name == "settle"));
    terminal.press("ctrl-d");
    terminal.wait_text(ASKS);
    read();
    terminal.press("y");
    terminal.wait_text("the audit /dev/full cannot be written");
    terminal.wait_text("not sent");
    assert_ne!(job(&lab, "settle"), Value::Null);
}
