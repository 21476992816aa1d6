//! What stands around or instead of an object: `runtime.Unknown`, `metav1.Status`, and the version of any object.

use prost::Message;
use serde::Deserialize;

use super::encoding::Encoding;
use super::{Garbled, field};
use crate::kinds::meta::nullable;

/// In front of every protobuf body and of every object in a watch.
pub const MAGIC: &[u8; 4] = b"k8s\0";

/// The message inside `k8s\0` and its envelope.
pub fn unwrap(bytes: &[u8]) -> Result<&[u8], Garbled> {
    let unknown = bytes.strip_prefix(MAGIC).ok_or(Garbled("protobuf without Kubernetes' mark in front"))?;
    Ok(field::find(unknown, 2)?.unwrap_or_default())
}

/// `metav1.Status`: what a watch's ERROR event carries.
#[derive(Clone, PartialEq, Message, Deserialize)]
#[serde(default)]
pub struct Status {
    #[prost(string, tag = "3")]
    #[serde(deserialize_with = "nullable")]
    pub message: String,
    #[prost(string, tag = "4")]
    #[serde(deserialize_with = "nullable")]
    pub reason: String,
    #[prost(int32, tag = "6")]
    #[serde(deserialize_with = "nullable")]
    pub code: i32,
}

impl Status {
    pub fn read(encoding: Encoding, bytes: &[u8]) -> Option<Self> {
        match encoding {
            Encoding::Protobuf => Self::decode(bytes).ok(),
            Encoding::Json => serde_json::from_slice(bytes).ok(),
        }
    }

    /// The resourceVersion is too old: only a new list helps.
    pub fn is_gone(&self) -> bool {
        self.code == 410 || self.reason == "Expired" || self.reason == "Gone"
    }
}

/// Any object, of which only the resourceVersion is wanted: `metadata` is tag 1 of every kind.
#[derive(Clone, PartialEq, Message, Deserialize)]
#[serde(default)]
struct Versioned {
    #[prost(message, optional, tag = "1")]
    metadata: Option<Version>,
}

#[derive(Clone, PartialEq, Message, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Version {
    #[prost(string, tag = "6")]
    #[serde(deserialize_with = "nullable")]
    resource_version: String,
}

/// The resourceVersion of an object, if it has one.
pub fn resource_version(encoding: Encoding, object: &[u8]) -> Option<String> {
    let versioned: Versioned = match encoding {
        Encoding::Protobuf => Versioned::decode(object).ok()?,
        Encoding::Json => serde_json::from_slice(object).ok()?,
    };
    versioned.metadata.map(|meta| meta.resource_version).filter(|version| !version.is_empty())
}
