//! What every object must have, whatever its schema says.

use serde_json::Value;

use super::{Document, OBJECT_BYTES, Place, Places, Problem, Severity};
use crate::domain::names::{LABEL, NameRule, name_problem, name_rule};
use crate::domain::text::clean;
use crate::yaml::field_path::field_path;

struct Check<'a> {
    document: &'a Document,
    places: &'a Places,
    problems: &'a mut Vec<Problem>,
}

pub fn check(document: &Document, places: &Places, problems: &mut Vec<Problem>) {
    let mut check = Check { document, places, problems };
    if !document.value.is_object() {
        let words = format!("{} stands here, not an object", a_kind_of(&document.value));
        check.problem(check.top(), words, "begin with `apiVersion:` and `kind:`");
        return;
    }
    check.text("apiVersion", "no apiVersion", "say it, such as `apiVersion: batch/v1`");
    check.text("kind", "no kind", "say it, such as `kind: Job`");
    check.metadata();
    check.pods();
    check.size();
}

fn a_kind_of(value: &Value) -> &'static str {
    match value {
        Value::Array(_) => "a list",
        Value::String(_) => "a text",
        Value::Number(_) => "a number",
        Value::Bool(_) => "true or false",
        _ => "nothing",
    }
}

impl Check<'_> {
    fn top(&self) -> Place {
        Place { line: self.document.first_line, column: 0 }
    }

    /// The place of a field, or of the nearest parent, or of the document.
    fn place(&self, path: &str) -> Place {
        self.document.place_in(self.places, &field_path(path)).unwrap_or(self.top())
    }

    fn value_place(&self, path: &str) -> Place {
        let whole: Vec<_> = self.document.within.iter().cloned().chain(field_path(path)).collect();
        match self.places.find(&whole) {
            Some((node, true)) if node.value.is_some() => node.value_place,
            _ => self.place(path),
        }
    }

    fn problem(&mut self, place: Place, words: impl Into<String>, remedy: &'static str) {
        self.problems.push(Problem::error(place, clean(&words.into()).into_owned(), remedy));
    }

    /// A field of text that must be there.
    fn text(&mut self, field: &str, missing: &str, remedy: &'static str) {
        match self.document.value.get(field) {
            Some(Value::String(text)) if !text.is_empty() => {}
            None | Some(Value::Null) => self.problem(self.top(), missing, remedy),
            Some(Value::String(_)) => self.problem(self.place(field), format!("{field} is empty"), remedy),
            Some(other) => {
                let words = format!("{field} is {}, not a text", a_kind_of(other));
                self.problem(self.place(field), words, remedy);
            }
        }
    }

    fn metadata(&mut self) {
        let meta = self.document.value.get("metadata").unwrap_or(&Value::Null);
        if !meta.is_object() && !meta.is_null() {
            let words = format!("metadata is {}, not a map", a_kind_of(meta));
            return self.problem(self.place("metadata"), words, "write `metadata:` and below it `  name: …`");
        }
        let is_text = |field: &str| meta.get(field).is_none_or(|value| value.is_string() || value.is_null());
        for field in ["name", "namespace", "generateName"] {
            if !is_text(field) {
                let path = format!("metadata.{field}");
                let words = format!("{field} is {}, not a text", a_kind_of(&meta[field]));
                self.problem(self.value_place(&path), words, "put it in quotes");
            }
        }
        let rule = name_rule(&self.document.kind);
        let document = self.document;
        match (&document.name, &document.generate_name) {
            (Some(name), _) => self.name("metadata.name", name, rule),
            (None, Some(prefix)) => self.name("metadata.generateName", prefix.trim_end_matches(['-', '.']), rule),
            (None, None) if is_text("name") => {
                self.problem(self.place("metadata"), "no name", "write `metadata:` and below it `  name: …`");
            }
            (None, None) => {}
        }
        if let Some(namespace) = &document.namespace {
            self.name("metadata.namespace", namespace, NameRule::Label { longest: LABEL });
        }
    }

    fn name(&mut self, path: &str, name: &str, rule: NameRule) {
        if let Some((at, words)) = name_problem(name, rule) {
            let mut place = self.value_place(path);
            place.column += at;
            self.problem(place, words, "");
        }
    }

    /// A Job restarts no container for ever, and its containers have names as namespaces have.
    fn pods(&mut self) {
        let (pointer, path) = match self.document.kind.as_str() {
            "Job" => ("/spec/template/spec", "spec.template.spec"),
            "CronJob" => ("/spec/jobTemplate/spec/template/spec", "spec.jobTemplate.spec.template.spec"),
            _ => return,
        };
        let document = self.document;
        let Some(spec) = document.value.pointer(pointer).filter(|spec| spec.is_object()) else { return };
        let field = format!("{path}.restartPolicy");
        match spec.get("restartPolicy").and_then(Value::as_str) {
            Some("OnFailure" | "Never") => {}
            None => self.problem(self.place(&field), "a Job's pods need a restartPolicy", "OnFailure or Never"),
            Some(_) => self.problem(self.place(&field), "a Job takes OnFailure or Never", ""),
        }
        for list in ["initContainers", "containers"] {
            for (index, container) in spec.get(list).and_then(Value::as_array).into_iter().flatten().enumerate() {
                if let Some(name) = container.get("name").and_then(Value::as_str) {
                    let path = format!("{path}.{list}[{index}].name");
                    self.name(&path, name, NameRule::Label { longest: LABEL });
                }
            }
        }
    }

    fn size(&mut self) {
        let bytes = self.document.value.to_string().len();
        if bytes > OBJECT_BYTES {
            let words =
                format!("the object has {:.1} MiB: an API server stores at most 1.5", bytes as f64 / 1_048_576.0);
            let place = self.top();
            self.problems.push(Problem { place, severity: Severity::Warning, words, remedy: "make several of it" });
        }
    }
}
