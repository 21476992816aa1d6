//! The namespaces pane of the focused cluster, "all" on top.

use std::borrow::Cow;
use std::cmp::Ordering;
use std::sync::Arc;

use crate::domain::age::Age;
use crate::domain::filter::{Field, FieldId, FieldKind, FieldTable, Filter, FilterProblem, Filterable};
use crate::domain::ids::{KindId, ObjectKey};
use crate::domain::namespace::NamespaceRow;
use crate::domain::namespace_state::namespace_trouble;
use crate::screens::pane::{Rows, Sort};
use crate::screens::settings::LabelKeys;
use crate::store::cluster::ClusterStore;
use crate::store::counts::Counts;
use crate::store::fleet::ClusterState;
use crate::store::index::{SortPrefix, number_prefix, text_prefix};
use crate::store::table::RowId;
use crate::ui::table::{Cell, Column, Line, left, right, wide};
use crate::ui::theme::{Role, State, Theme};

pub const COLUMNS: &[Column] = &[
    left("NAME", 8, 63, 0),
    left("STATUS", 6, 11, 6),
    left("TEAM", 4, 14, 4),
    wide(left("COST-CENTER", 6, 14, 7)),
    right("PODS", 4, 7, 2),
    right("JOBS", 4, 6, 3),
    right("✖", 3, 5, 1),
    right("AGE", 4, 7, 5),
];

mod column {
    pub const NAME: usize = 0;
    pub const STATUS: usize = 1;
    pub const TEAM: usize = 2;
    pub const COST_CENTER: usize = 3;
    pub const PODS: usize = 4;
    pub const JOBS: usize = 5;
    pub const FAILED: usize = 6;
    pub const AGE: usize = 7;
}

/// A column as the filter names it.
fn at(column: usize) -> FieldId {
    FieldId(column as u16)
}

/// The columns that a filter may name.
pub fn fields() -> FieldTable {
    use FieldKind::{Age, Number, Text};
    FieldTable::new([
        Field::new(at(column::NAME), "name", Text).with_aliases(&["namespace"]),
        Field::new(at(column::STATUS), "status", Text),
        Field::new(at(column::TEAM), "team", Text),
        Field::new(at(column::COST_CENTER), "cost-center", Text).with_aliases(&["cost"]),
        Field::new(at(column::PODS), "pods", Number),
        Field::new(at(column::JOBS), "jobs", Number).with_aliases(&["active"]),
        Field::new(at(column::FAILED), "failed", Number),
        Field::new(at(column::AGE), "age", Age),
    ])
}

pub const SORT: Sort = Sort { column: column::NAME, descending: false };

/// Namespaces of one cluster as rows.
pub struct NamespaceRows<'a> {
    pub tables: &'a ClusterStore,
    pub labels: &'a LabelKeys,
    pub fields: &'a FieldTable,
    /// Unix seconds, for `age` in a filter.
    pub now: i64,
}

impl<'a> NamespaceRows<'a> {
    fn row(&self, id: u32) -> Option<&'a NamespaceRow> {
        self.tables.namespaces.get(RowId(id))
    }

    fn fields(&self, id: u32) -> Option<Fields<'a>> {
        let row = self.row(id)?;
        Some(Fields { row, counts: self.tables.counts.of(&row.meta.key.name), labels: self.labels, now: self.now })
    }
}

impl Rows for NamespaceRows<'_> {
    type Key = Arc<str>;

    fn ids(&self) -> Box<dyn Iterator<Item = u32> + '_> {
        Box::new(self.tables.namespaces.iter().map(|(id, _)| id.0))
    }

    fn id_bound(&self) -> usize {
        self.tables.namespaces.id_bound()
    }

    fn key(&self, id: u32) -> Option<Arc<str>> {
        self.row(id).map(|row| row.meta.key.name.clone())
    }

    fn id_of(&self, key: &Arc<str>) -> Option<u32> {
        self.tables.namespaces.find(&ObjectKey::new("", key.clone())).map(|id| id.0)
    }

    fn in_scope(&self, id: u32) -> bool {
        self.row(id).is_some()
    }

    fn passes(&self, id: u32, filter: &Filter) -> bool {
        self.fields(id).is_some_and(|fields| filter.matches(&fields))
    }

    fn is_fault(&self, id: u32) -> bool {
        self.fields(id).is_some_and(|fields| fields.row.terminating || fields.counts.jobs_failed > 0)
    }

    fn prefix(&self, id: u32, column: usize) -> SortPrefix {
        let Some(fields) = self.fields(id) else { return 0 };
        match column {
            column::PODS | column::JOBS | column::FAILED => {
                number_prefix(fields.number(at(column)).unwrap_or(0.0) as i64)
            }
            // The youngest first, as ages read: a small age is a late creation.
            column::AGE => number_prefix(-fields.row.meta.created),
            _ => text_prefix(&fields.text(at(column))),
        }
    }

    fn compare(&self, column: usize, left: u32, right: u32) -> Ordering {
        match (self.fields(left), self.fields(right)) {
            (Some(left), Some(right)) if column <= column::COST_CENTER => {
                left.text(at(column)).cmp(&right.text(at(column)))
            }
            _ => Ordering::Equal,
        }
    }

    fn parse_filter(&self, text: &str) -> (Filter, Vec<FilterProblem>) {
        Filter::parse(text, self.fields)
    }
}

