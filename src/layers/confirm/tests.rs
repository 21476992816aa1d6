//! The question on the screen, and which keys answer it.

use insta::assert_snapshot;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use rstest::rstest;

use super::*;
use crate::domain::gate::SETTLE_MS;
use crate::domain::gate::diff::Difference;
use crate::domain::gate::samples::{deletion, done, report};
use crate::domain::gate::{Along, DryRun, Environment, Fate, LeftOut, Missing, Propagation, Volume};
use crate::domain::health::Trouble;
use crate::domain::request::PortErrorKind;
use crate::ui::testing::text;
use crate::ui::theme::{Terminal, Theme, choose};

const SHOWN: i64 = 1_000;

/// The layer with this question, not drawn yet.
fn put(proposal: Proposal) -> Confirm {
    let mut confirm = Confirm::new(1, proposal.ask.clone(), Origin::Row);
    confirm.put(Box::new(proposal));
    confirm
}

fn shown(proposal: Proposal) -> Confirm {
    let mut confirm = put(proposal);
    confirm.drawn(SHOWN);
    confirm
}

fn type_text(confirm: &mut Confirm, text: &str) {
    confirm.line.insert(text);
}

#[test]
fn a_question_takes_no_key_before_it_was_on_the_screen_for_a_moment() {
    let mut confirm = put(deletion(&["a"], Environment::Development));
    assert!(!confirm.takes_key(false, SHOWN) && confirm.answer(SHOWN).is_none(), "it was never drawn");
    let mut confirm = shown(deletion(&["a"], Environment::Development));
    assert!(!confirm.takes_key(false, SHOWN + SETTLE_MS - 1));
    assert!(confirm.answer(SHOWN + SETTLE_MS - 1).is_none());
    assert_eq!(confirm.wrong, None, "a key too early is no wrong answer");
    let mut confirm = shown(deletion(&["a"], Environment::Development));
    assert!(confirm.takes_key(false, SHOWN + SETTLE_MS));
    assert!(confirm.answer(SHOWN + SETTLE_MS).is_some());
    // Drawn again and again, it is the first time that counts.
    let mut confirm = shown(deletion(&["a"], Environment::Development));
    (1..60).for_each(|frame| confirm.drawn(SHOWN + frame * 16));
    assert!(confirm.pace.is_settled(SHOWN + SETTLE_MS));
}

#[test]
fn a_key_that_is_held_down_answers_nothing_where_one_key_would() {
    let mut confirm = shown(deletion(&["a"], Environment::Development));
    let mut now = SHOWN;
    for _ in 0..60 {
        now += 33;
        assert!(!confirm.takes_key(false, now), "at {now}");
        assert!(!confirm.takes_key(true, now), "at {now}");
    }
    assert!(confirm.takes_key(false, now + SETTLE_MS), "let go and pressed anew");
    // A word is typed faster than that.
    let mut confirm = shown(deletion(&["a"], Environment::Production));
    assert!(confirm.takes_key(false, SHOWN + SETTLE_MS) && confirm.takes_key(false, SHOWN + SETTLE_MS + 60));
    assert!(!confirm.takes_key(true, SHOWN + SETTLE_MS + 90));
}

#[test]
fn a_paste_is_told_and_changes_nothing() {
    let mut confirm = shown(deletion(&["a"], Environment::Production));
    confirm.pasted();
    assert_eq!((confirm.line.text(), confirm.wrong.is_some()), ("", true));
    let mut looking = Confirm::new(1, deletion(&["a"], Environment::Production).ask, Origin::Row);
    looking.pasted();
    assert_eq!(looking.wrong, None);
}

#[rstest]
#[case("settle", false)]
#[case("PAYMENTS", false)]
#[case(" payments", false)]
#[case("payments ", false)]
#[case("2", false)]
#[case("payments", true)]
fn a_wrong_word_is_told_and_changes_nothing(#[case] word: &str, #[case] right: bool) {
    let mut confirm = shown(deletion(&["settle", "close"], Environment::Production));
    type_text(&mut confirm, word);
    let before = confirm.stage.clone();
    assert_eq!(confirm.answer(SHOWN + SETTLE_MS).is_some(), right);
    assert_eq!(confirm.wrong.is_some(), !right);
    assert_eq!(confirm.stage, before);
    assert_eq!(confirm.line.text(), word, "what was typed can be mended");
}

