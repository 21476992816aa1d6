//! A row of the page: a sign and pieces of text, before the theme has its word.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::domain::text::{clean, fit, width};
use crate::ui::ascii::{is_ascii, spelled};
use crate::ui::frame::Piece;
use crate::ui::text::put;
use crate::ui::theme::{Role, State, Theme};

#[derive(Debug, Clone, Default, PartialEq)]
pub struct Line {
    pub sign: Option<State>,
    pub pieces: Vec<Piece>,
    /// What goes to the clipboard.
    pub copy: String,
}

impl Line {
    pub fn of(sign: Option<State>, text: impl AsRef<str>, role: Role) -> Self {
        Self { sign, ..Self::default() }.with(text, role)
    }

    /// With more text behind it. What comes from outside is cleaned here.
    pub fn with(mut self, text: impl AsRef<str>, role: Role) -> Self {
        self.pieces.push(Piece::new(clean(text.as_ref()), role));
        self
    }

    pub fn copied(mut self, text: impl AsRef<str>) -> Self {
        self.copy = clean(text.as_ref()).into_owned();
        self
    }

    pub fn text(&self) -> String {
        self.pieces.iter().map(|piece| piece.text.as_str()).collect()
    }

    /// As it stands with its sign, in `columns`.
    pub fn drawn(&self, theme: &Theme, columns: usize) -> Vec<Piece> {
        let mut left = columns;
        let sign = self.sign.map(|state| Piece::new(format!("{} ", theme.sign(state)), state.role()));
        let ascii = is_ascii(theme);
        let pieces = sign.iter().chain(&self.pieces).map(|piece| {
            let text = if ascii { spelled(&piece.text) } else { piece.text.as_str().into() };
            let text = fit(&text, left).into_owned();
            left -= width(&text);
            Piece::new(text, piece.role)
        });
        pieces.collect()
    }
}

/// Draws pieces one after the other into the first line of `area`.
pub fn put_pieces(buffer: &mut Buffer, area: Rect, pieces: &[Piece], theme: &Theme) {
    pieces.iter().fold(area.x, |x, piece| put(buffer, x, area.y, area.right(), &piece.text, theme.style(piece.role)));
}
