//! Log text with its colours as plain data.

use std::borrow::Cow;

use super::mask::{MASK, secrets};
use super::strip::strip_with_styles;

/// A colour as a program asked for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Colour {
    /// 0–15: the terminal's own palette, 16–255: the 256-colour cube and greys.
    Indexed(u8),
    Rgb(u8, u8, u8),
}

/// What SGR sequences (`ESC [ … m`) made of a stretch of text. Blinking and concealing are not kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct TextStyle {
    pub foreground: Option<Colour>,
    pub background: Option<Colour>,
    pub bold: bool,
    pub dim: bool,
    pub italic: bool,
    pub underline: bool,
    pub reversed: bool,
    pub struck: bool,
}

/// A stretch of text in one style.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Span<'a> {
    pub style: TextStyle,
    pub text: Cow<'a, str>,
}

/// One line, cleaned as [`super::clean`] does, cut where its colours change. Empty text gives no span.
pub fn styled(text: &str) -> Vec<Span<'_>> {
    let (plain, changes) = strip_with_styles(text);
    let hidden = secrets(&plain);
    if changes.is_empty() && hidden.is_empty() {
        return if plain.is_empty() { Vec::new() } else { vec![Span { style: TextStyle::default(), text: plain }] };
    }
    let mut spans: Vec<Span<'_>> = Vec::new();
    let mut push = |style: TextStyle, part: &str| match spans.last_mut() {
        _ if part.is_empty() => {}
        Some(last) if last.style == style => last.text.to_mut().push_str(part),
        _ => spans.push(Span { style, text: Cow::Owned(part.to_owned()) }),
    };
    let mut hidden = hidden.into_iter().peekable();
    let mut style = TextStyle::default();
    let mut from = 0;
    let ends = changes.iter().map(|&(at, next)| (at, Some(next))).chain([(plain.len(), None)]);
    for (end, next) in ends {
        while let Some(range) = hidden.next_if(|range| range.start < end) {
            push(style, &plain[from.min(range.start)..range.start]);
            push(style, MASK);
            from = range.end;
        }
        if from < end {
            push(style, &plain[from..end]);
            from = end;
        }
        style = next.unwrap_or(style);
    }
    spans
}

impl TextStyle {
    /// Applies the parameters of one SGR sequence, such as `1;38;5;208` (ECMA-48, ISO 8613-6). Unknown ones are passed
    /// over.
    pub(super) fn apply(&mut self, parameters: &str) {
        let mut numbers =
            parameters.split([';', ':']).map(|part| if part.is_empty() { Some(0) } else { part.parse::<u16>().ok() });
        while let Some(number) = numbers.next() {
            match number {
                Some(0) => *self = Self::default(),
                Some(1) => self.bold = true,
                Some(2) => self.dim = true,
                Some(3) => self.italic = true,
                Some(4 | 21) => self.underline = true,
                Some(7) => self.reversed = true,
                Some(9) => self.struck = true,
                Some(22) => (self.bold, self.dim) = (false, false),
                Some(23) => self.italic = false,
                Some(24) => self.underline = false,
                Some(27) => self.reversed = false,
                Some(29) => self.struck = false,
                Some(code @ 30..=37) => self.foreground = indexed(code - 30),
                Some(38) => self.foreground = extended(&mut numbers),
                Some(39) => self.foreground = None,
                Some(code @ 40..=47) => self.background = indexed(code - 40),
                Some(48) => self.background = extended(&mut numbers),
                Some(49) => self.background = None,
                Some(code @ 90..=97) => self.foreground = indexed(code - 90 + 8),
                Some(code @ 100..=107) => self.background = indexed(code - 100 + 8),
                _ => {}
            }
        }
    }
}

fn indexed(index: u16) -> Option<Colour> {
    u8::try_from(index).ok().map(Colour::Indexed)
}

fn extended(numbers: &mut impl Iterator<Item = Option<u16>>) -> Option<Colour> {
    let mut byte = || numbers.next().flatten().and_then(|number| u8::try_from(number).ok());
    match byte()? {
        5 => byte().map(Colour::Indexed),
        2 => Some(Colour::Rgb(byte()?, byte()?, byte()?)),
        _ => None,
    }
}
