//! What a person sees, at the two sizes that the screens are made for, with the clock held still.

mod access;
mod fleet;
mod forms;
mod registry;

use std::sync::Arc;
use std::time::Duration;

use insta::assert_snapshot;

use super::*;
use crate::app::fixtures::{self, *};
use crate::app::message::Message;
use crate::app::update::{start, update};
use crate::domain::effect::{Purpose, TaskKey};
use crate::domain::health::{SessionEvent, Trouble, WatchState};
use crate::domain::ids::{ClusterId, KindId};
use crate::domain::log_line::Level;
use crate::domain::log_view::{LineKind, LogLine, LogSourceId, LogSourceInfo, LogWindow, StreamState};
use crate::domain::pod::{ContainerState, PodPhase};
use crate::input::event::InputEvent;
use crate::input::keymap::{Base, Keymap};
use crate::runtime::inbox::Batch;
use crate::store::fleet::Fleet;
use crate::ui::theme::{Choice, Depth, Theme};

const SMALL: (u16, u16) = (80, 24);
const LARGE: (u16, u16) = (160, 50);

fn tell(model: &mut Model, cluster: u32, event: SessionEvent) {
    let events = vec![(ClusterId(cluster), event)];
    update(model, Message::Batch(Batch { events, ..Batch::default() }), NOW);
}

/// Six clusters, one of each health, and Jobs that ended in several ways.
fn fleet() -> Model {
    let names = ["payments-prod", "batch-dev", "search-staging", "audit-eu", "vault-private", "edge-k3s"];
    let mut model = fixtures::model();
    model.fleet = Fleet::new(names.map(fixtures::info).to_vec());
    let open: Vec<ClusterId> = (0..5).map(ClusterId).collect();
    start(&mut model, &open, NOW);
    let settle = job("checkout", "settle-28911", 240, true);
    let import = job("checkout", "import-eu", 720, false);
    let image = ContainerState::Waiting {
        reason: "ImagePullBackOff".into(),
        message: "Back-off pulling image \"import:2.7\": not found".into(),
    };
    let all = vec![
        namespace("checkout"),
        namespace("ledger"),
        pod(&settle, "7xk2q", PodPhase::Failed, ended("OOMKilled", 137)),
        pod(&settle, "p9d4w", PodPhase::Failed, ended("Error", 3)),
        pod(&import, "zz9x8", PodPhase::Pending, image),
        job("ledger", "close-books-with-a-name-that-is-longer-than-any-column-can-be", 3_900, false),
        job("ledger", "統計-集計", 86_400 * 3, false),
        settle,
        import,
    ];
    rows(&mut model, ClusterId(0), all);
    rows(&mut model, ClusterId(1), vec![namespace("default")]);
    let version = |git_version: &str| SessionEvent::Version { git_version: git_version.to_owned() };
    tell(&mut model, 0, version("v1.34.4-eks-3a1b2c"));
    tell(&mut model, 0, SessionEvent::Latency(Duration::from_millis(12)));
    tell(&mut model, 0, SessionEvent::Identity { user: "sre@111111111111".to_owned() });
    tell(&mut model, 1, version("v1.33.1-gke.100"));
    rows(&mut model, ClusterId(2), vec![namespace("search")]);
    let refused = Trouble::new("connection refused by 127.0.0.1:1");
    let stale = Health::Stale { since_ms: NOW - 40_000, retry_ms: NOW + 8_000, trouble: refused };
    tell(&mut model, 2, SessionEvent::Health(stale));
    let expired = Trouble::new("the SSO session has expired").with_remedy("aws sso login --sso-session corp");
    tell(&mut model, 3, SessionEvent::Health(Health::Unauthorised { retry_ms: NOW + 60_000, trouble: expired }));
    let silent = Trouble::new("no answer in 10s; is its endpoint private?");
    tell(&mut model, 4, SessionEvent::Health(Health::Unreachable { retry_ms: NOW + 30_000, trouble: silent }));
    model
}

/// The log of the failed Job, with what its containers did.
fn with_log(mut model: Model) -> Model {
    press(&mut model, &["3", "/", "s", "e", "t", "t", "l", "e", "enter", "l"]);
    let line = |number: u64, source: u16, level: Level, kind: LineKind, text: &str| LogLine {
        number,
        source: LogSourceId(source),
        at: (NOW - 90_000 + number as i64 * 1_000) * 1_000_000,
        level,
        kind,
        text: text.into(),
        ..LogLine::default()
    };
    let source = |label: &str| LogSourceInfo {
        label: label.into(),
        cluster: ClusterId(0),
        namespace: "checkout".into(),
        pod: "settle-28911".into(),
        container: "main".into(),
        state: StreamState::Ended,
        lines: 2,
    };
    let lines = vec![
        line(0, 0, Level::Info, LineKind::Text, "INFO  settling batch 28911 (18,204 rows)"),
        line(1, 0, Level::Warn, LineKind::Text, "WARN  rows held in memory: 18,204"),
        line(2, 0, Level::Unknown, LineKind::Ended, "ended: OOMKilled (exit 137) after 41s, limit 20Mi"),
        line(3, 1, Level::Unknown, LineKind::Gap, "lines are missing here: the kubelet rotated them away"),
        line(4, 1, Level::Error, LineKind::Text, "ERROR 表の行が多すぎます"),
    ];
    let window = LogWindow {
        generation: model.deck.logs.query.generation,
        lines,
        sources: vec![source("7xk2q main"), source("p9d4w main")].into(),
        total: 1_284,
        matched: 1_284,
        dropped: 12,
        following: true,
        ..LogWindow::default()
    };
    model.deck.logs.pods = 2;
    update(&mut model, Message::LogWindow(window.into()), NOW);
    model
}

