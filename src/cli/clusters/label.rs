//! Words of flags that say how a cluster is to be treated.

use crate::domain::gate::Environment;

/// `key=value`
pub fn label(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((key, value)) if !key.is_empty() => Ok((key.to_owned(), value.to_owned())),
        _ => Err("wants key=value".to_owned()),
    }
}

/// `key=value`, or `key-` to take it away.
pub fn changed_label(text: &str) -> Result<(String, Option<String>), String> {
    match text.strip_suffix('-').filter(|key| !key.is_empty() && !key.contains('=')) {
        Some(key) => Ok((key.to_owned(), None)),
        None => label(text).map(|(key, value)| (key, Some(value))).map_err(|_| "wants key=value or key-".to_owned()),
    }
}

/// `key` or `key=value`
pub fn wanted_label(text: &str) -> Result<(String, Option<String>), String> {
    match text.split_once('=') {
        None if !text.is_empty() => Ok((text.to_owned(), None)),
        _ => label(text).map(|(key, value)| (key, Some(value))).map_err(|_| "wants key or key=value".to_owned()),
    }
}

/// `production`, `prd`, `stage`, `dev`, `unclassified`
pub fn environment(text: &str) -> Result<Environment, String> {
    let known = (text == "unclassified").then_some(Environment::Unclassified);
    known
        .or_else(|| Environment::of_label(text))
        .ok_or_else(|| "wants production, staging, development or unclassified".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_are_set_taken_away_and_looked_for() {
        let of = |key: &str, value: Option<&str>| Ok((key.to_owned(), value.map(str::to_owned)));
        assert_eq!(label("a=b=c"), Ok(("a".to_owned(), "b=c".to_owned())));
        assert!(label("a").is_err() && label("=b").is_err());
        assert_eq!(changed_label("a-"), of("a", None));
        assert_eq!(changed_label("a=b-"), of("a", Some("b-")));
        assert_eq!(wanted_label("a"), of("a", None));
        assert_eq!(wanted_label("a="), of("a", Some("")));
        assert!(wanted_label("").is_err() && changed_label("-").is_err());
        assert_eq!(environment("prd"), Ok(Environment::Production));
        assert!(environment("moon").is_err());
    }
}
