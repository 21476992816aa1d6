//! Cells to terminal bytes, as few as can be: the pen and the cursor are remembered from one frame to the next.

use std::fmt::Write;

use ratatui::buffer::Cell;
use ratatui::style::{Color, Modifier};
use unicode_width::UnicodeWidthStr;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Pen {
    foreground: Color,
    background: Color,
    modifier: Modifier,
}

impl Pen {
    const PLAIN: Self = Self { foreground: Color::Reset, background: Color::Reset, modifier: Modifier::empty() };
}

/// What the terminal's pen and cursor are known to be.
#[derive(Debug, Default)]
pub struct Encoder {
    pen: Option<Pen>,
    at: Option<(u16, u16)>,
}

/// SGR codes that set a modifier and that end it (ECMA-48). 22 ends bold and dim together.
const MODIFIERS: [(Modifier, u8, u8); 8] = [
    (Modifier::BOLD, 1, 22),
    (Modifier::DIM, 2, 22),
    (Modifier::ITALIC, 3, 23),
    (Modifier::UNDERLINED, 4, 24),
    (Modifier::SLOW_BLINK, 5, 25),
    (Modifier::REVERSED, 7, 27),
    (Modifier::HIDDEN, 8, 28),
    (Modifier::CROSSED_OUT, 9, 29),
];

/// What is seen of a blank, beside its background.
const SEEN_ON_BLANKS: Modifier =
    Modifier::UNDERLINED.union(Modifier::SLOW_BLINK).union(Modifier::REVERSED).union(Modifier::CROSSED_OUT);

impl Encoder {
    /// Nothing is known any more: after the terminal was cleared or used by another program.
    pub fn forget(&mut self) {
        *self = Self::default();
    }

    /// The cursor was moved by somebody else.
    pub fn moved(&mut self) {
        self.at = None;
    }

    /// Writes one changed cell.
    pub fn cell(&mut self, out: &mut String, x: u16, y: u16, cell: &Cell) {
        self.goto(out, x, y);
        self.pen(out, cell);
        out.push_str(cell.symbol());
        let width = cell.symbol().width().max(1) as u16;
        // What a terminal does with an ambiguous or joined character is its own affair: after one the cursor is unknown.
        self.at = if cell.symbol().is_ascii() {
            Some((x + width, y))
        } else {
            certain(cell.symbol()).then_some((x + width, y))
        };
    }

    /// Takes a cell's style, for whoever writes its text without moving the cursor.
    pub fn pen(&mut self, out: &mut String, cell: &Cell) {
        let wanted = Pen { foreground: cell.fg, background: cell.bg, modifier: cell.modifier };
        let pen = match self.pen {
            // A blank shows no foreground: the pen keeps what the next letter may need again.
            Some(known) if cell.symbol() == " " && !(known.modifier | wanted.modifier).intersects(SEEN_ON_BLANKS) => {
                Pen { background: wanted.background, ..known }
            }
            _ => wanted,
        };
        self.paint(out, pen);
    }

    fn goto(&mut self, out: &mut String, x: u16, y: u16) {
        let written = match self.at {
            Some(at) if at == (x, y) => Ok(()),
            Some((from, row)) if row == y && from < x && x - from < 1_000 => match x - from {
                1 => write!(out, "\x1b[C"),
                by => write!(out, "\x1b[{by}C"),
            },
            _ => write!(out, "\x1b[{};{}H", y + 1, x + 1),
        };
        debug_assert!(written.is_ok(), "writing to a String does not fail");
    }

    fn paint(&mut self, out: &mut String, pen: Pen) {
        if self.pen == Some(pen) {
            return;
        }
        let mut codes = String::new();
        let mut known = self.pen.unwrap_or_else(|| {
            codes.push_str("0;");
            Pen::PLAIN
        });
        for (modifier, _, end) in MODIFIERS {
            if known.modifier.contains(modifier) && !pen.modifier.contains(modifier) {
                push_code(&mut codes, end);
                let ended = MODIFIERS.into_iter().filter(|(_, _, other)| *other == end);
                known.modifier = ended.fold(known.modifier, |left, (modifier, ..)| left.difference(modifier));
            }
        }
        let fresh = pen.modifier.difference(known.modifier);
        for (modifier, code, _) in MODIFIERS {
            if fresh.contains(modifier) {
                push_code(&mut codes, code);
            }
        }
        if pen.foreground != known.foreground {
            push_color(&mut codes, pen.foreground, 30);
        }
        if pen.background != known.background {
            push_color(&mut codes, pen.background, 40);
        }
        self.pen = Some(pen);
        out.push_str("\x1b[");
        out.push_str(codes.trim_end_matches(';'));
        out.push('m');
    }
}

/// Symbols that every terminal draws one cell wide: line drawing, blocks, the signs that the themes use.
fn certain(symbol: &str) -> bool {
    let mut chars = symbol.chars();
    match (chars.next(), chars.next()) {
        (Some(char), None) => {
            matches!(char, '\u{2010}'..='\u{2027}' | '\u{2500}'..='\u{259f}' | '\u{00b7}' | '\u{00a0}'..='\u{00ff}')
        }
        _ => false,
    }
}

