//! Patterns over log lines: compiled once, asked for every line.

use std::borrow::Cow;

use frizbee::{Config, Matcher, Pattern as Needle, Scoring};
use regex::bytes::{Regex, RegexBuilder};

use super::log_line::{Level, searchable};
use super::log_view::{LogFilterSpec, Pattern};

/// A pattern that cannot be compiled, in words: `pattern "(": unclosed group`.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("pattern \"{pattern}\": {reason}")]
pub struct PatternError {
    pub pattern: String,
    pub reason: String,
}

/// Largest compiled regular expression, in bytes.
const REGEX_BYTES: usize = 1 << 20;

/// Score of one letter that matches (frizbee's default).
const LETTER: usize = 12;

/// A compiled [`Pattern`].
#[derive(Debug, Clone)]
pub enum CompiledPattern {
    Regex(Regex),
    Fuzzy {
        matcher: Box<Matcher>,
        least_score: u16,
        /// Words with a digit: a number that is nearly the one looked for is another one.
        exact: Vec<Regex>,
    },
}

impl CompiledPattern {
    /// Case is ignored while the pattern has no capital letter; escapes such as `\W` are not letters.
    pub fn new(pattern: &Pattern) -> Result<Self, PatternError> {
        match pattern {
            Pattern::Regex(text) => RegexBuilder::new(text)
                .case_insensitive(!has_capital(text))
                .size_limit(REGEX_BYTES)
                .build()
                .map(Self::Regex)
                .map_err(|error| PatternError { pattern: text.clone(), reason: last_line(&error.to_string()) }),
            Pattern::Fuzzy(text) => Ok(Self::fuzzy(text)),
        }
    }

    fn fuzzy(text: &str) -> Self {
        let scoring = Scoring { matching_case_bonus: 0, ..Scoring::default() };
        let mut least_score = 0;
        let digits = |word: &&str| word.contains(|letter: char| letter.is_ascii_digit());
        let literal = |word: &str| RegexBuilder::new(&regex::escape(word)).case_insensitive(true).build().ok();
        let exact = text.split_whitespace().filter(digits).filter_map(literal).collect();
        let needles: Vec<Needle> = text
            .split_whitespace()
            .map(|word| {
                let letters = word.chars().count();
                let typos = letters / 5;
                // A small gap may open, and each typo loses its letter and what a substitution costs; letters that
                // are strewn over the line score less.
                least_score += (LETTER * letters).saturating_sub(8 + typos * 20);
                Needle::from(word).max_typos(Some(typos as u16))
            })
            .collect();
        let matcher = Matcher::from_patterns(&needles, &Config::default().scoring(scoring));
        Self::Fuzzy { matcher: Box::new(matcher), least_score: u16::try_from(least_score).unwrap_or(u16::MAX), exact }
    }

    /// Whether a line's cleaned text matches.
    pub fn matches(&mut self, text: &str) -> bool {
        match self {
            Self::Regex(regex) => regex.is_match(text.as_bytes()),
            Self::Fuzzy { matcher, least_score, exact } => {
                exact.iter().all(|word| word.is_match(text.as_bytes()))
                    && matcher.match_one(text, 0).is_some_and(|found| found.score >= *least_score)
            }
        }
    }

    /// Where it matches, as byte ranges, in order and disjoint; empty ranges are left out.
    pub fn ranges(&mut self, text: &str, found: &mut Vec<(u32, u32)>) {
        match self {
            Self::Regex(regex) => {
                let ranges = regex.find_iter(text.as_bytes()).filter(|range| !range.is_empty());
                found.extend(ranges.map(|range| (range.start() as u32, range.end() as u32)));
            }
            Self::Fuzzy { matcher, least_score, exact } => {
                if !exact.iter().all(|word| word.is_match(text.as_bytes())) {
                    return;
                }
                let Some(hit) = matcher.match_one_indices(text, 0).filter(|hit| hit.score >= *least_score) else {
                    return;
                };
                for start in hit.indices.into_iter().rev() {
                    let width =
                        text.get(start as usize..).and_then(|rest| rest.chars().next()).map_or(0, char::len_utf8);
                    match found.last_mut() {
                        Some(last) if last.1 == start => last.1 += width as u32,
                        _ if width > 0 => found.push((start, start + width as u32)),
                        _ => {}
                    }
                }
            }
        }
        found.sort_unstable();
        found.dedup_by(|next, kept| {
            let joins = next.0 <= kept.1;
            if joins {
                kept.1 = kept.1.max(next.1);
            }
            joins
        });
    }
}

fn has_capital(pattern: &str) -> bool {
    let mut escaped = false;
    pattern.chars().any(|letter| {
        let counts = letter.is_uppercase() && !escaped;
        escaped = letter == '\\' && !escaped;
        counts
    })
}

