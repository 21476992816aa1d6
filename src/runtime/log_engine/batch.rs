//! From bytes to lines: what a stream hands to the merge.

use memchr::memchr;
use tokio::sync::OwnedSemaphorePermit;

use super::replay::Replay;
use crate::domain::log_line::{Level, detect, is_plain, parse_time};
use crate::domain::log_view::LineKind;
use crate::store::log_ring::{LineMeta, flags};

/// A line's text is kept up to this many bytes.
pub const LINE_KEPT: usize = 64 * 1024;

/// A batch is handed on when it holds this much text.
pub const BATCH_BYTES: usize = 64 * 1024;

/// A line's time takes at most this many bytes.
const TIME_BYTES: usize = 64;

/// Lines of one source, in the order in which they came.
#[derive(Debug, Default)]
pub struct Batch {
    pub text: Vec<u8>,
    pub lines: Vec<LineMeta>,
    /// Room in the stream's lane; given back when the batch has been merged and is dropped.
    _permit: Option<OwnedSemaphorePermit>,
}

impl Batch {
    /// One line of the engine's own.
    pub fn words(kind: LineKind, at: i64, level: Level, words: &str) -> Self {
        let mut batch = Self::default();
        batch.push(at, level as u8, kind as u8 | plain_flag(words.as_bytes()), words.as_bytes(), 0);
        batch
    }

    /// Takes up room in its stream's lane until it is dropped.
    pub fn holding(self, permit: Option<OwnedSemaphorePermit>) -> Self {
        Self { _permit: permit, ..self }
    }

    pub fn line(&self, index: usize) -> (LineMeta, &[u8]) {
        let start = index.checked_sub(1).map_or(0, |before| self.lines[before].end as usize);
        let meta = self.lines[index];
        (meta, &self.text[start..meta.end as usize])
    }

    fn push(&mut self, at: i64, level: u8, flags: u8, text: &[u8], missing: u64) {
        self.text.extend_from_slice(text);
        let mut flags = flags;
        if missing > 0 {
            self.text.extend_from_slice(format!(" … {missing} bytes more, not kept").as_bytes());
            flags &= !flags::PLAIN;
        }
        self.lines.push(LineMeta { end: self.text.len() as u32, source: 0, level, flags, at });
    }
}

fn plain_flag(text: &[u8]) -> u8 {
    if is_plain(text) { flags::PLAIN } else { 0 }
}

/// Cuts a stream's bytes into lines. Memory is bounded by one batch and one line.
#[derive(Debug, Default)]
pub struct Splitter {
    /// The beginning of a line whose end has not come yet.
    carry: Vec<u8>,
    /// Bytes of that line that were not kept.
    missing: u64,
    batch: Batch,
    last_at: i64,
}

impl Splitter {
    /// Takes bytes in; lines that `replay` knows already are left out.
    pub fn feed(&mut self, bytes: &[u8], replay: &mut Replay) {
        let mut rest = bytes;
        while let Some(at) = memchr(b'\n', rest) {
            let (line, after) = (&rest[..at], &rest[at + 1..]);
            rest = after;
            if self.carry.is_empty() {
                self.line(line, 0, replay);
            } else {
                self.hold(line);
                self.finish(replay);
            }
        }
        self.hold(rest);
    }

    /// Takes what is held as a line: the stream ended without a line break. `replay` is told, for the case that the
    /// line was only begun.
    pub fn finish_stream(&mut self, replay: &mut Replay) {
        if !self.carry.is_empty() && self.missing == 0 {
            let time = parse_time(&self.carry).map_or(0, |(_, length)| length);
            replay.ended_within(self.carry.len() - time);
        }
        self.finish(replay);
    }

    fn finish(&mut self, replay: &mut Replay) {
        if self.carry.is_empty() {
            return;
        }
        let mut carry = std::mem::take(&mut self.carry);
        let missing = std::mem::take(&mut self.missing);
        self.line(&carry, missing, replay);
        carry.clear();
        carry.shrink_to(BATCH_BYTES);
        self.carry = carry;
    }

    /// Forgets the unfinished line: the stream broke, and the whole line comes again.
    pub fn discard(&mut self) {
        self.carry.clear();
        self.missing = 0;
    }

    /// Text bytes that are ready.
    pub fn ready(&self) -> usize {
        self.batch.text.len() + self.batch.lines.len()
    }

    pub fn is_full(&self) -> bool {
        self.batch.text.len() >= BATCH_BYTES
    }

    pub fn take(&mut self) -> Batch {
        std::mem::take(&mut self.batch)
    }

    /// Time of the newest line.
    pub fn last_at(&self) -> i64 {
        self.last_at
    }

