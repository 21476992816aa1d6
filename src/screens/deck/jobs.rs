//! The jobs pane: Jobs of the chosen namespace, each with its state as an experienced person would tell it.

use std::borrow::Cow;
use std::cmp::Ordering;

use crate::domain::age::Age;
use crate::domain::filter::{Field, FieldId, FieldKind, FieldTable, Filter, FilterProblem, Filterable};
use crate::domain::ids::ObjectKey;
use crate::domain::job::JobRow;
use crate::domain::job_state::{JobPhase, JobState};
use crate::screens::pane::{Rows, Sort};
use crate::store::cluster::ClusterStore;
use crate::store::index::{SortPrefix, number_prefix, text_prefix};
use crate::store::table::RowId;
use crate::ui::table::{Cell, Column, Line, elastic, left, right, wide};
use crate::ui::theme::{Role, State, Theme};

pub const COLUMNS: &[Column] = &[
    left("NAME", 10, 63, 0),
    elastic(left("NAMESPACE", 8, 40, 2)),
    elastic(left("STATE", 18, 60, 1)),
    right("DONE", 4, 9, 5),
    wide(right("PARALLEL", 4, 8, 8)),
    right("✖", 1, 4, 7),
    right("TOOK", 4, 7, 4),
    right("AGE", 4, 7, 3),
    left("OWNER", 5, 20, 9),
];

mod column {
    pub const NAME: usize = 0;
    pub const NAMESPACE: usize = 1;
    pub const STATE: usize = 2;
    pub const DONE: usize = 3;
    pub const PARALLEL: usize = 4;
    pub const FAILED: usize = 5;
    pub const TOOK: usize = 6;
    pub const AGE: usize = 7;
    pub const OWNER: usize = 8;
}

/// A column as the filter names it.
fn at(column: usize) -> FieldId {
    FieldId(column as u16)
}

/// The columns that a filter may name.
pub fn fields() -> FieldTable {
    use FieldKind::{Age, Number, Text};
    FieldTable::new([
        Field::new(at(column::NAME), "name", Text).with_aliases(&["job"]),
        Field::new(at(column::NAMESPACE), "namespace", Text).with_aliases(&["ns"]),
        Field::new(at(column::STATE), "state", Text).with_aliases(&["status"]),
        Field::new(at(column::DONE), "done", Number).with_aliases(&["succeeded", "completions"]),
        Field::new(at(column::PARALLEL), "parallel", Number).with_aliases(&["parallelism"]),
        Field::new(at(column::FAILED), "failed", Number),
        Field::new(at(column::TOOK), "took", Age).with_aliases(&["duration"]),
        Field::new(at(column::AGE), "age", Age),
        Field::new(at(column::OWNER), "owner", Text).with_aliases(&["cronjob"]),
    ])
}

/// Youngest first: what broke last is what a person came for.
pub const SORT: Sort = Sort { column: column::AGE, descending: false };

/// Jobs of one cluster as rows, over all namespaces or in one.
pub struct JobRows<'a> {
    pub tables: &'a ClusterStore,
    pub namespace: Option<&'a str>,
    pub fields: &'a FieldTable,
    /// Unix seconds, for `age` and `took` in a filter.
    pub now: i64,
}

impl<'a> JobRows<'a> {
    pub fn row(&self, id: u32) -> Option<&'a JobRow> {
        self.tables.jobs.get(RowId(id))
    }

    fn state(&self, id: u32) -> Option<&'a JobState> {
        self.tables.job_state(RowId(id)).map(|state| &**state)
    }

    fn fields(&self, id: u32) -> Option<Fields<'a>> {
        Some(Fields { row: self.row(id)?, state: self.state(id), now: self.now })
    }
}

