//! A bar of a fixed length.

use super::theme::Theme;

/// `share` (0 to 1, more is shown as full) as a bar of `cells` cells.
pub fn gauge(share: f64, cells: usize, theme: &Theme) -> String {
    let full = (share.clamp(0.0, 1.0) * cells as f64).round() as usize;
    let glyphs = theme.glyphs();
    glyphs.bar_full.repeat(full) + &glyphs.bar_empty.repeat(cells - full)
}
