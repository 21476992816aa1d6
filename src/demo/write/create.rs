//! New objects.

use std::sync::Arc;

use serde_json::{Value, json};

use super::admission::limits;
use super::admission::quota::{self, Charge};
use super::{By, How, defaults, fields, meta, tidy, validate};
use crate::demo::api::ApiError;
use crate::demo::cluster::Cluster;
use crate::demo::kinds::{Kind, KindIndex, Kinds, Known};
use crate::demo::random;
use crate::demo::store::{Body, Entry, Key, Store};
use crate::demo::wire::time;

/// Creates an object. `object` is canonical; `namespace` is the path's.
///
/// # Errors
/// 400 to 422 in the API server's words.
pub fn create(
    cluster: &Cluster,
    index: KindIndex,
    namespace: Option<&str>,
    object: Value,
    how: &How,
) -> Result<Arc<Entry>, ApiError> {
    cluster.write(|store| insert(cluster, store, index, namespace, object, how))
}

/// [`create`] for those who hold the store.
pub fn insert(
    cluster: &Cluster,
    store: &mut Store,
    index: KindIndex,
    namespace: Option<&str>,
    mut object: Value,
    how: &How,
) -> Result<Arc<Entry>, ApiError> {
    let kind = &Kinds::get().all[index];
    let named = object["metadata"]["namespace"].as_str().unwrap_or_default();
    if !named.is_empty() && named != namespace.unwrap_or_default() {
        return Err(ApiError::wrong_namespace());
    }
    if object["metadata"]["resourceVersion"].as_str().is_some_and(|version| !version.is_empty()) && !how.dry_run {
        return Err(ApiError::new(500, "", "resourceVersion should not be set on objects to be created"));
    }
    let uid = cluster.uid(store.rv() + 1);
    let applied = meta(&mut object).shift_remove("managedFields").filter(|_| matches!(how.by, By::Applied));
    own_metadata(&mut object, namespace, &uid, store.now() / 1000);
    let name = object["metadata"]["name"].as_str().unwrap_or_default().to_owned();
    if let Some(namespace) = namespace {
        admit(store, kind, namespace, &name)?;
    }
    defaults::spec(kind, &mut object);
    if let Some(map) = object.as_object_mut()
        && kind.kind != "Event"
    {
        map.shift_remove("status");
    }
    defaults::label(kind, &mut object);
    match (&how.by, applied) {
        (By::Writer(writer), _) => {
            object = tidy(kind, &object);
            fields::created(kind, &mut object, writer);
        }
        (By::Applied, Some(managed)) => drop(meta(&mut object).insert("managedFields".into(), managed)),
        _ => {}
    }
    let within = namespace.unwrap_or_default();
    if kind.kind == "Pod" {
        limits::apply(store, within, &mut object);
    }
    defaults::create(kind, &mut object, &uid, cluster.identity.seed);
    let causes = validate::create(kind, &object);
    if !causes.is_empty() {
        return Err(ApiError::invalid(kind, &name, causes));
    }
    let object = tidy(kind, &object);
    let key = Key::new(namespace.unwrap_or_default(), name.as_str());
    if kind.kind == "Pod" {
        limits::check(store, kind, within, &name, &object)?;
    }
    let charge =
        if namespace.is_some() { quota::admit(store, index, within, &name, &object)? } else { Charge::default() };
    if let Some(held) = store.get(index, &key) {
        let mut error = ApiError::exists(kind, &name);
        if held.deleting() {
            error.message = format!("object is being deleted: {}", error.message);
        }
        return Err(error);
    }
    if how.dry_run {
        return Ok(Arc::new(Entry::unsaved(key, object)));
    }
    quota::take(store, charge);
    Ok(store.put(index, key, object))
}

/// Metadata that only the server sets.
fn own_metadata(object: &mut Value, namespace: Option<&str>, uid: &str, now: i64) {
    let meta = meta(object);
    for field in ["resourceVersion", "deletionTimestamp", "deletionGracePeriodSeconds", "generation", "selfLink"] {
        meta.shift_remove(field);
    }
    let prefix = meta.get("generateName").and_then(Value::as_str).unwrap_or_default().to_owned();
    if meta.get("name").and_then(Value::as_str).is_none_or(str::is_empty) && !prefix.is_empty() {
        let end = random::suffix(random::hash_text(7, uid), 5);
        meta.insert("name".into(), format!("{prefix}{end}").into());
    }
    if let Some(namespace) = namespace {
        meta.insert("namespace".into(), namespace.into());
    }
    meta.insert("uid".into(), uid.into());
    meta.insert("creationTimestamp".into(), time::rfc3339(now).into());
}

fn admit(store: &Store, kind: &Kind, namespace: &str, name: &str) -> Result<(), ApiError> {
    let namespaces = Known::get().namespace;
    let Some(entry) = store.get(namespaces, &Key::new("", namespace)) else {
        return Err(ApiError::not_found(&Kinds::get().all[namespaces], namespace));
    };
    if entry.deleting() {
        let words = format!("unable to create new content in namespace {namespace} because it is being terminated");
        let mut error = ApiError::forbidden(kind, name, &words);
        let cause = json!({"reason": "NamespaceTerminating", "message": format!("namespace {namespace} is being terminated"),
            "field": "metadata.namespace"});
        if let Some(details) = &mut error.details {
            details["causes"] = json!([cause]);
        }
        return Err(error);
    }
    Ok(())
}

impl Entry {
    /// An object that is shown but not kept.
    pub fn unsaved(key: Key, object: Value) -> Self {
        Self { key, rv: 0, body: Body::Full(Box::new(object)) }
    }
}
