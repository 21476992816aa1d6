//! Who am I, and may I?

use bytes::Bytes;
use http::HeaderMap;
use serde_json::{Value, json};

use super::access;
use super::error::ApiError;
use super::media::Media;
use super::reply::{self, Reply};
use super::write_options::Validation;
use crate::demo::cluster::Cluster;
use crate::demo::kinds::Kind;
use crate::demo::wire::time;
use crate::demo::write::{input, meta, tidy};

/// Answers a review.
///
/// # Errors
/// 400 when it is no review of this kind.
pub fn review(
    cluster: &Cluster,
    kind: &Kind,
    media: Media,
    headers: &HeaderMap,
    body: &Bytes,
) -> Result<Reply, ApiError> {
    let value = input::parse(headers, body, kind.kind)?;
    let (mut object, _) = input::object(kind, Validation::Ignore, &value, Vec::new())?;
    match kind.kind {
        "SelfSubjectReview" => {
            meta(&mut object).insert("creationTimestamp".into(), time::rfc3339(time::now_millis() / 1000).into());
            let (user, groups) = (access::user(&cluster.identity), access::groups(&cluster.identity));
            object["status"] = json!({"userInfo": {"username": user, "groups": groups}});
        }
        "SelfSubjectAccessReview" => object["status"] = access::access(&cluster.identity, &object["spec"])?,
        _ => {
            if object["spec"]["namespace"].as_str().is_none_or(str::is_empty) {
                return Err(ApiError::bad_request("no namespace on request"));
            }
            object["spec"] = json!({});
            object["status"] = access::all(&cluster.identity);
        }
    }
    let object: Value = tidy(kind, &object);
    Ok(reply::object(201, media, kind, &object))
}
