//! Where the window stands in the ring, and what it shows.

use std::sync::Arc;

use super::match_index::{Budget, MatchIndex, Step};
use super::search::{Found, Search, Wanted};
use crate::domain::log_filter::{CompiledPattern, LogFilter, PatternError};
use crate::domain::log_line::{Level, show, unfold};
use crate::domain::log_view::{Anchor, LineKind, LogLine, LogQuery, LogSourceId, MAX_WINDOW, Pattern, Seek};
use crate::store::log_ring::LogRing;

/// Chunks that one answer may go through before it is put off.
const ANSWER_CHUNKS: u32 = 8;
/// Moves that wait for the filter; further ones are left out.
const MOST_SEEKS: usize = 32;

/// The window, standing still or following.
#[derive(Default)]
pub struct View {
    query: LogQuery,
    index: MatchIndex,
    /// `None` follows; else the number from which on lines are shown.
    top: Option<u64>,
    highlight: Option<CompiledPattern>,
    seeks: Vec<Seek>,
    search: Option<Search>,
    cursor: Option<u64>,
    /// What the last search or highlight says.
    words: Option<Arc<str>>,
    /// Why the query's filter is not the one that is used.
    filter_words: Option<Arc<str>>,
    /// Numbers of the first and the last line that were handed out last.
    screen: Option<(u64, u64)>,
    /// First line of the last page of those.
    page_first: Option<u64>,
    /// How many lines there were when the person paused.
    paused_at: Option<u64>,
}

/// What `View::lines` found.
pub struct Painted {
    pub lines: Vec<LogLine>,
    /// A part of the ring has not been looked at: more may come.
    pub unfinished: bool,
}

impl View {
    pub fn new() -> Self {
        Self { index: MatchIndex::new(LogFilter::default(), true), ..Self::default() }
    }

    /// Takes a new query. A pattern that is not valid leaves the filter as it was, and says so in the window.
    pub fn set_query(&mut self, query: LogQuery) {
        self.words = None;
        if query.filter != self.query.filter {
            self.filter_words = None;
            match LogFilter::new(&query.filter) {
                Ok(filter) => self.index = MatchIndex::new(filter, query.filter.is_empty()),
                Err(error) => self.filter_words = Some(error.to_string().into()),
            }
        }
        self.set_highlight(query.highlight.as_ref());
        match query.anchor {
            Anchor::Follow => self.follow(),
            Anchor::Line(number) => self.top = Some(number),
            Anchor::Keep => {}
        }
        self.query = LogQuery { height: query.height.min(MAX_WINDOW), ..query };
    }

    /// Forgets lines, keeps the query.
    pub fn clear(&mut self) {
        (self.top, self.search, self.cursor, self.words, self.paused_at) = (None, None, None, None, None);
        (self.screen, self.page_first) = (None, None);
        self.seeks.clear();
    }

    pub fn seek(&mut self, ring: &LogRing, seek: Seek) {
        self.words = None;
        let wanted = match &seek {
            Seek::NextError => Some((true, Wanted::Error)),
            Seek::PreviousError => Some((false, Wanted::Error)),
            Seek::NextMatch(pattern) => self.wanted(pattern).map(|wanted| (true, wanted)),
            Seek::PreviousMatch(pattern) => self.wanted(pattern).map(|wanted| (false, wanted)),
            Seek::Line(_) | Seek::Older(_) | Seek::Newer(_) | Seek::Top | Seek::Bottom => {
                if self.seeks.len() < MOST_SEEKS {
                    self.seeks.push(seek);
                }
                return;
            }
        };
        if let Some((forward, wanted)) = wanted {
            let (first, last) = self.on_screen(ring);
            let cursor = self.cursor.filter(|cursor| (first..=last).contains(cursor));
            let from = match (cursor, forward) {
                (Some(cursor), true) => Some(cursor + 1),
                (Some(cursor), false) => cursor.checked_sub(1),
                (None, true) => Some(first),
                (None, false) => Some(last),
            };
            self.search = from.map(|from| Search::new(wanted, forward, from));
            if from.is_none() {
                self.words = Some("no line before this one".into());
            }
        }
    }

