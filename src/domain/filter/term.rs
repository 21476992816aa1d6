//! One term of a filter.

use regex::{Regex, RegexBuilder};

use super::field::{FieldId, Filterable};
use super::label::Requirement;
use super::needle::Needle;
use super::number::Comparison;

/// A compiled pattern may take this many bytes: what a person types stays far below.
const PATTERN_BYTES: usize = 1 << 20;

#[derive(Debug, Clone, PartialEq)]
pub(super) enum Term {
    /// In some searched text, or negated in none.
    Any {
        test: Test,
        negated: bool,
    },
    Column {
        field: FieldId,
        test: Test,
        negated: bool,
    },
    Compare {
        field: FieldId,
        is_age: bool,
        comparison: Comparison,
    },
    Label(Requirement),
}

/// A test of one text.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Test {
    Contains(Needle),
    Is(Needle),
    Matches(Pattern),
}

#[derive(Debug, Clone)]
pub(super) struct Pattern(Regex);

impl PartialEq for Pattern {
    fn eq(&self, other: &Self) -> bool {
        self.0.as_str() == other.0.as_str()
    }
}

impl Test {
    /// A pattern without special characters is a plain word: that is found faster, and narrowed letter by letter.
    pub(super) fn pattern(source: &str) -> Result<Self, regex::Error> {
        if regex::escape(source) == source {
            return Ok(Self::Contains(Needle::new(source)));
        }
        RegexBuilder::new(source)
            .case_insensitive(true)
            .size_limit(PATTERN_BYTES)
            .dfa_size_limit(PATTERN_BYTES)
            .build()
            .map(|regex| Self::Matches(Pattern(regex)))
    }

    fn holds(&self, text: &str) -> bool {
        match self {
            Self::Contains(needle) => needle.found_in(text),
            Self::Is(needle) => needle.is(text),
            Self::Matches(pattern) => pattern.0.is_match(text),
        }
    }

    fn implies(&self, old: &Self) -> bool {
        match (self, old) {
            (Self::Contains(new) | Self::Is(new), Self::Contains(old)) => new.contains(old),
            (new, old) => new == old,
        }
    }
}

impl Term {
    pub(super) fn matches<R: Filterable + ?Sized>(&self, row: &R) -> bool {
        match self {
            Self::Any { test, negated } => row.haystacks(&mut |text| test.holds(text)) != *negated,
            Self::Column { field, test, negated } => test.holds(&row.text(*field)) != *negated,
            Self::Compare { field, comparison, .. } => {
                row.number(*field).is_some_and(|number| comparison.holds(number))
            }
            Self::Label(requirement) => requirement.holds(row.label(requirement.key())),
        }
    }

    pub(super) fn implies(&self, old: &Self) -> bool {
        match (self, old) {
            (Self::Any { test, negated }, Self::Any { test: old, negated: old_negated }) => {
                negated == old_negated && if *negated { old.implies(test) } else { test.implies(old) }
            }
            (
                Self::Column { field, test, negated },
                Self::Column { field: old_field, test: old, negated: old_negated },
            ) => {
                field == old_field
                    && negated == old_negated
                    && if *negated { old.implies(test) } else { test.implies(old) }
            }
            (Self::Compare { field, comparison, .. }, Self::Compare { field: old_field, comparison: old, .. }) => {
                field == old_field && comparison.implies(old)
            }
            (Self::Label(new), Self::Label(old)) => new.implies(old),
            _ => false,
        }
    }

    pub(super) fn depends_on_time(&self) -> bool {
        matches!(self, Self::Compare { is_age: true, .. })
    }
}
