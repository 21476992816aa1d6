//! Names as Kubernetes takes them (RFC 1123).

use super::at;

/// Checks a DNS-1123 label of at most `most` characters: lower-case letters, digits and dashes, a letter or digit at
/// both ends.
pub fn check_name(text: &str, most: usize) -> Result<(), String> {
    check(text, most, |char| char == '-', "lower-case letters, digits and dashes")
}

/// Checks a DNS-1123 subdomain: labels with dots between them.
pub fn check_subdomain(text: &str, most: usize) -> Result<(), String> {
    check(text, most, |char| matches!(char, '-' | '.'), "lower-case letters, digits, dashes and dots")?;
    if text.contains("..") || text.contains(".-") || text.contains("-.") {
        return Err("a letter or digit on both sides of a dot".to_owned());
    }
    Ok(())
}

fn check(text: &str, most: usize, also: fn(char) -> bool, words: &str) -> Result<(), String> {
    if text.is_empty() {
        return Err("needed".to_owned());
    }
    let plain = |char: char| char.is_ascii_lowercase() || char.is_ascii_digit();
    if let Some((place, char)) = text.chars().enumerate().find(|(_, char)| !plain(*char) && !also(*char)) {
        return Err(format!("{words} only: not {}", at(place, char)));
    }
    let length = text.chars().count();
    if length > most {
        return Err(format!("{length} characters: at most {most}"));
    }
    if !text.starts_with(plain) {
        return Err("begins with a letter or digit".to_owned());
    }
    if !text.ends_with(plain) {
        return Err("ends with a letter or digit".to_owned());
    }
    Ok(())
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
