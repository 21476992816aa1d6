//! Signs and lines, and what stands for them where the terminal has ASCII alone.

use ratatui::symbols::{bar, border};

use super::Role;

/// A state that a row can be in. Each has a sign, a role, and a word beside it on the screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum State {
    Ok,
    Warning,
    Broken,
    Connecting,
    Stale,
    Suspended,
    Running,
    Pending,
    NotOpened,
}

impl State {
    pub const ALL: [Self; 9] = [
        Self::Ok,
        Self::Warning,
        Self::Broken,
        Self::Connecting,
        Self::Stale,
        Self::Suspended,
        Self::Running,
        Self::Pending,
        Self::NotOpened,
    ];

    pub fn role(self) -> Role {
        match self {
            Self::Ok => Role::Ok,
            Self::Warning => Role::Warning,
            Self::Broken => Role::Broken,
            Self::Connecting => Role::Connecting,
            Self::Stale => Role::Stale,
            Self::Suspended => Role::Suspended,
            Self::Running => Role::Running,
            Self::Pending => Role::Pending,
            Self::NotOpened => Role::NotOpened,
        }
    }
}

/// Characters that are drawn. All but `ellipsis` are one cell wide.
#[derive(Debug)]
pub struct Glyphs {
    signs: [&'static str; State::ALL.len()],
    pub border: border::Set<'static>,
    /// Sparklines, empty to full.
    pub levels: bar::Set<'static>,
    pub bar_full: &'static str,
    pub bar_empty: &'static str,
    /// Left of the row under the cursor, and of a marked row.
    pub cursor: &'static str,
    pub mark: &'static str,
    /// Right of the column that a table is sorted by.
    pub ascending: &'static str,
    pub descending: &'static str,
    /// Where text is cut, and where a value is not there.
    pub ellipsis: &'static str,
    pub absent: &'static str,
    pub separator: &'static str,
}

impl Glyphs {
    pub fn sign(&self, state: State) -> &'static str {
        self.signs[state as usize]
    }
}

pub static UNICODE: Glyphs = Glyphs {
    signs: ["●", "▲", "✖", "◌", "◷", "‖", "▶", "◔", "○"],
    border: border::ROUNDED,
    levels: bar::NINE_LEVELS,
    bar_full: "█",
    bar_empty: "░",
    cursor: "▌",
    mark: "┃",
    ascending: "↑",
    descending: "↓",
    ellipsis: "…",
    absent: "—",
    separator: "·",
};

pub static ASCII: Glyphs = Glyphs {
    signs: ["*", "!", "x", "~", "?", "=", ">", ".", "o"],
    border: border::Set {
        top_left: "+",
        top_right: "+",
        bottom_left: "+",
        bottom_right: "+",
        vertical_left: "|",
        vertical_right: "|",
        horizontal_top: "-",
        horizontal_bottom: "-",
    },
    levels: bar::Set {
        empty: " ",
        one_eighth: ".",
        one_quarter: ".",
        three_eighths: ":",
        half: ":",
        five_eighths: "=",
        three_quarters: "=",
        seven_eighths: "#",
        full: "#",
    },
    bar_full: "#",
    bar_empty: "-",
    cursor: ">",
    mark: "|",
    ascending: "^",
    descending: "v",
    ellipsis: "...",
    absent: "-",
    separator: "-",
};
