//! The loop: messages in, a pure update, effects out, a frame when something visible changed.

pub mod clock;
pub mod drafts;
pub mod effects;
mod external;
pub mod message;
pub mod model;
pub mod run;
pub mod terminal;
pub mod update;
pub mod view;

#[cfg(test)]
mod fixtures;
