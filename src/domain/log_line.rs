//! One line of a container's log: its time, its level, what of it may be shown.

use std::borrow::Cow;

use super::text::{TextStyle, clean, styled};

mod json;
mod level;
mod time;

pub use json::unfold;
pub use level::{Level, detect};
pub use time::{format_time, parse_time};

/// A style over bytes `start..end` of a line's text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StyleSpan {
    pub start: u32,
    pub end: u32,
    pub style: TextStyle,
}

/// A line's text, ready for a cell: escape sequences out, control and bidirectional characters dropped, secrets masked.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Shown {
    pub text: String,
    pub styles: Vec<StyleSpan>,
}

/// Makes a raw line presentable. Bytes that are not UTF-8 become U+FFFD.
pub fn show(raw: &[u8]) -> Shown {
    let mut shown = Shown::default();
    for span in styled(&String::from_utf8_lossy(raw)) {
        let start = shown.text.len() as u32;
        shown.text.push_str(&span.text);
        if span.style != TextStyle::default() {
            shown.styles.push(StyleSpan { start, end: shown.text.len() as u32, style: span.style });
        }
    }
    shown
}

/// A line's text as filters and searches see it: what `show` gives, without colours.
pub fn searchable(raw: &[u8]) -> Cow<'_, str> {
    match String::from_utf8_lossy(raw) {
        Cow::Borrowed(text) => clean(text),
        Cow::Owned(text) => Cow::Owned(clean(&text).into_owned()),
    }
}

/// Whether the bytes are printable ASCII alone, so that they can be searched as they are.
pub fn is_plain(raw: &[u8]) -> bool {
    raw.iter().fold(true, |plain, byte| plain & (*byte >= 0x20) & (*byte < 0x7f))
}

#[cfg(test)]
mod tests;
