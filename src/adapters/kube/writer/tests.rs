//! What is sent for each change, and what is read of the answer.

use std::convert::Infallible;
use std::sync::{Arc, Mutex};

use http::{Response, StatusCode};
use http_body_util::{BodyExt, Full};
use rstest::rstest;
use serde_json::json;

use super::*;
use crate::adapters::kube::transport::Limits;
use crate::adapters::kube::transport::tests::layers;
use crate::domain::gate::samples::{proposal, target};
use crate::domain::gate::{Answer, Ask, Environment};
use crate::domain::ids::{ClusterId, KindId, ObjectKey};

/// Method, path with query, content type and body of each request.
type Seen = Arc<Mutex<Vec<(String, String, String, Value)>>>;

fn a_write(change: Change) -> Write {
    let mut write = target(KindId::Job, &ObjectKey::new("web", "a"), change).write;
    write.version = matches!(write.change, Change::Patch { .. }).then(|| "41".to_owned());
    write
}

fn approved(change: Change) -> ApprovedWrite {
    let what = crate::domain::gate::ask::Wanted::Rerun { keys: Vec::new() };
    let mut asked = proposal(&Ask { cluster: ClusterId(0), what, hidden: 0 }, "dev", Environment::Development);
    let mut one = target(KindId::Job, &ObjectKey::new("web", "a"), change.clone());
    one.write = a_write(change);
    asked.targets.push(one);
    let approved = asked.confirm(&Answer::Flags { yes: true, word: None }).unwrap();
    approved.into_writes().next().unwrap().0
}

/// A server that answers every request so.
fn server(status: u16, headers: &'static [(&'static str, &'static str)], answer: Value) -> (Reader, Seen) {
    let seen = Seen::default();
    let noted = seen.clone();
    let reader = Reader::over(
        "here",
        tower::service_fn(move |request: Request<Body>| {
            let (noted, answer) = (noted.clone(), answer.to_string());
            async move {
                let (head, body) = request.into_parts();
                let body = body.collect().await.unwrap().to_bytes();
                let kind = head.headers.get(header::CONTENT_TYPE).map_or("", |kind| kind.to_str().unwrap());
                let body = if body.is_empty() { Value::Null } else { serde_json::from_slice(&body).unwrap() };
                noted.lock().unwrap().push((head.method.to_string(), head.uri.to_string(), kind.to_owned(), body));
                let mut answer_head = Response::builder().status(status).header("content-type", "application/json");
                for (name, value) in headers {
                    answer_head = answer_head.header(*name, *value);
                }
                Ok::<_, Infallible>(answer_head.body(Full::from(answer)).unwrap())
            }
        }),
    );
    (reader, seen)
}

fn manifest() -> Value {
    json!({"apiVersion": "batch/v1", "kind": "Job", "metadata": {"name": "a", "resourceVersion": "40"}})
}

const JOBS: &str = "/apis/batch/v1/namespaces/web/jobs";

#[rstest]
#[case(Change::Create { manifest: manifest() }, "POST", "", "?fieldManager=eksdeck&fieldValidation=Strict", "application/json", manifest())]
#[case(Change::Replace { manifest: manifest() }, "PUT", "/a", "?fieldManager=eksdeck&fieldValidation=Strict", "application/json", manifest())]
#[case(
    Change::Patch { patch: json!({"spec": {"suspend": true}}) }, "PATCH", "/a", "?fieldManager=eksdeck",
    "application/merge-patch+json",
    json!({"spec": {"suspend": true}, "metadata": {"uid": "uid-of-a", "resourceVersion": "41"}})
)]
#[case(
    Change::Delete { propagation: Propagation::Foreground }, "DELETE", "/a", "", "application/json",
    json!({"kind": "DeleteOptions", "apiVersion": "v1", "propagationPolicy": "Foreground", "preconditions": {"uid": "uid-of-a"}})
)]
#[tokio::test]
async fn each_change_is_sent_with_what_makes_it_safe(
    #[case] change: Change,
    #[case] method: &str,
    #[case] under: &str,
    #[case] query: &str,
    #[case] content_type: &str,
    #[case] body: Value,
) {
    let (reader, seen) = server(200, &[], json!({"metadata": {"name": "a"}}));
    write(&reader, approved(change.clone())).await.unwrap();
    dry_run(&reader, &a_write(change.clone())).await.unwrap();
    let seen = seen.lock().unwrap();
    let path = format!("{JOBS}{under}");
    let sent = (method.to_owned(), format!("{path}{query}"), content_type.to_owned(), body.clone());
    assert_eq!(seen[0], sent);
    let (dry_method, dry_path, dry_type, dry_body) = &seen[1];
    assert_eq!(dry_method, method);
    match change {
        // Beside a body the server would not read the query, and delete in earnest.
        Change::Delete { .. } => {
            assert_eq!(dry_path, &format!("{path}?propagationPolicy=Foreground&dryRun=All"));
            assert_eq!((dry_type.as_str(), dry_body), ("", &Value::Null));
        }
        _ => {
            assert_eq!(dry_path, &format!("{path}{query}&dryRun=All"));
            assert_eq!((dry_type.as_str(), dry_body), (content_type, &body));
        }
    }
}

