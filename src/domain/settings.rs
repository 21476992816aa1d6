//! What is shared by every file that a person may write: where a mistake is, in words, with the nearest right word.
//!
//! Keymaps, themes and the configuration are TOML. Each is read leniently: a mistake becomes a `FileProblem`, everything
//! else in the file still applies, and the program starts.

use std::fmt;
use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// A mistake in a file that a person wrote. Line and column count from 1; the column counts characters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileProblem {
    pub file: String,
    pub line: usize,
    pub column: usize,
    /// What is wrong, without the place: "no command is named `logs.wrp`".
    pub words: String,
    /// The nearest right word, ready to be put there.
    pub suggestion: Option<String>,
}

impl fmt::Display for FileProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}: {}", self.file, self.line, self.column, self.words)?;
        match &self.suggestion {
            Some(word) => write!(f, "; did you mean `{word}`?"),
            None => Ok(()),
        }
    }
}

/// A file's name and text, and the mistakes found in it so far.
#[derive(Debug)]
pub struct SettingsFile<'a> {
    name: &'a str,
    text: &'a str,
    problems: Vec<FileProblem>,
}

impl<'a> SettingsFile<'a> {
    pub fn new(name: &'a str, text: &'a str) -> Self {
        Self { name, text, problems: Vec::new() }
    }

    /// The file's tables. Where the TOML itself is broken, what could be read is returned and each break is a problem.
    pub fn parse(&mut self) -> DeTable<'a> {
        let (table, errors) = DeTable::parse_recoverable(self.text);
        let mut table = table.into_inner();
        if !errors.is_empty() {
            drop_placeholders(&mut table);
        }
        for error in errors {
            let words = error.message().lines().next().unwrap_or("not TOML").to_owned();
            let at = error.span().unwrap_or(0..0);
            let (line, _) = self.place(at.start);
            // What follows a break in the same line is the parser's trouble, not another mistake.
            if self.problems.last().is_none_or(|last| last.line != line) {
                self.problem(at, words, None);
            }
        }
        table
    }

    /// Notes a mistake at a byte range of the text.
    pub fn problem(&mut self, at: Range<usize>, words: impl Into<String>, suggestion: Option<String>) {
        let (line, column) = self.place(at.start);
        self.problems.push(FileProblem { file: self.name.to_owned(), line, column, words: words.into(), suggestion });
    }

    /// Notes that a value has the wrong type or range: "expected a number from 1 to 50, found a string".
    pub fn wrong_value(&mut self, value: &Spanned<DeValue<'_>>, expected: &str) {
        let found = value.get_ref().type_str();
        let article = if found.starts_with(['a', 'i']) { "an" } else { "a" };
        self.problem(value.span(), format!("expected {expected}, found {article} {found}"), None);
    }

    /// Line and column, from 1, of a byte offset.
    pub fn place(&self, offset: usize) -> (usize, usize) {
        let before = self.text.get(..offset).unwrap_or(self.text);
        let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
        (before.matches('\n').count() + 1, before[line_start..].chars().count() + 1)
    }

    /// The problems in the order of their places.
    pub fn into_problems(mut self) -> Vec<FileProblem> {
        self.problems.sort_by_key(|problem| (problem.line, problem.column));
        self.problems
    }
}

/// Takes out what the parser puts where it could read no value: such a value has no place in the text.
fn drop_placeholders(table: &mut DeTable<'_>) {
    let kept = std::mem::take(table).into_iter().filter_map(|(key, mut value)| match value.get_mut() {
        DeValue::Table(inner) => {
            drop_placeholders(inner);
            Some((key, value))
        }
        _ => (!value.span().is_empty()).then_some((key, value)),
    });
    *table = kept.collect();
}

/// The word of `known` that is nearest to `word`, if one is near enough to have been meant.
pub fn nearest<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Option<String> {
    /// Below this Jaro-Winkler similarity a suggestion is more often wrong than right.
    const NEAR: f64 = 0.75;
    let word = word.to_lowercase();
    known
        .into_iter()
        .map(|candidate| (strsim::jaro_winkler(&word, &candidate.to_lowercase()), candidate))
        .filter(|(similarity, _)| *similarity >= NEAR)
        .max_by(|(a, _), (b, _)| a.total_cmp(b))
        .map(|(_, candidate)| candidate.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_counts_lines_and_characters_from_one() {
        let file = SettingsFile::new("x", "eins\nzwö = 1\n");
        assert_eq!(file.place(0), (1, 1));
        assert_eq!(file.place(5), (2, 1));
        assert_eq!(file.place("eins\nzwö".len()), (2, 4));
        assert_eq!(file.place(9_999), (3, 1));
    }

    #[test]
    fn broken_toml_is_a_problem_and_the_rest_is_read() {
        let mut file = SettingsFile::new("config.toml", "a = 1\nb = = 2\nc = 3\n");
        let table = file.parse();
        assert_eq!(table.keys().map(|key| key.get_ref().as_ref()).collect::<Vec<_>>(), ["a", "c"]);
        let problems = file.into_problems();
        assert_eq!((problems.len(), problems[0].line, problems[0].file.as_str()), (1, 2, "config.toml"));
    }

    #[test]
    fn the_nearest_word_is_suggested_only_when_it_is_near() {
        assert_eq!(nearest("logs.wrp", ["logs.wrap", "logs.save"]).as_deref(), Some("logs.wrap"));
        assert_eq!(nearest("Ligth", ["dark", "light"]).as_deref(), Some("light"));
        assert_eq!(nearest("xyz", ["dark", "light"]), None);
    }

    #[test]
    fn a_problem_reads_as_one_line() {
        let mut file = SettingsFile::new("keys.toml", "a\nbb");
        file.problem(3..4, "no such word", Some("b".into()));
        assert_eq!(file.into_problems()[0].to_string(), "keys.toml:2:2: no such word; did you mean `b`?");
    }
}
