//! Several files as one, by kubectl's rule: whoever names something first wins, entry by entry.

use std::path::{Path, PathBuf};

use indexmap::IndexMap;

use super::model::{Cluster, Context, User};
use super::parse::{Document, Named, Spot, read};
use crate::domain::health::Trouble;

/// All files together.
#[derive(Default)]
pub struct Merged {
    pub clusters: IndexMap<String, Named<Cluster>>,
    pub users: IndexMap<String, Named<User>>,
    pub contexts: IndexMap<String, Named<Context>>,
    pub current: Option<Current>,
    pub troubles: Vec<Trouble>,
}

/// `current-context`, and the file that sets it.
pub struct Current {
    pub name: String,
    file: PathBuf,
}

/// Reads the files in order; one that cannot be read leaves a trouble and nothing else.
pub fn read_all(files: &[PathBuf]) -> Merged {
    let mut merged = Merged::default();
    for file in files {
        match read(file) {
            Err(trouble) => merged.troubles.push(trouble),
            Ok(document) => merged.add(document, file),
        }
    }
    merged
}

/// A name that an earlier file has is passed over in silence, as kubectl does; twice in one file is a mistake.
fn add<T>(into: &mut IndexMap<String, Named<T>>, list: Vec<Named<T>>, what: &str, troubles: &mut Vec<Trouble>) {
    for entry in list {
        match into.get(&entry.name) {
            None => {
                into.insert(entry.name.clone(), entry);
            }
            Some(first) if first.spot.file == entry.spot.file => troubles.push(Trouble::new(format!(
                "{}: {what} \"{}\" is there twice, the first one at {} counts",
                entry.spot, entry.name, first.spot
            ))),
            Some(_) => {}
        }
    }
}

impl Merged {
    /// Lays a file's entries behind those that are there.
    pub fn add(&mut self, document: Document, file: &Path) {
        self.troubles.extend(document.troubles);
        if self.current.is_none() {
            self.current = document.current.map(|name| Current { name, file: file.to_owned() });
        }
        add(&mut self.clusters, document.clusters, "cluster", &mut self.troubles);
        add(&mut self.users, document.users, "user", &mut self.troubles);
        add(&mut self.contexts, document.contexts, "context", &mut self.troubles);
    }

    pub fn no_such_context(&self, current: &Current) -> Trouble {
        let words =
            format!("{}: current-context \"{}\" is not among the contexts", current.file.display(), current.name);
        let nearest = nearest(&current.name, self.contexts.keys());
        match nearest {
            Some(nearest) => Trouble::new(words).with_remedy(format!("kubectl config use-context {nearest}")),
            None => Trouble::new(words),
        }
    }

    /// A context names something that is nowhere.
    pub fn missing(&self, spot: &Spot, what: &str, name: &str) -> Trouble {
        if name.is_empty() {
            return Trouble::new(format!("{spot}: the context names no {what}"));
        }
        let nearest = match what {
            "cluster" => nearest(name, self.clusters.keys()),
            _ => nearest(name, self.users.keys()),
        };
        let hint = nearest.map(|nearest| format!(" (nearest: \"{nearest}\")")).unwrap_or_default();
        Trouble::new(format!("{spot}: there is no {what} \"{name}\" in the kubeconfig{hint}"))
    }
}

fn nearest<'a>(name: &str, among: impl Iterator<Item = &'a String>) -> Option<&'a str> {
    among
        .map(|candidate| (strsim::jaro_winkler(name, candidate), candidate))
        .filter(|(likeness, _)| *likeness > 0.8)
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, candidate)| candidate.as_str())
}
