//! Reading a template's file.

use std::sync::Arc;

use super::fill::{Line, Part, Piece, parts};
use super::header::{Directive, directive};
use super::{Field, Template};
use crate::domain::field::FieldKind;
use crate::domain::text::clean;

/// Why a file is no template.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {words}")]
pub struct TemplateError {
    /// From 1; 1 too for what is wrong with the whole file.
    pub line: usize,
    /// Cleaned, one line.
    pub words: String,
}

fn error(line: usize, words: impl AsRef<str>) -> TemplateError {
    TemplateError { line, words: clean(words.as_ref()).into_owned() }
}

/// Reads a template; `name` is what it is called by. The format stands in this folder's `mod.rs`.
pub fn parse(name: &str, text: &str) -> Result<Template, TemplateError> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut template = Template {
        name: Arc::from(clean(name).as_ref()),
        title: String::new(),
        about: String::new(),
        fields: Vec::new(),
        is_own: false,
        body: Vec::new(),
    };
    let is_header = |line: &&str| line.trim_start().starts_with('#') || line.trim().is_empty();
    let header = text.lines().take_while(is_header).count();
    let mut declared = Vec::new();
    for (place, line) in text.lines().take(header).enumerate() {
        match directive(line).map_err(|words| error(place + 1, words))? {
            Directive::Title(words) => template.title = clean(&words).into_owned(),
            Directive::About(words) => template.about = clean(&words).into_owned(),
            Directive::Field(field) if template.field(&field.id).is_some() => {
                return Err(error(place + 1, format!("`{}` is declared twice", field.id)));
            }
            Directive::Field(field) => {
                let words = |text: &str| clean(text).into_owned();
                template.fields.push(Field { label: words(&field.label), help: words(&field.help), ..field });
                declared.push(place + 1);
            }
            Directive::Comment => {}
        }
    }
    if template.title.is_empty() {
        template.title = template.name.to_string();
    }
    let mut body = Body { fields: &template.fields, block: None };
    let mut lines = Vec::new();
    for (place, line) in text.lines().enumerate().skip(header) {
        lines.push(body.line(line).map_err(|words| error(place + 1, words))?);
    }
    if lines.is_empty() {
        return Err(error(header.max(1), "there is no manifest beneath the header"));
    }
    template.body = lines;
    for (field, line) in template.fields.iter().zip(declared) {
        if !template.uses(field) {
            return Err(error(line, format!("`{}` is not used in the manifest", field.id)));
        }
    }
    Ok(template)
}

impl Template {
    fn uses(&self, field: &Field) -> bool {
        let filled = self.body.iter().filter_map(|line| match line {
            Line::Filled { pieces, .. } => Some(pieces),
            Line::Raw(_) => None,
        });
        let used = filled.flatten().any(|piece| match piece {
            Piece::Text(parts) => parts.iter().any(|part| matches!(part, Part::Place(id) if *id == field.id)),
            Piece::Raw(_) => false,
        });
        // The Job that a CronJob makes is named by the field `name`, without a place of its own.
        used || field.id == "name" && self.fields.iter().any(|other| other.kind == FieldKind::CronJob)
    }
}

/// Reads the lines beneath the header.
struct Body<'a> {
    fields: &'a [Field],
    /// Indentation of the key whose literal block is open.
    block: Option<usize>,
}

