//! What a write's query says: dry run, field manager, field validation, force.

use http::HeaderMap;
use http::header::USER_AGENT;

use super::error::{ApiError, Cause};
use super::options::Query;
use crate::demo::wire::time;
use crate::demo::write::fields::Writer;
use crate::demo::write::{By, How};

/// What becomes of fields that a kind does not have and of fields that stand twice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Validation {
    Ignore,
    Warn,
    Strict,
}

/// CreateOptions, UpdateOptions or PatchOptions.
#[derive(Debug, Clone)]
pub struct WriteOptions {
    pub dry_run: bool,
    pub validation: Validation,
    pub force: bool,
    pub writer: Writer,
}

/// Longer names of managers are refused.
const LONGEST_MANAGER: usize = 128;

impl WriteOptions {
    /// `applies` is `None` for what is no patch.
    ///
    /// # Errors
    /// 422 in the API server's words.
    pub fn parse(
        query: &Query,
        headers: &HeaderMap,
        kind: &str,
        applies: Option<bool>,
        subresource: Option<&str>,
    ) -> Result<Self, ApiError> {
        let mut causes = Vec::new();
        let manager = query.get("fieldManager");
        match applies {
            Some(true) if manager.is_empty() => {
                causes.push(Cause::required("fieldManager", "is required for apply patch"))
            }
            Some(false) if query.has("force") => {
                causes.push(Cause::forbidden("force", "may not be specified for non-apply patch"));
            }
            _ => {}
        }
        if manager.len() > LONGEST_MANAGER {
            causes.push(Cause {
                reason: "FieldValueTooLong",
                field: "fieldManager".into(),
                message: format!("Too long: may not be more than {LONGEST_MANAGER} bytes"),
            });
        }
        causes.extend(dry_run_cause(&query.all("dryRun")));
        let validation = match query.get("fieldValidation") {
            "Ignore" => Validation::Ignore,
            "Strict" => Validation::Strict,
            "" | "Warn" => Validation::Warn,
            other => {
                causes.push(Cause::unsupported("fieldValidation", other, &["", "Ignore", "Strict", "Warn"]));
                Validation::Warn
            }
        };
        if !causes.is_empty() {
            return Err(ApiError::invalid_kind("meta.k8s.io", kind, "", causes));
        }
        let agent = headers.get(USER_AGENT).and_then(|value| value.to_str().ok()).unwrap_or_default();
        let agent = agent.split('/').next().filter(|name| !name.is_empty()).unwrap_or("unknown");
        let manager = if manager.is_empty() { agent } else { manager };
        let writer = Writer {
            manager: manager.chars().take(LONGEST_MANAGER).collect(),
            subresource: subresource.unwrap_or_default().to_owned(),
            now: time::now_millis() / 1000,
        };
        Ok(Self { dry_run: !query.get("dryRun").is_empty(), validation, force: query.flag("force"), writer })
    }

    /// How the object is written by who asks.
    pub fn how(&self) -> How {
        How { dry_run: self.dry_run, by: By::Writer(self.writer.clone()) }
    }
}

/// What is wrong with the values of `dryRun`.
pub fn dry_run_cause(values: &[&str]) -> Option<Cause> {
    values.iter().any(|value| *value != "All").then(|| Cause {
        reason: "FieldValueNotSupported",
        field: "dryRun".into(),
        message: format!("Unsupported value: {values:?}: supported values: \"All\""),
    })
}
