//! Keys, commands and the mouse: what a person's hands do, in the program's words.
//!
//! `commands` is the one table of commands; `Keymap` leads keys to them; `help`, `footer`, `palette` and `readme` tell
//! a person what there is, all from that table. A new command is one row in `table.rs` and one line in
//! `keymaps/default.toml`.

pub mod commands;
pub mod context;
pub mod event;
pub mod footer;
pub mod help;
pub mod keymap;
pub mod mouse;
pub mod palette;
pub mod readme;

pub use commands::{Command, CommandId};
pub use context::{Context, LayerKind, Pane, Screen};
pub use event::{InputEvent, Key};
pub use keymap::{Keymap, KeymapProblem, Resolved};
