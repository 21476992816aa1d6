//! OpenAPI v3 documents, made of the tables of fields.

use std::collections::HashMap;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::sync::OnceLock;

use serde_json::{Map, Value, json};

use crate::demo::kinds::{Kind, Kinds};
use crate::demo::wire::facts::{Listed, Table, default_of};
use crate::demo::wire::schema::{Arity, Field, MessageId, Schema, Type};

/// The document of one group version.
struct Document {
    text: String,
    /// Of the text: who has a document of this hash has the newest.
    hash: String,
}

/// Documents by their paths, such as `apis/batch/v1`.
fn documents() -> &'static BTreeMap<String, Document> {
    static DOCUMENTS: OnceLock<BTreeMap<String, Document>> = OnceLock::new();
    DOCUMENTS.get_or_init(|| Kinds::get().groups().into_iter().map(document).collect())
}

/// `/openapi/v3`: which documents there are.
pub fn index() -> Value {
    let url = |path: &str, hash: &str| json!({"serverRelativeURL": format!("/openapi/v3/{path}?hash={hash}")});
    let paths = documents().iter().map(|(path, document)| (path.clone(), url(path, &document.hash)));
    json!({"paths": paths.collect::<Map<_, _>>()})
}

/// `/openapi/v3/...`: a document's text and its hash.
pub fn find(path: &str) -> Option<(&'static str, &'static str)> {
    documents().get(path).map(|document| (&*document.text, &*document.hash))
}

/// `/openapi/v2`: nothing but its frame.
pub fn swagger() -> Value {
    json!({"swagger": "2.0", "info": {"title": "Kubernetes", "version": "v1.34"}, "paths": {}, "definitions": {}})
}

fn document((group, version): (&str, &str)) -> (String, Document) {
    let path = if group.is_empty() { format!("api/{version}") } else { format!("apis/{group}/{version}") };
    let kinds: Vec<&Kind> =
        Kinds::get().all.iter().filter(|kind| kind.group == group && kind.version == version).collect();
    let mut wanted = BTreeSet::new();
    kinds.iter().for_each(|kind| reach(kind.message, &mut wanted));
    let mut schemas: Map<String, Value> = basics();
    for id in wanted {
        schemas.insert(name_of(id), message(id, kinds.iter().find(|kind| kind.message == id).copied()));
    }
    let used = Value::Object(schemas.clone()).to_string();
    schemas.retain(|name, schema| schema.get("properties").is_some() || used.contains(&format!("/{name}\"")));
    schemas.sort_keys();
    let mut paths = Map::new();
    kinds.iter().for_each(|kind| operations(&path, kind, &mut paths));
    let whole = json!({"openapi": "3.0.0", "info": {"title": "Kubernetes", "version": "v1.34"}, "paths": paths,
        "components": {"schemas": schemas}});
    let text = whole.to_string();
    let mut hash = String::new();
    for byte in ring::digest::digest(&ring::digest::SHA512, text.as_bytes()).as_ref() {
        // Writing into memory fails for no text.
        let _ = write!(hash, "{byte:02X}");
    }
    (path, Document { text, hash })
}

/// What can be done with a kind: at its list, and at one object.
fn operations(prefix: &str, kind: &Kind, paths: &mut Map<String, Value>) {
    let operation = |action: &str, writes: bool| {
        let names: &[&str] = if writes { &["dryRun", "fieldManager", "fieldValidation"] } else { &[] };
        let parameters: Vec<Value> = names
            .iter()
            .map(|name| json!({"name": name, "in": "query", "schema": {"type": "string", "uniqueItems": true}}))
            .collect();
        json!({"parameters": parameters, "responses": {"200": {"description": "OK"}}, "x-kubernetes-action": action,
            "x-kubernetes-group-version-kind": {"group": kind.group, "version": kind.version, "kind": kind.kind}})
    };
    let scope = if kind.namespaced { "namespaces/{namespace}/" } else { "" };
    let list = format!("/{prefix}/{scope}{}", kind.plural);
    if !kind.stored() {
        paths.insert(list, json!({"post": operation("post", true)}));
        return;
    }
    let one = json!({"get": operation("get", false), "put": operation("put", true),
        "patch": operation("patch", true), "delete": operation("delete", false)});
    paths.insert(format!("{list}/{{name}}"), one);
    paths.insert(list, json!({"get": operation("list", false), "post": operation("post", true)}));
}

