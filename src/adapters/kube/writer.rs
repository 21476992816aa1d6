//! Changes of a cluster, and what they would come to. The only code that sends a write.

use http::{HeaderMap, Method, Request, header};
use kube::client::Body;
use serde_json::Value;

use super::errors::{say, told};
use super::exec::exec;
use super::fetch::drop_managed_fields;
use super::reader::{AGENT, Reader, Sent, Unsent};
use super::transport::{Ticket, method};
use crate::domain::gate::{ApprovedWrite, Change, Propagation, Write};
use crate::domain::health::Trouble;
use crate::domain::request::{NotWritten, PortError, WriteError, WriteReply};

/// As whom the server's managedFields name us.
const MANAGER: &str = "eksdeck";

/// Carries out one approved write.
///
/// # Errors
/// What the server said, or that no answer came.
pub async fn write(reader: &Reader, approved: ApprovedWrite) -> Result<WriteReply, NotWritten> {
    if matches!(approved.write().change, Change::Exec { .. }) {
        return exec(reader, approved).await.map_err(|error| NotWritten { error, unspent: None });
    }
    let mut request = match request(approved.write(), false) {
        Ok(request) => request,
        Err(error) => return Err(NotWritten { error, unspent: None }),
    };
    request.extensions_mut().insert(Ticket::of(&approved));
    reply(reader.send(request).await).map_err(|error| {
        let raced =
            matches!(approved.write().change, Change::Patch { .. }) && matches!(error.error, PortError::Conflict(_));
        NotWritten { error, unspent: raced.then_some(approved) }
    })
}

/// What the server would say; nothing is stored.
///
/// # Errors
/// As of [`write()`].
pub async fn dry_run(reader: &Reader, write: &Write) -> Result<WriteReply, WriteError> {
    reply(reader.send(request(write, true)?).await)
}

/// Nothing was sent at all.
pub fn unsent(error: PortError) -> WriteError {
    WriteError { error, causes: Vec::new(), reason: String::new(), may_be_done: false }
}

fn request(write: &Write, dry: bool) -> Result<Request<Body>, WriteError> {
    let query = query(&write.change, dry);
    // A deletion's options are read in its body, if it has one, and else in the query; a dry run of it has none.
    let body = match (&write.change, dry) {
        (Change::Delete { .. }, true) => Vec::new(),
        _ => serde_json::to_vec(&write.body()).map_err(|error| broken(&error))?,
    };
    let mut request = Request::builder()
        .method(method(&write.change))
        .uri(format!("{}{query}", write.path()))
        .header(header::ACCEPT, "application/json")
        .header(header::USER_AGENT, AGENT);
    if !body.is_empty() {
        request = request.header(header::CONTENT_TYPE, content_type(&method(&write.change)));
    }
    request.body(Body::from(body)).map_err(|error| broken(&error))
}

fn query(change: &Change, dry: bool) -> String {
    let dry = if dry { "&dryRun=All" } else { "" };
    match change {
        Change::Create { .. } | Change::Replace { .. } => {
            format!("?fieldManager={MANAGER}&fieldValidation=Strict{dry}")
        }
        Change::Patch { .. } => format!("?fieldManager={MANAGER}{dry}"),
        Change::Delete { propagation } if !dry.is_empty() => {
            let propagation: &Propagation = propagation;
            format!("?propagationPolicy={}{dry}", propagation.name())
        }
        Change::Delete { .. } | Change::Exec { .. } => String::new(),
    }
}

fn content_type(method: &Method) -> &'static str {
    if *method == Method::PATCH { "application/merge-patch+json" } else { "application/json" }
}

fn broken(error: &dyn std::error::Error) -> WriteError {
    unsent(PortError::Broken(Trouble::new(say(&error.to_string()))))
}

fn reply(answer: Result<Sent, Unsent>) -> Result<WriteReply, WriteError> {
    match answer {
        Ok(Sent { headers, body }) => {
            let mut object: Value = serde_json::from_slice(&body).unwrap_or_default();
            drop_managed_fields(&mut object);
            Ok(WriteReply { object: Box::new(object), warnings: warnings(&headers) })
        }
        Err(Unsent { error, may_be_done, status }) => {
            let told = told(&status);
            Err(WriteError { error, causes: told.causes, reason: told.reason, may_be_done })
        }
    }
}

/// `Warning: 299 - "words"` (RFC 7234, 5.5), several in several headers.
fn warnings(headers: &HeaderMap) -> Vec<String> {
    let texts = headers.get_all(header::WARNING).into_iter().filter_map(|value| value.to_str().ok());
    let words = texts.filter_map(|text| {
        let quoted = text.split_once('"')?.1.rsplit_once('"')?.0;
        Some(say(&quoted.replace("\\\"", "\"")))
    });
    words.collect()
}

#[cfg(test)]
mod tests;
