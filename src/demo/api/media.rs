//! Which form of answer a request accepts.

use http::HeaderMap;
use http::header::{ACCEPT, ACCEPT_ENCODING};

use crate::demo::bulk::Format;

/// What an object is shown as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shown {
    Whole,
    Table,
    /// PartialObjectMetadata, or its list.
    Metadata,
}

/// The chosen representation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Media {
    pub format: Format,
    pub shown: Shown,
    pub gzip: bool,
}

impl Media {
    pub const JSON: Media = Media { format: Format::Json, shown: Shown::Whole, gzip: false };

    /// The first acceptable clause, by quality.
    ///
    /// `None` when there is none.
    pub fn negotiate(headers: &HeaderMap) -> Option<Media> {
        let gzip = text(headers, ACCEPT_ENCODING).split(',').any(|coding| coding.trim().starts_with("gzip"));
        let accept = text(headers, ACCEPT);
        if accept.is_empty() {
            return Some(Media { gzip, ..Media::JSON });
        }
        let mut clauses: Vec<(f32, &str)> = accept.split(',').map(|clause| (quality(clause), clause.trim())).collect();
        clauses.sort_by(|a, b| b.0.total_cmp(&a.0));
        clauses.iter().find_map(|(_, clause)| media(clause)).map(|(format, shown)| Media { format, shown, gzip })
    }

    pub fn content_type(self) -> &'static str {
        match self.format {
            Format::Json => "application/json",
            Format::Protobuf => "application/vnd.kubernetes.protobuf",
        }
    }

    pub fn watch_content_type(self) -> &'static str {
        match self.format {
            Format::Json => "application/json",
            Format::Protobuf => "application/vnd.kubernetes.protobuf;stream=watch",
        }
    }
}

fn text(headers: &HeaderMap, name: http::HeaderName) -> &str {
    headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
}

fn quality(clause: &str) -> f32 {
    parameter(clause, "q").and_then(|quality| quality.parse().ok()).unwrap_or(1.0)
}

/// The value of a clause's parameter, such as `as` in `application/json;as=Table`.
pub fn parameter<'a>(clause: &'a str, name: &str) -> Option<&'a str> {
    clause.split(';').skip(1).find_map(|part| part.trim().strip_prefix(name)?.strip_prefix('='))
}

fn media(clause: &str) -> Option<(Format, Shown)> {
    let format = match clause.split(';').next().unwrap_or_default().trim() {
        "application/json" | "application/*" | "*/*" => Format::Json,
        "application/vnd.kubernetes.protobuf" => Format::Protobuf,
        _ => return None,
    };
    let wanted = parameter(clause, "as");
    if wanted.is_some() && parameter(clause, "g") != Some("meta.k8s.io") {
        return None;
    }
    let shown = match wanted {
        None => Shown::Whole,
        Some("Table") if format == Format::Json => Shown::Table,
        Some("PartialObjectMetadata" | "PartialObjectMetadataList") => Shown::Metadata,
        Some(_) => return None,
    };
    Some((format, shown))
}
