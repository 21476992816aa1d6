//! Terminal input as plain data: the rest of the program never names the terminal library's events.

mod convert;
mod key;

pub use key::{Code, Key, KeyError, parse_chord};

/// One thing that a person did at the terminal. Cells count from 0 at the top left.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum InputEvent {
    /// `repeat` is set while a key is held, where the terminal tells (the kitty protocol); such keys never confirm.
    Key {
        key: Key,
        repeat: bool,
    },
    /// Pasted text as it came (bracketed paste). It never confirms.
    Paste(String),
    Click {
        x: u16,
        y: u16,
    },
    /// One notch of the wheel.
    Scroll {
        x: u16,
        y: u16,
        up: bool,
    },
    Resize {
        width: u16,
        height: u16,
    },
    FocusGained,
    FocusLost,
}
