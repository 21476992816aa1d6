//! `eksdeck job status NAME`: what the detail layer says.

use std::io::{self, BufWriter, Write};
use std::process::ExitCode;
use std::sync::Arc;

use serde_json::{Value, json};

use super::words;
use crate::cli::Global;
use crate::cli::exit::{self, Failure};
use crate::cli::flags::{Answer, Format};
use crate::cli::headless::Headless;
use crate::cli::list::now;
use crate::cli::print;
use crate::cli::scope::{Asked, Namespaces};
use crate::cli::setup;
use crate::domain::event::EventRow;
use crate::domain::health::Trouble;
use crate::domain::ids::{ClusterId, ObjectKey, Uid};
use crate::domain::job_state::evidence;
use crate::domain::pod::{ContainerRow, ContainerState, Ended, PodPhase, PodRow};
use crate::domain::text::clean;
use crate::layers::detail::{Detail, Fetched, Section, Subject};

#[derive(Debug, clap::Args)]
pub struct JobStatus {
    /// The Job's name, or NAMESPACE/NAME
    name: String,
    /// In every namespace
    #[arg(short = 'A', long)]
    all_namespaces: bool,
    #[command(flatten)]
    answer: Answer,
}

/// Pods whose events are asked for, beside those of the Job itself.
const PODS_ASKED: usize = 8;

pub fn run(global: &Global, flags: &JobStatus) -> Result<ExitCode, Failure> {
    let namespaces = Namespaces::of(global, flags.all_namespaces)?;
    let asked = Asked::read(global)?;
    let runtime = setup::runtime()?;
    let result = runtime.block_on(async {
        let (mut headless, found, failures) =
            super::find(&asked, &flags.name, &namespaces, flags.answer.timeout).await?;
        let mut told = Vec::new();
        for (cluster, key) in &found {
            told.push(tell(&mut headless, *cluster, key, flags).await);
        }
        let mut out = BufWriter::new(io::stdout().lock());
        match flags.answer.output {
            Format::Table => {
                out.write_all(told.iter().map(|(text, _)| text.as_str()).collect::<Vec<_>>().join("\n").as_bytes())?
            }
            // One Job that can only be one is an object; where there may be several, a list.
            format if namespaces.is_many() || asked.ids.len() > 1 => {
                print::document(format, &told.into_iter().map(|(_, value)| value).collect(), &mut out)?;
            }
            format => told.iter().try_for_each(|(_, value)| print::document(format, value, &mut out))?,
        }
        out.flush()?;
        exit::all_of(failures)
    });
    runtime.shutdown_background();
    result
}

/// A Job as text and for scripts.
async fn tell(headless: &mut Headless, cluster: ClusterId, key: &ObjectKey, flags: &JobStatus) -> (String, Value) {
    let asked = objects(headless, cluster, key);
    let events = headless.events(cluster, &asked, flags.answer.timeout).await;
    if let (Ok(events), Some((_, job)), Some(cluster)) = (&events, asked.first(), headless.fleet.get_mut(cluster)) {
        cluster.tables.put_events(*job, events.clone());
    }
    (text(headless, cluster, key, &events), value(headless, cluster, key, &events))
}

/// The Job, and those of its pods that are not done, youngest first.
fn objects(headless: &Headless, cluster: ClusterId, key: &ObjectKey) -> Vec<(Arc<str>, Uid)> {
    let Some(tables) = headless.fleet.get(cluster).map(|cluster| &cluster.tables) else { return Vec::new() };
    let Some(job) = tables.jobs.by_key(key) else { return Vec::new() };
    let mut pods: Vec<&PodRow> = tables.job_pods(job.meta.uid).filter(|pod| pod.phase != PodPhase::Succeeded).collect();
    pods.sort_by_key(|pod| std::cmp::Reverse(pod.meta.created));
    let uids = [job.meta.uid].into_iter().chain(pods.iter().map(|pod| pod.meta.uid).take(PODS_ASKED));
    uids.map(|uid| (key.namespace.clone(), uid)).collect()
}