/// The message and all that can stand in it.
fn reach(id: MessageId, found: &mut BTreeSet<MessageId>) {
    if !found.insert(id) {
        return;
    }
    for field in flat(id) {
        if let Type::Message(inner) = field.kind {
            reach(inner, found);
        }
    }
}

/// A message's fields, with those of inlined messages.
fn flat(id: MessageId) -> Vec<&'static Field> {
    let mut out = Vec::new();
    for field in &Schema::get().message(id).fields {
        match (field.inline, field.kind) {
            (true, Type::Message(inner)) => out.extend(flat(inner)),
            _ => out.push(field),
        }
    }
    out
}

fn name_of(id: MessageId) -> String {
    let name = Schema::get().message(id).name;
    format!("{}.{}", Table::get().about(id).package, name.rsplit('.').next().unwrap_or(name))
}

fn message(id: MessageId, kind: Option<&Kind>) -> Value {
    let (about, name) = (Table::get().about(id), Schema::get().message(id).name);
    let mut schema = described(name, "", json!({"type": "object"}));
    let mut properties = Map::new();
    if kind.is_some() {
        for field in ["apiVersion", "kind"] {
            properties.insert(field.into(), json!({"type": "string"}));
        }
    }
    let fields = flat(id);
    for field in &fields {
        properties.insert(field.name.into(), described(name, field.name, property(id, field)));
    }
    properties.sort_keys();
    let required: Vec<&str> =
        fields.iter().map(|field| field.name).filter(|name| Table::get().field(id, name).required).collect();
    if !required.is_empty() {
        schema["required"] = required.into();
    }
    schema["properties"] = properties.into();
    if about.atomic {
        schema["x-kubernetes-map-type"] = "atomic".into();
    }
    if let Some(kind) = kind {
        schema["x-kubernetes-group-version-kind"] =
            json!([{"group": kind.group, "kind": kind.kind, "version": kind.version}]);
    }
    schema
}

fn property(id: MessageId, field: &Field) -> Value {
    let facts = Table::get().field(id, field.name);
    let words = |mut item: Value| {
        if !facts.words.is_empty() {
            item["enum"] = facts.words.as_slice().into();
        }
        item
    };
    let mut schema = match field.arity {
        Arity::Many => json!({"type": "array", "items": words(element(field.kind))}),
        Arity::Map => json!({"type": "object", "additionalProperties": element(field.kind)}),
        Arity::One | Arity::Pointer => words(typed(field.kind)),
    };
    if field.arity == Arity::One && matches!(field.kind, Type::Message(_)) {
        schema["default"] = json!({});
    } else if let Some(default) = default_of(id, field) {
        schema["default"] = default;
    }
    if facts.listed_openly {
        schema["x-kubernetes-list-type"] = match &facts.listed {
            Listed::Atomic => "atomic".into(),
            Listed::Set => "set".into(),
            Listed::Map(keys) => {
                schema["x-kubernetes-list-map-keys"] = keys.as_slice().into();
                "map".into()
            }
        };
    }
    if facts.atomic_map {
        schema["x-kubernetes-map-type"] = "atomic".into();
    }
    for (name, value) in [("strategy", facts.patch), ("merge-key", facts.patch_key)] {
        if !value.is_empty() {
            schema[format!("x-kubernetes-patch-{name}")] = value.into();
        }
    }
    schema
}

const META: &str = "io.k8s.apimachinery.pkg.apis.meta.v1";
const QUANTITY: &str = "io.k8s.apimachinery.pkg.api.resource.Quantity";
const INT_OR_STRING: &str = "io.k8s.apimachinery.pkg.util.intstr.IntOrString";
const RAW: &str = "io.k8s.apimachinery.pkg.runtime.RawExtension";

fn typed(kind: Type) -> Value {
    let reference = |name: &str| json!({"allOf": [{"$ref": format!("#/components/schemas/{name}")}]});
    match kind {
        Type::String => json!({"type": "string"}),
        Type::Bool => json!({"type": "boolean"}),
        Type::Int32 => json!({"type": "integer", "format": "int32"}),
        Type::Int64 => json!({"type": "integer", "format": "int64"}),
        Type::Bytes => json!({"type": "string", "format": "byte"}),
        Type::Time => reference(&format!("{META}.Time")),
        Type::MicroTime => reference(&format!("{META}.MicroTime")),
        Type::Fields => reference(&format!("{META}.FieldsV1")),
        Type::Quantity => reference(QUANTITY),
        Type::IntOrString => reference(INT_OR_STRING),
        Type::Raw => reference(RAW),
        Type::Duration => json!({"type": "string"}),
        Type::StringList => json!({"type": "array", "items": {"type": "string"}}),
        Type::Message(id) => reference(&name_of(id)),
    }
}