/// The regex crate draws the pattern before the reason; the last line is the reason.
fn last_line(text: &str) -> String {
    let line = text.lines().last().unwrap_or(text).trim();
    line.strip_prefix("error: ").unwrap_or(line).to_owned()
}

/// A compiled [`LogFilterSpec`].
#[derive(Debug, Clone, Default)]
pub struct LogFilter {
    pub include: Option<CompiledPattern>,
    exclude: Option<CompiledPattern>,
    min_level: Option<Level>,
    pub context: u64,
}

impl LogFilter {
    pub fn new(spec: &LogFilterSpec) -> Result<Self, PatternError> {
        Ok(Self {
            include: spec.include.as_ref().map(CompiledPattern::new).transpose()?,
            exclude: spec.exclude.as_ref().map(CompiledPattern::new).transpose()?,
            min_level: spec.min_level,
            context: u64::from(spec.context),
        })
    }

    /// Whether a raw line passes. `plain` lines (printable ASCII) are searched as they are.
    pub fn passes(&mut self, raw: &[u8], plain: bool, level: Level) -> bool {
        if self.min_level.is_some_and(|least| level < least) {
            return false;
        }
        if self.include.is_none() && self.exclude.is_none() {
            return true;
        }
        let text = text_of(raw, plain);
        self.include.as_mut().is_none_or(|pattern| pattern.matches(&text))
            && !self.exclude.as_mut().is_some_and(|pattern| pattern.matches(&text))
    }
}

/// A raw line's text as patterns see it.
pub fn text_of(raw: &[u8], plain: bool) -> Cow<'_, str> {
    if plain && let Ok(text) = std::str::from_utf8(raw) {
        return Cow::Borrowed(text);
    }
    searchable(raw)
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    fn matches(pattern: Pattern, text: &str) -> bool {
        CompiledPattern::new(&pattern).unwrap().matches(text)
    }

    #[rstest]
    #[case("timeout", "Timeout after 3 s", true)]
    #[case("Timeout", "timeout after 3 s", false)]
    #[case(r"\S+ERR", "xERR", true)]
    #[case(r"\Sxerr", "1XERR", true)]
    #[case("^a.*z$", "a to z", true)]
    fn regex_ignores_case_until_a_capital(#[case] pattern: &str, #[case] text: &str, #[case] hit: bool) {
        assert_eq!(matches(Pattern::Regex(pattern.into()), text), hit);
    }

    #[rstest]
    #[case("conn refused", "dial tcp: connection refused", true)]
    #[case("refused conn", "dial tcp: connection refused", true)]
    #[case("timeuot", "request timeout after 3 s", true)]
    #[case("err", "ERROR: x", true)]
    #[case("err", "the request was served by the proxy", false)]
    #[case("payment", "completely unrelated words are here, many of them", false)]
    #[case("conn refused", "connection accepted", false)]
    #[case("", "anything", true)]
    #[case("59502", "flood line 59502 of many", true)]
    #[case("59502", "flood line 59562 of many", false)]
    #[case("tick 47", "tick 457", false)]
    #[case("ticks 47", "tick 47", true)]
    fn fuzzy_wants_letters_close_together(#[case] pattern: &str, #[case] text: &str, #[case] hit: bool) {
        assert_eq!(matches(Pattern::Fuzzy(pattern.into()), text), hit);
    }

    #[test]
    fn a_broken_pattern_says_why() {
        let error = CompiledPattern::new(&Pattern::Regex("a(".into())).unwrap_err();
        assert_eq!(error.to_string(), "pattern \"a(\": unclosed group");
        assert!(CompiledPattern::new(&Pattern::Regex("(a{1000}){1000}".into())).is_err());
    }

    #[test]
    fn ranges_are_where_it_matches() {
        let mut found = Vec::new();
        CompiledPattern::new(&Pattern::Regex("o+|x*".into())).unwrap().ranges("foo oxx", &mut found);
        assert_eq!(found, [(1, 3), (4, 7)]);
        found.clear();
        CompiledPattern::new(&Pattern::Fuzzy("refused".into())).unwrap().ranges("é refused", &mut found);
        assert_eq!(found, [(3, 10)]);
    }

    #[test]
    fn a_filter_joins_its_parts() {
        let spec = LogFilterSpec {
            include: Some(Pattern::Regex("db".into())),
            exclude: Some(Pattern::Regex("ping".into())),
            min_level: Some(Level::Warn),
            context: 0,
        };
        let mut filter = LogFilter::new(&spec).unwrap();
        assert!(filter.passes(b"db down", true, Level::Error));
        assert!(!filter.passes(b"db down", true, Level::Info));
        assert!(!filter.passes(b"db ping", true, Level::Error));
        assert!(!filter.passes(b"web down", true, Level::Error));
        assert!(filter.passes(b"\x1b[31md\x1b[0mb down", false, Level::Error));
    }
}
