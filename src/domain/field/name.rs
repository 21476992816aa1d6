//! Names as Kubernetes takes them (RFC 1123).

use crate::domain::names::{NameRule, name_problem};

/// Checks a DNS-1123 label of at most `most` characters.
pub fn check_name(text: &str, most: usize) -> Result<(), String> {
    check(text, NameRule::Label { longest: most })
}

/// Checks a DNS-1123 subdomain: labels with dots between them.
pub fn check_subdomain(text: &str, most: usize) -> Result<(), String> {
    check(text, NameRule::Subdomain { longest: most })
}

fn check(text: &str, rule: NameRule) -> Result<(), String> {
    if text.is_empty() {
        return Err("needed".to_owned());
    }
    name_problem(text, rule).map_or(Ok(()), |(_, words)| Err(words))
}

/// A name made from any text: what a name cannot hold becomes a dash, and what is too long is cut from the end of
/// `head`, so that `tail` stays whole. Empty when nothing is left.
pub fn as_name(head: &str, tail: &str, most: usize) -> String {
    let name = |text: &str| {
        let mut out = String::new();
        for char in text.chars().flat_map(char::to_lowercase) {
            let plain = char.is_ascii_lowercase() || char.is_ascii_digit();
            if plain || !(out.is_empty() || out.ends_with('-')) {
                out.push(if plain { char } else { '-' });
            }
        }
        out.truncate(out.trim_end_matches('-').len());
        out
    };
    let (mut head, mut tail) = (name(head), name(tail));
    tail.truncate(most);
    head.truncate(most.saturating_sub(tail.len() + 1));
    let joined = format!("{}-{tail}", head.trim_end_matches('-'));
    joined.trim_matches('-').to_owned()
}
