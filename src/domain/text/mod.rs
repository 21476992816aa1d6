//! Text that comes from outside, made fit for a cell, a file or the clipboard.
//!
//! Whatever a cluster, a plugin or a file says is untrusted: it may carry terminal escapes, characters that reorder or
//! hide others, and credentials. It passes [`clean`], [`clean_multiline`] or [`styled()`] before a person sees it.

mod mask;
mod strip;
mod styled;
#[cfg(test)]
mod tests;
mod width;

use std::borrow::Cow;

pub use mask::{MASK, mask};
pub use styled::{Colour, Span, TextStyle, styled};
pub use width::{fit, fit_middle, width};

/// Words about a cluster, object or login without its name before them: `edge: no answer` beside `edge` is said twice.
pub fn without_name<'a>(words: &'a str, name: &str) -> &'a str {
    words.strip_prefix(name).and_then(|rest| rest.strip_prefix(": ")).unwrap_or(words)
}

/// One line: control characters and escape sequences are gone, line breaks are single spaces, tabs are spaces up to
/// the next multiple of four columns, characters that reorder or hide text are gone, credentials are masked.
///
/// Borrows when there is nothing to change, without allocating.
pub fn clean(text: &str) -> Cow<'_, str> {
    masked(strip::strip(text, strip::Lines::Join))
}

/// Like [`clean`], but keeps line breaks (`\r\n` becomes `\n`).
pub fn clean_multiline(text: &str) -> Cow<'_, str> {
    masked(strip::strip(text, strip::Lines::Keep))
}

/// Masking comes after stripping, so that a control character inside a token does not save it from being masked.
fn masked(stripped: Cow<'_, str>) -> Cow<'_, str> {
    match stripped {
        Cow::Borrowed(text) => mask(text),
        Cow::Owned(text) => match mask(&text) {
            Cow::Owned(hidden) => Cow::Owned(hidden),
            Cow::Borrowed(_) => Cow::Owned(text),
        },
    }
}
