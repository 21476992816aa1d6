//! Reading a theme file.
//!
//! ```toml
//! inherit = "dark"              # a theme that ships; all but `dark` itself inherit something
//! background = "#16181d"        # what the colours are made for
//! paint = false                 # true: the screen is filled with it, else the terminal's own stays
//!
//! [palette]
//! accent = "#8ab4f8"
//!
//! [roles]
//! selection = "ink on raised bold"   # colour, `on` colour, bold dim italic underline reverse crossed
//! ```

use std::collections::HashMap;
use std::ops::Range;

use ratatui::style::{Color, Modifier, Style};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::role::Role;
use super::{builtin, colour};
use crate::domain::settings::{FileProblem, SettingsFile, nearest};

const ATTRIBUTES: [(&str, Modifier); 6] = [
    ("bold", Modifier::BOLD),
    ("dim", Modifier::DIM),
    ("italic", Modifier::ITALIC),
    ("underline", Modifier::UNDERLINED),
    ("reverse", Modifier::REVERSED),
    ("crossed", Modifier::CROSSED_OUT),
];
const KEYS: [&str; 5] = ["inherit", "background", "paint", "palette", "roles"];

/// A theme in the colours that its files name.
#[derive(Debug)]
pub struct Sheet {
    pub styles: [Style; Role::COUNT],
    pub background: Color,
    pub paint: bool,
}

/// One file of a chain of inheritance.
struct Layer<'a> {
    file: SettingsFile<'a>,
    table: DeTable<'a>,
}

/// A palette's names and the roles' words, the lower files' replaced by the higher ones'.
#[derive(Default)]
struct Merged {
    background: Option<Color>,
    paint: bool,
    palette: HashMap<String, Color>,
    /// The words of a role, the layer that they come from, and where they begin in it.
    roles: HashMap<Role, (String, usize, usize)>,
}

/// The theme of this name, or a person's own file. Only the problems of the own file are returned when there is one:
/// those that ship have none, which a test holds.
pub fn load(name: &str, own: Option<(&str, &str)>) -> (Sheet, Vec<FileProblem>) {
    let first = own.or_else(|| builtin::find(name)).or_else(|| builtin::find("dark"));
    let mut layers = Vec::new();
    let mut next = first;
    // A file that names itself or a circle ends with the longest chain that there can be.
    while let Some((name, text)) = next.filter(|_| layers.len() <= builtin::NAMES.len()) {
        let mut file = SettingsFile::new(name, text);
        let table = file.parse();
        next = parent(&mut file, &table, own.is_some() && layers.is_empty());
        layers.push(Layer { file, table });
    }
    layers.reverse();
    let mut merged = Merged::default();
    for (index, layer) in layers.iter_mut().enumerate() {
        merge(&mut merged, layer, index);
    }
    let mut styles = [Style::new(); Role::COUNT];
    for role in Role::ALL {
        if let Some((words, layer, at)) = merged.roles.get(&role) {
            styles[role as usize] = style(&mut layers[*layer].file, words, *at, &merged.palette);
        }
    }
    let sheet = Sheet { styles, background: merged.background.unwrap_or(Color::Black), paint: merged.paint };
    (sheet, layers.pop().map(|layer| layer.file.into_problems()).unwrap_or_default())
}

/// The file that this one inherits; an own file that names none inherits `dark`.
fn parent(file: &mut SettingsFile<'_>, table: &DeTable<'_>, is_own: bool) -> Option<(&'static str, &'static str)> {
    let fallback = if is_own { builtin::find("dark") } else { None };
    let Some(value) = table.get("inherit") else { return fallback };
    let Some(name) = value.get_ref().as_str() else {
        file.wrong_value(value, "a theme's name");
        return fallback;
    };
    builtin::find(name).or_else(|| {
        file.problem(value.span(), format!("no theme is named `{name}`"), nearest(name, builtin::NAMES));
        fallback
    })
}

