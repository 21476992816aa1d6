//! Columns that text takes on a terminal, and fitting it into fewer.

use std::borrow::Cow;

use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthStr;

const ELLIPSIS: char = '…';

/// Columns that cleaned text takes: 2 for wide characters, 0 for combining ones.
pub fn width(text: &str) -> usize {
    if text.is_ascii() { text.len() } else { text.width() }
}

/// At most `columns` wide: what does not fit is cut off and `…` put in its place. Takes time in proportion to
/// `columns`, not to the text.
pub fn fit(text: &str, columns: usize) -> Cow<'_, str> {
    let Some(cut) = overflow(text, columns) else { return Cow::Borrowed(text) };
    if columns == 0 {
        return Cow::Borrowed("");
    }
    let mut out = String::with_capacity(cut + ELLIPSIS.len_utf8());
    out.push_str(&text[..cut]);
    out.push(ELLIPSIS);
    Cow::Owned(out)
}

/// At most `columns` wide: what does not fit is taken out of the middle, since both ends of a name tell something.
pub fn fit_middle(text: &str, columns: usize) -> Cow<'_, str> {
    if overflow(text, columns).is_none() {
        return Cow::Borrowed(text);
    }
    if columns == 0 {
        return Cow::Borrowed("");
    }
    let tail_columns = (columns - 1) / 2;
    let head_columns = columns - 1 - tail_columns;
    let head = prefix(text.graphemes(true), head_columns);
    let tail = prefix(text.graphemes(true).rev(), tail_columns);
    let mut out = String::with_capacity(head + tail + ELLIPSIS.len_utf8());
    out.push_str(&text[..head]);
    out.push(ELLIPSIS);
    out.push_str(&text[text.len() - tail..]);
    Cow::Owned(out)
}

/// `None` when the text fits, else how many bytes may stay before an ellipsis.
fn overflow(text: &str, columns: usize) -> Option<usize> {
    if text.len() <= columns {
        return None;
    }
    let (mut used, mut bytes, mut cut) = (0, 0, 0);
    for grapheme in text.graphemes(true) {
        used += width(grapheme);
        if used > columns {
            return Some(cut);
        }
        bytes += grapheme.len();
        if used < columns {
            cut = bytes;
        }
    }
    None
}

/// Bytes of as many graphemes as fit.
fn prefix<'a>(graphemes: impl Iterator<Item = &'a str>, columns: usize) -> usize {
    let mut used = 0;
    graphemes
        .take_while(|grapheme| {
            used += width(grapheme);
            used <= columns
        })
        .map(str::len)
        .sum()
}
