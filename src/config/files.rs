//! Reading the files that a person may write: `config.toml`, `keys.toml` and `themes/*.toml`.

use std::io::{ErrorKind, Read};
use std::path::{Path, PathBuf};

use toml::de::{DeTable, DeValue};

use super::keys;
use super::{Config, ConfigProblem, Environment, Paths};
use crate::domain::settings::{SettingsFile, nearest};

/// Larger files are no settings.
const LIMIT: u64 = 1 << 20;

/// A person's own keymap or theme file: its name for messages, and its text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnFile {
    pub name: String,
    pub text: String,
}

/// What was read at the start.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Loaded {
    pub config: Config,
    pub paths: Paths,
    /// `keys.toml`
    pub keys: Option<OwnFile>,
    pub problems: Vec<ConfigProblem>,
}

/// Reads the configuration and the person's own keys. `flag` is the file that `--config` names; it, and that of
/// EKSDECK_CONFIG, must be there, the one in the configuration folder need not. `themes` and `keymaps` are the names
/// that ship.
pub fn load(environment: &Environment, flag: Option<&Path>, themes: &[&str], keymaps: &[&str]) -> Loaded {
    let paths = Paths::of(environment);
    let mut problems = Vec::new();
    let named = flag.map(Path::to_owned).or_else(|| environment.config_file.clone());
    let is_named = named.is_some();
    let path = named.or_else(|| paths.config.as_ref().map(|folder| folder.join("config.toml")));
    let file = path.and_then(|path| read(&paths, &path, is_named, &mut problems));
    let mut config = Config::default();
    if let Some(OwnFile { name, text }) = file {
        let own = own_themes(&paths);
        let themes = themes.iter().copied().chain(own.iter().map(String::as_str)).collect::<Vec<_>>();
        let (read, found) = parse(&name, &text, &themes, keymaps);
        config = read;
        problems.extend(found);
    }
    let keys = paths.config.as_ref().and_then(|folder| read(&paths, &folder.join("keys.toml"), false, &mut problems));
    Loaded { config, paths, keys, problems }
}

/// A person's own theme of this name, if there is one; it comes before one that ships under the same name.
pub fn own_theme(paths: &Paths, name: &str) -> (Option<OwnFile>, Vec<ConfigProblem>) {
    let mut problems = Vec::new();
    let is_plain = !name.is_empty() && !name.contains(['/', '\\']) && !name.starts_with('.');
    let folder = paths.config.as_ref().filter(|_| is_plain);
    let path = folder.map(|folder| folder.join("themes").join(format!("{name}.toml")));
    (path.and_then(|path| read(paths, &path, false, &mut problems)), problems)
}

/// The names of a person's own themes, sorted.
pub fn own_themes(paths: &Paths) -> Vec<String> {
    let Some(folder) = &paths.config else { return Vec::new() };
    let Ok(entries) = std::fs::read_dir(folder.join("themes")) else { return Vec::new() };
    let mut names = entries
        .filter_map(|entry| Some(PathBuf::from(entry.ok()?.file_name())))
        .filter(|path| path.extension().is_some_and(|extension| extension == "toml"))
        .filter_map(|path| Some(path.file_stem()?.to_str()?.to_owned()))
        .collect::<Vec<_>>();
    names.sort_unstable();
    names
}

pub(super) fn read(
    paths: &Paths,
    path: &Path,
    must_be_there: bool,
    problems: &mut Vec<ConfigProblem>,
) -> Option<OwnFile> {
    let name = paths.shown(path);
    let mut text = String::new();
    let outcome = std::fs::File::open(path).and_then(|file| file.take(LIMIT + 1).read_to_string(&mut text));
    let words = match outcome {
        Ok(read) if read as u64 <= LIMIT => return Some(OwnFile { name, text }),
        Ok(_) => format!("larger than {} KiB: not read", LIMIT >> 10),
        Err(error) if error.kind() == ErrorKind::NotFound && !must_be_there => return None,
        Err(error) if error.kind() == ErrorKind::InvalidData => "not UTF-8: not read".to_owned(),
        Err(error) => format!("cannot be read: {error}"),
    };
    problems.push(ConfigProblem { file: name, line: 1, column: 1, words, suggestion: None });
    None
}

/// The configuration that a text gives; what is wrong in it stays at its default.
fn parse(name: &str, text: &str, themes: &[&str], keymaps: &[&str]) -> (Config, Vec<ConfigProblem>) {
    let mut file = SettingsFile::new(name, text);
    let mut config = Config::default();
    let table = file.parse();
    read_table(&mut file, &table, "", &mut config);
    check_name(&mut file, &table, "theme", &mut config, themes);
    check_name(&mut file, &table, "keymap", &mut config, keymaps);
    (config, file.into_problems())
}

fn read_table(file: &mut SettingsFile<'_>, table: &DeTable<'_>, prefix: &str, config: &mut Config) {
    for (key, value) in table {
        let name = format!("{prefix}{}", key.get_ref());
        let section = format!("{name}.");
        let is_section = keys::all().any(|known| known.name.starts_with(&section));
        if let Some(known) = keys::all().find(|known| known.name == name) {
            if let Err(expected) = (known.set)(config, value.get_ref()) {
                let found = found_words(value.get_ref());
                file.problem(value.span(), format!("`{name}` takes {expected}, found {found}"), None);
            }
        } else if let (true, DeValue::Table(inner)) = (is_section, value.get_ref()) {
            read_table(file, inner, &section, config);
        } else if is_section {
            file.wrong_value(value, &format!("a table: `[{name}]`"));
        } else {
            let words = format!("there is no setting `{name}`");
            file.problem(key.span(), words, nearest_key(&name, prefix));
        }
    }
}

/// The nearest key of the same table, else the nearest of all; with its table, as the message names the wrong one.
fn nearest_key(name: &str, prefix: &str) -> Option<String> {
    let last = name.strip_prefix(prefix).unwrap_or(name);
    let siblings = keys::all()
        .filter_map(|known| known.name.strip_prefix(prefix))
        .map(|rest| rest.split_once('.').map_or(rest, |(table, _)| table));
    let leaf = |name: &'static str| name.rsplit_once('.').map_or(name, |(_, leaf)| leaf);
    let elsewhere = || keys::all().find(|known| leaf(known.name) == last).map(|known| known.name.to_owned());
    let sibling = nearest(last, siblings).map(|found| format!("{prefix}{found}"));
    sibling.or_else(elsewhere).or_else(|| nearest(name, keys::all().map(|known| known.name)))
}

/// A theme or keymap that does not exist goes back to the default, with a word.
fn check_name(file: &mut SettingsFile<'_>, table: &DeTable<'_>, key: &str, config: &mut Config, known: &[&str]) {
    let Some(value) = table.get(key) else { return };
    let Some(name) = value.get_ref().as_str() else { return };
    if known.contains(&name) || (key == "theme" && name == "auto") {
        return;
    }
    file.problem(value.span(), format!("no {key} is named `{name}`"), nearest(name, known.iter().copied()));
    match key {
        "theme" => config.theme = None,
        _ => config.keymap = Config::default().keymap,
    }
}

fn found_words(value: &DeValue<'_>) -> String {
    match value {
        DeValue::String(text) => format!("\"{text}\""),
        DeValue::Integer(number) => number.as_str().to_owned(),
        other => {
            let kind = other.type_str();
            format!("{} {kind}", if kind.starts_with('a') { "an" } else { "a" })
        }
    }
}

#[cfg(test)]
mod tests;
