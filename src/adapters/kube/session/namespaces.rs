//! For persons who may not list a kind over the cluster: which namespaces to look into, and their rows.

use std::sync::{Arc, Mutex, PoisonError};

use futures::StreamExt;
use http_body_util::{BodyExt, Limited};
use serde_json::{Value, json};

use crate::adapters::kube::decode::Decoder;
use crate::adapters::kube::feed::{Epochs, Feed};
use crate::adapters::kube::list;
use crate::adapters::kube::reader::Reader;
use crate::adapters::kube::target::Target;
use crate::adapters::kube::wire::encoding::{ACCEPT, Encoding};
use crate::adapters::kube::wire::envelope;
use crate::domain::delta::{Delta, Row, Scope};
use crate::domain::health::SessionEvent;
use crate::domain::ids::{ClusterId, KindId, ObjectKey};
use crate::kinds::namespace::known_by_name;
use crate::kinds::table::{self, KindEntry};
use crate::runtime::ports::{PortError, SessionSink};

/// More namespaces than this are not watched one by one: each kind takes a connection in each of them.
pub const MOST: usize = 24;
/// Of how many namespaces the rights are looked up.
const REVIEWED: usize = 300;
const REVIEWS_AT_ONCE: usize = 8;
const NAMESPACE_BYTES: usize = 1024 * 1024;

/// Where a person without rights over the cluster is looked after.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidates {
    pub names: Vec<Arc<str>>,
    /// How many more there are that may be seen, or may not: they were not looked into.
    pub left_out: usize,
}

/// The namespaces that were given, else those that can be listed and hold something for us, else the context's own,
/// else `default`.
pub async fn candidates(reader: &Reader, given: &[Arc<str>], own: Option<&str>, kinds: &[KindId]) -> Candidates {
    if !given.is_empty() {
        return Candidates { names: given.to_vec(), left_out: 0 };
    }
    let mut names = match listed(reader).await {
        Ok(names) => allowed(reader, names, kinds).await,
        Err(_) => Vec::new(),
    };
    if names.is_empty() {
        names.push(own.unwrap_or("default").into());
    }
    let left_out = names.len().saturating_sub(MOST);
    names.truncate(MOST);
    Candidates { names, left_out }
}

/// Takes the names out of a list of namespaces.
#[derive(Default)]
struct Names(Mutex<Vec<Arc<str>>>);

impl SessionSink for Names {
    fn deltas(&self, _: ClusterId, deltas: Vec<Delta>) {
        let mut names = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        names.extend(deltas.into_iter().filter_map(|delta| match delta {
            Delta::Upsert { row, .. } => Some(row.meta().key.name.clone()),
            _ => None,
        }));
    }

    fn event(&self, _: ClusterId, _: SessionEvent) {}
}

async fn listed(reader: &Reader) -> Result<Vec<Arc<str>>, PortError> {
    let names = Arc::new(Names::default());
    let feed = Feed::new(ClusterId(0), names.clone(), Epochs::default());
    let target = Target { entry: table::entry(KindId::Namespace), scope: Scope::Cluster };
    list::list(reader, &target, &mut Decoder::new(target.entry), &feed).await?;
    Ok(std::mem::take(&mut names.0.lock().unwrap_or_else(PoisonError::into_inner)))
}

/// Those of `names` in which one of `kinds` may be listed, as far as the server can tell.
async fn allowed(reader: &Reader, names: Vec<Arc<str>>, kinds: &[KindId]) -> Vec<Arc<str>> {
    let reviews = names.into_iter().take(REVIEWED).map(|name| async move {
        let path = "/apis/authorization.k8s.io/v1/selfsubjectrulesreviews";
        let review = json!({"apiVersion": "authorization.k8s.io/v1", "kind": "SelfSubjectRulesReview",
            "spec": {"namespace": &*name}});
        // Whoever cannot be asked is looked into: the first list tells.
        let may = reader.review(path, review).await.map_or(true, |answer| may_list(&answer, kinds));
        may.then_some(name)
    });
    futures::stream::iter(reviews).buffered(REVIEWS_AT_ONCE).filter_map(futures::future::ready).collect().await
}

/// Whether a SelfSubjectRulesReview's answer lets one of the kinds be listed. An incomplete answer, such as webhook
/// authorizers give, counts as yes.
fn may_list(review: &Value, kinds: &[KindId]) -> bool {
    if review.pointer("/status/incomplete").and_then(Value::as_bool) == Some(true) {
        return true;
    }
    let rules = review.pointer("/status/resourceRules").and_then(Value::as_array);
    let namespaced = || kinds.iter().map(|kind| table::entry(*kind)).filter(|entry| entry.namespaced);
    rules.is_some_and(|rules| rules.iter().any(|rule| namespaced().any(|entry| rule_allows(rule, entry))))
}

fn rule_allows(rule: &Value, entry: &KindEntry) -> bool {
    let names = |field: &str, wanted: &str| {
        let values = rule.get(field).and_then(Value::as_array);
        values.is_some_and(|values| values.iter().any(|value| value == "*" || value == wanted))
    };
    let all_objects = rule.get("resourceNames").and_then(Value::as_array).is_none_or(Vec::is_empty);
    all_objects && names("verbs", "list") && names("apiGroups", entry.group) && names("resources", entry.plural)
}

/// Rows of namespaces that cannot be listed: each whole if it may be read, else its name alone.
pub async fn rows(reader: &Reader, names: &[Arc<str>]) -> Vec<Row> {
    let reads = names.iter().cloned().map(|name| async move {
        let row = one(reader, &name).await;
        row.unwrap_or_else(|| Row::Namespace(known_by_name(&name)))
    });
    futures::stream::iter(reads).buffered(REVIEWS_AT_ONCE).collect().await
}

async fn one(reader: &Reader, name: &Arc<str>) -> Option<Row> {
    let entry = table::entry(KindId::Namespace);
    let key = ObjectKey { namespace: "".into(), name: name.clone() };
    let answer = reader.get(&entry.object(&key), ACCEPT).await.ok()?;
    let encoding = Encoding::of(&answer.content_type).ok()?;
    let body = Limited::new(answer.body, NAMESPACE_BYTES).collect().await.ok()?.to_bytes();
    let object = match encoding {
        Encoding::Protobuf => envelope::unwrap(&body).ok()?,
        Encoding::Json => &body[..],
    };
    Decoder::new(entry).row(encoding, object)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn review(rules: Value, incomplete: bool) -> Value {
        json!({"status": {"resourceRules": rules, "incomplete": incomplete}})
    }

    #[test]
    fn a_rule_counts_when_it_lets_a_watched_kind_be_listed() {
        let may = |rules| may_list(&review(rules, false), &[KindId::Job, KindId::Pod, KindId::Node]);
        assert!(may(json!([{"verbs": ["get", "list"], "apiGroups": ["batch"], "resources": ["jobs"]}])));
        assert!(may(json!([{"verbs": ["*"], "apiGroups": ["*"], "resources": ["*"]}])));
        assert!(!may(json!([{"verbs": ["get"], "apiGroups": [""], "resources": ["pods"]}])));
        assert!(!may(json!([{"verbs": ["list"], "apiGroups": [""], "resources": ["pods"], "resourceNames": ["a"]}])));
        assert!(!may(json!([{"verbs": ["list"], "apiGroups": [""], "resources": ["nodes"]}])), "not of a namespace");
        assert!(may_list(&review(json!([]), true), &[KindId::Job]));
    }
}
