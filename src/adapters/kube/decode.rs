//! Objects into rows, with an account of those that cannot be read.

use super::wire::encoding::Encoding;
use crate::domain::delta::Row;
use crate::domain::pool::Pool;
use crate::kinds::table::KindEntry;

/// Objects that could not be read. The rest of their list or watch went on.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Undecoded {
    pub count: u32,
    /// Why the first one could not.
    pub first: String,
}

/// Reads the objects of one kind.
#[derive(Debug)]
pub struct Decoder {
    entry: &'static KindEntry,
    pool: Pool,
    undecoded: Undecoded,
}

impl Decoder {
    pub fn new(entry: &'static KindEntry) -> Self {
        Self { entry, pool: Pool::default(), undecoded: Undecoded::default() }
    }

    /// The row, or `None` after counting the object.
    pub fn row(&mut self, encoding: Encoding, object: &[u8]) -> Option<Row> {
        let decode = match encoding {
            Encoding::Protobuf => self.entry.decode_protobuf,
            Encoding::Json => self.entry.decode_json,
        };
        match decode?(object, &mut self.pool) {
            Ok(row) => Some(row),
            Err(error) => {
                self.note(&error);
                None
            }
        }
    }

    pub fn note(&mut self, error: &dyn std::error::Error) {
        if self.undecoded.count == 0 {
            self.undecoded.first = error.to_string();
        }
        self.undecoded.count = self.undecoded.count.saturating_add(1);
    }

    /// What could not be read since the last call.
    pub fn take_undecoded(&mut self) -> Option<Undecoded> {
        Some(std::mem::take(&mut self.undecoded)).filter(|undecoded| undecoded.count > 0)
    }
}
