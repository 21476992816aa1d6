//! Clusters as rows of the fleet's screen: how each stands since when, its version against its support, what it holds.

use std::borrow::Cow;
use std::cmp::Ordering;

use super::FleetScene;
use crate::domain::age::Age;
use crate::domain::cluster::Source;
use crate::domain::eks::{ClusterStatus, Phase};
use crate::domain::filter::{Field, FieldId, FieldKind, FieldTable, Filter, FilterProblem, Filterable};
use crate::domain::gate::Environment;
use crate::domain::health::{Health, WatchState};
use crate::domain::ids::{ClusterId, KindId};
use crate::domain::provider::short_version;
use crate::domain::registry::{Status, Summary};
use crate::screens::deck::clusters::{region, state_of};
use crate::screens::pane::{Rows, Sort};
use crate::store::fleet::ClusterState;
use crate::store::index::{SortPrefix, number_prefix, text_prefix};
use crate::ui::frame::Piece;
use crate::ui::gauge::gauge;
use crate::ui::table::{Cell, Column, Line, elastic, left, right, wide};
use crate::ui::theme::{Role, State, Theme};

pub const COLUMNS: &[Column] = &[
    left("NAME", 8, 44, 0),
    left("STATUS", 4, 14, 1),
    left("ENV", 4, 12, 6),
    wide(left("TEAM", 4, 16, 12)),
    left("PROVIDER", 3, 9, 10),
    left("REGION", 6, 14, 8),
    left("VERSION", 4, 9, 3),
    elastic(left("SUPPORT", 8, 24, 5)),
    right("NODES", 5, 9, 2),
    right("PODS", 4, 11, 4),
    left("CPU", 4, 12, 7),
    left("MEMORY", 6, 12, 7),
    right("WARN", 4, 5, 9),
    right("SYNCED", 6, 6, 11),
    wide(left("VIA", 4, 30, 13)),
];

/// Columns by place in [`COLUMNS`].
mod column {
    pub const NAME: usize = 0;
    pub const STATUS: usize = 1;
    pub const ENVIRONMENT: usize = 2;
    pub const TEAM: usize = 3;
    pub const PROVIDER: usize = 4;
    pub const REGION: usize = 5;
    pub const VERSION: usize = 6;
    pub const SUPPORT: usize = 7;
    pub const NODES: usize = 8;
    pub const PODS: usize = 9;
    pub const CPU: usize = 10;
    pub const MEMORY: usize = 11;
    pub const WARNINGS: usize = 12;
    pub const SYNCED: usize = 13;
    pub const VIA: usize = 14;
}

pub const SORT: Sort = Sort { column: column::NAME, descending: false };

/// Fields that are no column.
const ACCOUNT: FieldId = FieldId(100);

fn at(column: usize) -> FieldId {
    FieldId(column as u16)
}

/// What the filter may name.
pub fn fields() -> FieldTable {
    use FieldKind::{Number, Text};
    FieldTable::new([
        Field::new(at(column::NAME), "name", Text),
        Field::new(at(column::STATUS), "status", Text).with_aliases(&["health"]),
        Field::new(at(column::ENVIRONMENT), "env", Text).with_aliases(&["environment"]),
        Field::new(at(column::TEAM), "team", Text),
        Field::new(at(column::PROVIDER), "provider", Text),
        Field::new(at(column::REGION), "region", Text),
        Field::new(ACCOUNT, "account", Text),
        Field::new(at(column::VERSION), "version", Text),
        Field::new(at(column::SUPPORT), "support", Text),
        Field::new(at(column::NODES), "nodes", Number),
        Field::new(at(column::PODS), "pods", Number),
        Field::new(at(column::CPU), "cpu", Number),
        Field::new(at(column::MEMORY), "memory", Number),
        Field::new(at(column::VIA), "via", Text).with_aliases(&["login", "credential"]),
        Field::new(at(column::WARNINGS), "warn", Number).with_aliases(&["warnings"]),
    ])
}

/// The fleet as rows.
pub struct ClusterRows<'a> {
    pub scene: FleetScene<'a>,
    pub fields: &'a FieldTable,
}

