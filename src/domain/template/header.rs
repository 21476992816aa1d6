//! One line of a template's header.

use super::Field;
use crate::domain::field::{FieldKind, JOB_MOST};
use crate::domain::names::LABEL;

/// What a comment line of the header says.
pub enum Directive {
    Title(String),
    About(String),
    Field(Field),
    /// A comment for people.
    Comment,
}

const WORDS: [&str; 3] = ["@title", "@about", "@field"];

/// Types without arguments.
const PLAIN: [(&str, FieldKind); 11] = [
    ("name", FieldKind::Name { most: JOB_MOST }),
    ("text", FieldKind::Text),
    ("image", FieldKind::Image),
    ("command", FieldKind::Command),
    ("quantity", FieldKind::Quantity),
    ("duration", FieldKind::Duration),
    ("boolean", FieldKind::Boolean),
    ("namespace", FieldKind::Namespace),
    ("cronjob", FieldKind::CronJob),
    ("schedule", FieldKind::Schedule),
    ("labels", FieldKind::Labels),
];

/// Reads a comment line, or says what is wrong with it.
pub fn directive(line: &str) -> Result<Directive, String> {
    let text = line.trim_start_matches('#').trim();
    if !text.starts_with('@') {
        return Ok(Directive::Comment);
    }
    let (word, rest) = text.split_once(char::is_whitespace).unwrap_or((text, ""));
    let rest = rest.trim();
    match word {
        "@title" | "@about" if rest.is_empty() => Err(format!("`{word}` needs words behind it")),
        "@title" => Ok(Directive::Title(rest.to_owned())),
        "@about" => Ok(Directive::About(rest.to_owned())),
        "@field" => field(rest).map(Directive::Field),
        _ => Err(format!("`{word}` is not known: {}", WORDS.join(", "))),
    }
}

/// `ID: TYPE[(ARGUMENTS)][?] [= DEFAULT] "LABEL" ["HELP"]`
fn field(text: &str) -> Result<Field, String> {
    let wrong = "a field is written `# @field ID: TYPE = DEFAULT \"LABEL\"`";
    let (id, rest) = text.split_once(':').ok_or(wrong)?;
    let id = id.trim();
    if !is_id(id) {
        return Err(format!("`{id}` is no name of a field: lower-case letters, digits and dashes"));
    }
    let rest = rest.trim_start();
    let end = rest.find(['(', '?', '=', '"', ' ']).unwrap_or(rest.len());
    let (word, rest) = rest.split_at(end);
    let (arguments, rest) = match rest.strip_prefix('(') {
        Some(rest) => {
            let (arguments, rest) = rest.split_once(')').ok_or("the bracket behind the type is not closed")?;
            (Some(arguments), rest)
        }
        None => (None, rest),
    };
    let kind = kind(word, arguments)?;
    let (optional, rest) = rest.strip_prefix('?').map_or((false, rest), |rest| (true, rest));
    let rest = rest.trim_start();
    let (default, rest) = match rest.strip_prefix('=') {
        Some(rest) => default(rest.trim_start())?,
        None => (String::new(), rest),
    };
    let (label, rest) = text_in_quotes(rest)?;
    let label = label.filter(|label| !label.is_empty()).ok_or(wrong)?;
    let (help, rest) = text_in_quotes(rest)?;
    if !rest.trim().is_empty() {
        return Err(format!("`{}` stands behind the field's words", rest.trim()));
    }
    let field = Field { id: id.to_owned(), kind, optional, default, label, help: help.unwrap_or_default() };
    if !field.default.is_empty() && !field.default.contains("{{") {
        field.check(&field.default).map_err(|words| format!("the default of `{id}`: {words}"))?;
    }
    if field.default.contains("{{") && !matches!(field.kind, FieldKind::Name { .. }) {
        return Err(format!("the default of `{id}` has a placeholder: only a name may"));
    }
    Ok(field)
}

pub fn is_id(text: &str) -> bool {
    text.starts_with(|char: char| char.is_ascii_lowercase())
        && text.chars().all(|char| char.is_ascii_lowercase() || char.is_ascii_digit() || char == '-')
}

/// The default, and what comes after it: a JSON text, or everything up to the label's quote.
fn default(text: &str) -> Result<(String, &str), String> {
    if text.starts_with('"') {
        let (default, rest) = text_in_quotes(text)?;
        return Ok((default.unwrap_or_default(), rest));
    }
    let end = text.find(" \"").ok_or("the label in double quotes is missing")?;
    Ok((text[..end].trim_end().to_owned(), &text[end..]))
}

/// A JSON text at the beginning, if there is one, and what comes after it.
fn text_in_quotes(text: &str) -> Result<(Option<String>, &str), String> {
    let text = text.trim_start();
    if !text.starts_with('"') {
        return Ok((None, text));
    }
    let mut stream = serde_json::Deserializer::from_str(text).into_iter::<String>();
    match stream.next() {
        Some(Ok(found)) => Ok((Some(found), &text[stream.byte_offset()..])),
        _ => Err("a text in double quotes is not closed".to_owned()),
    }
}

fn kind(word: &str, arguments: Option<&str>) -> Result<FieldKind, String> {
    match (word, arguments) {
        ("name", Some(most)) => match most.trim().parse() {
            Ok(most) if (8..=LABEL).contains(&most) => Ok(FieldKind::Name { most }),
            _ => Err(format!("`name({most})`: a length from 8 to {LABEL}")),
        },
        ("integer", arguments) => range(arguments.unwrap_or("0..")),
        ("choice", Some(choices)) => {
            let choices: Vec<String> = choices.split('|').map(|choice| choice.trim().to_owned()).collect();
            let enough = choices.len() > 1 && choices.iter().all(|choice| !choice.is_empty());
            if enough { Ok(FieldKind::Choice(choices)) } else { Err("a choice is written `choice(A|B)`".to_owned()) }
        }
        ("choice", None) => Err("a choice is written `choice(A|B)`".to_owned()),
        (word, None) => match PLAIN.into_iter().find(|(name, _)| *name == word) {
            Some((_, kind)) => Ok(kind),
            None => {
                Err(format!("there is no type `{word}`: {}, integer, choice", PLAIN.map(|(name, _)| name).join(", ")))
            }
        },
        (word, Some(_)) => Err(format!("`{word}` takes nothing in brackets")),
    }
}

/// `1..100`, `1..`, `..100`
fn range(text: &str) -> Result<FieldKind, String> {
    let wrong = || format!("`integer({text})`: a range such as 1..100");
    let (least, most) = text.split_once("..").ok_or_else(wrong)?;
    let number = |text: &str, empty: i64| match text.trim() {
        "" => Ok(empty),
        text => text.parse().map_err(|_| wrong()),
    };
    let (least, most) = (number(least, 0)?, number(most, i64::MAX)?);
    if least <= most { Ok(FieldKind::Integer { least, most }) } else { Err(wrong()) }
}
