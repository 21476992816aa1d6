//! The containers that are read, and what is known of each.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use tokio::sync::watch;

use super::stream::SourceStatus;
use crate::domain::log_line::Level;
use crate::domain::log_view::{LogSourceInfo, StreamCounts, StreamState};
use crate::domain::logs::{LogSource, LogSourceSpec};

const SECOND: i64 = 1_000_000_000;

struct Source {
    source: LogSource,
    label: Arc<str>,
    state: StreamState,
    lines: u64,
    status: watch::Sender<SourceStatus>,
    /// The end that was told last.
    ended: Option<(i64, String)>,
}

/// What a change of the wanted sources asks for.
pub struct Added {
    pub lane: u16,
    pub source: LogSource,
    pub status: watch::Receiver<SourceStatus>,
}

/// An end that has not been told yet.
pub struct NewEnd {
    pub lane: u16,
    /// Unix nanoseconds, in whole seconds.
    pub at: i64,
    /// `ended: OOMKilled (exit 137) after 41s, limit 20Mi`
    pub words: String,
    pub level: Level,
    pub running: bool,
}

/// Sources in the order in which they were first wanted; their place is their number.
#[derive(Default)]
pub struct Sources {
    all: Vec<Source>,
    places: HashMap<LogSource, u16>,
    table: Option<Arc<[LogSourceInfo]>>,
}

impl Sources {
    /// Takes the sources that are wanted now. Those that are no longer named are read to their end and kept.
    pub fn update(&mut self, specs: Vec<LogSourceSpec>) -> (Vec<Added>, Vec<NewEnd>) {
        let mut listed = vec![false; self.all.len()];
        let (mut added, mut ends) = (Vec::new(), Vec::new());
        for spec in specs {
            let ended_at = spec.ended.as_ref().map(|(seconds, _)| seconds.saturating_mul(SECOND));
            let status = SourceStatus { running: spec.running, ended_at, restarts: spec.restarts, listed: true };
            let lane = match self.places.get(&spec.source) {
                Some(lane) => *lane,
                None => {
                    let Ok(lane) = u16::try_from(self.all.len()) else { continue };
                    let (sender, receiver) = watch::channel(status);
                    added.push(Added { lane, source: spec.source.clone(), status: receiver });
                    self.places.insert(spec.source.clone(), lane);
                    self.all.push(Source {
                        source: spec.source,
                        label: "".into(),
                        state: StreamState::Queued,
                        lines: 0,
                        status: sender,
                        ended: None,
                    });
                    lane
                }
            };
            let Some(source) = self.all.get_mut(usize::from(lane)) else { continue };
            if let Some(mark) = listed.get_mut(usize::from(lane)) {
                *mark = true;
            }
            set_status(&source.status, status);
            if let Some(end) = spec.ended
                && source.ended.as_ref() != Some(&end)
            {
                let (at, level, words) = (end.0.saturating_mul(SECOND), level_of(&end.1), format!("ended: {}", end.1));
                ends.push(NewEnd { lane, at, words, level, running: spec.running });
                source.ended = Some(end);
            }
        }
        for (source, _) in self.all.iter().zip(&listed).filter(|(_, listed)| !**listed) {
            let gone = SourceStatus { listed: false, running: false, ..*source.status.borrow() };
            set_status(&source.status, gone);
        }
        if !added.is_empty() {
            let names: Vec<&LogSource> = self.all.iter().map(|source| &source.source).collect();
            let labels = labels(&names);
            self.all.iter_mut().zip(labels).for_each(|(source, label)| source.label = label);
        }
        self.table = None;
        (added, ends)
    }

    /// No news will come of any source: streams that only wait for some are let go.
    pub fn release(&self) {
        let waits =
            |state: &StreamState| !matches!(state, StreamState::Queued | StreamState::Opening | StreamState::Open);
        for source in self.all.iter().filter(|source| waits(&source.state)) {
            let released = SourceStatus { listed: false, ..*source.status.borrow() };
            set_status(&source.status, released);
        }
    }

    pub fn label(&self, lane: u16) -> Arc<str> {
        self.all.get(usize::from(lane)).map_or_else(|| "".into(), |source| source.label.clone())
    }

    pub fn set_state(&mut self, lane: u16, state: StreamState) {
        if let Some(source) = self.all.get_mut(usize::from(lane))
            && source.state != state
        {
            source.state = state;
            self.table = None;
        }
    }

    pub fn state(&self, lane: u16) -> Option<&StreamState> {
        self.all.get(usize::from(lane)).map(|source| &source.state)
    }

    pub fn count_lines(&mut self, lane: u16, lines: u64) {
        if let Some(source) = self.all.get_mut(usize::from(lane)) {
            source.lines += lines;
            self.table = None;
        }
    }

