//! A large fleet in memory.

use std::sync::Arc;

use eksdeck::app::message::Message;
use eksdeck::app::model::Model;
use eksdeck::app::update::{start, update};
use eksdeck::domain::cluster::{ClusterInfo, Source};
use eksdeck::domain::delta::{Delta, Row};
use eksdeck::domain::ids::{ClusterId, ObjectKey, Uid};
use eksdeck::domain::job::JobRow;
use eksdeck::domain::object::{Meta, Owner};
use eksdeck::domain::pod::{PodPhase, PodRow};
use eksdeck::input::event::{InputEvent, parse_chord};
use eksdeck::input::keymap::{Base, Keymap};
use eksdeck::runtime::inbox::Inbox;
use eksdeck::runtime::ports::SessionSink;
use eksdeck::screens::settings::LabelKeys;
use eksdeck::store::fleet::Fleet;
use eksdeck::ui::theme::{self, Theme};

pub const ROWS: usize = 100_000;

fn uid(kind: u8, at: usize) -> Uid {
    let mut bytes = [kind; 16];
    bytes[..8].copy_from_slice(&at.to_be_bytes());
    Uid(bytes)
}

fn meta(kind: u8, at: usize, name: String, owner: Option<Arc<Owner>>) -> Meta {
    let key = ObjectKey::new(format!("team-{:02}", at % 40), name);
    Meta {
        key,
        uid: uid(kind, at),
        created: 1_700_000_000 + at as i64 * 7 % 90_000,
        deleting: 0,
        owner,
        labels: Box::default(),
    }
}

pub fn jobs() -> Vec<Delta> {
    let job = |at: usize| JobRow {
        meta: meta(1, at, format!("run-{:06}", at * 31 % ROWS), None),
        parallelism: 1,
        completions: Some(1),
        backoff_limit: 6,
        deadline: None,
        ttl: None,
        suspended: at.is_multiple_of(10),
        indexed: false,
        active: i32::from(at.is_multiple_of(3)),
        ready: 0,
        succeeded: i32::from(!at.is_multiple_of(3)),
        failed: 0,
        started: 1_700_000_000,
        completed: 0,
        conditions: Box::default(),
    };
    (0..ROWS).map(|at| Delta::Upsert { epoch: 1, row: Row::Job(job(at)) }).collect()
}

pub fn pods() -> Vec<Delta> {
    let (empty, kind): (Arc<str>, Arc<str>) = ("".into(), "Job".into());
    let pod = |at: usize| {
        let owner = Owner { kind: kind.clone(), name: format!("run-{:06}", at * 31 % ROWS).into(), uid: uid(1, at) };
        PodRow {
            meta: meta(2, at, format!("run-{at:06}-x{at:05}"), Some(Arc::new(owner))),
            phase: if at.is_multiple_of(3) { PodPhase::Running } else { PodPhase::Succeeded },
            reason: empty.clone(),
            node: format!("node-{:03}", at % 250).into(),
            unscheduled: None,
            containers: Box::default(),
        }
    };
    (0..ROWS).map(|at| Delta::Upsert { epoch: 1, row: Row::Pod(pod(at)) }).collect()
}

/// A key of the default keymap, as a message.
pub fn key(name: &str) -> Message {
    let key = parse_chord(name).unwrap()[0];
    Message::Input(InputEvent::Key { key, repeat: false })
}

/// One cluster with 100,000 Jobs, the jobs pane focused.
pub fn model_with_jobs() -> Model {
    let info = ClusterInfo {
        name: "large".to_owned(),
        source: Source::Embedded,
        arn: None,
        server: String::new(),
        region: None,
        namespace: None,
        broken: None,
        insecure: false,
        ways: Vec::new(),
        record: None,
    };
    let choice =
        theme::choose(Some("dark"), Some(false), &theme::Terminal { colorterm: "truecolor", ..Default::default() });
    let theme = Arc::new(Theme::load(&choice, None).0);
    let keymap = Arc::new(Keymap::load(Base::default(), None).0);
    let mut model = Model::new(Fleet::new(vec![info]), LabelKeys::default(), true, keymap, vec![theme.clone()], theme);
    start(&mut model, &[ClusterId(0)], 0);
    let inbox = Inbox::new();
    inbox.deltas(ClusterId(0), jobs());
    loop {
        let batch = inbox.take();
        let more = batch.more;
        update(&mut model, Message::Batch(batch), 0);
        if !more {
            break;
        }
    }
    update(&mut model, key("3"), 0);
    assert_eq!(model.deck.jobs.passing(), ROWS);
    model
}
