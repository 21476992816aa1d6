//! One watch, from its request to its end.

use std::time::Duration;

use super::decode::Decoder;
use super::feed::Feed;
use super::list::{next_chunk, not_kubernetes};
use super::reader::{Answer, Reader};
use super::target::{Target, escape};
use super::wire::encoding::{ACCEPT_WATCH, Encoding};
use super::wire::envelope::{self, Status};
use super::wire::frames::{EventKind, Frame, FrameSplitter};
use crate::domain::delta::Delta;
use crate::domain::health::Trouble;
use crate::runtime::ports::PortError;

/// The API server sends a bookmark about every minute: silence of this length means that nobody is there.
const SILENCE: Duration = Duration::from_secs(90);
/// After how many seconds the server is asked to end a watch, at least; some jitter is added, so that a cluster's watches
/// do not all begin anew in the same second.
const LIFE_SECONDS: f64 = 240.0;

/// Opens the watch after `version`.
pub async fn open(reader: &Reader, target: &Target, version: &str, chance: f64) -> Result<Answer, PortError> {
    let life = LIFE_SECONDS * (1.0 + 0.25 * chance);
    let path = format!(
        "{}?watch=1&allowWatchBookmarks=true&timeoutSeconds={life:.0}&resourceVersion={}",
        target.collection(),
        escape(version)
    );
    reader.stream(&path, ACCEPT_WATCH).await
}

/// Hands the watch's events on until it ends, and keeps `version` at the last one seen. An end that the server meant
/// is `Ok`; [`PortError::Gone`] means that only a new list helps.
pub async fn follow(
    reader: &Reader,
    target: &Target,
    mut answer: Answer,
    version: &mut String,
    epoch: u32,
    decoder: &mut Decoder,
    feed: &Feed,
) -> Result<(), PortError> {
    let path = target.collection();
    let encoding = Encoding::of(&answer.content_type).map_err(|garbled| not_kubernetes(reader, &path, garbled))?;
    let mut splitter = FrameSplitter::new(encoding);
    loop {
        let chunk = match next_chunk(reader, &path, &mut answer, SILENCE).await? {
            Some(chunk) => chunk,
            None => return Ok(()),
        };
        feed.hear();
        let mut deltas = Vec::new();
        let mut trouble = None;
        let pushed = splitter.push(&chunk, &mut |frame| match frame {
            Err(garbled) => decoder.note(&garbled),
            Ok(frame) if frame.kind == EventKind::Error => {
                trouble = trouble.take().or(Some(refusal(reader, encoding, &frame)))
            }
            Ok(frame) => {
                deltas.extend(delta(encoding, &frame, epoch, decoder));
                if let Some(seen) = envelope::resource_version(encoding, frame.object) {
                    *version = seen;
                }
            }
        });
        deltas.shrink_to_fit();
        feed.deltas(deltas);
        pushed.map_err(|garbled| not_kubernetes(reader, &path, garbled))?;
        if let Some(trouble) = trouble {
            return Err(trouble);
        }
    }
}

fn delta(encoding: Encoding, frame: &Frame, epoch: u32, decoder: &mut Decoder) -> Option<Delta> {
    match frame.kind {
        EventKind::Upsert => Some(Delta::Upsert { epoch, row: decoder.row(encoding, frame.object)? }),
        EventKind::Delete => {
            let row = decoder.row(encoding, frame.object)?;
            Some(Delta::Delete { kind: row.kind(), key: row.meta().key.clone() })
        }
        EventKind::Bookmark | EventKind::Error | EventKind::Other => None,
    }
}

/// An ERROR event in words.
fn refusal(reader: &Reader, encoding: Encoding, frame: &Frame) -> PortError {
    let status = Status::read(encoding, frame.object).unwrap_or_default();
    let told = super::errors::say(if status.message.is_empty() { &status.reason } else { &status.message });
    let trouble = Trouble::new(format!("{}: the watch ended: {told}", reader.cluster()));
    if status.is_gone() { PortError::Gone(trouble) } else { PortError::Refused(trouble) }
}
