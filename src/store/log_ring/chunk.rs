//! A stretch of lines: raw text side by side, and what is known of each line.

/// Most bytes of a chunk, text and [`LineMeta`] together: also the size of a spill slot.
pub const CHUNK_BYTES: usize = 256 * 1024;

/// Most bytes of one line.
pub const LINE_BYTES: usize = 64 * 1024 + 256;

const META_BYTES: usize = 16;

/// Bits of [`LineMeta::flags`].
pub mod flags {
    /// Lowest two bits: the line's kind, `domain::log_view::LineKind` as a number.
    pub const KIND: u8 = 0b11;
    /// Printable ASCII alone.
    pub const PLAIN: u8 = 0b100;
    /// The container wrote no time before it: `at` is that of the line before.
    pub const NO_TIME: u8 = 0b1000;
}

/// What is known of a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct LineMeta {
    /// Where its text ends in the chunk's text; it begins where the one before ends.
    pub end: u32,
    pub source: u16,
    /// `domain::log_line::Level` as a number.
    pub level: u8,
    /// See [`flags`].
    pub flags: u8,
    /// Unix time in nanoseconds.
    pub at: i64,
}

impl LineMeta {
    /// A line of the engine itself, or of the container when 0.
    pub fn kind(&self) -> u8 {
        self.flags & flags::KIND
    }

    pub fn is_plain(&self) -> bool {
        self.flags & flags::PLAIN != 0
    }
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Chunk {
    text: Vec<u8>,
    lines: Vec<LineMeta>,
}

impl Chunk {
    pub fn len(&self) -> usize {
        self.lines.len()
    }

    pub fn is_empty(&self) -> bool {
        self.lines.is_empty()
    }

    /// A line by its place in the chunk.
    pub fn line(&self, index: usize) -> Option<(LineMeta, &[u8])> {
        let meta = *self.lines.get(index)?;
        let start = index.checked_sub(1).map_or(0, |before| self.lines[before].end as usize);
        Some((meta, self.text.get(start..meta.end as usize)?))
    }

    pub(super) fn has_room(&self, text: usize) -> bool {
        self.bytes() + text + META_BYTES <= CHUNK_BYTES
    }

    pub(super) fn bytes(&self) -> usize {
        self.text.len() + self.lines.len() * META_BYTES
    }

    /// The bytes that it grew by.
    pub(super) fn push(&mut self, meta: LineMeta, text: &[u8]) -> usize {
        self.text.extend_from_slice(text);
        self.lines.push(LineMeta { end: self.text.len() as u32, ..meta });
        text.len() + META_BYTES
    }

    pub(super) fn seal(&mut self) {
        self.text.shrink_to_fit();
        self.lines.shrink_to_fit();
    }

    /// As it lies in a spill slot: 16 bytes a line, little-endian in the order of the fields, then the text.
    pub(super) fn encode(&self, out: &mut Vec<u8>) {
        out.reserve(self.bytes());
        for line in &self.lines {
            out.extend_from_slice(&line.end.to_le_bytes());
            out.extend_from_slice(&line.source.to_le_bytes());
            out.extend_from_slice(&[line.level, line.flags]);
            out.extend_from_slice(&line.at.to_le_bytes());
        }
        out.extend_from_slice(&self.text);
    }

    pub(super) fn decode(blob: &[u8], lines: u32) -> Option<Self> {
        let (metas, text) = blob.split_at_checked(lines as usize * META_BYTES)?;
        let (metas, _) = metas.as_chunks::<META_BYTES>();
        let lines: Vec<LineMeta> = metas
            .iter()
            .map(|&[a, b, c, d, e, f, level, flags, at @ ..]| LineMeta {
                end: u32::from_le_bytes([a, b, c, d]),
                source: u16::from_le_bytes([e, f]),
                level,
                flags,
                at: i64::from_le_bytes(at),
            })
            .collect();
        Some(Self { text: text.to_vec(), lines })
    }
}
