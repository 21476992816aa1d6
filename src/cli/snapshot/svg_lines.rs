//! Line drawing and bars as shapes: fonts leave gaps between the cells of such characters, shapes do not.

use std::fmt::Write;

/// A cell in SVG units; its width is 0.6 of the font's size, as in most monospaced fonts.
pub const CELL_WIDTH: f32 = 8.4;
pub const CELL_HEIGHT: f32 = 18.0;

/// Shapes of one row and one colour.
pub struct Shapes {
    top: f32,
    /// Path data of thin and of heavy strokes.
    strokes: [String; 2],
    /// Path data of filled boxes.
    boxes: String,
    /// Path data of boxes of a lighter shade.
    shades: String,
    /// Where the last horizontal stroke ended, to be gone on with.
    dash: Option<(usize, u16)>,
}

impl Shapes {
    pub fn new(top: f32) -> Self {
        Self { top, strokes: Default::default(), boxes: String::new(), shades: String::new(), dash: None }
    }

    /// Takes a character in if it is a shape.
    pub fn add(&mut self, character: char, x: u16) -> bool {
        let middle = self.top + CELL_HEIGHT / 2.0;
        let left = f32::from(x) * CELL_WIDTH;
        let (right, center) = (left + CELL_WIDTH, left + CELL_WIDTH / 2.0);
        let (top, bottom) = (self.top, self.top + CELL_HEIGHT);
        let weight = usize::from(matches!(character, '━' | '┃'));
        let path = match character {
            '─' | '━' => {
                self.dash(weight, x);
                return true;
            }
            '│' | '┃' => format!("M{center:.1} {top}V{bottom}"),
            '╭' => format!("M{center:.1} {bottom}V{:.1}Q{center:.1} {middle} {right:.1} {middle}", middle + 4.0),
            '╮' => format!("M{center:.1} {bottom}V{:.1}Q{center:.1} {middle} {left:.1} {middle}", middle + 4.0),
            '╰' => format!("M{center:.1} {top}V{:.1}Q{center:.1} {middle} {right:.1} {middle}", middle - 4.0),
            '╯' => format!("M{center:.1} {top}V{:.1}Q{center:.1} {middle} {left:.1} {middle}", middle - 4.0),
            '├' => format!("M{center:.1} {top}V{bottom}M{center:.1} {middle}H{right:.1}"),
            '┤' => format!("M{center:.1} {top}V{bottom}M{center:.1} {middle}H{left:.1}"),
            '┼' => format!("M{center:.1} {top}V{bottom}M{left:.1} {middle}H{right:.1}"),
            '░' => {
                let _ = write!(self.shades, "M{left:.1} {:.1}H{right:.1}V{:.1}H{left:.1}z", top + 3.0, bottom - 3.0);
                return true;
            }
            _ => return self.block(character, left),
        };
        self.strokes[weight].push_str(&path);
        true
    }

    /// A horizontal stroke; neighbours are one.
    fn dash(&mut self, weight: usize, x: u16) {
        let middle = self.top + CELL_HEIGHT / 2.0;
        let goes_on = self.dash == Some((weight, x));
        if !goes_on {
            let _ = write!(self.strokes[weight], "M{:.1} {middle}", f32::from(x) * CELL_WIDTH);
        }
        let _ = write!(self.strokes[weight], "H{:.1}", f32::from(x + 1) * CELL_WIDTH);
        self.dash = Some((weight, x + 1));
    }

    /// Bars that grow from below, and from the left.
    fn block(&mut self, character: char, left: f32) -> bool {
        let (high, wide) = match character {
            '▁'..='█' => (character as u32 - '▁' as u32 + 1, 8),
            '▉'..='▏' => (8, '▏' as u32 - character as u32 + 1),
            _ => return false,
        };
        let bottom = self.top + CELL_HEIGHT;
        let top = bottom - CELL_HEIGHT * high as f32 / 8.0;
        let right = left + CELL_WIDTH * wide as f32 / 8.0;
        let _ = write!(self.boxes, "M{left:.1} {top:.1}H{right:.1}V{bottom:.1}H{left:.1}z");
        true
    }

    pub fn write(&self, ink: &str, out: &mut String) {
        for (path, size) in self.strokes.iter().zip([1.2, 2.4]).filter(|(path, _)| !path.is_empty()) {
            let _ = writeln!(out, r#"<path d="{path}" fill="none" stroke="{ink}" stroke-width="{size}"/>"#);
        }
        for (path, opacity) in [(&self.boxes, 1.0), (&self.shades, 0.35)] {
            if !path.is_empty() {
                let _ = writeln!(out, r#"<path d="{path}" fill="{ink}" fill-opacity="{opacity}"/>"#);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn neighbouring_dashes_are_one_stroke_and_letters_are_no_shape() {
        let mut shapes = Shapes::new(0.0);
        assert!(shapes.add('─', 0) && shapes.add('─', 1) && shapes.add('─', 4));
        assert!(!shapes.add('a', 5) && !shapes.add('●', 6));
        let mut out = String::new();
        shapes.write("#fff", &mut out);
        assert_eq!(out.matches('M').count(), 2, "{out}");
    }

    #[test]
    fn bars_have_their_eighths() {
        let mut shapes = Shapes::new(0.0);
        assert!(shapes.add('▄', 0) && shapes.add('▌', 1));
        assert_eq!(shapes.boxes, "M0.0 9.0H8.4V18.0H0.0zM8.4 0.0H12.6V18.0H8.4z");
    }
}
