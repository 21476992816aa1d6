//! Lines as text: saved to a file, copied to the clipboard.

use std::fs::{File, OpenOptions};
use std::io::{self, BufWriter, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;
use std::sync::Arc;

use tokio::sync::oneshot;

use super::match_index::{Budget, MatchIndex, Step};
use super::view::kind_of;
use crate::domain::log_line::{format_time, searchable};
use crate::domain::log_view::LineKind;
use crate::store::log_ring::LogRing;

/// How a line is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct LineFormat {
    pub timestamps: bool,
    /// The source's label before each line.
    pub prefix: bool,
}

impl LineFormat {
    /// `2025-11-21T02:39:54.123Z 7xk2q main │ text`, with a line break. Words of the engine always name their source.
    pub fn write(&self, at: i64, label: &str, kind: LineKind, raw: &[u8], out: &mut impl Write) -> io::Result<()> {
        if self.timestamps && at != 0 {
            write!(out, "{} ", format_time(at))?;
        }
        if kind != LineKind::Text {
            write!(out, "--- {label} ")?;
        } else if self.prefix {
            write!(out, "{label} │ ")?;
        }
        writeln!(out, "{}", searchable(raw))
    }
}

/// Gets the number of lines.
pub type SaveReply = oneshot::Sender<io::Result<u64>>;

/// A file that is being written, a chunk at a time.
pub struct Save {
    file: BufWriter<File>,
    lines: u64,
    next: u64,
    end: u64,
    reply: SaveReply,
}

/// How lines are saved.
const SAVED: LineFormat = LineFormat { timestamps: true, prefix: true };

/// Lines that one slice of work writes.
const SLICE: u32 = 2_000;

impl Save {
    /// All lines that are shown, oldest first. The file must not exist yet; it gets mode 0600.
    pub fn start(ring: &LogRing, path: &Path, reply: SaveReply) -> Option<Self> {
        match create(path) {
            Ok(file) => {
                Some(Self { file: BufWriter::new(file), lines: 0, next: ring.oldest(), end: ring.next_number(), reply })
            }
            Err(error) => {
                // Whoever asked may have gone.
                let _ = reply.send(Err(error));
                None
            }
        }
    }

    /// Writes a slice; gives itself back while there is more to write.
    pub fn advance(
        mut self,
        ring: &mut LogRing,
        index: &mut MatchIndex,
        label: impl Fn(u16) -> Arc<str>,
    ) -> Option<Self> {
        match self.slice(ring, index, label) {
            Ok(false) => return Some(self),
            Ok(true) => drop(self.reply.send(Ok(self.lines))),
            Err(error) => drop(self.reply.send(Err(error))),
        }
        None
    }

    fn slice(
        &mut self,
        ring: &mut LogRing,
        index: &mut MatchIndex,
        label: impl Fn(u16) -> Arc<str>,
    ) -> io::Result<bool> {
        if self.next < ring.oldest() {
            let gone = ring.oldest() - self.next;
            writeln!(self.file, "--- {gone} lines were dropped before they could be saved")?;
            self.next = ring.oldest();
        }
        let budget = &mut Budget(2);
        for _ in 0..SLICE {
            match index.next_shown(ring, self.next, budget) {
                Step::At(number) if number < self.end => {
                    write_line(ring, number, SAVED, &label, &mut self.file)?;
                    self.lines += 1;
                    self.next = number + 1;
                }
                Step::At(_) | Step::End => {
                    self.file.flush()?;
                    return Ok(true);
                }
                Step::Later => return Ok(false),
            }
        }
        Ok(false)
    }
}

fn create(path: &Path) -> io::Result<File> {
    OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)
}

fn write_line(
    ring: &mut LogRing,
    number: u64,
    format: LineFormat,
    label: &impl Fn(u16) -> Arc<str>,
    out: &mut impl Write,
) -> io::Result<()> {
    let chunk = ring.chunk_of(number);
    let (Some(summary), Some(found)) = (ring.summary(chunk), ring.chunk(chunk)) else { return Ok(()) };
    let Some((meta, raw)) = found.line((number - summary.first) as usize) else { return Ok(()) };
    format.write(meta.at, &label(meta.source), kind_of(meta.kind()), raw, out)
}

/// Most bytes that are copied at once; what terminals take by OSC 52 is less.
const COPY_BYTES: usize = 4 << 20;

/// The shown lines among `first..=last` as text.
pub fn copy(
    ring: &mut LogRing,
    index: &mut MatchIndex,
    (first, last): (u64, u64),
    format: LineFormat,
    label: impl Fn(u16) -> Arc<str>,
) -> String {
    let mut out = Vec::new();
    let mut from = first;
    let budget = &mut Budget(64);
    while let Step::At(number) = index.next_shown(ring, from, budget)
        && number <= last
        && out.len() < COPY_BYTES
        && write_line(ring, number, format, &label, &mut out).is_ok()
    {
        from = number + 1;
    }
    String::from_utf8_lossy(&out).into_owned()
}
