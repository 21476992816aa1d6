//! One key.

use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD, URL_SAFE, URL_SAFE_NO_PAD};
use ring::digest::{SHA256, digest};
use ring::rand::{SecureRandom, SystemRandom};
use zeroize::Zeroizing;

use super::ID_LEN;
use crate::adapters::registry::error::{ErrorKind, RegistryError};

const KEY_LEN: usize = 32;

/// What a key is called. It tells nothing of the key.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct KeyId(pub(super) [u8; ID_LEN]);

impl KeyId {
    pub fn parse(text: &str) -> Option<Self> {
        let mut id = [0; ID_LEN];
        (text.len() == 2 * ID_LEN && decode_hex(text, &mut id)).then_some(Self(id))
    }
}

impl fmt::Display for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// 32 random bytes. Nothing prints them, and they are overwritten when the key goes.
#[derive(Clone)]
pub struct Key {
    bytes: Zeroizing<[u8; KEY_LEN]>,
    id: KeyId,
}

impl Key {
    fn new(bytes: Zeroizing<[u8; KEY_LEN]>) -> Self {
        let mut text = Zeroizing::new(b"eksdeck key id".to_vec());
        text.extend(bytes.iter());
        let mut id = [0; ID_LEN];
        id.copy_from_slice(&digest(&SHA256, &text).as_ref()[..ID_LEN]);
        Self { bytes, id: KeyId(id) }
    }

    /// # Errors
    /// The system gives no random numbers.
    pub fn random() -> Result<Self, RegistryError> {
        let mut bytes = Zeroizing::new([0; KEY_LEN]);
        let filled = SystemRandom::new().fill(bytes.as_mut());
        filled.map_err(|_| RegistryError::new(ErrorKind::Other, "the system gives no random numbers for a key"))?;
        Ok(Self::new(bytes))
    }

    /// From base64 (either alphabet, padded or not) or 64 hex digits. `from` says where it stood.
    ///
    /// # Errors
    /// It is neither, or has another length than 32 bytes.
    pub fn parse(text: &str, from: &str) -> Result<Self, RegistryError> {
        let invalid = |words: String| {
            RegistryError::new(ErrorKind::Key, format!("{from} {words}; it wants 32 bytes, as base64 or 64 hex digits"))
                .with_remedy("head -c 32 /dev/urandom | base64")
        };
        let text = text.trim();
        let mut bytes = Zeroizing::new([0; KEY_LEN]);
        if text.len() == 2 * KEY_LEN && decode_hex(text, bytes.as_mut()) {
            return Ok(Self::new(bytes));
        }
        let engines = [&STANDARD, &STANDARD_NO_PAD, &URL_SAFE, &URL_SAFE_NO_PAD];
        let decoded = engines.iter().find_map(|engine| engine.decode(text).ok()).map(Zeroizing::new);
        match decoded {
            Some(decoded) if decoded.len() == KEY_LEN => {
                bytes.copy_from_slice(&decoded);
                Ok(Self::new(bytes))
            }
            // Too few or too many hex digits are base64 as well, but nobody meant that.
            _ if is_hex(text) => Err(invalid(format!("holds {} hex digits", text.len()))),
            Some(decoded) => Err(invalid(format!("holds {} bytes", decoded.len()))),
            None => Err(invalid("is neither base64 nor hex".to_owned())),
        }
    }

    pub fn id(&self) -> KeyId {
        self.id
    }

    pub(super) fn bytes(&self) -> &[u8] {
        self.bytes.as_ref()
    }

    /// As it stands in a key file.
    pub(super) fn encoded(&self) -> Zeroizing<String> {
        Zeroizing::new(STANDARD.encode(self.bytes.as_ref()))
    }
}

fn is_hex(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// False if it is no hex of the right length.
fn decode_hex(text: &str, into: &mut [u8]) -> bool {
    let digit = |byte: u8| char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
    text.len() == 2 * into.len()
        && text.as_bytes().chunks(2).zip(into).all(|(pair, byte)| match (digit(pair[0]), digit(pair[1])) {
            (Some(high), Some(low)) => {
                *byte = high << 4 | low;
                true
            }
            _ => false,
        })
}