impl Rows for JobRows<'_> {
    type Key = ObjectKey;

    fn ids(&self) -> Box<dyn Iterator<Item = u32> + '_> {
        Box::new(self.tables.jobs.iter().map(|(id, _)| id.0))
    }

    fn id_bound(&self) -> usize {
        self.tables.jobs.id_bound()
    }

    fn key(&self, id: u32) -> Option<ObjectKey> {
        self.row(id).map(|row| row.meta.key.clone())
    }

    fn id_of(&self, key: &ObjectKey) -> Option<u32> {
        self.tables.jobs.find(key).map(|id| id.0)
    }

    fn key_order(&self, left: u32, right: u32) -> Ordering {
        let key = |id: u32| self.row(id).map(|row| &row.meta.key);
        key(left).cmp(&key(right))
    }

    fn in_scope(&self, id: u32) -> bool {
        self.row(id).is_some_and(|row| self.namespace.is_none_or(|namespace| *namespace == *row.meta.key.namespace))
    }

    fn passes(&self, id: u32, filter: &Filter) -> bool {
        self.fields(id).is_some_and(|fields| filter.matches(&fields))
    }

    fn is_fault(&self, id: u32) -> bool {
        self.state(id).is_some_and(|state| state.is_failing())
    }

    fn prefix(&self, id: u32, column: usize) -> SortPrefix {
        let Some(fields) = self.fields(id) else { return 0 };
        match column {
            column::STATE => number_prefix(fields.state.map_or(-1, |state| i64::from(state.phase as u8))),
            column::DONE | column::PARALLEL | column::FAILED | column::TOOK => {
                number_prefix(fields.number(at(column)).unwrap_or(-1.0) as i64)
            }
            // A small age is a late creation.
            column::AGE => number_prefix(-fields.row.meta.created),
            _ => text_prefix(&fields.text(at(column))),
        }
    }

    fn compare(&self, column: usize, left: u32, right: u32) -> Ordering {
        match (self.fields(left), self.fields(right)) {
            (Some(left), Some(right))
                if matches!(column, column::NAME | column::NAMESPACE | column::STATE | column::OWNER) =>
            {
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
    row: &'a JobRow,
    state: Option<&'a JobState>,
    now: i64,
}

impl Filterable for Fields<'_> {
    fn text(&self, field: FieldId) -> Cow<'_, str> {
        match usize::from(field.0) {
            column::NAME => (&*self.row.meta.key.name).into(),
            column::NAMESPACE => (&*self.row.meta.key.namespace).into(),
            column::STATE => self.state.map_or(Cow::default(), |state| (&*state.words).into()),
            column::DONE => done(self.row).into(),
            column::OWNER => self.row.meta.owner.as_ref().map_or(Cow::default(), |owner| (&*owner.name).into()),
            _ => Cow::default(),
        }
    }

    fn number(&self, field: FieldId) -> Option<f64> {
        match usize::from(field.0) {
            column::DONE => Some(f64::from(self.row.succeeded)),
            column::PARALLEL => Some(f64::from(self.row.parallelism)),
            column::FAILED => Some(f64::from(self.row.failed)),
            column::TOOK => took(self.row, self.now).map(|seconds| seconds as f64),
            column::AGE => Some((self.now - self.row.meta.created) as f64),
            _ => None,
        }
    }

    fn label(&self, key: &str) -> Option<&str> {
        self.row.meta.label(key)
    }

    fn haystacks(&self, visit: &mut dyn FnMut(&str) -> bool) -> bool {
        visit(&self.row.meta.key.name)
            || self.state.is_some_and(|state| visit(&state.words) || state.reason.as_deref().is_some_and(&mut *visit))
            || visit(&self.row.meta.key.namespace)
            || self.row.meta.owner.as_ref().is_some_and(|owner| visit(&owner.name))
    }
}

/// Completions as kubectl tells them: `2/8`; a work queue has no number wanted.
pub fn done(row: &JobRow) -> String {
    match row.completions {
        Some(wanted) => format!("{}/{wanted}", row.succeeded),
        None => format!("{}/1 of {}", row.succeeded, row.parallelism),
    }
}

/// Seconds from its start to its end, or until `now` while it runs.
pub fn took(row: &JobRow, now: i64) -> Option<i64> {
    if row.started == 0 {
        return None;
    }
    let ended = if row.completed > 0 {
        Some(row.completed)
    } else {
        let end = |condition: &&crate::domain::object::Condition| {
            condition.status && matches!(&*condition.kind, "Failed" | "Complete")
        };
        row.conditions.iter().find(end).map(|condition| condition.at)
    };
    match ended {
        None if row.suspended => None,
        ended => Some((ended.unwrap_or(now) - row.started).max(0)),
    }
}

/// The sign that stands for a Job's state.
pub fn sign_of(state: &JobState) -> State {
    match state.phase {
        JobPhase::Failed => State::Broken,
        JobPhase::Suspended => State::Suspended,
        JobPhase::Succeeded => State::Ok,
        _ if state.is_failing() => State::Warning,
        JobPhase::Running => State::Running,
        _ => State::Pending,
    }
}

/// One row as it is drawn at `now` (Unix seconds).
pub fn line<'a>(rows: &JobRows<'a>, id: u32, now: i64, marked: bool, theme: &'a Theme) -> Option<Line<'a>> {
    let row = rows.row(id)?;
    let (state, words) = match rows.state(id) {
        Some(state) => (sign_of(state), &*state.words),
        None => (State::Pending, "…"),
    };
    let quiet = matches!(state, State::Ok | State::Suspended);
    let state_cell = Cell::new(words, if quiet { Role::Dim } else { state.role() });
    let failed = if row.failed == 0 { Cell::dim("0") } else { Cell::new(row.failed.to_string(), Role::Broken) };
    let owner = row.meta.owner.as_ref().map_or(Cell::new("", Role::Muted), |owner| Cell::dim(&*owner.name));
    Some(Line {
        sign: (theme.sign(state), state.role()),
        cells: vec![
            Cell::new(&*row.meta.key.name, if quiet { Role::Dim } else { Role::Text }),
            if rows.namespace.is_none() { Cell::dim(&*row.meta.key.namespace) } else { Cell::dim("") },
            state_cell,
            Cell::new(done(row), if quiet { Role::Dim } else { Role::Text }),
            Cell::dim(row.parallelism.to_string()),
            failed,
            Cell::dim(took(row, now).map_or_else(|| "—".to_owned(), |seconds| Age(seconds).to_string())),
            Cell::dim(if row.meta.created == 0 { String::new() } else { Age(now - row.meta.created).to_string() }),
            owner,
        ],
        below: None,
        marked,
    })
}
