//! Lists: asked for with gzip, unpacked and decoded while they arrive, handed on in batches.
//!
//! Measured on a Kubernetes 1.34 server with 10,000 pods that shares two cores with this program (seconds to the first
//! byte and to the last, gzip; 1.3 MB received of 25 MB):
//!
//! | request | first | last |
//! |---|---|---|
//! | `resourceVersion=0` | 0.06–0.08 | 0.20–0.23 |
//! | no resourceVersion | 0.06–0.10 | 0.19–0.23 |
//! | `limit=500` | 0.010 | 0.016–0.018 |
//! | `continue` after it, the other 9,500 | 0.27–1.1 | 0.43–1.4 |
//! | `resourceVersion=0`, not compressed | 0.06–0.16 | 0.30–0.41 |
//!
//! A whole list comes out of the server's cache, a continued one out of etcd. So the whole list is asked for at once,
//! and beside it, for kinds that come by the thousand, a small page: its rows stand on the screen while the server still
//! gathers the list. They belong to an older epoch, so that the list has the last word.

use std::pin::pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use bytes::Bytes;
use http_body_util::BodyExt;

use super::decode::Decoder;
use super::feed::Feed;
use super::reader::{Answer, Reader};
use super::target::{Target, escape};
use super::wire::encoding::{ACCEPT, Encoding};
use super::wire::list::ListSplitter;
use super::wire::{Garbled, Part};
use crate::domain::delta::{Delta, Row};
use crate::domain::health::Trouble;
use crate::domain::ids::KindId;
use crate::kinds::meta::ListMeta;
use crate::runtime::ports::PortError;

/// Objects of the page that is looked at beside the whole list.
const PEEK: usize = 200;
/// Rows of the first batch, so that something stands on the screen at once; each next one is twice as large …
const FIRST_BATCH: usize = 64;
/// … up to this.
const BATCH: usize = 512;
/// A list that is silent this long is given up.
const SILENCE: Duration = Duration::from_secs(30);

/// A list that is through.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// To watch from.
    pub version: String,
    /// Of its rows.
    pub epoch: u32,
}

/// The first list of a target: rows of a small page come ahead.
pub async fn first(reader: &Reader, target: &Target, decoder: &mut Decoder, feed: &Feed) -> Result<Listed, PortError> {
    if !matches!(target.kind(), KindId::Pod | KindId::Job) {
        return list(reader, target, decoder, feed).await;
    }
    let peeked = feed.next_epoch();
    let mut ahead_decoder = Decoder::new(target.entry);
    let overtaken = AtomicBool::new(false);
    let ahead = async {
        let path = format!("{}?limit={PEEK}", target.collection());
        let answer = reader.get(&path, ACCEPT).await.ok()?;
        let gate = Gate::ClosesWhen(&overtaken);
        let mut batch = Batch { deltas: Vec::new(), size: FIRST_BATCH, epoch: peeked, feed, gate };
        let meta = read_page(reader, &path, answer, &mut ahead_decoder, &mut batch).await.ok()?;
        batch.flush();
        Some(meta)
    };
    let whole = whole(reader, target, decoder, feed, &overtaken);
    let (mut ahead, mut whole) = (pin!(ahead), pin!(whole));
    tokio::select! {
        listed = &mut whole => return listed,
        _ = &mut ahead => {}
    }
    whole.await
}

/// Lists a target and hands its rows on as upserts of a new epoch, without the mark at the end.
pub async fn list(reader: &Reader, target: &Target, decoder: &mut Decoder, feed: &Feed) -> Result<Listed, PortError> {
    whole(reader, target, decoder, feed, &AtomicBool::new(false)).await
}

/// `begun` is set when the first row is there.
async fn whole(
    reader: &Reader,
    target: &Target,
    decoder: &mut Decoder,
    feed: &Feed,
    begun: &AtomicBool,
) -> Result<Listed, PortError> {
    let collection = target.collection();
    let epoch = feed.next_epoch();
    let mut batch = Batch { deltas: Vec::new(), size: FIRST_BATCH, epoch, feed, gate: Gate::Closes(begun) };
    let mut version = None;
    let mut page = format!("{collection}?resourceVersion=0");
    loop {
        let answer = reader.get(&page, ACCEPT).await?;
        let meta = read_page(reader, &page, answer, decoder, &mut batch).await?;
        batch.flush();
        let version = version.get_or_insert(meta.resource_version);
        if meta.continue_token.is_empty() {
            return Ok(Listed { version: std::mem::take(version), epoch });
        }
        page = format!("{collection}?continue={}", escape(&meta.continue_token));
    }
}

