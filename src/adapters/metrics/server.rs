//! HTTP/1 on one address, for whoever watches the collector.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use http::{Method, Request, Response, StatusCode};
use http_body_util::Full;
use hyper::body::{Bytes, Incoming};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::TcpListener;
use tokio::sync::Semaphore;
use tokio::time::timeout;

use super::{Board, Vitals, health};

/// Connections at once. More wait.
const CONNECTIONS: usize = 32;
/// A connection is closed after this, so that one that says nothing keeps nobody out.
const LIMIT: Duration = Duration::from_secs(10);

/// Answers until it is dropped.
pub async fn serve(listener: TcpListener, board: Arc<Board>, vitals: Vitals) -> Infallible {
    let places = Arc::new(Semaphore::new(CONNECTIONS));
    loop {
        let place = places.clone().acquire_owned().await;
        let Ok((stream, _)) = listener.accept().await else {
            // Out of file descriptors, most likely: others may close theirs.
            tokio::time::sleep(Duration::from_millis(50)).await;
            continue;
        };
        let (board, vitals) = (board.clone(), vitals.clone());
        tokio::spawn(async move {
            let _place = place;
            let answer = service_fn(move |request: Request<Incoming>| {
                let answer = respond(request.method(), request.uri().path(), &board, &vitals);
                async move { Ok::<_, Infallible>(answer) }
            });
            let connection = http1::Builder::new()
                .timer(TokioTimer::new())
                .keep_alive(false)
                .serve_connection(TokioIo::new(stream), answer);
            // A connection that breaks is the client's to notice.
            let _ = timeout(LIMIT, connection).await;
        });
    }
}

fn respond(method: &Method, path: &str, board: &Board, vitals: &Vitals) -> Response<Full<Bytes>> {
    let plain = "text/plain; charset=utf-8";
    let (status, kind, body) = match (method, path) {
        (&Method::GET | &Method::HEAD, "/healthz") => match health(vitals) {
            Ok(()) => (StatusCode::OK, plain, "ok\n".to_owned()),
            Err(words) => (StatusCode::SERVICE_UNAVAILABLE, plain, format!("{words}\n")),
        },
        (&Method::GET | &Method::HEAD, "/metrics") => {
            let text = board.metrics(&vitals.figures.borrow());
            (StatusCode::OK, "text/plain; version=0.0.4; charset=utf-8", text)
        }
        (_, "/healthz" | "/metrics") => (StatusCode::METHOD_NOT_ALLOWED, plain, "GET\n".to_owned()),
        _ => (StatusCode::NOT_FOUND, plain, "/healthz, /metrics\n".to_owned()),
    };
    let mut response = Response::new(Full::new(Bytes::from(body)));
    *response.status_mut() = status;
    response.headers_mut().insert(http::header::CONTENT_TYPE, http::HeaderValue::from_static(kind));
    response
}

#[cfg(test)]
mod tests {
    use tokio::sync::watch;

    use super::*;
    use crate::domain::sync::{Pulse, SyncFigures, SyncNews};
    use crate::runtime::ports::SyncSink;

    struct Nobody;

    impl SyncSink for Nobody {
        fn news(&self, _: SyncNews) {}
    }

    #[test]
    fn a_worker_that_is_behind_or_hangs_or_has_ended_is_not_healthy() {
        let (told, figures) = watch::channel(SyncFigures::default());
        let board = Board::new(Arc::new(Nobody));
        let mut vitals = Vitals { figures, pulse: Pulse::default(), most_lag_ms: 5_000, now_ms: || 20_000 };
        let status = |vitals: &Vitals, path: &str| respond(&Method::GET, path, &board, vitals).status().as_u16();
        assert_eq!((status(&vitals, "/healthz"), status(&vitals, "/metrics"), status(&vitals, "/")), (200, 200, 404));
        told.send_modify(|figures| figures.lag_ms = 5_001);
        assert_eq!((status(&vitals, "/healthz"), status(&vitals, "/metrics")), (503, 200));
        told.send_modify(|figures| figures.lag_ms = 0);
        assert_eq!(status(&vitals, "/healthz"), 200);
        vitals.now_ms = || 20_001;
        assert_eq!(status(&vitals, "/healthz"), 503, "four beats were missed");
        vitals.now_ms = || 0;
        assert_eq!(status(&vitals, "/healthz"), 200);
        drop(told);
        assert_eq!(status(&vitals, "/healthz"), 503);
        assert_eq!(respond(&Method::POST, "/metrics", &board, &vitals).status().as_u16(), 405);
    }
}
