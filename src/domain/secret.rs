//! Text that nobody may see.

use std::fmt;
use std::hint::black_box;

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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_not_printed() {
        let secret = SecretText::new("token".to_owned());
        assert_eq!((format!("{secret:?}").as_str(), secret.expose()), ("…", "token"));
    }
}
