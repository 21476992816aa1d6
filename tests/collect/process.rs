//! One collector.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::Child;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

use crate::cli::command;
use crate::pty::Home;

/// What is waited for comes well within this.
pub const PATIENCE: Duration = Duration::from_secs(90);

pub struct Collector {
    child: Child,
    lines: Arc<Mutex<Vec<String>>>,
    _home: Home,
}

impl Collector {
    /// In a home that may hold a configuration, with these variables.
    pub fn start(home: Home, arguments: &str, variables: &[(String, String)]) -> Self {
        let mut command = command(&home, ["collect"].into_iter().chain(arguments.split_whitespace()));
        let mut child = command.envs(variables.iter().cloned()).spawn().unwrap();
        let (lines, stderr) = (Arc::new(Mutex::new(Vec::new())), child.stderr.take().unwrap());
        let heard = lines.clone();
        std::thread::spawn(move || {
            BufReader::new(stderr).lines().map_while(Result::ok).for_each(|line| heard.lock().unwrap().push(line));
        });
        Self { child, lines, _home: home }
    }

    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    pub fn signal(&self, signal: Signal) {
        kill(Pid::from_raw(self.pid().try_into().unwrap()), signal).unwrap();
    }

    /// Ends as it wants to after SIGTERM; its code and all that it said.
    pub fn terminate(mut self) -> (Option<i32>, Vec<String>) {
        self.signal(Signal::SIGTERM);
        let code = self.child.wait().unwrap().code();
        (code, self.lines.lock().unwrap().clone())
    }

    /// Ends at once, without a chance to say so.
    pub fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// Waits for a line with these words.
    #[track_caller]
    pub fn line(&self, words: &str) -> String {
        until(|| self.lines.lock().unwrap().iter().find(|line| line.contains(words)).cloned())
            .unwrap_or_else(|| panic!("no line `{words}`: {:?}", self.lines.lock().unwrap()))
    }

    /// Waits until that is so.
    #[track_caller]
    pub fn until(&self, mut is_so: impl FnMut() -> bool) {
        until(|| is_so().then_some(())).unwrap_or_else(|| panic!("it never came: {:?}", self.lines.lock().unwrap()));
    }

    /// What it answers to monitoring: status and body.
    pub fn get(&self, path: &str) -> (u16, String) {
        let line = self.line("serving /healthz and /metrics");
        let (_, address) = line.rsplit_once("address=").unwrap();
        let mut stream = TcpStream::connect(address.trim()).unwrap();
        write!(stream, "GET {path} HTTP/1.1\r\nHost: collector\r\n\r\n").unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        let (head, body) = answer.split_once("\r\n\r\n").unwrap();
        (head[9..12].parse().unwrap(), body.to_owned())
    }
}

impl Drop for Collector {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Asks again and again until there is an answer, or patience ends.
pub fn until<T>(mut ask: impl FnMut() -> Option<T>) -> Option<T> {
    let deadline = Instant::now() + PATIENCE;
    loop {
        match ask() {
            None if Instant::now() < deadline => std::thread::sleep(Duration::from_millis(50)),
            answer => return answer,
        }
    }
}
