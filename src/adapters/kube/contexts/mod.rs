//! From kubeconfig files, or a pod's service account, to the list of clusters and the private material behind each.
//!
//! Nothing here stops at the first mistake: a broken file or entry becomes a [`Trouble`] of that file or context, with
//! its place, and every other context still works.

mod certificates;
mod checked;
mod in_cluster;
mod locate;
mod merge;
mod model;
mod naming;
mod options;
mod parse;
mod reduce;
mod settings;

#[cfg(test)]
mod tests;

use jiff::Timestamp;

pub use certificates::certificates;
pub use certificates::distance;
pub use checked::login::bearer;
pub use naming::flag;
pub use options::LoadOptions;
pub use reduce::{Reduced, authorities_digest, context_names, reduce};
pub use settings::{ExecSettings, Identity, Login, Settings, Supply};

use crate::domain::cluster::{ClusterInfo, Source};
use crate::domain::health::Trouble;
use crate::domain::ids::ClusterId;

/// What was found on disk.
pub struct Contexts {
    /// A cluster's `ClusterId` is its position.
    pub clusters: Vec<ClusterInfo>,
    /// `current-context`, if it exists.
    pub current: Option<ClusterId>,
    /// What concerns no single context: broken files, entries without a name, nothing to open at all.
    pub troubles: Vec<Trouble>,
    /// The files that were read, or could not be.
    pub files: Vec<std::path::PathBuf>,
    /// Something in them is wrong, be it that a file could not be read.
    pub is_broken: bool,
    entries: Vec<Entry>,
}

enum Entry {
    Context(Box<checked::ContextEntry>),
    InCluster(in_cluster::ServiceAccount),
}

impl Contexts {
    /// Reads the files that `options` name. Blocks on the disk.
    pub fn load(options: &LoadOptions, now: Timestamp) -> Self {
        let located = locate::files(options);
        let merged = merge::read_all(&located.files);
        let mut troubles = located.troubles;
        troubles.extend(merged.troubles.iter().cloned());
        let names = naming::short_names(merged.contexts.keys().map(String::as_str));
        let mut clusters = Vec::with_capacity(merged.contexts.len());
        let mut entries = Vec::with_capacity(merged.contexts.len());
        for ((context, _), name) in merged.contexts.iter().zip(names) {
            let entry = checked::ContextEntry::of(&merged, context);
            clusters.push(entry.info(name, now));
            entries.push(Entry::Context(Box::new(entry)));
        }
        if clusters.is_empty()
            && options.kubeconfig.is_none()
            && let Some(account) = in_cluster::ServiceAccount::find(options)
        {
            clusters.push(account.info());
            entries.push(Entry::InCluster(account));
            troubles.clear();
        }
        let current = merged.current.as_ref().and_then(|current| {
            let found = merged.contexts.get_index_of(&current.name);
            if found.is_none() {
                troubles.push(merged.no_such_context(current));
            }
            found.map(position)
        });
        if clusters.is_empty() && troubles.is_empty() {
            troubles.push(locate::no_contexts(&located.files));
        }
        let current = current.or((clusters.len() == 1).then_some(ClusterId(0)));
        let is_broken = !merged.troubles.is_empty();
        Self { current, clusters, troubles, files: located.files, is_broken, entries }
    }

    /// The one context of a reduced kubeconfig, shown as `info`. Nothing is read from the disk.
    pub fn of_reduced(info: &ClusterInfo, text: &str) -> Self {
        let file = std::path::Path::new("the registry's kubeconfig");
        let mut merged = merge::Merged::default();
        let mut info = info.clone();
        match parse::parse(text, file) {
            Ok(document) => merged.add(document, file),
            Err(trouble) => info.broken = Some(trouble),
        }
        let context = merged.contexts.keys().next().cloned().unwrap_or_default();
        let entry = checked::ContextEntry::of(&merged, &context);
        Self {
            clusters: vec![info],
            current: Some(ClusterId(0)),
            troubles: Vec::new(),
            files: Vec::new(),
            is_broken: false,
            entries: vec![Entry::Context(Box::new(entry))],
        }
    }

    /// The cluster that a person means by a context's name or by the shown one; the context's wins.
    pub fn find(&self, name: &str) -> Option<ClusterId> {
        let by_context =
            |info: &ClusterInfo| matches!(&info.source, Source::Context { context, .. } if context == name);
        let found = self.clusters.iter().position(by_context);
        found.or_else(|| self.clusters.iter().position(|info| info.name == name)).map(position)
    }

    /// Everything needed to connect, read from its files anew, so that a certificate renewed since counts.
    ///
    /// # Errors
    /// What is wrong with the context, as in [`ClusterInfo::broken`].
    pub fn settings(&self, cluster: ClusterId, now: Timestamp) -> Result<Settings, Trouble> {
        match self.entries.get(cluster.0 as usize) {
            Some(Entry::Context(entry)) => entry.settings(now),
            Some(Entry::InCluster(account)) => account.settings(),
            None => Err(Trouble::new(format!("there is no cluster number {}", cluster.0))),
        }
    }
}

fn position(index: usize) -> ClusterId {
    ClusterId(u32::try_from(index).unwrap_or(u32::MAX))
}
