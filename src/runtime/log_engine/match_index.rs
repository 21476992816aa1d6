//! Which lines pass the filter, chunk by chunk, found when they are needed and in the background.

use std::collections::VecDeque;

use crate::domain::log_filter::LogFilter;
use crate::domain::log_line::Level;
use crate::domain::log_view::LineKind;
use crate::store::log_ring::LogRing;

/// How many chunks may still be gone through before a question is put off.
#[derive(Debug)]
pub struct Budget(pub u32);

/// The answer to a walk over lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    At(u64),
    /// There is none.
    End,
    /// The budget was used up first; ask again.
    Later,
}

#[derive(Debug, Default)]
struct ChunkBits {
    /// Lines that were looked at.
    done: u32,
    bits: Vec<u64>,
    /// Lines of containers that pass.
    matched: u64,
}

impl ChunkBits {
    /// The first bit at or after `from`.
    fn next(&self, from: u64) -> Option<u64> {
        let word = (from / 64) as usize;
        let first = self.bits.get(word)? & (u64::MAX << (from % 64));
        let rest = self.bits.iter().skip(word + 1).copied();
        let (index, bits) = std::iter::once(first).chain(rest).enumerate().find(|(_, bits)| *bits != 0)?;
        Some((word + index) as u64 * 64 + u64::from(bits.trailing_zeros()))
    }

    /// The last bit at or before `upto`.
    fn previous(&self, upto: u64) -> Option<u64> {
        let last = self.bits.len().checked_sub(1)?;
        let word = ((upto / 64) as usize).min(last);
        let mask = if word as u64 == upto / 64 { u64::MAX >> (63 - upto % 64) } else { u64::MAX };
        (0..=word).rev().find_map(|index| {
            let bits = if index == word { self.bits[index] & mask } else { self.bits[index] };
            (bits != 0).then(|| index as u64 * 64 + 63 - u64::from(bits.leading_zeros()))
        })
    }
}

/// The filter's answers for every chunk of the ring.
#[derive(Default)]
pub struct MatchIndex {
    filter: LogFilter,
    /// Everything passes: nothing is kept.
    open: bool,
    first_chunk: u64,
    chunks: VecDeque<ChunkBits>,
    matched: u64,
}

impl MatchIndex {
    pub fn new(filter: LogFilter, open: bool) -> Self {
        Self { filter, open, ..Self::default() }
    }

    pub fn filter(&mut self) -> &mut LogFilter {
        &mut self.filter
    }

    /// Lines that pass among those that were looked at, and whether that is all of them.
    pub fn matched(&mut self, ring: &LogRing) -> (u64, bool) {
        if self.open {
            return (ring.next_number() - ring.oldest(), true);
        }
        self.follow(ring);
        (self.matched, (ring.first_chunk()..ring.end_chunk()).all(|chunk| self.is_done(ring, chunk)))
    }

    /// The first shown line at or after `from`.
    pub fn next_shown(&mut self, ring: &mut LogRing, from: u64, budget: &mut Budget) -> Step {
        let from = from.max(ring.oldest());
        if from >= ring.next_number() {
            return Step::End;
        }
        if self.open {
            return Step::At(from);
        }
        let context = self.filter.context;
        match self.next_match(ring, from.saturating_sub(context).max(ring.oldest()), budget) {
            Step::At(found) => Step::At(from.max(found.saturating_sub(context))),
            // The context of a match far behind the last one needs no look at lines before `from`.
            other => other,
        }
    }

    /// The last shown line at or before `upto`.
    pub fn previous_shown(&mut self, ring: &mut LogRing, upto: u64, budget: &mut Budget) -> Step {
        let Some(newest) = ring.next_number().checked_sub(1) else { return Step::End };
        let upto = upto.min(newest);
        if upto < ring.oldest() {
            return Step::End;
        }
        if self.open {
            return Step::At(upto);
        }
        let context = self.filter.context;
        match self.previous_match(ring, upto.saturating_add(context).min(newest), budget) {
            Step::At(found) if upto.min(found + context) < ring.oldest() => Step::End,
            Step::At(found) => Step::At(upto.min(found + context)),
            other => other,
        }
    }

