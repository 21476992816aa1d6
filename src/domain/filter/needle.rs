//! Searching text without regard to letter case and without allocating.

/// A text to search for, folded once.
///
/// Folding goes character by character: ASCII letters to lower case, others to their lower case where that is one
/// character outside ASCII, else left alone. So an ASCII needle can be compared byte by byte in any text, and a needle
/// that holds another finds nothing that the other does not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Needle {
    folded: String,
    /// The byte of `folded` that ordinary names have least.
    rarest: usize,
}

/// Letters and signs of Kubernetes names, the most frequent first.
const FREQUENT: &[u8] = b"e-atrnosicldpmu0123456789bfghwvykxjqz";

fn fold(c: char) -> char {
    if c.is_ascii() {
        return c.to_ascii_lowercase();
    }
    let mut lower = c.to_lowercase();
    match (lower.next(), lower.next()) {
        (Some(only), None) if !only.is_ascii() => only,
        _ => c,
    }
}

impl Needle {
    pub(super) fn new(text: &str) -> Self {
        let folded: String = text.chars().map(fold).collect();
        let rarity = |byte: u8| FREQUENT.iter().position(|&known| known == byte).unwrap_or(FREQUENT.len());
        let rarest = folded.bytes().enumerate().max_by_key(|&(_, byte)| rarity(byte)).map_or(0, |(at, _)| at);
        Self { folded, rarest }
    }

    /// Whether this needle holds the other, so that it finds no text that the other does not find.
    pub(super) fn contains(&self, other: &Self) -> bool {
        self.folded.contains(&other.folded)
    }

    pub(super) fn is(&self, text: &str) -> bool {
        text.chars().map(fold).eq(self.folded.chars())
    }

    pub(super) fn found_in(&self, text: &str) -> bool {
        if self.folded.is_empty() {
            return true;
        }
        if self.folded.is_ascii() {
            return self.found_in_bytes(text.as_bytes());
        }
        !text.is_ascii() && text.char_indices().any(|(at, _)| self.starts(&text[at..]))
    }

    fn starts(&self, text: &str) -> bool {
        let mut chars = text.chars().map(fold);
        self.folded.chars().all(|wanted| chars.next() == Some(wanted))
    }

    fn found_in_bytes(&self, text: &[u8]) -> bool {
        let wanted = self.folded.as_bytes();
        let Some(last_start) = text.len().checked_sub(wanted.len()) else { return false };
        let rare = wanted[self.rarest];
        let at_rare = &text[self.rarest..=last_start + self.rarest];
        let fits = |start: usize| text[start..start + wanted.len()].eq_ignore_ascii_case(wanted);
        let upper = rare.to_ascii_uppercase();
        if upper == rare {
            memchr::memchr_iter(rare, at_rare).any(fits)
        } else {
            memchr::memchr2_iter(rare, upper, at_rare).any(fits)
        }
    }
}
