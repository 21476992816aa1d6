//! Parse errors in the words of a person who writes manifests.

use super::split::Part;
use super::{Place, Problem};
use crate::yaml::highlight::{LineState, Role, highlight};
use crate::yaml::parse::YamlError;

/// What the parser says and what is said instead, with a remedy.
const WORDS: &[(&str, &str, &str)] = &[
    ("duplicate mapping key", "this key stands here twice", "keep one of the two"),
    ("unknown anchor", "an alias (`*`) of an anchor that is not there", "quote a text that begins with `*`"),
    ("weak recursion", "an alias within what it stands for", "write the value out where it is used"),
    ("alias", "aliases that unfold to more than is read", "write the values out where they are used"),
    ("anchor", "anchors that unfold to more than is read", "write the values out where they are used"),
    ("budget breached", "too much for one document", "split it, and write values out instead of repeating them"),
    ("recursion limit", "nested too deeply", "an object has no more than some fifty levels"),
    ("unclosed bracket '['", "a list in brackets is not closed", "close it with `]`"),
    ("unclosed bracket '{'", "a map in braces is not closed", "close it with `}`"),
    ("did not find expected ',' or ']'", "a list in brackets is not closed", "close it with `]`"),
    ("did not find expected ',' or '}'", "a map in braces is not closed", "close it with `}`"),
    ("only valid inside a block", "a list element within brackets or behind a text", "close the bracket above"),
    ("misplaced bracket", "a bracket that closes nothing", "take it out, or quote the text"),
    ("illegal placement of ':'", "a `:` within an open list or text", "close the bracket or quote before it"),
    ("simple key expect", "a key without its `:`", "write `key: value`"),
    ("mapping values are not allowed", "a `:` that begins no field here", "quote the text, or mend the indentation"),
    ("did not find expected key", "the indentation fits no field above", "indent it as its neighbours"),
    ("did not find expected '-' indicator", "a field among list elements", "indent it as its neighbours"),
    ("expected string scalar", "a key that is no text", "use a text as the key"),
    ("cannot deserialize null into string", "a key is missing before its `:`", "write `key: value`"),
    ("invalid !!binary", "a `!!binary` that is no base64", "take the tag away, or mend the value"),
    ("unknown escape", "an escape that YAML does not know", "write `\\\\` for a backslash, or use single quotes"),
    ("trailing content after", "text behind the closing quote", "quote the whole text"),
    ("unexpected character", "a character that cannot begin a text", "put the text in quotes"),
    ("found a tab", "a tab where only blanks may stand", "indent with blanks"),
];

/// The problem of a part that does not parse.
pub fn told(part: &Part<'_>, error: &YamlError) -> Problem {
    if let Some(place) = first_tab(part) {
        return Problem::error(place, "a tab in the indentation", "indent with blanks");
    }
    let lines = part.last_line + 1 - part.first_line;
    let line = part.first_line + error.line.saturating_sub(1).min(lines.saturating_sub(1));
    let place = Place { line, column: error.column.saturating_sub(1) };
    if let Some(place) = open_quote(part) {
        return Problem::error(place, "a quoted text is not closed", "close the quote");
    }
    let lower = error.words.to_lowercase();
    match WORDS.iter().find(|(theirs, ..)| lower.contains(theirs)) {
        Some((_, ours, remedy)) => Problem::error(place, *ours, remedy),
        None => Problem::error(place, error.words.clone(), ""),
    }
}

/// Where a tab stands in the indentation, outside of quoted texts and blocks.
fn first_tab(part: &Part<'_>) -> Option<Place> {
    let mut state = LineState::default();
    for (number, line) in part.text.lines().enumerate() {
        let (spans, next) = highlight(line, state);
        let tab = spans.iter().find(|span| span.role == Role::Error && line[span.start..span.end].starts_with('\t'));
        if let Some(span) = tab {
            return Some(Place { line: part.first_line + number, column: line[..span.start].chars().count() });
        }
        state = next;
    }
    None
}

/// Where the quote begins that is still open at the end.
fn open_quote(part: &Part<'_>) -> Option<Place> {
    let mut state = LineState::default();
    let mut begun = None;
    for (number, line) in part.text.lines().enumerate() {
        let was_open = state.in_quotes();
        let (spans, next) = highlight(line, state);
        if next.in_quotes() && (!was_open || spans.len() > 1) {
            let column = spans.last().map_or(0, |span| line[..span.start].chars().count());
            begun = Some(Place { line: part.first_line + number, column });
        }
        state = next;
    }
    begun.filter(|_| state.in_quotes())
}
