//! Holds every path of every file against the table.

use std::collections::BTreeSet;
use std::fmt;

use super::names::{self, Named};
use super::resolve::{self, Stop};
use super::table::{self, ALL, Crates, IMPURE, MAIN_ONLY, NOT_IN_UPDATE, Rule};
use super::tree::{ModulePath, Scope, Tree};

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Violation {
    pub file: String,
    pub line: usize,
    pub words: String,
}

impl fmt::Display for Violation {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}:{}: {}", self.file, self.line, self.words)
    }
}

pub fn violations(tree: &Tree) -> Vec<Violation> {
    let mut found: BTreeSet<Violation> = tree
        .faults
        .iter()
        .map(|fault| {
            let (file, words) = fault.split_once(": ").unwrap_or(("src", fault));
            Violation { file: file.to_owned(), line: 1, words: words.to_owned() }
        })
        .collect();
    for source in &tree.sources {
        let Some(rule) = source.module.first().and_then(|folder| table::rule(folder)) else { continue };
        let update = is_update(&source.file);
        names::each(source, |module, blocks, named| {
            for words in judge(tree, rule, update, module, blocks, &named) {
                found.insert(Violation { file: source.file.clone(), line: named.line, words });
            }
        });
    }
    found.into_iter().collect()
}

fn is_update(file: &str) -> bool {
    file.ends_with("/update.rs") || file.contains("/update/")
}

fn judge(tree: &Tree, rule: &Rule, update: bool, module: &ModulePath, blocks: &[Scope], named: &Named) -> Vec<String> {
    let stops = resolve::stops(tree, module, blocks, &named.import, named.bare);
    let written = named.import.segments.join("::") + if named.glob { "::*" } else { "" };
    let mut words: Vec<String> = Vec::new();
    for stop in stops {
        let Some((full, why)) = forbidden(tree, rule, update, &stop) else { continue };
        let full = full.join("::");
        let named = if full == written { format!("`{written}`") } else { format!("`{written}` (which is {full})") };
        words.push(format!("{named}: {why}"));
    }
    words
}

fn forbidden(tree: &Tree, rule: &Rule, update: bool, stop: &Stop) -> Option<(Vec<String>, String)> {
    let folder = rule.folder;
    match stop {
        Stop::Crate(path) => {
            let target = path.first()?;
            let known = tree.scopes.contains_key(&path[..1]);
            let allowed = |entry: &&str| **entry == *ALL || begins(path, entry);
            if !known || target == folder || rule.folders.iter().any(allowed) {
                return None;
            }
            let may = if rule.folders.is_empty() { "no folder".to_owned() } else { rule.folders.join(", ") };
            Some((
                [&["crate".to_owned()], path.as_slice()].concat(),
                format!("{folder} may name {may} beside itself, not {target}"),
            ))
        }
        Stop::Outside(path) | Stop::Perhaps(path) => {
            let path = plain(path);
            if update && let Some(entry) = IMPURE.iter().chain(NOT_IN_UPDATE).find(|entry| begins(&path, entry)) {
                return Some((path, format!("an update is pure and never names {entry}")));
            }
            if rule.pure
                && let Some(entry) = IMPURE.iter().find(|entry| begins(&path, entry))
            {
                return Some((path, format!("{folder} is pure and never names {entry}")));
            }
            if folder != "main"
                && let Some(entry) = MAIN_ONLY.iter().find(|entry| begins(&path, entry))
            {
                return Some((path, format!("only main names {entry}")));
            }
            if matches!(stop, Stop::Perhaps(_)) {
                return None;
            }
            let name = path.first()?.clone();
            let allowed = match &rule.crates {
                Crates::Any => return None,
                Crates::Only(list) => list.to_vec(),
                Crates::Also(list, more) => [*list, *more].concat(),
            };
            let is_allowed = name == "std" || allowed.contains(&name.as_str());
            let words = || format!("of outside crates {folder} may name {}, not {name}", allowed.join(", "));
            (!is_allowed).then(|| (path, words()))
        }
    }
}

/// `core` and `alloc` are parts of `std`.
fn plain(path: &[String]) -> Vec<String> {
    let mut path = path.to_vec();
    if let Some(first) = path.first_mut().filter(|first| *first == "core" || *first == "alloc") {
        *first = "std".to_owned();
    }
    path
}

fn begins(path: &[String], entry: &str) -> bool {
    let mut segments = path.iter();
    entry.split("::").all(|part| segments.next().is_some_and(|segment| segment == part))
}

/// What a source in memory breaks; for fixtures.
pub fn of_texts(texts: &[(&str, &str)], manifest: &str) -> Vec<String> {
    let texts = texts.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect();
    let tree = Tree::of(texts, manifest).unwrap();
    violations(&tree).iter().map(ToString::to_string).collect()
}
