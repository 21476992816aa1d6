//! What a log pane asks for and what it paints: plain data that crosses from the loop to the log engine and back.
//!
//! Every line has a global number: 0 is the first line that ever came in, and numbers never change, whatever the
//! filter, until the engine is opened anew (`LogWindow::epoch` then grows).

use std::sync::Arc;

use super::ids::ClusterId;
use super::log_line::{Level, StyleSpan};

/// Text to look for in a line. Case is ignored while the text has no capital letter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Pattern {
    /// Regular expression, syntax of the `regex` crate.
    Regex(String),
    /// Words in any order, each nearly contiguous, with a typo allowed from five letters on.
    Fuzzy(String),
}

/// Which lines are shown. Lines of the engine itself (ends, gaps, notices) are always shown.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct LogFilterSpec {
    pub include: Option<Pattern>,
    pub exclude: Option<Pattern>,
    /// Lines kept before and after each line that matches.
    pub context: u16,
    /// Lines below it, and lines whose level is unknown, are left out.
    pub min_level: Option<Level>,
}

impl LogFilterSpec {
    /// Whether every line passes.
    pub fn is_empty(&self) -> bool {
        self.include.is_none() && self.exclude.is_none() && self.min_level.is_none()
    }
}

/// Where the window stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Anchor {
    /// The newest lines, moving on as lines come in.
    #[default]
    Follow,
    /// The first shown line whose number is at least this is at the top.
    Line(u64),
    /// Where the engine stands already; for a query that changes something else.
    Keep,
}

/// What a pane wants to see. A new query replaces the former one.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct LogQuery {
    /// Comes back in every window that answers this query.
    pub generation: u64,
    pub anchor: Anchor,
    /// Lines wanted, at most [`MAX_WINDOW`].
    pub height: u16,
    /// How many lines of the last window fitted when it was painted from its top: less than `height` when lines wrap
    /// or unfold. `Seek::Newer` reaches the bottom, and follows again, when no more than these are left. 0: `height`.
    pub page: u16,
    pub filter: LogFilterSpec,
    /// Also highlighted, beside what `filter.include` finds: the pattern that is searched with `n` and `N`.
    pub highlight: Option<Pattern>,
    /// Fill `LogLine::unfolded` for lines that are JSON objects.
    pub unfold_json: bool,
}

/// Most lines in one window.
pub const MAX_WINDOW: u16 = 1_000;

/// A move of the window, counted in shown lines.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Seek {
    Line(u64),
    Older(u64),
    Newer(u64),
    Top,
    /// To the newest line, and follow.
    Bottom,
    NextError,
    PreviousError,
    NextMatch(Pattern),
    PreviousMatch(Pattern),
}

/// Number of a source in `LogWindow::sources`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct LogSourceId(pub u16);

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum LineKind {
    /// What the container wrote.
    #[default]
    Text,
    /// The container's end, in words, where it happened.
    Ended,
    /// Lines are missing here, in words.
    Gap,
    /// Something about the stream itself, in words: no permission, cannot be read.
    Notice,
}

/// One line as a pane paints it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct LogLine {
    pub number: u64,
    pub source: LogSourceId,
    /// Unix time in nanoseconds; 0 when no line of the source had a time yet.
    pub at: i64,
    pub level: Level,
    pub kind: LineKind,
    /// No control or bidirectional characters, escape sequences taken out, secrets masked. A line that was cut ends in
    /// words that say how many bytes are missing.
    pub text: Box<str>,
    /// Colours that the container wrote, as byte ranges of `text`, in order.
    pub styles: Vec<StyleSpan>,
    /// What the filter's include or the search found, as byte ranges of `text`, in order and disjoint.
    pub match_ranges: Vec<(u32, u32)>,
    /// Shown for the sake of a neighbour that matches.
    pub context: bool,
    /// The line's JSON object as indented `key: value` lines, when asked for.
    pub unfolded: Vec<Box<str>>,
}

/// How a container's log is being read.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum StreamState {
    /// More streams are wanted than may be open at once.
    #[default]
    Queued,
    Opening,
    Open,
    /// Nothing to read yet or a break; tried again. In words: "ContainerCreating", "connection reset, tried again".
    Waiting(Arc<str>),
    /// Read to its end.
    Ended,
    /// Cannot be read, in words: "no permission to read logs in payments".
    Failed(Arc<str>),
}

/// One container of the window's lines.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogSourceInfo {
    /// Short and unique within the table: `7xk2q main`.
    pub label: Arc<str>,
    pub cluster: ClusterId,
    pub namespace: Arc<str>,
    pub pod: Arc<str>,
    pub container: Arc<str>,
    pub state: StreamState,
    /// Text lines that came in, including those dropped since.
    pub lines: u64,
}

/// How many streams are in which state.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct StreamCounts {
    pub open: usize,
    pub waiting: usize,
    pub ended: usize,
    pub failed: usize,
    /// Most streams open at once.
    pub limit: usize,
    /// Labels of the sources that wait for a stream to end, in order.
    pub not_streamed: Vec<Arc<str>>,
}

/// What a pane paints, and what it says about it.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct LogWindow {
    /// Of the query that this answers.
    pub generation: u64,
    /// Grows whenever the engine is opened anew or cleared: line numbers begin again.
    pub epoch: u64,
    pub lines: Vec<LogLine>,
    /// Indexed by `LogSourceId`.
    pub sources: Arc<[LogSourceInfo]>,
    /// Number of the first line in `lines`; `oldest` when there is none.
    pub first: u64,
    /// Number of the oldest line that can still be read.
    pub oldest: u64,
    /// Lines that came in, the engine's own included: one more than the newest number.
    pub total: u64,
    /// Lines that pass the filter, without context and the engine's own. A lower bound while `filtering`.
    pub matched: u64,
    /// The filter has not gone through all lines yet.
    pub filtering: bool,
    /// A search (next error, next match) is under way.
    pub searching: bool,
    /// Where the last search ended: this line is in the window, to be marked.
    pub cursor: Option<u64>,
    /// The last search found nothing further, or a pattern is not valid, in words.
    pub words: Option<Arc<str>>,
    /// Oldest lines that had to be dropped since there was no room.
    pub dropped: u64,
    pub spilled_bytes: u64,
    pub spill_limit: u64,
    /// Why overflow is dropped instead of going to disk.
    pub spill_trouble: Option<Arc<str>>,
    pub memory_bytes: u64,
    pub streams: StreamCounts,
    pub following: bool,
    pub paused: bool,
    /// Lines that came in since the pause.
    pub behind: u64,
}
