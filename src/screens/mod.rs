//! One folder a screen: its state, its pure update, its view.

pub mod deck;
pub mod fleet;
pub mod layout;
pub mod pane;
pub mod provision;
pub mod settings;
pub mod table_action;
pub mod table_pane;