    pub fn pause(&mut self, ring: &LogRing, paused: bool) {
        if !paused {
            if self.paused_at.take().is_some() {
                self.follow();
            }
        } else if self.paused_at.is_none() {
            self.paused_at = Some(ring.next_number());
            self.top = self.top.or(self.page_first).or(Some(ring.next_number()));
        }
    }

    pub fn query(&self) -> &LogQuery {
        &self.query
    }

    pub fn index(&mut self) -> &mut MatchIndex {
        &mut self.index
    }

    pub fn is_following(&self) -> bool {
        self.top.is_none()
    }

    pub fn is_searching(&self) -> bool {
        self.search.is_some() || !self.seeks.is_empty()
    }

    pub fn cursor(&self) -> Option<u64> {
        self.cursor
    }

    pub fn words(&self) -> Option<Arc<str>> {
        self.words.clone().or_else(|| self.filter_words.clone())
    }

    pub fn paused_at(&self) -> Option<u64> {
        self.paused_at
    }

    /// The number near which lines matter most.
    pub fn focus(&self, ring: &LogRing) -> u64 {
        self.top.unwrap_or_else(|| ring.next_number())
    }

    /// Goes on with moves and searches; `true` when the window has changed.
    pub fn work(&mut self, ring: &mut LogRing) -> bool {
        let mut changed = false;
        while let Some(seek) = self.seeks.first().cloned() {
            if self.move_by(ring, &seek).is_none() {
                return changed;
            }
            self.seeks.remove(0);
            changed = true;
        }
        let Some(mut search) = self.search.take() else { return changed };
        match search.advance(ring, &mut self.index, &mut Budget(ANSWER_CHUNKS)) {
            Found::Line(number) => {
                self.cursor = Some(number);
                let third = u64::from(self.page() / 3);
                let budget = &mut Budget(ANSWER_CHUNKS);
                self.top = Some(self.walk_back(ring, number, third, budget).unwrap_or(number));
            }
            Found::Nothing => self.words = Some(search.nothing_words()),
            Found::Later => {
                self.search = Some(search);
                return changed;
            }
        }
        true
    }

    /// The lines of the window, oldest first.
    pub fn lines(&mut self, ring: &mut LogRing) -> Painted {
        let height = usize::from(self.query.height);
        let mut numbers = Vec::with_capacity(height);
        let mut unfinished = false;
        let budget = &mut Budget(ANSWER_CHUNKS);
        if let Some(top) = self.top {
            let mut from = top;
            while numbers.len() < height {
                match self.index.next_shown(ring, from, budget) {
                    Step::At(number) => {
                        numbers.push(number);
                        from = number + 1;
                    }
                    Step::End => break,
                    Step::Later => {
                        unfinished = true;
                        break;
                    }
                }
            }
        }
        let wanted = if self.top.is_some() { usize::from(self.page()) } else { height };
        // Following, or less than a page is left below: filled up from above.
        if !unfinished && numbers.len() < wanted {
            let mut newer = std::mem::take(&mut numbers);
            let mut upto = newer.first().map_or(ring.next_number(), |first| *first).checked_sub(1);
            while let Some(at) = upto.filter(|_| numbers.len() + newer.len() < wanted) {
                match self.index.previous_shown(ring, at, budget) {
                    Step::At(number) => {
                        numbers.push(number);
                        upto = number.checked_sub(1);
                    }
                    Step::End => break,
                    Step::Later => {
                        unfinished = true;
                        break;
                    }
                }
            }
            numbers.reverse();
            numbers.append(&mut newer);
            if self.top.is_some() && !unfinished {
                self.top = numbers.first().copied().or(self.top);
            }
        }
        self.page_first = numbers.get(numbers.len().saturating_sub(usize::from(self.page()))).copied();
        self.screen = numbers.first().zip(numbers.last()).map(|(first, last)| (*first, *last));
        let lines = numbers.into_iter().filter_map(|number| self.line(ring, number)).collect();
        Painted { lines, unfinished }
    }

