//! Plain HTTP/1 on one port.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use http::Request;
use http_body_util::{BodyExt, Limited};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use super::error::ApiError;
use super::media::Media;
use super::reply::{self, Reply};
use crate::demo::cluster::Cluster;

/// Bodies above this are refused, as the API server has it.
const LARGEST_BODY: usize = 3 * 1024 * 1024;

/// Answers requests until `stop`, then closes what is open.
pub async fn serve(cluster: Arc<Cluster>, listener: TcpListener, stop: CancellationToken) {
    loop {
        let accepted = tokio::select! {
            () = stop.cancelled() => return,
            accepted = listener.accept() => accepted,
        };
        let Ok((stream, _)) = accepted else {
            // Out of file descriptors, most likely: others may close theirs.
            tokio::time::sleep(Duration::from_millis(50)).await;
            continue;
        };
        // Small answers must not wait for an acknowledgement.
        let _ = stream.set_nodelay(true);
        let (cluster, stop) = (cluster.clone(), stop.clone());
        tokio::spawn(async move {
            let service = service_fn(move |request| respond(cluster.clone(), request));
            let connection = http1::Builder::new()
                .timer(TokioTimer::new())
                .serve_connection(TokioIo::new(stream), service)
                .with_upgrades();
            tokio::select! {
                () = stop.cancelled() => {}
                // A connection that breaks is the client's to notice.
                _ = connection => {}
            }
        });
    }
}

async fn respond(cluster: Arc<Cluster>, request: Request<Incoming>) -> Result<Reply, Infallible> {
    let (parts, body) = request.into_parts();
    let body = match Limited::new(body, LARGEST_BODY).collect().await {
        Ok(body) => body.to_bytes(),
        Err(_) => {
            let words = format!("Request entity too large: limit is {LARGEST_BODY}");
            return Ok(reply::refusal(Media::JSON, &ApiError::new(413, "RequestEntityTooLarge", words)));
        }
    };
    Ok(super::answer(&cluster, parts, body).await)
}