impl<'a> ClusterRows<'a> {
    fn state(&self, id: u32) -> Option<&'a ClusterState> {
        self.scene.scene.fleet.get(ClusterId(id))
    }

    fn seen(&self, id: u32) -> Option<Seen<'a>> {
        self.state(id).map(|cluster| Seen { cluster, scene: self.scene })
    }
}

impl Rows for ClusterRows<'_> {
    type Key = ClusterId;

    fn ids(&self) -> Box<dyn Iterator<Item = u32> + '_> {
        Box::new(0..self.scene.scene.fleet.len() as u32)
    }

    fn id_bound(&self) -> usize {
        self.scene.scene.fleet.len()
    }

    fn key(&self, id: u32) -> Option<ClusterId> {
        self.state(id).map(|cluster| cluster.id)
    }

    fn id_of(&self, key: &ClusterId) -> Option<u32> {
        self.state(key.0).map(|cluster| cluster.id.0)
    }

    fn in_scope(&self, id: u32) -> bool {
        self.state(id).is_some_and(|cluster| !cluster.is_removed())
    }

    fn passes(&self, id: u32, filter: &Filter) -> bool {
        self.seen(id).is_some_and(|seen| filter.matches(&seen))
    }

    fn is_fault(&self, id: u32) -> bool {
        self.seen(id).is_some_and(|seen| matches!(seen.standing().1, State::Warning | State::Broken | State::Stale))
    }

    fn prefix(&self, id: u32, column: usize) -> SortPrefix {
        let Some(seen) = self.seen(id) else { return 0 };
        match column {
            column::STATUS => number_prefix(rank(seen.standing().1)),
            column::ENVIRONMENT => number_prefix(seen.environment() as i64),
            column::SUPPORT => number_prefix(seen.support_days().unwrap_or(i64::MAX)),
            column::SYNCED => number_prefix(seen.cluster.surveyed_ms().unwrap_or(i64::MIN)),
            column::NODES | column::PODS | column::CPU | column::MEMORY | column::WARNINGS => {
                number_prefix(seen.number(at(column)).map_or(-1, |number| (number * 10.0) as i64))
            }
            _ => text_prefix(&seen.text(at(column))),
        }
    }

    fn compare(&self, column: usize, left: u32, right: u32) -> Ordering {
        let (Some(left), Some(right)) = (self.seen(left), self.seen(right)) else { return Ordering::Equal };
        match column {
            column::TEAM | column::PROVIDER | column::REGION | column::VERSION => {
                left.text(at(column)).cmp(&right.text(at(column)))
            }
            _ => left.cluster.info.name.cmp(&right.cluster.info.name),
        }
    }

    fn parse_filter(&self, text: &str) -> (Filter, Vec<FilterProblem>) {
        Filter::parse(text, self.fields)
    }
}

/// One cluster at one time.
struct Seen<'a> {
    cluster: &'a ClusterState,
    scene: FleetScene<'a>,
}

