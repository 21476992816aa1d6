//! Short endings that make names new.

/// As Kubernetes ends the names that it makes: no vowels, so that no word comes out, and nothing that looks like another.
const LETTERS: &[u8; 27] = b"bcdfghjklmnpqrstvwxz2456789";
const LENGTH: usize = 5;

/// Five letters for a moment in Unix milliseconds; two moments of the same half hour never share them.
pub fn suffix(now_ms: i64) -> String {
    // 27⁵ is about 14 million. The multiplier is odd and no multiple of 3, so the product runs through all of them.
    let all = (LETTERS.len() as u64).pow(LENGTH as u32);
    let mut rest = (now_ms.unsigned_abs() % all).wrapping_mul(0x5851_f42d) % all;
    let letter = |_| {
        let place = (rest % LETTERS.len() as u64) as usize;
        rest /= LETTERS.len() as u64;
        char::from(LETTERS[place])
    };
    (0..LENGTH).map(letter).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_near_each_other_end_differently() {
        let mut seen: Vec<String> = (0..5_000).map(|step| suffix(1_800_000_000_000 + step * 7)).collect();
        assert!(seen.iter().all(|suffix| suffix.len() == LENGTH && suffix.bytes().all(|byte| LETTERS.contains(&byte))));
        seen.sort();
        seen.dedup();
        assert_eq!(seen.len(), 5_000);
    }
}
