//! eksdeck: one terminal for a fleet of EKS and other Kubernetes clusters.
//!
//! # How it works
//! ```text
//! terminal ─┐                                ┌─> view(&Model) -> Frame, Layout
//! signals  ─┼─> Message ─> update(&mut Model, Message, now) -> Vec<Effect>
//! sessions ─┤                                └─> app::effects ─> ports ─> Message
//! times    ─┘
//! ```
//! - [`app`] holds the loop. [`app::update`] is pure: it does no I/O, reads no clock and awaits nothing, so a test is a
//!   message and a look at the model. What is to be done outside is an [`domain::effect::Effect`], plain data.
//! - Sessions ([`adapters::kube`]) watch clusters and put rows into the [`runtime::inbox`], which keeps the newest
//!   version of each object and wakes the loop once. [`store`] holds the rows; a pane keeps a sorted index of them.
//! - The log engine ([`runtime::log_engine`]) reads container logs on its own thread; the model holds the window that is
//!   painted.
//! - [`app::terminal`] sends damage: a frame without a change writes not one byte.
//!
//! # Who may know whom
//! Arrows point down only; `tests/layering` reads the imports and fails on one that points up.
//! ```text
//! cli, app                    arguments; the loop
//! adapters, demo              the outside world behind runtime::ports; the embedded fleet
//! runtime                     ports, inbox, tasks, log engine
//! screens, layers             one folder a screen, one file a modal layer
//! ui, config                  tables, frames, themes; files and paths
//! store, kinds, input, yaml   tables fed by deltas; wire to rows; keys and commands
//! domain                      pure types and rules; knows nobody
//! ```
//!
//! # Where things go
//! - **A kind** that is watched: a wire struct and its conversion under [`kinds`], a row under [`domain`], one line in
//!   `kinds::table`.
//! - **A command**: one row in `input/commands/table.rs`, one line in `keymaps/default.toml`, what it does in
//!   `app/update/commands.rs` (or in the layer or pane that it belongs to). Help, footer, palette and the README's key
//!   table follow by themselves.
//! - **A screen**: a folder under [`screens`] with state, update and view; a variant of `input::context::Screen`.
//! - **A layer**: a file under [`layers`], a variant of [`layers::Layer`].
//! - **A subcommand**: a file under [`cli`], a variant of `cli::Subcommand`.
//! - **A theme role**: a line in `ui/theme/role.rs`, one in each root theme under `assets/themes`.
//! - **A setting**: a line in `config/keys.rs`.

pub mod adapters;
pub mod app;
pub mod cli;
pub mod config;
pub mod demo;
pub mod domain;
pub mod input;
pub mod kinds;
pub mod layers;
pub mod runtime;
pub mod screens;
pub mod store;
pub mod ui;
pub mod yaml;
