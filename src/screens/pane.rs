//! What every table pane shares: a sorted and filtered index, a selection that follows its row, marks, scroll.

use std::cmp::Ordering;
use std::collections::HashSet;
use std::hash::Hash;

use crate::domain::filter::{Filter, FilterProblem};
use crate::store::index::{SortPrefix, SortedIndex, View};

/// The rows of a pane, as its filter and order see them. Ids are small and reused; keys stay with their object.
pub trait Rows {
    type Key: Clone + Eq + Hash + Ord;

    fn ids(&self) -> Box<dyn Iterator<Item = u32> + '_>;
    /// One past the largest id.
    fn id_bound(&self) -> usize;
    fn key(&self, id: u32) -> Option<Self::Key>;
    fn id_of(&self, key: &Self::Key) -> Option<u32>;
    /// The order of two rows' keys.
    fn key_order(&self, left: u32, right: u32) -> Ordering {
        self.key(left).cmp(&self.key(right))
    }
    /// Whether the row is there and belongs into the pane, before any filter.
    fn in_scope(&self, id: u32) -> bool;
    fn passes(&self, id: u32, filter: &Filter) -> bool;
    /// What "faults only" keeps.
    fn is_fault(&self, id: u32) -> bool;
    fn prefix(&self, id: u32, column: usize) -> SortPrefix;
    fn compare(&self, column: usize, left: u32, right: u32) -> Ordering;
    fn parse_filter(&self, text: &str) -> (Filter, Vec<FilterProblem>);
}

/// What must be done before the pane is drawn.
#[derive(Debug, Default)]
enum Dirty {
    #[default]
    Clean,
    Rows(Vec<u32>),
    /// The filter grew: what is shown is narrowed, then these rows are looked at anew.
    Narrowed(Vec<u32>),
    All,
}

/// Which column a pane is sorted by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sort {
    pub column: usize,
    pub descending: bool,
}

/// The state of a table pane. `K` names a row.
#[derive(Debug)]
pub struct Pane<K> {
    index: SortedIndex,
    dirty: Dirty,
    pub sort: Sort,
    /// The column that `shift-o` would sort by, while one is being picked.
    pub picked: Option<usize>,
    pub filter_text: String,
    filter: Filter,
    pub problems: Vec<FilterProblem>,
    pub faults_only: bool,
    pub marks: HashSet<K>,
    mark_anchor: Option<K>,
    selected: Option<K>,
    /// Position of the selection in the index, lead row included.
    cursor: usize,
    /// First drawn position.
    pub offset: usize,
    /// Rows that stand before the index and no filter hides: 1 where a pane has an "all" row.
    lead: usize,
    /// Rows that one page shows, told by the last drawing.
    pub page: usize,
    /// Widest content seen per column, so that columns do not jump while rows come and go.
    pub seen_widths: Vec<u16>,
    pub wide: bool,
}

impl<K: Clone + Eq + Hash + Ord> Pane<K> {
    pub fn new(sort: Sort, lead: usize) -> Self {
        Self {
            index: SortedIndex::default(),
            dirty: Dirty::All,
            sort,
            picked: None,
            filter_text: String::new(),
            filter: Filter::default(),
            problems: Vec::new(),
            faults_only: false,
            marks: HashSet::new(),
            mark_anchor: None,
            selected: None,
            cursor: 0,
            offset: 0,
            lead,
            page: 1,
            seen_widths: Vec::new(),
            wide: false,
        }
    }

