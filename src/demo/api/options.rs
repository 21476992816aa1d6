//! The query of a list, watch or write.

use super::error::{ApiError, Cause};

/// A query string, decoded.
#[derive(Debug, Clone, Default)]
pub struct Query(Vec<(String, String)>);

impl Query {
    pub fn parse(text: &str) -> Self {
        Self(
            text.split('&')
                .filter(|part| !part.is_empty())
                .map(|part| part.split_once('=').unwrap_or((part, "")))
                .map(|(name, value)| (unescape(name), unescape(value)))
                .collect(),
        )
    }

    pub fn get(&self, name: &str) -> &str {
        self.0.iter().find(|(known, _)| known == name).map_or("", |(_, value)| value)
    }

    pub fn flag(&self, name: &str) -> bool {
        matches!(self.get(name), "1" | "true" | "True" | "t")
    }

    /// # Errors
    /// 400 for what is no number.
    pub fn number(&self, name: &str) -> Result<Option<i64>, ApiError> {
        let text = self.get(name);
        if text.is_empty() {
            return Ok(None);
        }
        text.parse()
            .map(Some)
            .map_err(|_| ApiError::bad_request(format!("strconv.ParseInt: parsing {text:?}: invalid syntax")))
    }

    pub fn has(&self, name: &str) -> bool {
        self.0.iter().any(|(known, _)| known == name)
    }

    /// Every value of a parameter that may be given several times.
    pub fn all(&self, name: &str) -> Vec<&str> {
        self.0.iter().filter(|(known, _)| known == name).map(|(_, value)| &**value).collect()
    }
}

/// Decodes `%41` and `+`.
pub fn unescape(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        let escaped = text.get(at + 1..at + 3).and_then(|hex| u8::from_str_radix(hex, 16).ok());
        match (bytes[at], escaped) {
            (b'%', Some(byte)) => {
                out.push(byte);
                at += 2;
            }
            (b'+', _) => out.push(b' '),
            (byte, _) => out.push(byte),
        }
        at += 1;
    }
    String::from_utf8_lossy(&out).into_owned()
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Match {
    Unset,
    Exact,
    NotOlderThan,
}

/// ListOptions that are about versions, pages and time.
#[derive(Debug, Clone)]
pub struct ListOptions {
    pub watch: bool,
    pub limit: usize,
    pub continue_token: String,
    /// `None` when not given.
    pub version: Option<u64>,
    pub version_match: Match,
    pub bookmarks: bool,
    pub initial_events: bool,
    pub timeout_seconds: Option<u64>,
}

impl ListOptions {
    /// # Errors
    /// 400 or 422 in the API server's words.
    pub fn parse(query: &Query) -> Result<Self, ApiError> {
        let watch = query.flag("watch");
        let limit = query.number("limit")?.unwrap_or(0);
        let version = query.get("resourceVersion");
        let matching = query.get("resourceVersionMatch");
        let initial = query.get("sendInitialEvents");
        let continue_token = query.get("continue").to_owned();
        check(watch, version, matching, initial, &continue_token)?;
        let version = match version {
            "" => None,
            text => Some(text.parse().map_err(|_| {
                let words = "strconv.ParseUint: parsing";
                ApiError::bad_request(format!(
                    "invalid resource version: resourceVersion: Invalid value: {text:?}: {words} {text:?}: invalid syntax"
                ))
            })?),
        };
        Ok(Self {
            watch,
            limit: usize::try_from(limit).unwrap_or(0),
            continue_token,
            version,
            version_match: match matching {
                "Exact" => Match::Exact,
                "NotOlderThan" => Match::NotOlderThan,
                _ => Match::Unset,
            },
            bookmarks: query.flag("allowWatchBookmarks"),
            initial_events: query.flag("sendInitialEvents"),
            timeout_seconds: query.number("timeoutSeconds")?.and_then(|seconds| u64::try_from(seconds).ok()),
        })
    }
}

fn check(watch: bool, version: &str, matching: &str, initial: &str, token: &str) -> Result<(), ApiError> {
    let refuse = |cause: Cause| Err(ApiError::invalid_kind("meta.k8s.io", "ListOptions", "", vec![cause]));
    let field = "resourceVersionMatch";
    let known = ["", "Exact", "NotOlderThan"];
    if watch {
        if initial.is_empty() && !matching.is_empty() {
            return refuse(Cause::forbidden(
                field,
                "resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided",
            ));
        }
        if !initial.is_empty() && matching != "NotOlderThan" {
            return refuse(Cause::forbidden(
                field,
                "sendInitialEvents requires setting resourceVersionMatch to NotOlderThan",
            ));
        }
        return Ok(());
    }
    if !initial.is_empty() {
        return refuse(Cause::forbidden("sendInitialEvents", "sendInitialEvents is forbidden for list"));
    }
    if matching.is_empty() {
        if !token.is_empty() && !matches!(version, "" | "0") {
            return Err(ApiError::bad_request("specifying resource version is not allowed when using continue"));
        }
        return Ok(());
    }
    if version.is_empty() {
        return refuse(Cause::forbidden(field, "resourceVersionMatch is forbidden unless resourceVersion is provided"));
    }
    if !token.is_empty() {
        return refuse(Cause::forbidden(field, "resourceVersionMatch is forbidden when continue is provided"));
    }
    if !known.contains(&matching) {
        return refuse(Cause::unsupported(field, matching, &known));
    }
    if matching == "Exact" && version == "0" {
        return refuse(Cause::forbidden(
            field,
            "resourceVersionMatch \"exact\" is forbidden for resourceVersion \"0\"",
        ));
    }
    Ok(())
}