fn push_code(codes: &mut String, code: u8) {
    let written = write!(codes, "{code};");
    debug_assert!(written.is_ok(), "writing to a String does not fail");
}

/// `base` is 30 for the foreground and 40 for the background (ECMA-48; 38 and 48 carry 256 and 24-bit colours).
fn push_color(codes: &mut String, color: Color, base: u8) {
    let named = |index: u8| if index < 8 { base + index } else { base + 52 + index };
    let written = match color {
        Color::Reset => write!(codes, "{};", base + 9),
        Color::Rgb(red, green, blue) => write!(codes, "{};2;{red};{green};{blue};", base + 8),
        Color::Indexed(index) => write!(codes, "{};5;{index};", base + 8),
        Color::Black => write!(codes, "{};", named(0)),
        Color::Red => write!(codes, "{};", named(1)),
        Color::Green => write!(codes, "{};", named(2)),
        Color::Yellow => write!(codes, "{};", named(3)),
        Color::Blue => write!(codes, "{};", named(4)),
        Color::Magenta => write!(codes, "{};", named(5)),
        Color::Cyan => write!(codes, "{};", named(6)),
        Color::Gray => write!(codes, "{};", named(7)),
        Color::DarkGray => write!(codes, "{};", named(8)),
        Color::LightRed => write!(codes, "{};", named(9)),
        Color::LightGreen => write!(codes, "{};", named(10)),
        Color::LightYellow => write!(codes, "{};", named(11)),
        Color::LightBlue => write!(codes, "{};", named(12)),
        Color::LightMagenta => write!(codes, "{};", named(13)),
        Color::LightCyan => write!(codes, "{};", named(14)),
        Color::White => write!(codes, "{};", named(15)),
    };
    debug_assert!(written.is_ok(), "writing to a String does not fail");
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cell(symbol: &str, foreground: Color, modifier: Modifier) -> Cell {
        let mut cell = Cell::default();
        cell.set_symbol(symbol).set_fg(foreground);
        cell.modifier = modifier;
        cell
    }

    #[test]
    fn neighbours_of_one_style_cost_a_byte_each() {
        let (mut encoder, mut out) = (Encoder::default(), String::new());
        encoder.cell(&mut out, 2, 1, &cell("a", Color::Red, Modifier::empty()));
        encoder.cell(&mut out, 3, 1, &cell("b", Color::Red, Modifier::empty()));
        encoder.cell(&mut out, 6, 1, &cell("c", Color::Red, Modifier::BOLD));
        assert_eq!(out, "\x1b[2;3H\x1b[0;31mab\x1b[2C\x1b[1mc");
    }

    #[test]
    fn a_modifier_that_ends_leaves_the_colours() {
        let (mut encoder, mut out) = (Encoder::default(), String::new());
        encoder.cell(&mut out, 0, 0, &cell("a", Color::Rgb(1, 2, 3), Modifier::BOLD | Modifier::DIM));
        out.clear();
        encoder.cell(&mut out, 1, 0, &cell("b", Color::Rgb(1, 2, 3), Modifier::DIM));
        encoder.cell(&mut out, 2, 0, &cell("c", Color::Rgb(1, 2, 3), Modifier::ITALIC));
        encoder.cell(&mut out, 3, 0, &cell("d", Color::Rgb(1, 2, 3), Modifier::empty()));
        assert_eq!(out, "\x1b[22;2mb\x1b[22;3mc\x1b[23md");
    }

    #[test]
    fn blanks_need_a_background_alone() {
        let (mut encoder, mut out) = (Encoder::default(), String::new());
        encoder.cell(&mut out, 0, 0, &cell("a", Color::Red, Modifier::BOLD));
        out.clear();
        encoder.cell(&mut out, 1, 0, &cell(" ", Color::Blue, Modifier::empty()));
        encoder.cell(&mut out, 2, 0, &cell("b", Color::Red, Modifier::BOLD));
        let mut coloured = cell(" ", Color::Blue, Modifier::empty());
        coloured.set_bg(Color::Green);
        encoder.cell(&mut out, 3, 0, &coloured);
        encoder.cell(&mut out, 4, 0, &cell(" ", Color::Red, Modifier::UNDERLINED));
        assert_eq!(out, " b\x1b[42m \x1b[22;4;49m ", "an underlined blank is seen");
    }

    #[test]
    fn after_a_wide_character_the_cursor_is_placed_anew() {
        let (mut encoder, mut out) = (Encoder::default(), String::new());
        encoder.cell(&mut out, 0, 0, &cell("漢", Color::Reset, Modifier::empty()));
        out.clear();
        encoder.cell(&mut out, 2, 0, &cell("x", Color::Reset, Modifier::empty()));
        assert_eq!(out, "\x1b[1;3Hx");
    }
}
