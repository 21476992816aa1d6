//! Reading YAML that may be broken or hostile.

use serde_json::Value;

use crate::domain::text;

/// Larger input is refused unread. The API server takes no object above 1.5 MiB; a file may hold several.
pub const INPUT_BYTES: usize = 8 << 20;

/// Deeper nesting is refused. Schemas of large CRDs reach about 50; somewhat over 100 overflow a stack of 2 MiB (what
/// tokio's workers have) in a debug build.
const DEPTH: usize = 80;

/// Keys and values of one document, with what aliases unfold to.
const NODES: usize = 500_000;

/// Why text is not the YAML that was expected, without quoting any of its values.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {line}, column {column}: {words}")]
pub struct YamlError {
    /// From 1; 0 when no place can be told.
    pub line: usize,
    /// In characters from 1; 0 when no place can be told.
    pub column: usize,
    /// Cleaned, one line.
    pub words: String,
}

/// Every document of the text, in order; documents without content are left out. Aliases and merge keys are resolved
/// within limits (an alias bomb is an error, not memory), duplicate keys are errors, `0644` is octal as in kubectl.
pub fn parse(input: &str) -> Result<Vec<Value>, YamlError> {
    if input.len() > INPUT_BYTES {
        let words = format!("{} bytes are too many: at most {INPUT_BYTES} are read", input.len());
        return Err(YamlError { line: 0, column: 0, words });
    }
    let options = serde_yaml::options! {
        budget: serde_yaml::budget! { max_depth: DEPTH, max_nodes: NODES },
        legacy_octal_numbers: true,
        with_snippet: false,
    };
    let documents: Vec<Value> = serde_yaml::from_multiple_with_options(input, options).map_err(|error| told(&error))?;
    Ok(documents.into_iter().filter(|document| !document.is_null()).collect())
}

fn told(error: &serde_yaml::Error) -> YamlError {
    let error = error.without_snippet();
    let place = |number: u64| usize::try_from(number).unwrap_or(usize::MAX);
    let (line, column) = error.location().map_or((0, 0), |at| (place(at.line()), place(at.column())));
    let words = error.to_string();
    let words = words.lines().next().unwrap_or_default();
    let words = words.split(" at line ").next().unwrap_or(words);
    let words =
        words.split_once(": ").filter(|(head, _)| head.starts_with("error: line ")).map_or(words, |(_, rest)| rest);
    YamlError { line, column, words: text::clean(words).trim().to_owned() }
}