struct Fields<'a> {
    row: &'a NamespaceRow,
    counts: Counts,
    labels: &'a LabelKeys,
    now: i64,
}

impl Filterable for Fields<'_> {
    fn text(&self, field: FieldId) -> Cow<'_, str> {
        match usize::from(field.0) {
            column::NAME => (&*self.row.meta.key.name).into(),
            column::STATUS => status(self.row).into(),
            column::TEAM => first(self.row, &self.labels.team).unwrap_or_default().into(),
            column::COST_CENTER => first(self.row, &self.labels.cost_center).unwrap_or_default().into(),
            _ => Cow::default(),
        }
    }

    fn number(&self, field: FieldId) -> Option<f64> {
        match usize::from(field.0) {
            column::PODS => Some(f64::from(self.counts.pods)),
            column::JOBS => Some(f64::from(self.counts.jobs_active)),
            column::FAILED => Some(f64::from(self.counts.jobs_failed)),
            column::AGE => Some((self.now - self.row.meta.created) as f64),
            _ => None,
        }
    }

    fn label(&self, key: &str) -> Option<&str> {
        self.row.meta.label(key)
    }

    fn haystacks(&self, visit: &mut dyn FnMut(&str) -> bool) -> bool {
        visit(&self.row.meta.key.name) || visit(&self.text(at(column::TEAM)))
    }
}

fn first<'a>(row: &'a NamespaceRow, keys: &[String]) -> Option<&'a str> {
    keys.iter().find_map(|key| row.meta.label(key))
}

fn status(row: &NamespaceRow) -> &'static str {
    match row.terminating {
        true => "Terminating",
        false if row.is_known_by_name_alone() => "—",
        false => "Active",
    }
}

fn counts_cells(counts: Counts) -> [Cell<'static>; 3] {
    let number = |number: u32| if number == 0 { Cell::dim("0") } else { Cell::plain(number.to_string()) };
    let failed =
        if counts.jobs_failed == 0 { Cell::dim("0") } else { Cell::new(counts.jobs_failed.to_string(), Role::Broken) };
    [number(counts.pods), number(counts.jobs_active), failed]
}

/// The row above the others: everything in the cluster that is seen.
pub fn all_line(counts: Counts) -> Line<'static> {
    let [pods, jobs, failed] = counts_cells(counts);
    let cells = vec![
        Cell::new("all", Role::Title),
        Cell::plain(""),
        Cell::plain(""),
        Cell::plain(""),
        pods,
        jobs,
        failed,
        Cell::plain(""),
    ];
    Line { sign: ("", Role::Text), cells, below: None, marked: false }
}

/// One row as it is drawn at `now` (Unix seconds).
pub fn line<'a>(
    rows: &NamespaceRows<'a>,
    id: u32,
    cluster: &ClusterState,
    (now, marked): (i64, bool),
    theme: &'a Theme,
) -> Option<Line<'a>> {
    let row = rows.row(id)?;
    let name = &*row.meta.key.name;
    let [mut pods, mut jobs, mut failed] = counts_cells(rows.tables.counts.of(name));
    // Where nothing may be seen, zero would be a lie.
    let unknown = || Cell::new("—", Role::Muted);
    if cluster.hides(KindId::Pod, name) {
        pods = unknown();
    }
    if cluster.hides(KindId::Job, name) {
        (jobs, failed) = (unknown(), unknown());
    }
    let label = |keys: &[String]| match first(row, keys) {
        Some(value) => Cell::dim(value.to_owned()),
        None => Cell::new("—", Role::Muted),
    };
    let state = if row.terminating { State::Warning } else { State::NotOpened };
    let sign = if row.terminating { (theme.sign(state), state.role()) } else { ("", Role::Text) };
    let below = row
        .terminating
        .then(|| Cell::new(namespace_trouble(row).unwrap_or_else(|| "Terminating".to_owned()), Role::Warning));
    Some(Line {
        sign,
        cells: vec![
            Cell::plain(&*row.meta.key.name),
            Cell::new(
                status(row),
                if row.is_known_by_name_alone() {
                    Role::Muted
                } else if row.terminating {
                    Role::Warning
                } else {
                    Role::Dim
                },
            ),
            label(&rows.labels.team),
            label(&rows.labels.cost_center),
            pods,
            jobs,
            failed,
            Cell::dim(if row.meta.created == 0 { String::new() } else { Age(now - row.meta.created).to_string() }),
        ],
        below,
        marked,
    })
}
