//! Changes of objects: PUT and PATCH end here.

use std::sync::Arc;

use serde_json::Value;

use super::{By, How, child, defaults, fields, meta, tidy, validate};
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
    how: &How,
) -> Result<Arc<Entry>, ApiError> {
    let kind = &Kinds::get().all[index];
    let current = store.get(index, key).ok_or_else(|| ApiError::not_found(kind, &key.name))?.clone();
    let old = current.value().into_owned();
    let version = new["metadata"]["resourceVersion"].as_str().unwrap_or_default();
    if !version.is_empty() && version.parse::<u64>().is_err() {
        return Err(ApiError::new(500, "", format!("strconv.ParseUint: parsing {version:?}: invalid syntax")));
    }
    if !version.is_empty() && version != "0" && version != current.rv.to_string() {
        return Err(ApiError::modified(kind, &key.name));
    }
    let sent = new.clone();
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
            defaults::label(kind, &mut new);
            defaults::spec(kind, &mut new);
            let mut causes = validate::metadata_update(&old, &sent);
            causes.extend(validate::update(kind, &old, &new));
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
    let mut new = tidy(kind, &new);
    match &how.by {
        By::Writer(writer) if part != Part::Finalize => {
            if let Some(managed) = sent["metadata"].get("managedFields") {
                meta(&mut new).insert("managedFields".into(), managed.clone());
            }
            fields::updated(kind, &old, &mut new, writer);
        }
        By::Applied => put_managed(&mut new, sent["metadata"].get("managedFields")),
        _ => put_managed(&mut new, old["metadata"].get("managedFields")),
    }
    let new = tidy(kind, &new);
    if new == old {
        return Ok(current);
    }
    let ends = current.deleting() && !holds(&new) && !matches!(kind.kind, "Pod" | "Namespace");
    if ends && !how.dry_run {
        store.remove(index, key);
    }
    if ends || how.dry_run {
        return Ok(Arc::new(Entry::unsaved(key.clone(), new)));
    }
    Ok(store.put(index, key.clone(), new))
}

fn put_managed(object: &mut Value, managed: Option<&Value>) {
    match managed {
        Some(managed) => drop(meta(object).insert("managedFields".into(), managed.clone())),
        None => drop(meta(object).shift_remove("managedFields")),
    }
}

/// Finalizers keep it from going.
pub fn held(entry: &Entry) -> bool {
    entry.full().is_some_and(holds)
}

fn holds(object: &Value) -> bool {
    object["metadata"]["finalizers"].as_array().is_some_and(|list| !list.is_empty())
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
