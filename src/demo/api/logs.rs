//! `pods/log`: lines are made when they are read, from what the container is and how long it has run.

use std::sync::Arc;
use std::time::Duration;

use serde_json::Value;

use super::error::{ApiError, Cause};
use super::feed::{Closed, Feed};
use super::options::Query;
use super::reply::{self, Reply};
use crate::demo::cluster::Cluster;
use crate::demo::kinds::{Kinds, Known};
use crate::demo::random::hash_text;
use crate::demo::store::Key;
use crate::demo::story::behaviour::Plan;
use crate::demo::wire::time;

/// One run of a container: which, and from when to when (Unix milliseconds).
#[derive(Debug, Clone)]
struct Run {
    plan: Plan<'static>,
    started: i64,
    ended: Option<i64>,
    restarts: i64,
}

#[derive(Debug, Clone, Default)]
struct Options {
    follow: bool,
    timestamps: bool,
    tail: Option<u64>,
    limit_bytes: Option<usize>,
    /// Unix milliseconds.
    since: i64,
}

/// Answers a container's log.
///
/// # Errors
/// 400 when the container does not exist or has not run, 404 without the pod, 422 for wrong options.
pub fn logs(cluster: &Arc<Cluster>, namespace: &str, name: &str, query: &Query) -> Result<Reply, ApiError> {
    let pods = Known::get().pod;
    let options = read_options(name, query)?;
    let key = Key::new(namespace, name);
    let entry = cluster.store().get(pods, &key).cloned();
    let entry = entry.ok_or_else(|| ApiError::not_found(&Kinds::get().all[pods], name))?;
    let pod = entry.value().into_owned();
    let container = choose(&pod, name, query.get("container"))?;
    let previous = query.flag("previous");
    let (feed, chunks) = Feed::new(false);
    if pod["spec"]["nodeName"].as_str().unwrap_or_default().is_empty() {
        // No kubelet to ask: an API server answers with nothing, and does not call it a mistake.
        return Ok(reply::stream("text/plain", false, chunks));
    }
    let run = run_of(cluster, &pod, name, &container, previous)?;
    let writer = Writer { cluster: cluster.clone(), key, container, run, options, previous };
    tokio::spawn(writer.run(feed));
    Ok(reply::stream("text/plain", false, chunks))
}

fn read_options(name: &str, query: &Query) -> Result<Options, ApiError> {
    let mut causes = Vec::new();
    let mut number = |field: &str, least: i64, words: &str| -> Result<Option<i64>, ApiError> {
        let number = query.number(field)?;
        if let Some(number) = number.filter(|number| *number < least) {
            causes.push(Cause::invalid(field, &number.to_string(), words));
        }
        Ok(number)
    };
    let tail = number("tailLines", 0, "must be greater than or equal to 0")?;
    let limit = number("limitBytes", 1, "must be greater than 0")?;
    let seconds = number("sinceSeconds", 1, "must be greater than 0")?;
    let since_time = query.get("sinceTime");
    if !since_time.is_empty() && seconds.is_some() {
        causes.push(Cause::forbidden("", "at most one of `sinceTime` or `sinceSeconds` may be specified"));
    }
    if !causes.is_empty() {
        return Err(ApiError::invalid_kind("", "PodLogOptions", name, causes));
    }
    let since = match (seconds, time::parse_micros(since_time)) {
        (Some(seconds), _) => time::now_millis() - seconds * 1000,
        (None, Some(micros)) => micros.div_euclid(1000),
        (None, None) if !since_time.is_empty() => {
            return Err(ApiError::bad_request(format!(
                "parsing time {since_time:?} as \"2006-01-02T15:04:05Z07:00\": cannot parse {since_time:?} as \"2006\""
            )));
        }
        (None, None) => 0,
    };
    Ok(Options {
        follow: query.flag("follow"),
        timestamps: query.flag("timestamps"),
        tail: tail.and_then(|tail| u64::try_from(tail).ok()),
        limit_bytes: limit.and_then(|limit| usize::try_from(limit).ok()),
        since,
    })
}

fn choose(pod: &Value, name: &str, wanted: &str) -> Result<Value, ApiError> {
    let all: Vec<&Value> = pod["spec"]["containers"].as_array().into_iter().flatten().collect();
    if wanted.is_empty() {
        return match *all {
            [only] => Ok(only.clone()),
            _ => {
                let names: Vec<&str> = all.iter().filter_map(|container| container["name"].as_str()).collect();
                Err(ApiError::bad_request(format!(
                    "a container name must be specified for pod {name}, choose one of: [{}]",
                    names.join(" ")
                )))
            }
        };
    }
    let found = all.into_iter().find(|container| container["name"] == wanted).cloned();
    found.ok_or_else(|| ApiError::bad_request(format!("container {wanted} is not valid for pod {name}")))
}

