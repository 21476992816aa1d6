//! Small charts made of characters.

const STEPS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];

/// The last `width` values as bars, scaled to the largest of them.
pub fn sparkline(values: &[u32], width: usize) -> String {
    let shown = &values[values.len().saturating_sub(width)..];
    let most = shown.iter().copied().max().unwrap_or(0).max(1);
    shown.iter().map(|value| STEPS[(u64::from(*value) * 7 / u64::from(most)) as usize]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sparklines_are_scaled_to_their_largest_value() {
        assert_eq!(sparkline(&[9, 0, 7, 14], 3), "▁▄█");
    }
}
