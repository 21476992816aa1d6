//! Clusters as rows: what the table sorts and filters by.

use std::borrow::Cow;
use std::cmp::Ordering;

use crate::domain::filter::{Field, FieldId, FieldKind, FieldTable, Filter, FilterProblem, Filterable};
use crate::domain::provision::fleet::OfCluster;
use crate::domain::provision::{Run, State as RunState};
use crate::screens::pane::{Rows, Sort};
use crate::store::index::{SortPrefix, number_prefix, text_prefix};
use crate::ui::table::{Column, elastic, left, right, wide};

pub const COLUMNS: &[Column] = &[
    left("CLUSTER", 8, 44, 0),
    left("ENV", 3, 12, 5),
    left("REGION", 6, 14, 7),
    left("RUN", 4, 9, 3),
    elastic(left("STATE", 8, 40, 1)),
    right("CHANGES", 7, 14, 2),
    left("DRIFT", 5, 14, 8),
    left("LOCK", 4, 14, 9),
    right("COST", 4, 12, 10),
    left("BY", 2, 14, 6),
    right("AGE", 3, 6, 4),
    wide(left("ACCOUNT", 7, 12, 11)),
];

/// Columns by place in [`COLUMNS`].
pub mod column {
    pub const NAME: usize = 0;
    pub const ENVIRONMENT: usize = 1;
    pub const REGION: usize = 2;
    pub const RUN: usize = 3;
    pub const STATE: usize = 4;
    pub const BY: usize = 9;
    pub const AGE: usize = 10;
    pub const ACCOUNT: usize = 11;
}

/// What was touched last comes first.
pub const SORT: Sort = Sort { column: column::AGE, descending: false };

fn at(column: usize) -> FieldId {
    FieldId(column as u16)
}

/// What the filter may name.
pub fn fields() -> FieldTable {
    use FieldKind::Text;
    FieldTable::new([
        Field::new(at(column::NAME), "name", Text).with_aliases(&["cluster"]),
        Field::new(at(column::ENVIRONMENT), "env", Text).with_aliases(&["environment"]),
        Field::new(at(column::REGION), "region", Text),
        Field::new(at(column::RUN), "run", Text).with_aliases(&["kind"]),
        Field::new(at(column::STATE), "state", Text).with_aliases(&["status"]),
        Field::new(at(column::BY), "by", Text),
        Field::new(at(column::ACCOUNT), "account", Text),
    ])
}

/// Clusters with their runs; a row's id is its place.
pub struct RunRows<'a> {
    pub clusters: &'a [OfCluster],
    pub runs: &'a [Run],
    pub fields: &'a FieldTable,
}

struct Seen<'a> {
    run: &'a Run,
}

impl Filterable for Seen<'_> {
    fn text(&self, field: FieldId) -> Cow<'_, str> {
        let run = self.run;
        Cow::Borrowed(match field.0 as usize {
            column::NAME => &run.identity.name,
            column::ENVIRONMENT => &run.environment,
            column::REGION => &run.identity.region,
            column::RUN => run.kind().word(),
            column::STATE => run.state_words(),
            column::BY => &run.asked_by,
            column::ACCOUNT => &run.identity.account,
            _ => "",
        })
    }

    fn number(&self, _: FieldId) -> Option<f64> {
        None
    }

    fn label(&self, _: &str) -> Option<&str> {
        None
    }

    fn haystacks(&self, visit: &mut dyn FnMut(&str) -> bool) -> bool {
        let run = self.run;
        let words = [&run.identity.name, &run.environment, &run.identity.region, &run.asked_by];
        words.into_iter().any(|text| visit(text)) || visit(run.state_words()) || visit(run.kind().word())
    }
}

impl<'a> RunRows<'a> {
    pub fn last(&self, id: u32) -> Option<&'a Run> {
        self.clusters.get(id as usize)?.last(self.runs)
    }
}

impl Rows for RunRows<'_> {
    type Key = String;

    fn ids(&self) -> Box<dyn Iterator<Item = u32> + '_> {
        Box::new(0..self.clusters.len() as u32)
    }

    fn id_bound(&self) -> usize {
        self.clusters.len()
    }

    fn key(&self, id: u32) -> Option<String> {
        self.clusters.get(id as usize).map(|cluster| cluster.identity.slug())
    }

    fn id_of(&self, key: &String) -> Option<u32> {
        self.clusters.iter().position(|cluster| cluster.identity.slug() == *key).map(|place| place as u32)
    }

    fn in_scope(&self, id: u32) -> bool {
        (id as usize) < self.clusters.len()
    }

    fn passes(&self, id: u32, filter: &Filter) -> bool {
        self.last(id).is_some_and(|run| filter.matches(&Seen { run }))
    }

    fn is_fault(&self, id: u32) -> bool {
        self.last(id).is_some_and(|run| matches!(run.state(), RunState::Failed | RunState::AwaitingApproval))
    }

    fn prefix(&self, id: u32, column: usize) -> SortPrefix {
        let Some(run) = self.last(id) else { return 0 };
        match column {
            // The newest has the least age.
            column::AGE => number_prefix(-run.touched_ms()),
            _ => text_prefix(&Seen { run }.text(at(column))),
        }
    }

    fn compare(&self, column: usize, left: u32, right: u32) -> Ordering {
        let (Some(left), Some(right)) = (self.last(left), self.last(right)) else { return Ordering::Equal };
        let (one, other) = (Seen { run: left }, Seen { run: right });
        one.text(at(column)).cmp(&other.text(at(column))).then_with(|| left.identity.cmp(&right.identity))
    }

    fn parse_filter(&self, text: &str) -> (Filter, Vec<FilterProblem>) {
        Filter::parse(text, self.fields)
    }
}
