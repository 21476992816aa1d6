//! One kubeconfig file, guarded against bombs, with the place of every entry.

use std::fmt;
use std::path::Path;
use std::sync::Arc;

use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use serde_yaml::{Location, Spanned};

use super::model::{Cluster, Context, User};
use crate::adapters::kube::errors::say;
use crate::domain::health::Trouble;

/// A kubeconfig with 200 clusters and inline certificates is about a megabyte.
const FILE_BYTES: u64 = 8 * 1024 * 1024;

/// Where an entry stands.
#[derive(Debug, Clone)]
pub struct Spot {
    pub file: Arc<Path>,
    line: u64,
    column: u64,
}

impl Spot {
    /// For what stands in no file.
    pub fn nowhere() -> Self {
        Self { file: Path::new("kubeconfig").into(), line: 0, column: 0 }
    }
}

impl fmt::Display for Spot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.file.display())?;
        if self.line > 0 { write!(f, ":{}:{}", self.line, self.column) } else { Ok(()) }
    }
}

/// A named entry of one of the three lists; `value` is what was wrong if it could not be read.
#[derive(Debug, Clone)]
pub struct Named<T> {
    pub name: String,
    pub spot: Spot,
    pub value: Result<T, String>,
}

/// A file's entries in their order.
pub struct Document {
    pub clusters: Vec<Named<Cluster>>,
    pub users: Vec<Named<User>>,
    pub contexts: Vec<Named<Context>>,
    pub current: Option<String>,
    /// Entries that have no name.
    pub troubles: Vec<Trouble>,
}

/// The lists as they stand, fields that nobody here knows included.
#[derive(Deserialize, Default)]
#[serde(default, rename_all = "kebab-case")]
pub struct Raw {
    pub clusters: Option<Vec<Spanned<Value>>>,
    pub users: Option<Vec<Spanned<Value>>>,
    pub contexts: Option<Vec<Spanned<Value>>>,
    current_context: Option<String>,
}

/// Reads a file.
///
/// # Errors
/// What is wrong with the file as a whole, with line and column where YAML tells them.
pub fn read(file: &Path) -> Result<Document, Trouble> {
    let trouble = |words: String| Trouble::new(format!("{}: {words}", file.display()));
    let meta = std::fs::metadata(file).map_err(|error| trouble(error.to_string()))?;
    if meta.is_dir() {
        return Err(trouble("this is a directory, not a kubeconfig".into()));
    }
    if meta.len() > FILE_BYTES {
        return Err(trouble(format!("{} MiB is too large for a kubeconfig (limit 8 MiB)", meta.len() >> 20)));
    }
    let bytes = std::fs::read(file).map_err(|error| trouble(error.to_string()))?;
    let text = String::from_utf8(bytes).map_err(|_| trouble("not UTF-8 text, so not a kubeconfig".into()))?;
    parse(&text, file)
}

/// Parses a file's text; see [`read`].
pub fn parse(text: &str, file: &Path) -> Result<Document, Trouble> {
    let file: Arc<Path> = file.into();
    let spot = |location: Location| Spot { file: file.clone(), line: location.line(), column: location.column() };
    let mut troubles = Vec::new();
    let raw = raw(text, &file)?;
    let spanned = |list: Option<Vec<Spanned<Value>>>| -> Vec<(Spot, Value)> {
        list.unwrap_or_default().into_iter().map(|entry| (spot(entry.referenced), entry.value)).collect()
    };
    Ok(Document {
        clusters: named(spanned(raw.clusters), "cluster", &mut troubles),
        users: named(spanned(raw.users), "user", &mut troubles),
        contexts: named(spanned(raw.contexts), "context", &mut troubles),
        current: raw.current_context.filter(|name| !name.is_empty()),
        troubles,
    })
}

/// A file's text, guarded against bombs.
///
/// # Errors
/// It is no YAML of a kubeconfig's shape.
pub fn raw(text: &str, file: &Path) -> Result<Raw, Trouble> {
    if text.trim().is_empty() {
        return Ok(Raw::default());
    }
    serde_yaml::from_str_with_options(text, options()).map_err(|error| {
        let location = error.location().unwrap_or(Location::UNKNOWN);
        let place = Spot { file: file.into(), line: location.line(), column: location.column() };
        let words = without_values(&error.without_snippet().to_string());
        // The place stands before the words already.
        Trouble::new(format!("{place}: {}", words.split(" at line ").next().unwrap_or(&words)))
    })
}

fn options() -> serde_yaml::Options {
    serde_yaml::options! {
        budget: serde_yaml::budget! { max_depth: 64, max_documents: 1 },
        with_snippet: false,
        legacy_octal_numbers: true,
    }
}

fn named<T: DeserializeOwned + Default>(
    list: Vec<(Spot, Value)>,
    key: &str,
    troubles: &mut Vec<Trouble>,
) -> Vec<Named<T>> {
    let mut out = Vec::with_capacity(list.len());
    for (spot, mut value) in list {
        let Some(name) = value.get("name").and_then(Value::as_str).filter(|name| !name.is_empty()) else {
            troubles.push(Trouble::new(format!("{spot}: a {key} without a name")));
            continue;
        };
        let name = name.to_owned();
        let value = match value.get_mut(key).map(Value::take) {
            None | Some(Value::Null) => Ok(T::default()),
            Some(inner) => serde_json::from_value(inner).map_err(|error| without_values(&error.to_string())),
        };
        out.push(Named { name, spot, value });
    }
    out
}

/// An error's text without what it quotes: it may be a token or a password.
fn without_values(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut quoted_by = None;
    for c in text.chars() {
        match (quoted_by, c) {
            (Some(quote), c) if c == quote => quoted_by = None,
            (None, '"') => {
                quoted_by = Some('"');
                out.push('…');
            }
            (Some(_), _) => {}
            (None, c) => out.push(c),
        }
    }
    say(&drop_numbers(&out))
}

/// serde quotes numbers with backticks, and field names too: only numbers are values.
fn drop_numbers(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for (index, part) in text.split('`').enumerate() {
        let number = index % 2 == 1 && part.parse::<f64>().is_ok();
        out.push_str(if number { "…" } else { part });
    }
    out
}