#[test]
fn a_new_question_forgets_what_was_typed_and_when_the_old_one_was_shown() {
    let mut confirm = shown(deletion(&["a"], Environment::Production));
    type_text(&mut confirm, "a");
    confirm.put(Box::new(deletion(&["a"], Environment::Production)));
    assert_eq!((confirm.line.text(), confirm.pace.shown_ms), ("", None));
    assert!(confirm.answer(SHOWN + 10 * SETTLE_MS).is_none());
}

#[test]
fn the_kind_of_the_layer_says_which_keys_there_are() {
    let kind = |proposal: Proposal| put(proposal).kind();
    assert_eq!(kind(deletion(&["a"], Environment::Development)), LayerKind::Confirm);
    assert_eq!(kind(deletion(&["a"], Environment::Production)), LayerKind::ConfirmWord);
    let mut hindered = deletion(&["a"], Environment::Production);
    hindered.refusal = Some(Trouble::new("no"));
    assert_eq!(kind(hindered), LayerKind::Outcome, "nothing to be typed where no answer counts");
    let mut running = shown(deletion(&["a"], Environment::Development));
    running.stage = Stage::Running { progress: None, stopping: false };
    assert_eq!(running.kind(), LayerKind::Outcome);
    assert!(running.answer(SHOWN + 10 * SETTLE_MS).is_none(), "it was answered");
}

fn draw(confirm: &mut Confirm, (wide, high): (u16, u16)) -> String {
    let theme = Theme::load(&choose(Some("dark"), Some(false), &Terminal::default()), None).0;
    let area = Rect::new(0, 0, wide, high);
    let mut buffer = Buffer::empty(area);
    let (drawn, cursor) = view::draw(confirm, area, &mut buffer, &theme);
    confirm.scroll.drawn(drawn.lines, drawn.page);
    let cursor = cursor.map(|(x, y)| format!("cursor at {x},{y}\n")).unwrap_or_default();
    format!("{}\n{cursor}", text(&buffer).trim_matches('\n'))
}

fn both(name: &str, mut confirm: Confirm) {
    assert_snapshot!(format!("{name}_80x24"), draw(&mut confirm, (80, 24)));
    assert_snapshot!(format!("{name}_160x50"), draw(&mut confirm, (160, 50)));
}

#[test]
fn one_job_in_development() {
    let mut proposal = deletion(&["settle-28911"], Environment::Development);
    let note = Some("1 running".to_owned());
    proposal.targets[0].along = vec![Along { what: "pods".to_owned(), count: Some(3), note }];
    both("development", shown(proposal));
}

#[test]
fn several_jobs_in_production_with_all_that_is_to_be_known() {
    let mut proposal = deletion(&["settle-28911", "import-eu", "統計-集計", "close-books"], Environment::Production);
    proposal.place.protected = true;
    proposal.ask.hidden = 2;
    proposal.anew = vec!["job checkout/import-eu: its labels were changed".to_owned()];
    let missing = LeftOut { object: "job checkout/gone".to_owned(), why: Missing::NotThere };
    proposal.left_out = vec![missing];
    let [first, second, third, fourth] = proposal.targets.as_mut_slice() else { panic!("four") };
    first.along = vec![Along { what: "pods".to_owned(), count: Some(1), note: None }];
    first.keepers = vec!["CronJob settle".to_owned(), "Argo CD payments".to_owned()];
    second.warnings = vec!["it goes only when example.com/keep lets it go (finalizer)".to_owned()];
    second.volumes = vec![
        Volume { claim: "scratch".into(), volume: "pvc-1".into(), size: "20Gi".into(), deleted: Some(true) },
        Volume { claim: "keep".into(), volume: "pvc-2".into(), size: "1Ti".into(), deleted: Some(false) },
        Volume { claim: "unread".into(), volume: String::new(), size: "1Gi".into(), deleted: None },
    ];
    third.along = vec![Along { what: "pods".to_owned(), count: None, note: None }];
    third.denied = Some("you may not delete jobs in checkout (no RBAC policy matched)".to_owned());
    let change = Difference { field: "spec.suspend".into(), before: None, after: Some("true".into()) };
    fourth.dry_run = DryRun::Passed {
        object: Box::default(),
        changes: vec![change],
        warnings: vec!["batch/v1beta1 is gone in v1.25".to_owned()],
    };
    let mut confirm = shown(proposal);
    type_text(&mut confirm, "paym");
    both("production", confirm.clone());
    confirm.wrong = Some("type the cluster's name, payments, exactly".to_owned());
    both("production_wrong_word", confirm);
}

