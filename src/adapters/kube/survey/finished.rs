//! A Job that ended, told whole before its TTL takes it.

use http_body_util::{BodyExt, Limited};

use crate::adapters::kube::decode::Decoder;
use crate::adapters::kube::list::read_parts;
use crate::adapters::kube::reader::Reader;
use crate::adapters::kube::target::escape;
use crate::adapters::kube::wire::Part;
use crate::adapters::kube::wire::encoding::{ACCEPT, Encoding};
use crate::domain::delta::Row;
use crate::domain::ids::KindId;
use crate::domain::job::JobRow;
use crate::domain::job_state::{JobPhase, job_state};
use crate::domain::pod::{ContainerRole, ContainerState, Ended, PodPhase, PodRow};
use crate::domain::registry::{FinishedJob, LOG_LINES, last_lines};
use crate::domain::request::PortError;
use crate::domain::text::clean_multiline;
use crate::kinds::table::entry;

/// Pods of one Job that are looked at: an indexed Job may have thousands.
const PODS: usize = 50;
/// Of a log, no more than this is read.
const LOG_BYTES: usize = 256 * 1024;

/// Reason, exit code and last log lines of a Job that ended. The cluster's id in it is the asker's to set.
///
/// # Errors
/// Its pods cannot be listed. A log that cannot be had is empty.
pub async fn finished(reader: &Reader, job: &JobRow) -> Result<FinishedJob, PortError> {
    let pods = pods(reader, job).await?;
    let state = job_state(job, &pods.iter().collect::<Vec<_>>(), &[]);
    let succeeded = state.phase == JobPhase::Succeeded;
    let telling = telling(&pods, succeeded);
    let log = match telling {
        Some((pod, container, _)) => log(reader, pod, container).await.unwrap_or_default(),
        None => String::new(),
    };
    Ok(FinishedJob {
        cluster: String::new(),
        uid: job.meta.uid.to_string(),
        namespace: job.meta.key.namespace.to_string(),
        name: job.meta.key.name.to_string(),
        succeeded,
        reason: if succeeded { String::new() } else { state.words.into_owned() },
        exit_code: telling.and_then(|(_, _, ended)| ended).map(|ended| i64::from(ended.exit_code)),
        started_ms: Some(job.started).filter(|started| *started != 0).map(|started| started * 1_000),
        finished_ms: job.ended().unwrap_or_default() * 1_000,
        log,
    })
}

async fn pods(reader: &Reader, job: &JobRow) -> Result<Vec<PodRow>, PortError> {
    let kind = entry(KindId::Pod);
    let collection = kind.collection(Some(&job.meta.key.namespace));
    // The older of the two names of this label: every version sets it.
    let selector = escape(&format!("controller-uid={}", job.meta.uid));
    let path = format!("{collection}?limit={PODS}&labelSelector={selector}");
    let answer = reader.get(&path, ACCEPT).await?;
    let (mut decoder, mut pods) = (Decoder::new(kind), Vec::new());
    let mut each = |encoding: Encoding, part: Part<'_>| {
        if let Part::Item(bytes) = part
            && let Some(Row::Pod(pod)) = decoder.row(encoding, bytes)
        {
            pods.push(pod);
        }
    };
    read_parts(reader, &path, answer, &mut each).await?;
    Ok(pods)
}

/// The pod and container that tell how it ended: of a Job that failed the last one that failed, else the last one.
fn telling(pods: &[PodRow], succeeded: bool) -> Option<(&PodRow, &str, Option<&Ended>)> {
    let wanted = if succeeded { PodPhase::Succeeded } else { PodPhase::Failed };
    let fits = |pod: &&PodRow| pod.phase == wanted;
    let newest = |pod: &&PodRow| pod.meta.created;
    let pod = pods.iter().filter(fits).max_by_key(newest).or_else(|| pods.iter().max_by_key(newest))?;
    let main = pod.containers.iter().filter(|container| container.role == ContainerRole::Main);
    let ended = |state: &ContainerState| match state {
        ContainerState::Ended(ended) => Some(ended.exit_code),
        _ => None,
    };
    let chosen = main.max_by_key(|container| ended(&container.state).map(|code| code != 0))?;
    let ended = match &chosen.state {
        ContainerState::Ended(ended) => Some(&**ended),
        _ => chosen.last.as_deref(),
    };
    Some((pod, &chosen.name, ended))
}

async fn log(reader: &Reader, pod: &PodRow, container: &str) -> Result<String, PortError> {
    let path = format!(
        "/api/v1/namespaces/{}/pods/{}/log?container={}&tailLines={LOG_LINES}",
        escape(&pod.meta.key.namespace),
        escape(&pod.meta.key.name),
        escape(container),
    );
    let answer = reader.get(&path, "*/*").await?;
    let mut body = Limited::new(answer.body, LOG_BYTES);
    let mut text = Vec::new();
    // What was read until a limit or a break is kept.
    while let Some(Ok(frame)) = body.frame().await {
        if let Ok(bytes) = frame.into_data() {
            text.extend_from_slice(&bytes);
        }
    }
    Ok(last_lines(&clean_multiline(&String::from_utf8_lossy(&text))).to_owned())
}
