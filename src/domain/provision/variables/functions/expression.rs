//! Regular expressions: Terraform's are RE2's, which differ from those here in a few signs.

use regex::{Captures, Regex, RegexBuilder};
use serde_json::{Map, Value};

use super::Called;
use super::coerce::text_of;
use crate::domain::provision::variables::evaluate::{Outcome, Stop, failed, unknown};

pub(super) fn call(name: &str, arguments: &[Value]) -> Called {
    Ok(Some(match (name, arguments) {
        ("regex", [pattern, text]) => first(&text_of(pattern)?, &text_of(text)?)?,
        ("regexall", [pattern, text]) => {
            let pattern = compiled(&text_of(pattern)?)?;
            Value::Array(pattern.captures_iter(&text_of(text)?).map(|found| groups(&pattern, &found)).collect())
        }
        ("replace", [text, part, with]) => Value::from(replaced(&text_of(text)?, &text_of(part)?, &text_of(with)?)?),
        _ => return Ok(None),
    }))
}

fn first(pattern: &str, text: &str) -> Outcome {
    // A class many times over grows into megabytes; that all are of it and how many there are tells as much.
    if let Some((class, least, most)) = row(pattern) {
        let are_of_it = compiled(&format!("^{class}*$"))?.is_match(text);
        return match are_of_it && (least..=most).contains(&text.chars().count()) {
            true => Ok(Value::from(text)),
            false => failed("the text does not match"),
        };
    }
    let pattern = compiled(pattern)?;
    match pattern.captures(text) {
        Some(found) => Ok(groups(&pattern, &found)),
        None => failed("the text does not match"),
    }
}

/// `^[…]{1,128}$`: the class, and how often it may stand.
fn row(pattern: &str) -> Option<(&str, usize, usize)> {
    let (class, counts) = pattern.strip_prefix('^')?.strip_suffix("}$")?.rsplit_once('{')?;
    let inner = class.strip_prefix('[')?.strip_suffix(']')?;
    let is_one_class = !inner.is_empty() && !inner.contains(['[', ']']) && !inner.ends_with('\\') && inner != "^";
    let (least, most) = counts.split_once(',')?;
    is_one_class.then_some(())?;
    Some((class, least.parse().ok()?, most.parse().ok()?))
}

/// A part between slashes is a pattern.
fn replaced(text: &str, part: &str, with: &str) -> Result<String, Stop> {
    match part.strip_prefix('/').and_then(|part| part.strip_suffix('/')) {
        Some(pattern) => Ok(compiled(pattern)?.replace_all(text, with).into_owned()),
        None => Ok(text.replace(part, with)),
    }
}

/// All of it without groups; else the groups, by their names if they have some.
fn groups(pattern: &Regex, found: &Captures) -> Value {
    let value = |at: usize| found.get(at).map_or(Value::Null, |group| Value::from(group.as_str()));
    let named: Map<String, Value> =
        pattern.capture_names().enumerate().filter_map(|(at, name)| Some((name?.to_owned(), value(at)))).collect();
    match found.len() {
        1 => value(0),
        _ if !named.is_empty() => Value::Object(named),
        count => Value::Array((1..count).map(value).collect()),
    }
}

/// Bytes that a pattern may become; letters of all scripts, a hundred times over, want some.
const SIZE: usize = 32 << 20;

/// Whether a pattern that is not understood here is a good one is Terraform's to say.
fn compiled(pattern: &str) -> Result<Regex, Stop> {
    match RegexBuilder::new(&translated(pattern)).size_limit(SIZE).build() {
        Ok(regex) => Ok(regex),
        Err(_) => unknown("only Terraform understands the pattern"),
    }
}

/// `\d`, `\w`, `\s` and `\b` know ASCII alone; in a class, `[`, `&` and `~` are nothing but themselves.
fn translated(pattern: &str) -> String {
    let mut out = String::new();
    let mut rest = pattern.chars().peekable();
    let mut in_class = false;
    while let Some(char) = rest.next() {
        match char {
            '\\' => match rest.next() {
                Some(sign) => out.push_str(&escaped(sign, in_class)),
                None => out.push('\\'),
            },
            '[' if !in_class => {
                in_class = true;
                out.push('[');
                // A bracket that closes before anything stood in the class stands for itself.
                if rest.next_if_eq(&'^').is_some() {
                    out.push('^');
                }
                if rest.next_if_eq(&']').is_some() {
                    out.push_str("\\]");
                }
            }
            '[' if rest.peek() == Some(&':') => {
                out.push('[');
                for inner in rest.by_ref() {
                    out.push(inner);
                    if inner == ']' {
                        break;
                    }
                }
            }
            ']' if in_class => {
                in_class = false;
                out.push(']');
            }
            '[' | '&' | '~' if in_class => out.extend(['\\', char]),
            other => out.push(other),
        }
    }
    out
}

fn escaped(sign: char, in_class: bool) -> String {
    let set = |inner: &str| if in_class { inner.to_owned() } else { format!("[{inner}]") };
    match sign {
        'd' => set("0-9"),
        'w' => set("0-9A-Za-z_"),
        's' => set("\\t\\n\\f\\r "),
        'D' => "[^0-9]".to_owned(),
        'W' => "[^0-9A-Za-z_]".to_owned(),
        'S' => "[^\\t\\n\\f\\r ]".to_owned(),
        'b' | 'B' => format!("(?-u:\\{sign})"),
        other => format!("\\{other}"),
    }
}
