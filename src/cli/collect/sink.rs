//! News as lines of the log.

use std::collections::HashMap;
use std::process::ExitCode;
use std::sync::{Mutex, PoisonError};

use crate::cli::exit::{Failure, UNREACHABLE};
use crate::domain::ids::ClusterId;
use crate::domain::registry::Status;
use crate::domain::sync::SyncNews;
use crate::runtime::ports::SyncSink;

/// One line for whatever is noteworthy: a look that says what the last one said is not.
#[derive(Default)]
pub struct Lines {
    clusters: Mutex<HashMap<ClusterId, Known>>,
}

#[derive(Debug, Clone, Default)]
struct Known {
    is_theirs: bool,
    /// Why results are not kept.
    not_kept: String,
    /// Why the last look failed.
    down: Option<String>,
}

impl Lines {
    /// Whether any cluster answered.
    ///
    /// # Errors
    /// None of those that were looked at did.
    pub fn outcome(&self) -> Result<ExitCode, Failure> {
        let clusters = self.locked();
        let looked: Vec<&Known> = clusters.values().filter(|known| !known.is_theirs).collect();
        let down: Vec<&String> = looked.iter().filter_map(|known| known.down.as_ref()).collect();
        match down.first() {
            Some(first) if down.len() == looked.len() => {
                Err(Failure::new(UNREACHABLE, format!("none of {} clusters answered: {first}", down.len())))
            }
            _ => Ok(ExitCode::SUCCESS),
        }
    }

    fn locked(&self) -> std::sync::MutexGuard<'_, HashMap<ClusterId, Known>> {
        // Entries are changed field by field, each whole.
        self.clusters.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl SyncSink for Lines {
    fn news(&self, news: SyncNews) {
        let mut clusters = self.locked();
        match news {
            SyncNews::Looked { target, judgement, snapshot, .. } => {
                let known = clusters.entry(target.id).or_default();
                if std::mem::take(&mut known.is_theirs) {
                    tracing::info!(cluster = target.name, "taken over");
                }
                known.not_kept = if snapshot.is_some() { String::new() } else { std::mem::take(&mut known.not_kept) };
                known.down = (judgement.status == Status::Down).then_some(judgement.why);
            }
            SyncNews::Standing { target, transition, was } => {
                let (cluster, why) = (&target.name, &transition.why);
                let (status, was) = (transition.status.word(), was.map_or("unknown", Status::word));
                match transition.status {
                    Status::Up => tracing::info!(cluster, was, "{status}"),
                    Status::Degraded | Status::Down => tracing::warn!(cluster, was, why, "{status}"),
                }
            }
            SyncNews::Finished { target, job } => {
                let name = format!("{}/{}", job.namespace, job.name);
                match job.succeeded {
                    true => tracing::info!(cluster = target.name, job = name, "a Job succeeded"),
                    false => tracing::warn!(cluster = target.name, job = name, reason = job.reason, "a Job failed"),
                }
            }
            SyncNews::Theirs { target } => {
                let known = clusters.entry(target.id).or_default();
                if !std::mem::replace(&mut known.is_theirs, true) {
                    tracing::info!(cluster = target.name, "another collector looks after it");
                }
            }
            SyncNews::NotKept { target, trouble } => {
                let known = clusters.entry(target.id).or_default();
                if known.not_kept != trouble.words {
                    tracing::warn!(cluster = target.name, trouble = trouble.words, "not kept");
                    known.not_kept = trouble.words;
                }
            }
        }
    }
}
