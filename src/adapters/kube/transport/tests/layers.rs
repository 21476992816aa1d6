use std::convert::Infallible;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use bytes::Bytes;
use futures::FutureExt;
use http::{HeaderValue, Method, Request, Response, header};
use http_body::{Body as HttpBody, Frame};
use http_body_util::{BodyExt, Full, StreamBody};
use kube::Client;
use kube::client::Body;
use tower::{BoxError, ServiceExt, service_fn};

use super::super::*;
use super::server::{answer, serve};
use crate::adapters::kube::auth::{Credentials, Fresh};
use crate::adapters::kube::contexts::{Login, Settings};
use crate::adapters::kube::errors::Hints;
use crate::adapters::kube::errors::{Failure, Place};
use crate::adapters::kube::reader::Reader;
use crate::domain::request::PortError;

pub fn settings(server: &str) -> Settings {
    Settings {
        server: server.parse().unwrap(),
        authorities: None,
        authorities_file: None,
        insecure: false,
        tls_server_name: None,
        proxy: None,
        compression: true,
        impersonation: kube::config::AuthInfo::default(),
        identity: None,
        login: Login::None,
        hints: Hints::default(),
    }
}

pub fn reader(settings: &Settings, limits: &Limits) -> Reader {
    let credentials = Credentials::new(settings, limits.plugin);
    let permits = FleetPermits::new(limits).cluster();
    let clients = clients(settings, &credentials, limits, &permits).unwrap();
    Reader::new(Place::new("here", &settings.server.to_string()), clients, permits)
}

fn request(method: Method, path: &str) -> Request<Body> {
    Request::builder().method(method).uri(path).body(Body::empty()).unwrap()
}

/// The client of a cluster, as writers of a later day might get hold of it.
fn bare_client(server: &str) -> Client {
    let settings = settings(server);
    let limits = Limits::default();
    let credentials = Credentials::new(&settings, limits.plugin);
    clients(&settings, &credentials, &limits, &FleetPermits::new(&limits).cluster()).unwrap().unary
}

#[tokio::test]
async fn nothing_but_reads_leaves_this_machine() {
    let listening = serve(None, |_| answer(200, "{}")).await;
    let client = bare_client(&format!("http://{}", listening.address));
    let pod = "/api/v1/namespaces/x/pods/y";
    let writes = [
        (Method::DELETE, pod.to_owned()),
        (Method::PUT, pod.to_owned()),
        (Method::PATCH, pod.to_owned()),
        (Method::POST, "/api/v1/namespaces/x/pods".to_owned()),
        (Method::POST, format!("{pod}/eviction")),
        (Method::POST, "/apis/authorization.k8s.io/v1/subjectaccessreviews".to_owned()),
        (Method::POST, "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews/x".to_owned()),
        (Method::POST, format!("{pod}?/apis/authorization.k8s.io/v1/selfsubjectaccessreviews")),
        (Method::CONNECT, "h:1".to_owned()),
        (Method::OPTIONS, pod.to_owned()),
        (Method::GET, format!("{pod}/exec?command=rm")),
        (Method::GET, format!("{pod}/attach")),
        (Method::GET, format!("{pod}/portforward")),
    ];
    for (method, path) in writes {
        let refused = client.send(request(method.clone(), &path)).await;
        let Err(kube::Error::Service(error)) = refused else { panic!("{method} {path} was sent") };
        assert!(matches!(error.downcast_ref(), Some(Failure::NotARead { .. })), "{method} {path}: {error}");
    }
    let mut upgrade = request(Method::GET, "/api/v1/namespaces/x/pods");
    upgrade.headers_mut().insert(header::UPGRADE, HeaderValue::from_static("websocket"));
    assert!(client.send(upgrade).await.is_err());
    assert_eq!(listening.connections.load(Ordering::SeqCst), 0, "not one byte was sent");

    for (method, path) in [
        (Method::GET, pod),
        (Method::HEAD, "/version"),
        (Method::GET, "/api/v1/namespaces/x/pods/exec"),
        (Method::POST, "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews"),
    ] {
        assert!(client.send(request(method, path)).await.unwrap().status().is_success());
    }
    assert!(listening.connections.load(Ordering::SeqCst) > 0);
}

type Answering = Response<Full<Bytes>>;

