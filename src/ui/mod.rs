//! What screens and layers draw with. It knows no screen.

pub mod frame;
pub mod gauge;
pub mod popup;
pub mod spark;
pub mod table;
pub mod text;
pub mod theme;
pub mod yaml;
