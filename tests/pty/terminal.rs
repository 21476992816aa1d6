//! A running program and the terminal it runs in.

use std::io::Write;
use std::os::fd::BorrowedFd;
use std::sync::Arc;
use std::time::{Duration, Instant};

use nix::sys::signal::{Signal, kill};
use nix::sys::termios::{LocalFlags, tcgetattr};
use nix::unistd::Pid;
use portable_pty::{Child, ExitStatus, MasterPty, PtySize};

use super::emulator::Shared;
use super::keys;
use super::screen::Screen;

pub struct Terminal {
    master: Box<dyn MasterPty + Send>,
    writer: Box<dyn Write + Send>,
    child: Box<dyn Child + Send + Sync>,
    shared: Arc<Shared>,
    deadline: Duration,
}

/// Whether a program left the terminal as it found it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct GivenBack {
    pub main_screen: bool,
    pub cursor_shown: bool,
    pub mouse_off: bool,
    pub paste_off: bool,
    /// Lines are edited and echoed by the terminal again.
    pub cooked: bool,
}

impl GivenBack {
    pub const WHOLE: Self =
        Self { main_screen: true, cursor_shown: true, mouse_off: true, paste_off: true, cooked: true };
}

impl Terminal {
    pub(super) fn new(
        master: Box<dyn MasterPty + Send>,
        child: Box<dyn Child + Send + Sync>,
        size: (u16, u16),
        bytes_per_second: Option<u64>,
    ) -> Self {
        let shared = Shared::new(size);
        let (reader, writer) = (master.try_clone_reader().unwrap(), master.take_writer().unwrap());
        let thread = shared.clone();
        std::thread::spawn(move || thread.read(reader, bytes_per_second));
        let seconds = std::env::var("EKSDECK_TEST_DEADLINE").ok().and_then(|text| text.parse().ok()).unwrap_or(60);
        Self { master, writer, child, shared, deadline: Duration::from_secs(seconds) }
    }

    /// How long to wait before a wait is taken for a hang.
    pub fn set_deadline(&mut self, deadline: Duration) {
        self.deadline = deadline;
    }

    pub fn pid(&self) -> i32 {
        self.child.process_id().unwrap().try_into().unwrap()
    }

    /// Presses keys by name, parted by blanks.
    pub fn press(&mut self, keys: &str) {
        self.send(&keys::sequence(keys));
    }

    /// Types a text letter by letter.
    pub fn type_text(&mut self, text: &str) {
        self.send(text.as_bytes());
    }

    pub fn paste(&mut self, text: &str) {
        self.send(&keys::paste(text));
    }

    /// Clicks on a cell, counted from 0.
    pub fn click(&mut self, column: u16, row: u16) {
        self.send(&keys::click(column, row));
    }

    pub fn wheel(&mut self, column: u16, row: u16, down: bool) {
        self.send(&keys::wheel(column, row, down));
    }

    pub fn send(&mut self, bytes: &[u8]) {
        self.writer.write_all(bytes).unwrap();
        self.writer.flush().unwrap();
    }

    pub fn resize(&mut self, columns: u16, rows: u16) {
        self.shared.resize(columns, rows);
        self.master.resize(PtySize { rows, cols: columns, pixel_width: 0, pixel_height: 0 }).unwrap();
    }

    /// To the program itself, not to those it started.
    pub fn signal(&self, signal: Signal) {
        kill(Pid::from_raw(self.pid()), signal).unwrap();
    }

    pub fn screen(&self) -> Screen<'static> {
        Screen::copied(self.shared.lock().parser.screen())
    }

    /// Bytes that the program wrote since it started.
    pub fn received(&self) -> u64 {
        self.shared.lock().received
    }

    /// From now on keeps every byte; gives those kept so far.
    pub fn transcript(&self) -> Vec<u8> {
        self.shared.lock().transcript.get_or_insert_default().clone()
    }

    /// Waits until the screen is as wanted; gives the moment when the bytes came that made it so.
    pub fn wait(&self, what: &str, wanted: impl Fn(&Screen) -> bool) -> Instant {
        let deadline = Instant::now() + self.deadline;
        let mut state = self.shared.lock();
        loop {
            if wanted(&Screen::of(state.parser.screen())) {
                return state.at;
            }
            // Looked at under one lock with the screen: an end seen here is an end without what was wanted.
            let (next, in_time) = if state.ended { (state, false) } else { self.shared.news(state, deadline) };
            state = next;
            if !in_time {
                let why = if state.ended { "the program ended" } else { "time is up" };
                let screen = Screen::copied(state.parser.screen());
                drop(state);
                panic!("{why} while waiting for: {what}\n{screen}");
            }
        }
    }

    /// Waits for a text; gives the row that holds it.
    pub fn wait_text(&self, text: &str) -> String {
        self.wait(text, |screen| screen.has(text));
        self.screen().row_with(text).unwrap_or_default()
    }

    pub fn wait_gone(&self, text: &str) {
        self.wait(&format!("{text:?} to go"), |screen| !screen.has(text));
    }

    /// Waits until nothing was written for that long.
    pub fn wait_quiet(&self, quiet: Duration) {
        let deadline = Instant::now() + self.deadline;
        let mut state = self.shared.lock();
        while state.at.elapsed() < quiet {
            assert!(Instant::now() < deadline, "the screen never came to rest");
            let until = state.at + quiet;
            state = self.shared.news(state, until).0;
        }
    }

    pub fn has_ended(&mut self) -> bool {
        self.child.try_wait().unwrap().is_some()
    }

    /// Waits for the end of the program, and until all it wrote has been read.
    pub fn wait_exit(&mut self) -> ExitStatus {
        let deadline = Instant::now() + self.deadline;
        let status = loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                break status;
            }
            assert!(Instant::now() < deadline, "the program does not end\n{}", self.screen());
            std::thread::sleep(Duration::from_millis(5));
        };
        let mut state = self.shared.lock();
        while !state.ended {
            let (next, in_time) = self.shared.news(state, deadline);
            assert!(in_time, "the program ended, and something it started still holds the terminal");
            state = next;
        }
        status
    }

    /// The terminal's state as it is now.
    pub fn given_back(&self) -> GivenBack {
        let state = self.shared.lock();
        let screen = state.parser.screen();
        GivenBack {
            main_screen: !screen.alternate_screen(),
            cursor_shown: !screen.hide_cursor(),
            mouse_off: screen.mouse_protocol_mode() == vt100::MouseProtocolMode::None,
            paste_off: !screen.bracketed_paste(),
            cooked: self.cooked(),
        }
    }

    fn cooked(&self) -> bool {
        let fd = self.master.as_raw_fd().unwrap();
        // SAFETY: the descriptor is the master's, which lives as long as `self`.
        let fd = unsafe { BorrowedFd::borrow_raw(fd) };
        let flags = tcgetattr(fd).unwrap().local_flags;
        flags.contains(LocalFlags::ICANON | LocalFlags::ECHO | LocalFlags::ISIG)
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        if !self.has_ended() {
            let _ = self.child.kill();
            let _ = self.child.wait();
        }
    }
}
