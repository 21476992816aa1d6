//! ResourceQuotas: what a namespace may hold, and what it holds.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::{Map, Value};

use super::{containers, totals};
use crate::demo::api::ApiError;
use crate::demo::bulk::Shape;
use crate::demo::kinds::{Kind, KindIndex, Kinds, Known};
use crate::demo::store::{Body, Entry, Key, Store};
use crate::demo::wire::quantity::Amount;
use crate::demo::write::{child, tidy};

/// Amounts by the names that quotas have for them.
type Usage = BTreeMap<String, Amount>;

/// What was found to be free, to be taken once the object is stored.
#[derive(Debug, Default)]
pub struct Charge(Vec<(Key, Usage)>);

/// Refuses an object for which a quota has no room.
///
/// # Errors
/// 403 in the API server's words.
pub fn admit(store: &Store, index: KindIndex, namespace: &str, name: &str, object: &Value) -> Result<Charge, ApiError> {
    let kind = &Kinds::get().all[index];
    let mut charge = Charge::default();
    for entry in store.range(Known::get().resource_quota, Some(namespace)) {
        let Some(quota) = entry.full().filter(|quota| unscoped(quota)) else { continue };
        let hard = amounts(&quota["spec"]["hard"]);
        if kind.kind == "Pod" {
            unspecified(&hard, &object["spec"]).map_or(Ok(()), |words| {
                let words = format!("failed quota: {}: must specify {words}", entry.key.name);
                Err(ApiError::forbidden(kind, name, &words))
            })?;
        }
        let asked: Usage = usage(kind, object).into_iter().filter(|(name, _)| hard.contains_key(name)).collect();
        let used = match quota["status"]["used"].as_object() {
            Some(_) => amounts(&quota["status"]["used"]),
            None => count(store, namespace, &hard),
        };
        let of = |usage: &Usage, name: &str| usage.get(name).copied().unwrap_or_default();
        let over: Vec<&String> = asked
            .iter()
            .filter(|(name, asked)| asked.nanos > 0 && of(&used, name).plus(**asked).nanos > of(&hard, name).nanos)
            .map(|(name, _)| name)
            .collect();
        if !over.is_empty() {
            let list = |usage: &Usage| -> String {
                let parts: Vec<String> =
                    over.iter().map(|name| format!("{name}={}", of(usage, name).written())).collect();
                parts.join(",")
            };
            let words = format!(
                "exceeded quota: {}, requested: {}, used: {}, limited: {}",
                entry.key.name,
                list(&asked),
                list(&used),
                list(&hard)
            );
            return Err(ApiError::forbidden(kind, name, &words));
        }
        if asked.values().any(|amount| amount.nanos > 0) {
            let after = used.into_iter().map(|(name, used)| {
                let amount = used.plus(of(&asked, &name));
                (name, amount)
            });
            charge.0.push((entry.key.clone(), after.collect()));
        }
    }
    Ok(charge)
}

/// Takes what was free.
pub fn take(store: &mut Store, charge: Charge) {
    for (key, used) in charge.0 {
        write(store, &key, &used);
    }
}

/// Counts anew what a quota's namespace holds.
pub fn recount(store: &mut Store, key: &Key) {
    let Some(entry) = store.get(Known::get().resource_quota, key) else { return };
    let Some(quota) = entry.full().filter(|_| !entry.deleting()) else { return };
    let hard = amounts(&quota["spec"]["hard"]);
    let used = count(store, &key.namespace, &hard);
    write(store, key, &used);
}

fn write(store: &mut Store, key: &Key, used: &Usage) {
    let quotas = Known::get().resource_quota;
    let Some(entry) = store.get(quotas, key) else { return };
    let mut quota = entry.value().into_owned();
    let hard = quota["spec"]["hard"].clone();
    let status = child(&mut quota, "status");
    status.insert("hard".into(), hard);
    let used: Map<String, Value> = used.iter().map(|(name, amount)| (name.clone(), amount.written().into())).collect();
    status.insert("used".into(), used.into());
    let quota = tidy(&Kinds::get().all[quotas], &quota);
    if quota != *entry.value() {
        store.put(quotas, key.clone(), quota);
    }
}