    /// Rows that are shown, the lead row included.
    pub fn len(&self) -> usize {
        self.index.len() + self.lead
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Rows that pass the filter, without the lead row.
    pub fn passing(&self) -> usize {
        self.index.len()
    }

    pub fn cursor(&self) -> usize {
        self.cursor
    }

    /// The selected row's key; `None` on the lead row or when nothing is there.
    pub fn selected(&self) -> Option<&K> {
        self.selected.as_ref()
    }

    /// What stands at a position: `Some(None)` is the lead row.
    pub fn at(&self, position: usize) -> Option<Option<u32>> {
        if position < self.lead { Some(None) } else { self.index.id_at(position - self.lead).map(Some) }
    }

    pub fn is_filtered(&self) -> bool {
        !self.filter_text.is_empty() || self.faults_only
    }

    /// Rows may begin or cease to pass while they stay as they are.
    pub fn filter_depends_on_time(&self) -> bool {
        self.filter.depends_on_time()
    }

    pub fn touch(&mut self, ids: &[u32]) {
        match &mut self.dirty {
            Dirty::Clean => self.dirty = Dirty::Rows(ids.to_vec()),
            Dirty::Rows(rows) | Dirty::Narrowed(rows) => rows.extend_from_slice(ids),
            Dirty::All => {}
        }
    }

    pub fn touch_all(&mut self) {
        self.dirty = Dirty::All;
    }

    /// Another set of rows: nothing of the old one stays selected or marked.
    pub fn reset(&mut self) {
        self.index = SortedIndex::default();
        self.dirty = Dirty::All;
        self.marks.clear();
        self.mark_anchor = None;
        self.selected = None;
        self.cursor = 0;
        self.offset = 0;
        self.seen_widths.clear();
    }

    pub fn set_filter(&mut self, text: &str, rows: &impl Rows<Key = K>) {
        let (filter, problems) = rows.parse_filter(text);
        let narrows = filter.narrows(&self.filter);
        self.filter_text = text.to_owned();
        self.filter = filter;
        self.problems = problems;
        self.dirty = match (std::mem::take(&mut self.dirty), narrows) {
            (Dirty::Clean, true) => Dirty::Narrowed(Vec::new()),
            (Dirty::Rows(rows) | Dirty::Narrowed(rows), true) => Dirty::Narrowed(rows),
            _ => Dirty::All,
        };
    }

    pub fn set_faults_only(&mut self, on: bool) {
        self.faults_only = on;
        self.dirty = Dirty::All;
    }

    pub fn set_sort(&mut self, sort: Sort) {
        self.sort = sort;
        self.dirty = Dirty::All;
    }

    /// Brings the index and the selection in step with the rows. Call it before drawing and before acting on a key.
    pub fn settle<R: Rows<Key = K>>(&mut self, rows: &R) {
        let dirty = std::mem::take(&mut self.dirty);
        let view = Seen { rows, filter: &self.filter, faults_only: self.faults_only, sort: self.sort };
        match dirty {
            Dirty::Clean => return,
            Dirty::Rows(ids) => self.index.settle(&ids, rows.id_bound(), &view),
            Dirty::Narrowed(ids) => {
                self.index.narrow(rows.id_bound(), &view);
                self.index.settle(&ids, rows.id_bound(), &view);
            }
            Dirty::All => self.index.rebuild(rows.ids(), &view),
        }
        self.marks.retain(|key| rows.id_of(key).is_some());
        self.follow(rows);
    }

    /// Keeps the selection on its row; on the neighbour when the row is gone.
    fn follow<R: Rows<Key = K>>(&mut self, rows: &R) {
        let place = self.selected.as_ref().and_then(|key| rows.id_of(key)).and_then(|id| self.index.position_of(id));
        match place {
            Some(place) => self.cursor = place + self.lead,
            None => self.select(self.cursor.min(self.len().saturating_sub(1)), rows),
        }
    }

    pub fn select<R: Rows<Key = K>>(&mut self, position: usize, rows: &R) {
        self.cursor = position.min(self.len().saturating_sub(1));
        self.selected = self.at(self.cursor).flatten().and_then(|id| rows.key(id));
    }

    pub fn select_key<R: Rows<Key = K>>(&mut self, key: &K, rows: &R) -> bool {
        let place = rows.id_of(key).and_then(|id| self.index.position_of(id));
        if let Some(place) = place {
            self.select(place + self.lead, rows);
        }
        place.is_some()
    }

    pub fn step<R: Rows<Key = K>>(&mut self, by: isize, rows: &R) {
        self.select(self.cursor.saturating_add_signed(by), rows);
    }

    /// Marks or unmarks the selected row and goes on to the next.
    pub fn toggle_mark<R: Rows<Key = K>>(&mut self, rows: &R) {
        if let Some(key) = self.selected.clone() {
            if !self.marks.remove(&key) {
                self.marks.insert(key.clone());
            }
            self.mark_anchor = Some(key);
        }
        self.step(1, rows);
    }

    /// Marks everything between the last mark and the selection.
    pub fn mark_range<R: Rows<Key = K>>(&mut self, rows: &R) {
        let anchor =
            self.mark_anchor.as_ref().and_then(|key| rows.id_of(key)).and_then(|id| self.index.position_of(id));
        let here = self.cursor.saturating_sub(self.lead);
        let from = anchor.unwrap_or(here);
        for place in from.min(here)..=from.max(here) {
            self.marks.extend(self.index.id_at(place).and_then(|id| rows.key(id)));
        }
        self.mark_anchor = self.selected.clone();
    }

    /// What a command is about: the marked rows, else the selected one; and how many of them the filter hides.
    pub fn chosen<R: Rows<Key = K>>(&self, rows: &R) -> (Vec<K>, usize) {
        if self.marks.is_empty() {
            return (self.selected.iter().cloned().collect(), 0);
        }
        let place = |key: &K| rows.id_of(key).and_then(|id| self.index.position_of(id));
        let mut marked: Vec<(Option<usize>, K)> = self.marks.iter().map(|key| (place(key), key.clone())).collect();
        // As they stand on the screen, then those that do not.
        marked.sort_by(|left, right| (left.0.is_none(), left.0, &left.1).cmp(&(right.0.is_none(), right.0, &right.1)));
        let hidden = marked.iter().filter(|(place, _)| place.is_none()).count();
        (marked.into_iter().map(|(_, key)| key).collect(), hidden)
    }

    pub fn clear_marks(&mut self) {
        self.marks.clear();
        self.mark_anchor = None;
    }

    /// Widens the remembered widths by what is on the screen now.
    pub fn remember_widths(&mut self, needed: &[u16]) {
        if self.seen_widths.len() != needed.len() {
            self.seen_widths = needed.to_vec();
            return;
        }
        for (seen, needed) in self.seen_widths.iter_mut().zip(needed) {
            *seen = (*seen).max(*needed);
        }
    }
}

struct Seen<'a, R> {
    rows: &'a R,
    filter: &'a Filter,
    faults_only: bool,
    sort: Sort,
}

impl<R: Rows> View for Seen<'_, R> {
    fn prefix(&self, id: u32) -> Option<SortPrefix> {
        self.passes(id).then(|| self.rows.prefix(id, self.sort.column))
    }

    fn passes(&self, id: u32) -> bool {
        self.rows.in_scope(id)
            && (!self.faults_only || self.rows.is_fault(id))
            && (self.filter.is_empty() || self.rows.passes(id, self.filter))
    }

    fn tie(&self, left: u32, right: u32) -> Ordering {
        let order = self.rows.compare(self.sort.column, left, right);
        let order = if self.sort.descending { order.reverse() } else { order };
        order.then_with(|| self.rows.key_order(left, right)).then(left.cmp(&right))
    }

    fn descending(&self) -> bool {
        self.sort.descending
    }
}
