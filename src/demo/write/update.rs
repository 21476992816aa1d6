//! Changes of objects: PUT and PATCH end here.

use std::sync::Arc;

use serde_json::Value;

use super::{child, defaults, meta, tidy, validate};
use crate::demo::api::ApiError;
use crate::demo::kinds::{KindIndex, Kinds};
use crate::demo::store::{Entry, Key, Store};

/// Which part of an object a request may change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    Whole,
    Status,
    /// A namespace's finalizers.
    Finalize,
}

/// Replaces an object by `new`, which is canonical.
///
/// # Errors
/// 404, 409 and 422 in the API server's words.
pub fn replace(
    store: &mut Store,
    index: KindIndex,
    key: &Key,
    mut new: Value,
    part: Part,
    dry_run: bool,
) -> Result<Arc<Entry>, ApiError> {
    let kind = &Kinds::get().all[index];
    let current = store.get(index, key).ok_or_else(|| ApiError::not_found(kind, &key.name))?.clone();
    let old = current.value().into_owned();
    let version = new["metadata"]["resourceVersion"].as_str().unwrap_or_default();
    if !version.is_empty() && version != "0" && version != current.rv.to_string() {
        return Err(ApiError::modified(kind, &key.name));
    }
    let uid = new["metadata"]["uid"].as_str().unwrap_or_default();
    if !uid.is_empty() && old["metadata"]["uid"] != uid {
        let words = format!("Precondition failed: UID in precondition: {uid}, UID in object meta: {}", current.uid());
        return Err(ApiError {
            message: format!("Operation cannot be fulfilled on {} {:?}: {words}", kind.qualified(), key.name),
            ..ApiError::modified(kind, &key.name)
        });
    }
    new = match part {
        Part::Status => {
            let status = new["status"].clone();
            let mut object = old.clone();
            object["status"] = status;
            object
        }
        Part::Finalize => {
            let finalizers = new["spec"]["finalizers"].clone();
            let mut object = old.clone();
            child(&mut object, "spec").insert("finalizers".into(), finalizers);
            object
        }
        Part::Whole => {
            keep(&old, &mut new);
            defaults::spec(kind, &mut new);
            let causes = validate::update(kind, &old, &new);
            if !causes.is_empty() {
                return Err(ApiError::invalid(kind, &key.name, causes));
            }
            if old["spec"] != tidy(kind, &new)["spec"]
                && let Some(generation) = old["metadata"]["generation"].as_i64()
            {
                meta(&mut new).insert("generation".into(), (generation + 1).into());
            }
            new
        }
    };
    let new = tidy(kind, &new);
    if new == old {
        return Ok(current);
    }
    if dry_run {
        return Ok(Arc::new(Entry::unsaved(key.clone(), new)));
    }
    let entry = store.put(index, key.clone(), new);
    if entry.deleting() && !held(&entry) && !matches!(kind.kind, "Pod" | "Namespace") {
        return store.remove(index, key).ok_or_else(|| ApiError::not_found(kind, &key.name));
    }
    Ok(entry)
}

/// Finalizers keep it from going.
pub fn held(entry: &Entry) -> bool {
    entry.full().is_some_and(|value| {
        let some = |list: &Value| list.as_array().is_some_and(|list| !list.is_empty());
        some(&value["metadata"]["finalizers"])
    })
}

/// What a PUT cannot change.
fn keep(old: &Value, new: &mut Value) {
    let fixed = [
        "name",
        "namespace",
        "uid",
        "resourceVersion",
        "generation",
        "creationTimestamp",
        "deletionTimestamp",
        "deletionGracePeriodSeconds",
    ];
    let to = meta(new);
    for field in fixed {
        match old["metadata"].get(field) {
            Some(value) => to.insert(field.into(), value.clone()),
            None => to.shift_remove(field),
        };
    }
    to.shift_remove("managedFields");
    if let Some(map) = new.as_object_mut() {
        match old.get("status") {
            Some(status) => map.insert("status".into(), status.clone()),
            None => map.shift_remove("status"),
        };
    }
}
