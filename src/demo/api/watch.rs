//! Watches: every one reads the cluster's history at its own pace, so that a slow reader costs nothing but itself.

use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value, json};
use tokio::sync::watch;
use tokio::time::{Instant, sleep_until};

use super::error::ApiError;
use super::feed::{Closed, Feed};
use super::item::{Form, append};
use super::list::Scope;
use super::media::Shown;
use super::options::ListOptions;
use super::reply::{self, Reply};
use crate::demo::bulk::Format;
use crate::demo::cluster::Cluster;
use crate::demo::store::{Change, Entry, Happened, Range};
use crate::demo::wire::canonical::empty;
use crate::demo::wire::{encode, time, unknown, watch_frame};

/// How long a watch without `timeoutSeconds` lasts; the API server takes 30 to 60 minutes.
const LIFE: Duration = Duration::from_secs(45 * 60);
const BOOKMARK_EVERY: Duration = Duration::from_secs(60);
/// How many changes are taken from the history at a time.
const BATCH: usize = 256;

/// Starts a watch.
///
/// # Errors
/// None of its own yet; what goes wrong later is an ERROR event.
pub fn watch(cluster: &Arc<Cluster>, scope: Scope, options: &ListOptions, form: Form) -> Result<Reply, ApiError> {
    let changed = cluster.subscribe();
    let mut first = Vec::new();
    let version = options.version.unwrap_or(0);
    let from_now = version == 0 || options.initial_events;
    let cursor = if from_now {
        let store = cluster.store();
        let range = Range {
            rv: store.rv(),
            namespace: scope.namespace.as_deref(),
            start: None,
            limit: 0,
            filter: &|entry| scope.selector.matches(entry),
        };
        first = store.at(scope.kind, range).map(|page| page.entries).unwrap_or_default();
        store.rv()
    } else {
        version
    };
    let life = options.timeout_seconds.filter(|seconds| *seconds > 0).map_or(LIFE, Duration::from_secs);
    let (feed, chunks) = Feed::new(false);
    let watcher = Watcher {
        cluster: cluster.clone(),
        scope,
        form,
        feed,
        changed,
        cursor,
        bookmarks: options.bookmarks,
        ends: Instant::now() + life,
        head: true,
    };
    let initial_end = options.initial_events && options.bookmarks;
    tokio::spawn(watcher.run(first, initial_end));
    Ok(reply::stream(form.media.watch_content_type(), false, chunks))
}

struct Watcher {
    cluster: Arc<Cluster>,
    scope: Scope,
    form: Form,
    feed: Feed,
    changed: watch::Receiver<u64>,
    /// Changes up to this version were sent.
    cursor: u64,
    bookmarks: bool,
    ends: Instant,
    /// No table was sent yet: the first carries the columns.
    head: bool,
}

impl Watcher {
    async fn run(mut self, first: Vec<Arc<Entry>>, initial_end: bool) {
        // The reader may go away at any time: then there is nobody to tell.
        let _ = self.stream(first, initial_end).await;
    }

    async fn stream(&mut self, first: Vec<Arc<Entry>>, initial_end: bool) -> Result<(), Closed> {
        let now = time::now_millis() / 1000;
        for entry in first {
            self.event("ADDED", &entry, now);
            self.feed.relieve().await?;
        }
        if initial_end {
            self.bookmark(true);
        }
        self.feed.flush().await?;
        let mut bookmark_at = Instant::now() + BOOKMARK_EVERY;
        loop {
            let seen = *self.changed.borrow_and_update();
            loop {
                let changes = self.cluster.store().changes(self.scope.kind, self.cursor, BATCH);
                let Ok(changes) = changes else { return self.too_old().await };
                let Some(last) = changes.last() else { break };
                self.cursor = last.rv;
                let now = time::now_millis() / 1000;
                changes.iter().for_each(|change| self.change(change, now));
                self.feed.flush().await?;
            }
            tokio::select! {
                changed = self.changed.changed() => if changed.is_err() { return Ok(()) },
                () = self.feed.closed() => return Err(Closed),
                () = sleep_until(self.ends) => return Ok(()),
                () = sleep_until(bookmark_at), if self.bookmarks => {
                    self.cursor = self.cursor.max(seen);
                    self.bookmark(false);
                    self.feed.flush().await?;
                    bookmark_at = Instant::now() + BOOKMARK_EVERY;
                }
            }
        }
    }