/// The common layers over a service.
async fn through<F>(credentials: Credentials, answering: F) -> Result<http::StatusCode, BoxError>
where
    F: Fn(Request<Body>) -> Answering + Clone + Send + Sync + 'static,
{
    let limits = Limits::default();
    let below = service_fn(move |request| {
        let answer = answering(request);
        async move { Ok::<_, Infallible>(answer) }
    });
    let deadlines = Deadlines { head: limits.unary_head, silence: None, whole: None };
    let permits = FleetPermits::new(&limits).cluster().layer(Purpose::Unary);
    let stack = guarded(below, &credentials, permits, deadlines, RateLayer::new(50, 100));
    Ok(stack.oneshot(request(Method::GET, "/version")).await?.status())
}

#[tokio::test]
async fn a_refused_credential_is_renewed_and_the_request_sent_again_once() {
    for (accepted, expected_sent, expected) in [("Bearer 2", 2, 200), ("Bearer 9", 2, 401)] {
        let (asked, sent) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
        let (counter, sending) = (asked.clone(), sent.clone());
        let credentials = Credentials::renewed(move || {
            let number = counter.fetch_add(1, Ordering::SeqCst) + 1;
            let header = HeaderValue::from_str(&format!("Bearer {number}")).ok();
            async move { Ok(Fresh { header, ..Fresh::default() }) }.boxed()
        });
        credentials.current().await.unwrap();
        credentials.grow_old();
        let status = through(credentials, move |request| {
            sending.fetch_add(1, Ordering::SeqCst);
            let good = request.headers()[header::AUTHORIZATION] == accepted;
            answer(if good { 200 } else { 401 }, "")
        });
        assert_eq!(status.await.unwrap(), expected);
        assert_eq!((asked.load(Ordering::SeqCst), sent.load(Ordering::SeqCst)), (2, expected_sent));
    }
}

#[tokio::test]
async fn no_credential_means_that_nothing_is_sent() {
    let credentials = Credentials::renewed(|| async { Err(crate::domain::health::Trouble::new("no login")) }.boxed());
    let refused = through(credentials, |_| panic!("sent")).await.unwrap_err();
    assert!(matches!(refused.downcast_ref(), Some(Failure::Credential(trouble)) if trouble.words == "no login"));
}

#[tokio::test]
async fn a_connection_is_held_until_its_body_ends_or_is_dropped() {
    let limits = Limits { connections_per_cluster: 2, ..Limits::default() };
    let listening = serve(None, |_| answer(200, "body")).await;
    let reader = reader(&settings(&format!("http://{}", listening.address)), &limits);
    assert_eq!(reader.connections(), (0, 2));
    let first = reader.get("/a", "*/*").await.unwrap();
    let second = reader.get("/b", "*/*").await.unwrap();
    assert_eq!(reader.connections(), (2, 2));
    let mut third = std::pin::pin!(reader.get("/c", "*/*"));
    assert!(futures::poll!(&mut third).is_pending());
    drop(first);
    third.await.unwrap().body.collect().await.unwrap();
    assert_eq!(reader.connections(), (1, 2));
    second.body.collect().await.unwrap();
    assert_eq!(reader.connections(), (0, 2));
}

#[tokio::test(start_paused = true)]
async fn streams_leave_room_for_questions_and_say_when_there_are_too_many() {
    let limits = Limits { connections_per_cluster: 6, ..Limits::default() };
    let fleet = FleetPermits::new(&limits);
    let permits = fleet.cluster();
    let silent = service_fn(|_: Request<Body>| async {
        let body = StreamBody::new(futures::stream::pending::<Result<Frame<Bytes>, Infallible>>());
        Ok::<_, BoxError>(Response::new(body))
    });
    let ask = |purpose| permits.layer(purpose).layer(silent).oneshot(request(Method::GET, "/"));
    let mut open = Vec::new();
    for _ in 0..3 {
        open.push(ask(Purpose::Stream).await.unwrap());
    }
    let Err(error) = ask(Purpose::Stream).await else { panic!("a stream too many") };
    assert!(matches!(error.downcast_ref(), Some(Failure::Crowded { limit: 6, in_all: false })), "{error}");
    for _ in 0..3 {
        open.push(ask(Purpose::Unary).await.unwrap());
    }
    assert_eq!((permits.connections(), fleet.connections()), ((6, 6), (6, 400)));
    open.clear();
    assert_eq!((permits.connections(), fleet.connections()), ((0, 6), (0, 400)));
}

