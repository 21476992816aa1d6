//! Which of the two encodings an answer is in.

use super::Garbled;

/// How the bytes of an answer are encoded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Encoding {
    Protobuf,
    Json,
}

/// Protobuf where the kind has it; CRDs and some aggregated servers know JSON only.
pub const ACCEPT: &str = "application/vnd.kubernetes.protobuf,application/json;q=0.9";
/// The same for watches.
pub const ACCEPT_WATCH: &str = "application/vnd.kubernetes.protobuf;stream=watch,application/json;q=0.9";

impl Encoding {
    /// From the answer's content type, whatever was asked for.
    pub fn of(content_type: &str) -> Result<Self, Garbled> {
        let media_type = content_type.split(';').next().unwrap_or_default().trim();
        if media_type.eq_ignore_ascii_case("application/vnd.kubernetes.protobuf") {
            Ok(Self::Protobuf)
        } else if media_type.eq_ignore_ascii_case("application/json") {
            Ok(Self::Json)
        } else if media_type.eq_ignore_ascii_case("text/html") {
            Err(Garbled("an HTML page instead of a Kubernetes answer: is a proxy in between?"))
        } else {
            Err(Garbled("an answer that is neither Kubernetes protobuf nor JSON"))
        }
    }
}
