//! The deck: four live panes side by side. Choosing a cluster narrows the namespaces, a namespace narrows the jobs, a
//! job streams its logs.

pub mod clusters;
pub mod jobs;
pub mod logs;
pub mod namespaces;
pub mod update;
pub mod view;
pub mod words;

use std::sync::Arc;

use crate::domain::filter::FieldTable;
use crate::domain::ids::{ClusterId, ObjectKey};
use crate::domain::logs::{LogScope, LogTarget};
use crate::input::context::Pane as PaneName;
use crate::screens::pane::Pane;
use crate::screens::settings::LabelKeys;
use crate::store::cluster::ClusterStore;
use crate::store::fleet::{ClusterState, Fleet};

use clusters::ClusterRows;
use jobs::JobRows;
use logs::LogPane;
use namespaces::NamespaceRows;

/// The state of the deck.
#[derive(Debug)]
pub struct Deck {
    pub focus: PaneName,
    pub zoomed: bool,
    pub clusters: Pane<ClusterId>,
    pub namespaces: Pane<Arc<str>>,
    pub jobs: Pane<ObjectKey>,
    pub logs: LogPane,
    /// The cluster whose namespaces and jobs are shown.
    pub cluster: Option<ClusterId>,
    /// The namespace whose jobs are shown; `None` is all of them.
    pub namespace: Option<Arc<str>>,
    pub labels: LabelKeys,
    fields: Fields,
}

#[derive(Debug)]
struct Fields {
    clusters: FieldTable,
    namespaces: FieldTable,
    jobs: FieldTable,
}

/// What the deck looks at, and when it is now.
#[derive(Clone, Copy)]
pub struct Scene<'a> {
    pub fleet: &'a Fleet,
    /// Unix milliseconds.
    pub now_ms: i64,
}

impl Scene<'_> {
    /// Unix seconds.
    pub fn now(&self) -> i64 {
        self.now_ms.div_euclid(1_000)
    }
}

impl Deck {
    pub fn new(labels: LabelKeys) -> Self {
        Self {
            focus: PaneName::Clusters,
            zoomed: false,
            clusters: Pane::new(clusters::SORT, 0),
            namespaces: Pane::new(namespaces::SORT, 1),
            jobs: Pane::new(jobs::SORT, 0),
            logs: LogPane::default(),
            cluster: None,
            namespace: None,
            labels,
            fields: Fields { clusters: clusters::fields(), namespaces: namespaces::fields(), jobs: jobs::fields() },
        }
    }

    /// Takes in what changed in the tables of one cluster. True when something that is on the screen may have changed.
    pub fn touched(&mut self, cluster: &mut ClusterState) -> bool {
        let touched = cluster.tables.take_touched();
        let counted = !touched.counted.is_empty();
        let changed = counted || touched.nodes || !touched.jobs.is_empty() || !touched.namespaces.is_empty();
        if changed {
            self.clusters.touch(&[cluster.id.0]);
        }
        if self.cluster != Some(cluster.id) {
            return changed;
        }
        let find = |name: &Arc<str>| cluster.tables.namespaces.find(&ObjectKey::new("", name.clone()));
        let counted: Vec<u32> = touched.counted.iter().filter_map(find).map(|id| id.0).collect();
        self.namespaces.touch(&touched.namespaces);
        self.namespaces.touch(&counted);
        self.jobs.touch(&touched.jobs);
        changed
    }

    /// Brings every pane in step with the tables, and narrows from left to right.
    pub fn settle(&mut self, scene: Scene<'_>) {
        self.clusters.settle(&ClusterRows { fleet: scene.fleet, fields: &self.fields.clusters });
        let chosen = self.clusters.selected().copied();
        if chosen != self.cluster {
            self.cluster = chosen;
            self.namespace = None;
            self.namespaces.reset();
            self.jobs.reset();
        }
        let Some(tables) = self.cluster.and_then(|id| scene.fleet.get(id)).map(|cluster| &cluster.tables) else {
            return;
        };
        let rows = NamespaceRows { tables, labels: &self.labels, fields: &self.fields.namespaces, now: scene.now() };
        self.namespaces.settle(&rows);
        let namespace = self.namespaces.selected().cloned();
        if namespace != self.namespace {
            self.namespace = namespace;
            self.jobs.reset();
        }
        let rows =
            JobRows { tables, namespace: self.namespace.as_deref(), fields: &self.fields.jobs, now: scene.now() };
        self.jobs.settle(&rows);
    }

    pub fn cluster_rows<'a>(&'a self, scene: Scene<'a>) -> ClusterRows<'a> {
        ClusterRows { fleet: scene.fleet, fields: &self.fields.clusters }
    }

    pub fn namespace_rows<'a>(&'a self, tables: &'a ClusterStore, scene: Scene<'_>) -> NamespaceRows<'a> {
        NamespaceRows { tables, labels: &self.labels, fields: &self.fields.namespaces, now: scene.now() }
    }

    pub fn job_rows<'a>(&'a self, tables: &'a ClusterStore, scene: Scene<'_>) -> JobRows<'a> {
        JobRows { tables, namespace: self.namespace.as_deref(), fields: &self.fields.jobs, now: scene.now() }
    }

    /// The cluster that the panes show.
    pub fn shown<'a>(&self, scene: Scene<'a>) -> Option<&'a ClusterState> {
        self.cluster.and_then(|id| scene.fleet.get(id))
    }

    /// What the logs pane would read for the chosen job, or for the chosen namespace when the focus is there.
    pub fn log_target(&self, scene: Scene<'_>, whole_namespace: bool) -> Option<LogTarget> {
        let cluster = self.shown(scene)?;
        if whole_namespace {
            let namespace = self.namespace.clone()?;
            return Some(LogTarget { cluster: cluster.id, namespace, what: LogScope::Namespace });
        }
        let key = self.jobs.selected()?;
        let job = cluster.tables.jobs.by_key(key)?;
        let what = LogScope::Job { name: key.name.clone(), uid: job.meta.uid };
        Some(LogTarget { cluster: cluster.id, namespace: key.namespace.clone(), what })
    }
}
