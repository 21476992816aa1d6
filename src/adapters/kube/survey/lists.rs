//! Lists whose objects are read one by one as they arrive.

use prost::Message;
use serde::de::DeserializeOwned;

use crate::adapters::kube::decode::Decoder;
use crate::adapters::kube::list::{list_meta, read_parts};
use crate::adapters::kube::reader::Reader;
use crate::adapters::kube::target::escape;
use crate::adapters::kube::wire::Part;
use crate::adapters::kube::wire::encoding::{ACCEPT, Encoding};
use crate::domain::delta::Row;
use crate::domain::ids::KindId;
use crate::domain::request::PortError;
use crate::kinds::meta::ListMeta;
use crate::kinds::table::{KindEntry, entry};

/// Warnings of one page, and pages at the most: a cluster in trouble has tens of thousands, and "2000" says enough.
const PAGE: usize = 500;
const PAGES: usize = 4;
/// Nothing but the metadata: an event is ten times as long.
const METADATA: &str = "application/vnd.kubernetes.protobuf;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1,\
                        application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1;q=0.9,\
                        application/json;q=0.8";

/// Reads a whole collection out of the server's cache.
pub async fn each<K: Message + Default + DeserializeOwned>(
    reader: &Reader,
    collection: &str,
    take: &mut (dyn FnMut(K) + Send),
) -> Result<(), PortError> {
    let mut undecoded = 0_u32;
    let mut item = |encoding: Encoding, bytes: &[u8]| {
        let object = match encoding {
            Encoding::Protobuf => K::decode(bytes).ok(),
            Encoding::Json => serde_json::from_slice(bytes).ok(),
        };
        match object {
            Some(object) => take(object),
            None => undecoded += 1,
        }
    };
    all(reader, collection, &mut item).await?;
    note(reader, collection, undecoded);
    Ok(())
}

/// The same as the rows that the tables have.
pub async fn rows(
    reader: &Reader,
    kind: &'static KindEntry,
    take: &mut (dyn FnMut(Row) + Send),
) -> Result<(), PortError> {
    let collection = kind.collection(None);
    let mut decoder = Decoder::new(kind);
    let mut item = |encoding: Encoding, bytes: &[u8]| {
        if let Some(row) = decoder.row(encoding, bytes) {
            take(row);
        }
    };
    all(reader, &collection, &mut item).await?;
    note(reader, &collection, decoder.take_undecoded().map_or(0, |undecoded| undecoded.count));
    Ok(())
}

/// Warnings that the server keeps, at most [`PAGE`] × [`PAGES`]. It forgets an event an hour after it last happened
/// (`--event-ttl`), so these are those of the last hour.
pub async fn warnings(reader: &Reader) -> Result<u32, PortError> {
    let query = format!("limit={PAGE}&fieldSelector={}", escape("type=Warning"));
    let path = format!("{}?{query}", entry(KindId::Event).collection(None));
    let (mut count, mut page) = (0_u32, path.clone());
    for _ in 0..PAGES {
        let meta = one(reader, &page, METADATA, &mut |_, _| count += 1).await?;
        if meta.continue_token.is_empty() {
            break;
        }
        page = format!("{path}&continue={}", escape(&meta.continue_token));
    }
    Ok(count)
}

type Item<'a> = &'a mut (dyn FnMut(Encoding, &[u8]) + Send);

async fn all(reader: &Reader, collection: &str, item: Item<'_>) -> Result<(), PortError> {
    let mut page = format!("{collection}?resourceVersion=0");
    loop {
        let meta = one(reader, &page, ACCEPT, item).await?;
        if meta.continue_token.is_empty() {
            return Ok(());
        }
        page = format!("{collection}?continue={}", escape(&meta.continue_token));
    }
}

async fn one(reader: &Reader, page: &str, accept: &str, item: Item<'_>) -> Result<ListMeta, PortError> {
    let answer = reader.get(page, accept).await?;
    let mut meta = ListMeta::default();
    let mut each = |encoding: Encoding, part: Part<'_>| match part {
        Part::Meta(bytes) => meta = list_meta(encoding, bytes),
        Part::Item(bytes) => item(encoding, bytes),
    };
    read_parts(reader, page, answer, &mut each).await?;
    Ok(meta)
}

fn note(reader: &Reader, collection: &str, undecoded: u32) {
    if undecoded > 0 {
        tracing::warn!(cluster = reader.cluster(), collection, undecoded, "objects could not be decoded");
    }
}
