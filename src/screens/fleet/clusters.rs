//! Clusters as rows of the fleet's screen: how each stands since when, its version against its support, what it holds.

use std::cmp::Ordering;

use super::FleetScene;
use super::seen::Seen;
use crate::domain::filter::{Field, FieldId, FieldKind, FieldTable, Filter, FilterProblem, Filterable};
use crate::domain::ids::ClusterId;
use crate::screens::pane::{Rows, Sort};
use crate::store::fleet::ClusterState;
use crate::store::index::{SortPrefix, number_prefix, text_prefix};
use crate::ui::table::{Column, elastic, left, right, wide};
use crate::ui::theme::State;

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
pub(super) mod column {
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
pub(super) const ACCOUNT: FieldId = FieldId(100);

pub(super) fn at(column: usize) -> FieldId {
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
            column::TEAM | column::PROVIDER | column::REGION | column::VERSION | column::VIA => {
                left.text(at(column)).cmp(&right.text(at(column)))
            }
            _ => left.cluster.info.name.cmp(&right.cluster.info.name),
        }
    }

    fn parse_filter(&self, text: &str) -> (Filter, Vec<FilterProblem>) {
        Filter::parse(text, self.fields)
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