#[tokio::test(start_paused = true)]
async fn a_hot_loop_waits() {
    let begun = tokio::time::Instant::now();
    let layer = RateLayer::new(50, 100);
    for _ in 0..200 {
        let below = service_fn(|_: Request<Body>| async { Ok::<_, BoxError>(()) });
        layer.layer(below).oneshot(request(Method::GET, "/")).await.unwrap();
    }
    let taken = begun.elapsed();
    assert!((Duration::from_millis(1_950)..Duration::from_millis(2_200)).contains(&taken), "{taken:?}");
}

fn pieces(waits: &'static [u64]) -> impl HttpBody<Data = Bytes, Error = Infallible> + Send {
    StreamBody::new(futures::stream::unfold(0, move |index| async move {
        tokio::time::sleep(Duration::from_secs(*waits.get(index)?)).await;
        Some((Ok(Frame::data(Bytes::from_static(b"x"))), index + 1))
    }))
}

/// How many pieces come through before the body ends, and whether it ends well.
async fn timed(deadlines: Deadlines, waits: &'static [u64], reading: u64) -> (usize, bool) {
    let below = service_fn(move |_: Request<Body>| async move { Ok::<_, BoxError>(Response::new(pieces(waits))) });
    let answered = DeadlineLayer::new(deadlines).layer(below).oneshot(request(Method::GET, "/")).await;
    let mut body = Box::pin(answered.unwrap().into_body());
    let mut count = 0;
    loop {
        match body.frame().await {
            None => return (count, true),
            Some(Err(error)) => {
                assert!(matches!(error.downcast_ref(), Some(Failure::Silent(_))), "{error}");
                return (count, false);
            }
            Some(Ok(_)) => count += 1,
        }
        tokio::time::sleep(Duration::from_secs(reading)).await;
    }
}

#[tokio::test(start_paused = true)]
async fn a_body_may_take_long_but_not_be_silent() {
    let seconds = Duration::from_secs;
    let unary = Deadlines { head: seconds(30), silence: Some(seconds(15)), whole: Some(seconds(60)) };
    let stream = Deadlines { silence: None, whole: None, ..unary };
    assert_eq!(timed(unary, &[10, 10, 10], 0).await, (3, true));
    assert_eq!(timed(unary, &[10, 20, 10], 0).await, (1, false));
    assert_eq!(timed(unary, &[14; 10], 0).await, (4, false), "no trickling for ever");
    assert_eq!(timed(unary, &[1, 1], 25).await, (2, true), "a slow reader is not the server's silence");
    assert_eq!(timed(stream, &[10, 4_000, 10], 0).await, (3, true));
}

#[tokio::test(start_paused = true)]
async fn a_head_that_does_not_come_is_given_up() {
    let deadlines = Deadlines { head: Duration::from_secs(15), silence: None, whole: None };
    let below = service_fn(|_: Request<Body>| futures::future::pending::<Result<Answering, BoxError>>());
    let Err(error) = DeadlineLayer::new(deadlines).layer(below).oneshot(request(Method::GET, "/")).await else {
        panic!("answered")
    };
    assert!(matches!(error.downcast_ref(), Some(Failure::NoHead(limit)) if limit.as_secs() == 15), "{error}");
}

#[tokio::test]
async fn lists_come_gzipped_and_streams_do_not() {
    let listening = serve(None, |request| {
        let gzip = request.headers().get(header::ACCEPT_ENCODING).is_some_and(|value| value == "gzip");
        if !gzip {
            return answer(200, "plain");
        }
        let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        std::io::Write::write_all(&mut packed, b"unpacked").unwrap();
        let body = Full::from(packed.finish().unwrap());
        Response::builder().header(header::CONTENT_ENCODING, "gzip").body(body).unwrap()
    })
    .await;
    let mut settings = settings(&format!("http://{}/prefix", listening.address));
    let text = async |answer: Result<crate::adapters::kube::reader::Answer, PortError>| {
        String::from_utf8(answer.unwrap().body.collect().await.unwrap().to_bytes().to_vec()).unwrap()
    };
    let both = reader(&settings, &Limits::default());
    assert_eq!(text(both.get("/x", "*/*").await).await, "unpacked");
    assert_eq!(text(both.stream("/x", "*/*").await).await, "plain");
    settings.compression = false;
    assert_eq!(text(reader(&settings, &Limits::default()).get("/x", "*/*").await).await, "plain");
}
