use std::collections::BTreeMap;
use std::io::Read as _;
use std::time::{Duration, Instant};

use eksdeck::demo::{decode_body, decode_watch};
use http::{Request, header};
use serde_json::{Value, json};

use super::case::Case;
use super::client::Server;
use super::normal::Normal;

/// What is compared of an answer.
#[derive(Debug, Clone, PartialEq)]
pub struct Outcome {
    pub status: u16,
    pub content_type: String,
    pub encoding: String,
    pub warnings: Vec<String>,
    pub body: Value,
}

/// Asks for everything in the table, in its order, in namespaces of this run's own, and removes those.
pub async fn run(server: &Server, table: &[Case]) -> Vec<Outcome> {
    let number = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_nanos() % 100_000_000;
    let mut words: BTreeMap<String, String> = BTreeMap::new();
    for (word, name) in [("ns", "a"), ("other", "b"), ("tight", "c"), ("held", "d")] {
        words.insert(word.into(), format!("eksdeck-compare-{number}-{name}"));
    }
    let mut outcomes = Vec::new();
    // A watch lasts a second: those that stand together in the table are opened together.
    for together in table.chunk_by(|a, b| a.is_plain_watch() && b.is_plain_watch()) {
        let answers = together.iter().map(|case| ask(server, case, &words));
        for (outcome, kept) in futures::future::join_all(answers).await {
            outcomes.push(outcome);
            words.extend(kept);
        }
    }
    for word in ["ns", "other", "tight", "held"] {
        let path = format!("/api/v1/namespaces/{}", words[word]);
        server.ask(Request::builder().method("DELETE"), &path, String::new()).await;
    }
    outcomes
}

/// What was answered, and what is to be kept of it.
async fn ask(server: &Server, case: &Case, words: &BTreeMap<String, String>) -> (Outcome, Vec<(String, String)>) {
    let fill = |text: &str| {
        words.iter().fold(text.to_owned(), |text, (word, value)| text.replace(&format!("{{{word}}}"), value))
    };
    let (path, body) = (fill(&case.path), fill(&case.body));
    let begin = Instant::now();
    loop {
        let mut request = Request::builder().method(case.method).header(header::ACCEPT, case.accept);
        if !body.is_empty() {
            request = request.header(header::CONTENT_TYPE, case.content_type);
        }
        if case.gzip {
            request = request.header(header::ACCEPT_ENCODING, "gzip");
        }
        let (status, headers, bytes) = server.ask(request, &path, body.clone()).await;
        let text = |name: header::HeaderName| headers.get(name).map_or("", |value| value.to_str().unwrap()).to_owned();
        let warnings = headers.get_all(header::WARNING).iter();
        let warnings = warnings.map(|warning| warning.to_str().unwrap().to_owned()).collect();
        let (content_type, encoding) = (text(header::CONTENT_TYPE), text(header::CONTENT_ENCODING));
        let bytes = if encoding == "gzip" {
            let mut plain = Vec::new();
            flate2::read::GzDecoder::new(&*bytes).read_to_end(&mut plain).unwrap();
            plain
        } else {
            bytes.to_vec()
        };
        let value = decoded(&content_type, &bytes);
        if case.until.is_some_and(|holds| !holds(&value)) && begin.elapsed() < case.patience {
            tokio::time::sleep(Duration::from_millis(100)).await;
            continue;
        }
        let mut kept = Vec::new();
        for (word, pointer) in &case.keep {
            let found =
                value.pointer(pointer).unwrap_or_else(|| panic!("{case} on {}: no {pointer} in {value}", server.name));
            let found = found.as_str().map_or_else(|| found.to_string(), str::to_owned);
            kept.push(((*word).to_owned(), found));
        }
        let value = case.part.map_or(value.clone(), |part| part(value));
        let body = Normal::new(words).normalise(value);
        return (Outcome { status, content_type, encoding, warnings, body }, kept);
    }
}

fn decoded(content_type: &str, bytes: &[u8]) -> Value {
    if content_type.starts_with("application/vnd.kubernetes.protobuf") {
        if content_type.contains("stream=watch") {
            let events = decode_watch(bytes).unwrap();
            return events.into_iter().map(|(happened, object)| json!({"type": happened, "object": object})).collect();
        }
        return decode_body(bytes).unwrap();
    }
    let text = String::from_utf8_lossy(bytes).into_owned();
    if !content_type.starts_with("application/json") {
        return Value::String(text);
    }
    let values: Result<Vec<Value>, _> = serde_json::Deserializer::from_str(&text).into_iter().collect();
    match values {
        Ok(mut values) if values.len() == 1 && values[0].get("object").is_none() => values.remove(0),
        Ok(values) => Value::Array(values),
        Err(error) => panic!("{error} in {text}"),
    }
}