#[tokio::test]
async fn the_answer_is_the_object_and_the_servers_warnings_in_clean_words() {
    let headers = &[
        ("warning", "299 - \"metadata.finalizers: \\\"x\\\": prefer a domain\""),
        ("warning", "299 - \"second\""),
        ("warning", "nonsense"),
    ];
    let object = json!({"metadata": {"name": "a", "managedFields": [{"manager": "x"}]}});
    let (reader, _) = server(201, headers, object);
    let reply = write(&reader, approved(Change::Create { manifest: manifest() })).await.unwrap();
    assert_eq!(reply.warnings, ["metadata.finalizers: \"x\": prefer a domain", "second"]);
    assert_eq!(*reply.object, json!({"metadata": {"name": "a"}}));
}

#[tokio::test]
async fn what_the_server_says_no_with_is_told_field_by_field() {
    let status = json!({
        "kind": "Status", "status": "Failure", "code": 422, "reason": "Invalid",
        "message": "Job.batch \"a\" is invalid: spec.parallelism: Invalid value: -1",
        "details": {"causes": [
            {"reason": "FieldValueInvalid", "field": "spec.parallelism", "message": "must be at least 0"},
        ]},
    });
    let (reader, _) = server(422, &[], status);
    let refused = write(&reader, approved(Change::Create { manifest: manifest() })).await.unwrap_err();
    assert_eq!(refused.error.causes, [("spec.parallelism".to_owned(), "must be at least 0".to_owned())]);
    assert_eq!((refused.error.reason.as_str(), refused.error.may_be_done), ("Invalid", false));
    assert!(refused.unspent.is_none());
}

#[tokio::test]
async fn only_a_patch_that_lost_a_race_gives_its_approval_back() {
    let status = |code: u16, reason: &str| json!({"kind": "Status", "status": "Failure", "code": code, "reason": reason, "message": reason});
    let patch = || Change::Patch { patch: json!({"spec": {"suspend": true}}) };
    let (reader, _) = server(409, &[], status(409, "Conflict"));
    let raced = write(&reader, approved(patch())).await.unwrap_err();
    assert!(matches!(raced.error.error, PortError::Conflict(_)));
    assert_eq!(raced.unspent.unwrap().write(), &a_write(patch()));
    for change in [
        Change::Create { manifest: manifest() },
        Change::Replace { manifest: manifest() },
        Change::Delete { propagation: Propagation::Background },
    ] {
        let lost = write(&reader, approved(change)).await.unwrap_err();
        assert!(matches!(lost.error.error, PortError::Conflict(_)) && lost.unspent.is_none());
    }
    let (reader, _) = server(403, &[], status(403, "Forbidden"));
    assert!(write(&reader, approved(patch())).await.unwrap_err().unspent.is_none());
}

#[rstest]
#[case(StatusCode::BAD_GATEWAY, true)]
#[case(StatusCode::GATEWAY_TIMEOUT, true)]
#[case(StatusCode::INTERNAL_SERVER_ERROR, true)]
#[case(StatusCode::SERVICE_UNAVAILABLE, true)]
#[case(StatusCode::TOO_MANY_REQUESTS, false)]
#[case(StatusCode::FORBIDDEN, false)]
#[case(StatusCode::NOT_FOUND, false)]
#[tokio::test]
async fn an_answer_tells_whether_it_may_be_done_all_the_same(#[case] status: StatusCode, #[case] may_be_done: bool) {
    let (reader, _) = server(status.as_u16(), &[], json!({"kind": "Status", "message": "no"}));
    let failed = write(&reader, approved(Change::Delete { propagation: Propagation::Background })).await.unwrap_err();
    assert_eq!(failed.error.may_be_done, may_be_done, "{:?}", failed.error);
}

#[tokio::test]
async fn a_server_that_says_itself_that_it_is_not_ready_did_nothing() {
    let status = json!({"kind": "Status", "reason": "ServiceUnavailable", "message": "apiserver is shutting down"});
    let (reader, _) = server(503, &[], status);
    let failed = write(&reader, approved(Change::Delete { propagation: Propagation::Background })).await.unwrap_err();
    assert!(!failed.error.may_be_done, "{:?}", failed.error);
}

fn over_the_wire(address: std::net::SocketAddr) -> Reader {
    let server = format!("http://{address}");
    layers::reader(&layers::settings(&server), &Limits::default())
}

#[tokio::test]
async fn a_connection_refused_is_not_sent_and_one_that_breaks_may_be_done() {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let delete = || approved(Change::Delete { propagation: Propagation::Background });
    drop(listener);
    let failed = write(&over_the_wire(address), delete()).await.unwrap_err();
    assert!(matches!(failed.error.error, PortError::Unreachable(_)), "{:?}", failed.error);
    assert!(!failed.error.may_be_done, "nobody took it");

    for answer in [&b""[..], b"HTTP/1.1 200 OK\r\ncontent-le", b"\x15\x03\xff"] {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                let _ = stream.read(&mut [0; 4096]).await;
                let _ = stream.write_all(answer).await;
            }
        });
        let failed = write(&over_the_wire(address), delete()).await.unwrap_err();
        assert!(failed.error.may_be_done, "it was read to its end: {:?}", failed.error);
    }
}