/// An item of a list or a value of a map.
fn element(kind: Type) -> Value {
    let mut schema = typed(kind);
    match kind {
        Type::String => schema["default"] = "".into(),
        Type::Int32 | Type::Int64 => schema["default"] = 0.into(),
        Type::Message(_) => schema["default"] = json!({}),
        _ if schema["allOf"].is_array() => schema = schema["allOf"][0].clone(),
        _ => {}
    }
    schema
}

/// Schemas of values that are no messages.
fn basics() -> Map<String, Value> {
    let time = || json!({"type": "string", "format": "date-time"});
    Map::from_iter([
        (format!("{META}.Time"), time()),
        (format!("{META}.MicroTime"), time()),
        (format!("{META}.FieldsV1"), json!({"type": "object"})),
        (QUANTITY.to_owned(), json!({"oneOf": [{"type": "string"}, {"type": "number"}]})),
        (
            INT_OR_STRING.to_owned(),
            json!({"format": "int-or-string", "oneOf": [{"type": "integer"}, {"type": "string"}]}),
        ),
        (RAW.to_owned(), json!({"type": "object"})),
    ])
}

/// The schema with what is said of a message, or of its field.
fn described(message: &str, field: &str, mut schema: Value) -> Value {
    static WORDS: OnceLock<HashMap<(&'static str, &'static str), &'static str>> = OnceLock::new();
    let words = WORDS.get_or_init(|| read(include_str!("../../../assets/demo/descriptions.txt")));
    if let Some(words) = words.get(&(message, field)) {
        schema["description"] = (*words).into();
    }
    schema
}

fn read(text: &'static str) -> HashMap<(&'static str, &'static str), &'static str> {
    let mut message = "";
    let mut words = HashMap::new();
    for line in text.lines().filter(|line| !line.starts_with('#')) {
        let Some((name, said)) = line.trim_start().split_once(' ') else { continue };
        if line.starts_with(' ') {
            words.insert((message, name), said);
        } else {
            message = name;
            words.insert((message, ""), said);
        }
    }
    words
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::{find, index, read};
    use crate::demo::wire::facts;
    use crate::demo::wire::schema::Schema;

    #[test]
    fn every_description_is_of_a_field_that_there_is() {
        for (message, field) in read(include_str!("../../../assets/demo/descriptions.txt")).into_keys() {
            let id = Schema::get().find(message).unwrap();
            assert!(field.is_empty() || facts::find(id, field).is_some(), "{message}.{field}");
        }
    }

    #[test]
    fn every_reference_of_a_document_leads_somewhere() {
        for (path, _) in index()["paths"].as_object().unwrap() {
            let (text, hash) = find(path).unwrap();
            assert_eq!(hash.len(), 128);
            let document: Value = serde_json::from_str(text).unwrap();
            let schemas = document["components"]["schemas"].as_object().unwrap();
            for part in text.split("#/components/schemas/").skip(1) {
                let name = part.split('"').next().unwrap();
                assert!(schemas.contains_key(name), "{path}: {name}");
            }
        }
    }

    #[test]
    fn a_job_s_document_says_what_the_editor_needs() {
        let document: Value = serde_json::from_str(find("apis/batch/v1").unwrap().0).unwrap();
        let schemas = &document["components"]["schemas"];
        let spec = &schemas["io.k8s.api.batch.v1.JobSpec"];
        assert_eq!(spec["required"], serde_json::json!(["template"]));
        assert_eq!(spec["properties"]["completionMode"]["enum"], serde_json::json!(["Indexed", "NonIndexed"]));
        assert_eq!(schemas["io.k8s.api.batch.v1.Job"]["x-kubernetes-group-version-kind"][0]["kind"], "Job");
        let ports = &schemas["io.k8s.api.core.v1.Container"]["properties"]["ports"];
        assert_eq!(ports["x-kubernetes-list-map-keys"], serde_json::json!(["containerPort", "protocol"]));
    }
}
