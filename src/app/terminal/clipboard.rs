//! Copying by OSC 52, which reaches the person's own clipboard over SSH; through tmux in its passthrough.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::domain::text::clean_multiline;

/// Longer texts are cut: terminals drop sequences of more than 100,000 bytes.
const LIMIT: usize = 74_000;

/// The bytes that put `text` on the clipboard. `TMUX` in the environment chooses the passthrough form.
pub fn copy(text: &str) -> Vec<u8> {
    sequence(text, std::env::var_os("TMUX").is_some())
}

fn sequence(text: &str, tmux: bool) -> Vec<u8> {
    let clean = clean_multiline(text);
    let mut end = clean.len().min(LIMIT);
    while !clean.is_char_boundary(end) {
        end -= 1;
    }
    let encoded = STANDARD.encode(&clean[..end]);
    // tmux hands the inner sequence on when `allow-passthrough` is set, and takes the outer one when `set-clipboard` is.
    match tmux {
        true => format!("\x1b]52;c;{encoded}\x07\x1bPtmux;\x1b\x1b]52;c;{encoded}\x07\x1b\\").into_bytes(),
        false => format!("\x1b]52;c;{encoded}\x07").into_bytes(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_copied_holds_no_control_characters() {
        assert_eq!(sequence("a\u{1b}]0;x\u{7}b", false), b"\x1b]52;c;YWI=\x07");
        assert!(sequence("x", true).starts_with(b"\x1b]52;c;eA==\x07\x1bPtmux;"));
    }
}
