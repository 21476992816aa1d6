//! A small fleet for tests of the loop: messages in, frames out.

use std::sync::Arc;

use proptest::prelude::*;

use super::message::Message;
use super::model::Model;
use super::update::{start, update};
use crate::domain::cluster::{ClusterInfo, Source};
use crate::domain::cronjob::CronJobRow;
use crate::domain::delta::{ClusterDelta, Delta, Row};
use crate::domain::effect::Effect;
use crate::domain::health::{Health, SessionEvent, WatchState};
use crate::domain::ids::{ClusterId, KindId, ObjectKey, Uid};
use crate::domain::job::JobRow;
use crate::domain::namespace::NamespaceRow;
use crate::domain::object::{Condition, Meta, Owner};
use crate::domain::pod::{ContainerRole, ContainerRow, ContainerState, Ended, PodPhase, PodRow};
use crate::input::event::{InputEvent, Key};
use crate::input::keymap::{Base, Keymap};
use crate::runtime::inbox::Batch;
use crate::screens::settings::LabelKeys;
use crate::store::fleet::Fleet;
use crate::ui::theme::{Terminal, Theme, choose};

pub const NOW: i64 = 1_800_000_000_000;
pub const LEFT: ClusterId = ClusterId(0);
pub const RIGHT: ClusterId = ClusterId(1);

pub fn info(name: &str) -> ClusterInfo {
    ClusterInfo {
        name: name.to_owned(),
        source: Source::Context { context: name.to_owned(), file: "config".to_owned() },
        arn: None,
        server: "https://127.0.0.1:1".to_owned(),
        region: None,
        namespace: None,
        broken: None,
        insecure: false,
        ways: Vec::new(),
        record: None,
    }
}

pub fn model() -> Model {
    let (keymap, problems) = Keymap::load(Base::Default, None);
    assert!(problems.is_empty());
    let theme = Arc::new(Theme::load(&choose(Some("dark"), Some(false), &Terminal::default()), None).0);
    let fleet = Fleet::new(vec![info("left"), info("right")]);
    Model::new(fleet, LabelKeys::default(), true, Arc::new(keymap), vec![theme.clone()], theme)
}

pub fn meta(namespace: &str, name: &str, age: i64) -> Meta {
    let uid = Uid::parse(&format!("{namespace}/{name}"));
    let key = ObjectKey::new(namespace, name);
    Meta { key, uid, created: NOW / 1_000 - age, deleting: 0, owner: None, labels: Box::default() }
}

pub fn job(namespace: &str, name: &str, age: i64, failed: bool) -> Row {
    let condition = Condition {
        kind: "Failed".into(),
        status: true,
        reason: "DeadlineExceeded".into(),
        message: "Job was active longer than specified deadline".into(),
        at: NOW / 1_000,
    };
    Row::Job(JobRow {
        meta: meta(namespace, name, age),
        parallelism: 1,
        completions: Some(1),
        backoff_limit: 6,
        deadline: None,
        ttl: None,
        suspended: false,
        indexed: false,
        active: i32::from(!failed),
        ready: 0,
        succeeded: 0,
        failed: 0,
        started: NOW / 1_000 - age,
        completed: 0,
        conditions: if failed { Box::new([condition]) } else { Box::default() },
    })
}

pub fn namespace(name: &str) -> Row {
    Row::Namespace(NamespaceRow { meta: meta("", name, 9_000), terminating: false, conditions: Box::default() })
}

pub fn rows(model: &mut Model, cluster: ClusterId, rows: Vec<Row>) {
    let deltas = rows.into_iter().map(|row| ClusterDelta { cluster, delta: Delta::Upsert { epoch: 1, row } }).collect();
    let events = vec![
        (cluster, SessionEvent::Health(Health::Live)),
        (cluster, SessionEvent::Watch { kind: KindId::Namespace, state: WatchState::Live }),
        (cluster, SessionEvent::Watch { kind: KindId::Job, state: WatchState::Live }),
    ];
    update(model, Message::Batch(Batch { deltas, events, more: false }), NOW);
}

pub fn cronjob_row(namespace: &str, name: &str) -> Row {
    Row::CronJob(CronJobRow {
        meta: meta(namespace, name, 60),
        schedule: "@daily".into(),
        time_zone: "".into(),
        suspended: false,
        active: 0,
        last_scheduled: 0,
        last_succeeded: 0,
    })
}

pub fn press(model: &mut Model, keys: &[&str]) -> Vec<Effect> {
    press_at(model, keys, NOW)
}