impl<'a> Seen<'a> {
    fn summary(&self) -> Option<&'a Summary> {
        self.cluster.survey.as_ref().map(|snapshot| &snapshot.summary)
    }

    fn environment(&self) -> Environment {
        self.scene.policy.care(&self.cluster.info, self.cluster.insecure).environment
    }

    /// The word of the status column and its state: what was looked at over time, else what the session says.
    fn standing(&self) -> (Cow<'a, str>, State) {
        let cluster = self.cluster;
        if cluster.is_gone {
            return ("gone".into(), State::Stale);
        }
        if let Some(eks) = &cluster.eks
            && !eks.status.serves()
        {
            let state = match eks.status {
                ClusterStatus::Failed => State::Broken,
                _ => State::Connecting,
            };
            return (eks.status.to_string().to_lowercase().into(), state);
        }
        match &cluster.standing {
            Some(standing) => match standing.status {
                Status::Up => ("up".into(), State::Ok),
                Status::Degraded => ("degraded".into(), State::Warning),
                Status::Down => ("down".into(), State::Broken),
            },
            None => {
                let state = state_of(cluster);
                let word = match &cluster.health {
                    Health::NotOpened => "not looked at",
                    Health::NeedsConsent => "asks first",
                    Health::Connecting { .. } => "connecting",
                    Health::Live => "up",
                    Health::Stale { .. } => "stale",
                    Health::Unauthorised { .. } => "needs login",
                    Health::Unreachable { .. } => "down",
                    Health::Broken { .. } => "broken",
                };
                (word.into(), state)
            }
        }
    }

    fn support_days(&self) -> Option<i64> {
        match self.cluster.eks.as_ref()?.support.phase(self.scene.scene.now()) {
            Phase::Standard { days_left } | Phase::Extended { days_left } => Some(days_left),
            Phase::Ended { days_ago } => Some(-days_ago),
            Phase::Unknown => None,
        }
    }

    /// Nodes that are ready, and all: as they are watched, else as the last look had them.
    fn nodes(&self) -> Option<(u32, u32)> {
        let tables = &self.cluster.tables;
        if *self.cluster.watch(KindId::Node) == WatchState::Live {
            return Some((tables.nodes_ready() as u32, tables.nodes.len() as u32));
        }
        self.summary().map(|summary| (summary.nodes_ready, summary.nodes))
    }

    /// Pods that run, and all.
    fn pods(&self) -> Option<(u32, u32)> {
        if *self.cluster.watch(KindId::Pod) == WatchState::Live {
            let counts = &self.cluster.tables.counts.total;
            return Some((counts.pods_running, counts.pods));
        }
        let phases = &self.summary()?.pods.phases;
        Some((phases.get("Running").copied().unwrap_or(0), phases.values().sum()))
    }

    /// Used and whole, of CPU or memory.
    fn share(&self, column: usize) -> Option<f64> {
        let summary = self.summary()?;
        let (used, whole) = match column {
            column::CPU => (summary.cpu_requested, summary.cpu_allocatable),
            _ => (summary.memory_requested, summary.memory_allocatable),
        };
        (whole > 0).then(|| used as f64 / whole as f64)
    }
}

impl Filterable for Seen<'_> {
    fn text(&self, field: FieldId) -> Cow<'_, str> {
        let cluster = self.cluster;
        if field == ACCOUNT {
            let of_eks = cluster.eks.as_ref().map(|eks| eks.id.account.as_str());
            let told = || cluster.info.record.as_ref().and_then(|record| record.account.as_deref());
            return of_eks.or_else(told).unwrap_or_default().into();
        }
        match usize::from(field.0) {
            column::NAME => cluster.info.name.as_str().into(),
            column::STATUS => self.standing().0,
            column::ENVIRONMENT => self.environment().to_string().into(),
            column::TEAM => {
                cluster.info.record.as_ref().and_then(|record| record.team.as_deref()).unwrap_or_default().into()
            }
            column::PROVIDER => cluster.provider_name().into(),
            column::VIA => via(cluster).into(),
            column::REGION => region(cluster).into(),
            column::VERSION => version(cluster).into(),
            column::SUPPORT => support(self).map(|(words, _)| words).unwrap_or_default().into(),
            _ => Cow::default(),
        }
    }

    fn number(&self, field: FieldId) -> Option<f64> {
        match usize::from(field.0) {
            column::NODES => self.nodes().map(|(_, all)| f64::from(all)),
            column::PODS => self.pods().map(|(_, all)| f64::from(all)),
            column @ (column::CPU | column::MEMORY) => self.share(column).map(|share| share * 100.0),
            column::WARNINGS => self.summary()?.warnings.map(f64::from),
            _ => None,
        }
    }

    fn label(&self, key: &str) -> Option<&str> {
        let cluster = self.cluster;
        let registered = cluster.info.record.as_ref().and_then(|record| record.labels.get(key));
        let tagged = || cluster.eks.as_ref().and_then(|eks| eks.tags.get(key));
        registered.or_else(tagged).map(String::as_str)
    }

    fn haystacks(&self, visit: &mut dyn FnMut(&str) -> bool) -> bool {
        visit(&self.cluster.info.name) || visit(&region(self.cluster)) || visit(&self.standing().0)
    }
}

/// The order of the status column, worst last.
fn rank(state: State) -> i64 {
    match state {
        State::NotOpened => 0,
        State::Ok => 1,
        State::Connecting => 2,
        State::Stale => 3,
        State::Warning => 4,
        _ => 5,
    }
}