fn run_of(cluster: &Cluster, pod: &Value, name: &str, container: &Value, previous: bool) -> Result<Run, ApiError> {
    let of = container["name"].as_str().unwrap_or_default();
    let statuses = pod["status"]["containerStatuses"].as_array();
    let status = statuses.and_then(|all| all.iter().find(|status| status["name"] == of)).unwrap_or(&Value::Null);
    let restarts = status["restartCount"].as_i64().unwrap_or(0);
    let waiting = status["state"]["waiting"]["reason"].as_str();
    let (state, attempt) = if previous {
        // The count rises when the next run begins, not when the last one ends.
        (&status["lastState"]["terminated"], if waiting.is_some() { restarts } else { restarts - 1 })
    } else if waiting.is_some() && status["lastState"].get("terminated").is_some() {
        (&status["lastState"]["terminated"], restarts)
    } else if status["state"]["running"].is_object() {
        (&status["state"]["running"], restarts)
    } else {
        (&status["state"]["terminated"], restarts)
    };
    let at = |field: &str| state[field].as_str().and_then(time::parse).map(|seconds| seconds * 1000);
    let Some(started) = at("startedAt") else {
        return Err(ApiError::bad_request(match (previous, waiting) {
            (true, _) => format!("previous terminated container {of:?} in pod {name:?} not found"),
            (false, Some("ErrImagePull" | "ImagePullBackOff")) => {
                format!("container {of:?} in pod {name:?} is waiting to start: trying and failing to pull image")
            }
            (false, Some(reason)) => format!("container {of:?} in pod {name:?} is waiting to start: {reason}"),
            (false, None) => format!("container {of:?} in pod {name:?} is waiting to start: ContainerCreating"),
        }));
    };
    let plan = Plan::on(cluster, pod, container, attempt.max(0) as u64);
    Ok(Run { plan, started, ended: at("finishedAt"), restarts: attempt })
}

struct Writer {
    cluster: Arc<Cluster>,
    key: Key,
    container: Value,
    run: Run,
    options: Options,
    previous: bool,
}

impl Writer {
    async fn run(mut self, feed: Feed) {
        // The reader may go away at any time: then there is nobody to tell.
        let _ = self.stream(feed).await;
    }

    async fn stream(&mut self, mut feed: Feed) -> Result<(), Closed> {
        let now = time::now_millis();
        let end = self.run.ended.map_or(now, |ended| (ended + 999).min(now));
        let mut number = self.first(end);
        let mut left = self.options.limit_bytes.unwrap_or(usize::MAX);
        let mut changed = self.cluster.subscribe();
        loop {
            let now = time::now_millis();
            let until = self.run.ended.map_or(now, |ended| ended + 999);
            let mut next = None;
            while let Some((offset, line)) = self.run.plan.line(number) {
                let at = self.run.started + offset;
                if at > until {
                    next = Some(at);
                    break;
                }
                number += 1;
                if at < self.options.since {
                    continue;
                }
                self.write(&mut feed, at, number, &line, &mut left);
                if left == 0 {
                    return feed.finish().await;
                }
                feed.relieve().await?;
            }
            feed.flush().await?;
            if !self.options.follow || self.previous || self.run.ended.is_some() {
                return feed.finish().await;
            }
            let pause = next.map_or(Duration::from_secs(3600), |at| Duration::from_millis((at - now).max(1) as u64));
            let ended = tokio::select! {
                () = feed.closed() => return Err(Closed),
                () = tokio::time::sleep(pause) => false,
                changed = changed.changed() => changed.is_err() || self.look(),
            };
            if ended && self.run.ended.is_none() {
                return feed.finish().await;
            }
        }
    }

    /// Looks whether the run has ended; true when the pod or the run has gone altogether.
    fn look(&mut self) -> bool {
        let entry = self.cluster.store().get(Known::get().pod, &self.key).cloned();
        let Some(entry) = entry else { return true };
        let pod = entry.value();
        let Ok(run) = run_of(&self.cluster, &pod, &self.key.name, &self.container, false) else { return true };
        if run.restarts == self.run.restarts && run.started == self.run.started {
            // What goes on may end earlier than was thought.
            self.run = run;
            return false;
        }
        match run_of(&self.cluster, &pod, &self.key.name, &self.container, true) {
            Ok(last) if last.started == self.run.started => {
                self.run.ended = last.ended;
                false
            }
            _ => true,
        }
    }

    /// The number of the first line to write.
    fn first(&self, end: i64) -> u64 {
        let plan = &self.run.plan;
        let from = plan.number_at((self.options.since - self.run.started).max(0));
        let Some(tail) = self.options.tail else { return from };
        let mut last = plan.number_at(end - self.run.started);
        while plan.line(last).is_some_and(|(offset, _)| self.run.started + offset <= end) {
            last += 1;
        }
        from.max(last.saturating_sub(tail))
    }

    fn write(&self, feed: &mut Feed, at: i64, number: u64, line: &str, left: &mut usize) {
        let mut text = String::new();
        if self.options.timestamps {
            let below = hash_text(number, &self.key.name) as u32;
            text.push_str(&time::rfc3339_nanos(at, below));
            text.push(' ');
        }
        text.push_str(line);
        text.push('\n');
        let take = text.len().min(*left);
        *left -= take;
        feed.pending.extend_from_slice(&text.as_bytes()[..take]);
    }
}
