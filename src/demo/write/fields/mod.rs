//! Who set which field: the bookkeeping behind `metadata.managedFields` and server-side apply, by the rules of
//! structured merge and diff. Objects that were never applied and began without managed fields have none.

mod compare;
mod managed;
mod set;
#[cfg(test)]
mod tests;
mod typed;

use serde_json::{Map, Value, json};

use self::compare::{compare, merged, without};
pub use self::managed::Managed;
use self::set::{Set, Step};
use self::typed::{Place, check, owned, with_named};
use super::meta;
use crate::demo::api::ApiError;
use crate::demo::kinds::Kind;
use crate::demo::wire::canonical::empty;

/// Who writes.
#[derive(Debug, Clone, Default)]
pub struct Writer {
    /// The field manager's name.
    pub manager: String,
    /// The subresource that is written, or nothing.
    pub subresource: String,
    /// Unix seconds.
    pub now: i64,
}

/// Holds fields that were there before an object was first applied.
const BEFORE: &str = "before-first-apply";

/// Notes in a new object, which is canonical, who set its fields.
pub fn created(kind: &Kind, object: &mut Value, writer: &Writer) {
    let touched = touched(kind, &empty(kind.message), object, writer);
    let mut managed = Managed::default();
    managed.update(kind, writer, touched);
    write(object, &managed);
}

/// Notes in `new` what `writer` changed. Both objects are canonical.
pub fn updated(kind: &Kind, old: &Value, new: &mut Value, writer: &Writer) {
    let sent = &new["metadata"]["managedFields"];
    let reset = *sent == json!([{}]);
    let mut managed = Managed::read(sent);
    if managed.is_empty() && !reset || !writer.subresource.is_empty() {
        managed = Managed::read(&old["metadata"]["managedFields"]);
    }
    if !managed.is_empty() {
        let compared = compare(Place::Message(kind.message), &plain(old), &plain(new));
        managed.lose(&compared.touched().union(&compared.removed), None);
        managed.update(kind, writer, own(kind, compared.touched(), writer));
    }
    write(new, &managed);
}

/// `live` (or a new object) with what `config` applies; `config` has no kind and apiVersion.
///
/// # Errors
/// 409 when another manager holds what changes and `force` is not set; 500 when a field has no place in the kind.
pub fn applied(
    kind: &Kind,
    live: Option<&Value>,
    config: &Value,
    writer: &Writer,
    force: bool,
) -> Result<Value, ApiError> {
    let root = Place::Message(kind.message);
    check(root, config, &mut Vec::new()).map_err(|words| {
        let name = config["metadata"]["name"].as_str().unwrap_or_default();
        let namespace = config["metadata"]["namespace"].as_str().unwrap_or_default();
        let of = format!("{namespace}/{name}; {}, Kind={}", slashed(kind), kind.kind);
        ApiError::new(500, "", format!("failed to create typed patch object ({of}): {words}"))
    })?;
    let mut managed = live.map(|live| Managed::read(&live["metadata"]["managedFields"])).unwrap_or_default();
    let before = live.map_or_else(|| empty(kind.message), plain);
    if managed.is_empty() && live.is_some() {
        let first = Writer { manager: BEFORE.into(), ..writer.clone() };
        let touched = touched(kind, &empty(kind.message), &before, writer);
        managed.update(kind, &first, touched);
    }
    let last = managed.applied_by(writer);
    managed.apply(kind, writer, own(kind, owned(root, config), writer));
    let mut after = merged(root, Some(&before), Some(config));
    if !last.is_empty() {
        after = pruned(kind, &after, &last, &managed.all());
    }
    let compared = compare(root, &before, &after);
    let changed = compared.touched();
    let conflicts = managed.conflicts(&changed, writer);
    if !conflicts.is_empty() && !force {
        return Err(conflict(&conflicts));
    }
    managed.lose(&changed, Some(writer));
    managed.lose(&compared.removed, None);
    if after != before || live.is_none() {
        managed.touch(writer);
    }
    write(&mut after, &managed);
    Ok(after)
}

/// What was applied before and is no longer, and that nobody else holds, goes.
fn pruned(kind: &Kind, merged: &Value, last: &Set, held: &Set) -> Value {
    let (id, root) = (kind.message, Place::Message(kind.message));
    let all = |value: &Value| with_named(id, &owned(root, value));
    let (last, held) = (with_named(id, last), with_named(id, held));
    let gone = without(root, merged, &last);
    let kept = all(&gone).union(&held);
    let gone = without(root, merged, &all(merged).difference(&kept));
    without(root, merged, &all(merged).difference(&all(&gone)).intersection(&last))
}

/// `/v1`, `batch/v1`
fn slashed(kind: &Kind) -> String {
    format!("{}/{}", kind.group, kind.version)
}

fn touched(kind: &Kind, old: &Value, new: &Value, writer: &Writer) -> Set {
    own(kind, compare(Place::Message(kind.message), old, &plain(new)).touched(), writer)
}

/// Without what no manager owns: identity, versions, and what another part of the API writes.
fn own(kind: &Kind, mut set: Set, writer: &Writer) -> Set {
    let mut nobody = Set::default();
    let field = |name: &str| Step::Field(name.to_owned());
    nobody.insert(&[field("metadata")]);
    for name in
        ["name", "namespace", "creationTimestamp", "selfLink", "uid", "generation", "managedFields", "resourceVersion"]
    {
        nobody.insert(&[field("metadata"), field(name)]);
    }
    let parts = ["metadata", "spec", "data", "status"];
    if writer.subresource == "status" {
        for part in parts.into_iter().filter(|part| *part != "status") {
            set = set.without_field(part);
        }
    } else if kind.subresources.contains(&"status") {
        set = set.without_field("status");
    }
    set.difference(&nobody)
}

/// The object without managed fields, kind and apiVersion.
fn plain(object: &Value) -> Value {
    let mut object = object.clone();
    meta(&mut object).shift_remove("managedFields");
    if let Some(map) = object.as_object_mut() {
        map.shift_remove("kind");
        map.shift_remove("apiVersion");
    }
    object
}

fn write(object: &mut Value, managed: &Managed) {
    let meta: &mut Map<String, Value> = meta(object);
    if managed.is_empty() {
        meta.shift_remove("managedFields");
    } else {
        meta.insert("managedFields".into(), managed.json());
    }
}

fn conflict(conflicts: &[(String, Vec<String>)]) -> ApiError {
    let all: Vec<(&str, &str)> =
        conflicts.iter().flat_map(|(who, paths)| paths.iter().map(move |path| (&**who, &**path))).collect();
    let words = match *all {
        [(who, path)] => format!("1 conflict: conflict with {who}: {path}"),
        _ => {
            let mut parts: Vec<String> = conflicts
                .iter()
                .map(|(who, paths)| {
                    let lines: Vec<String> = paths.iter().map(|path| format!("\n- {path}")).collect();
                    format!("conflicts with {who}:{}", lines.concat())
                })
                .collect();
            parts.sort();
            format!("{} conflicts: {}", all.len(), parts.join("\n"))
        }
    };
    let causes: Vec<Value> = all
        .iter()
        .map(|(who, path)| {
            json!({"reason": "FieldManagerConflict", "message": format!("conflict with {who}"), "field": path})
        })
        .collect();
    let mut error = ApiError::new(409, "Conflict", format!("Apply failed with {words}"));
    error.details = Some(json!({"causes": causes}));
    error
}
