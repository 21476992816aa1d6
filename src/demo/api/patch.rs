//! PATCH: of an object by JSON, merge and strategic merge patches, and by applying what somebody wants of it.

use std::sync::Arc;

use serde_json::{Map, Value};

use super::error::ApiError;
use super::object::Request;
use super::reply::{self, Reply, with_kind};
use super::write_options::{Validation, WriteOptions};
use crate::demo::store::Entry;
use crate::demo::write::update::{Part, replace};
use crate::demo::write::{By, How, create, fields, input, json_patch, merge, strict};

/// How a patch is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    Json,
    Merge,
    Strategic,
    Apply,
}

impl Form {
    fn of(content_type: &str) -> Option<Self> {
        Some(match content_type {
            "application/json-patch+json" => Form::Json,
            "application/merge-patch+json" => Form::Merge,
            "application/strategic-merge-patch+json" => Form::Strategic,
            "application/apply-patch+yaml" => Form::Apply,
            _ => return None,
        })
    }
}

impl Request<'_> {
    pub fn patch(&self) -> Result<Reply, ApiError> {
        let form = Form::of(input::content_type(self.headers)).ok_or_else(ApiError::unsupported_media)?;
        let options = self.write_options("PatchOptions", Some(form == Form::Apply))?;
        if form == Form::Apply {
            return self.apply(&options);
        }
        let kind = self.kind();
        let patch = self.read_patch(form)?;
        let key = self.key();
        let (entry, warnings) = self.cluster.write(|store| {
            let current = store.get(self.target.kind, &key).ok_or_else(|| ApiError::not_found(kind, &key.name))?;
            let mut object = with_kind(&kind.group_version(), kind.kind, &current.value());
            match form {
                Form::Json => json_patch::apply(&mut object, &patch).map_err(|_| ApiError::failed_patch())?,
                Form::Merge => merge::merge(&mut object, &patch),
                Form::Strategic | Form::Apply => merge::strategic(kind.message, &mut object, &patch),
            }
            let mut problems = if form == Form::Json { Vec::new() } else { strict::twice(self.body) };
            problems.extend(strict::unknown(kind.message, &object));
            let shown = if form == Form::Strategic { go(&patch) } else { top_sorted(&object).to_string() };
            let unreadable = |words: &str| ApiError::unreadable_patch(&shown, words);
            let (object, warnings) =
                input::fields(kind, options.validation, &object, problems).map_err(|words| unreadable(&words))?;
            self.check_names(&object)?;
            let entry = replace(store, self.target.kind, &key, object, self.part(), &options.how());
            Ok::<_, ApiError>((entry, warnings))
        })?;
        reply::warned(entry.map(|entry| self.show(200, &entry)), warnings)
    }

    fn read_patch(&self, form: Form) -> Result<Value, ApiError> {
        let prefix = if form == Form::Strategic { "" } else { "error decoding patch: " };
        let refuse = |words: &str| ApiError::bad_request(format!("{prefix}{words}"));
        let patch: Value =
            serde_json::from_slice(self.body).map_err(|error| refuse(&input::go_words(self.body, &error)))?;
        let found = match &patch {
            Value::Object(_) => "object",
            Value::Array(_) => "array",
            Value::String(_) => "string",
            Value::Number(_) => "number",
            Value::Bool(_) => "bool",
            Value::Null => return Ok(patch),
        };
        let (wanted, go) = match form {
            Form::Json => ("array", "[]handlers.jsonPatchOp"),
            _ => ("object", "map[string]interface {}"),
        };
        if found == wanted {
            return Ok(patch);
        }
        Err(refuse(&format!("json: cannot unmarshal {found} into Go value of type {go}")))
    }

    /// Server-side apply; what is not there yet is created.
    fn apply(&self, options: &WriteOptions) -> Result<Reply, ApiError> {
        let kind = self.kind();
        let config = self.read_config()?;
        let key = self.key();
        let how = How { dry_run: options.dry_run, by: By::Applied };
        let (status, entry, warnings): (u16, Arc<Entry>, Vec<String>) = self.cluster.write(|store| {
            let current = store.get(self.target.kind, &key).cloned();
            let live = current.as_ref().map(|entry| entry.value());
            if live.is_none() && self.part() != Part::Whole {
                return Err(ApiError::not_found(kind, &key.name));
            }
            let made = fields::applied(kind, live.as_deref(), &config, &options.writer, options.force)?;
            let warnings = self.check_config(options)?;
            let (mut object, _) = input::object(kind, Validation::Ignore, &made, Vec::new())?;
            if live.is_some() {
                return replace(store, self.target.kind, &key, object, self.part(), &how)
                    .map(|entry| (200, entry, warnings));
            }
            if let Some(uid) = object["metadata"]["uid"].as_str() {
                let words =
                    format!("uid mismatch: the provided object specified uid {uid}, and no existing object was found");
                return Err(ApiError::conflict(kind, &key.name, &words));
            }
            object["metadata"]["name"] = (*key.name).into();
            let namespace = self.target.namespace.as_deref();
            create::insert(self.cluster, store, self.target.kind, namespace, object, &how)
                .map(|entry| (201, entry, warnings))
        })?;
        reply::warned(Ok(self.show(status, &entry)), warnings)
    }

    /// What of the text that is applied stands twice: warnings, or by strict validation a refusal.
    fn check_config(&self, options: &WriteOptions) -> Result<Vec<String>, ApiError> {
        let twice = strict::yaml_twice(&String::from_utf8_lossy(self.body));
        match options.validation {
            Validation::Strict if !twice.is_empty() => {
                let words = input::yaml_words(&twice.iter().collect::<Vec<_>>());
                let words = format!("error strict decoding YAML: error converting YAML to JSON: {words}");
                Err(ApiError::bad_request(words))
            }
            Validation::Warn => Ok(twice),
            Validation::Strict | Validation::Ignore => Ok(Vec::new()),
        }
    }

    /// What is applied, without kind and apiVersion.
    fn read_config(&self) -> Result<Value, ApiError> {
        let kind = self.kind();
        let text = String::from_utf8_lossy(self.body);
        let mut config =
            input::yaml(&text).map_err(|words| ApiError::bad_request(format!("error decoding YAML: {words}")))?;
        let text_of = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let (version, found) = (text_of(&config["apiVersion"]), text_of(&config["kind"]));
        if found != kind.kind || version.is_empty() {
            let slashed = if version.contains('/') { version } else { format!("/{version}") };
            return Err(ApiError::bad_request(format!("invalid object type: {slashed}, Kind={found}")));
        }
        if version != kind.group_version() {
            return Err(ApiError::bad_request(format!(
                "Incorrect version specified in apply patch. Specified patch version: {version}, expected: {}",
                kind.group_version()
            )));
        }
        if config["metadata"]["managedFields"].as_array().is_some_and(|list| !list.is_empty()) {
            return Err(ApiError::bad_request("metadata.managedFields must be nil"));
        }
        if config["metadata"]["name"].is_string() {
            self.check_names(&config)?;
        }
        if let Some(map) = config.as_object_mut() {
            map.shift_remove("kind");
            map.shift_remove("apiVersion");
        }
        Ok(config)
    }
}

/// With the fields at the root in the order of their names, as a patched document is shown.
fn top_sorted(object: &Value) -> Value {
    let mut fields: Vec<(&String, &Value)> = object.as_object().into_iter().flatten().collect();
    fields.sort_by_key(|(name, _)| *name);
    fields.into_iter().map(|(name, value)| (name.clone(), value.clone())).collect::<Map<_, _>>().into()
}

/// A value as Go prints it: `map[data:map[a:1]]`.
fn go(value: &Value) -> String {
    match value {
        Value::Object(_) => {
            let sorted = top_sorted(value);
            let fields = sorted.as_object().into_iter().flatten();
            let fields: Vec<String> = fields.map(|(name, value)| format!("{name}:{}", go(value))).collect();
            format!("map[{}]", fields.join(" "))
        }
        Value::Array(items) => format!("[{}]", items.iter().map(go).collect::<Vec<_>>().join(" ")),
        Value::String(text) => text.clone(),
        Value::Null => "<nil>".into(),
        other => other.to_string(),
    }
}
