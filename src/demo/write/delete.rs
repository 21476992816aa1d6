//! Deletions: preconditions, propagation, grace and finalizers.

use std::sync::Arc;

use serde_json::{Value, json};

use super::{meta, tidy};
use crate::demo::api::{ApiError, Cause, Query, dry_run_cause};
use crate::demo::kinds::{KindIndex, Kinds};
use crate::demo::store::{Entry, Key, Store};
use crate::demo::wire::time;

/// DeleteOptions, from the body or the query.
#[derive(Debug, Clone, Default)]
pub struct Options {
    pub grace: Option<i64>,
    pub uid: Option<String>,
    pub version: Option<String>,
    /// Background, Foreground or Orphan.
    pub policy: Option<String>,
    pub dry_run: bool,
}

impl Options {
    /// A body counts alone: then nothing is read from the query.
    ///
    /// # Errors
    /// 422 for a propagation policy or a dry run that does not exist.
    pub fn read(query: &Query, body: &Value) -> Result<Self, ApiError> {
        let nothing = Query::default();
        let query = if body.is_null() { query } else { &nothing };
        let text = |value: &Value| value.as_str().map(str::to_owned);
        let from_query = |name: &str| Some(query.get(name)).filter(|text| !text.is_empty()).map(str::to_owned);
        let orphan = body["orphanDependents"]
            .as_bool()
            .or_else(|| query.has("orphanDependents").then(|| query.flag("orphanDependents")));
        let policy = text(&body["propagationPolicy"]).or_else(|| from_query("propagationPolicy"));
        let mut dry_run = query.all("dryRun");
        dry_run.extend(body["dryRun"].as_array().into_iter().flatten().filter_map(Value::as_str));
        let mut causes = Vec::new();
        if let (Some(policy), Some(_)) = (&policy, orphan) {
            let words = "orphanDependents and deletionPropagation cannot be both set";
            causes.push(Cause::invalid("propagationPolicy", &format!("{policy:?}"), words));
        }
        let known = ["Foreground", "Background", "Orphan"];
        if let Some(policy) = policy.as_deref().filter(|policy| !known.contains(policy)) {
            let all = ["Foreground", "Background", "Orphan", "nil"];
            causes.push(Cause::unsupported("propagationPolicy", policy, &all));
        }
        causes.extend(dry_run_cause(&dry_run));
        if !causes.is_empty() {
            return Err(ApiError::invalid_kind("meta.k8s.io", "DeleteOptions", "", causes));
        }
        let orphan = orphan.map(|orphan| if orphan { "Orphan" } else { "Background" }.to_owned());
        Ok(Self {
            grace: body["gracePeriodSeconds"].as_i64().or(query.number("gracePeriodSeconds")?),
            uid: text(&body["preconditions"]["uid"]),
            version: text(&body["preconditions"]["resourceVersion"]),
            policy: policy.or(orphan),
            dry_run: !dry_run.is_empty(),
        })
    }
}

/// What a deletion came to.
#[derive(Debug)]
pub enum Deleted {
    /// It is gone.
    Gone(Arc<Entry>),
    /// It goes later.
    Marked(Arc<Entry>),
}

/// Deletes an object, or marks it for deletion.
///
/// # Errors
/// 404, and 409 when a precondition does not hold.
pub fn delete(store: &mut Store, index: KindIndex, key: &Key, options: &Options) -> Result<Deleted, ApiError> {
    let kind = &Kinds::get().all[index];
    let current = store.get(index, key).ok_or_else(|| ApiError::not_found(kind, &key.name))?.clone();
    check(&current, index, key, options)?;
    let mut object = current.value().into_owned();
    let now = store.now() / 1000;
    let grace = if kind.kind == "Pod" { pod_grace(&object, options) } else { 0 };
    let mut finalizers: Vec<Value> = object["metadata"]["finalizers"].as_array().cloned().unwrap_or_default();
    if kind.kind == "Namespace" {
        if current.deleting() {
            return Ok(Deleted::Marked(current));
        }
        object["status"]["phase"] = "Terminating".into();
    } else {
        let added = match options.policy.as_deref() {
            Some("Foreground") => Some("foregroundDeletion"),
            Some("Orphan") => Some("orphan"),
            _ => None,
        };
        finalizers.extend(added.filter(|added| !finalizers.iter().any(|held| held == added)).map(Value::from));
        if finalizers.is_empty() && grace == 0 {
            if !options.dry_run {
                store.remove(index, key);
            }
            if kind.kind != "Pod" {
                return Ok(Deleted::Gone(current));
            }
            mark(&mut object, now, 0, true);
            return Ok(Deleted::Gone(Arc::new(Entry::unsaved(key.clone(), tidy(kind, &object)))));
        }
    }
    if current.deleting() && object["metadata"]["deletionGracePeriodSeconds"].as_i64().unwrap_or(0) <= grace {
        return Ok(Deleted::Marked(current));
    }
    mark(&mut object, now, grace, kind.kind != "Namespace");
    if !finalizers.is_empty() {
        meta(&mut object).insert("finalizers".into(), json!(finalizers));
    }
    let object = tidy(kind, &object);
    if options.dry_run {
        return Ok(Deleted::Marked(Arc::new(Entry::unsaved(key.clone(), object))));
    }
    Ok(Deleted::Marked(store.put(index, key.clone(), object)))
}

/// Says in its metadata that an object goes.
fn mark(object: &mut Value, now: i64, grace: i64, graceful: bool) {
    let meta = meta(object);
    meta.insert("deletionTimestamp".into(), time::rfc3339(now + grace).into());
    if graceful {
        meta.insert("deletionGracePeriodSeconds".into(), grace.into());
        if let Some(generation) = meta.get("generation").and_then(Value::as_i64) {
            meta.insert("generation".into(), (generation + 1).into());
        }
    }
}

fn check(current: &Entry, index: KindIndex, key: &Key, options: &Options) -> Result<(), ApiError> {
    let kind = &Kinds::get().all[index];
    if let Some(uid) = options.uid.as_deref().filter(|uid| *uid != current.uid()) {
        let words = format!(
            "the UID in the precondition ({uid}) does not match the UID in record ({}). The object might have been \
             deleted and then recreated",
            current.uid()
        );
        return Err(ApiError::precondition(kind, &key.name, &words));
    }
    if let Some(version) = options.version.as_deref().filter(|version| *version != current.rv.to_string()) {
        let words = format!(
            "the ResourceVersion in the precondition ({version}) does not match the ResourceVersion in record ({}). The \
             object might have been modified",
            current.rv
        );
        return Err(ApiError::precondition(kind, &key.name, &words));
    }
    Ok(())
}

fn pod_grace(pod: &Value, options: &Options) -> i64 {
    let ended = matches!(pod["status"]["phase"].as_str(), Some("Succeeded" | "Failed"));
    if ended || pod["spec"]["nodeName"].as_str().is_none_or(str::is_empty) {
        return 0;
    }
    options.grace.or_else(|| pod["spec"]["terminationGracePeriodSeconds"].as_i64()).unwrap_or(30).max(0)
}