    /// Whether a line itself passes; context does not.
    pub fn is_match(&mut self, ring: &mut LogRing, number: u64) -> bool {
        self.open || self.next_match(ring, number, &mut Budget(1)) == Step::At(number)
    }

    /// Looks at the chunk nearest to `number` that has not been looked at; `false` when there is none.
    pub fn work(&mut self, ring: &mut LogRing, number: u64) -> bool {
        if self.open {
            return false;
        }
        self.follow(ring);
        let here = ring.chunk_of(number);
        let open_chunks = (ring.first_chunk()..ring.end_chunk()).filter(|chunk| !self.is_done(ring, *chunk));
        match open_chunks.min_by_key(|chunk| chunk.abs_diff(here)) {
            Some(chunk) => {
                self.look(ring, chunk);
                true
            }
            None => false,
        }
    }

    fn next_match(&mut self, ring: &mut LogRing, from: u64, budget: &mut Budget) -> Step {
        self.follow(ring);
        let mut chunk = ring.chunk_of(from);
        while let Some(summary) = ring.summary(chunk) {
            if !self.ensure(ring, chunk, budget) {
                return Step::Later;
            }
            let inside = from.saturating_sub(summary.first);
            if let Some(bit) = self.bits(chunk).and_then(|bits| bits.next(inside)) {
                return Step::At(summary.first + bit);
            }
            chunk += 1;
        }
        Step::End
    }

    fn previous_match(&mut self, ring: &mut LogRing, upto: u64, budget: &mut Budget) -> Step {
        self.follow(ring);
        let mut chunk = ring.chunk_of(upto);
        while let Some(summary) = ring.summary(chunk) {
            if !self.ensure(ring, chunk, budget) {
                return Step::Later;
            }
            if upto >= summary.first
                && let Some(bit) = self.bits(chunk).and_then(|bits| bits.previous(upto - summary.first))
            {
                return Step::At(summary.first + bit);
            }
            let Some(before) = chunk.checked_sub(1) else { return Step::End };
            chunk = before;
        }
        Step::End
    }

    fn bits(&self, chunk: u64) -> Option<&ChunkBits> {
        self.chunks.get(usize::try_from(chunk.checked_sub(self.first_chunk)?).ok()?)
    }

    fn is_done(&self, ring: &LogRing, chunk: u64) -> bool {
        let lines = ring.summary(chunk).map_or(0, |summary| summary.lines);
        self.bits(chunk).is_some_and(|bits| bits.done >= lines)
    }

    fn ensure(&mut self, ring: &mut LogRing, chunk: u64, budget: &mut Budget) -> bool {
        if self.is_done(ring, chunk) {
            return true;
        }
        if budget.0 == 0 {
            return false;
        }
        budget.0 -= 1;
        self.look(ring, chunk);
        true
    }

    /// Goes through the lines of a chunk that came since the last look.
    fn look(&mut self, ring: &mut LogRing, chunk: u64) {
        let lines = ring.summary(chunk).map_or(0, |summary| summary.lines);
        let Some(index) = chunk.checked_sub(self.first_chunk).and_then(|index| usize::try_from(index).ok()) else {
            return;
        };
        let Some(bits) = self.chunks.get_mut(index) else { return };
        bits.bits.resize((lines as usize).div_ceil(64), 0);
        if let Some(found) = ring.chunk(chunk) {
            for index in bits.done as usize..lines as usize {
                let Some((meta, text)) = found.line(index) else { break };
                let own = meta.kind() != LineKind::Text as u8;
                if own || self.filter.passes(text, meta.is_plain(), Level::from_u8(meta.level)) {
                    bits.bits[index / 64] |= 1 << (index % 64);
                    bits.matched += u64::from(!own);
                    self.matched += u64::from(!own);
                }
            }
        }
        bits.done = lines;
    }

    /// Drops what the ring dropped, makes room for what it got.
    fn follow(&mut self, ring: &LogRing) {
        while self.first_chunk < ring.first_chunk() {
            if let Some(gone) = self.chunks.pop_front() {
                self.matched -= gone.matched;
            }
            self.first_chunk += 1;
        }
        let chunks = (ring.end_chunk() - ring.first_chunk()) as usize;
        self.chunks.resize_with(chunks, ChunkBits::default);
    }
}