fn text(headless: &Headless, cluster: ClusterId, key: &ObjectKey, events: &Result<Vec<EventRow>, Trouble>) -> String {
    let mut detail = Detail::new(Subject::Job(cluster, key.clone()), Section::Summary);
    detail.events = match events {
        Ok(events) => Fetched::Got(events.clone()),
        Err(trouble) => Fetched::Failed(trouble.clone()),
    };
    let (lines, starts) = detail.lines(&headless.fleet, now());
    let end = starts.iter().find(|(section, _)| *section == Section::Manifest).map_or(lines.len(), |(_, start)| *start);
    let text = |line: &[crate::ui::frame::Piece]| line.iter().map(|piece| piece.text.as_str()).collect::<String>();
    let whole: String = lines[..end].iter().map(|line| clean(&text(line)).trim_end().to_owned() + "\n").collect();
    whole.trim_end().to_owned() + "\n"
}

fn value(headless: &Headless, cluster: ClusterId, key: &ObjectKey, events: &Result<Vec<EventRow>, Trouble>) -> Value {
    let Some(cluster) = headless.fleet.get(cluster) else { return Value::Null };
    let Some(id) = cluster.tables.jobs.find(key) else { return Value::Null };
    let Some(job) = cluster.tables.jobs.get(id) else { return Value::Null };
    let mut pods: Vec<&PodRow> = cluster.tables.job_pods(job.meta.uid).collect();
    pods.sort_by(|left, right| (left.meta.created, &left.meta.key).cmp(&(right.meta.created, &right.meta.key)));
    let known = events.as_ref().map_or(&[][..], Vec::as_slice);
    let mut value = words::job(cluster, job, cluster.tables.job_state(id).map(|state| &**state), now());
    let conditions: Vec<Value> = job
        .conditions
        .iter()
        .map(|condition| {
            json!({"type": &*condition.kind, "status": condition.status, "reason": &*condition.reason,
                "message": &*condition.message, "at": words::time(condition.at)})
        })
        .collect();
    value["evidence"] = evidence(job, &pods, known).into();
    value["conditions"] = conditions.into();
    value["pods"] = pods.iter().map(|row| pod(row)).collect();
    value["events"] = known.iter().map(event).collect();
    value["events_missing"] = events.as_ref().err().map(|trouble| trouble.words.clone()).into();
    value
}

fn pod(pod: &PodRow) -> Value {
    let some = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
    json!({
        "name": &*pod.meta.key.name,
        "phase": format!("{:?}", pod.phase),
        "reason": some(&pod.reason),
        "node": some(&pod.node),
        "unscheduled": pod.unscheduled.as_ref().map(|condition| &*condition.message),
        "created": words::time(pod.meta.created),
        "containers": pod.containers.iter().map(container).collect::<Vec<_>>(),
    })
}

fn container(container: &ContainerRow) -> Value {
    let (state, reason, message) = match &container.state {
        ContainerState::Unknown => ("not_started", None, None),
        ContainerState::Waiting { reason, message } => ("waiting", Some(&**reason), Some(&**message)),
        ContainerState::Running { .. } => ("running", None, None),
        ContainerState::Ended(ended) => ("ended", Some(&*ended.reason), Some(&*ended.message)),
    };
    let ended = match &container.state {
        ContainerState::Ended(ended) => Some(&**ended),
        _ => None,
    };
    json!({
        "name": &*container.name,
        "image": &*container.image,
        "state": state,
        "reason": reason.filter(|text| !text.is_empty()),
        "message": message.filter(|text| !text.is_empty()),
        "exit_code": ended.map(|ended| ended.exit_code),
        "restarts": container.restarts,
        "memory_limit": container.memory_limit.as_deref(),
        "last_run": container.last.as_deref().map(last_run),
    })
}

fn last_run(ended: &Ended) -> Value {
    json!({"reason": &*ended.reason, "exit_code": ended.exit_code, "signal": ended.signal,
        "started": words::time(ended.started), "finished": words::time(ended.finished)})
}

fn event(event: &EventRow) -> Value {
    json!({
        "object": format!("{}/{}", event.object_kind, event.object_name),
        "warning": event.warning,
        "reason": &*event.reason,
        "message": &*event.message,
        "count": event.count,
        "last_seen": words::time(event.last_seen),
    })
}
