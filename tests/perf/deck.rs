//! The deck as it stands on a screen: which rows, which counts, which selection.

use std::time::{Duration, Instant};

use super::pty::{Home, Launch, Screen, Terminal};
use super::server::Server;

/// A running deck. 180×50, as the peers were measured.
pub struct Deck {
    pub terminal: Terminal,
    /// Just before the process was started.
    begin: Instant,
    _home: Home,
}

const TITLES: [&str; 4] = ["1 clusters", "2 namespaces", "3 jobs", "4 logs"];

/// A pane of the deck by its number.
#[derive(Clone, Copy)]
pub enum Pane {
    Namespaces = 1,
    Jobs = 2,
    Logs = 3,
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
        Self { terminal, begin, _home: home }
    }

    /// From the start until namespaces stand with a pod count above 0.
    pub fn first_rows(&self) -> Duration {
        let at = self.terminal.wait("a namespace and a pod count above 0", |screen| {
            namespaces(screen) > 0 && pods(screen).is_some_and(|pods| pods > 0)
        });
        at.saturating_duration_since(self.begin)
    }

    /// From the start until the `all` row counts this many pods.
    pub fn all_rows(&self, count: u64) -> Duration {
        let at = self.terminal.wait(&format!("{count} pods"), |screen| pods(screen) == Some(count));
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

/// Columns that a pane takes: from its title to the next pane's.
fn columns(screen: &Screen<'_>, pane: Pane) -> Option<(u16, u16, u16)> {
    let (column, row) = screen.find(TITLES[pane as usize])?;
    let next = TITLES.get(pane as usize + 1).and_then(|title| screen.find(title)).filter(|(_, other)| *other == row);
    let end = next.map_or(screen.raw().size().1.get(), |(column, _)| column.saturating_sub(2));
    let start = column.saturating_sub(2);
    Some((start, end.saturating_sub(start), row))
}

/// The rows of a pane below its title.
pub fn rows(screen: &Screen<'_>, pane: Pane) -> Vec<String> {
    let Some((start, width, top)) = columns(screen, pane) else { return Vec::new() };
    let rows = screen.raw().rows(start, width).skip(usize::from(top) + 1);
    rows.take_while(|row| !row.starts_with('╭')).map(|row| row.trim_matches(['│', ' ']).to_owned()).collect()
}

/// PODS of the `all` row.
fn pods(screen: &Screen<'_>) -> Option<u64> {
    let all = rows(screen, Pane::Namespaces).into_iter().find_map(|row| {
        let mut words = row.trim_start_matches(['▌', ' ']).split_whitespace();
        (words.next() == Some("all")).then(|| words.next().map(str::to_owned))?
    })?;
    all.replace(',', "").parse().ok()
}

/// How many namespaces stand below `all`.
fn namespaces(screen: &Screen<'_>) -> usize {
    let rows = rows(screen, Pane::Namespaces);
    let below = rows.iter().skip_while(|row| !row.trim_start_matches(['▌', ' ']).starts_with("all ")).skip(1);
    below.filter(|row| row.chars().any(char::is_alphanumeric)).count()
}

/// Where the selection stands, and on which name.
pub fn selection(screen: &Screen<'_>, pane: Pane) -> Option<(usize, String)> {
    rows(screen, pane).into_iter().enumerate().find_map(|(at, row)| {
        let rest = row.split_once('▌')?.1;
        let name = rest.split_whitespace().find(|word| word.chars().any(char::is_alphanumeric))?;
        Some((at, name.to_owned()))
    })
}