#[test]
fn the_deck_of_a_fleet_where_something_is_wrong() {
    let mut model = fleet();
    press(&mut model, &["3"]);
    assert_snapshot!("deck_160x50", draw(&mut model, LARGE.0, LARGE.1));
    assert_snapshot!("deck_80x24", draw(&mut model, SMALL.0, SMALL.1));
    press(&mut model, &["1"]);
    assert_snapshot!("clusters_80x24", draw(&mut model, SMALL.0, SMALL.1));
    press(&mut model, &["2", "z"]);
    assert_snapshot!("namespaces_zoomed_160x50", draw(&mut model, LARGE.0, LARGE.1));
}

#[test]
fn the_log_of_a_job_that_failed() {
    let mut model = with_log(fleet());
    assert_snapshot!("logs_160x50", draw(&mut model, LARGE.0, LARGE.1));
    press(&mut model, &["t"]);
    assert_snapshot!("logs_80x24", draw(&mut model, SMALL.0, SMALL.1));
}

#[test]
fn the_detail_of_a_job_that_failed() {
    let mut model = fleet();
    press(&mut model, &["3", "/", "s", "e", "t", "t", "l", "e", "enter", "d"]);
    assert_snapshot!("detail_160x50", draw(&mut model, LARGE.0, LARGE.1));
    assert_snapshot!("detail_80x24", draw(&mut model, SMALL.0, SMALL.1));
}

#[test]
fn a_line_that_is_taller_than_the_pane_fills_it_from_its_end() {
    let mut model = with_log(fleet());
    let mut window = LogWindow::clone(model.deck.logs.window.as_ref().unwrap());
    let words: Vec<String> = (0..2_000).map(|number| format!("word{number:05}")).collect();
    window.lines[3].text = words.join(" ").into();
    update(&mut model, Message::LogWindow(window.into()), NOW);
    press(&mut model, &["w", "f"]);
    let text = draw(&mut model, SMALL.0, SMALL.1);
    let pane: Vec<&str> = text.lines().skip(2).take(20).collect();
    assert!(pane.iter().all(|row| row.len() > 40), "no blank rows\n{text}");
    assert!(text.contains("word01998") && !text.contains("word00000") && text.contains("ERROR"), "{text}");
}

#[test]
fn a_table_with_hidden_rows_says_which_it_shows() {
    let mut model = fleet();
    let jobs = (0..100).map(|number| job("ledger", &format!("close-{number:03}"), 5_000 + number, false)).collect();
    rows(&mut model, ClusterId(0), jobs);
    press(&mut model, &["3"]);
    assert!(draw(&mut model, SMALL.0, SMALL.1).contains("1–18 of 104"));
    press(&mut model, &["G"]);
    assert!(draw(&mut model, SMALL.0, SMALL.1).contains("87–104 of 104"));
}

#[test]
fn mistakes_in_files_stay_on_the_screen() {
    let mut model = fixtures::model();
    model.problems = vec!["broken.yaml:6:7: did not find expected ',' or '}'".to_owned()];
    start(&mut model, &[], NOW);
    assert!(draw(&mut model, LARGE.0, LARGE.1).contains("1 problem · eksdeck doctor"));
    model.fleet = Fleet::new(Vec::new());
    model.deck.clusters.touch_all();
    let text = draw(&mut model, SMALL.0, SMALL.1);
    assert!(text.contains("broken.yaml:6:7: did not find"), "{text}");
}

#[test]
fn a_search_in_the_detail_goes_from_place_to_place() {
    let mut model = fleet();
    press(&mut model, &["3", "/", "s", "e", "t", "t", "l", "e", "enter", "d", "/", "p", "o", "d"]);
    assert!(draw(&mut model, SMALL.0, SMALL.1).contains("search pod"), "typed in the footer");
    press(&mut model, &["enter"]);
    draw(&mut model, SMALL.0, SMALL.1);
    press(&mut model, &["n"]);
    let text = draw(&mut model, SMALL.0, SMALL.1);
    assert!(text.contains("search pod 2 of 3"), "{text}");
    press(&mut model, &["N", "N"]);
    let text = draw(&mut model, SMALL.0, SMALL.1);
    assert!(text.contains("search pod 3 of 3") && text.contains("Pods (2)"), "round the end, and there: {text}");
    press(&mut model, &["/", "x", "y", "z"]);
    assert!(draw(&mut model, SMALL.0, SMALL.1).contains("search podxyz not found"));
    press(&mut model, &["esc"]);
    assert!(draw(&mut model, SMALL.0, SMALL.1).contains("search pod "), "what stood there before is back");
}

