//! A small HTTP server for tests, with or without TLS, that counts what reaches it.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use http::{Request, Response};
use http_body_util::Full;
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt, copy_bidirectional};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;

pub type Answer = Response<Full<bytes::Bytes>>;

/// What is listening, and how many connections it took.
pub struct Listening {
    pub address: SocketAddr,
    pub connections: Arc<AtomicUsize>,
}

pub fn answer(status: u16, body: &str) -> Answer {
    Response::builder().status(status).body(Full::from(body.to_owned())).unwrap()
}

/// Serves `answering` on a free port until the test's runtime ends.
pub async fn serve<F>(tls: Option<TlsAcceptor>, answering: F) -> Listening
where
    F: Fn(Request<Incoming>) -> Answer + Clone + Send + Sync + 'static,
{
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let connections = Arc::new(AtomicUsize::new(0));
    let counter = connections.clone();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            counter.fetch_add(1, Ordering::SeqCst);
            let (answering, tls) = (answering.clone(), tls.clone());
            tokio::spawn(async move {
                match tls {
                    None => http1(stream, answering).await,
                    Some(tls) => {
                        if let Ok(stream) = tls.accept(stream).await {
                            http1(stream, answering).await;
                        }
                    }
                }
            });
        }
    });
    Listening { address, connections }
}

async fn http1<S, F>(stream: S, answering: F)
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    F: Fn(Request<Incoming>) -> Answer + Clone + Send + Sync + 'static,
{
    let service = service_fn(move |request| {
        let answer = answering(request);
        async move { Ok::<_, Infallible>(answer) }
    });
    let _ = hyper::server::conn::http1::Builder::new().serve_connection(TokioIo::new(stream), service).await;
}

/// A proxy that takes CONNECT with this `Proxy-Authorization`, whatever the name, and leads to `target`.
pub async fn proxy(target: SocketAddr, wanted: &'static str) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            tokio::spawn(async move {
                let head = head(&mut stream).await;
                if !head.starts_with("CONNECT ") || !head.contains(wanted) {
                    let _ = stream.write_all(b"HTTP/1.1 407 Proxy Authentication Required\r\n\r\n").await;
                    return;
                }
                let mut on = TcpStream::connect(target).await.unwrap();
                stream.write_all(b"HTTP/1.1 200 OK\r\n\r\n").await.unwrap();
                let _ = copy_bidirectional(&mut stream, &mut on).await;
            });
        }
    });
    address
}

/// Answers every connection with these bytes and closes it.
pub async fn raw(bytes: &'static [u8]) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            head(&mut stream).await;
            let _ = stream.write_all(bytes).await;
        }
    });
    address
}

async fn head(stream: &mut TcpStream) -> String {
    use tokio::io::AsyncReadExt;
    let (mut read, mut piece) = (Vec::new(), [0u8; 1024]);
    while !read.windows(4).any(|end| end == b"\r\n\r\n") {
        match stream.read(&mut piece).await {
            // A TLS greeting has no end that could be waited for.
            Ok(1..) if piece[0] == 0x16 => break,
            Ok(count @ 1..) => read.extend_from_slice(&piece[..count]),
            _ => break,
        }
    }
    String::from_utf8_lossy(&read).into_owned()
}
