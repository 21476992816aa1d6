//! Text that nobody may see.

use std::fmt;
use std::hint::black_box;
use std::sync::Arc;

/// Is neither printed nor compared, and overwritten when it goes.
#[derive(Default)]
pub struct SecretText(String);

impl SecretText {
    pub fn new(text: String) -> Self {
        Self(text)
    }

    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for SecretText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("…")
    }
}

impl Drop for SecretText {
    fn drop(&mut self) {
        let mut bytes = std::mem::take(&mut self.0).into_bytes();
        bytes.fill(0);
        // Else nobody would read the zeroes, and they need not be written.
        black_box(&bytes);
    }
}

/// A secret that several hold: it goes with the last of them. Two are the same if they are one, whatever they say.
#[derive(Debug, Clone, Default)]
pub struct SharedSecret(Arc<SecretText>);

impl SharedSecret {
    pub fn new(text: String) -> Self {
        Self(Arc::new(SecretText::new(text)))
    }

    pub fn expose(&self) -> &str {
        self.0.expose()
    }
}

impl PartialEq for SharedSecret {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_not_printed() {
        let secret = SecretText::new("token".to_owned());
        assert_eq!((format!("{secret:?}").as_str(), secret.expose()), ("…", "token"));
        let shared = SharedSecret::new("token".to_owned());
        assert!(!format!("{shared:?}").contains("token") && shared == shared.clone());
    }
}
