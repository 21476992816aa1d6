use std::fmt;
use std::time::Duration;

use serde_json::Value;

/// One request of the table, and what is to be seen in its answer.
#[derive(Clone)]
pub struct Case {
    pub feature: &'static str,
    pub method: &'static str,
    /// `{ns}` is the run's own namespace; other words in braces were kept from earlier answers.
    pub path: String,
    pub accept: &'static str,
    pub content_type: &'static str,
    pub body: String,
    pub gzip: bool,
    pub status: u16,
    /// Values to keep for later requests: a name and a JSON pointer.
    pub keep: Vec<(&'static str, &'static str)>,
    /// Asked again until this holds, for what a controller does in its own time.
    pub until: Option<fn(&Value) -> bool>,
    /// How long it is asked again.
    pub patience: Duration,
    /// Which part of the answer is compared.
    pub part: Option<fn(Value) -> Value>,
}

impl fmt::Display for Case {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "[{}] {} {}", self.feature, self.method, self.path)?;
        if !self.body.is_empty() {
            write!(f, " {}", self.body.chars().take(160).collect::<String>())?;
        }
        Ok(())
    }
}

pub const TABLE: &str = "application/json;as=Table;v=v1;g=meta.k8s.io";
pub const METADATA: &str = "application/json;as=PartialObjectMetadata;v=v1;g=meta.k8s.io";
pub const METADATA_LIST: &str = "application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io";
pub const PROTOBUF: &str = "application/vnd.kubernetes.protobuf";
pub const PROTOBUF_WATCH: &str = "application/vnd.kubernetes.protobuf;stream=watch";

fn case(feature: &'static str, method: &'static str, path: &str, status: u16) -> Case {
    Case {
        feature,
        method,
        path: path.to_owned(),
        accept: "application/json",
        content_type: "application/json",
        body: String::new(),
        gzip: false,
        status,
        keep: Vec::new(),
        until: None,
        patience: Duration::from_secs(15),
        part: None,
    }
}

pub fn get(feature: &'static str, path: &str) -> Case {
    case(feature, "GET", path, 200)
}

pub fn post(feature: &'static str, path: &str, body: &Value) -> Case {
    Case { body: body.to_string(), ..case(feature, "POST", path, 201) }
}

pub fn put(feature: &'static str, path: &str, body: &Value) -> Case {
    Case { body: body.to_string(), ..case(feature, "PUT", path, 200) }
}

/// A merge patch.
pub fn patch(feature: &'static str, path: &str, body: &Value) -> Case {
    Case { body: body.to_string(), content_type: "application/merge-patch+json", ..case(feature, "PATCH", path, 200) }
}

pub fn delete(feature: &'static str, path: &str, body: &Value) -> Case {
    let body = if body.is_null() { String::new() } else { body.to_string() };
    Case { body, ..case(feature, "DELETE", path, 200) }
}

impl Case {
    /// A watch that nothing is kept of and nothing waited for.
    pub fn is_plain_watch(&self) -> bool {
        self.path.contains("watch=1") && self.keep.is_empty() && self.until.is_none()
    }

    pub fn refused(mut self, status: u16) -> Self {
        self.status = status;
        self
    }

    pub fn accept(mut self, accept: &'static str) -> Self {
        self.accept = accept;
        self
    }

    pub fn typed(mut self, content_type: &'static str) -> Self {
        self.content_type = content_type;
        self
    }

    pub fn raw(mut self, body: &str) -> Self {
        self.body = body.to_owned();
        self
    }

    pub fn gzip(mut self) -> Self {
        self.gzip = true;
        self
    }

    pub fn keep(mut self, name: &'static str, pointer: &'static str) -> Self {
        self.keep.push((name, pointer));
        self
    }

    pub fn part(mut self, part: fn(Value) -> Value) -> Self {
        self.part = Some(part);
        self
    }

    pub fn until(mut self, holds: fn(&Value) -> bool) -> Self {
        self.until = Some(holds);
        self
    }

    pub fn within(mut self, patience: Duration) -> Self {
        self.patience = patience;
        self
    }
}
