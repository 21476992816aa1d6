//! What is inside a namespace: every listable kind, those of CustomResourceDefinitions included.

use std::collections::BTreeSet;

use futures::StreamExt;
use futures::stream;
use serde_json::Value;

use super::{AT_ONCE, Gate};
use crate::domain::gate::{Along, Resource, Volume};
use crate::domain::ids::ClusterId;
use crate::domain::request::{FetchReply, FetchRequest, PortError};
use crate::domain::text::clean;

/// Objects of a kind that are looked at for finalizers; more are counted.
const LOOKED_AT: usize = 500;
/// They come and go by themselves, or mirror what is counted already.
const NOISE: [&str; 4] = ["events", "endpoints", "endpointslices", "leases"];

#[derive(Default)]
pub(super) struct Contents {
    pub along: Vec<Along>,
    pub volumes: Vec<Volume>,
    pub warnings: Vec<String>,
}

impl Gate {
    pub(super) async fn contents(&self, cluster: ClusterId, namespace: &str) -> Contents {
        let mut contents = Contents::default();
        let served = match self.served(cluster).await {
            Ok(served) => served,
            Err(error) => {
                let words = format!("what is inside cannot be told: {}", error.trouble().words);
                contents.warnings.push(words);
                return contents;
            }
        };
        let mut seen = BTreeSet::new();
        for group in &served.unread {
            contents.warnings.push(format!("kinds of {group} cannot be counted: their own server does not answer"));
        }
        // The first version that serves a kind is the group's preferred one.
        let listed = served.resources.iter().filter(|served| {
            let resource = &served.resource;
            let can =
                served.verbs.iter().any(|verb| verb == "list") && served.verbs.iter().any(|verb| verb == "delete");
            resource.namespaced
                && can
                && !NOISE.contains(&resource.plural.as_str())
                && seen.insert((resource.group.clone(), resource.plural.clone()))
        });
        let listed: Vec<Resource> = listed.map(|served| served.resource.clone()).collect();
        let counted = stream::iter(listed).map(|resource| self.count(cluster, resource, namespace));
        let mut counted: Vec<_> = counted.buffered(AT_ONCE).collect().await;
        counted.sort_by_key(|along| along.as_ref().map(|along| std::cmp::Reverse(along.count)).ok());
        for along in counted {
            match along {
                Ok(along) if along.count == Some(0) => {}
                Ok(along) => contents.along.push(along),
                Err(words) => contents.warnings.push(words),
            }
        }
        let (volumes, is_whole) = self.volumes(cluster, namespace).await;
        contents.volumes = volumes;
        if !is_whole {
            contents.warnings.push("not every volume claim could be looked at".to_owned());
        }
        contents
    }

    async fn count(&self, cluster: ClusterId, resource: Resource, namespace: &str) -> Result<Along, String> {
        let what = match resource.group.as_str() {
            "" | "batch" | "apps" => resource.plural.clone(),
            group => format!("{}.{group}", resource.plural),
        };
        let path = format!("{}?limit={LOOKED_AT}", resource.collection(namespace));
        match self.fetch(cluster, FetchRequest::Metadata { path }).await {
            Ok(FetchReply::Object(list)) => {
                let items: &[Value] = list["items"].as_array().map_or(&[], Vec::as_slice);
                let more = list["metadata"]["remainingItemCount"].as_u64().unwrap_or_default();
                // Every namespace has them, and they are made anew by themselves.
                let own = |item: &&Value| {
                    let name = item["metadata"]["name"].as_str().unwrap_or_default();
                    !matches!(
                        (what.as_str(), name),
                        ("serviceaccounts", "default") | ("configmaps", "kube-root-ca.crt")
                    )
                };
                let own: Vec<&Value> = items.iter().filter(own).collect();
                Ok(Along { count: Some(own.len() as u64 + more), note: held(&own), what })
            }
            Ok(_) => Ok(Along { what, count: None, note: None }),
            Err(PortError::Forbidden(_)) => Ok(Along { what, count: None, note: Some("you may not list them".into()) }),
            // A kind that went between the two questions.
            Err(PortError::NotFound(_)) => Ok(Along { what, count: Some(0), note: None }),
            Err(error) => Err(format!("{what} cannot be counted: {}", error.trouble().words)),
        }
    }

    /// The claims of a namespace with what becomes of their volumes, and whether these are all.
    async fn volumes(&self, cluster: ClusterId, namespace: &str) -> (Vec<Volume>, bool) {
        let path = format!("/api/v1/namespaces/{namespace}/persistentvolumeclaims?limit={LOOKED_AT}");
        let Ok(claims) = self.get(cluster, path).await else { return (Vec::new(), false) };
        let is_whole = claims["metadata"]["continue"].as_str().is_none_or(str::is_empty);
        let claims = claims["items"].as_array().cloned().unwrap_or_default();
        let read = stream::iter(claims).map(|claim| self.volume(cluster, claim));
        (read.buffered(AT_ONCE).collect().await, is_whole)
    }

    async fn volume(&self, cluster: ClusterId, claim: Value) -> Volume {
        let text = |value: &Value| clean(value.as_str().unwrap_or_default()).into_owned();
        let volume = text(&claim["spec"]["volumeName"]);
        let deleted = match volume.as_str() {
            "" => Some(false),
            name => {
                let found = self.get(cluster, format!("/api/v1/persistentvolumes/{name}")).await.ok();
                found.map(|found| found["spec"]["persistentVolumeReclaimPolicy"] == "Delete")
            }
        };
        let size = text(&claim["spec"]["resources"]["requests"]["storage"]);
        Volume { claim: text(&claim["metadata"]["name"]), volume, size, deleted }
    }
}

/// `2 held by finalizer example.com/keep`
fn held(items: &[&Value]) -> Option<String> {
    // The server and its controllers take these away by themselves.
    let own = ["kubernetes.io/pvc-protection", "foregroundDeletion", "orphan", "batch.kubernetes.io/job-tracking"];
    let mut names = BTreeSet::new();
    let held = items.iter().filter(|item| {
        let finalizers = item["metadata"]["finalizers"].as_array().into_iter().flatten();
        let foreign: Vec<&str> = finalizers.filter_map(Value::as_str).filter(|name| !own.contains(name)).collect();
        names.extend(foreign.iter().map(|name| clean(name).into_owned()));
        !foreign.is_empty()
    });
    let count = held.count();
    let names: Vec<String> = names.into_iter().collect();
    (count > 0).then(|| format!("{count} held by finalizer {}", names.join(", ")))
}
