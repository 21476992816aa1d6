//! Lists: pages, versions, and bodies that are written while they are made.

use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Map, Value, json};

use super::error::ApiError;
use super::feed::{Closed, Feed};
use super::item::{Form, append};
use super::media::Shown;
use super::options::{ListOptions, Match};
use super::reply::{self, Reply};
use super::selector::Selector;
use crate::demo::bulk::Format;
use crate::demo::cluster::Cluster;
use crate::demo::kinds::KindIndex;
use crate::demo::store::{Entry, Key, Page, Range};
use crate::demo::table;
use crate::demo::wire::schema::Schema;
use crate::demo::wire::{UNKNOWN_TAIL, encode, time, unknown_head};

/// Which objects a request is about.
#[derive(Debug, Clone)]
pub struct Scope {
    pub kind: KindIndex,
    pub namespace: Option<String>,
    pub selector: Selector,
}

/// Answers a list.
///
/// # Errors
/// 400, 410 or 504 as the API server has them.
pub fn list(cluster: &Cluster, scope: &Scope, options: &ListOptions, form: Form) -> Result<Reply, ApiError> {
    let (page, rv) = page(cluster, scope, options)?;
    let meta = list_meta(scope, &page, rv, options);
    let gzip = form.media.gzip && is_long(form, &page.entries);
    let (feed, chunks) = Feed::new(gzip);
    let reply = reply::stream(form.media.content_type(), gzip, chunks);
    let entries = page.entries;
    tokio::spawn(async move {
        // The reader may go away at any time: then there is nobody to tell.
        let _ = match form.media.format {
            Format::Json => write_json(feed, form, meta, entries).await,
            Format::Protobuf => write_protobuf(feed, form, meta, entries).await,
        };
    });
    Ok(reply)
}

fn page(cluster: &Cluster, scope: &Scope, options: &ListOptions) -> Result<(Page, u64), ApiError> {
    let store = cluster.store();
    let current = store.rv();
    let token = Token::parse(&options.continue_token)?;
    let asked = options.version.unwrap_or(0);
    if asked > current {
        return Err(ApiError::too_large_version(asked, current));
    }
    let rv = match &token {
        Some(token) if token.rv > 0 => token.rv as u64,
        None if options.version_match == Match::Exact => asked,
        _ => current,
    };
    let start = token.as_ref().map(|token| token.key(scope.namespace.as_deref()));
    let range = Range {
        rv,
        namespace: scope.namespace.as_deref(),
        start: start.as_ref(),
        limit: options.limit,
        filter: &|entry| scope.selector.matches(entry),
    };
    match store.at(scope.kind, range) {
        Ok(page) => Ok((page, rv)),
        Err(_) => Err(match token {
            Some(token) => {
                ApiError { continue_token: Some(Token { rv: -1, ..token }.write()), ..ApiError::expired(TOO_OLD) }
            }
            None => ApiError::expired("The resourceVersion for the provided list is too old."),
        }),
    }
}

/// Whether a list is long enough to be compressed. Very many objects always are.
fn is_long(form: Form, entries: &[Arc<Entry>]) -> bool {
    let mut length = 0;
    entries.len() > 500
        || entries.iter().any(|entry| {
            length += form.item_len(entry).unwrap_or_else(|| {
                let mut bytes = Vec::new();
                form.item(entry, 0, &mut bytes);
                bytes.len()
            });
            length >= reply::GZIP_FROM
        })
}

const TOO_OLD: &str = "The provided continue parameter is too old to display a consistent list result. You can start \
                       a new list without the continue parameter, or use the continue token in this response to \
                       retrieve the remainder of the results. Continuing with the provided token results in an \
                       inconsistent list - objects that were created, modified, or deleted between the time the first \
                       chunk was returned and now may show up in the list.";

fn list_meta(scope: &Scope, page: &Page, rv: u64, options: &ListOptions) -> Value {
    let mut meta = Map::new();
    meta.insert("resourceVersion".into(), rv.to_string().into());
    if let (true, Some(last)) = (page.more && options.limit > 0, page.entries.last()) {
        let start = match &scope.namespace {
            Some(_) => last.key.name.to_string(),
            None => format!("{}/{}", last.key.namespace, last.key.name),
        };
        let token = Token { rv: rv as i64, start: format!("{start}\0") };
        meta.insert("continue".into(), token.write().into());
        if scope.selector.is_empty() {
            meta.insert("remainingItemCount".into(), page.left.into());
        }
    }
    Value::Object(meta)
}

