//! A group's document of the server's `/openapi/v3` to the lean tree.

use indexmap::IndexMap;
use serde::Deserialize;

use super::{Field, FieldType, Schema};

#[derive(Deserialize)]
struct Document {
    #[serde(default)]
    info: Info,
    #[serde(default)]
    components: Components,
}

#[derive(Deserialize, Default)]
struct Info {
    #[serde(default)]
    version: String,
}

#[derive(Deserialize, Default)]
struct Components {
    #[serde(default)]
    schemas: IndexMap<Box<str>, Wire>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Wire {
    description: Box<str>,
    r#type: Box<str>,
    format: Box<str>,
    #[serde(rename = "$ref")]
    reference: Box<str>,
    #[serde(rename = "allOf")]
    all_of: Vec<Wire>,
    #[serde(rename = "oneOf")]
    one_of: Vec<Wire>,
    r#enum: Vec<serde_json::Value>,
    required: Vec<Box<str>>,
    properties: IndexMap<Box<str>, Wire>,
    items: Option<Box<Wire>>,
    #[serde(rename = "additionalProperties")]
    additional: Option<Additional>,
    #[serde(rename = "x-kubernetes-int-or-string")]
    int_or_string: bool,
    #[serde(rename = "x-kubernetes-preserve-unknown-fields")]
    open: bool,
    #[serde(rename = "x-kubernetes-embedded-resource")]
    embedded: bool,
    #[serde(rename = "x-kubernetes-group-version-kind")]
    kinds: Vec<GroupVersionKind>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Additional {
    Any(bool),
    Of(Box<Wire>),
}

#[derive(Deserialize)]
struct GroupVersionKind {
    group: Box<str>,
    version: Box<str>,
    kind: Box<str>,
}

impl Schema {
    /// Reads the document of one group and version, as `/openapi/v3/apis/batch/v1` gives it.
    ///
    /// # Errors
    /// The bytes are no such document.
    pub fn read(api_version: &str, bytes: &[u8]) -> Result<Self, serde_json::Error> {
        let document: Document = serde_json::from_slice(bytes)?;
        let (group, version) = api_version.split_once('/').unwrap_or(("", api_version));
        let mut schema =
            Self { api_version: api_version.to_owned(), server_version: document.info.version, ..Self::default() };
        for (name, wire) in document.components.schemas {
            // Delete options and their like claim every group: a kind belongs to the definition that claims it alone.
            if let [one] = &wire.kinds[..]
                && (&*one.group, &*one.version) == (group, version)
            {
                schema.kinds.insert(one.kind.clone(), name.clone());
            }
            schema.definitions.insert(name, field(wire));
        }
        Ok(schema)
    }
}

fn field(wire: Wire) -> Field {
    let kind = kind(&wire);
    let reference = std::iter::once(&wire)
        .chain(&wire.all_of)
        .find_map(|wire| wire.reference.rsplit_once('/').map(|(_, name)| Box::from(name)));
    let (additional, any) = match wire.additional {
        Some(Additional::Of(of)) => (Some(Box::new(field(*of))), false),
        Some(Additional::Any(any)) => (None, any),
        None => (None, false),
    };
    let nothing_said = wire.properties.is_empty() && additional.is_none() && kind == FieldType::Object;
    Field {
        kind,
        reference,
        description: wire.description,
        values: wire
            .r#enum
            .iter()
            .filter_map(|value| value.as_str().filter(|text| !text.is_empty()).map(Box::from))
            .collect(),
        required: wire.required.into(),
        properties: wire.properties.into_iter().map(|(name, wire)| (name, field(wire))).collect(),
        items: wire.items.map(|items| Box::new(field(*items))),
        additional,
        open: wire.open || wire.embedded || any || nothing_said,
    }
}

fn kind(wire: &Wire) -> FieldType {
    if wire.int_or_string || &*wire.format == "int-or-string" {
        return FieldType::NumberOrText;
    }
    if !wire.one_of.is_empty() {
        let is = |name: &str| wire.one_of.iter().any(|one| &*one.r#type == name);
        return if is("string") && (is("number") || is("integer")) { FieldType::NumberOrText } else { FieldType::Any };
    }
    match &*wire.r#type {
        "object" => FieldType::Object,
        "array" => FieldType::List,
        "string" => FieldType::Text,
        "integer" => FieldType::Integer,
        "number" => FieldType::Number,
        "boolean" => FieldType::Bool,
        _ if !wire.properties.is_empty() => FieldType::Object,
        _ => FieldType::Any,
    }
}
