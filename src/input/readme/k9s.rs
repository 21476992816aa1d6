//! The keys of k9s, and what becomes of each here.

use crate::input::commands::CommandId;
use crate::input::context::{DECK, DETAIL, FULL_LOGS, GLOBAL, JOBS, LOGS, NAMESPACES, Places, TABLES};

/// A key of k9s.
#[derive(Debug, Clone, Copy)]
pub struct PeerKey {
    pub key: &'static str,
    pub meaning: &'static str,
    pub here: Here,
}

/// What the key does here.
#[derive(Debug, Clone, Copy)]
pub enum Here {
    /// The same, by this command, in these places.
    Same(CommandId, Places),
    /// Something else, or nothing: in words for the README.
    Differs(&'static str),
}

use Here::{Differs, Same};

const fn key(key: &'static str, meaning: &'static str, here: Here) -> PeerKey {
    PeerKey { key, meaning, here }
}

/// One row a key and meaning.
pub const PEER_KEYS: &[PeerKey] = &[
    key(":", "command", Same(CommandId::Palette, GLOBAL)),
    key("/", "filter a table", Same(CommandId::Filter, TABLES)),
    key("?", "help", Same(CommandId::Help, GLOBAL)),
    key("ctrl-a", "aliases", Same(CommandId::Palette, GLOBAL)),
    key("esc", "back", Same(CommandId::Back, DECK)),
    key("q", "back", Same(CommandId::Back, DECK)),
    key("[", "history back", Same(CommandId::HistoryBack, DECK)),
    key("]", "history forward", Same(CommandId::HistoryForward, DECK)),
    key("-", "last view", Same(CommandId::LastView, DECK)),
    key("ctrl-c", "quit", Same(CommandId::Quit, GLOBAL)),
    key("enter", "drill", Same(CommandId::Drill, TABLES)),
    key("y", "YAML", Same(CommandId::Yaml, TABLES)),
    key("d", "describe", Same(CommandId::Detail, TABLES)),
    key("e", "edit", Same(CommandId::JobEdit, JOBS)),
    key("e", "edit", Same(CommandId::NamespaceEdit, NAMESPACES)),
    key("ctrl-d", "delete", Same(CommandId::JobDelete, JOBS)),
    key("ctrl-d", "delete", Same(CommandId::NamespaceDelete, NAMESPACES)),
    key("space", "mark", Same(CommandId::Mark, TABLES)),
    key("ctrl-space", "mark a range", Same(CommandId::MarkRange, TABLES)),
    key("ctrl-\\", "clear marks", Same(CommandId::ClearMarks, TABLES)),
    key("c", "copy the name", Same(CommandId::CopyName, TABLES)),
    key("ctrl-s", "save a table", Differs("saves the log; a table is saved by `-o json`")),
    key("ctrl-r", "refresh", Same(CommandId::Refresh, DECK)),
    key("ctrl-w", "wide columns", Same(CommandId::WideColumns, TABLES)),
    key("ctrl-z", "faults only", Differs("suspends to the shell; faults only is `!`")),
    key("1", "favourite namespace 1", Differs("goes to the clusters pane")),
    key("2", "favourite namespace 2", Differs("goes to the namespaces pane")),
    key("3", "favourite namespace 3", Differs("goes to the jobs pane")),
    key("4", "favourite namespace 4", Differs("goes to the logs pane")),
    key("0", "all namespaces", Differs("not bound on tables: `all` is the first row of the namespaces pane")),
    key("5–9", "favourite namespaces 5 to 9", Differs("not bound on tables")),
    key("shift-j", "go to the owner", Same(CommandId::OwnerJump, TABLES)),
    key("shift-n", "sort by name", Same(CommandId::SortByName, TABLES)),
    key("shift-a", "sort by age", Same(CommandId::SortByAge, TABLES)),
    key("shift-s", "sort by status", Same(CommandId::SortByStatus, TABLES)),
    key("shift-p", "sort by namespace", Same(CommandId::SortByNamespace, TABLES)),
    key("shift-left", "pick the column before", Same(CommandId::ColumnPrevious, TABLES)),
    key("shift-right", "pick the next column", Same(CommandId::ColumnNext, TABLES)),
    key("shift-o", "sort by the picked column", Same(CommandId::SortByColumn, TABLES)),
    key("g", "top", Same(CommandId::Top, DECK.or(DETAIL))),
    key("shift-g", "bottom", Same(CommandId::Bottom, DECK.or(DETAIL))),
    key("j", "down", Same(CommandId::Down, DECK.or(DETAIL))),
    key("k", "up", Same(CommandId::Up, DECK.or(DETAIL))),
    key("ctrl-f", "page down", Same(CommandId::PageDown, DECK.or(DETAIL))),
    key("ctrl-b", "page up", Same(CommandId::PageUp, DECK.or(DETAIL))),
    key("l", "logs", Same(CommandId::Logs, TABLES)),
    key("p", "previous logs", Same(CommandId::LogsPrevious, TABLES)),
    key("r", "restart", Differs("runs a Job again; `R` tries a cluster again")),
    key("n", "nothing", Differs("new Job, in the namespaces pane new namespace; next match in the log")),
    key("z", "replica sets", Differs("lets the pane fill the screen")),
    key("s", "shell or scale", Differs("suspends a Job")),
    key("a", "attach", Differs("not bound")),
    key("f", "port-forwards", Differs("not bound on tables")),
    key("shift-f", "port-forward", Differs("not bound on tables; searches the log")),
    key("i", "set an image", Differs("not bound")),
    key("o", "show the node", Differs("lists the pods of the row, to read one's log")),
    key("t", "trigger or transfer", Differs("lists the CronJobs; `t` there runs one now")),
    key("u", "use a namespace, uncordon", Differs("lets a suspended Job go on; `enter` chooses a namespace")),
    key("v", "Helm values", Differs("not bound; marks a range in the vim keymap")),
    key("ctrl-k", "kill", Differs("not bound")),
    key("ctrl-l", "roll back", Differs("paints the screen again")),
    key("x", "decode a secret", Differs("closes a cluster; hides matching lines in the log")),
    key("0", "log: tail", Same(CommandId::SinceTail, LOGS)),
    key("1", "log: head", Same(CommandId::SinceHead, FULL_LOGS)),
    key("2", "log: last minute", Same(CommandId::Since1m, FULL_LOGS)),
    key("3", "log: last 5 minutes", Same(CommandId::Since5m, FULL_LOGS)),
    key("4", "log: last 15 minutes", Same(CommandId::Since15m, FULL_LOGS)),
    key("1", "log: head", Differs("goes to the pane; `= 1` reads it, `1` in the full-screen log")),
    key("2", "log: last minute", Differs("goes to the pane; `= 2` reads it, `2` in the full-screen log")),
    key("3", "log: last 5 minutes", Differs("goes to the pane; `= 3` reads it, `3` in the full-screen log")),
    key("4", "log: last 15 minutes", Differs("goes to the pane; `= 4` reads it, `4` in the full-screen log")),
    key("5", "log: last 30 minutes", Same(CommandId::Since30m, LOGS)),
    key("6", "log: last hour", Same(CommandId::Since1h, LOGS)),
    key("s", "log: autoscroll", Same(CommandId::Autoscroll, LOGS)),
    key("w", "log: wrap", Same(CommandId::WrapLines, LOGS)),
    key("t", "log: timestamps", Same(CommandId::Timestamps, LOGS)),
    key("f", "log: full screen", Same(CommandId::FullScreen, LOGS)),
    key("m", "log: mark", Same(CommandId::MarkLine, LOGS)),
    key("shift-c", "log: clear", Same(CommandId::ClearLog, LOGS)),
    key("/", "log: filter", Same(CommandId::Include, LOGS)),
    key("ctrl-s", "log: save", Same(CommandId::SaveLog, LOGS)),
    key("c", "log: copy", Same(CommandId::CopyLog, LOGS)),
];
