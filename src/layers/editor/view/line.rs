//! A line of text in cells.

use std::borrow::Cow;

use unicode_segmentation::UnicodeSegmentation;

use crate::domain::text::width;

/// One character as a person sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Glyph<'a> {
    pub byte: usize,
    /// In `char`s from the start of the line.
    pub column: usize,
    /// In cells from the start of the line.
    pub cell: usize,
    pub width: usize,
    pub text: Cow<'a, str>,
}

/// Cells between two tab stops.
const TAB: usize = 4;
/// What stands for a character that has no shape, or would change others'.
const SHAPELESS: &str = "\u{fffd}";

/// The characters of a line with their places. Tabs are arrows, characters without a shape are told.
pub fn glyphs(line: &str) -> impl Iterator<Item = Glyph<'_>> {
    let (mut column, mut cell) = (0, 0);
    line.grapheme_indices(true).map(move |(byte, grapheme)| {
        let wide = width(grapheme);
        let text: Cow<'_, str> = match grapheme {
            "\t" => Cow::Owned(format!("→{}", " ".repeat(TAB - 1 - cell % TAB))),
            _ if wide == 0 || grapheme.chars().any(char::is_control) => Cow::Borrowed(SHAPELESS),
            _ => Cow::Borrowed(grapheme),
        };
        let glyph = Glyph { byte, column, cell, width: width(&text), text };
        column += grapheme.chars().count();
        cell += glyph.width;
        glyph
    })
}

/// The cell at which a column (in `char`s) begins.
pub fn cell_of(line: &str, column: usize) -> usize {
    let mut end = 0;
    for glyph in glyphs(line) {
        if glyph.column >= column {
            return glyph.cell;
        }
        end = glyph.cell + glyph.width;
    }
    end
}

/// The column (in `char`s) of what is shown at a cell.
pub fn column_at(line: &str, cell: usize) -> usize {
    let found = glyphs(line).find(|glyph| cell < glyph.cell + glyph.width);
    found.map_or_else(|| line.chars().count(), |glyph| glyph.column)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wide_and_combining_characters_have_their_cells() {
        let line = "a\t世e\u{301}\u{202e}b";
        let shown: String = glyphs(line).map(|glyph| glyph.text.into_owned()).collect();
        assert_eq!(shown, "a→  世e\u{301}\u{fffd}b");
        let cells: Vec<usize> = glyphs(line).map(|glyph| glyph.cell).collect();
        assert_eq!(cells, [0, 1, 4, 6, 7, 8]);
        assert_eq!((cell_of(line, 3), cell_of(line, 5), cell_of(line, 99)), (6, 7, 9));
        assert_eq!((column_at(line, 2), column_at(line, 5), column_at(line, 50)), (1, 2, 7));
    }
}
