//! The clusters pane: every cluster that is known, each alive by itself.

use std::cmp::Ordering;

use super::words::health_words;
use crate::domain::age::Age;
use crate::domain::filter::{Field, FieldId, FieldKind, FieldTable, Filter, FilterProblem, Filterable};
use crate::domain::health::{Health, Trouble, WatchState};
use crate::domain::ids::{ClusterId, KindId};
use crate::domain::job_state::Severity;
use crate::domain::provider::short_version;
use crate::domain::text::without_name;
use crate::screens::pane::{Rows, Sort};
use crate::store::fleet::{ClusterState, Fleet};
use crate::store::index::{SortPrefix, number_prefix, text_prefix};
use crate::ui::spark::sparkline;
use crate::ui::table::{Cell, Column, Line, left, right, wide};
use crate::ui::theme::{Role, State, Theme};

pub const COLUMNS: &[Column] = &[
    left("NAME", 8, 44, 0),
    left("PROVIDER", 3, 9, 6),
    left("VERSION", 4, 9, 4),
    left("REGION", 6, 14, 7),
    right("NODES", 5, 9, 3),
    right("PODS", 4, 11, 2),
    right("✖ JOBS", 6, 6, 1),
    left("HEALTH", 4, 14, 5),
    right("PING", 4, 7, 8),
    wide(left("LATENCY", 10, 30, 9)),
];

/// Columns by place in [`COLUMNS`].
mod column {
    pub const NAME: usize = 0;
    pub const PROVIDER: usize = 1;
    pub const VERSION: usize = 2;
    pub const REGION: usize = 3;
    pub const NODES: usize = 4;
    pub const PODS: usize = 5;
    pub const JOBS: usize = 6;
    pub const HEALTH: usize = 7;
    pub const PING: usize = 8;
}

/// A column as the filter names it.
fn at(column: usize) -> FieldId {
    FieldId(column as u16)
}

/// The columns that a filter may name.
pub fn fields() -> FieldTable {
    use FieldKind::{Number, Text};
    FieldTable::new([
        Field::new(at(column::NAME), "name", Text),
        Field::new(at(column::PROVIDER), "provider", Text),
        Field::new(at(column::VERSION), "version", Text),
        Field::new(at(column::REGION), "region", Text),
        Field::new(at(column::NODES), "nodes", Number),
        Field::new(at(column::PODS), "pods", Number),
        Field::new(at(column::JOBS), "failed", Number).with_aliases(&["jobs"]),
        Field::new(at(column::HEALTH), "health", Text).with_aliases(&["status"]),
        Field::new(at(column::PING), "ping", Number),
    ])
}

pub const SORT: Sort = Sort { column: column::NAME, descending: false };

/// The fleet as rows. Opened clusters stand before those that are not, whatever the order.
pub struct ClusterRows<'a> {
    pub fleet: &'a Fleet,
    pub fields: &'a FieldTable,
}

impl<'a> ClusterRows<'a> {
    fn state(&self, id: u32) -> Option<&'a ClusterState> {
        self.fleet.get(ClusterId(id))
    }
}

impl Rows for ClusterRows<'_> {
    type Key = ClusterId;

    fn ids(&self) -> Box<dyn Iterator<Item = u32> + '_> {
        Box::new(0..self.fleet.len() as u32)
    }

    fn id_bound(&self) -> usize {
        self.fleet.len()
    }

    fn key(&self, id: u32) -> Option<ClusterId> {
        self.state(id).map(|cluster| cluster.id)
    }

    fn id_of(&self, key: &ClusterId) -> Option<u32> {
        Some(key.0)
    }

    fn in_scope(&self, id: u32) -> bool {
        self.state(id).is_some_and(|cluster| !cluster.is_removed())
    }

    fn passes(&self, id: u32, filter: &Filter) -> bool {
        self.state(id).is_some_and(|cluster| filter.matches(&ClusterFields(cluster)))
    }

    fn is_fault(&self, id: u32) -> bool {
        self.state(id).is_some_and(|cluster| match &cluster.health {
            Health::Live => cluster.tables.counts.total.jobs_failed > 0,
            Health::NotOpened | Health::Connecting { .. } => false,
            _ => true,
        })
    }

    fn prefix(&self, id: u32, column: usize) -> SortPrefix {
        let Some(cluster) = self.state(id) else { return 0 };
        let numbers = ClusterFields(cluster);
        match column {
            column::NODES | column::PODS | column::JOBS | column::PING => {
                number_prefix(numbers.number(at(column)).map_or(-1, |number| number as i64))
            }
            column::HEALTH => number_prefix(rank(cluster)),
            _ => text_prefix(&numbers.text(at(column))),
        }
    }

    fn compare(&self, column: usize, left: u32, right: u32) -> Ordering {
        let (Some(left), Some(right)) = (self.state(left), self.state(right)) else { return Ordering::Equal };
        match column {
            column::NAME | column::PROVIDER | column::VERSION | column::REGION => {
                ClusterFields(left).text(at(column)).cmp(&ClusterFields(right).text(at(column)))
            }
            _ => left.info.name.cmp(&right.info.name),
        }
    }

    fn parse_filter(&self, text: &str) -> (Filter, Vec<FilterProblem>) {
        Filter::parse(text, self.fields)
    }
}