/// Quotas of certain pods only are not looked at here.
fn unscoped(quota: &Value) -> bool {
    quota["spec"]["scopes"].is_null() && quota["spec"]["scopeSelector"].is_null()
}

fn amounts(value: &Value) -> Usage {
    let entries = value.as_object().into_iter().flatten();
    entries.filter_map(|(name, value)| Some((name.clone(), Amount::read(value.as_str()?)?))).collect()
}

/// What an object counts for.
fn usage(kind: &Kind, object: &Value) -> Usage {
    let counted = if kind.group.is_empty() { kind.plural.to_owned() } else { kind.qualified() };
    let mut usage = Usage::from([(format!("count/{counted}"), Amount::one())]);
    let named = ["services", "configmaps", "secrets", "persistentvolumeclaims", "resourcequotas"];
    if named.contains(&kind.plural) {
        usage.insert(kind.plural.into(), Amount::one());
    }
    let over = matches!(object["status"]["phase"].as_str(), Some("Succeeded" | "Failed"));
    if kind.kind == "Pod" && !over {
        usage.insert("pods".into(), Amount::one());
        for (what, prefix) in [("requests", "requests."), ("limits", "limits.")] {
            for (name, amount) in totals(&object["spec"], what) {
                if what == "requests" && matches!(&*name, "cpu" | "memory" | "ephemeral-storage") {
                    usage.insert(name.clone(), amount);
                }
                usage.insert(format!("{prefix}{name}"), amount);
            }
        }
    }
    usage
}

/// What a namespace holds of what a quota limits.
fn count(store: &Store, namespace: &str, hard: &Usage) -> Usage {
    let mut used: Usage = hard.keys().map(|name| (name.clone(), Amount::default())).collect();
    for (index, kind) in Kinds::get().all.iter().enumerate().filter(|(_, kind)| kind.stored() && kind.namespaced) {
        let wanted = usage(kind, &Value::Null).keys().any(|name| hard.contains_key(name));
        if !wanted && kind.kind != "Pod" {
            continue;
        }
        // Pods that are made in bulk differ in no resource: one of each shape is looked at.
        let mut shapes: Vec<(Arc<Shape>, Usage)> = Vec::new();
        for entry in store.range(index, Some(namespace)) {
            let each = match &entry.body {
                Body::Full(object) => usage(kind, object),
                Body::Bulk(bulk) => match shapes.iter().find(|(shape, _)| Arc::ptr_eq(shape, &bulk.shape)) {
                    Some((_, usage)) => usage.clone(),
                    None => {
                        let found = usage(kind, &Entry::value(entry));
                        shapes.push((bulk.shape.clone(), found.clone()));
                        found
                    }
                },
            };
            for (name, amount) in each {
                if let Some(sum) = used.get_mut(&name) {
                    *sum = sum.plus(amount);
                }
            }
        }
    }
    used
}

/// Which containers do not say what the quota counts: `limits.memory for: main; requests.cpu for: main`.
fn unspecified(hard: &Usage, spec: &Value) -> Option<String> {
    let mut words = Vec::new();
    for name in hard.keys() {
        let (what, resource) = match &**name {
            "cpu" | "memory" => ("requests", &**name),
            other => match other.split_once('.') {
                Some((what @ ("requests" | "limits"), resource @ ("cpu" | "memory"))) => (what, resource),
                _ => continue,
            },
        };
        let lists = ["containers", "initContainers"].into_iter();
        let silent: Vec<&str> = lists
            .flat_map(|list| containers(spec, list))
            .filter(|container| container["resources"][what][resource].is_null())
            .filter_map(|container| container["name"].as_str())
            .collect();
        if !silent.is_empty() {
            words.push(format!("{name} for: {}", silent.join(",")));
        }
    }
    (!words.is_empty()).then(|| words.join("; "))
}
