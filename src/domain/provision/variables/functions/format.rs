//! `format` and `formatlist` are printf's: a verb for each value.

use serde_json::Value;

use super::Called;
use super::coerce::{float_of, text_of, truth_of, whole_of};
use crate::domain::provision::variables::evaluate::{Stop, failed, unknown};

pub(super) fn call(name: &str, arguments: &[Value]) -> Called {
    match (name, arguments) {
        ("format", [pattern, values @ ..]) => formatted(&text_of(pattern)?, values).map(|text| Some(Value::from(text))),
        _ => Ok(None),
    }
}

fn formatted(pattern: &str, values: &[Value]) -> Result<String, Stop> {
    let mut out = String::new();
    let mut values = values.iter();
    let mut rest = pattern.chars();
    while let Some(char) = rest.next() {
        if char != '%' {
            out.push(char);
            continue;
        }
        let mut flags = String::new();
        let verb = loop {
            match rest.next() {
                Some(flag) if "-0123456789.".contains(flag) => flags.push(flag),
                Some(verb) => break verb,
                None => return failed("a verb is missing at the end"),
            }
        };
        if verb == '%' {
            out.push('%');
            continue;
        }
        let Some(value) = values.next() else { return failed("there are fewer values than verbs") };
        out.push_str(&padded(shown(verb, &flags, value)?, &flags));
    }
    match values.next() {
        Some(_) => failed("there are more values than verbs"),
        None => Ok(out),
    }
}

fn shown(verb: char, flags: &str, value: &Value) -> Result<String, Stop> {
    let precision = flags.split_once('.').map(|(_, digits)| digits.parse::<usize>());
    match (verb, precision) {
        ('s', None) => text_of(value),
        ('v', None) => text_of(value).or_else(|_| Ok(value.to_string())),
        ('q', None) => text_of(value).map(|text| Value::from(text).to_string()),
        ('t', None) => truth_of(value).map(|truth| truth.to_string()),
        ('d', None) => whole_of(value).map(|whole| whole.to_string()),
        ('f', None) => float_of(value).map(|float| format!("{float:.6}")),
        ('f', Some(Ok(digits @ ..=64))) => float_of(value).map(|float| format!("{float:.digits$}")),
        _ => unknown("only Terraform knows the verb"),
    }
}

/// Widths past this are nobody's.
const WIDEST: usize = 1024;

fn padded(text: String, flags: &str) -> String {
    let width = flags.split('.').next().unwrap_or_default();
    let (left, width) = (width.starts_with('-'), width.trim_start_matches('-'));
    let zeros = width.starts_with('0') && !left;
    let width = width.parse::<usize>().unwrap_or_default().min(WIDEST);
    match (left, zeros) {
        (true, _) => format!("{text:<width$}"),
        (false, true) => match text.strip_prefix('-') {
            Some(digits) => format!("-{digits:0>width$}", width = width.saturating_sub(1)),
            None => format!("{text:0>width$}"),
        },
        (false, false) => format!("{text:>width$}"),
    }
}
