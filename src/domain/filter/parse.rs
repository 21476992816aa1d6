//! From what was typed to terms.

use super::FilterProblem;
use super::field::{Field, FieldKind, FieldTable};
use super::label;
use super::needle::Needle;
use super::number::{Comparison, Operator};
use super::term::{Term, Test};
use crate::domain::age;

pub(super) fn parse(text: &str, fields: &FieldTable) -> (Vec<Term>, Vec<FilterProblem>) {
    let mut parser = Parser { text, fields, start: 0, terms: Vec::new(), problems: Vec::new() };
    let mut at = 0;
    loop {
        at += text[at..].len() - text[at..].trim_start().len();
        if at == text.len() {
            return (parser.terms, parser.problems);
        }
        parser.start = at;
        at = match text[at..].strip_prefix("-l") {
            Some(selector) => {
                let skipped = text.len() - selector.trim_start().len();
                let (requirements, read) = label::requirements(&text[skipped..]);
                parser.terms.extend(requirements.into_iter().map(Term::Label));
                parser.resume_after_selector(skipped + read)
            }
            None => {
                let end = at + token_length(&text[at..]);
                parser.token(&text[at..end]);
                end
            }
        };
    }
}

/// A token ends at white space outside quotes and outside `/…/`. A `/…` whose end is missing is an ordinary token.
fn token_length(text: &str) -> usize {
    if let Some(length) = pattern_length(text) {
        return length;
    }
    let mut quoted = false;
    text.find(|c: char| {
        quoted ^= c == '"';
        c.is_whitespace() && !quoted
    })
    .unwrap_or(text.len())
}

/// `/…/`, `!/…/` or `column:/…/` up to a slash before white space or the end.
fn pattern_length(text: &str) -> Option<usize> {
    let slash = text.find('/')?;
    let opens = slash == 0 || matches!(text.as_bytes()[slash - 1], b':' | b'!' | b'=');
    if !opens || text[..slash].contains(|c: char| c.is_whitespace() || c == '"') {
        return None;
    }
    let body = slash + 1;
    text[body..].match_indices('/').map(|(at, _)| body + at + 1).find(|&end| {
        let after = text[end..].chars().next();
        let escaped = text[body..end - 1].bytes().rev().take_while(|&byte| byte == b'\\').count() % 2 == 1;
        !escaped && end > body + 1 && after.is_none_or(char::is_whitespace)
    })
}

struct Parser<'a> {
    text: &'a str,
    fields: &'a FieldTable,
    /// Where the term being read begins.
    start: usize,
    terms: Vec<Term>,
    problems: Vec<FilterProblem>,
}

/// What stands between a column and its value. Longer ones first.
const JOINTS: [(&str, Joint); 10] = [
    ("!:", Joint::Has { negated: true }),
    ("!=", Joint::Compare(Operator::Other)),
    ("<=", Joint::Compare(Operator::AtMost)),
    (">=", Joint::Compare(Operator::AtLeast)),
    ("==", Joint::Compare(Operator::Equal)),
    (":=", Joint::Compare(Operator::Equal)),
    (":", Joint::Has { negated: false }),
    ("=", Joint::Compare(Operator::Equal)),
    ("<", Joint::Compare(Operator::Less)),
    (">", Joint::Compare(Operator::More)),
];

#[derive(Clone, Copy)]
enum Joint {
    Has { negated: bool },
    Compare(Operator),
}

impl<'a> Parser<'a> {
    /// A selector that stops at something it does not know (`a=b)c`) must not stall: the stray token is passed over.
    fn resume_after_selector(&mut self, at: usize) -> usize {
        let rest = &self.text[at..];
        if rest.is_empty() || rest.starts_with(char::is_whitespace) {
            return at;
        }
        let end = at + token_length(rest);
        self.problem(format!("\"{}\" is not part of a label selector", &self.text[at..end]), None);
        end
    }

    fn token(&mut self, token: &'a str) {
        let (negated, body) = match token.strip_prefix('!') {
            Some(body) => (true, body),
            None => (false, token),
        };
        if body.is_empty() || token == "-" {
            return;
        }
        if let Some((name, joint, value)) = split(body) {
            match self.fields.find(name) {
                Some(field) => return self.column(field.clone(), joint, value, negated),
                None => {
                    let nearest = self.fields.nearest(name).map(str::to_owned);
                    self.problem(format!("no column \"{name}\"; searched as a word"), nearest);
                }
            }
        }
        if let Some(test) = self.test(body) {
            self.terms.push(Term::Any { test, negated });
        }
    }

