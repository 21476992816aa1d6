//! How objects look on the wire: JSON in the API server's form, and its protobuf with the envelopes around it.

pub mod canonical;
pub mod decode;
pub mod encode;
pub mod facts;
pub mod quantity;
pub mod schema;
#[cfg(test)]
mod tests;
pub mod time;

/// What every protobuf body begins with.
pub const MAGIC: &[u8] = b"k8s\0";

/// The bytes of `runtime.Unknown` up to the content of `raw`, whose length must be known before.
pub fn unknown_head(api_version: &str, kind: &str, raw_len: usize, out: &mut Vec<u8>) {
    out.extend_from_slice(MAGIC);
    encode::nested(1, out, |out| {
        encode::bytes(1, api_version.as_bytes(), out);
        encode::bytes(2, kind.as_bytes(), out);
    });
    encode::varint(2 << 3 | 2, out);
    encode::varint(raw_len as u64, out);
}

/// The bytes of `runtime.Unknown` after `raw`: empty content encoding and type.
pub const UNKNOWN_TAIL: &[u8] = &[0x1a, 0, 0x22, 0];

/// A whole protobuf body around the message `raw`.
pub fn unknown(api_version: &str, kind: &str, raw: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(raw.len() + 64);
    unknown_head(api_version, kind, raw.len(), &mut out);
    out.extend_from_slice(raw);
    out.extend_from_slice(UNKNOWN_TAIL);
    out
}

/// One frame of a protobuf watch: big-endian length, then `WatchEvent` around an object's whole body.
pub fn watch_frame(event: &str, body: &[u8]) -> Vec<u8> {
    let mut out = vec![0; 4];
    encode::bytes(1, event.as_bytes(), &mut out);
    encode::nested(2, &mut out, |out| encode::bytes(1, body, out));
    let length = (out.len() - 4) as u32;
    out[..4].copy_from_slice(&length.to_be_bytes());
    out
}
