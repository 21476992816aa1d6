//! A frame as an SVG picture: a window with a title bar, text on a grid of cells, lines and bars as shapes.
//!
//! Text is pinned to the grid by `textLength`, so that it stays aligned in whatever monospaced font the viewer has.

use std::fmt::Write;

use ratatui::buffer::{Buffer, Cell};
use ratatui::style::Modifier;

use super::svg_lines::{self, CELL_HEIGHT, CELL_WIDTH};
use crate::domain::text::width;
use crate::ui::theme::{Role, Theme, as_xterm};

const FONT_SIZE: f32 = 14.0;
/// From a cell's top to the line that letters stand on.
const BASELINE: f32 = 13.5;
const PADDING: f32 = 14.0;
const TITLE_BAR: f32 = 34.0;
const FONTS: &str =
    "ui-monospace,'JetBrains Mono','SF Mono',Menlo,Consolas,'DejaVu Sans Mono','Liberation Mono',monospace";
/// The buttons of the window.
const BUTTONS: [&str; 3] = ["#f4828a", "#e6b566", "#93c783"];

type Rgb = [u8; 3];

/// A stretch of cells of one style.
struct Run {
    x: u16,
    cells: u16,
    text: String,
    paint: Paint,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Paint {
    ink: Rgb,
    ground: Option<Rgb>,
    modifier: Modifier,
}

/// The picture, in the theme's colours on its own background.
pub fn svg(buffer: &Buffer, theme: &Theme) -> String {
    let ground = as_xterm(theme.background()).unwrap_or([20, 22, 27]);
    let ink = theme.style(Role::Text).fg.and_then(as_xterm).unwrap_or(opposite(ground));
    let area = buffer.area;
    let (wide, high) = (f32::from(area.width) * CELL_WIDTH, f32::from(area.height) * CELL_HEIGHT);
    let (whole_width, whole_height) = (wide + 2.0 * PADDING, high + TITLE_BAR + PADDING);
    let mut out = String::new();
    let edge = mixed(ground, ink, 0.22);
    let _ = write!(
        out,
        r#"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {whole_width} {whole_height}" width="{whole_width}" height="{whole_height}" font-family="{FONTS}" font-size="{FONT_SIZE}">
<title>eksdeck</title>
<rect x=".5" y=".5" width="{}" height="{}" rx="10" fill="{}" stroke="{}"/>
"#,
        whole_width - 1.0,
        whole_height - 1.0,
        hex(ground),
        hex(edge),
    );
    for (place, colour) in BUTTONS.iter().enumerate() {
        let _ = writeln!(out, r#"<circle cx="{}" cy="17" r="5.5" fill="{colour}"/>"#, 20.0 + 19.0 * place as f32);
    }
    let _ = writeln!(out, r#"<g transform="translate({PADDING} {TITLE_BAR})" style="white-space:pre">"#);
    let grounds = Grounds { ink, ground };
    for y in area.top()..area.bottom() {
        let runs = runs(buffer, y, grounds);
        let top = f32::from(y - area.top()) * CELL_HEIGHT;
        runs.iter().for_each(|run| behind(run, top, &mut out));
        runs.iter().for_each(|run| draw(run, top, &mut out));
    }
    out.push_str("</g>\n</svg>\n");
    out
}

/// What stands for the default colours.
#[derive(Clone, Copy)]
struct Grounds {
    ink: Rgb,
    ground: Rgb,
}

impl Grounds {
    fn paint(self, cell: &Cell) -> Paint {
        let mut ink = as_xterm(cell.fg).unwrap_or(self.ink);
        let mut ground = as_xterm(cell.bg);
        if cell.modifier.contains(Modifier::REVERSED) {
            (ink, ground) = (ground.unwrap_or(self.ground), Some(ink));
        }
        if cell.modifier.contains(Modifier::DIM) {
            ink = mixed(ink, ground.unwrap_or(self.ground), 0.4);
        }
        Paint { ink, ground: ground.filter(|ground| *ground != self.ground), modifier: cell.modifier }
    }
}

fn runs(buffer: &Buffer, y: u16, grounds: Grounds) -> Vec<Run> {
    let area = buffer.area;
    let mut runs: Vec<Run> = Vec::new();
    let mut x = area.left();
    while x < area.right() {
        let cell = &buffer[(x, y)];
        let cells = width(cell.symbol()).max(1) as u16;
        let paint = grounds.paint(cell);
        match runs.last_mut() {
            Some(run) if run.paint == paint => {
                run.text.push_str(cell.symbol());
                run.cells += cells;
            }
            _ => runs.push(Run { x: x - area.left(), cells, text: cell.symbol().to_owned(), paint }),
        }
        x += cells;
    }
    runs
}

/// The run's own background.
fn behind(run: &Run, top: f32, out: &mut String) {
    let Some(ground) = run.paint.ground else { return };
    let (x, wide) = (f32::from(run.x) * CELL_WIDTH, f32::from(run.cells) * CELL_WIDTH);
    let _ = writeln!(
        out,
        r#"<rect x="{x:.1}" y="{top}" width="{wide:.1}" height="{CELL_HEIGHT}" fill="{}"/>"#,
        hex(ground)
    );
}

/// Text in words, each at its place; lines and bars as shapes.
fn draw(run: &Run, top: f32, out: &mut String) {
    let ink = hex(run.paint.ink);
    let mut at = run.x;
    let mut shapes = svg_lines::Shapes::new(top);
    let mut word = Word::default();
    for character in run.text.chars() {
        let mut bytes = [0; 4];
        let cells = width(character.encode_utf8(&mut bytes)) as u16;
        let is_shape = cells == 1 && shapes.add(character, at);
        // A sign comes from whatever font has it, with a width of its own: it stands alone in its cell.
        let is_sign = !character.is_ascii() && !character.is_alphanumeric() && cells > 0;
        if is_shape || is_sign || character == ' ' {
            word.write(top, &run.paint, &ink, out);
        }
        if is_sign && !is_shape {
            word.push(character, at, cells);
            word.write(top, &run.paint, &ink, out);
        } else if !is_shape && character != ' ' {
            word.push(character, at, cells);
        }
        at += cells;
    }
    word.write(top, &run.paint, &ink, out);
    shapes.write(&ink, out);
}

#[derive(Default)]
struct Word {
    text: String,
    x: u16,
    cells: u16,
}

impl Word {
    fn push(&mut self, character: char, at: u16, cells: u16) {
        if self.text.is_empty() {
            self.x = at;
        }
        self.text.push(character);
        self.cells += cells;
    }

    fn write(&mut self, top: f32, paint: &Paint, ink: &str, out: &mut String) {
        let Self { text, x, cells } = std::mem::take(self);
        if text.is_empty() {
            return;
        }
        let (x, y, long) = (f32::from(x) * CELL_WIDTH, top + BASELINE, f32::from(cells) * CELL_WIDTH);
        let _ = write!(
            out,
            r#"<text x="{x:.1}" y="{y}" textLength="{long:.1}" lengthAdjust="spacingAndGlyphs" fill="{ink}""#
        );
        for (modifier, attribute) in [
            (Modifier::BOLD, r#" font-weight="bold""#),
            (Modifier::ITALIC, r#" font-style="italic""#),
            (Modifier::UNDERLINED, r#" text-decoration="underline""#),
            (Modifier::CROSSED_OUT, r#" text-decoration="line-through""#),
        ] {
            if paint.modifier.contains(modifier) {
                out.push_str(attribute);
            }
        }
        let _ = writeln!(out, ">{}</text>", escaped(&text));
    }
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

fn hex([red, green, blue]: Rgb) -> String {
    format!("#{red:02x}{green:02x}{blue:02x}")
}

/// `part` of the way from one colour to another.
fn mixed(from: Rgb, to: Rgb, part: f32) -> Rgb {
    std::array::from_fn(|place| {
        let (from, to) = (f32::from(from[place]), f32::from(to[place]));
        (from + (to - from) * part).round() as u8
    })
}

/// Black on light, white on dark.
fn opposite(ground: Rgb) -> Rgb {
    let light = ground.iter().map(|part| u32::from(*part)).sum::<u32>() > 3 * 127;
    if light { [30, 30, 30] } else { [225, 225, 225] }
}

/// The colour of a cell's text, for tests.
#[cfg(test)]
fn ink_of(cell: &Cell) -> Rgb {
    let grounds = Grounds { ink: [1, 1, 1], ground: [2, 2, 2] };
    grounds.paint(cell).ink
}

#[cfg(test)]
mod tests {
    use ratatui::style::{Color, Style};

    use super::*;
    use crate::ui::theme::{Choice, Depth};

    fn theme() -> Theme {
        Theme::load(&Choice { name: "dark".to_owned(), depth: Depth::True, ascii: false }, None).0
    }

    #[test]
    fn the_picture_is_well_formed_whatever_stands_in_it() {
        let mut buffer = Buffer::with_lines(["╭─ a<b & \"c\" ─╮", "│ ● 漢字 ▁▄█ ▌ │", "╰──────────────╯"]);
        buffer.set_style(buffer.area, Style::new().fg(Color::LightRed).bg(Color::Indexed(236)));
        let picture = svg(&buffer, &theme());
        assert!(picture.contains("a&lt;b") && picture.contains(">&amp;<") && !picture.contains("a<b"));
        assert_eq!(picture.matches("<text").count(), picture.matches("</text>").count());
        assert!(picture.starts_with("<svg") && picture.ends_with("</svg>\n"));
    }

    #[test]
    fn every_word_stands_at_its_column() {
        let picture = svg(&Buffer::with_lines(["ab  漢 x"]), &theme());
        for (x, long, word) in [(0.0, 2.0, "ab"), (4.0, 2.0, "漢"), (7.0, 1.0, "x")] {
            let start =
                format!(r#"<text x="{:.1}" y="{BASELINE}" textLength="{:.1}""#, x * CELL_WIDTH, long * CELL_WIDTH);
            assert!(
                picture.lines().any(|line| line.starts_with(&start) && line.ends_with(&format!(">{word}</text>"))),
                "{word}: {picture}"
            );
        }
    }

    #[test]
    fn reversed_text_has_the_grounds_colour() {
        let mut cell = Cell::default();
        cell.set_style(Style::new().fg(Color::Rgb(9, 9, 9)).add_modifier(Modifier::REVERSED));
        assert_eq!(ink_of(&cell), [2, 2, 2]);
        assert_eq!(ink_of(Cell::default().set_fg(Color::Red)), [205, 0, 0]);
    }
}