async fn read_page(
    reader: &Reader,
    path: &str,
    answer: Answer,
    decoder: &mut Decoder,
    batch: &mut Batch<'_>,
) -> Result<ListMeta, PortError> {
    let mut meta = ListMeta::default();
    let mut each = |encoding: Encoding, part: Part| match part {
        Part::Meta(bytes) => meta = list_meta(encoding, bytes),
        Part::Item(object) => batch.extend(decoder.row(encoding, object)),
    };
    read_parts(reader, path, answer, &mut each).await?;
    batch.feed.hear();
    Ok(meta)
}

/// Takes a list's answer apart while it arrives.
pub async fn read_parts(
    reader: &Reader,
    path: &str,
    mut answer: Answer,
    each: &mut (dyn FnMut(Encoding, Part<'_>) + Send),
) -> Result<(), PortError> {
    let refused = |garbled: Garbled| not_kubernetes(reader, path, garbled);
    let encoding = Encoding::of(&answer.content_type).map_err(refused)?;
    let mut splitter = ListSplitter::new(encoding);
    while let Some(chunk) = next_chunk(reader, path, &mut answer, SILENCE).await? {
        splitter.push(&chunk, &mut |part| each(encoding, part)).map_err(refused)?;
    }
    splitter.finish().map_err(refused)
}

/// A list's own metadata; what cannot be read of it is empty.
pub fn list_meta(encoding: Encoding, bytes: &[u8]) -> ListMeta {
    match encoding {
        Encoding::Protobuf => prost::Message::decode(bytes).unwrap_or_default(),
        Encoding::Json => serde_json::from_slice(bytes).unwrap_or_default(),
    }
}

/// The next bytes of an answer, `None` at its end.
pub async fn next_chunk(
    reader: &Reader,
    path: &str,
    answer: &mut Answer,
    silence: Duration,
) -> Result<Option<Bytes>, PortError> {
    loop {
        let Ok(frame) = tokio::time::timeout(silence, answer.body.frame()).await else {
            let words = format!("{}: {path}: silent for {} s", reader.cluster(), silence.as_secs());
            return Err(PortError::Unreachable(Trouble::new(words)));
        };
        match frame {
            None => return Ok(None),
            Some(Err(error)) => return Err(reader.body_error(path, &error)),
            Some(Ok(frame)) => match frame.into_data() {
                Ok(bytes) if !bytes.is_empty() => return Ok(Some(bytes)),
                _ => {}
            },
        }
    }
}

/// Bytes that cannot be Kubernetes', as an error in words.
pub fn not_kubernetes(reader: &Reader, path: &str, garbled: Garbled) -> PortError {
    PortError::Refused(Trouble::new(format!("{}: {path}: {garbled}", reader.cluster())))
}

/// Rows on their way, and how many make a batch now.
struct Batch<'a> {
    deltas: Vec<Delta>,
    size: usize,
    epoch: u32,
    feed: &'a Feed,
    gate: Gate<'a>,
}

/// Rows of a page must not come after those of the whole list, which may be newer.
enum Gate<'a> {
    /// The whole list: from its first batch on the page is of no use.
    Closes(&'a AtomicBool),
    /// The page.
    ClosesWhen(&'a AtomicBool),
}

impl Batch<'_> {
    fn extend(&mut self, row: Option<Row>) {
        let Some(row) = row else { return };
        if self.deltas.is_empty() {
            self.feed.hear();
            self.deltas.reserve_exact(self.size);
        }
        self.deltas.push(Delta::Upsert { epoch: self.epoch, row });
        if self.deltas.len() >= self.size {
            self.flush();
            self.size = (self.size * 2).min(BATCH);
        }
    }

    fn flush(&mut self) {
        let deltas = std::mem::take(&mut self.deltas);
        match self.gate {
            Gate::Closes(gate) => gate.store(true, Ordering::Relaxed),
            Gate::ClosesWhen(gate) if gate.load(Ordering::Relaxed) => return,
            Gate::ClosesWhen(_) => {}
        }
        self.feed.deltas(deltas);
    }
}
