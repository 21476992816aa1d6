//! Questions that are answered once.

use std::path::Path;

use http_body_util::{BodyExt, Limited};
use serde_json::{Value, json};

use super::discovery;
use super::list::read_parts;
use super::reader::Reader;
use super::survey;
use super::target::escape;
use super::wire::Part;
use super::wire::encoding::{ACCEPT, Encoding};
use crate::domain::event::EventRow;
use crate::domain::gate::{Right, Rights};
use crate::domain::health::Trouble;
use crate::domain::ids::{KindId, Uid};
use crate::domain::pool::Pool;
use crate::domain::request::{FetchReply, FetchRequest, PortError};
use crate::kinds::{event, table};

/// No object is larger; a list by its path may be, and is refused then.
const BODY_BYTES: usize = 32 * 1024 * 1024;
/// Events of one object; the server keeps them for an hour, and repeats are counted in one.
const EVENTS: usize = 500;

/// `cache` is a folder for what can be fetched again.
pub async fn fetch(reader: &Reader, request: FetchRequest, cache: Option<&Path>) -> Result<FetchReply, PortError> {
    match request {
        FetchRequest::Object { kind, key } => object(reader, &table::entry(kind).object(&key)).await,
        FetchRequest::Path { path } => object(reader, &path).await,
        FetchRequest::Events { namespace, objects } => {
            events_of(reader, &namespace, &objects).await.map(FetchReply::Events)
        }
        FetchRequest::Metadata { path } => {
            json(reader, &path, METADATA).await.map(|object| FetchReply::Object(Box::new(object)))
        }
        FetchRequest::Resources => discovery::resources(reader).await.map(FetchReply::Resources),
        FetchRequest::WhoAmI => who_am_i(reader).await,
        FetchRequest::Rights { namespace } => rights(reader, &namespace).await,
        FetchRequest::Schema { api_version } => {
            super::schema::fetch(reader, &api_version, cache).await.map(FetchReply::Schema)
        }
        FetchRequest::Clock => clock(reader).await,
        FetchRequest::Survey { labels } => {
            survey::survey(reader, &labels).await.map(|seen| FetchReply::Survey(Box::new(seen)))
        }
        FetchRequest::Checks => survey::checks(reader).await.map(FetchReply::Checks),
        FetchRequest::FinishedJob { job } => {
            survey::finished(reader, &job).await.map(|told| FetchReply::FinishedJob(Box::new(told)))
        }
        FetchRequest::Access { verb, group, resource, subresource, namespace, name } => {
            let attributes = json!({"verb": verb, "group": group, "resource": resource, "subresource": subresource,
                "namespace": namespace, "name": name});
            access(reader, attributes).await
        }
    }
}

/// Metadata alone, as JSON; a server from before 1.15 answers whole objects.
const METADATA: &str = "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1,application/json";

async fn object(reader: &Reader, path: &str) -> Result<FetchReply, PortError> {
    json(reader, path, "application/json").await.map(|object| FetchReply::Object(Box::new(object)))
}

/// Any answer in JSON, without managedFields.
pub async fn json(reader: &Reader, path: &str, accept: &str) -> Result<Value, PortError> {
    let answer = reader.get(path, accept).await?;
    let refused = |why: &dyn std::fmt::Display| {
        PortError::Refused(Trouble::new(format!(
            "{}: {path}: {}",
            reader.cluster(),
            super::errors::say(&why.to_string())
        )))
    };
    Encoding::of(&answer.content_type).map_err(|garbled| refused(&garbled))?;
    let body = Limited::new(answer.body, BODY_BYTES).collect().await.map_err(|error| refused(&error))?.to_bytes();
    let mut object: Value = serde_json::from_slice(&body).map_err(|error| refused(&error))?;
    drop_managed_fields(&mut object);
    Ok(object)
}

/// Half of an object, and of no use to a reader.
pub fn drop_managed_fields(object: &mut Value) {
    if let Some(meta) = object.get_mut("metadata").and_then(Value::as_object_mut) {
        meta.shift_remove("managedFields");
    }
    for item in object.get_mut("items").and_then(Value::as_array_mut).into_iter().flatten() {
        drop_managed_fields(item);
    }
}

async fn events_of(reader: &Reader, namespace: &str, objects: &[Uid]) -> Result<Vec<EventRow>, PortError> {
    let answers = futures::future::join_all(objects.iter().map(|uid| events(reader, namespace, *uid))).await;
    let mut rows = Vec::new();
    for (place, answer) in answers.into_iter().enumerate() {
        match answer {
            Ok(events) => rows.extend(events),
            Err(error) if place == 0 => return Err(error),
            Err(error) => tracing::info!(cluster = reader.cluster(), %error, "events of a pod"),
        }
    }
    rows.sort_by_key(|row| row.last_seen);
    Ok(rows)
}