    /// A word, a quoted text or a pattern. `None` when nothing is left to test.
    fn test(&mut self, value: &str) -> Option<Test> {
        if value == "/" {
            return None;
        }
        let Some(pattern) = value.strip_prefix('/') else {
            let plain = value.replace('"', "");
            return (!plain.is_empty()).then(|| Test::Contains(Needle::new(&plain)));
        };
        let finished = pattern_length(value) == Some(value.len());
        let source = if finished { &pattern[..pattern.len() - 1] } else { pattern };
        match Test::pattern(source) {
            Ok(test) => Some(test),
            Err(error) => {
                if finished {
                    let told = error.to_string();
                    let cause = told.lines().last().unwrap_or_default().trim_start_matches("error: ");
                    self.problem(format!("not a regular expression: {cause}"), None);
                }
                None
            }
        }
    }

    fn column(&mut self, field: Field, joint: Joint, value: &str, negated: bool) {
        if value.is_empty() {
            return;
        }
        match joint {
            Joint::Compare(operator) if field.kind != FieldKind::Text => self.compare(&field, operator, value, negated),
            Joint::Has { negated: without } if field.kind == FieldKind::Number && value.parse::<f64>().is_ok() => {
                let operator = if without { Operator::Other } else { Operator::Equal };
                self.compare(&field, operator, value, negated);
            }
            Joint::Has { .. } if field.kind == FieldKind::Age => {
                self.problem(format!("{0} compares: {0}<2h or {0}>30m", field.name), None);
            }
            Joint::Has { negated: without } => {
                if let Some(test) = self.test(value) {
                    self.terms.push(Term::Column { field: field.id, test, negated: negated != without });
                }
            }
            Joint::Compare(operator @ (Operator::Equal | Operator::Other)) => {
                let test = Test::Is(Needle::new(&value.replace('"', "")));
                let negated = negated != (operator == Operator::Other);
                self.terms.push(Term::Column { field: field.id, test, negated });
            }
            Joint::Compare(_) => {
                self.problem(format!("{0} is text: use {0}:{value} or {0}={value}", field.name), None);
            }
        }
    }

    fn compare(&mut self, field: &Field, operator: Operator, value: &str, negated: bool) {
        let is_age = field.kind == FieldKind::Age;
        let number = if is_age {
            age::parse(value).map(|seconds| seconds as f64)
        } else {
            value.parse::<f64>().ok().filter(|number| number.is_finite())
        };
        let Some(value) = number else {
            let unfinished =
                if is_age { value.ends_with(|c: char| c.is_ascii_digit()) } else { value == "-" || value == "." };
            if !unfinished {
                let example = if is_age { "an age such as 30m, 2h or 1d12h" } else { "a number" };
                self.problem(format!("{} compares with {example}, not \"{value}\"", field.name), None);
            }
            return;
        };
        let operator = if negated { opposite(operator) } else { operator };
        self.terms.push(Term::Compare { field: field.id, is_age, comparison: Comparison { operator, value } });
    }

    fn problem(&mut self, words: String, suggestion: Option<String>) {
        let column = self.text[..self.start].chars().count();
        self.problems.push(FilterProblem { column, words, suggestion });
    }
}

fn opposite(operator: Operator) -> Operator {
    match operator {
        Operator::Less => Operator::AtLeast,
        Operator::AtMost => Operator::More,
        Operator::More => Operator::AtMost,
        Operator::AtLeast => Operator::Less,
        Operator::Equal => Operator::Other,
        Operator::Other => Operator::Equal,
    }
}

/// `column`, joint, value; `None` for what is a word.
fn split(token: &str) -> Option<(&str, Joint, &str)> {
    let end = token.find(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '-' | '_')))?;
    let (name, rest) = token.split_at(end);
    if !name.starts_with(|c: char| c.is_ascii_alphabetic()) {
        return None;
    }
    JOINTS.iter().find_map(|&(text, joint)| rest.strip_prefix(text).map(|value| (name, joint, value)))
}
