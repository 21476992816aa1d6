//! One folder a screen: its state, its pure update, its view.

pub mod deck;
pub mod layout;
pub mod pane;
pub mod settings;
