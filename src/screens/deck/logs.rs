//! The logs pane: what is read, which window of it is shown, and how.

use std::sync::Arc;

use crate::domain::ids::Uid;
use crate::domain::log_view::{LogFilterSpec, LogQuery, LogWindow, Pattern};
use crate::domain::logs::{LogOptions, LogScope, LogSource, LogSourceSpec, LogTarget};
use crate::domain::pod::{ContainerRole, ContainerRow, ContainerState, Ended, PodRow};
use crate::store::cluster::ClusterStore;

/// How long a selection must rest before its logs are read, in milliseconds: moving through rows opens no streams.
pub const REST_MS: i64 = 150;

/// The state of the logs pane.
#[derive(Debug, Default)]
pub struct LogPane {
    pub target: Option<LogTarget>,
    pub options: LogOptions,
    pub query: LogQuery,
    pub window: Option<Arc<LogWindow>>,
    pub wrap: bool,
    pub timestamps: bool,
    pub include_text: String,
    pub exclude_text: String,
    pub search_text: String,
    /// Where the log was last to be saved.
    pub save_path: String,
    /// Columns that are scrolled away to the left.
    pub shift: usize,
    /// Numbers of marked lines.
    pub marks: Vec<u64>,
    /// What will be read when the selection has rested until then (Unix milliseconds).
    pub pending: Option<(LogTarget, i64)>,
    /// What the selection stood for when a key asked for something else: that stays until the selection moves.
    pub pinned: Option<Option<LogTarget>>,
    /// How many pods `sources` are of.
    pub pods: usize,
    /// What the engine was last told to read.
    pub sources: Vec<LogSourceSpec>,
    /// Pods of the target changed since `sources` was made.
    pub stale_sources: bool,
}

impl LogPane {
    /// Starts over with another target.
    pub fn read(&mut self, target: LogTarget) {
        self.target = Some(target);
        self.pending = None;
        self.window = None;
        self.sources.clear();
        self.marks.clear();
        self.shift = 0;
        self.stale_sources = true;
        self.query = LogQuery {
            generation: self.query.generation + 1,
            filter: self.query.filter.clone(),
            height: self.query.height,
            ..LogQuery::default()
        };
    }

    pub fn stop(&mut self) {
        self.target = None;
        self.pending = None;
        self.window = None;
        self.sources.clear();
        self.marks.clear();
    }

    /// The filter as the engine takes it. A text between slashes is a regular expression, anything else fuzzy words.
    pub fn filter(&self) -> LogFilterSpec {
        LogFilterSpec {
            include: pattern(&self.include_text),
            exclude: pattern(&self.exclude_text),
            ..self.query.filter.clone()
        }
    }

    /// A new generation of the query after something about it changed.
    pub fn requery(&mut self) {
        self.query.generation += 1;
        self.query.filter = self.filter();
        self.query.highlight = pattern(&self.search_text);
    }
}

/// `/regex/` is a regular expression, other text fuzzy words; empty text is no pattern.
pub fn pattern(text: &str) -> Option<Pattern> {
    let text = text.trim();
    match text.strip_prefix('/') {
        _ if text.is_empty() || text == "/" => None,
        Some(regex) => Some(Pattern::Regex(regex.strip_suffix('/').unwrap_or(regex).to_owned())),
        None => Some(Pattern::Fuzzy(text.to_owned())),
    }
}

/// The title of a target: the object's name.
pub fn target_name(target: &LogTarget) -> Arc<str> {
    match &target.what {
        LogScope::Job { name, .. } | LogScope::Pod { name } => name.clone(),
        LogScope::Namespace => target.namespace.clone(),
    }
}

/// Every container whose log belongs to the target, oldest pod first, and how many pods they are of.
pub fn sources(target: &LogTarget, tables: &ClusterStore) -> (Vec<LogSourceSpec>, usize) {
    let mut pods = pods_of(target, tables);
    pods.sort_by(|left, right| {
        (left.meta.created, &left.meta.key.name).cmp(&(right.meta.created, &right.meta.key.name))
    });
    let specs =
        pods.iter().flat_map(|pod| pod.containers.iter().filter_map(move |container| spec(target, pod, container)));
    (specs.collect(), pods.len())
}

/// The pods whose logs belong to the target, in no order.
pub fn pods_of<'a>(target: &LogTarget, tables: &'a ClusterStore) -> Vec<&'a PodRow> {
    match &target.what {
        LogScope::Job { uid, .. } => tables.job_pods(*uid).collect(),
        LogScope::Pod { name } => tables
            .pods
            .iter()
            .map(|(_, pod)| pod)
            .filter(|pod| pod.meta.key.name == *name && pod.meta.key.namespace == target.namespace)
            .collect(),
        LogScope::Namespace => {
            tables.pods.iter().map(|(_, pod)| pod).filter(|pod| pod.meta.key.namespace == target.namespace).collect()
        }
    }
}

fn spec(target: &LogTarget, pod: &PodRow, container: &ContainerRow) -> Option<LogSourceSpec> {
    let started = match &container.state {
        ContainerState::Running { .. } | ContainerState::Ended(_) => true,
        ContainerState::Waiting { .. } => container.last.is_some(),
        ContainerState::Unknown => false,
    };
    if !started || (container.role == ContainerRole::Ephemeral && pod.meta.uid == Uid::default()) {
        return None;
    }
    let ended = match &container.state {
        ContainerState::Ended(ended) => Some(&**ended),
        ContainerState::Waiting { .. } => container.last.as_deref(),
        _ => None,
    };
    let source = LogSource {
        cluster: target.cluster,
        namespace: pod.meta.key.namespace.clone(),
        pod: pod.meta.key.name.clone(),
        container: container.name.clone(),
    };
    Some(LogSourceSpec {
        source,
        running: matches!(container.state, ContainerState::Running { .. }),
        restarts: container.restarts,
        ended: ended.map(|ended| (ended.finished, ended_words(ended, container))),
    })
}

/// `OOMKilled (exit 137) after 41s, limit 20Mi`
pub fn ended_words(ended: &Ended, container: &ContainerRow) -> String {
    let mut words = if ended.reason.is_empty() { "ended".to_owned() } else { ended.reason.to_string() };
    words.push_str(&format!(" (exit {})", ended.exit_code));
    if ended.started > 0 && ended.finished >= ended.started {
        words.push_str(&format!(" after {}", crate::domain::age::Age(ended.finished - ended.started)));
    }
    if &*ended.reason == "OOMKilled"
        && let Some(limit) = &container.memory_limit
    {
        words.push_str(&format!(", limit {limit}"));
    }
    words
}
