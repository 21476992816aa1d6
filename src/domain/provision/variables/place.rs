//! Where in a text something is wrong.

use std::ops::Range;

use hcl_edit::parser;

/// What is not HCL, or not what Terraform takes there.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{file}:{line}:{column}: {words}")]
pub struct SyntaxProblem {
    pub file: String,
    /// From 1.
    pub line: usize,
    /// In characters, from 1.
    pub column: usize,
    pub words: String,
}

/// A text with its name, in which places are found.
#[derive(Clone, Copy)]
pub(super) struct Source<'a> {
    pub file: &'a str,
    pub text: &'a str,
}

impl Source<'_> {
    /// `span`: bytes of the text; without one the beginning is meant.
    pub fn problem(&self, span: Option<Range<usize>>, words: impl Into<String>) -> SyntaxProblem {
        let before = span.and_then(|span| self.text.get(..span.start)).unwrap_or_default();
        let line = before.matches('\n').count() + 1;
        let column = before.chars().rev().take_while(|char| *char != '\n').count() + 1;
        SyntaxProblem { file: self.file.to_owned(), line, column, words: words.into() }
    }

    pub fn not_hcl(&self, error: &parser::Error) -> SyntaxProblem {
        let (line, column) = (error.location().line(), error.location().column());
        SyntaxProblem { file: self.file.to_owned(), line, column, words: error.message().to_owned() }
    }

    pub fn not_json(&self, error: &serde_json::Error) -> SyntaxProblem {
        let words = error.to_string();
        let words = words.split(" at line ").next().unwrap_or_default().to_owned();
        SyntaxProblem { file: self.file.to_owned(), line: error.line().max(1), column: error.column().max(1), words }
    }
}
