//! Text into cells.

use ratatui::buffer::Buffer;
use ratatui::style::{Color, Modifier, Style};

use crate::domain::text::{Colour, TextStyle, width};

/// Writes `text` from `x`, cut at `end` (exclusive). Gives the column after it.
pub fn put(buffer: &mut Buffer, x: u16, y: u16, end: u16, text: &str, style: Style) -> u16 {
    if x >= end || y >= buffer.area.bottom() || y < buffer.area.y {
        return x;
    }
    buffer.set_stringn(x, y, text, (end - x) as usize, style).0
}

/// Writes `text` so that it ends before `end`, if it fits right of `start`. Gives the column where it begins.
pub fn put_right(buffer: &mut Buffer, start: u16, y: u16, end: u16, text: &str, style: Style) -> Option<u16> {
    let x = end.checked_sub(width(text) as u16).filter(|x| *x >= start)?;
    put(buffer, x, y, end, text, style);
    Some(x)
}

/// Colours and attributes that a container wrote into its log.
pub fn container_style(style: &TextStyle) -> Style {
    let mut out = Style::default();
    let colour = |colour: Colour| match colour {
        Colour::Indexed(index) => Color::Indexed(index),
        Colour::Rgb(red, green, blue) => Color::Rgb(red, green, blue),
    };
    out.fg = style.foreground.map(colour);
    out.bg = style.background.map(colour);
    let attributes = [
        (style.bold, Modifier::BOLD),
        (style.dim, Modifier::DIM),
        (style.italic, Modifier::ITALIC),
        (style.underline, Modifier::UNDERLINED),
        (style.reversed, Modifier::REVERSED),
        (style.struck, Modifier::CROSSED_OUT),
    ];
    attributes.into_iter().filter(|(on, _)| *on).fold(out, |out, (_, modifier)| out.add_modifier(modifier))
}

/// Splits `text` at spaces into lines of at most `columns` cells; a word that is longer is split where it must be.
pub fn wrap(text: &str, columns: usize) -> Vec<String> {
    let columns = columns.max(1);
    let mut lines = Vec::new();
    for paragraph in text.lines() {
        let mut line = String::new();
        for word in paragraph.split_inclusive(' ') {
            if width(&line) + width(word.trim_end()) > columns && !line.is_empty() {
                lines.push(std::mem::take(&mut line).trim_end().to_owned());
            }
            let mut word = word;
            while width(word.trim_end()) > columns {
                let cut = split_at_width(word, columns);
                lines.push(word[..cut].to_owned());
                word = &word[cut..];
            }
            line.push_str(word);
        }
        lines.push(line.trim_end().to_owned());
    }
    if lines.is_empty() {
        lines.push(String::new());
    }
    lines
}

/// The byte place where the first `columns` cells of `text` end, at a character boundary, and never 0 for a text.
pub fn split_at_width(text: &str, columns: usize) -> usize {
    let mut used = 0;
    for (place, char) in text.char_indices() {
        let wide = unicode_width::UnicodeWidthChar::width(char).unwrap_or(0);
        if used + wide > columns && place > 0 {
            return place;
        }
        used += wide;
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wrapping_keeps_every_word_and_every_width() {
        assert_eq!(wrap("one two three", 8), ["one two", "three"]);
        assert_eq!(wrap("abcdefghij k", 4), ["abcd", "efgh", "ij k"]);
        assert_eq!(wrap("漢字漢字", 5), ["漢字", "漢字"]);
        assert_eq!(wrap("a\n\nb", 5), ["a", "", "b"]);
    }
}
