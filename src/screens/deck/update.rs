//! What commands do to the deck's tables. Pure: no I/O, no clock.

use std::sync::Arc;

use super::{Deck, Scene, clusters, jobs, namespaces};
use crate::domain::filter::FilterProblem;
use crate::domain::ids::{ClusterId, ObjectKey};
use crate::input::commands::CommandId;
use crate::input::context::Pane as PaneName;
use crate::screens::table_action::{Action, apply};

impl Deck {
    /// Does `action` to the pane called `name`, if that is a table.
    pub fn act(&mut self, name: PaneName, action: Action, scene: Scene<'_>) {
        let tables = self.cluster.and_then(|id| scene.fleet.get(id)).map(|cluster| &cluster.tables);
        match (name, tables) {
            (PaneName::Clusters, _) => {
                let rows = clusters::ClusterRows { fleet: scene.fleet, fields: &self.fields.clusters };
                apply(&mut self.clusters, &rows, action, clusters::COLUMNS);
            }
            (PaneName::Namespaces, Some(tables)) => {
                let (labels, fields) = (&self.labels, &self.fields.namespaces);
                let rows = namespaces::NamespaceRows { tables, labels, fields, now: scene.now() };
                apply(&mut self.namespaces, &rows, action, namespaces::COLUMNS);
            }
            (PaneName::Jobs, Some(tables)) => {
                let (namespace, fields) = (self.namespace.as_deref(), &self.fields.jobs);
                let rows = jobs::JobRows { tables, namespace, fields, now: scene.now() };
                apply(&mut self.jobs, &rows, action, jobs::COLUMNS);
            }
            (PaneName::Namespaces | PaneName::Jobs, None) | (PaneName::Logs, _) => {}
        }
        self.settle(scene);
    }

    /// The action that a command means on a pane, if it means one.
    pub fn action(&self, name: PaneName, command: CommandId) -> Option<Action> {
        let columns = match name {
            PaneName::Clusters => clusters::COLUMNS,
            PaneName::Namespaces => namespaces::COLUMNS,
            PaneName::Jobs => jobs::COLUMNS,
            PaneName::Logs => &[],
        };
        Action::of(command, columns)
    }

    pub fn filter_text(&self, name: PaneName) -> &str {
        match name {
            PaneName::Clusters => &self.clusters.filter_text,
            PaneName::Namespaces => &self.namespaces.filter_text,
            PaneName::Jobs => &self.jobs.filter_text,
            PaneName::Logs => &self.logs.include_text,
        }
    }

    /// The first mistake in a table's filter.
    pub fn problem(&self, name: PaneName) -> Option<&FilterProblem> {
        match name {
            PaneName::Clusters => self.clusters.problems.first(),
            PaneName::Namespaces => self.namespaces.problems.first(),
            PaneName::Jobs => self.jobs.problems.first(),
            PaneName::Logs => None,
        }
    }

    pub fn is_filtered(&self, name: PaneName) -> bool {
        match name {
            PaneName::Clusters => self.clusters.is_filtered(),
            PaneName::Namespaces => self.namespaces.is_filtered(),
            PaneName::Jobs => self.jobs.is_filtered(),
            PaneName::Logs => !self.logs.query.filter.is_empty(),
        }
    }

    /// Takes the filter of a table away, and "faults only" with it.
    pub fn clear_filter(&mut self, name: PaneName, scene: Scene<'_>) {
        match name {
            PaneName::Clusters => self.clusters.set_faults_only(false),
            PaneName::Namespaces => self.namespaces.set_faults_only(false),
            PaneName::Jobs => self.jobs.set_faults_only(false),
            PaneName::Logs => return,
        }
        self.act(name, Action::Filter(String::new()), scene);
    }

    /// Selects a cluster, and in it a namespace, as far as they are there.
    pub fn go(&mut self, cluster: Option<ClusterId>, namespace: Option<&Arc<str>>, scene: Scene<'_>) {
        if let Some(id) = cluster {
            let rows = clusters::ClusterRows { fleet: scene.fleet, fields: &self.fields.clusters };
            self.clusters.select_key(&id, &rows);
            self.settle(scene);
        }
        let Some(tables) = self.cluster.and_then(|id| scene.fleet.get(id)).map(|cluster| &cluster.tables) else {
            return;
        };
        let (labels, fields) = (&self.labels, &self.fields.namespaces);
        let rows = namespaces::NamespaceRows { tables, labels, fields, now: scene.now() };
        match namespace {
            Some(namespace) => {
                self.namespaces.select_key(namespace, &rows);
            }
            None => self.namespaces.select(0, &rows),
        }
        self.settle(scene);
    }

    /// Selects a Job of the chosen cluster, if the jobs pane shows it.
    pub fn go_job(&mut self, key: &ObjectKey, scene: Scene<'_>) -> bool {
        let Some(tables) = self.cluster.and_then(|id| scene.fleet.get(id)).map(|cluster| &cluster.tables) else {
            return false;
        };
        let (namespace, fields) = (self.namespace.as_deref(), &self.fields.jobs);
        let rows = jobs::JobRows { tables, namespace, fields, now: scene.now() };
        self.jobs.select_key(key, &rows)
    }

    /// Goes to a Job wherever it is; false if its row is not shown.
    pub fn go_to_job(&mut self, cluster: ClusterId, key: &ObjectKey, scene: Scene<'_>) -> bool {
        let elsewhere = self.namespace.as_ref().is_some_and(|namespace| *namespace != key.namespace);
        if self.cluster != Some(cluster) || elsewhere {
            self.go(Some(cluster), Some(&key.namespace), scene);
        }
        self.go_job(key, scene)
    }

    /// Takes the marks of a pane away.
    pub fn clear_marks(&mut self, pane: PaneName) {
        match pane {
            PaneName::Clusters => self.clusters.clear_marks(),
            PaneName::Namespaces => self.namespaces.clear_marks(),
            PaneName::Jobs => self.jobs.clear_marks(),
            PaneName::Logs => {}
        }
    }

    /// Looks at every row anew where a filter compares ages, which turn by themselves.
    pub fn tick(&mut self) {
        if self.namespaces.filter_depends_on_time() {
            self.namespaces.touch_all();
        }
        if self.jobs.filter_depends_on_time() {
            self.jobs.touch_all();
        }
    }
}