fn version(cluster: &ClusterState) -> String {
    match (&cluster.eks, cluster.git_version.as_deref()) {
        (Some(eks), _) => eks.version.clone(),
        (None, Some(version)) => short_version(version).to_owned(),
        (None, None) => cluster
            .info
            .record
            .as_ref()
            .and_then(|record| record.version.as_deref())
            .map_or_else(String::new, |version| short_version(version).to_owned()),
    }
}

/// What a cluster is reached with: a login of AWS, or whose kubeconfig.
fn via(cluster: &ClusterState) -> String {
    match (&cluster.info.source, cluster.info.ways.first()) {
        (Source::Iam { login, .. }, _) => login.words(),
        (_, Some(way)) => way.word().to_owned(),
        (Source::Context { .. }, None) => "kubeconfig".to_owned(),
        (Source::Registry { .. }, None) => "registry".to_owned(),
        (Source::InCluster, None) => "this pod".to_owned(),
        (Source::Embedded, None) => "embedded".to_owned(),
    }
}

/// Days of standard support below which a person should have an upgrade in mind.
const SOON_DAYS: i64 = 60;

fn support(seen: &Seen<'_>) -> Option<(String, Role)> {
    let eks = seen.cluster.eks.as_ref()?;
    let now = seen.scene.scene.now();
    let role = match eks.support.phase(now) {
        Phase::Standard { days_left } if days_left > SOON_DAYS => Role::Dim,
        Phase::Standard { .. } | Phase::Extended { .. } => Role::Warning,
        Phase::Ended { .. } => Role::Broken,
        Phase::Unknown => Role::Muted,
    };
    Some((eks.support.words(now, eks.upgrade_policy.as_ref()), role))
}

fn environment_role(environment: Environment) -> Role {
    match environment {
        Environment::Production => Role::Production,
        Environment::Staging => Role::Staging,
        Environment::Development => Role::Development,
        Environment::Unclassified => Role::Muted,
    }
}

/// Cells of a bar of CPU or memory.
const BAR: usize = 6;

/// One row as it is drawn.
pub fn line<'a>(cluster: &'a ClusterState, scene: FleetScene<'a>, theme: &'a Theme) -> Line<'a> {
    let seen = Seen { cluster, scene };
    let (word, state) = seen.standing();
    let none = || Cell::dim("—");
    let text = |text: String| if text.is_empty() { none() } else { Cell::plain(text) };
    let dim = |text: String| if text.is_empty() { none() } else { Cell::dim(text) };
    let now_ms = scene.scene.now_ms;
    let status = match &cluster.standing {
        Some(standing) if matches!(state, State::Ok | State::Warning | State::Broken) => {
            format!("{word} {}", Age((now_ms - standing.since_ms).max(0) / 1_000))
        }
        _ => word.into_owned(),
    };
    let summary = seen.summary();
    let nodes = seen.nodes().map_or_else(none, |(ready, all)| {
        let role = if ready < all { Role::Warning } else { Role::Text };
        Cell::new(format!("{ready}/{all}"), role)
    });
    let pods = seen.pods().map_or_else(none, |(running, all)| {
        Cell::plain(if running == all { all.to_string() } else { format!("{running}/{all}") })
    });
    let bar = |column: usize| {
        seen.share(column).map_or_else(none, |share| {
            let role = if share > 0.9 { Role::Warning } else { Role::Text };
            Cell::new(format!("{} {:>3.0}%", gauge(share, BAR, theme), share * 100.0), role)
        })
    };
    let warnings = summary.and_then(|summary| summary.warnings).map_or_else(none, |count| match count {
        0 => Cell::dim("0"),
        _ => Cell::new(count.to_string(), Role::Warning),
    });
    let synced = cluster.surveyed_ms().map_or_else(none, |at| Cell::dim(Age((now_ms - at).max(0) / 1_000).to_string()));
    let environment = seen.environment();
    let environment = match environment {
        Environment::Unclassified => none(),
        known => Cell::new(known.to_string(), environment_role(known)),
    };
    let name_role = if cluster.is_gone { Role::Muted } else { Role::Text };
    Line {
        sign: (theme.sign(state), state.role()),
        cells: vec![
            Cell::new(cluster.info.name.as_str(), name_role),
            Cell::new(status, state.role()),
            environment,
            dim(seen.text(at(column::TEAM)).into_owned()),
            dim(cluster.provider_name().to_owned()),
            dim(region(cluster)),
            text(version(cluster)),
            support(&seen).map_or_else(none, |(words, role)| Cell::new(words, role)),
            nodes,
            pods,
            bar(column::CPU),
            bar(column::MEMORY),
            warnings,
            synced,
            dim(via(cluster)),
        ],
        below: below(&seen),
        marked: false,
    }
}