pub fn press_at(model: &mut Model, keys: &[&str], now_ms: i64) -> Vec<Effect> {
    let mut effects = Vec::new();
    for key in keys {
        let key = Key::parse(key).unwrap();
        effects.extend(update(model, Message::Input(InputEvent::Key { key, repeat: false }), now_ms));
    }
    effects
}

pub fn opened() -> Model {
    let mut model = model();
    start(&mut model, &[LEFT], NOW);
    let mut all = vec![namespace("checkout"), namespace("ledger")];
    all.extend([
        job("checkout", "settle", 60, true),
        job("checkout", "backup", 600, false),
        job("ledger", "close", 5, false),
    ]);
    rows(&mut model, LEFT, all);
    model
}

pub fn shown_jobs(model: &Model) -> Vec<String> {
    let scene = model.scene(NOW);
    let tables = &model.fleet.get(LEFT).unwrap().tables;
    let rows = model.deck.job_rows(tables, scene);
    (0..model.deck.jobs.len())
        .map(|at| rows.row(model.deck.jobs.at(at).unwrap().unwrap()).unwrap().meta.key.name.to_string())
        .collect()
}

/// A pod of a Job with one container, in this state.
pub fn pod(of: &Row, suffix: &str, phase: PodPhase, state: ContainerState) -> Row {
    let Row::Job(job) = of else { panic!("a Job's pod") };
    let mut meta = meta(&job.meta.key.namespace, &format!("{}-{suffix}", job.meta.key.name), 240);
    let (kind, name) = ("Job".into(), job.meta.key.name.clone());
    meta.owner = Some(Arc::new(Owner { kind, name, uid: job.meta.uid }));
    let container = ContainerRow {
        name: "main".into(),
        image: "busybox:1.36".into(),
        role: ContainerRole::Main,
        ready: false,
        restarts: 0,
        state,
        last: None,
        memory_limit: Some("20Mi".into()),
    };
    let containers = Box::new([container]);
    Row::Pod(PodRow { meta, phase, reason: "".into(), node: "node-1".into(), unscheduled: None, containers })
}

/// A container that ran for 41 s and ended so.
pub fn ended(reason: &str, exit_code: i32) -> ContainerState {
    let finished = NOW / 1_000 - 60;
    let started = finished - 41;
    let ended = Ended { reason: reason.into(), message: "".into(), exit_code, signal: 0, started, finished };
    ContainerState::Ended(Box::new(ended))
}

/// Draws a frame, tells the model where things stand, and gives the screen's text.
pub fn draw(model: &mut Model, width: u16, height: u16) -> String {
    draw_at(model, width, height, NOW)
}

pub fn draw_at(model: &mut Model, width: u16, height: u16, now_ms: i64) -> String {
    let mut terminal = ratatui::Terminal::new(ratatui::backend::TestBackend::new(width, height)).unwrap();
    let mut layout = None;
    terminal.draw(|frame| layout = Some(super::view::view(model, now_ms, frame))).unwrap();
    update(model, Message::Drawn(Box::new(layout.unwrap())), now_ms);
    let buffer = terminal.backend().buffer();
    let mut text = String::new();
    for row in buffer.content.chunks(buffer.area.width as usize) {
        // The cell behind a wide character is part of it.
        let mut behind = 0;
        for cell in row {
            if behind == 0 {
                text.push_str(cell.symbol());
                behind = crate::domain::text::width(cell.symbol()).saturating_sub(1);
            } else {
                behind -= 1;
            }
        }
        text.truncate(text.trim_end_matches(' ').len());
        text.push('\n');
    }
    text
}

pub fn paste(text: &str) -> Message {
    Message::Input(InputEvent::Paste(text.to_owned()))
}

/// Any key, those that do something more often than the others.
pub fn any_key() -> impl Strategy<Value = String> {
    let named = [
        "enter",
        "esc",
        "tab",
        "backtab",
        "up",
        "down",
        "left",
        "right",
        "pageup",
        "pagedown",
        "home",
        "end",
        "backspace",
        "delete",
        "space",
        "f1",
    ];
    prop_oneof![
        3 => "[ -~]".prop_map(|key| if key == " " { "space".to_owned() } else { key }),
        3 => prop::sample::select(named.to_vec()).prop_map(str::to_owned),
        2 => "[a-z]".prop_map(|key| format!("ctrl-{key}")),
        1 => "[a-z]".prop_map(|key| format!("alt-{key}")),
    ]
}