    pub fn counts(&self, limit: usize) -> StreamCounts {
        let mut counts = StreamCounts { limit, ..StreamCounts::default() };
        for source in &self.all {
            match source.state {
                StreamState::Queued => counts.not_streamed.push(source.label.clone()),
                StreamState::Opening | StreamState::Open => counts.open += 1,
                StreamState::Waiting(_) => counts.waiting += 1,
                StreamState::Ended => counts.ended += 1,
                StreamState::Failed(_) => counts.failed += 1,
            }
        }
        counts
    }

    pub fn table(&mut self) -> Arc<[LogSourceInfo]> {
        let made = self.table.get_or_insert_with(|| {
            let info = |source: &Source| LogSourceInfo {
                label: source.label.clone(),
                cluster: source.source.cluster,
                namespace: source.source.namespace.clone(),
                pod: source.source.pod.clone(),
                container: source.source.container.clone(),
                state: source.state.clone(),
                lines: source.lines,
            };
            self.all.iter().map(info).collect()
        });
        made.clone()
    }
}

/// The level of an end's line: every exit code but 0 counts as an error for `Seek::NextError`.
fn level_of(words: &str) -> Level {
    if words.contains("(exit 0)") { Level::Info } else { Level::Error }
}

fn set_status(sender: &watch::Sender<SourceStatus>, status: SourceStatus) {
    sender.send_if_modified(|known| {
        let changed = *known != status;
        *known = status;
        changed
    });
}

/// `7xk2q main`: as many of the pod's last name parts as tell the pods apart, and the container. Pods of the same name
/// in several namespaces or clusters get both before them.
pub fn labels(sources: &[&LogSource]) -> Vec<Arc<str>> {
    /// A pod among those of all clusters: cluster, namespace, name.
    type Pod<'a> = (u32, &'a str, &'a str);
    let mut tails: HashMap<(usize, &str), HashSet<Pod<'_>>> = HashMap::new();
    let longest = sources.iter().map(|source| source.pod.split('-').count()).max().unwrap_or(1);
    for source in sources {
        for parts in 1..=longest {
            let pod = (source.cluster.0, &*source.namespace, &*source.pod);
            tails.entry((parts, tail(&source.pod, parts))).or_default().insert(pod);
        }
    }
    let unique =
        |source: &LogSource, parts: usize| tails.get(&(parts, tail(&source.pod, parts))).map_or(0, HashSet::len) <= 1;
    let parts_for = |source: &LogSource| (1..=longest).find(|parts| unique(source, *parts));
    sources
        .iter()
        .map(|source| match parts_for(source) {
            Some(parts) => format!("{} {}", tail(&source.pod, parts), source.container).into(),
            None => format!("{}.{}/{} {}", source.cluster.0, source.namespace, source.pod, source.container).into(),
        })
        .collect()
}

/// The last so many parts of a name between hyphens.
fn tail(name: &str, parts: usize) -> &str {
    let start = name.rmatch_indices('-').nth(parts - 1).map_or(0, |(at, _)| at + 1);
    &name[start..]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::ids::ClusterId;

    fn source(cluster: u32, namespace: &str, pod: &str, container: &str) -> LogSource {
        LogSource {
            cluster: ClusterId(cluster),
            namespace: namespace.into(),
            pod: pod.into(),
            container: container.into(),
        }
    }

    #[test]
    fn labels_are_short_and_unique() {
        let all = [
            source(0, "pay", "settle-28911-7xk2q", "main"),
            source(0, "pay", "settle-28911-7xk2q", "sidecar"),
            source(0, "pay", "settle-28911-9abcd", "main"),
            source(0, "pay", "db-0", "pg"),
            source(0, "pay", "web-0", "pg"),
            source(0, "pay", "same", "x"),
            source(1, "pay", "same", "x"),
        ];
        let labels = labels(&all.iter().collect::<Vec<_>>());
        let expected =
            ["7xk2q main", "7xk2q sidecar", "9abcd main", "db-0 pg", "web-0 pg", "0.pay/same x", "1.pay/same x"];
        assert_eq!(labels.iter().map(|label| &**label).collect::<Vec<_>>(), expected);
    }

    #[test]
    fn sources_are_kept_and_ends_told_once() {
        let mut sources = Sources::default();
        let end = (5, "Error (exit 1)".to_owned());
        let spec = |running, ended| LogSourceSpec { source: source(0, "a", "b", "c"), running, restarts: 0, ended };
        let (added, ends) = sources.update(vec![spec(true, None)]);
        assert_eq!((added.len(), ends.len()), (1, 0));
        let (more, ends) = sources.update(vec![spec(false, Some(end.clone()))]);
        assert_eq!((more.len(), ends.len()), (0, 1));
        assert_eq!((&*ends[0].words, ends[0].level), ("ended: Error (exit 1)", Level::Error));
        assert_eq!(sources.update(vec![spec(false, Some(end))]).1.len(), 0);
        sources.update(Vec::new());
        assert!(!added[0].status.borrow().listed);
        assert_eq!(sources.table().len(), 1);
    }
}
