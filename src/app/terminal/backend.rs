//! A ratatui backend that sends damage alone: a frame without a change writes not one byte.

use std::io;

use ratatui::backend::{Backend, ClearType, WindowSize};
use ratatui::buffer::Cell;
use ratatui::layout::{Position, Size};

use super::encode::Encoder;
use super::writer::Writer;

/// Collects a frame's bytes and hands them to the [`Writer`] at its end.
pub struct Damage {
    bytes: String,
    encoder: Encoder,
    writer: Writer,
    size: Size,
    cursor_shown: bool,
    cursor_at: Option<Position>,
}

/// Frames above this many bytes are bracketed as one (DEC private mode 2026), so that they do not tear.
const BRACKET_FROM: usize = 2_048;

impl Damage {
    pub fn new(writer: Writer, size: Size) -> Self {
        Self { bytes: String::new(), encoder: Encoder::default(), writer, size, cursor_shown: false, cursor_at: None }
    }

    pub fn known_size(&self) -> Size {
        self.size
    }

    pub fn set_size(&mut self, size: Size) {
        self.size = size;
    }

    /// Another program used the terminal: what it shows is unknown.
    pub fn forget(&mut self) {
        self.encoder.forget();
        self.cursor_shown = false;
        self.cursor_at = None;
    }
}

impl Backend for Damage {
    type Error = io::Error;

    fn draw<'a, I>(&mut self, content: I) -> io::Result<()>
    where
        I: Iterator<Item = (u16, u16, &'a Cell)>,
    {
        for (x, y, cell) in content {
            self.cursor_at = None;
            self.encoder.cell(&mut self.bytes, x, y, cell);
        }
        Ok(())
    }

    fn hide_cursor(&mut self) -> io::Result<()> {
        if std::mem::replace(&mut self.cursor_shown, false) {
            self.bytes.push_str("\x1b[?25l");
        }
        Ok(())
    }

    fn show_cursor(&mut self) -> io::Result<()> {
        if !std::mem::replace(&mut self.cursor_shown, true) {
            self.bytes.push_str("\x1b[?25h");
        }
        Ok(())
    }

    fn get_cursor_position(&mut self) -> io::Result<Position> {
        Ok(self.cursor_at.unwrap_or_default())
    }

    fn set_cursor_position<P: Into<Position>>(&mut self, position: P) -> io::Result<()> {
        let position = position.into();
        if self.cursor_at.replace(position) != Some(position) {
            self.encoder.moved();
            self.bytes.push_str(&format!("\x1b[{};{}H", position.y + 1, position.x + 1));
        }
        Ok(())
    }

    fn clear(&mut self) -> io::Result<()> {
        self.forget();
        self.bytes.push_str("\x1b[0m\x1b[2J");
        Ok(())
    }

    fn clear_region(&mut self, _region: ClearType) -> io::Result<()> {
        // The program draws on the whole screen alone, so every region is the whole of it.
        self.clear()
    }

    fn size(&self) -> io::Result<Size> {
        Ok(self.size)
    }

    fn window_size(&mut self) -> io::Result<WindowSize> {
        Ok(WindowSize { columns_rows: self.size, pixels: Size::default() })
    }

    fn flush(&mut self) -> io::Result<()> {
        let bytes = std::mem::take(&mut self.bytes);
        self.writer.send(
            if bytes.len() < BRACKET_FROM { bytes } else { format!("\x1b[?2026h{bytes}\x1b[?2026l") }.into_bytes(),
        );
        Ok(())
    }
}
