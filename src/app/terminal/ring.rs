//! Bell and notifications of the terminal; through tmux in its passthrough.

use crate::domain::notify::Ring;

/// The bytes that ring. `TMUX` in the environment chooses the passthrough form.
pub fn bytes(ring: Ring, words: &str) -> Vec<u8> {
    sequence(ring, words, std::env::var_os("TMUX").is_some())
}

fn sequence(ring: Ring, words: &str, tmux: bool) -> Vec<u8> {
    let plain = ring.sequence(words);
    match ring {
        // tmux knows the bell itself, and marks the window.
        Ring::Osc9 | Ring::Osc777 if tmux => {
            format!("\x1bPtmux;{}\x1b\\", plain.replace('\x1b', "\x1b\x1b")).into_bytes()
        }
        _ => plain.into_bytes(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tmux_hands_on_what_it_does_not_know() {
        assert_eq!(sequence(Ring::Bell, "a", true), b"\x07");
        assert_eq!(sequence(Ring::Osc9, "a", false), b"\x1b]9;a\x1b\\");
        assert_eq!(sequence(Ring::Osc9, "a", true), b"\x1bPtmux;\x1b\x1b]9;a\x1b\x1b\\\x1b\\");
    }
}
