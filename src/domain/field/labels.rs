//! Labels: `[prefix/]name=value`.

use super::at;
use super::name::check_subdomain;
use crate::domain::names::LABEL;

/// The labels of a text such as `team=payments, cost-center=4711`, in their order; of a key that comes twice it says so.
pub fn labels(text: &str) -> Result<Vec<(String, String)>, String> {
    let mut found: Vec<(String, String)> = Vec::new();
    for part in text.split([',', ' ']).filter(|part| !part.is_empty()) {
        let (key, value) = pair(part)?;
        if found.iter().any(|(known, _)| *known == key) {
            return Err(format!("{key} is there twice"));
        }
        found.push((key, value));
    }
    Ok(found)
}

/// Key and value of one label.
pub fn pair(text: &str) -> Result<(String, String), String> {
    let text = text.trim();
    let (key, value) = text.split_once('=').ok_or_else(|| format!("{text}: written key=value"))?;
    let (key, value) = (key.trim(), value.trim());
    check_key(key).map_err(|words| format!("the key {key}: {words}"))?;
    check_value(value).map_err(|words| format!("the value of {key}: {words}"))?;
    Ok((key.to_owned(), value.to_owned()))
}

/// Checks a label's key: a name of at most 63 characters, before it perhaps a DNS subdomain and a slash.
pub fn check_key(key: &str) -> Result<(), String> {
    let (prefix, name) = key.split_once('/').map_or((None, key), |(prefix, name)| (Some(prefix), name));
    if let Some(prefix) = prefix {
        check_subdomain(prefix, 253).map_err(|words| format!("before the slash: {words}"))?;
    }
    if name.is_empty() {
        return Err("needs a name".to_owned());
    }
    check_word(name)
}

/// Checks a label's value: at most 63 characters, or empty.
pub fn check_value(value: &str) -> Result<(), String> {
    if value.is_empty() { Ok(()) } else { check_word(value) }
}

fn check_word(text: &str) -> Result<(), String> {
    let plain = |char: char| char.is_ascii_alphanumeric();
    let known = |char: char| plain(char) || matches!(char, '-' | '_' | '.');
    if let Some((place, char)) = text.chars().enumerate().find(|(_, char)| !known(*char)) {
        return Err(format!("letters, digits, dashes, dots and underscores only: not {}", at(place, char)));
    }
    if text.len() > LABEL {
        return Err(format!("{} characters: at most {}", text.len(), LABEL));
    }
    if !text.starts_with(plain) || !text.ends_with(plain) {
        return Err("begins and ends with a letter or digit".to_owned());
    }
    Ok(())
}