    fn hold(&mut self, bytes: &[u8]) {
        let room = (LINE_KEPT + TIME_BYTES).saturating_sub(self.carry.len()).min(bytes.len());
        self.carry.extend_from_slice(&bytes[..room]);
        self.missing += (bytes.len() - room) as u64;
    }

    fn line(&mut self, raw: &[u8], missing: u64, replay: &mut Replay) {
        let (at, text, untimed) = match parse_time(raw) {
            Some((at, length)) => (at, &raw[length..], 0),
            None => (self.last_at, raw, flags::NO_TIME),
        };
        let text = if missing == 0 { text.strip_suffix(b"\r").unwrap_or(text) } else { text };
        let kept = &text[..text.len().min(LINE_KEPT)];
        let missing = missing + (text.len() - kept.len()) as u64;
        let mut from = 0;
        if untimed == 0 {
            let Some(verdict) = replay.judge(at, kept, missing) else { return };
            if let Some(words) = verdict.gap {
                let flags = LineKind::Gap as u8 | plain_flag(words.as_bytes());
                self.batch.push(at, Level::Warn as u8, flags, words.as_bytes(), 0);
            }
            from = verdict.known_bytes;
        }
        self.last_at = at;
        let kept = &kept[from..];
        self.batch.push(at, detect(kept) as u8, untimed | plain_flag(kept), kept, missing);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(batch: &Batch) -> Vec<String> {
        (0..batch.lines.len()).map(|index| String::from_utf8_lossy(batch.line(index).1).into_owned()).collect()
    }

    /// Splits `bytes` given in pieces of every size, and wants the same lines each time.
    fn split(bytes: &[u8]) -> Batch {
        let mut batches = [1, 2, 7, 4096, bytes.len().max(1)].map(|size| {
            let (mut splitter, mut replay) = (Splitter::default(), Replay::default());
            bytes.chunks(size).for_each(|piece| splitter.feed(piece, &mut replay));
            splitter.finish_stream(&mut replay);
            splitter.take()
        });
        for pair in batches.windows(2) {
            assert_eq!((&pair[0].text, &pair[0].lines), (&pair[1].text, &pair[1].lines));
        }
        std::mem::take(&mut batches[0])
    }

    #[test]
    fn lines_come_whole_however_the_bytes_come() {
        let batch =
            split(b"2025-11-21T02:39:54.5Z one\r\n2025-11-21T02:39:55Z \n2025-11-21T02:39:56Z ERROR no newline");
        assert_eq!(texts(&batch), ["one", "", "ERROR no newline"]);
        assert_eq!(batch.lines[0].at, 1_763_692_794_500_000_000);
        assert_eq!(batch.lines[2].level, Level::Error as u8);
        assert!(batch.lines[0].is_plain());
    }

    #[test]
    fn a_line_without_a_time_keeps_the_one_before() {
        let batch = split(b"2025-11-21T02:39:54Z one\nunable to retrieve container logs\n");
        assert_eq!(batch.lines[1].at, batch.lines[0].at);
        assert_eq!(batch.lines[1].flags & flags::NO_TIME, flags::NO_TIME);
    }

    #[test]
    fn a_line_of_ten_megabytes_is_cut_and_says_so() {
        let mut bytes = b"2025-11-21T02:39:54Z ".to_vec();
        bytes.resize(bytes.len() + 10_000_000, b'x');
        bytes.extend_from_slice(b"\n2025-11-21T02:39:55Z next\n");
        let (mut splitter, mut replay) = (Splitter::default(), Replay::default());
        let mut most = 0;
        for piece in bytes.chunks(16_384) {
            splitter.feed(piece, &mut replay);
            most = most.max(splitter.carry.capacity());
        }
        let batch = splitter.take();
        let lines = texts(&batch);
        let mark = format!(" … {} bytes more, not kept", 10_000_000 - LINE_KEPT);
        assert!(lines[0].ends_with(&mark), "{}", &lines[0][LINE_KEPT..]);
        assert_eq!(lines[0].len(), LINE_KEPT + mark.len());
        assert!(lines[0].len() <= crate::store::log_ring::LINE_BYTES);
        assert_eq!(lines[1], "next");
        assert!(most <= 4 * LINE_KEPT, "{most} bytes held for one line");
    }

    #[test]
    fn binary_stays_as_it_is_until_it_is_shown() {
        let batch = split(b"2025-11-21T02:39:54Z \x00\xff\x1b[31m\xe2\x80\xaered\n");
        let (meta, raw) = batch.line(0);
        assert!(!meta.is_plain());
        assert_eq!(raw, b"\x00\xff\x1b[31m\xe2\x80\xaered");
        assert_eq!(crate::domain::log_line::show(raw).text, "\u{fffd}red");
    }
}