#[test]
fn layers_over_the_deck() {
    let mut model = fleet();
    press(&mut model, &["?"]);
    assert_snapshot!("help_80x24", draw(&mut model, SMALL.0, SMALL.1));
    press(&mut model, &["esc", ":", "s", "o", "r", "t"]);
    assert_snapshot!("palette_80x24", draw(&mut model, SMALL.0, SMALL.1));
    press(&mut model, &["esc", "3", "/", "a", "g", "e", "<", "x"]);
    assert_snapshot!("filter_with_a_mistake_160x50", draw(&mut model, LARGE.0, LARGE.1));
}

#[test]
fn nothing_known_nothing_allowed_nothing_there() {
    let mut model = fixtures::model();
    model.fleet = Fleet::new(Vec::new());
    start(&mut model, &[], NOW);
    assert_snapshot!("no_clusters_80x24", draw(&mut model, SMALL.0, SMALL.1));

    let mut model = fixtures::model();
    start(&mut model, &[LEFT], NOW);
    tell(&mut model, 0, SessionEvent::Health(Health::Live));
    let trouble = Trouble::new("sre may not list jobs in any namespace").with_remedy("eksdeck -n NAMESPACE");
    tell(&mut model, 0, SessionEvent::Watch { kind: KindId::Job, state: WatchState::Forbidden { trouble } });
    press(&mut model, &["3"]);
    assert_snapshot!("forbidden_160x50", draw(&mut model, LARGE.0, LARGE.1));
}

#[test]
fn where_the_terminal_has_ascii_alone_nothing_else_is_drawn() {
    let choice = Choice { name: "dark".into(), depth: Depth::True, ascii: true };
    let mut model = with_log(fleet());
    model.theme = Arc::new(Theme::load(&choice, None).0);
    for keys in [&["3"][..], &["?"], &["esc", ":", "s"], &["esc", "3", "/", "é"], &["esc", "B"], &["esc", "F"]] {
        press(&mut model, keys);
        let text = draw(&mut model, LARGE.0, LARGE.1);
        assert!(text.is_ascii(), "{keys:?}\n{text}");
    }
    let text = draw(&mut model, 59, 14);
    assert!(text.contains("59x14 is too small"), "{text}");
}

#[test]
fn a_terminal_that_is_too_small_says_so() {
    let mut model = fleet();
    assert_snapshot!("too_small_59x14", draw(&mut model, 59, 14));
    assert!(draw(&mut model, LEAST.0, LEAST.1).contains("payments-prod"));
}

/// A Job's manifest with a fault, and the schema that its cluster gave.
fn writing(model: &mut Model, base: Base) {
    use crate::domain::request::FetchReply;
    let (keymap, _) = Keymap::load(base, None);
    model.keymap = std::sync::Arc::new(keymap);
    press(model, &["+"]);
    let text = "apiVersion: batch/v1\nkind: Job\nmetadata:\n  name: größe\nspec:\n  template:\n    spec:\n      \
                containers:\n      - name: main\n        note: \"統計\t集計\"\n      restartPolicy: Alwa";
    update(model, Message::Input(InputEvent::Paste(text.to_owned())), NOW);
    let task = TaskKey { cluster: ClusterId(0), kind: None, purpose: Purpose::Schema("batch/v1".to_owned()) };
    let schema = std::sync::Arc::new(crate::domain::schema::tests::batch());
    update(model, Message::Reply { task, result: Ok(FetchReply::Schema(schema)) }, NOW);
}

#[test]
fn a_manifest_is_written() {
    let mut model = fleet();
    writing(&mut model, Base::Default);
    assert_snapshot!("editor_80x24", draw(&mut model, SMALL.0, SMALL.1));
    press(&mut model, &["backspace", "backspace", "backspace", "backspace", "ctrl-space"]);
    assert_snapshot!("editor_completion_80x24", draw(&mut model, SMALL.0, SMALL.1));
    press(&mut model, &["enter"]);
    assert_snapshot!("editor_160x50", draw(&mut model, LARGE.0, LARGE.1));
    if let Some(editor) = model.editor_mut() {
        editor.conflict(editor.text().replace("main", "side"), Some("9".to_owned()));
    }
    assert_snapshot!("editor_conflict_160x50", draw(&mut model, LARGE.0, LARGE.1));
}

#[test]
fn a_manifest_is_written_with_vim_fingers() {
    let mut model = fleet();
    writing(&mut model, Base::Vim);
    press(&mut model, &["g", "g", "V", "j"]);
    assert_snapshot!("editor_vim_80x24", draw(&mut model, SMALL.0, SMALL.1));
    press(&mut model, &["esc", ":", "w"]);
    assert_snapshot!("editor_vim_command_80x24", draw(&mut model, SMALL.0, SMALL.1));
}
