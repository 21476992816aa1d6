//! What every screen draws with.
