//! The terminal: taken on start, given back whole on every way out.

mod backend;
pub mod clipboard;
mod encode;
pub mod ring;
mod writer;

use std::io::{self, Write};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use crossterm::{Command, cursor, event, terminal};
use ratatui::Terminal;
use ratatui::layout::Size;

pub use backend::Damage;
pub use encode::Encoder;
pub use writer::Writer;

/// Whether the terminal is ours at the moment: the panic hook and the exits read it.
static TAKEN: AtomicBool = AtomicBool::new(false);

/// How long leaving waits for the last frame to reach a slow link.
const DRAIN: Duration = Duration::from_millis(500);

/// A taken terminal.
pub struct Screen {
    terminal: Terminal<Damage>,
    writer: Writer,
    mouse: bool,
}

impl Screen {
    /// Raw mode, alternate screen, bracketed paste, and mouse reports if wanted.
    pub fn take(mouse: bool) -> io::Result<Self> {
        let (columns, rows) = terminal::size()?;
        let writer = Writer::start();
        enter(mouse)?;
        let backend = Damage::new(writer.clone(), Size::new(columns, rows));
        Ok(Self { terminal: Terminal::new(backend)?, writer, mouse })
    }

    /// Nothing of the last frame waits to be sent.
    pub fn is_idle(&self) -> bool {
        self.writer.is_idle()
    }

    /// Resolves when the last frame was taken by the terminal.
    pub fn writer(&self) -> Writer {
        self.writer.clone()
    }

    pub fn size(&self) -> Size {
        self.terminal.backend().known_size()
    }

    pub fn resize(&mut self, columns: u16, rows: u16) -> io::Result<()> {
        self.terminal.backend_mut().set_size(Size::new(columns, rows));
        self.terminal.autoresize()
    }

    pub fn draw<T>(&mut self, view: impl FnOnce(&mut ratatui::Frame<'_>) -> T) -> io::Result<T> {
        let mut out = None;
        self.terminal.draw(|frame| out = Some(view(frame)))?;
        out.ok_or_else(|| io::Error::other("the frame was not drawn"))
    }

    /// Forgets what the terminal shows, so that the next frame is sent whole.
    pub fn clear(&mut self) -> io::Result<()> {
        self.terminal.clear()
    }

    pub fn set_mouse(&mut self, on: bool) {
        self.mouse = on;
        self.writer.send(if on { ansi(event::EnableMouseCapture) } else { ansi(event::DisableMouseCapture) });
    }

    /// Bytes outside the frame: clipboard and notifications.
    pub fn send(&self, bytes: Vec<u8>) {
        self.writer.send(bytes);
    }

    /// Gives the terminal back, stops the process as a shell expects, and takes it again when continued.
    pub fn suspend(&mut self) -> io::Result<()> {
        self.give();
        nix::sys::signal::raise(nix::sys::signal::Signal::SIGSTOP)?;
        self.retake()
    }

    /// Gives the terminal to another program.
    pub fn give(&mut self) {
        self.writer.drain(DRAIN);
        leave();
    }

    /// Takes the terminal again after [`Screen::give`].
    pub fn retake(&mut self) -> io::Result<()> {
        enter(self.mouse)?;
        let (columns, rows) = terminal::size()?;
        self.resize(columns, rows)?;
        self.clear()
    }
}

impl Drop for Screen {
    fn drop(&mut self) {
        self.writer.drain(DRAIN);
        leave();
    }
}

fn ansi(command: impl Command) -> Vec<u8> {
    let mut text = String::new();
    // Writing to a String does not fail.
    let _ = command.write_ansi(&mut text);
    text.into_bytes()
}

fn enter(mouse: bool) -> io::Result<()> {
    terminal::enable_raw_mode()?;
    TAKEN.store(true, Ordering::SeqCst);
    let mut bytes = ansi(terminal::EnterAlternateScreen);
    bytes.extend(ansi(event::EnableBracketedPaste));
    bytes.extend(ansi(cursor::Hide));
    if mouse {
        bytes.extend(ansi(event::EnableMouseCapture));
    }
    let mut out = io::stdout();
    out.write_all(&bytes)?;
    out.flush()
}

/// Gives the terminal back if it is ours. Safe to call from a panic hook and more than once.
pub fn leave() {
    if !TAKEN.swap(false, Ordering::SeqCst) {
        return;
    }
    let mut bytes = ansi(event::DisableMouseCapture);
    bytes.extend(ansi(event::DisableBracketedPaste));
    bytes.extend(b"\x1b[0m");
    bytes.extend(ansi(cursor::Show));
    bytes.extend(ansi(terminal::LeaveAlternateScreen));
    // The terminal may be gone already (SIGHUP): there is nobody left to tell. Its modes come first, so that whoever
    // sees the shell's screen again may type there.
    let _ = terminal::disable_raw_mode();
    let _ = nix::unistd::write(io::stdout(), &bytes);
}
