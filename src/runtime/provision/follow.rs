//! What Terraform says, from its pod while that runs and from its file afterwards.

use std::time::{Duration, Instant};

use tokio::io::AsyncBufReadExt;

use super::desk::Tools;
use crate::domain::health::Trouble;
use crate::domain::logs::LogSource;
use crate::domain::provision::news::RunsNews;
use crate::domain::provision::{JobFacts, Phase, Run};
use crate::domain::request::LogRequest;
use crate::domain::terraform::lines::line;
use crate::domain::terraform::progress::Progress;

/// How often progress is told.
const TOLD: Duration = Duration::from_millis(300);
/// Lines that are told at once.
const LINES: usize = 2_000;

fn source(tools: &Tools, namespace: &str, pod: &str) -> LogSource {
    LogSource {
        cluster: tools.runs.cluster(),
        namespace: namespace.into(),
        pod: pod.into(),
        container: "terraform".into(),
    }
}

/// Follows a pod's log to its end and tells how far it has come.
pub(super) async fn follow_progress(tools: Tools, id: String, namespace: String, pod: String) {
    let request = LogRequest { follow: true, ..LogRequest::default() };
    let Ok(reader) = tools.runs.fleet.open_log(source(&tools, &namespace, &pod), request).await else { return };
    let (mut lines, mut progress, mut told) = (reader.lines(), Progress::default(), Instant::now());
    let mut is_told = true;
    loop {
        let wait = TOLD.saturating_sub(told.elapsed());
        let next = tokio::time::timeout(wait, lines.next_line()).await;
        match next {
            Ok(Ok(Some(text))) => {
                progress.take(&line(without_time(&text)));
                is_told = false;
            }
            Ok(_) => break,
            Err(_) => {}
        }
        if told.elapsed() >= TOLD {
            told = Instant::now();
            if !std::mem::replace(&mut is_told, true) {
                tools.tell(RunsNews::Progress { id: id.clone(), progress: progress.clone() });
            }
        }
    }
    tools.tell(RunsNews::Progress { id, progress });
}

/// The server puts the time before each line.
fn without_time(text: &str) -> &str {
    text.split_once(' ').map_or(text, |(_, rest)| rest)
}

/// Tells a phase's log from its first line on.
pub(super) async fn read_log(tools: Tools, run: Result<Run, Trouble>, id: String, phase: Phase) {
    let trouble = match run {
        Ok(run) => {
            let facts = if phase == Phase::Apply { &run.facts.apply } else { &run.facts.plan };
            let pod = run.phase(phase).and_then(|seen| seen.pod.clone());
            match (facts, pod) {
                (JobFacts::Running, Some(pod)) => from_the_pod(&tools, &run, phase, &pod).await.err(),
                (JobFacts::Absent | JobFacts::Queued | JobFacts::Waiting(_), _) => None,
                // What a node keeps of a log is cut: the file is whole.
                _ => from_the_volume(&tools, &run, phase).await.err(),
            }
        }
        Err(trouble) => Some(trouble),
    };
    tools.tell(RunsNews::LogEnded { id, phase, trouble });
}

async fn from_the_pod(tools: &Tools, run: &Run, phase: Phase, pod: &str) -> Result<(), Trouble> {
    let request = LogRequest { follow: true, ..LogRequest::default() };
    let opened = tools.runs.fleet.open_log(source(tools, &run.worker.namespace, pod), request).await;
    let mut lines = opened.map_err(|error| error.trouble().clone())?.lines();
    let mut waiting: Vec<String> = Vec::new();
    let mut told = Instant::now();
    loop {
        let wait = if waiting.is_empty() { Duration::from_secs(3_600) } else { TOLD.saturating_sub(told.elapsed()) };
        let ended = match tokio::time::timeout(wait, lines.next_line()).await {
            Ok(Ok(Some(text))) => {
                waiting.push(without_time(&text).to_owned());
                None
            }
            Ok(Ok(None)) => Some(Ok(())),
            Ok(Err(error)) => Some(Err(Trouble::new(error.to_string()))),
            Err(_) => None,
        };
        if ended.is_some() || waiting.len() >= LINES || (!waiting.is_empty() && told.elapsed() >= TOLD) {
            told = Instant::now();
            let lines = std::mem::take(&mut waiting);
            tools.tell(RunsNews::Log { id: run.id.clone(), phase, lines });
        }
        if let Some(ended) = ended {
            return ended;
        }
    }
}

async fn from_the_volume(tools: &Tools, run: &Run, phase: Phase) -> Result<(), Trouble> {
    let file = format!("{}.jsonl", phase.word());
    let files = tools.runs.files(run, &[&file]).await?;
    let Some(text) = files.into_iter().next().flatten() else {
        return Err(Trouble::new(format!("run {} left no log of its {}", run.id, phase.word())));
    };
    let all: Vec<&str> = text.lines().collect();
    for lines in all.chunks(LINES) {
        let lines = lines.iter().map(|line| (*line).to_owned()).collect();
        tools.tell(RunsNews::Log { id: run.id.clone(), phase, lines });
    }
    Ok(())
}
