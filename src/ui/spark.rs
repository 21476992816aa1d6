//! Small charts made of characters.

const STEPS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];

/// The last `width` values as bars, scaled to the largest of them.
pub fn sparkline(values: &[u32], width: usize) -> String {
    let shown = &values[values.len().saturating_sub(width)..];
    let most = shown.iter().copied().max().unwrap_or(0).max(1);
    shown.iter().map(|value| STEPS[(u64::from(*value) * 7 / u64::from(most)) as usize]).collect()
}

/// A bar of `width` cells filled to `part` of `whole`, in eighths of a cell.
pub fn bar(part: u64, whole: u64, width: usize) -> String {
    const PARTS: [&str; 8] = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"];
    let eighths = if whole == 0 { 0 } else { (part.min(whole) * width as u64 * 8 / whole) as usize };
    let mut out = "█".repeat(eighths / 8);
    out.push_str(PARTS[eighths % 8]);
    let used = eighths.div_ceil(8);
    out.push_str(&" ".repeat(width.saturating_sub(used)));
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bars_have_their_width_and_share() {
        assert_eq!(bar(1, 2, 4), "██  ");
        assert_eq!(bar(5, 5, 3), "███");
        assert_eq!(bar(1, 16, 2), "▏ ");
        assert_eq!(bar(0, 0, 2), "  ");
        assert_eq!(sparkline(&[9, 0, 7, 14], 3), "▁▄█");
    }
}
