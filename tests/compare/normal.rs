use std::collections::BTreeMap;
use std::sync::LazyLock;

use regex::Regex;
use serde_json::{Map, Value};

static UUID: LazyLock<Regex> =
    LazyLock::new(|| Regex::new("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}").unwrap());
static TIME: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z").unwrap());
static AGE: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"^(\d+[smhdy])+$").unwrap());
static VERSIONS: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r#"(\\"resourceVersion\\":\\"|resource version: |ResourceVersion in the precondition |ResourceVersion in record |current: |in record \()\(?\d+\)?( \(\d+\))?"#).unwrap()
});
static NODES: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"0/\d+ nodes|\d+ node\(s\)|\d+ (Preemption|Insufficient)").unwrap());
static TOKEN_VOLUME: LazyLock<Regex> = LazyLock::new(|| Regex::new("kube-api-access-[a-z0-9]{5}").unwrap());

/// Takes out of an answer what no two servers have in common.
pub struct Normal<'a> {
    words: &'a BTreeMap<String, String>,
}

impl<'a> Normal<'a> {
    pub fn new(words: &'a BTreeMap<String, String>) -> Self {
        Self { words }
    }

    pub fn normalise(&self, value: Value) -> Value {
        match value {
            Value::Object(map) => Value::Object(self.object(map)),
            Value::Array(items) => {
                let mut items: Vec<Value> = items.into_iter().map(|item| self.normalise(item)).collect();
                // Whether a further bookmark comes within a watch's second is the server's clock's affair.
                items.dedup_by(|later, earlier| later["type"] == "BOOKMARK" && earlier["type"] == "BOOKMARK");
                Value::Array(items)
            }
            Value::String(text) => Value::String(self.text(&text)),
            other => other,
        }
    }

    fn object(&self, map: Map<String, Value>) -> Map<String, Value> {
        let generated = map.get("generateName").and_then(Value::as_str).map(str::to_owned);
        let mut out = Map::new();
        for (key, value) in map {
            let shown = match key.as_str() {
                "managedFields" => continue,
                // The API server says the same of one label several times, as often as it looks at it.
                "causes" => match self.normalise(value) {
                    Value::Array(mut causes) => {
                        causes.dedup();
                        Value::Array(causes)
                    }
                    other => other,
                },
                "description" => continue,
                "resourceVersion" | "continue" if value.is_string() => Value::from(format!("<{key}>")),
                // Which node a scheduler takes, and what addresses and certificates there are, is each cluster's own.
                "nodeName" | "hostIP" | "podIP" | "ip" | "serverAddress" | "ca.crt" | "username" => {
                    format!("<{key}>").into()
                }
                "gitVersion" | "gitCommit" | "gitTreeState" | "buildDate" | "goVersion" | "platform" => {
                    format!("<{key}>").into()
                }
                // How somebody signed in is told beside who it is.
                "extra" => continue,
                "name" if generated.is_some() => format!("{}<name>", generated.clone().unwrap()).into(),
                _ => self.normalise(value),
            };
            out.insert(key, shown);
        }
        out
    }

    fn text(&self, text: &str) -> String {
        // What changed in a pod is shown as a diff of Go's types.
        let mut text = text.split("\n@@ ").next().unwrap_or_default().to_owned();
        for (word, value) in self.words.iter().filter(|(_, value)| value.len() > 12) {
            text = text.replace(value.as_str(), &format!("<{word}>"));
        }
        let text = NODES.replace_all(&text, "<nodes>");
        let text = UUID.replace_all(&text, "<uid>");
        let text = TIME.replace_all(&text, "<time>");
        let text = AGE.replace_all(&text, "<age>");
        let text = TOKEN_VOLUME.replace_all(&text, "kube-api-access-<name>");
        VERSIONS.replace_all(&text, "$1<version>").into_owned()
    }
}

/// Where two values differ: the path, and what stands there in each.
pub fn differences(ours: &Value, theirs: &Value) -> Vec<(String, String, String)> {
    let mut found = Vec::new();
    walk("", ours, theirs, &mut found);
    found
}

fn walk(path: &str, ours: &Value, theirs: &Value, found: &mut Vec<(String, String, String)>) {
    match (ours, theirs) {
        (Value::Object(a), Value::Object(b)) => {
            for key in a.keys().chain(b.keys().filter(|key| !a.contains_key(*key))) {
                let path = format!("{path}/{key}");
                match (a.get(key), b.get(key)) {
                    (Some(ours), Some(theirs)) => walk(&path, ours, theirs, found),
                    (ours, theirs) => found.push((path, shown(ours), shown(theirs))),
                }
            }
        }
        (Value::Array(a), Value::Array(b)) if a.len() == b.len() => {
            for (at, (ours, theirs)) in a.iter().zip(b).enumerate() {
                walk(&format!("{path}/{at}"), ours, theirs, found);
            }
        }
        _ if ours != theirs => found.push((path.to_owned(), shown(Some(ours)), shown(Some(theirs)))),
        _ => {}
    }
}

fn shown(value: Option<&Value>) -> String {
    value.map_or_else(|| "nothing".to_owned(), |value| value.to_string().chars().take(4000).collect())
}
