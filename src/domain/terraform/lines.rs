//! The lines that Terraform prints with `-json`: one JSON object each. Types that are not known, and lines that are no
//! JSON (a crash, a provider's own words), are kept as text.

use jiff::Timestamp;
use serde_json::Value;

use crate::domain::text::clean;

/// One line.
#[derive(Debug, Clone, PartialEq)]
pub enum Line {
    /// Something begins on a resource.
    Begun {
        address: String,
        action: String,
        /// Unix milliseconds by the worker's clock, where the line has a time.
        at_ms: Option<i64>,
    },
    /// It is still at it, so many seconds after it began.
    Going {
        address: String,
        elapsed_s: u64,
        /// Unix milliseconds by the worker's clock, where the line has a time.
        at_ms: Option<i64>,
    },
    Done {
        address: String,
        action: String,
        elapsed_s: u64,
    },
    Failed {
        address: String,
        action: String,
        elapsed_s: u64,
    },
    /// A resource is read anew.
    Refreshing {
        address: String,
    },
    /// What a plan would do with one resource: Terraform's word for it.
    Planned {
        address: String,
        action: String,
    },
    Drifted {
        address: String,
    },
    Summary {
        operation: String,
        add: u64,
        change: u64,
        remove: u64,
        import: u64,
    },
    Diagnostic(Diagnostic),
    Outputs(Vec<Output>),
    /// Everything else, as Terraform words it.
    Text(String),
}

/// An error or a warning.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Diagnostic {
    pub is_error: bool,
    pub summary: String,
    pub detail: String,
    /// The resource that it is about.
    pub address: Option<String>,
    /// Where in the configuration: file, line from 1, and the line's text.
    pub place: Option<(String, u64, String)>,
}

/// An output of an apply, or one that a plan would change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Output {
    pub name: String,
    /// As JSON; `None` for a sensitive one, and for one that nobody knows yet.
    pub value: Option<String>,
    pub is_sensitive: bool,
}

impl Line {
    /// For a person, without colour: a line, and more behind an error.
    pub fn words(&self) -> Vec<String> {
        let one = |words: String| vec![words];
        match self {
            Self::Begun { address, action, .. } => one(format!("{address}: {action} begins")),
            Self::Going { address, elapsed_s, .. } => one(format!("{address}: still at it, {elapsed_s}s")),
            Self::Done { address, action, elapsed_s } => one(format!("{address}: {action} done in {elapsed_s}s")),
            Self::Failed { address, action, elapsed_s } => {
                one(format!("{address}: {action} failed after {elapsed_s}s"))
            }
            Self::Refreshing { address } => one(format!("{address}: reading")),
            Self::Planned { address, action } => one(format!("{address}: to {action}")),
            Self::Drifted { address } => one(format!("{address}: changed outside Terraform")),
            Self::Summary { operation, add, change, remove, import } => {
                let imported = if *import > 0 { format!(", {import} imported") } else { String::new() };
                one(format!("{operation}: {add} added, {change} changed, {remove} destroyed{imported}"))
            }
            Self::Diagnostic(told) => told.words(),
            Self::Outputs(outputs) => {
                let value = |output: &Output| match (&output.value, output.is_sensitive) {
                    (Some(value), _) => value.clone(),
                    (None, true) => "(sensitive)".to_owned(),
                    (None, false) => "(known after apply)".to_owned(),
                };
                outputs.iter().map(|output| format!("{} = {}", output.name, value(output))).collect()
            }
            Self::Text(text) => one(text.clone()),
        }
    }
}

impl Diagnostic {
    /// `error: words`, then where and why.
    pub fn words(&self) -> Vec<String> {
        let mut lines = vec![format!("{}: {}", if self.is_error { "error" } else { "warning" }, self.summary)];
        lines.extend(self.address.as_ref().map(|address| format!("  with {address}")));
        lines.extend(self.place.as_ref().map(|(file, line, code)| format!("  on {file}:{line}: {}", code.trim())));
        lines.extend(Some(format!("  {}", self.detail)).filter(|_| !self.detail.is_empty()));
        lines
    }
}

/// Reads one line. What comes from outside is cleaned.
pub fn line(text: &str) -> Line {
    let Ok(value) = serde_json::from_str::<Value>(text) else { return Line::Text(clean(text).into_owned()) };
    typed(&value).unwrap_or_else(|| match value.get("@message").and_then(Value::as_str) {
        Some(message) => Line::Text(clean(message).into_owned()),
        None => Line::Text(clean(text).into_owned()),
    })
}

