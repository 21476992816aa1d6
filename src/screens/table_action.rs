//! What commands do to a table pane. Pure: no I/O, no clock.

use std::hash::Hash;

use super::pane::{Pane, Rows, Sort};
use crate::input::commands::CommandId;
use crate::ui::table::Column;

/// What is done to a table pane.
#[derive(Debug, Clone, PartialEq)]
pub enum Action {
    Step(isize),
    Page(isize),
    HalfPage(isize),
    To(usize),
    Mark,
    MarkRange,
    ClearMarks,
    Filter(String),
    Faults,
    SortBy(usize),
    Pick(isize),
    SortPicked,
    Reverse,
    Wide,
}

/// What a row can be sorted by on its own key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Heading {
    Name,
    Age,
    Status,
    Namespace,
}

impl Action {
    /// The action that a command means on a table with these columns, if it means one.
    pub fn of(command: CommandId, columns: &[Column]) -> Option<Self> {
        let action = match command {
            CommandId::Up => Action::Step(-1),
            CommandId::Down => Action::Step(1),
            CommandId::PageUp => Action::Page(-1),
            CommandId::PageDown => Action::Page(1),
            CommandId::HalfPageUp => Action::HalfPage(-1),
            CommandId::HalfPageDown => Action::HalfPage(1),
            CommandId::Top => Action::To(0),
            CommandId::Bottom => Action::To(usize::MAX),
            CommandId::Mark => Action::Mark,
            CommandId::MarkRange => Action::MarkRange,
            CommandId::ClearMarks => Action::ClearMarks,
            CommandId::FaultsOnly => Action::Faults,
            CommandId::SortByName => Action::SortBy(heading(columns, Heading::Name)?),
            CommandId::SortByAge => Action::SortBy(heading(columns, Heading::Age)?),
            CommandId::SortByStatus => Action::SortBy(heading(columns, Heading::Status)?),
            CommandId::SortByNamespace => Action::SortBy(heading(columns, Heading::Namespace)?),
            CommandId::ColumnNext | CommandId::Right => Action::Pick(1),
            CommandId::ColumnPrevious | CommandId::Left => Action::Pick(-1),
            CommandId::SortByColumn => Action::SortPicked,
            CommandId::SortReverse => Action::Reverse,
            CommandId::WideColumns => Action::Wide,
            _ => return None,
        };
        Some(action)
    }
}

fn heading(columns: &[Column], heading: Heading) -> Option<usize> {
    let names: &[&str] = match heading {
        Heading::Name => &["NAME"],
        Heading::Age => &["AGE"],
        Heading::Status => &["STATE", "STATUS", "HEALTH"],
        Heading::Namespace => &["NAMESPACE"],
    };
    columns.iter().position(|column| names.contains(&column.name))
}

/// Does the action to the pane.
pub fn apply<K, R>(pane: &mut Pane<K>, rows: &R, action: Action, columns: &[Column])
where
    K: Clone + Eq + Hash + Ord,
    R: Rows<Key = K>,
{
    pane.settle(rows);
    let page = pane.page.max(1) as isize;
    match action {
        Action::Step(by) => pane.step(by, rows),
        Action::Page(by) => pane.step(by * (page - 1).max(1), rows),
        Action::HalfPage(by) => pane.step(by * (page / 2).max(1), rows),
        Action::To(position) => pane.select(position, rows),
        Action::Mark => pane.toggle_mark(rows),
        Action::MarkRange => pane.mark_range(rows),
        Action::ClearMarks => pane.clear_marks(),
        Action::Filter(text) => pane.set_filter(&text, rows),
        Action::Faults => pane.set_faults_only(!pane.faults_only),
        Action::SortBy(column) => {
            let descending = pane.sort.column == column && !pane.sort.descending;
            pane.set_sort(Sort { column, descending });
        }
        Action::Pick(by) => {
            let shown = |place: usize| pane.wide || !columns[place].wide;
            let mut place = pane.picked.unwrap_or(pane.sort.column);
            for _ in 0..columns.len() {
                place = (place as isize + by).rem_euclid(columns.len() as isize) as usize;
                if shown(place) {
                    break;
                }
            }
            pane.picked = Some(place);
        }
        Action::SortPicked => {
            let column = pane.picked.take().unwrap_or(pane.sort.column);
            let descending = pane.sort.column == column && !pane.sort.descending;
            pane.set_sort(Sort { column, descending });
        }
        Action::Reverse => pane.set_sort(Sort { descending: !pane.sort.descending, ..pane.sort }),
        Action::Wide => pane.wide = !pane.wide,
    }
}
