//! What is kept of runs beyond their Jobs, and what follows from their ends: the registry, the Jobs' notes, old volumes.

use std::collections::{HashMap, HashSet};
use std::time::Duration;

use jiff::Timestamp;
use tokio::time::Instant;

use super::Worker;
use crate::domain::provision::fleet::newest_settling;
use crate::domain::provision::news::RunsNews;
use crate::domain::provision::seen::remembered;
use crate::domain::provision::{Phase, Run};
use crate::runtime::provision::settle::settle;

/// How often volumes of old tests are looked for.
const SWEEP: Duration = Duration::from_secs(6 * 3_600);
/// Between two tries to bring the registry up to date.
const SETTLE_AGAIN: Duration = Duration::from_secs(60);
/// A run that ended longer ago is nobody's news.
const DAY_MS: i64 = 24 * 3_600 * 1_000;

impl Worker {
    /// Runs that nobody wants to remember.
    pub(super) async fn forget(&mut self, ids: &[String]) {
        for id in ids {
            self.cleaned.remove(id);
            self.past.retain(|run| run.id != *id);
            let Some(kept) = &self.tools.kept else { continue };
            if let Err(trouble) = kept.forget(id.clone()).await {
                tracing::info!(id, words = trouble.words, "a run is still remembered");
            }
        }
    }

    /// Every six hours, and soon after the start.
    pub(super) async fn sweep(&mut self) {
        if self.swept.is_some_and(|at| at.elapsed() < SWEEP) {
            return;
        }
        self.swept = Some(Instant::now());
        match self.tools.runs.sweep(&self.known, Timestamp::now()).await {
            Ok(swept) if swept.is_empty() => {}
            Ok(swept) => tracing::info!(?swept, "volumes of old tests are gone"),
            Err(trouble) => tracing::info!(words = trouble.words, "volumes of old tests stay"),
        }
    }

    /// Jobs are gone: what the registry does not remember any more somebody took away.
    pub(super) async fn look_up(&mut self) {
        let Some(kept) = &self.tools.kept else { return };
        match self.tools.runs.past(&**kept).await {
            Ok(past) => self.past = past,
            Err(trouble) => tracing::info!(words = trouble.words, "past runs are not looked up"),
        }
    }

    /// What the registry remembers is there before any cluster has answered.
    pub(super) async fn remember(&mut self) {
        let Some(kept) = &self.tools.kept else { return };
        match self.tools.runs.past(&**kept).await {
            Ok(past) if !past.is_empty() => {
                self.past = past;
                self.known = remembered(&self.past);
                self.tools.tell(RunsNews::Remembered(self.known.clone().into()));
            }
            Ok(_) => {}
            Err(trouble) => tracing::info!(words = trouble.words, "past runs are not remembered"),
        }
    }

    /// Keeps what is different from what is kept.
    pub(super) async fn keep(&mut self) {
        let Some(kept) = &self.tools.kept else { return };
        if self.known == self.past {
            return;
        }
        let past: HashMap<&str, &Run> = self.past.iter().map(|run| (run.id.as_str(), run)).collect();
        let is_new = |run: &&Run| past.get(run.id.as_str()) != Some(run);
        let changed: Vec<Run> = self.known.iter().filter(is_new).cloned().collect();
        match kept.keep(changed).await {
            Ok(()) => self.past.clone_from(&self.known),
            Err(trouble) => tracing::info!(words = trouble.words, "runs are not kept"),
        }
    }

    /// Does what follows from runs that have ended. What fails is tried again after a while, in silence.
    pub(super) async fn settle(&mut self) {
        let Some(kept) = self.tools.kept.clone() else { return };
        if let Some(settler) = self.settler.take_if(|settler| settler.is_finished()) {
            let failed = settler.await.unwrap_or_default();
            if !failed.is_empty() {
                self.settle_after = Instant::now() + SETTLE_AGAIN;
            }
            self.settled.retain(|id| !failed.contains(id));
        }
        if self.settler.is_some() || Instant::now() < self.settle_after {
            return;
        }
        let yesterday = Timestamp::now().as_millisecond() - DAY_MS;
        let is_due = |run: &&Run| run.touched_ms() > yesterday && !self.settled.contains(&run.id);
        let due: Vec<Run> = newest_settling(&self.known).into_iter().filter(is_due).cloned().collect();
        if due.is_empty() {
            return;
        }
        self.settled.extend(due.iter().map(|run| run.id.clone()));
        // What ended before anybody looked was told then; what failed was told the first time.
        let told = due.iter().filter(|run| run.touched_ms() >= self.began_ms);
        let told: HashSet<String> =
            told.filter(|run| self.tried.insert(run.id.clone())).map(|run| run.id.clone()).collect();
        let tools = self.tools.clone();
        self.settler = Some(tokio::spawn(async move {
            let mut failed = Vec::new();
            for run in due {
                let done = settle(&*kept, tools.runs.site(), &run).await;
                if done.is_err() {
                    failed.push(run.id.clone());
                }
                let words = done.unwrap_or_else(Some);
                if let Some(words) = words.filter(|_| told.contains(&run.id)) {
                    tools.tell(RunsNews::Settled(words));
                }
            }
            failed
        }));
    }

    /// Writes on the Jobs how their phases ended, and looks on the volume where a pod left no word: each once.
    pub(super) fn note(&mut self) {
        if self.noter.as_ref().is_some_and(|noter| !noter.is_finished()) {
            return;
        }
        let Some(listed) = &self.listed else { return };
        let key = |run: &Run| (run.id.clone(), [Phase::Plan, Phase::Apply].map(|phase| run.is_unnoted(phase)));
        let is_due = |run: &&Run| listed.contains(&run.id) && run.is_to_be_noted() && !self.noted.contains(&key(run));
        let due: Vec<Run> = self.known.iter().filter(is_due).cloned().collect();
        if due.is_empty() {
            return;
        }
        self.noted.extend(due.iter().map(key));
        let runs = self.tools.runs.clone();
        self.noter = Some(tokio::spawn(async move {
            for run in due {
                if let Err(trouble) = runs.note(&run).await {
                    tracing::info!(run = run.id, words = trouble.words, "how a run ended is not written on its Job");
                }
            }
        }));
    }
}