fn merge(merged: &mut Merged, layer: &mut Layer<'_>, index: usize) {
    let Layer { file, table } = layer;
    for (key, value) in table.iter() {
        match (key.get_ref().as_ref(), value.get_ref()) {
            ("inherit", _) => {}
            ("background", DeValue::String(text)) => match colour::parse(text) {
                Some(colour) => merged.background = Some(colour),
                None => unknown_colour(file, text, value.span(), &merged.palette),
            },
            ("paint", DeValue::Boolean(paint)) => merged.paint = *paint,
            ("palette", DeValue::Table(colours)) => merge_palette(merged, file, colours),
            ("roles", DeValue::Table(roles)) => merge_roles(merged, file, roles, index),
            ("background", _) => file.wrong_value(value, "a colour"),
            ("paint", _) => file.wrong_value(value, "true or false"),
            ("palette" | "roles", _) => file.wrong_value(value, "a table"),
            (other, _) => file.problem(key.span(), format!("a theme has no `{other}`"), nearest(other, KEYS)),
        }
    }
}

fn merge_palette(merged: &mut Merged, file: &mut SettingsFile<'_>, colours: &DeTable<'_>) {
    for (name, value) in in_order(colours) {
        let Some(text) = value.get_ref().as_str() else {
            file.wrong_value(value, "a colour");
            continue;
        };
        match colour::parse(text).or_else(|| merged.palette.get(text).copied()) {
            Some(colour) => {
                merged.palette.insert(name.get_ref().to_string(), colour);
            }
            None => unknown_colour(file, text, value.span(), &merged.palette),
        }
    }
}

fn merge_roles(merged: &mut Merged, file: &mut SettingsFile<'_>, roles: &DeTable<'_>, index: usize) {
    for (name, value) in in_order(roles) {
        let text = name.get_ref();
        match (Role::named(text), value.get_ref().as_str()) {
            (Some(role), Some(words)) => {
                merged.roles.insert(role, (words.to_owned(), index, value.span().start + 1));
            }
            (Some(_), None) => file.wrong_value(value, "a style such as \"accent on raised bold\""),
            (None, _) => {
                let names = Role::ALL.iter().map(|role| role.name());
                file.problem(name.span(), format!("no role is named `{text}`"), nearest(text, names));
            }
        }
    }
}

/// As the file has them: a colour may name one above it.
fn in_order<'t, 'a>(table: &'t DeTable<'a>) -> Vec<(&'t Spanned<toml::de::DeString<'a>>, &'t Spanned<DeValue<'a>>)> {
    let mut entries = table.iter().collect::<Vec<_>>();
    entries.sort_by_key(|(key, _)| key.span().start);
    entries
}

/// `ink on raised bold`; `at` is the byte in the file where the words begin.
fn style(file: &mut SettingsFile<'_>, words: &str, at: usize, palette: &HashMap<String, Color>) -> Style {
    let mut style = Style::new();
    let mut is_background = false;
    for word in words.split_whitespace() {
        let start = at + (word.as_ptr() as usize - words.as_ptr() as usize);
        if word == "on" {
            is_background = true;
        } else if let Some((_, modifier)) = ATTRIBUTES.iter().find(|(name, _)| *name == word) {
            style = style.add_modifier(*modifier);
        } else if let Some(colour) = palette.get(word).copied().or_else(|| colour::parse(word)) {
            style = if is_background { style.bg(colour) } else { style.fg(colour) };
        } else {
            unknown_colour(file, word, start..start + word.len(), palette);
        }
    }
    style
}

fn unknown_colour(file: &mut SettingsFile<'_>, word: &str, at: Range<usize>, palette: &HashMap<String, Color>) {
    let attributes = ATTRIBUTES.map(|(name, _)| name);
    let mut known = palette.keys().map(String::as_str).chain(colour::names()).chain(attributes).collect::<Vec<_>>();
    known.sort_unstable();
    file.problem(at, format!("no colour is named `{word}`"), nearest(word, known));
}
