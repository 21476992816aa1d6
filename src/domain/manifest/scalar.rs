//! One text as a YAML scalar that reads back as exactly that text, wherever it stands.

use std::fmt::Write as _;

/// Plain if nothing can be misread, else in double quotes. Safe as a key, as a value, and within brackets.
pub fn scalar(text: &str) -> String {
    if is_plain(text) { text.to_owned() } else { quoted(text) }
}

/// In double quotes on one line; whatever YAML does not call printable is escaped.
pub fn quoted(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for char in text.chars() {
        match char {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            char if is_printable(char) => out.push(char),
            char => {
                let code = char as u32;
                let _ = if code > 0xffff { write!(out, "\\U{code:08x}") } else { write!(out, "\\u{code:04x}") };
            }
        }
    }
    out.push('"');
    out
}

/// Neither a control character, nor one that breaks or hides a line, nor one that turns the order of letters round.
pub fn is_printable(char: char) -> bool {
    let code = char as u32;
    !char.is_control()
        && !matches!(code, 0x2028..=0x202f | 0x2060..=0x206f | 0x200b..=0x200f | 0xfeff | 0xfffe | 0xffff)
}

/// Letters, digits and a few signs, beginning with a letter, dashes and a letter, or a slash; or a number with a unit (`250m`, `1Gi`); no
/// word that some reader takes for something else than text.
fn is_plain(text: &str) -> bool {
    let known = |char: char| char.is_ascii_alphanumeric() || matches!(char, '-' | '_' | '.' | '/' | ':' | '@');
    // A flag (`-c`) is one too; a dash and a blank would begin a list.
    let flag = text.trim_start_matches('-');
    let begins = flag.starts_with(|char: char| char.is_ascii_alphabetic()) || text.starts_with('/');
    (begins || is_number_with_unit(text))
        && text.chars().all(known)
        && !text.ends_with(':')
        && !WORDS.iter().any(|word| word.eq_ignore_ascii_case(flag))
}

/// What YAML 1.1 and 1.2 take for a boolean, nothing or a number.
const WORDS: [&str; 12] = ["true", "false", "yes", "no", "on", "off", "y", "n", "t", "f", "null", "nan"];

fn is_number_with_unit(text: &str) -> bool {
    let rest = text.trim_start_matches(|char: char| char.is_ascii_digit());
    rest.len() < text.len() && matches!(rest, "m" | "Ki" | "Mi" | "Gi" | "Ti" | "Pi" | "k" | "M" | "G" | "T" | "P")
}
