//! Counts that panes show beside a namespace or a cluster, kept in step row by row.

use std::collections::HashMap;
use std::sync::Arc;

/// Pods and Jobs of a namespace, or of a whole cluster.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Counts {
    pub pods: u32,
    pub pods_running: u32,
    pub jobs: u32,
    pub jobs_active: u32,
    pub jobs_failed: u32,
}

impl Counts {
    /// Adds (`by` = 1) or takes away (`by` = -1) what one row contributes.
    fn shift(&mut self, part: Counts, by: i32) {
        let add = |to: &mut u32, what: u32| *to = to.saturating_add_signed(what as i32 * by);
        add(&mut self.pods, part.pods);
        add(&mut self.pods_running, part.pods_running);
        add(&mut self.jobs, part.jobs);
        add(&mut self.jobs_active, part.jobs_active);
        add(&mut self.jobs_failed, part.jobs_failed);
    }
}

/// Counts by namespace and over all of them.
#[derive(Debug, Default)]
pub struct CountTable {
    pub total: Counts,
    by_namespace: HashMap<Arc<str>, Counts>,
}

impl CountTable {
    pub fn of(&self, namespace: &str) -> Counts {
        self.by_namespace.get(namespace).copied().unwrap_or_default()
    }

    pub fn add(&mut self, namespace: &Arc<str>, part: Counts) {
        self.total.shift(part, 1);
        match self.by_namespace.get_mut(namespace) {
            Some(counts) => counts.shift(part, 1),
            None => {
                self.by_namespace.insert(namespace.clone(), part);
            }
        }
    }

    pub fn take(&mut self, namespace: &Arc<str>, part: Counts) {
        self.total.shift(part, -1);
        if let Some(counts) = self.by_namespace.get_mut(namespace) {
            counts.shift(part, -1);
            if *counts == Counts::default() {
                self.by_namespace.remove(namespace);
            }
        }
    }
}
