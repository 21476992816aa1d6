//! What the gate in every client lets through: a raw write never, an approved one where it was approved.

use std::convert::Infallible;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use http::{HeaderValue, Method, Request, Response, header};
use kube::client::Body;
use rstest::rstest;
use serde_json::json;
use tower::{BoxError, Layer, ServiceExt, service_fn};

use super::super::{GateLayer, Ticket};
use crate::adapters::kube::errors::Failure;
use crate::domain::gate::samples::{proposal, target};
use crate::domain::gate::{Answer, ApprovedWrite, Ask, Change, Environment, Propagation};
use crate::domain::ids::{ClusterId, KindId, ObjectKey};

const JOBS: &str = "/apis/batch/v1/namespaces/web/jobs";
const JOB: &str = "/apis/batch/v1/namespaces/web/jobs/a";

/// As the gate of the runtime makes it: from a question and its right answer.
fn approved(change: Change) -> ApprovedWrite {
    let key = ObjectKey::new("web", "a");
    let what = crate::domain::gate::ask::Wanted::Rerun { keys: Vec::new() };
    let mut asked = proposal(&Ask { cluster: ClusterId(0), what, hidden: 0 }, "dev", Environment::Development);
    asked.targets.push(target(KindId::Job, &key, change));
    let approved = asked.confirm(&Answer::Flags { yes: true, word: None }).unwrap();
    approved.into_writes().next().unwrap().0
}

fn changes() -> [(Method, &'static str, Change); 4] {
    let manifest = json!({"metadata": {"name": "a"}});
    [
        (Method::POST, JOBS, Change::Create { manifest: manifest.clone() }),
        (Method::PUT, JOB, Change::Replace { manifest }),
        (Method::PATCH, JOB, Change::Patch { patch: json!({"spec": {"suspend": true}}) }),
        (Method::DELETE, JOB, Change::Delete { propagation: Propagation::Background }),
    ]
}

fn request(method: &Method, path: &str, body: &str, ticket: Option<Ticket>) -> Request<Body> {
    let mut request = Request::builder().method(method).uri(path).body(Body::from(body.as_bytes().to_vec())).unwrap();
    if let Some(ticket) = ticket {
        request.extensions_mut().insert(ticket);
    }
    request
}

/// Whether the layer handed it on. One that it refuses must not reach what is beneath.
async fn passes(request: Request<Body>) -> bool {
    let reached = Arc::new(AtomicUsize::new(0));
    let counter = reached.clone();
    let beneath = service_fn(move |_: Request<Body>| {
        counter.fetch_add(1, Ordering::SeqCst);
        async { Ok::<_, Infallible>(Response::new(Body::empty())) }
    });
    let gate = GateLayer.layer(beneath.map_err(BoxError::from));
    let answer = gate.oneshot(request).await;
    let refused = answer.is_err_and(|error| matches!(error.downcast_ref(), Some(Failure::NotARead { .. })));
    assert_eq!(refused, reached.load(Ordering::SeqCst) == 0);
    !refused
}

#[tokio::test]
async fn a_write_passes_with_the_ticket_of_its_own_method_and_path_alone() {
    for (method, path, change) in changes() {
        assert!(!passes(request(&method, path, "{}", None)).await, "{method} without a ticket");
        let ticket = || Some(Ticket::of(&approved(change.clone())));
        assert!(passes(request(&method, path, "{}", ticket())).await, "{method} as approved");
        assert!(passes(request(&method, &format!("{path}?fieldManager=x"), "{}", ticket())).await);
        for (other, other_path, _) in changes() {
            if (&other, other_path) != (&method, path) {
                assert!(!passes(request(&other, other_path, "{}", ticket())).await, "{other} for a {method}");
            }
        }
        let elsewhere = [
            format!("{path}x"),
            format!("{path}/"),
            format!("{path}/status"),
            path.replace("/web/", "/other/"),
            path.replace("/jobs", "/cronjobs"),
            path.replace("batch/v1", "batch/v1beta1"),
            format!("/prefix{path}"),
            format!("/?{path}"),
        ];
        for elsewhere in elsewhere {
            assert!(!passes(request(&method, &elsewhere, "{}", ticket())).await, "{method} {elsewhere}");
        }
    }
}

#[tokio::test]
async fn a_collection_is_never_deleted_with_the_ticket_of_one_object() {
    let ticket = Ticket::of(&approved(Change::Delete { propagation: Propagation::Background }));
    assert!(!passes(request(&Method::DELETE, JOBS, "", Some(ticket))).await);
}

#[rstest]
#[case("dryRun=All", true)]
#[case("fieldManager=x&dryRun=All", true)]
#[case("", false)]
#[case("dryRun=all", false)]
#[case("dryRun=", false)]
#[case("dryRun", false)]
#[case("DryRun=All", false)]
#[case("xdryRun=All", false)]
#[case("dryRun=All&dryRun=All", false)]
#[case("dryRun=All&dryRun=", false)]
#[case("dryRun=&dryRun=All", false)]
#[case("dryRun=All&dryRun", false)]
#[case("dryRun=All%2C", false)]
#[case("dry%52un=All", false)]
#[tokio::test]
async fn a_dry_run_is_one_only_if_the_server_takes_it_for_one(#[case] query: &str, #[case] expected: bool) {
    for (method, path, _) in changes() {
        let body = if method == Method::DELETE { "" } else { "{}" };
        let path = format!("{path}?{query}");
        assert_eq!(passes(request(&method, &path, body, None)).await, expected, "{method} {path}");
    }
}

#[tokio::test]
async fn a_deletion_with_options_in_its_body_is_no_dry_run() {
    // The server reads the options of a body and then not those of the query.
    assert!(!passes(request(&Method::DELETE, &format!("{JOB}?dryRun=All"), "{}", None)).await);
}

#[tokio::test]
async fn what_acts_on_a_pod_never_passes() {
    let pod = "/api/v1/namespaces/web/pods/a";
    for verb in ["exec", "attach", "portforward"] {
        for method in [Method::GET, Method::HEAD, Method::POST, Method::PUT] {
            for query in ["", "?command=rm", "?dryRun=All"] {
                let path = format!("{pod}/{verb}{query}");
                assert!(!passes(request(&method, &path, "", None)).await, "{method} {path}");
            }
        }
    }
    let mut upgrade = request(&Method::POST, &format!("{JOBS}?dryRun=All"), "{}", None);
    upgrade.headers_mut().insert(header::UPGRADE, HeaderValue::from_static("SPDY/3.1"));
    assert!(!passes(upgrade).await);
    let ticket = Ticket::of(&approved(Change::Create { manifest: json!({}) }));
    assert!(!passes(request(&Method::POST, &format!("{pod}/exec"), "", Some(ticket))).await);
}
