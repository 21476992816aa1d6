//! What to start, and in which terminal.

use std::ffi::{OsStr, OsString};
use std::path::Path;

use portable_pty::{CommandBuilder, PtySize, native_pty_system};

use super::home::Home;
use super::terminal::Terminal;

pub struct Launch {
    command: CommandBuilder,
    size: (u16, u16),
    bytes_per_second: Option<u64>,
}

impl Launch {
    /// Any program, in a home of its own, 160×45.
    pub fn program(program: impl AsRef<OsStr>, home: &Home) -> Self {
        let mut command = CommandBuilder::new(program);
        command.env_clear();
        for (name, value) in home.environment() {
            command.env(name, value);
        }
        // Not the home: a test may let go of it while the program still starts.
        command.cwd("/");
        Self { command, size: (160, 45), bytes_per_second: None }
    }

    /// The binary under test.
    pub fn eksdeck(home: &Home) -> Self {
        Self::program(env!("CARGO_BIN_EXE_eksdeck"), home)
    }

    pub fn arg(mut self, arg: impl AsRef<OsStr>) -> Self {
        self.command.arg(arg);
        self
    }

    /// Arguments parted by blanks.
    pub fn args(mut self, args: &str) -> Self {
        self.command.args(args.split_whitespace().map(OsString::from));
        self
    }

    pub fn kubeconfig(self, path: &Path) -> Self {
        self.env("KUBECONFIG", path)
    }

    pub fn env(mut self, name: &str, value: impl AsRef<OsStr>) -> Self {
        self.command.env(name, value);
        self
    }

    pub fn without_env(mut self, name: &str) -> Self {
        self.command.env_remove(name);
        self
    }

    pub fn size(mut self, columns: u16, rows: u16) -> Self {
        self.size = (columns, rows);
        self
    }

    /// Reads no faster than this, as a slow link would.
    pub fn slow(mut self, bytes_per_second: u64) -> Self {
        self.bytes_per_second = Some(bytes_per_second);
        self
    }

    pub fn start(self) -> Terminal {
        let (cols, rows) = self.size;
        let pair = native_pty_system().openpty(PtySize { rows, cols, pixel_width: 0, pixel_height: 0 }).unwrap();
        let child = pair.slave.spawn_command(self.command).unwrap();
        Terminal::new(pair.master, child, self.size, self.bytes_per_second)
    }
}
