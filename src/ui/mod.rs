//! What every screen draws with.

pub mod theme;
