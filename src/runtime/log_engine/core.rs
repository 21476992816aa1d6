//! The engine's state: what comes in, what goes out. Driven by its thread, one message or slice of work at a time.

use std::sync::Arc;

use tokio::sync::oneshot;

use super::batch::Batch;
use super::export::{LineFormat, Save, copy};
use super::merge::{Merge, Next, Now};
use super::sources::{Added, NewEnd, Sources};
use super::stream::StreamEvent;
use super::view::View;
use super::{Command, LogLimits};
use crate::domain::log_view::{LineKind, LogWindow, StreamState};
use crate::domain::logs::LogSourceSpec;
use crate::store::log_ring::{LineMeta, LogRing, Spill};

/// A window is handed out at most so often while lines stream in; an answer to a person comes at once.
const WINDOW_MS: u64 = 33;
/// Lines merged between two looks at what else there is to do.
const MERGE_LINES: usize = 16_384;

/// What the engine's thread does next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Due {
    Now,
    At(u64),
    /// When something comes in.
    Never,
}

pub struct Core {
    limits: LogLimits,
    ring: LogRing,
    spill_trouble: Option<Arc<str>>,
    merge: Merge,
    sources: Sources,
    view: View,
    save: Option<Save>,
    epoch: u64,
    /// Something changed since the last window.
    dirty: bool,
    /// A person waits for the next window.
    urgent: bool,
    sent_ms: u64,
}

impl Core {
    /// `spill_trouble`: why there is no spill, in words.
    pub fn new(limits: LogLimits, spill: Box<dyn Spill>, spill_trouble: Option<Arc<str>>) -> Self {
        Self {
            ring: LogRing::new(limits.memory_bytes, spill),
            limits,
            spill_trouble,
            merge: Merge::default(),
            sources: Sources::default(),
            view: View::new(),
            save: None,
            epoch: 0,
            dirty: false,
            urgent: false,
            sent_ms: 0,
        }
    }

    /// Forgets sources and lines.
    pub fn open(&mut self) {
        (self.merge, self.sources) = (Merge::default(), Sources::default());
        self.clear();
    }

    pub fn update_sources(&mut self, specs: Vec<LogSourceSpec>, now: Now) -> Vec<Added> {
        let (added, ends) = self.sources.update(specs);
        added.iter().for_each(|_| self.merge.add_lane());
        for NewEnd { lane, at, words, level, running } in ends {
            self.merge.set_end(lane, at, words, level, running, now);
        }
        self.dirty = true;
        added
    }

    pub fn stream_event(&mut self, lane: u16, event: StreamEvent, now: Now) {
        self.dirty = true;
        match event {
            StreamEvent::State(state) => {
                self.merge.set_state(lane, &state, now);
                self.sources.set_state(lane, state);
            }
            StreamEvent::Lines(batch) => self.merge.push(lane, batch, now),
            StreamEvent::EndOfRun => self.merge.end_of_run(lane, now),
            StreamEvent::Finished => {
                if !matches!(self.sources.state(lane), Some(StreamState::Ended | StreamState::Failed(_))) {
                    self.merge.set_state(lane, &StreamState::Ended, now);
                    self.sources.set_state(lane, StreamState::Ended);
                }
            }
        }
    }

    /// Commands that concern what is shown; the others are the thread's.
    pub fn command(&mut self, command: Command) {
        (self.dirty, self.urgent) = (true, true);
        match command {
            Command::Query(query) => self.view.set_query(*query),
            Command::Seek(seek) => self.view.seek(&self.ring, seek),
            Command::Pause(paused) => self.view.pause(&self.ring, paused),
            Command::Clear => self.clear(),
            Command::Save(path, reply) => self.save = Save::start(&self.ring, &path, reply),
            Command::Text(first, last, format, reply) => self.text(first, last, format, reply),
            Command::Restart | Command::SetSources(..) | Command::Shutdown => {}
        }
    }

    fn clear(&mut self) {
        self.ring.clear();
        self.view.clear();
        self.save = None;
        self.epoch += 1;
        (self.dirty, self.urgent) = (true, true);
    }

    fn text(&mut self, first: u64, last: u64, format: LineFormat, reply: oneshot::Sender<String>) {
        let Self { ring, view, sources, .. } = self;
        let text = copy(ring, view.index(), (first, last), format, |lane| sources.label(lane));
        // Whoever asked may have gone.
        let _ = reply.send(text);
    }

    /// Merges what came in, goes on with moves, searches, the filter's pass and saving, a slice each; hands out a
    /// window when one is due.
    pub fn step(&mut self, now: Now, send: &dyn Fn(LogWindow)) -> Due {
        let Self { ring, sources, merge, dirty, .. } = self;
        let next = merge.drain(now, MERGE_LINES, &mut |lane, batch, range| {
            *dirty = true;
            let mut texts = 0;
            for index in range {
                texts += u64::from(append(ring, lane, batch, index));
            }
            sources.count_lines(lane, texts);
        });
        let mut due = match next {
            Next::Idle => Due::Never,
            Next::At(at) => Due::At(at),
            Next::More => Due::Now,
        };
        if self.view.work(&mut self.ring) {
            (self.dirty, self.urgent) = (true, true);
        }
        let focus = self.view.focus(&self.ring);
        let mut busy = self.view.is_searching();
        if self.view.index().work(&mut self.ring, focus) {
            (self.dirty, busy) = (true, true);
        }
        if let Some(save) = self.save.take() {
            let Self { ring, view, sources, .. } = self;
            self.save = save.advance(ring, view.index(), |lane| sources.label(lane));
            busy |= self.save.is_some();
        }
        if busy {
            due = Due::Now;
        }
        if !self.dirty {
            return due;
        }
        let at = self.sent_ms + WINDOW_MS;
        if self.urgent || now.ms >= at {
            (self.dirty, self.urgent, self.sent_ms) = (false, false, now.ms);
            let window = self.window();
            send(window);
            return due;
        }
        match due {
            Due::Now => Due::Now,
            Due::At(other) => Due::At(other.min(at)),
            Due::Never => Due::At(at),
        }
    }

    fn window(&mut self) -> LogWindow {
        let painted = self.view.lines(&mut self.ring);
        let (matched, complete) = self.view.index().matched(&self.ring);
        let total = self.ring.next_number();
        let ring_trouble = self.ring.spill_trouble().map(Arc::from);
        LogWindow {
            generation: self.view.query().generation,
            epoch: self.epoch,
            first: painted.lines.first().map_or(self.ring.oldest(), |line| line.number),
            lines: painted.lines,
            sources: self.sources.table(),
            oldest: self.ring.oldest(),
            total,
            matched,
            filtering: painted.unfinished || !complete,
            searching: self.view.is_searching(),
            cursor: self.view.cursor(),
            words: self.view.words(),
            dropped: self.ring.dropped(),
            spilled_bytes: self.ring.spilled_bytes(),
            spill_limit: self.ring.spill_limit(),
            spill_trouble: ring_trouble.or_else(|| self.spill_trouble.clone()),
            memory_bytes: self.ring.memory_bytes() as u64,
            streams: self.sources.counts(self.limits.streams),
            following: self.view.is_following(),
            paused: self.view.paused_at().is_some(),
            behind: self.view.paused_at().map_or(0, |at| total.saturating_sub(at)),
        }
    }
}

/// Whether the line is the container's.
fn append(ring: &mut LogRing, lane: u16, batch: &Batch, index: usize) -> bool {
    let (meta, text) = batch.line(index);
    ring.append(LineMeta { source: lane, ..meta }, text);
    meta.kind() == LineKind::Text as u8
}
