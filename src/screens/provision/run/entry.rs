//! One line of a log, as it is kept: fit for a cell and for the clipboard.

use std::borrow::Cow;

use serde_json::Value;

use crate::domain::terraform::lines::{Line, line};
use crate::domain::text::clean;
use crate::ui::theme::Role;

/// What stands for a value that nobody is to read.
pub const SENSITIVE: &str = "(sensitive)";

pub struct Entry {
    raw: Box<str>,
    /// What it says to a person, of one line or several; `None` where that is the line itself.
    words: Option<Box<str>>,
    pub role: Role,
}

impl Entry {
    /// A line with what it says. Sensitive values do not get past this.
    pub fn read(text: &str) -> (Self, Line) {
        let text = without_secrets(text);
        let told = line(&text);
        let words: Vec<String> = told.words().iter().map(|words| clean(words).into_owned()).collect();
        let words = if words.is_empty() { "no outputs".to_owned() } else { words.join("\n") };
        let raw: Box<str> = clean(&text).into();
        let role = role(&told);
        let words = (*words != *raw).then(|| words.into_boxed_str());
        (Self { raw, words, role }, told)
    }

    pub fn shown(&self, raw: bool) -> &str {
        match &self.words {
            Some(words) if !raw => words,
            _ => &self.raw,
        }
    }
}

fn role(told: &Line) -> Role {
    match told {
        Line::Diagnostic(told) if told.is_error => Role::LevelError,
        Line::Diagnostic(_) => Role::LevelWarn,
        Line::Failed { .. } => Role::LevelError,
        Line::Done { .. } | Line::Summary { .. } => Role::Ok,
        Line::Going { .. } | Line::Refreshing { .. } => Role::Dim,
        Line::Drifted { .. } => Role::LevelWarn,
        Line::Begun { .. } | Line::Planned { .. } | Line::Outputs(_) => Role::Text,
        Line::Text(text) => match text.trim_start_matches(['│', '╷', ' ']) {
            text if text.starts_with("Error: ") || text.starts_with("panic: ") => Role::LevelError,
            text if text.starts_with("Warning: ") => Role::LevelWarn,
            _ => Role::Text,
        },
    }
}

/// Terraform may write the value of a sensitive output into its line.
fn without_secrets(text: &str) -> Cow<'_, str> {
    if !text.contains("\"sensitive\"") {
        return Cow::Borrowed(text);
    }
    match serde_json::from_str::<Value>(text) {
        Ok(mut value) => {
            hide(&mut value);
            Cow::Owned(value.to_string())
        }
        Err(_) => Cow::Borrowed(text),
    }
}

/// Puts words in place of each value beside which it says that it is sensitive.
pub fn hide(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            let is_hidden = fields.get("sensitive").is_some_and(|it| *it != Value::Bool(false));
            if is_hidden && let Some(told) = fields.get_mut("value") {
                *told = Value::from(SENSITIVE);
            }
            fields.values_mut().for_each(hide);
        }
        Value::Array(all) => all.iter_mut().for_each(hide),
        _ => {}
    }
}
