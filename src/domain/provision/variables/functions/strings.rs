//! Text.

use serde_json::Value;
use unicode_segmentation::UnicodeSegmentation;

use super::Called;
use super::coerce::{list_of, text_of, texts_of, whole_of};
use crate::domain::provision::variables::evaluate::Stop;

pub(super) fn call(name: &str, arguments: &[Value]) -> Called {
    Ok(Some(match (name, arguments) {
        ("lower", [text]) => Value::from(text_of(text)?.to_lowercase()),
        ("upper", [text]) => Value::from(text_of(text)?.to_uppercase()),
        ("title", [text]) => Value::from(title(&text_of(text)?)),
        ("trimspace", [text]) => Value::from(text_of(text)?.trim()),
        ("chomp", [text]) => Value::from(text_of(text)?.trim_end_matches(['\r', '\n'])),
        ("strrev", [text]) => Value::from(text_of(text)?.graphemes(true).rev().collect::<String>()),
        ("trim", [text, set]) => {
            let set = text_of(set)?;
            Value::from(text_of(text)?.trim_matches(|char| set.contains(char)))
        }
        ("trimprefix", [text, start]) => {
            let (text, start) = (text_of(text)?, text_of(start)?);
            Value::from(text.strip_prefix(&start).unwrap_or(&text))
        }
        ("trimsuffix", [text, end]) => {
            let (text, end) = (text_of(text)?, text_of(end)?);
            Value::from(text.strip_suffix(&end).unwrap_or(&text))
        }
        ("startswith", [text, start]) => Value::from(text_of(text)?.starts_with(&text_of(start)?)),
        ("endswith", [text, end]) => Value::from(text_of(text)?.ends_with(&text_of(end)?)),
        ("strcontains", [text, part]) => Value::from(text_of(text)?.contains(&text_of(part)?)),
        ("split", [separator, text]) => Value::from(split(&text_of(separator)?, &text_of(text)?)),
        ("join", [separator, lists @ ..]) => Value::from(joined(&text_of(separator)?, lists)?),
        ("substr", [text, from, length]) => Value::from(part(&text_of(text)?, whole_of(from)?, whole_of(length)?)),
        _ => return Ok(None),
    }))
}

fn title(text: &str) -> String {
    let mut begins = true;
    let letter = |char: char| {
        let is_first = std::mem::replace(&mut begins, !char.is_alphanumeric());
        if is_first { char.to_uppercase().to_string() } else { char.to_string() }
    };
    text.chars().map(letter).collect()
}

fn split(separator: &str, text: &str) -> Vec<String> {
    match separator.is_empty() {
        true => text.graphemes(true).map(str::to_owned).collect(),
        false => text.split(separator).map(str::to_owned).collect(),
    }
}

fn joined(separator: &str, lists: &[Value]) -> Result<String, Stop> {
    let mut all = Vec::new();
    for list in lists {
        list_of(list)?;
        all.extend(texts_of(list)?);
    }
    Ok(all.join(separator))
}

/// From a place that may count from the end; a negative length means all that is left.
fn part(text: &str, from: i64, length: i64) -> String {
    let letters: Vec<&str> = text.graphemes(true).collect();
    let count = i64::try_from(letters.len()).unwrap_or(i64::MAX);
    let from = if from < 0 { from.saturating_add(count).max(0) } else { from };
    let from = usize::try_from(from).unwrap_or_default();
    let length = usize::try_from(length).unwrap_or(usize::MAX);
    letters.into_iter().skip(from).take(length).collect()
}
