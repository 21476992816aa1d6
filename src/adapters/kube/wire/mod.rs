//! The API server's framing: lists split into objects as their bytes arrive, watches into events, in both encodings.
//!
//! A protobuf list or object is `k8s\0` and a `runtime.Unknown {1: TypeMeta, 2: raw}`, whose `raw` is the message. A
//! protobuf watch is frames of a 4-byte big-endian length and a `WatchEvent {1: type, 2: RawExtension {1: raw}}`, whose
//! `raw` is again `k8s\0` and an Unknown. A JSON watch is one event a line.

pub mod encoding;
pub mod envelope;
mod field;
pub mod frames;
pub mod json_list;
pub mod list;
pub mod protobuf_list;

#[cfg(test)]
mod tests;

/// The largest object or frame that is taken: etcd refuses requests over 1.5 MiB, so a longer one is a broken length.
const OBJECT_BYTES: usize = 32 * 1024 * 1024;

/// Bytes that are not what they should be; nothing after them can be trusted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Garbled(pub &'static str);

/// One piece of a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part<'a> {
    /// The list's own metadata, encoded.
    Meta(&'a [u8]),
    /// One object, encoded.
    Item(&'a [u8]),
}
