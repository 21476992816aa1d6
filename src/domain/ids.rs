//! Identities that the whole program passes around.

use std::fmt;
use std::sync::Arc;

/// Which cluster of the fleet: the position in the list that was read at the start, stable while the program runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ClusterId(pub u32);

/// The kinds that the program watches or fetches by a lean type of its own. `kinds::table` has one entry for each.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum KindId {
    Namespace,
    Job,
    CronJob,
    Pod,
    Node,
    Event,
}

/// Namespace and name of an object; the namespace is empty for cluster-scoped kinds.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ObjectKey {
    pub namespace: Arc<str>,
    pub name: Arc<str>,
}

impl ObjectKey {
    pub fn new(namespace: impl Into<Arc<str>>, name: impl Into<Arc<str>>) -> Self {
        Self { namespace: namespace.into(), name: name.into() }
    }
}

impl fmt::Display for ObjectKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.namespace.is_empty() { f.write_str(&self.name) } else { write!(f, "{}/{}", self.namespace, self.name) }
    }
}

/// An object's uid in 16 bytes. Kubernetes uids are UUIDs in text; anything else is hashed to 16 bytes (FNV-1a, twice).
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct Uid(pub [u8; 16]);

impl Uid {
    pub fn parse(text: &str) -> Self {
        let mut out = [0u8; 16];
        let mut digits = 0usize;
        for byte in text.bytes() {
            let value = match byte {
                b'0'..=b'9' => byte - b'0',
                b'a'..=b'f' => byte - b'a' + 10,
                b'A'..=b'F' => byte - b'A' + 10,
                b'-' => continue,
                _ => return Self::hashed(text),
            };
            if digits == 32 {
                return Self::hashed(text);
            }
            out[digits / 2] |= if digits.is_multiple_of(2) { value << 4 } else { value };
            digits += 1;
        }
        if digits == 32 { Self(out) } else { Self::hashed(text) }
    }

    fn hashed(text: &str) -> Self {
        let fnv =
            |seed: u64| text.bytes().fold(seed, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3));
        let mut out = [0u8; 16];
        out[..8].copy_from_slice(&fnv(0xcbf2_9ce4_8422_2325).to_be_bytes());
        out[8..].copy_from_slice(&fnv(0x8422_2325_cbf2_9ce4).to_be_bytes());
        Self(out)
    }

    pub fn is_nil(&self) -> bool {
        self.0 == [0; 16]
    }
}

/// As Kubernetes writes it: 8-4-4-4-12 hex digits.
impl fmt::Display for Uid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, byte) in self.0.iter().enumerate() {
            if matches!(index, 4 | 6 | 8 | 10) {
                f.write_str("-")?;
            }
            write!(f, "{byte:02x}")?;
        }
        Ok(())
    }
}

impl fmt::Debug for Uid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
