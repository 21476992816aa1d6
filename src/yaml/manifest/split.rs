//! One text into its YAML documents.

/// A YAML document within a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Part<'a> {
    /// From the `---` on, if there is one.
    pub text: &'a str,
    /// Lines from 0.
    pub first_line: usize,
    pub last_line: usize,
    /// The first line that is neither blank nor a comment nor a bare `---`.
    pub content_line: usize,
}

/// The documents in order; those without content are left out. `---` and `...` at the start of a line stand in no
/// scalar, whatever is open, so no state is needed to find them.
pub fn split(text: &str) -> Vec<Part<'_>> {
    // A byte order mark is no part of the first document.
    let begin = if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
    let mut parts = Vec::new();
    let (mut start, mut first_line, mut at) = (begin, 0, begin);
    let mut number = 0;
    for line in text[begin..].split_inclusive('\n') {
        if is_marker(line, "---") && at > start {
            parts.extend(part(&text[start..at], first_line));
            (start, first_line) = (at, number);
        }
        at += line.len();
        number += 1;
        if is_marker(line, "...") {
            parts.extend(part(&text[start..at], first_line));
            (start, first_line) = (at, number);
        }
    }
    parts.extend(part(&text[start..], first_line));
    parts
}

fn is_marker(line: &str, mark: &str) -> bool {
    line.strip_prefix(mark).is_some_and(|rest| rest.is_empty() || rest.starts_with([' ', '\t', '\n', '\r']))
}

fn part(text: &str, first_line: usize) -> Option<Part<'_>> {
    let is_empty = |line: &str| {
        let line = line.strip_prefix("---").unwrap_or(line).trim();
        line.is_empty() || line == "..." || line.starts_with(['#', '%'])
    };
    let content = text.lines().position(|line| !is_empty(line))?;
    let last_line = first_line + text.lines().count() - 1;
    Some(Part { text, first_line, last_line, content_line: first_line + content })
}
