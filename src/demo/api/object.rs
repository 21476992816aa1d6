//! Requests about one object, and the deletion of many.

use std::sync::Arc;

use bytes::Bytes;
use http::HeaderMap;
use serde_json::{Map, Value, json};

use super::Target;
use super::error::ApiError;
use super::item::Form;
use super::media::{Media, Shown};
use super::options::Query;
use super::reply::{self, Reply};
use super::selector::Selector;
use super::write_options::WriteOptions;
use crate::demo::cluster::Cluster;
use crate::demo::kinds::Kind;
use crate::demo::store::{Entry, Key, Store};
use crate::demo::table;
use crate::demo::wire::time;
use crate::demo::write::create;
use crate::demo::write::delete::{Deleted, Options, delete};
use crate::demo::write::input;
use crate::demo::write::update::{Part, replace};

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
    pub(super) fn kind(&self) -> &'static Kind {
        self.form.kind
    }

    pub(super) fn key(&self) -> Key {
        Key::new(self.target.namespace.as_deref().unwrap_or_default(), self.target.name.as_deref().unwrap_or_default())
    }

    pub(super) fn part(&self) -> Part {
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

    pub(super) fn show(&self, status: u16, entry: &Entry) -> Reply {
        let Form { kind, media, include } = self.form;
        if media.shown == Shown::Table {
            let table = table::single(kind, entry, include, time::now_millis() / 1000);
            return reply::json(status, "application/json", &table, media.gzip);
        }
        reply::object(status, media, kind, &entry.value())
    }

    pub fn create(&self) -> Result<Reply, ApiError> {
        let options = self.write_options("CreateOptions", None)?;
        let value = input::parse(self.headers, self.body, self.kind().kind)?;
        let problems = input::problems(self.headers, self.body, self.kind(), &value);
        let (object, warnings) = input::object(self.kind(), options.validation, &value, problems)?;
        let namespace = self.target.namespace.as_deref();
        let entry = create::create(self.cluster, self.target.kind, namespace, object, &options.how());
        reply::warned(entry.map(|entry| self.show(201, &entry)), warnings)
    }

    pub fn replace(&self) -> Result<Reply, ApiError> {
        let options = self.write_options("UpdateOptions", None)?;
        let value = input::parse(self.headers, self.body, self.kind().kind)?;
        let problems = input::problems(self.headers, self.body, self.kind(), &value);
        let (object, warnings) = input::object(self.kind(), options.validation, &value, problems)?;
        let key = self.key();
        self.check_names(&object)?;
        let how = options.how();
        let entry = self.cluster.write(|store| {
            self.check_uid(store, &key, &object)?;
            replace(store, self.target.kind, &key, object, self.part(), &how)
        });
        reply::warned(entry.map(|entry| self.show(200, &entry)), warnings)
    }

    pub(super) fn write_options(&self, kind: &str, applies: Option<bool>) -> Result<WriteOptions, ApiError> {
        WriteOptions::parse(self.query, self.headers, kind, applies, self.target.subresource.as_deref())
    }

    /// The object is the one that the path names.
    pub(super) fn check_names(&self, object: &Value) -> Result<(), ApiError> {
        let (name, wanted) = (object["metadata"]["name"].as_str(), self.target.name.as_deref().unwrap_or_default());
        let name = name.unwrap_or_default();
        if name != wanted {
            return Err(ApiError::bad_request(format!(
                "the name of the object ({name}) does not match the name on the URL ({wanted})"
            )));
        }
        let namespace = object["metadata"]["namespace"].as_str().filter(|namespace| !namespace.is_empty());
        if namespace.is_some_and(|namespace| Some(namespace) != self.target.namespace.as_deref()) {
            return Err(ApiError::wrong_namespace());
        }
        Ok(())
    }

    /// A whole object that is put is meant for the one with its uid.
    fn check_uid(&self, store: &Store, key: &Key, object: &Value) -> Result<(), ApiError> {
        let Some(current) = store.get(self.target.kind, key) else { return Ok(()) };
        let uid = object["metadata"]["uid"].as_str().unwrap_or_default();
        if uid.is_empty() || current.uid() == uid {
            return Ok(());
        }
        let words = format!("Precondition failed: UID in precondition: {uid}, UID in object meta: {}", current.uid());
        Err(ApiError::conflict(self.kind(), &key.name, &words))
    }

    pub fn delete(&self) -> Result<Reply, ApiError> {
        let (options, warnings) = self.delete_options()?;
        let key = self.key();
        let deleted = self.cluster.write(|store| delete(store, self.target.kind, &key, &options));
        let show = |deleted: Deleted| match deleted {
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
        };
        reply::warned(deleted.map(show), warnings)
    }

    /// The options, and warnings about them.
    fn delete_options(&self) -> Result<(Options, Vec<String>), ApiError> {
        let body =
            if self.body.is_empty() { Value::Null } else { input::parse(self.headers, self.body, "DeleteOptions")? };
        let mut options = Options::read(self.query, &body)?;
        if self.kind().kind == "Job" && options.policy.is_none() {
            options.policy = Some("Orphan".into());
            return Ok((options, vec![PODS_STAY.to_owned()]));
        }
        Ok((options, Vec::new()))
    }

    /// Deletes what the selectors name; answers the list of it.
    pub fn delete_many(&self) -> Result<Reply, ApiError> {
        let (options, warnings) = self.delete_options()?;
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
        reply::warned(Ok(reply::json(200, "application/json", &list, self.form.media.gzip)), warnings)
    }
}

/// Said when a Job is deleted and nobody says what becomes of its pods.
const PODS_STAY: &str = "child pods are preserved by default when jobs are deleted; set propagationPolicy=Background to \
                         remove them or set propagationPolicy=Orphan to suppress this warning";

/// Kinds whose deletion answers the object rather than a Status.
fn returns_object(kind: &Kind) -> bool {
    let kinds = ["Pod", "PersistentVolume", "PersistentVolumeClaim", "ResourceQuota", "Service", "ServiceAccount"];
    kinds.contains(&kind.kind)
}
