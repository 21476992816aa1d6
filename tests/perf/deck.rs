//! The deck as it stands on a screen: which rows, which counts, which selection.

use std::time::{Duration, Instant};

use super::pty::panes::{Pane, namespaces, pods, selection};
use super::pty::{Home, Launch, Terminal};
use super::servers::Server;

/// By how much two counts of pods may differ: the embedded fleet's story makes and ends some all the while.
pub fn slack(server: &Server) -> u64 {
    if server.context.is_none() { 60 } else { 0 }
}

/// A running deck. 180×50, as the peers were measured.
pub struct Deck {
    pub terminal: Terminal,
    /// Just before the process was started.
    begin: Instant,
    /// See [`slack`].
    slack: u64,
    _home: Home,
}

impl Deck {
    pub fn open(server: &Server) -> Self {
        Self::open_with(server, "")
    }

    pub fn open_with(server: &Server, arguments: &str) -> Self {
        let home = Home::new();
        let mut launch = Launch::eksdeck(&home).kubeconfig(&server.kubeconfig).size(180, 50).args(arguments);
        if let Some(context) = &server.context {
            launch = launch.arg("--context").arg(context);
        }
        let begin = Instant::now();
        let terminal = launch.start();
        Self { terminal, begin, slack: slack(server), _home: home }
    }

    /// From the start until namespaces stand with a pod count above 0.
    pub fn first_rows(&self) -> Duration {
        let at = self.terminal.wait("a namespace and a pod count above 0", |screen| {
            namespaces(screen) > 0 && pods(screen).is_some_and(|pods| pods > 0)
        });
        at.saturating_duration_since(self.begin)
    }

    /// From the start until the `all` row counts this many pods, as far as the server's count holds still.
    pub fn all_rows(&self, count: u64) -> Duration {
        let slack = self.slack;
        let all = move |pods: u64| pods.abs_diff(count) <= slack;
        let at = self.terminal.wait(&format!("{count} pods"), |screen| pods(screen).is_some_and(all));
        at.saturating_duration_since(self.begin)
    }

    /// Focuses the jobs pane, and waits until it stands still.
    pub fn focus_jobs(&mut self) {
        self.focus_moving_jobs();
        self.terminal.wait_quiet(Duration::from_millis(1500));
    }

    /// The same where it never stands still: five seconds are enough to read what there is.
    pub fn focus_moving_jobs(&mut self) {
        self.terminal.press("3");
        self.terminal.wait("a selected Job", |screen| selection(screen, Pane::Jobs).is_some());
        std::thread::sleep(Duration::from_secs(5));
    }

    /// From the press of a key until another row is selected on the screen.
    pub fn move_time(&mut self, key: &str, pane: Pane) -> Duration {
        let before = selection(&self.terminal.screen(), pane);
        let begin = Instant::now();
        self.terminal.press(key);
        let at = self.terminal.wait("the selection to move", |screen| selection(screen, pane) != before);
        at.saturating_duration_since(begin)
    }
}