/// Events of one object. Those of cluster-scoped objects lie in any namespace.
async fn events(reader: &Reader, namespace: &str, uid: Uid) -> Result<Vec<EventRow>, PortError> {
    let namespace = Some(namespace).filter(|name| !name.is_empty());
    let selector = escape(&format!("involvedObject.uid={uid}"));
    let path = format!("{}?limit={EVENTS}&fieldSelector={selector}", table::entry(KindId::Event).collection(namespace));
    let answer = reader.get(&path, ACCEPT).await?;
    let (mut pool, mut rows, mut undecoded) = (Pool::default(), Vec::new(), 0u32);
    let mut each = |encoding: Encoding, part: Part<'_>| {
        let Part::Item(bytes) = part else { return };
        let row = match encoding {
            Encoding::Protobuf => event::from_protobuf(bytes, &mut pool),
            Encoding::Json => event::from_json(bytes, &mut pool),
        };
        match row {
            Ok(row) => rows.push(row),
            Err(_) => undecoded += 1,
        }
    };
    read_parts(reader, &path, answer, &mut each).await?;
    if undecoded > 0 {
        tracing::warn!(cluster = reader.cluster(), undecoded, "events could not be decoded");
    }
    Ok(rows)
}

/// HTTP dates are those of RFC 2822 (RFC 9110, 5.6.7).
async fn clock(reader: &Reader) -> Result<FetchReply, PortError> {
    let answer = reader.get("/version", "application/json").await?;
    let told = answer.date.and_then(|date| jiff::fmt::rfc2822::parse(&date).ok());
    Ok(FetchReply::Clock { seconds: told.map(|time| time.timestamp().as_second()) })
}

async fn who_am_i(reader: &Reader) -> Result<FetchReply, PortError> {
    let review = json!({"apiVersion": "authentication.k8s.io/v1", "kind": "SelfSubjectReview"});
    let answer = reader.review("/apis/authentication.k8s.io/v1/selfsubjectreviews", review).await?;
    let user = answer.pointer("/status/userInfo/username").and_then(Value::as_str).unwrap_or_default();
    // As EKS's authenticator tells it.
    let arn = answer.pointer("/status/userInfo/extra/arn/0").and_then(Value::as_str).or(Some(user));
    let arn = arn.filter(|arn| arn.starts_with("arn:")).map(super::errors::say);
    Ok(FetchReply::User { name: super::errors::say(user), arn })
}

/// All rights at once. One whose review fails counts as held: the server has the last word.
async fn rights(reader: &Reader, namespace: &str) -> Result<FetchReply, PortError> {
    let asked =
        Right::ALL.into_iter().filter(|right| namespace.is_empty() || right.is_namespaced()).map(async |right| {
            let (verb, group, resource) = right.asks();
            // A namespace is asked about by its name, which is also the namespace that the review's rules are looked up in.
            let name = if resource == "namespaces" { namespace } else { "" };
            let attributes = json!({"verb": verb, "group": group, "resource": resource, "namespace": namespace,
            "name": name});
            (right, access(reader, attributes).await)
        });
    let answers = futures::future::join_all(asked).await;
    if let Some((_, Err(error))) = answers.iter().find(|(_, answer)| answer.is_err())
        && answers.iter().all(|(_, answer)| answer.is_err())
    {
        return Err(error.clone());
    }
    let denied = answers
        .into_iter()
        .filter(|(_, answer)| matches!(answer, Ok(FetchReply::Access { allowed: false, .. })))
        .fold(Rights::ALL, |rights, (right, _)| rights.without(right));
    Ok(FetchReply::Rights(denied))
}

async fn access(reader: &Reader, attributes: Value) -> Result<FetchReply, PortError> {
    let review = json!({"apiVersion": "authorization.k8s.io/v1", "kind": "SelfSubjectAccessReview",
        "spec": {"resourceAttributes": attributes}});
    let answer = reader.review("/apis/authorization.k8s.io/v1/selfsubjectaccessreviews", review).await?;
    let allowed = answer.pointer("/status/allowed").and_then(Value::as_bool).unwrap_or_default();
    let reason = answer.pointer("/status/reason").and_then(Value::as_str).unwrap_or_default().to_owned();
    Ok(FetchReply::Access { allowed, reason })
}