fn typed(value: &Value) -> Option<Line> {
    let hook = value.get("hook");
    let address = || Some(words(hook?.get("resource")?, "addr"));
    let action = || Some(words(hook?, "action"));
    let elapsed =
        || hook.and_then(|hook| hook.get("elapsed_seconds")).and_then(Value::as_f64).unwrap_or_default() as u64;
    Some(match value.get("type")?.as_str()? {
        "apply_start" => Line::Begun { address: address()?, action: action()?, at_ms: at_ms(value) },
        "apply_progress" => Line::Going { address: address()?, elapsed_s: elapsed(), at_ms: at_ms(value) },
        "apply_complete" => Line::Done { address: address()?, action: action()?, elapsed_s: elapsed() },
        "apply_errored" => Line::Failed { address: address()?, action: action()?, elapsed_s: elapsed() },
        "refresh_start" => Line::Refreshing { address: address()? },
        "planned_change" => {
            let change = value.get("change")?;
            Line::Planned { address: words(change.get("resource")?, "addr"), action: words(change, "action") }
        }
        "resource_drift" => Line::Drifted { address: words(value.get("change")?.get("resource")?, "addr") },
        "change_summary" => {
            let changes = value.get("changes")?;
            let number = |key: &str| changes.get(key).and_then(Value::as_u64).unwrap_or_default();
            Line::Summary {
                operation: words(changes, "operation"),
                add: number("add"),
                change: number("change"),
                remove: number("remove"),
                import: number("import"),
            }
        }
        "diagnostic" => Line::Diagnostic(diagnostic(value.get("diagnostic")?)),
        "outputs" => Line::Outputs(value.get("outputs")?.as_object()?.iter().map(output).collect()),
        _ => return None,
    })
}

fn at_ms(value: &Value) -> Option<i64> {
    let time = value.get("@timestamp")?.as_str()?.parse::<Timestamp>().ok()?;
    Some(time.as_millisecond())
}

fn words(value: &Value, key: &str) -> String {
    clean(value.get(key).and_then(Value::as_str).unwrap_or_default()).into_owned()
}

fn diagnostic(value: &Value) -> Diagnostic {
    let place = || {
        let range = value.get("range")?;
        let line = range.get("start")?.get("line")?.as_u64()?;
        let code = value.get("snippet").map(|snippet| words(snippet, "code")).unwrap_or_default();
        Some((words(range, "filename"), line, code))
    };
    let address = Some(words(value, "address")).filter(|address| !address.is_empty());
    Diagnostic {
        is_error: value.get("severity").and_then(Value::as_str) == Some("error"),
        summary: words(value, "summary"),
        detail: words(value, "detail"),
        address,
        place: place(),
    }
}

fn output((name, told): (&String, &Value)) -> Output {
    let is_sensitive = told.get("sensitive").and_then(Value::as_bool).unwrap_or(false);
    let value = told.get("value").filter(|_| !is_sensitive).map(|value| clean(&value.to_string()).into_owned());
    Output { name: clean(name).into_owned(), value, is_sensitive }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_of_an_apply_are_told_apart() {
        let hook = r#""hook":{"resource":{"addr":"aws_eks_cluster.this"},"action":"create","elapsed_seconds":7.9}"#;
        let of = |kind: &str| {
            line(&format!(r#"{{"@message":"m","@timestamp":"2025-11-21T21:39:20.500000Z","type":"{kind}",{hook}}}"#))
        };
        let (address, action) = ("aws_eks_cluster.this".to_owned(), "create".to_owned());
        let at_ms = Some(1_763_761_160_500);
        assert_eq!(of("apply_start"), Line::Begun { address: address.clone(), action: action.clone(), at_ms });
        assert_eq!(of("apply_progress"), Line::Going { address: address.clone(), elapsed_s: 7, at_ms });
        assert_eq!(of("apply_complete"), Line::Done { address: address.clone(), action: action.clone(), elapsed_s: 7 });
        assert_eq!(of("apply_errored"), Line::Failed { address, action, elapsed_s: 7 });
        assert_eq!(of("something_new"), Line::Text("m".to_owned()));
    }

    #[test]
    fn an_error_has_its_resource_and_its_line() {
        let text = r#"{"type":"diagnostic","diagnostic":{"severity":"error","summary":"no\u001b[1m","detail":"why",
            "address":"a.b","range":{"filename":"main.tf","start":{"line":3}},"snippet":{"code":"x = 1"}}}"#;
        let Line::Diagnostic(told) = line(text) else { panic!() };
        assert_eq!((told.is_error, told.address.as_deref(), told.detail.as_str()), (true, Some("a.b"), "why"));
        assert_eq!(told.place, Some(("main.tf".to_owned(), 3, "x = 1".to_owned())));
        assert!(!told.summary.contains('\u{1b}'));
    }

    #[test]
    fn a_sensitive_output_has_no_value_even_where_the_line_has_one() {
        let text = r#"{"type":"outputs","outputs":{"a":{"sensitive":true,"value":"geheim"},"b":{"value":[1]}}}"#;
        let Line::Outputs(outputs) = line(text) else { panic!() };
        assert_eq!(outputs[0].value, None);
        assert_eq!(outputs[1].value.as_deref(), Some("[1]"));
        let planned = line(r#"{"type":"outputs","outputs":{"a":{"sensitive":false,"action":"create"}}}"#);
        assert_eq!(planned.words(), ["a = (known after apply)"]);
    }

    #[test]
    fn what_is_no_json_is_kept() {
        assert_eq!(line("panic: runtime error"), Line::Text("panic: runtime error".to_owned()));
        assert_eq!(line(r#"{"type":"apply_start"}"#), Line::Text(r#"{"type":"apply_start"}"#.to_owned()));
    }
}