/// What the filter grammar sees of a cluster.
struct ClusterFields<'a>(&'a ClusterState);

impl Filterable for ClusterFields<'_> {
    fn text(&self, field: FieldId) -> std::borrow::Cow<'_, str> {
        let cluster = self.0;
        match usize::from(field.0) {
            column::NAME => cluster.info.name.as_str().into(),
            column::PROVIDER => cluster.provider().name().into(),
            column::VERSION => cluster.git_version.as_deref().map(short_version).unwrap_or_default().into(),
            column::REGION => region(cluster).into(),
            column::HEALTH => health_words(cluster).into(),
            _ => std::borrow::Cow::default(),
        }
    }

    fn number(&self, field: FieldId) -> Option<f64> {
        let cluster = self.0;
        let counts = cluster.tables.counts.total;
        match usize::from(field.0) {
            column::NODES => cluster.is_open().then_some(cluster.tables.nodes.len() as f64),
            column::PODS => cluster.is_open().then_some(f64::from(counts.pods)),
            column::JOBS => cluster.is_open().then_some(f64::from(counts.jobs_failed)),
            column::PING => cluster.latency.map(|latency| latency.as_secs_f64() * 1_000.0),
            _ => None,
        }
    }

    fn label(&self, _key: &str) -> Option<&str> {
        None
    }

    fn haystacks(&self, visit: &mut dyn FnMut(&str) -> bool) -> bool {
        visit(&self.0.info.name) || visit(&region(self.0))
    }
}

/// Where a cluster is, as far as its context or its nodes tell; empty if neither does.
pub fn region(cluster: &ClusterState) -> String {
    if let Some(region) = &cluster.info.region {
        return region.clone();
    }
    let mut nodes = cluster.tables.nodes.iter();
    nodes.find_map(|(_, node)| node.meta.label("topology.kubernetes.io/region")).unwrap_or_default().to_owned()
}

/// The order of the health column, worst last.
fn rank(cluster: &ClusterState) -> i64 {
    match state_of(cluster) {
        State::NotOpened => 0,
        State::Ok => 1,
        State::Connecting => 2,
        State::Stale => 3,
        State::Warning => 4,
        _ => 5,
    }
}

/// How a cluster stands.
pub fn state_of(cluster: &ClusterState) -> State {
    match &cluster.health {
        Health::NotOpened => State::NotOpened,
        Health::NeedsConsent => State::Warning,
        Health::Connecting { .. } => State::Connecting,
        Health::Live => State::Ok,
        Health::Stale { .. } => State::Stale,
        Health::Unreachable { .. } => State::Warning,
        Health::Unauthorised { .. } | Health::Broken { .. } => State::Broken,
    }
}