/// Where the next page begins.
#[derive(Debug, Clone)]
struct Token {
    /// -1 is "whatever is now".
    rv: i64,
    /// The last key of the page before, relative to the list's own path, and a NUL.
    start: String,
}

impl Token {
    fn parse(text: &str) -> Result<Option<Self>, ApiError> {
        if text.is_empty() {
            return Ok(None);
        }
        let refuse =
            |words: &str| ApiError::bad_request(format!("invalid continue token: continue key is not valid: {words}"));
        let bytes = URL_SAFE_NO_PAD.decode(text.trim_end_matches('=')).map_err(|error| refuse(&error.to_string()))?;
        let value: Value = serde_json::from_slice(&bytes).map_err(|_| {
            let first = bytes.first().copied().map_or('?', char::from);
            refuse(&format!("invalid character '{first}' looking for beginning of value"))
        })?;
        if value["v"] != "meta.k8s.io/v1" {
            return Err(refuse("server does not recognize this encoded version"));
        }
        let start = value["start"].as_str().unwrap_or_default().to_owned();
        if start.is_empty() {
            return Err(refuse("continue key is not valid: encoded start key empty (version meta.k8s.io/v1)"));
        }
        Ok(Some(Self { rv: value["rv"].as_i64().unwrap_or(-1), start }))
    }

    fn write(&self) -> String {
        URL_SAFE_NO_PAD.encode(json!({"v": "meta.k8s.io/v1", "rv": self.rv, "start": self.start}).to_string())
    }

    fn key(&self, namespace: Option<&str>) -> Key {
        let start = self.start.trim_end_matches('\0');
        match namespace {
            Some(namespace) => Key::new(namespace, start),
            None => {
                start.split_once('/').map_or_else(|| Key::new("", start), |(namespace, name)| Key::new(namespace, name))
            }
        }
    }
}

async fn write_json(mut feed: Feed, form: Form, meta: Value, entries: Vec<Arc<Entry>>) -> Result<(), Closed> {
    let (kind, api_version) = form.list_names();
    let mut head = json!({"kind": kind, "apiVersion": api_version, "metadata": meta});
    let items = if form.media.shown == Shown::Table {
        head["columnDefinitions"] = table::columns(form.kind);
        "rows"
    } else {
        "items"
    };
    append(&head, &mut feed.pending);
    feed.pending.pop();
    feed.pending.extend_from_slice(format!(",\"{items}\":[").as_bytes());
    let now = time::now_millis() / 1000;
    for (at, entry) in entries.iter().enumerate() {
        if at > 0 {
            feed.pending.push(b',');
        }
        form.item(entry, now, &mut feed.pending);
        feed.relieve().await?;
    }
    feed.pending.extend_from_slice(b"]}");
    feed.finish().await
}

/// The envelope tells the length of all items before the first: bulk ones know theirs, the others are made beforehand.
async fn write_protobuf(mut feed: Feed, form: Form, meta: Value, entries: Vec<Arc<Entry>>) -> Result<(), Closed> {
    let mut head = Vec::new();
    if let Some(id) = Schema::get().find("ListMeta") {
        encode::nested(1, &mut head, |out| encode::encode(id, &meta, out));
    }
    let now = time::now_millis() / 1000;
    let mut total = head.len();
    let mut made: Vec<(usize, Option<Vec<u8>>)> = Vec::with_capacity(entries.len());
    for entry in &entries {
        let (length, bytes) = match form.item_len(entry) {
            Some(length) => (length, None),
            None => {
                let mut bytes = Vec::new();
                form.item(entry, now, &mut bytes);
                (bytes.len(), Some(bytes))
            }
        };
        total += 1 + encode::varint_len(length as u64) + length;
        made.push((length, bytes));
    }
    let (kind, api_version) = form.list_names();
    unknown_head(&api_version, &kind, total, &mut feed.pending);
    feed.pending.extend_from_slice(&head);
    for (entry, (length, bytes)) in entries.iter().zip(made) {
        encode::varint(2 << 3 | 2, &mut feed.pending);
        encode::varint(length as u64, &mut feed.pending);
        match bytes {
            Some(bytes) => feed.pending.extend_from_slice(&bytes),
            None => form.item(entry, now, &mut feed.pending),
        }
        feed.relieve().await?;
    }
    feed.pending.extend_from_slice(UNKNOWN_TAIL);
    feed.finish().await
}