    /// A change as this watch sees it: an object that comes to match is added, one that ceases to is deleted.
    fn change(&mut self, change: &Change, now: i64) {
        let scope = &self.scope;
        if scope.namespace.as_ref().is_some_and(|namespace| **namespace != *change.entry.key.namespace) {
            return;
        }
        let is = change.happened != Happened::Deleted && scope.selector.matches(&change.entry);
        let was = change.before.as_ref().is_some_and(|before| scope.selector.matches(before));
        match (was, is) {
            (false, false) => {}
            (false, true) => self.event("ADDED", &change.entry, now),
            (true, true) => self.event("MODIFIED", &change.entry, now),
            (true, false) if change.happened == Happened::Deleted => self.event("DELETED", &change.entry, now),
            (true, false) => {
                if let Some(before) = &change.before {
                    self.event("DELETED", &before.at(change.rv), now);
                }
            }
        }
    }

    fn event(&mut self, happened: &str, entry: &Entry, now: i64) {
        let out = &mut self.feed.pending;
        match self.form.media.format {
            Format::Json => {
                out.extend_from_slice(format!("{{\"type\":\"{happened}\",\"object\":").as_bytes());
                self.form.event_json(entry, now, self.head, out);
                out.extend_from_slice(b"}\n");
            }
            Format::Protobuf => {
                let mut raw = Vec::new();
                self.form.item(entry, now, &mut raw);
                let (kind, api_version) = self.form.names();
                out.extend_from_slice(&watch_frame(happened, &unknown(&api_version, kind, &raw)));
            }
        }
        self.head = false;
    }

    fn bookmark(&mut self, initial_end: bool) {
        let (kind, api_version) = self.form.names();
        let mut object = match self.form.media.shown {
            Shown::Whole => empty(self.form.kind.message),
            Shown::Metadata => json!({"metadata": {}}),
            Shown::Table => json!({"metadata": {}, "columnDefinitions": Value::Null, "rows": []}),
        };
        let mut meta = json!({"resourceVersion": self.cursor.to_string()});
        if initial_end {
            meta["annotations"] = json!({"k8s.io/initial-events-end": "true"});
        }
        if self.form.media.shown == Shown::Table {
            let columns = if self.head { crate::demo::table::columns(self.form.kind) } else { Value::Null };
            self.head = false;
            let inner = json!({"kind": "PartialObjectMetadata", "apiVersion": "meta.k8s.io/v1", "metadata": meta});
            object = json!({"metadata": {"resourceVersion": self.cursor.to_string()}, "columnDefinitions": columns,
                "rows": [{"cells": table_blank(self.form.kind.columns.len()), "object": inner}]});
        } else {
            object["metadata"] = meta;
        }
        self.other("BOOKMARK", kind, &api_version, &object);
    }

    async fn too_old(&mut self) -> Result<(), Closed> {
        let oldest = self.cluster.store().changes(self.scope.kind, self.cursor, 1).err().map_or(0, |gone| gone.oldest);
        let error = ApiError::expired(format!("too old resource version: {} ({oldest})", self.cursor));
        self.other("ERROR", "Status", "v1", &error.status());
        self.feed.flush().await
    }

    fn other(&mut self, happened: &str, kind: &str, api_version: &str, object: &Value) {
        let out = &mut self.feed.pending;
        match (self.form.media.format, crate::demo::wire::schema::Schema::get().find(kind)) {
            (Format::Protobuf, Some(id)) => {
                let mut raw = Vec::new();
                encode::encode(id, object, &mut raw);
                out.extend_from_slice(&watch_frame(happened, &unknown(api_version, kind, &raw)));
            }
            _ => {
                append(&json!({"type": happened, "object": reply::with_kind(api_version, kind, object)}), out);
                out.push(b'\n');
            }
        }
    }
}

/// The cells of a bookmark's row say nothing.
fn table_blank(columns: usize) -> Vec<Value> {
    vec![Value::from(""); columns]
}
