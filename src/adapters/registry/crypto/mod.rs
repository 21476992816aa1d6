//! Kubeconfigs at rest: AES-256-GCM under a key that is named by its id.
//!
//! ```text
//! ciphertext = 0x01 | key id (8) | nonce (12) | sealed text with its tag (16)
//! key id     = the first 8 bytes of SHA-256("eksdeck key id" | key)
//! bound to   = "eksdeck registry" and organisation, cluster and column, each behind its length (u32, big endian)
//! ```

mod key;
mod keyring;
mod keys;

#[cfg(test)]
mod tests;

pub use key::{Key, KeyId};
pub use keyring::{SystemKeyring, ToolKeyring};
pub use keys::Keys;

use ring::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use ring::rand::{SecureRandom, SystemRandom};
use zeroize::Zeroizing;

use super::error::{ErrorKind, RegistryError};

const VERSION: u8 = 1;
const ID_LEN: usize = 8;
const HEADER: usize = 1 + ID_LEN + NONCE_LEN;

/// Where a ciphertext belongs: moved elsewhere it does not open.
#[derive(Debug, Clone, Copy)]
pub struct Binding<'a> {
    pub organisation: &'a str,
    pub cluster: &'a str,
    pub column: &'a str,
}

impl Binding<'_> {
    fn bytes(&self) -> Vec<u8> {
        let mut bytes = b"eksdeck registry".to_vec();
        for part in [self.organisation, self.cluster, self.column] {
            bytes.extend(u32::try_from(part.len()).unwrap_or(u32::MAX).to_be_bytes());
            bytes.extend(part.as_bytes());
        }
        bytes
    }
}

/// Encrypts.
///
/// # Errors
/// The system gives no random numbers.
pub fn seal(key: &Key, binding: &Binding<'_>, plain: &[u8]) -> Result<Vec<u8>, RegistryError> {
    let failed =
        |_| RegistryError::new(ErrorKind::Other, "the system gives no random numbers, so nothing was encrypted");
    let mut nonce = [0; NONCE_LEN];
    SystemRandom::new().fill(&mut nonce).map_err(failed)?;
    let mut out = Vec::with_capacity(HEADER + plain.len() + AES_256_GCM.tag_len());
    out.push(VERSION);
    out.extend(key.id().0);
    out.extend(nonce);
    // Encrypted where it stands: no plain copy is left behind.
    out.extend(plain);
    let tag = cipher(key)
        .map_err(failed)?
        .seal_in_place_separate_tag(Nonce::assume_unique_for_key(nonce), Aad::from(binding.bytes()), &mut out[HEADER..])
        .map_err(failed)?;
    out.extend(tag.as_ref());
    Ok(out)
}

/// The id of the key that a ciphertext wants.
///
/// # Errors
/// It is no ciphertext of this program.
pub fn key_of(sealed: &[u8]) -> Result<KeyId, RegistryError> {
    let header = sealed.get(..HEADER).filter(|header| header[0] == VERSION);
    let id = header.and_then(|header| header[1..=ID_LEN].try_into().ok());
    id.map(KeyId).ok_or_else(|| RegistryError::new(ErrorKind::Key, "a stored kubeconfig is damaged: it has no header"))
}

/// Decrypts.
///
/// # Errors
/// The key is another one, or the ciphertext was changed or stands where it does not belong.
pub fn unseal(key: &Key, binding: &Binding<'_>, sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, RegistryError> {
    let wanted = key_of(sealed)?;
    if wanted != key.id() {
        return Err(RegistryError::new(
            ErrorKind::Key,
            format!("the kubeconfig is under key {wanted}, not {}", key.id()),
        ));
    }
    let damaged = |_| {
        let words = "a stored kubeconfig does not open: it was changed, or moved from another cluster or organisation";
        RegistryError::new(ErrorKind::Key, words)
    };
    let nonce: [u8; NONCE_LEN] =
        sealed[1 + ID_LEN..HEADER].try_into().map_err(|_| damaged(ring::error::Unspecified))?;
    let mut buffer = Zeroizing::new(sealed[HEADER..].to_vec());
    let length = cipher(key)
        .map_err(damaged)?
        .open_in_place(Nonce::assume_unique_for_key(nonce), Aad::from(binding.bytes()), &mut buffer)
        .map_err(damaged)?
        .len();
    buffer.truncate(length);
    Ok(buffer)
}

fn cipher(key: &Key) -> Result<LessSafeKey, ring::error::Unspecified> {
    UnboundKey::new(&AES_256_GCM, key.bytes()).map(LessSafeKey::new)
}
