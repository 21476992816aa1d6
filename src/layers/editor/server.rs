//! What an API server said about the text, put on the lines that it speaks of.

use super::problems::{Shown, Source};
use super::{At, Editor};
use crate::domain::field_path::{Step, field_path};
use crate::domain::text::clean;
use crate::yaml::manifest::Document;

/// Words of the server about one document: `Status.details.causes`, or its message.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ServerMessage {
    /// Which of [`Editor::documents`].
    pub document: usize,
    /// The field's path as the server writes it, where it tells one, and what it says.
    pub fields: Vec<(Option<String>, String)>,
}

impl Editor {
    /// Puts the server's words on their lines; those of an answer before are gone. The cursor goes to the first. A line
    /// loses its words when it is edited.
    pub fn server_said(&mut self, messages: Vec<ServerMessage>) {
        self.examine();
        self.problems.forget(Source::Server);
        let text = self.text();
        let mut shown = Vec::new();
        for message in &messages {
            let Some(document) = self.documents().get(message.document) else { continue };
            let places = document.places(&text);
            for (field, words) in &message.fields {
                for (path, words) in told(field.as_deref(), words) {
                    let place = path.as_ref().and_then(|path| document.place_in(&places, &below(document, path)));
                    let (line, column) = place.map_or((document.first_line, 0), |place| (place.line, place.column));
                    let words = clean(&words).into_owned();
                    shown.push(Shown { line, column, words, warning: false, source: Source::Server });
                }
            }
        }
        shown.sort_by_key(|shown| (shown.line, shown.column));
        if let Some(first) = shown.first() {
            self.go(At::new(first.line, first.column), false);
        }
        self.problems.add(shown);
        self.settle();
    }
}

/// What a server said, field by field, as far as it speaks of fields.
pub fn told_fields(words: &str, causes: &[(String, String)]) -> Vec<(Vec<Step>, String)> {
    let told: Vec<Told> = match causes.is_empty() {
        true => told(None, words),
        false => causes.iter().flat_map(|(field, words)| told(Some(field), words)).collect(),
    };
    told.into_iter().filter_map(|(path, words)| Some((path?, words))).collect()
}

/// The server names the kind first in `Job.spec.template`.
pub fn below(document: &Document, path: &[Step]) -> Vec<Step> {
    match path {
        [Step::Key(first), rest @ ..] if **first == *document.kind && !rest.is_empty() => rest.to_vec(),
        path => path.to_vec(),
    }
}

type Told = (Option<Vec<Step>>, String);

/// One cause, or what a message of several parts says of each field.
fn told(field: Option<&str>, words: &str) -> Vec<Told> {
    if let Some(field) = field.filter(|field| !field.is_empty() && *field != "patch") {
        return vec![(Some(field_path(field)), words.to_owned())];
    }
    if let Some((_, list)) = words.split_once("strict decoding error: ") {
        return list.split(", ").map(strict).collect();
    }
    if let Some(found) = unmarshal(words) {
        return vec![found];
    }
    if let Some(found) = managed(words) {
        return vec![found];
    }
    vec![(None, words.to_owned())]
}

/// `unknown field "spec.foo"`, `duplicate field "spec.x"`.
fn strict(words: &str) -> Told {
    match quoted(words) {
        Some(path) if words.contains("field \"") => {
            let name = path.rsplit('.').next().unwrap_or(path);
            let words = if words.starts_with("unknown") {
                format!("the server knows no field `{name}` here")
            } else {
                format!("`{name}` stands here twice")
            };
            (Some(field_path(path)), words)
        }
        _ => (None, words.to_owned()),
    }
}

/// `json: cannot unmarshal string into Go struct field JobSpec.spec.parallelism of type int32`, and the same with the
/// names of every struct on the way (`PodSpec.spec.template.spec.x`).
fn unmarshal(words: &str) -> Option<Told> {
    let (head, rest) = words.split_once(" into Go struct field ")?;
    let found = head.rsplit(' ').next()?;
    let (path, wanted) = rest.split_once(" of type ")?;
    // The struct's own name comes first.
    let path = path.split_once('.').map_or(path, |(_, path)| path);
    let wanted = wanted.split([' ', ',', '"']).next().unwrap_or(wanted);
    Some((Some(field_path(path)), format!("{} is wanted, not {}", go_type(wanted), go_type(found))))
}

fn go_type(name: &str) -> String {
    match name.trim_start_matches('*') {
        "string" => "a text".to_owned(),
        "number" => "a number".to_owned(),
        "bool" => "true or false".to_owned(),
        "array" => "a list".to_owned(),
        "object" => "a map".to_owned(),
        name if name.starts_with("int") || name.starts_with("uint") => "a whole number".to_owned(),
        name if name.starts_with("float") => "a number".to_owned(),
        name if name.starts_with("[]") => "a list".to_owned(),
        name if name.starts_with("map[") => "a map".to_owned(),
        name => clean(name).into_owned(),
    }
}

/// Server-side apply: `.spec.containers[name="main"].x: expected string, got …`.
fn managed(words: &str) -> Option<Told> {
    let at = words.find(": .").map(|at| at + 2).or_else(|| words.starts_with('.').then_some(0))?;
    let (path, rest) = words[at..].split_once(": ")?;
    (!path.contains(' ')).then(|| (Some(field_path(path)), rest.to_owned()))
}

fn quoted(words: &str) -> Option<&str> {
    let (_, rest) = words.split_once('"')?;
    rest.split_once('"').map(|(quoted, _)| quoted)
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case(
        Some("spec.template.spec.restartPolicy"),
        "Required value",
        "spec.template.spec.restartPolicy",
        "Required value"
    )]
    #[case(
        None,
        "Job in version \"v1\" cannot be handled as a Job: strict decoding error: unknown field \"spec.foo\"",
        "spec.foo",
        "the server knows no field `foo` here"
    )]
    #[case(
        None,
        "json: cannot unmarshal string into Go struct field JobSpec.spec.parallelism of type int32",
        "spec.parallelism",
        "a whole number is wanted, not a text"
    )]
    #[case(
        None,
        "failed to create typed patch object (a/b; batch/v1, Kind=Job): .spec.containers[name=\"main\"].x: field not declared in schema",
        ".spec.containers[name=\"main\"].x",
        "field not declared in schema"
    )]
    fn finds_the_field(#[case] field: Option<&str>, #[case] words: &str, #[case] path: &str, #[case] said: &str) {
        assert_eq!(told(field, words), [(Some(field_path(path)), said.to_owned())]);
    }

    #[test]
    fn several_strict_errors_are_several_lines() {
        let words = "strict decoding error: unknown field \"spec.foo\", duplicate field \"metadata.name\"";
        assert_eq!(told(None, words).len(), 2);
        assert_eq!(told(None, "admission webhook denied it"), [(None, "admission webhook denied it".to_owned())]);
    }
}
