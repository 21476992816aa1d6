//! The filter that every pane and table understands.
//!
//! ```text
//! word          some searched text has it          -l key=value   labels, as kubectl reads selectors:
//! !word         none has it                                       key!=v, key in (a,b), key, !key, comma for "and"
//! "two words"   as one word                        column:value   the column has it; column!:value has it not
//! /regex/       some searched text matches         column=value   the column is it; column!=value is not
//! !/regex/      none matches                       age<2h failed>0 pods>=10
//! ```
//! Terms are joined by "and"; letter case never matters. A term that is still being typed (`age<`, `-l`, `"ab`) takes
//! nothing away and is no mistake.

mod field;
mod label;
mod needle;
mod number;
mod parse;
mod term;
#[cfg(test)]
mod tests;

pub use field::{Field, FieldId, FieldKind, FieldTable, Filterable};

use term::Term;

/// What a person typed, ready to be held against rows. The empty filter passes every row.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Filter {
    terms: Vec<Term>,
}

/// A term that could not be understood as it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FilterProblem {
    /// Where the term begins, in characters from 0.
    pub column: usize,
    /// What is wrong, for a person.
    pub words: String,
    /// The nearest column name, if one is near.
    pub suggestion: Option<String>,
}

impl FilterProblem {
    /// `no column "stat"; searched as a word; did you mean state?`
    pub fn told(&self) -> String {
        match &self.suggestion {
            Some(word) => format!("{}; did you mean {word}?", self.words),
            None => self.words.clone(),
        }
    }
}

impl Filter {
    /// Reads what was typed. A term with a problem is left out, but for one with an unknown column: that is searched
    /// as a word, since `busybox:1.36` may well be meant so.
    pub fn parse(text: &str, fields: &FieldTable) -> (Self, Vec<FilterProblem>) {
        let (terms, problems) = parse::parse(text, fields);
        (Self { terms }, problems)
    }

    pub fn is_empty(&self) -> bool {
        self.terms.is_empty()
    }

    /// Whether the row passes every term.
    pub fn matches<R: Filterable + ?Sized>(&self, row: &R) -> bool {
        self.terms.iter().all(|term| term.matches(row))
    }

    /// True only when every row that passes `self` also passes `previous` at the same moment: a word that grew by
    /// letters, a term that was added. False is always safe.
    pub fn narrows(&self, previous: &Self) -> bool {
        previous.terms.iter().all(|old| self.terms.iter().any(|new| new.implies(old)))
    }

    /// Whether a row may begin or cease to pass while it stays as it is, because a term compares an age.
    pub fn depends_on_time(&self) -> bool {
        self.terms.iter().any(Term::depends_on_time)
    }
}