impl Body<'_> {
    fn line(&mut self, line: &str) -> Result<Line, String> {
        let has_place = parts(line).iter().any(|part| matches!(part, Part::Place(_)));
        let text = line.trim();
        let indent = line.len() - line.trim_start().len();
        if let Some(of) = self.block {
            if text.is_empty() || indent > of {
                return match has_place {
                    true => Err("a placeholder cannot stand in a block of text: hand it over by `env`".to_owned()),
                    false => Ok(Line::Raw(line.to_owned())),
                };
            }
            self.block = None;
        }
        if text.starts_with('#') {
            return match text.trim_start_matches('#').trim_start().starts_with("@field") {
                true => Err("`@field` belongs into the comment at the beginning".to_owned()),
                false => Ok(Line::Raw(line.to_owned())),
            };
        }
        let (before, value) = split_value(line);
        if let Some(quote) = value.chars().next().filter(|quote| matches!(quote, '"' | '\''))
            && !value[1..].contains(quote)
        {
            return Err("a text in quotes ends on its line in a template".to_owned());
        }
        if value.starts_with(['|', '>']) {
            self.block = Some(before.len() - before.trim_start_matches([' ', '-']).len());
            if before.trim_end().ends_with('-') {
                self.block = Some(before.trim_end().len() - 1);
            }
        }
        if has_place { self.filled(before, value) } else { Ok(Line::Raw(line.to_owned())) }
    }

    /// A line with places: texts in double quotes, and between them what cannot hold a quote open.
    fn filled(&self, before: &str, value: &str) -> Result<Line, String> {
        let outside = "a placeholder stands in a text in double quotes: \"{{name}}\"";
        let mut pieces = vec![Piece::Raw(before.to_owned())];
        let mut rest = value;
        let mut comment = "";
        while !rest.is_empty() {
            if let Some(body) = rest.strip_prefix('"') {
                let end = quote_end(body).ok_or("a text in quotes ends on its line in a template")?;
                let text: String = serde_json::from_str(&rest[..end + 2])
                    .map_err(|_| "a text with a placeholder is written as in JSON")?;
                pieces.push(self.text(text)?);
                rest = &body[end + 1..];
                continue;
            }
            let end = rest.find('"').unwrap_or(rest.len());
            let (between, after) = rest.split_at(end);
            if let Some(begin) = between.find(" #") {
                let at = between[..begin].trim_end().len();
                comment = &rest[at..];
                if at > 0 {
                    pieces.push(Piece::Raw(between[..at].to_owned()));
                }
                break;
            }
            let plain = |char: char| char.is_ascii_alphanumeric() || " _./-:,[]{}".contains(char);
            let has_place = parts(between).iter().any(|part| matches!(part, Part::Place(_)));
            if has_place || !between.chars().all(plain) {
                return Err(outside.to_owned());
            }
            pieces.push(Piece::Raw(between.to_owned()));
            rest = after;
        }
        if parts(before).iter().any(|part| matches!(part, Part::Place(_))) {
            return Err(outside.to_owned());
        }
        let is_alone = pieces.len() == 2 && (is_key(before) || before.trim() == "-" || before.is_empty());
        self.check_optional(&pieces, is_alone)?;
        let is_filled = pieces.iter().any(|piece| matches!(piece, Piece::Text(parts) if parts.iter().any(is_place)));
        if !is_filled {
            // The place is in the comment alone.
            return Ok(Line::Raw(format!("{before}{value}")));
        }
        Ok(Line::Filled { pieces, is_alone, comment: comment.to_owned() })
    }

    fn text(&self, text: String) -> Result<Piece, String> {
        let parts = parts(&text);
        for part in &parts {
            if let Part::Place(id) = part
                && !self.fields.iter().any(|field| field.id == *id)
            {
                return Err(format!("{{{{{id}}}}} is not declared: `# @field {id}: text \"…\"`"));
            }
        }
        Ok(Piece::Text(parts))
    }

    /// A field that may be empty stands where its line can go.
    fn check_optional(&self, pieces: &[Piece], is_alone: bool) -> Result<(), String> {
        for piece in pieces {
            let Piece::Text(parts) = piece else { continue };
            for id in parts.iter().filter_map(|part| if let Part::Place(id) = part { Some(id) } else { None }) {
                let optional = self.fields.iter().any(|field| field.id == *id && field.optional);
                if optional && !(is_alone && parts.len() == 1) {
                    return Err(format!(
                        "`{id}` may be empty, so it stands alone behind its key: key: \"{{{{{id}}}}}\""
                    ));
                }
            }
        }
        Ok(())
    }
}

fn is_place(part: &Part) -> bool {
    matches!(part, Part::Place(_))
}

/// `key: ` with nothing but blanks before it.
fn is_key(before: &str) -> bool {
    let key = before.trim_start();
    key.ends_with(": ") && !key.starts_with('-')
}

/// Splits a line behind its indentation, its dashes and its key.
fn split_value(line: &str) -> (&str, &str) {
    let begin = line.len() - line.trim_start().len();
    let mut at = begin;
    while line[at..].starts_with("- ") {
        at += 2;
        at += line[at..].len() - line[at..].trim_start().len();
    }
    let key = line[at..].find(|char: char| !char.is_ascii_alphanumeric() && !"_./-".contains(char));
    if let Some(end) = key.filter(|end| *end > 0 && line[at + end..].starts_with(": ")) {
        at += end + 1;
        at += line[at..].len() - line[at..].trim_start().len();
    }
    line.split_at(at)
}

/// Where the quote that ends a text in double quotes stands.
fn quote_end(text: &str) -> Option<usize> {
    let mut escaped = false;
    for (place, char) in text.char_indices() {
        match char {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => return Some(place),
            _ => {}
        }
    }
    None
}
