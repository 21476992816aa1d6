//! Times: seconds and nanoseconds in protobuf, RFC 3339 text in JSON.

use std::borrow::Cow;

use serde::de::Error;
use serde::{Deserialize, Deserializer};

/// `metav1.Time` and `metav1.MicroTime`, whose messages are alike. Unix seconds; fractions are dropped. The zero time of
/// Go is an empty message in protobuf and `null` in JSON: 0 either way.
#[derive(Clone, Copy, PartialEq, prost::Message)]
pub struct Time {
    #[prost(int64, tag = "1")]
    pub seconds: i64,
}

impl<'de> Deserialize<'de> for Time {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let Some(text) = Option::<Cow<'de, str>>::deserialize(deserializer)? else { return Ok(Self::default()) };
        let at: jiff::Timestamp = text.parse().map_err(D::Error::custom)?;
        Ok(Self { seconds: at.as_second() })
    }
}

/// Unix seconds, 0 if not set.
pub fn seconds(time: Option<Time>) -> i64 {
    time.map_or(0, |time| time.seconds)
}