#[test]
fn what_cannot_be_done_says_why_and_takes_no_answer() {
    let mut proposal = deletion(&["settle-28911"], Environment::Staging);
    let trouble = Trouble::new(
        "job settle-28911 is kept by policy deny-deletes: ask the platform team before you try it again, and say why",
    )
    .with_remedy("kubectl get validatingadmissionpolicies deny-deletes -o yaml");
    let causes = vec![("metadata.labels[keep]".to_owned(), "must not be deleted".to_owned())];
    proposal.targets[0].dry_run = DryRun::Refused { trouble, causes, kind: PortErrorKind::Other };
    let mut confirm = shown(proposal);
    type_text(&mut confirm, "settle-28911");
    assert!(confirm.answer(SHOWN + SETTLE_MS).is_none());
    both("refused", confirm);
}

#[test]
fn what_is_under_way_and_what_came_of_it() {
    let mut proposal = deletion(&["a", "b", "c", "d"], Environment::Development);
    let mut confirm = shown(proposal.clone());
    let progress = Progress { done: 12, failed: 1, all: 40, now: "job checkout/settle-28911".to_owned() };
    confirm.stage = Stage::Running { progress: Some(progress), stopping: false };
    both("running", confirm.clone());
    if let Stage::Running { stopping, .. } = &mut confirm.stage {
        *stopping = true;
    }
    both("stopping", confirm.clone());
    proposal.place.cluster = "payments-prod".to_owned();
    let mut told = report(&proposal, |object| match object.rsplit('/').next() {
        Some("a") => done(),
        Some("b") => Fate::Refused {
            trouble: Trouble::new("denied by admission"),
            causes: vec![("spec".to_owned(), "no".to_owned())],
            kind: PortErrorKind::Other,
        },
        Some("c") => Fate::Unknown(Trouble::new("connection reset")),
        _ => Fate::NotSent("you stopped it".to_owned()),
    });
    told.cancelled = true;
    told.trouble = Some(Trouble::new("the audit cannot be written: no space left").with_remedy("make room"));
    confirm.stage = Stage::Told(Box::new(told));
    both("told", confirm);
}

#[test]
fn what_happens_to_the_pods_is_said_in_words() {
    for propagation in Propagation::ALL {
        let mut proposal = deletion(&["a"], Environment::Development);
        *proposal.ask.propagation().unwrap() = propagation;
        let text = draw(&mut shown(proposal), (100, 24));
        assert!(text.contains(&format!("({})", propagation.name().to_lowercase())), "{text}");
    }
}

#[test]
fn a_long_list_is_scrolled_while_the_answer_stays_in_sight() {
    let names: Vec<String> = (0..90).map(|number| format!("job-{number:02}")).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let mut confirm = shown(deletion(&names, Environment::Production));
    let first = draw(&mut confirm, (80, 24));
    assert!(first.contains("job-00") && !first.contains("job-89") && first.contains("down scrolls"), "{first}");
    confirm.scroll.by(1_000);
    let last = draw(&mut confirm, (80, 24));
    assert!(last.contains("job-89") && !last.contains("job-00"), "{last}");
    for text in [first, last] {
        assert!(text.contains("type the cluster's name, payments"), "{text}");
    }
    confirm.scroll.by(-1);
    let up = draw(&mut confirm, (80, 24));
    assert!(!up.contains("job-89") && up.contains("(background)"), "one line up, and the note stays: {up}");
}

#[test]
fn text_from_a_cluster_cannot_break_out_of_the_question() {
    let mut proposal = deletion(&["a\u{1b}[2J\u{202e}b"], Environment::Development);
    proposal.targets[0].warnings = vec!["\u{7}\u{1b}]0;owned".to_owned()];
    proposal.targets[0].denied = Some("no\r\nyes\u{1b}[31m".to_owned());
    let mut confirm = shown(proposal);
    let text = draw(&mut confirm, (100, 24));
    assert!(!text.chars().any(|char| char != '\n' && (char.is_control() || char == '\u{202e}')), "{text:?}");
    for (wide, high) in [(1, 1), (4, 3), (20, 5), (200, 4)] {
        draw(&mut confirm, (wide, high));
    }
}