/// One row as it is drawn at `now_ms`.
pub fn line<'a>(cluster: &'a ClusterState, now_ms: i64, theme: &'a Theme) -> Line<'a> {
    let fields = ClusterFields(cluster);
    let state = state_of(cluster);
    // Who never answered, or does not any more take our word, has no numbers: zero would be a lie.
    let known = matches!(cluster.health, Health::Live | Health::Stale { .. });
    let counted = |kind: KindId| {
        !matches!(cluster.watch(kind), WatchState::Idle | WatchState::Loading | WatchState::Forbidden { .. })
    };
    let none = || Cell::dim("—");
    let nodes = match (known && counted(KindId::Node), cluster.tables.nodes.len()) {
        (true, all) if all > 0 => {
            let ready = cluster.tables.nodes_ready();
            Cell::new(format!("{ready}/{all}"), if ready < all { Role::Warning } else { Role::Text })
        }
        _ => none(),
    };
    let counts = cluster.tables.counts.total;
    let pods = match counts.pods {
        0 if !known || !counted(KindId::Pod) => none(),
        all if counts.pods_running == all => Cell::plain(all.to_string()),
        all => Cell::plain(format!("{}/{all}", counts.pods_running)),
    };
    let failed = match counts.jobs_failed {
        0 if !known || !counted(KindId::Job) => none(),
        0 => Cell::dim("0"),
        failed => Cell::new(failed.to_string(), Role::Broken),
    };
    let version = match fields.text(at(column::VERSION)) {
        text if text.is_empty() => none(),
        text => Cell::plain(text.into_owned()),
    };
    let provider = if cluster.git_version.is_some() { Cell::dim(cluster.provider().name()) } else { none() };
    let ping = match cluster.latency {
        Some(latency) if known => Cell::dim(format!("{} ms", latency.as_millis())),
        _ => none(),
    };
    let idle = matches!(cluster.health, Health::NotOpened);
    let name_role = if idle { Role::Dim } else { Role::Text };
    Line {
        sign: (theme.sign(state), state.role()),
        cells: vec![
            Cell::new(cluster.info.name.as_str(), name_role),
            provider,
            version,
            Cell::dim(region(cluster)),
            nodes,
            pods,
            failed,
            Cell::new(health_words(cluster), state.role()),
            ping,
            Cell::dim(sparkline(&cluster.latencies, 20)),
        ],
        below: below(cluster, now_ms),
        marked: false,
    }
}

/// Why a row is not well, and what mends it.
fn below(cluster: &ClusterState, now_ms: i64) -> Option<Cell<'static>> {
    // The row says the cluster's name already.
    let short = |words: &str| without_name(words, &cluster.info.name).to_owned();
    let told = |trouble: &Trouble| short(&trouble.in_a_line());
    let cell = match &cluster.health {
        Health::Live if cluster.insecure => Cell::new("TLS certificates are not checked: read-only", Role::BadgeDanger),
        Health::Live => match cluster.watch(KindId::Job) {
            WatchState::Forbidden { trouble } => Cell::new(told(trouble), Role::Warning),
            WatchState::Stale { trouble, .. } => Cell::new(told(trouble), Role::Stale),
            _ => Cell::new(cluster.undecoded()?.to_owned(), Role::Warning),
        },
        Health::NotOpened if cluster.is_gone => Cell::dim("AWS does not list it any more"),
        Health::NotOpened => match cluster.eks.as_ref().filter(|eks| !eks.status.serves()) {
            Some(eks) => Cell::dim(eks.status_words()),
            None => Cell::dim("not opened · enter"),
        },
        Health::NeedsConsent => Cell::new("wants to run a program · enter shows it", Role::Warning),
        Health::Connecting { since_ms } if now_ms - since_ms < 1_500 => return None,
        Health::Connecting { since_ms } => Cell::dim(format!("no answer for {}", Age((now_ms - since_ms) / 1_000))),
        Health::Stale { since_ms, trouble, .. } => {
            Cell::new(format!("stale {} · {}", Age((now_ms - since_ms) / 1_000), short(&trouble.words)), Role::Stale)
        }
        Health::Unauthorised { trouble, .. } => Cell::new(told(trouble), Role::Broken),
        Health::Unreachable { trouble, .. } => Cell::new(told(trouble), Role::Warning),
        Health::Broken { trouble } => Cell::new(told(trouble), Role::Broken),
    };
    Some(cell)
}

/// The severity that a cluster's row adds to the header's counts.
pub fn severity(cluster: &ClusterState) -> Severity {
    match state_of(cluster) {
        State::Broken => Severity::Broken,
        State::Warning | State::Stale => Severity::Warning,
        _ => Severity::Fine,
    }
}
