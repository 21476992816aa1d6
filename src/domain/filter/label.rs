//! Label requirements, as kubectl's `-l` reads them.

/// One requirement on a label. Values are in lower case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Requirement {
    key: String,
    test: Test,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Test {
    Exists,
    Absent,
    In(Vec<String>),
    /// Rows without the label pass, as in kubectl.
    NotIn(Vec<String>),
}

impl Requirement {
    pub(super) fn holds(&self, value: Option<&str>) -> bool {
        let among = |values: &[String], value: &str| values.iter().any(|known| known.eq_ignore_ascii_case(value));
        match (&self.test, value) {
            (Test::Exists, value) => value.is_some(),
            (Test::Absent, value) => value.is_none(),
            (Test::In(values), value) => value.is_some_and(|value| among(values, value)),
            (Test::NotIn(values), value) => value.is_none_or(|value| !among(values, value)),
        }
    }

    pub(super) fn key(&self) -> &str {
        &self.key
    }

    pub(super) fn implies(&self, old: &Self) -> bool {
        let subset = |small: &[String], large: &[String]| small.iter().all(|value| large.contains(value));
        self.key == old.key
            && match (&self.test, &old.test) {
                (Test::In(new), Test::In(old)) => subset(new, old),
                (Test::NotIn(new), Test::NotIn(old)) => subset(old, new),
                (Test::In(_), Test::Exists) | (Test::Absent, Test::NotIn(_)) => true,
                (new, old) => new == old,
            }
    }
}

/// Reads requirements joined by commas from the front of `text`. Returns those that are finished and the number of
/// bytes read; what is not finished (`key in (a`) is read and left out.
pub(super) fn requirements(text: &str) -> (Vec<Requirement>, usize) {
    let mut reader = Reader { text, at: 0 };
    let mut found = Vec::new();
    loop {
        found.extend(reader.requirement());
        if !reader.take(",") {
            return (found, reader.at);
        }
        reader.spaces();
    }
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Reader<'a> {
    fn rest(&self) -> &'a str {
        &self.text[self.at..]
    }

    fn take(&mut self, token: &str) -> bool {
        let found = self.rest().starts_with(token);
        if found {
            self.at += token.len();
        }
        found
    }

    fn spaces(&mut self) {
        self.at += self.rest().len() - self.rest().trim_start().len();
    }

    fn word(&mut self) -> &'a str {
        let rest = self.rest();
        let end = rest.find(|c: char| c.is_whitespace() || "=!,()".contains(c)).unwrap_or(rest.len());
        self.at += end;
        &rest[..end]
    }

    fn requirement(&mut self) -> Option<Requirement> {
        let negated = self.take("!");
        let key = self.word();
        if key.is_empty() {
            return None;
        }
        let test = if negated { Some(Test::Absent) } else { self.test() };
        test.map(|test| Requirement { key: key.to_owned(), test })
    }

    fn test(&mut self) -> Option<Test> {
        if self.take("!=") {
            return Some(Test::NotIn(vec![self.word().to_lowercase()]));
        }
        if self.take("==") || self.take("=") {
            return Some(Test::In(vec![self.word().to_lowercase()]));
        }
        let before = self.at;
        self.spaces();
        let set: Option<fn(Vec<String>) -> Test> = match self.word() {
            word if word.eq_ignore_ascii_case("in") => Some(Test::In),
            word if word.eq_ignore_ascii_case("notin") => Some(Test::NotIn),
            _ => None,
        };
        let Some(set) = set else {
            self.at = before;
            return Some(Test::Exists);
        };
        self.spaces();
        if !self.rest().starts_with('(') && !self.rest().is_empty() {
            self.at = before;
            return Some(Test::Exists);
        }
        self.set().map(set)
    }

    /// `(a, b)`; `None` while its end is missing.
    fn set(&mut self) -> Option<Vec<String>> {
        self.take("(");
        match self.rest().split_once(')') {
            Some((inside, _)) => {
                self.at += inside.len() + 1;
                Some(inside.split(',').map(|value| value.trim().to_lowercase()).collect())
            }
            None => {
                self.at = self.text.len();
                None
            }
        }
    }
}
