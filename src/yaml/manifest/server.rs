//! What an API server says of a manifest, field by field.

use super::{Document, Place, Places};
use crate::domain::text::clean;
use crate::yaml::field_path::{Step, field_path};

/// What a server said, field by field, as far as it speaks of fields.
pub fn told_fields(words: &str, causes: &[(String, String)]) -> Vec<(Vec<Step>, String)> {
    let told: Vec<Told> = match causes.is_empty() {
        true => told(None, words),
        false => causes.iter().flat_map(|(field, words)| told(Some(field), words)).collect(),
    };
    told.into_iter().filter_map(|(path, words)| Some((path?, words))).collect()
}

impl Document {
    /// Where a field stands that a server speaks of: it names the kind first in `Job.spec.template`.
    pub fn place_told(&self, places: &Places, path: &[Step]) -> Option<Place> {
        let path = match path {
            [Step::Key(first), rest @ ..] if **first == *self.kind && !rest.is_empty() => rest,
            path => path,
        };
        self.place_in(places, path)
    }
}

/// A field's path, where one is told, and what is said of it.
pub type Told = (Option<Vec<Step>>, String);

/// One cause, or what a message of several parts says of each field.
pub fn told(field: Option<&str>, words: &str) -> Vec<Told> {
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
