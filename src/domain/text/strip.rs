//! Taking out what a terminal would act on or an eye would miss.

use std::borrow::Cow;

use unicode_width::UnicodeWidthChar;

use super::styled::TextStyle;

/// What becomes of line breaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Lines {
    Join,
    Keep,
}

const TAB_STOP: usize = 4;

/// So many combining marks in a row are kept on one character; more only serve to smear over other lines.
const MARKS_KEPT: usize = 8;

pub(super) fn strip(text: &str, lines: Lines) -> Cow<'_, str> {
    match first_unwanted(text, lines) {
        None => Cow::Borrowed(text),
        Some(at) => {
            let mut out = Stripper::new(text, lines, at);
            out.run(at, |_, _| {});
            Cow::Owned(out.out)
        }
    }
}

/// Strips and tells each change of style with the length of the output before it.
pub(super) fn strip_with_styles(text: &str) -> (Cow<'_, str>, Vec<(usize, TextStyle)>) {
    let Some(at) = first_unwanted(text, Lines::Join) else { return (Cow::Borrowed(text), Vec::new()) };
    let mut changes = Vec::new();
    let mut style = TextStyle::default();
    let mut out = Stripper::new(text, Lines::Join, at);
    out.run(at, |length, parameters| {
        style.apply(parameters);
        changes.push((length, style));
    });
    (Cow::Owned(out.out), changes)
}

/// Byte offset of the first character that must change.
fn first_unwanted(text: &str, lines: Lines) -> Option<usize> {
    let unwanted = |byte: u8| byte < b' ' && !(byte == b'\n' && lines == Lines::Keep) || byte == 0x7f;
    let bytes = text.as_bytes();
    let ascii = bytes.iter().position(|&byte| byte >= 0x80 || unwanted(byte))?;
    if bytes[ascii] < 0x80 {
        return Some(ascii);
    }
    let mut marks = 0;
    text[ascii..].char_indices().find_map(|(offset, c)| {
        let bad = if c.is_ascii() {
            marks = 0;
            unwanted(c as u8)
        } else {
            is_hidden(c) || is_excess_mark(c, &mut marks)
        };
        bad.then_some(ascii + offset)
    })
}

fn is_excess_mark(c: char, marks: &mut usize) -> bool {
    *marks = if c.width() == Some(0) { *marks + 1 } else { 0 };
    *marks > MARKS_KEPT
}

/// C1 controls, line and paragraph separators, and what Unicode calls default-ignorable (bidirectional marks,
/// overrides and isolates, zero-width characters, fillers, tags) but for the variation selectors 1–16.
fn is_hidden(c: char) -> bool {
    matches!(c,
        '\u{80}'..='\u{9f}' | '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}'
        | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
        | '\u{3164}' | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}' | '\u{1bca0}'..='\u{1bca3}'
        | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}')
}

struct Stripper<'a> {
    text: &'a str,
    lines: Lines,
    out: String,
    /// Start of the part of `out` whose width is not yet in `column`.
    counted: usize,
    column: usize,
    /// No control string that starts before this offset has an end.
    endless_before: usize,
}

impl<'a> Stripper<'a> {
    fn new(text: &'a str, lines: Lines, clean_until: usize) -> Self {
        let mut out = String::with_capacity(text.len());
        out.push_str(&text[..clean_until]);
        let counted = out.rfind('\n').map_or(0, |at| at + 1);
        Self { text, lines, out, counted, column: 0, endless_before: 0 }
    }

    /// `on_sgr` gets the output's length and the parameters of each colour sequence.
    fn run(&mut self, from: usize, mut on_sgr: impl FnMut(usize, &str)) {
        let mut at = from;
        let mut marks = self.out.chars().rev().take_while(|c| c.width() == Some(0)).count();
        while let Some(c) = self.text[at..].chars().next() {
            let next = at + c.len_utf8();
            at = match c {
                '\x1b' => self.escape(next, &mut on_sgr),
                '\u{9b}' => self.control_sequence(next, &mut on_sgr),
                '\u{90}' | '\u{98}' | '\u{9d}' | '\u{9e}' | '\u{9f}' => self.control_string(next),
                '\t' => {
                    self.tab();
                    next
                }
                '\r' if self.text[next..].starts_with('\n') => next,
                '\n' if self.lines == Lines::Keep => {
                    self.out.push('\n');
                    self.counted = self.out.len();
                    self.column = 0;
                    next
                }
                '\n' | '\r' | '\u{2028}' | '\u{2029}' => {
                    if next < self.text.len() {
                        self.out.push(' ');
                    }
                    next
                }
                c if c.is_ascii_control() || is_hidden(c) => next,
                c => {
                    if c.is_ascii() || !is_excess_mark(c, &mut marks) {
                        self.out.push(c);
                    }
                    if c.is_ascii() {
                        marks = 0;
                    }
                    next
                }
            };
        }
    }

    fn tab(&mut self) {
        self.column += super::width::width(&self.out[self.counted..]);
        let spaces = TAB_STOP - self.column % TAB_STOP;
        self.out.extend(std::iter::repeat_n(' ', spaces));
        self.column += spaces;
        self.counted = self.out.len();
    }

    /// After ESC (ECMA-48): a control sequence, a control string, or one of two or three characters.
    fn escape(&mut self, at: usize, on_sgr: &mut impl FnMut(usize, &str)) -> usize {
        let bytes = self.text.as_bytes();
        match bytes.get(at) {
            Some(b'[') => self.control_sequence(at + 1, on_sgr),
            Some(b']' | b'P' | b'X' | b'^' | b'_') => self.control_string(at + 1),
            Some(b' '..=b'/') => {
                let end = at + bytes[at..].iter().take_while(|byte| matches!(byte, b' '..=b'/')).count();
                if matches!(bytes.get(end), Some(0x30..=0x7e)) { end + 1 } else { end }
            }
            Some(0x30..=0x7e) => at + 1,
            _ => at,
        }
    }

    /// After CSI: parameters, intermediates, a final byte. A broken one ends before the byte that breaks it.
    fn control_sequence(&mut self, at: usize, on_sgr: &mut impl FnMut(usize, &str)) -> usize {
        let bytes = self.text.as_bytes();
        let count = |from: usize, range: std::ops::RangeInclusive<u8>| {
            from + bytes[from..].iter().take_while(|byte| range.contains(byte)).count()
        };
        let parameters = count(at, 0x30..=0x3f);
        let end = count(parameters, 0x20..=0x2f);
        match bytes.get(end) {
            Some(b'm') if end == parameters => {
                on_sgr(self.out.len(), &self.text[at..parameters]);
                end + 1
            }
            Some(0x40..=0x7e) => end + 1,
            _ => end,
        }
    }

    /// After OSC, DCS, SOS, PM or APC: everything up to BEL or ST on the same line. One without an end loses only its
    /// introducer, so that it cannot hide the rest of a line.
    fn control_string(&mut self, at: usize) -> usize {
        if at < self.endless_before {
            return at;
        }
        let rest = &self.text[at..];
        for (offset, c) in rest.char_indices() {
            match c {
                '\x07' | '\u{9c}' => return at + offset + c.len_utf8(),
                '\x1b' if rest[offset + 1..].starts_with('\\') => return at + offset + 2,
                '\n' => {
                    self.endless_before = at + offset;
                    return at;
                }
                _ => {}
            }
        }
        self.endless_before = self.text.len();
        at
    }
}
