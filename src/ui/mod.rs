//! What screens and layers draw with. It knows no screen.

pub mod ascii;
pub mod frame;
pub mod gauge;
pub mod line_edit;
pub mod popup;
pub mod spark;
pub mod table;
#[cfg(test)]
pub mod testing;
pub mod text;
pub mod text_buffer;
pub mod theme;
pub mod yaml;