    /// One line as it is painted.
    fn line(&mut self, ring: &mut LogRing, number: u64) -> Option<LogLine> {
        let chunk = ring.chunk_of(number);
        let first = ring.summary(chunk)?.first;
        let found = ring.chunk(chunk)?;
        let (meta, raw) = found.line(usize::try_from(number.checked_sub(first)?).ok()?)?;
        let kind = kind_of(meta.kind());
        let shown = show(raw);
        let mut match_ranges = Vec::new();
        if kind == LineKind::Text {
            if let Some(include) = &mut self.index.filter().include {
                include.ranges(&shown.text, &mut match_ranges);
            }
            if let Some(highlight) = &mut self.highlight {
                highlight.ranges(&shown.text, &mut match_ranges);
            }
        }
        let unfolded = if self.query.unfold_json && kind == LineKind::Text {
            unfold(&shown.text).into_iter().map(String::into_boxed_str).collect()
        } else {
            Vec::new()
        };
        Some(LogLine {
            number,
            source: LogSourceId(meta.source),
            at: meta.at,
            level: Level::from_u8(meta.level),
            kind,
            text: shown.text.into_boxed_str(),
            styles: shown.styles,
            match_ranges,
            context: !self.index.is_match(ring, number),
            unfolded,
        })
    }

    /// `None` when the filter has to look at more lines first.
    fn move_by(&mut self, ring: &mut LogRing, seek: &Seek) -> Option<()> {
        let budget = &mut Budget(ANSWER_CHUNKS);
        match seek {
            Seek::Line(number) => self.top = Some(*number),
            Seek::Top => self.top = Some(ring.oldest()),
            Seek::Older(count) => {
                let (from, extra) = match self.top {
                    Some(top) => (top.max(ring.oldest()), 0),
                    None => (ring.next_number(), u64::from(self.page())),
                };
                self.top = Some(self.walk_back(ring, from, count + extra, budget)?);
            }
            Seek::Newer(count) => {
                let Some(mut top) = self.top else { return Some(()) };
                for _ in 0..=*count {
                    match self.index.next_shown(ring, top, budget) {
                        Step::At(number) => top = number + 1,
                        Step::End => {
                            self.follow();
                            return Some(());
                        }
                        Step::Later => return None,
                    }
                }
                self.top = Some(top - 1);
                let mut below = top;
                for _ in 0..self.page().saturating_sub(1) {
                    match self.index.next_shown(ring, below, budget) {
                        Step::At(number) => below = number + 1,
                        Step::End => {
                            self.follow();
                            return Some(());
                        }
                        Step::Later => return Some(()),
                    }
                }
                if self.index.next_shown(ring, below, budget) == Step::End {
                    self.follow();
                }
            }
            Seek::Bottom => self.follow(),
            Seek::NextError | Seek::PreviousError | Seek::NextMatch(_) | Seek::PreviousMatch(_) => {}
        }
        Some(())
    }

    fn follow(&mut self) {
        (self.top, self.paused_at) = (None, None);
    }

    /// So many shown lines before `from`, or as far as there are any; `None` when the filter has to look first.
    fn walk_back(&mut self, ring: &mut LogRing, from: u64, count: u64, budget: &mut Budget) -> Option<u64> {
        let mut at = from;
        for _ in 0..count {
            let Some(upto) = at.checked_sub(1) else { break };
            match self.index.previous_shown(ring, upto, budget) {
                Step::At(number) => at = number,
                Step::End => break,
                Step::Later => return None,
            }
        }
        Some(at)
    }

    /// Numbers of the first and the last line in the window, as far as they are known.
    fn on_screen(&self, ring: &LogRing) -> (u64, u64) {
        let newest = ring.next_number().saturating_sub(1);
        self.screen.unwrap_or((self.top.unwrap_or(newest), newest))
    }

    fn page(&self) -> u16 {
        if self.query.page == 0 { self.query.height } else { self.query.page.min(self.query.height) }
    }

    fn wanted(&mut self, pattern: &Pattern) -> Option<Wanted> {
        self.set_highlight(Some(pattern));
        self.highlight.clone().map(Wanted::Pattern)
    }

    fn set_highlight(&mut self, pattern: Option<&Pattern>) {
        self.highlight = None;
        match pattern.map(CompiledPattern::new).transpose() {
            Ok(compiled) => self.highlight = compiled,
            Err(error) => self.say(&error),
        }
    }

    fn say(&mut self, error: &PatternError) {
        self.words = Some(error.to_string().into());
    }
}

/// The inverse of `LineKind as u8`.
pub fn kind_of(number: u8) -> LineKind {
    match number {
        1 => LineKind::Ended,
        2 => LineKind::Gap,
        3 => LineKind::Notice,
        _ => LineKind::Text,
    }
}
