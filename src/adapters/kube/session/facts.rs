//! What is asked once: the server's version, and who it takes us for.

use std::time::Duration;

use http_body_util::{BodyExt, Limited};
use serde_json::{Value, json};

use crate::adapters::kube::backoff::Backoff;
use crate::adapters::kube::feed::Feed;
use crate::adapters::kube::reader::Reader;
use crate::domain::health::SessionEvent;
use crate::runtime::ports::PortError;

/// /version is a few hundred bytes.
const VERSION_BYTES: usize = 64 * 1024;

/// Tells version and identity as soon as each is known. Servers before 1.28 and some gateways do not know the review.
pub async fn tell(reader: Reader, feed: Feed) {
    futures::join!(tell_version(&reader, &feed), tell_identity(&reader, &feed));
}

async fn tell_version(reader: &Reader, feed: &Feed) {
    let mut backoff = Backoff::default();
    loop {
        match version(reader).await {
            Ok(Some(git_version)) => return feed.event(SessionEvent::Version { git_version }),
            Ok(None) | Err(PortError::Forbidden(_) | PortError::NotFound(_)) => return,
            Err(_) => tokio::time::sleep(backoff.failed(Duration::ZERO)).await,
        }
    }
}

async fn version(reader: &Reader) -> Result<Option<String>, PortError> {
    let answer = reader.get("/version", "application/json").await?;
    let Ok(body) = Limited::new(answer.body, VERSION_BYTES).collect().await else { return Ok(None) };
    let version: Option<Value> = serde_json::from_slice(&body.to_bytes()).ok();
    Ok(version.and_then(|version| Some(version.get("gitVersion")?.as_str()?.to_owned())))
}

async fn tell_identity(reader: &Reader, feed: &Feed) {
    let mut backoff = Backoff::default();
    let path = "/apis/authentication.k8s.io/v1/selfsubjectreviews";
    let review = json!({"apiVersion": "authentication.k8s.io/v1", "kind": "SelfSubjectReview"});
    loop {
        match reader.review(path, review.clone()).await {
            Ok(answer) => {
                if let Some(user) = answer.pointer("/status/userInfo/username").and_then(Value::as_str) {
                    feed.event(SessionEvent::Identity { user: user.to_owned() });
                }
                return;
            }
            Err(PortError::Unreachable(_) | PortError::Unauthorised(_) | PortError::Busy(..)) => {
                tokio::time::sleep(backoff.failed(Duration::ZERO)).await;
            }
            Err(_) => return,
        }
    }
}
