//! Requests about one object, and the deletion of many.

use std::sync::Arc;

use bytes::Bytes;
use http::{HeaderMap, HeaderValue};
use serde_json::{Map, Value, json};

use super::error::{ApiError, Cause};
use super::item::Form;
use super::media::{Media, Shown};
use super::options::Query;
use super::reply::{self, Reply};
use super::selector::Selector;
use super::{Target, with_kind};
use crate::demo::cluster::Cluster;
use crate::demo::kinds::Kind;
use crate::demo::store::{Entry, Key};
use crate::demo::table;
use crate::demo::wire::time;
use crate::demo::write::delete::{Deleted, Options, delete};
use crate::demo::write::input;
use crate::demo::write::update::{Part, replace};
use crate::demo::write::{create, json_patch, merge};

/// A request and what its path names.
pub struct Request<'a> {
    pub cluster: &'a Arc<Cluster>,
    pub target: &'a Target,
    pub query: &'a Query,
    pub form: Form,
    pub headers: &'a HeaderMap,
    pub body: &'a Bytes,
}

impl Request<'_> {
    fn kind(&self) -> &'static Kind {
        self.form.kind
    }

    fn key(&self) -> Key {
        Key::new(self.target.namespace.as_deref().unwrap_or_default(), self.target.name.as_deref().unwrap_or_default())
    }

    fn part(&self) -> Part {
        match self.target.subresource.as_deref() {
            Some("status") => Part::Status,
            Some("finalize") => Part::Finalize,
            _ => Part::Whole,
        }
    }

    pub fn get(&self) -> Result<Reply, ApiError> {
        let key = self.key();
        let entry = self.cluster.store().get(self.target.kind, &key).cloned();
        let entry = entry.ok_or_else(|| ApiError::not_found(self.kind(), &key.name))?;
        Ok(self.show(200, &entry))
    }

    fn show(&self, status: u16, entry: &Entry) -> Reply {
        let Form { kind, media, include } = self.form;
        if media.shown == Shown::Table {
            let table = table::single(kind, entry, include, time::now_millis() / 1000);
            return reply::json(status, "application/json", &table, media.gzip);
        }
        reply::object(status, media, kind, &entry.value())
    }

    pub fn create(&self) -> Result<Reply, ApiError> {
        let value = input::parse(self.headers, self.body, self.kind().kind)?;
        let (object, warnings) = input::object(self.kind(), self.query, &value)?;
        let namespace = self.target.namespace.as_deref();
        let entry = create::create(self.cluster, self.target.kind, namespace, object, self.query.dry_run())?;
        Ok(warn(self.show(201, &entry), &warnings))
    }

    pub fn replace(&self) -> Result<Reply, ApiError> {
        let value = input::parse(self.headers, self.body, self.kind().kind)?;
        let (object, warnings) = input::object(self.kind(), self.query, &value)?;
        let key = self.key();
        let named = object["metadata"]["name"].as_str().unwrap_or_default();
        if named != &*key.name {
            return Err(ApiError::bad_request(format!(
                "the name of the object ({named}) does not match the name on the URL ({})",
                key.name
            )));
        }
        let entry = self
            .cluster
            .write(|store| replace(store, self.target.kind, &key, object, self.part(), self.query.dry_run()))?;
        Ok(warn(self.show(200, &entry), &warnings))
    }

    pub fn patch(&self) -> Result<Reply, ApiError> {
        let kind = self.kind();
        let how = input::content_type(self.headers);
        let known =
            ["application/json-patch+json", "application/merge-patch+json", "application/strategic-merge-patch+json"];
        if !known.contains(&how) {
            return Err(ApiError::unsupported_media());
        }
        let patch: Value = serde_json::from_slice(self.body).map_err(|error| {
            ApiError::bad_request(format!("error decoding patch: {}", input::go_words(self.body, &error)))
        })?;
        let key = self.key();
        let (entry, warnings) = self.cluster.write(|store| {
            let current = store.get(self.target.kind, &key).ok_or_else(|| ApiError::not_found(kind, &key.name))?;
            let mut object = with_kind(&kind.group_version(), kind.kind, &current.value());
            match how {
                "application/json-patch+json" => {
                    json_patch::apply(&mut object, &patch).map_err(|_| ApiError::failed_patch())?;
                }
                "application/merge-patch+json" => merge::merge(&mut object, &patch),
                _ => merge::strategic(&mut object, &patch),
            }
            let (object, warnings) = input::object(kind, self.query, &object).map_err(|error| {
                let cause = Cause::invalid("patch", &patch.to_string(), &error.message);
                ApiError::invalid(kind, &key.name, vec![cause])
            })?;
            let entry = replace(store, self.target.kind, &key, object, self.part(), self.query.dry_run())?;
            Ok::<_, ApiError>((entry, warnings))
        })?;
        Ok(warn(self.show(200, &entry), &warnings))
    }

    pub fn delete(&self) -> Result<Reply, ApiError> {
        let options = self.delete_options()?;
        let key = self.key();
        let deleted = self.cluster.write(|store| delete(store, self.target.kind, &key, &options))?;
        Ok(match deleted {
            Deleted::Marked(entry) => self.show(200, &entry),
            Deleted::Gone(entry) if returns_object(self.kind()) => self.show(200, &entry),
            Deleted::Gone(entry) => {
                let kind = self.kind();
                let mut details = Map::new();
                details.insert("name".into(), (*key.name).into());
                if !kind.group.is_empty() {
                    details.insert("group".into(), kind.group.into());
                }
                details.insert("kind".into(), kind.plural.into());
                details.insert("uid".into(), entry.uid().into());
                let status = json!({"metadata": {}, "status": "Success", "details": details});
                let media = Media { shown: Shown::Whole, ..self.form.media };
                reply::named(200, media, "v1", "Status", &status)
            }
        })
    }

    fn delete_options(&self) -> Result<Options, ApiError> {
        let body =
            if self.body.is_empty() { Value::Null } else { input::parse(self.headers, self.body, "DeleteOptions")? };
        Options::read(self.query, &body)
    }

    /// Deletes what the selectors name; answers the list of it.
    pub fn delete_many(&self) -> Result<Reply, ApiError> {
        let options = self.delete_options()?;
        let kind = self.kind();
        let selector = Selector::parse(kind, self.query.get("labelSelector"), self.query.get("fieldSelector"))?;
        let index = self.target.kind;
        let (items, rv) = self.cluster.write(|store| {
            let found: Vec<Arc<Entry>> = store
                .range(index, self.target.namespace.as_deref())
                .filter(|entry| selector.matches(entry))
                .cloned()
                .collect();
            for entry in &found {
                // One that went in the meantime needs no deletion.
                let _ = delete(store, index, &entry.key, &options);
            }
            (found, store.rv())
        });
        let items: Vec<Value> = items.iter().map(|entry| entry.value().into_owned()).collect();
        let list = json!({
            "kind": format!("{}List", kind.kind),
            "apiVersion": kind.group_version(),
            "metadata": {"resourceVersion": rv.to_string()},
            "items": items,
        });
        Ok(reply::json(200, "application/json", &list, self.form.media.gzip))
    }
}

/// Kinds whose deletion answers the object rather than a Status.
fn returns_object(kind: &Kind) -> bool {
    let kinds = ["Pod", "PersistentVolume", "PersistentVolumeClaim", "ResourceQuota", "Service", "ServiceAccount"];
    kinds.contains(&kind.kind)
}

fn warn(mut reply: Reply, warnings: &[String]) -> Reply {
    for warning in warnings {
        if let Ok(value) = HeaderValue::from_str(&format!("299 - {warning:?}")) {
            reply.headers_mut().append("warning", value);
        }
    }
    reply
}
