//! A server over plain HTTP that answers what it is told to, Kubernetes or not.

use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::time::Duration;

/// What goes back over the wire.
pub enum Answer {
    /// Status line, content type, further header lines, body.
    Whole { status: &'static str, kind: &'static str, headers: &'static str, body: Vec<u8> },
    /// Says that it is longer than what comes, then the connection ends.
    Truncated { kind: &'static str, body: Vec<u8> },
    /// Bytes as they are, then the connection ends.
    Raw(Vec<u8>),
    /// A watch that begins so, and then says nothing more.
    Stream { kind: &'static str, body: Vec<u8> },
}

impl Answer {
    pub fn json(status: &'static str, body: impl Into<String>) -> Self {
        Self::Whole { status, kind: "application/json", headers: "", body: body.into().into_bytes() }
    }

    /// An error as the API server tells it.
    pub fn status(status: &'static str, reason: &str, message: &str) -> Self {
        let code: u16 = status[..3].parse().unwrap();
        let body = serde_json::json!({"kind": "Status", "apiVersion": "v1", "status": "Failure", "reason": reason, "message": message, "code": code});
        Self::json(status, body.to_string())
    }
}

/// A list with these items, or the end of nothing for a watch, as a small healthy cluster would.
pub fn healthy(path: &str) -> Answer {
    if path.contains("watch=") {
        return Answer::Stream { kind: "application/json", body: Vec::new() };
    }
    let resource = path.split('?').next().unwrap_or_default().rsplit('/').next().unwrap_or_default();
    let meta = |name: &str, namespace: &str| {
        serde_json::json!({"name": name, "namespace": namespace, "uid": format!("00000000-0000-4000-8000-{:012}", name.len()),
            "resourceVersion": "5", "creationTimestamp": "2026-01-01T00:00:00Z"})
    };
    let (kind, items) = match resource {
        "version" => return Answer::json("200 OK", r#"{"major": "1", "minor": "34", "gitVersion": "v1.34.4"}"#),
        "readyz" | "livez" | "healthz" => return Answer::json("200 OK", "ok"),
        "namespaces" => {
            ("NamespaceList", vec![serde_json::json!({"metadata": meta("quiet", ""), "status": {"phase": "Active"}})])
        }
        "jobs" => (
            "JobList",
            vec![
                serde_json::json!({"metadata": meta("still-here", "quiet"), "spec": {"parallelism": 1, "completions": 1, "template": {"spec": {"containers": []}}},
                "status": {"succeeded": 1, "startTime": "2026-01-01T00:00:00Z", "completionTime": "2026-01-01T00:01:00Z",
                "conditions": [{"type": "Complete", "status": "True", "lastTransitionTime": "2026-01-01T00:01:00Z"}]}}),
            ],
        ),
        "pods" => ("PodList", vec![]),
        "nodes" => ("NodeList", vec![]),
        "cronjobs" => ("CronJobList", vec![]),
        _ => return Answer::status("404 Not Found", "NotFound", "the server could not find the requested resource"),
    };
    let version = if matches!(resource, "jobs" | "cronjobs") { "batch/v1" } else { "v1" };
    Answer::json(
        "200 OK",
        serde_json::json!({"kind": kind, "apiVersion": version, "metadata": {"resourceVersion": "5"}, "items": items})
            .to_string(),
    )
}

/// Listens on a port of its own until the process ends; gives its URL.
pub fn serve(answer: impl Fn(&str) -> Answer + Send + Sync + 'static) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let answer = Arc::new(answer);
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let answer = answer.clone();
            std::thread::spawn(move || connection(stream, &*answer));
        }
    });
    url
}

/// A person who leaves early is no error.
fn connection(stream: TcpStream, answer: &dyn Fn(&str) -> Answer) -> Option<()> {
    let mut reader = BufReader::new(stream.try_clone().ok()?);
    let mut stream = stream;
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).ok().filter(|count| *count > 0)?;
        let path = line.split_whitespace().nth(1)?.to_owned();
        let mut length = 0;
        loop {
            let mut header = String::new();
            reader.read_line(&mut header).ok().filter(|count| *count > 0)?;
            if header.trim().is_empty() {
                break;
            }
            if let Some(value) = header.to_ascii_lowercase().strip_prefix("content-length:") {
                length = value.trim().parse().ok()?;
            }
        }
        std::io::copy(&mut std::io::Read::take(&mut reader, length), &mut std::io::sink()).ok()?;
        match answer(&path) {
            Answer::Whole { status, kind, headers, body } => {
                let head = format!(
                    "HTTP/1.1 {status}\r\ncontent-type: {kind}\r\n{headers}content-length: {}\r\n\r\n",
                    body.len()
                );
                stream.write_all(&[head.as_bytes(), &body].concat()).ok()?;
            }
            Answer::Truncated { kind, body } => {
                let head =
                    format!("HTTP/1.1 200 OK\r\ncontent-type: {kind}\r\ncontent-length: {}\r\n\r\n", body.len() + 4096);
                stream.write_all(&[head.as_bytes(), &body].concat()).ok()?;
                return None;
            }
            Answer::Raw(bytes) => {
                stream.write_all(&bytes).ok()?;
                return None;
            }
            Answer::Stream { kind, body } => {
                let head = format!("HTTP/1.1 200 OK\r\ncontent-type: {kind}\r\ntransfer-encoding: chunked\r\n\r\n");
                stream.write_all(head.as_bytes()).ok()?;
                if !body.is_empty() {
                    let chunk = [format!("{:x}\r\n", body.len()).as_bytes(), &body, b"\r\n"].concat();
                    stream.write_all(&chunk).ok()?;
                }
                std::thread::sleep(Duration::from_secs(600));
                return None;
            }
        }
    }
}