/// One cluster as a card.
pub struct Card {
    pub sign: Piece,
    pub name: String,
    pub status: Piece,
    pub lines: Vec<Vec<Piece>>,
}

/// What the row has in columns, in five lines; the last one says why it is not well.
pub fn card(cluster: &ClusterState, scene: FleetScene<'_>, theme: &Theme) -> Card {
    let seen = Seen { cluster, scene };
    let line = line(cluster, scene, theme);
    let cell = |column: usize| {
        let cell = &line.cells[column];
        Piece::new(cell.text.as_ref(), cell.role)
    };
    let gap = |words: &str| Piece::new(words, Role::Dim);
    let where_it_is = [column::ENVIRONMENT, column::PROVIDER, column::REGION];
    let mut place = Vec::new();
    for column in where_it_is {
        if line.cells[column].text != "—" {
            place.extend((!place.is_empty()).then(|| gap(" · ")));
            place.push(cell(column));
        }
    }
    let mut lines = vec![
        place,
        vec![cell(column::VERSION), gap("  "), cell(column::SUPPORT)],
        vec![
            gap("nodes "),
            cell(column::NODES),
            gap("  pods "),
            cell(column::PODS),
            gap("  warn "),
            cell(column::WARNINGS),
        ],
        vec![gap("cpu "), cell(column::CPU), gap("  mem "), cell(column::MEMORY)],
    ];
    lines.push(match below(&seen) {
        Some(why) => vec![Piece::new(why.text.as_ref(), why.role)],
        None => vec![gap("via "), cell(column::VIA), gap("  synced "), cell(column::SYNCED)],
    });
    Card {
        sign: Piece::new(line.sign.0, line.sign.1),
        name: cluster.info.name.clone(),
        status: cell(column::STATUS),
        lines,
    }
}

/// Why a row is not well, and what mends it.
fn below(seen: &Seen<'_>) -> Option<Cell<'static>> {
    let cluster = seen.cluster;
    if cluster.is_gone {
        return Some(Cell::dim("AWS does not list it any more"));
    }
    if let Some(eks) = cluster.eks.as_ref().filter(|eks| !eks.status.serves()) {
        return Some(Cell::dim(eks.status_words()));
    }
    // A session knows the remedy too.
    let trouble = match &cluster.health {
        Health::Unauthorised { trouble, .. } | Health::Unreachable { trouble, .. } | Health::Broken { trouble } => {
            Some(trouble)
        }
        _ => None,
    };
    if let Some(trouble) = trouble {
        let words = match &trouble.remedy {
            Some(remedy) => format!("{} · {remedy}", trouble.words),
            None => trouble.words.clone(),
        };
        return Some(Cell::new(without_name(cluster, &words), state_of(cluster).role()));
    }
    if let Some(standing) = cluster.standing.as_ref().filter(|standing| !standing.why.is_empty()) {
        let role = if standing.status == Status::Down { Role::Broken } else { Role::Warning };
        return Some(Cell::new(without_name(cluster, &standing.why), role));
    }
    let issue = cluster.eks.as_ref().and_then(|eks| eks.issues.first())?;
    Some(Cell::new(format!("{}: {}", issue.code, issue.message), Role::Warning))
}

/// The row says the cluster's name already.
fn without_name(cluster: &ClusterState, words: &str) -> String {
    words.strip_prefix(&format!("{}: ", cluster.info.name)).unwrap_or(words).to_owned()
}
