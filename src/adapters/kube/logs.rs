//! Opens one container's log.

use std::io;

use futures::TryStreamExt;
use http_body_util::BodyExt;
use tokio_util::io::StreamReader;

use super::reader::Reader;
use super::target::escape;
use crate::domain::logs::LogSource;
use crate::domain::request::{LogRequest, PortError};
use crate::runtime::ports::LogReader;

/// The log as the server sends it, each line behind its timestamp. It has no time limit: a quiet container says nothing
/// for hours.
pub async fn open(reader: &Reader, source: &LogSource, request: &LogRequest) -> Result<LogReader, PortError> {
    let path = path(source, request);
    let answer = reader.stream(&path, "*/*").await?;
    let reader = reader.clone();
    let chunks = answer.body.into_data_stream();
    let chunks = chunks.map_err(move |error| io::Error::other(reader.body_error(&path, &error)));
    Ok(Box::new(StreamReader::new(chunks)))
}

fn path(source: &LogSource, request: &LogRequest) -> String {
    let mut path = format!(
        "/api/v1/namespaces/{}/pods/{}/log?container={}&timestamps=true",
        escape(&source.namespace),
        escape(&source.pod),
        escape(&source.container)
    );
    if request.follow {
        path.push_str("&follow=true");
    }
    if request.previous {
        path.push_str("&previous=true");
    }
    if let Some(lines) = request.tail_lines {
        path.push_str(&format!("&tailLines={lines}"));
    }
    // The server takes whole seconds and rounds half up: a fraction that is sent would lose the lines before it. It
    // refuses a request with both limits.
    if let Some(since) = request.since_time {
        let second = jiff::Timestamp::from_second(since.as_second()).unwrap_or(since);
        path.push_str(&format!("&sinceTime={}", escape(&second.to_string())));
    } else if let Some(seconds) = request.since_seconds {
        path.push_str(&format!("&sinceSeconds={}", seconds.max(1)));
    }
    path
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::ids::ClusterId;

    #[test]
    fn a_fraction_of_a_second_is_cut_off_so_that_no_line_is_lost() {
        let source = LogSource { cluster: ClusterId(0), namespace: "a".into(), pod: "p".into(), container: "c".into() };
        let since_time = Some("2026-11-21T02:47:20.987654321Z".parse().unwrap());
        let request =
            LogRequest { since_time, since_seconds: Some(9), tail_lines: Some(10), previous: true, follow: true };
        assert_eq!(
            path(&source, &request),
            "/api/v1/namespaces/a/pods/p/log?container=c&timestamps=true&follow=true&previous=true&tailLines=10\
             &sinceTime=2026-11-21T02%3A47%3A20Z"
        );
    }
}
