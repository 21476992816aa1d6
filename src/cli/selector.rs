//! Label selectors of `-l`, as kubectl reads them: letter case counts, and what is not a selector is refused.
//!
//! ```text
//! selector    = requirement { "," requirement }
//! requirement = key | "!" key | key ("=" | "==" | "!=") value | key ("in" | "notin") "(" value { "," value } ")"
//! ```

use crate::domain::object::Meta;

/// Requirements that must all hold. The empty selector passes everything.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Selector(Vec<Requirement>);

#[derive(Debug, Clone, PartialEq, Eq)]
struct Requirement {
    key: String,
    test: Test,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Test {
    Exists,
    Absent,
    In(Vec<String>),
    /// Objects without the label pass, as in kubectl.
    NotIn(Vec<String>),
}

impl Selector {
    /// # Errors
    /// Which requirement is none, in words.
    pub fn parse(text: &str) -> Result<Self, String> {
        if text.trim().is_empty() {
            return Ok(Self::default());
        }
        split(text).into_iter().map(requirement).collect::<Result<_, _>>().map(Self)
    }

    pub fn matches(&self, meta: &Meta) -> bool {
        self.0.iter().all(|wanted| {
            let value = meta.label(&wanted.key);
            let among = |values: &[String]| value.is_some_and(|value| values.iter().any(|known| known == value));
            match &wanted.test {
                Test::Exists => value.is_some(),
                Test::Absent => value.is_none(),
                Test::In(values) => among(values),
                Test::NotIn(values) => !among(values),
            }
        })
    }
}

/// At the commas that stand outside parentheses.
fn split(text: &str) -> Vec<&str> {
    let (mut parts, mut start, mut inside) = (Vec::new(), 0, false);
    for (at, character) in text.char_indices() {
        match character {
            '(' => inside = true,
            ')' => inside = false,
            ',' if !inside => {
                parts.push(&text[start..at]);
                start = at + 1;
            }
            _ => {}
        }
    }
    parts.push(&text[start..]);
    parts
}

fn requirement(text: &str) -> Result<Requirement, String> {
    let text = text.trim();
    let made = |key: &str, test| match is_key(key.trim()) {
        true => Ok(Requirement { key: key.trim().to_owned(), test }),
        false => Err(format!("`{text}` does not begin with a label key")),
    };
    let one = |value: &str| match is_value(value.trim()) {
        true => Ok(vec![value.trim().to_owned()]),
        false => Err(format!("`{}` in `{text}` is no label value", value.trim())),
    };
    if let Some(key) = text.strip_prefix('!') {
        return made(key, Test::Absent);
    }
    if let Some((key, value)) = text.split_once("!=") {
        return made(key, Test::NotIn(one(value)?));
    }
    if let Some((key, value)) = text.split_once("==").or_else(|| text.split_once('=')) {
        return made(key, Test::In(one(value)?));
    }
    let Some((head, rest)) = text.split_once('(') else { return made(text, Test::Exists) };
    let Some(list) = rest.strip_suffix(')') else { return Err(format!("`{text}` lacks its `)`")) };
    let values = list.split(',').map(one).collect::<Result<Vec<_>, _>>()?.concat();
    match head.trim().rsplit_once(char::is_whitespace) {
        Some((key, "in")) => made(key, Test::In(values)),
        Some((key, "notin")) => made(key, Test::NotIn(values)),
        _ => Err(format!("`{text}` wants `in` or `notin` before its list")),
    }
}

/// Letters, digits, `-`, `_`, `.`, and a `/` after a prefix.
fn is_key(key: &str) -> bool {
    !key.is_empty() && key.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_./".contains(&byte))
}

fn is_value(value: &str) -> bool {
    value.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::ids::{ObjectKey, Uid};

    fn meta(labels: &[(&str, &str)]) -> Meta {
        Meta {
            key: ObjectKey::new("a", "b"),
            uid: Uid::default(),
            created: 0,
            deleting: 0,
            owner: None,
            labels: labels.iter().map(|(key, value)| ((*key).into(), (*value).into())).collect(),
        }
    }

    #[test]
    fn every_requirement_must_hold() {
        let row = meta(&[("app", "Web"), ("tier/x", "2")]);
        for (text, passes) in [
            ("", true),
            ("app=Web", true),
            ("app==Web,tier/x=2", true),
            ("app=web", false),
            ("app!=Web", false),
            ("other!=Web", true),
            ("app", true),
            ("!app", false),
            ("!other", true),
            ("app in (Api, Web)", true),
            ("app notin (Api,Web)", false),
            ("other notin (x)", true),
            ("app in (Api),tier/x", false),
        ] {
            assert_eq!(Selector::parse(text).map(|selector| selector.matches(&row)), Ok(passes), "{text}");
        }
    }

    #[test]
    fn what_is_no_selector_is_refused() {
        for wrong in ["=x", "a=b=c", "a in (b", "a on (b)", "a b", ",", "a=ö", "a,,b"] {
            assert!(Selector::parse(wrong).is_err(), "{wrong}");
        }
    }
}
