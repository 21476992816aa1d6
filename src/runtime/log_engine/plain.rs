//! The same merged lines without a screen: what `eksdeck job logs` writes.

use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::io::{AsyncWrite, AsyncWriteExt};
use tokio::sync::{Semaphore, mpsc};
use tokio_util::sync::CancellationToken;

use super::export::LineFormat;
use super::merge::{Merge, Next, Now};
use super::sources::{NewEnd, Sources};
use super::stream::{self, StreamEvent, StreamShare};
use super::view::kind_of;
use crate::domain::log_view::{LineKind, StreamState};
use crate::domain::logs::{LogOptions, LogSourceSpec};
use crate::runtime::ports::FleetPort;

/// What is written, and how.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlainOptions {
    pub follow: bool,
    pub log: LogOptions,
    pub format: LineFormat,
    /// Streams open at once.
    pub streams: usize,
}

/// What was written.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PlainReport {
    pub lines: u64,
    /// Label and words of each source that could not be read.
    pub failed: Vec<(Arc<str>, Arc<str>)>,
}

const MERGE_LINES: usize = 16_384;

/// Writes the lines of all sources, merged by time, until all have ended, `cancel` is cancelled or the writer fails.
/// With `follow`, `updates` brings the sources anew when pods come and go, and its end means that none will come; the
/// writing ends when the streams have. Ends of containers, gaps and troubles go to `words`, a line each.
pub async fn write_logs(
    fleet: Arc<dyn FleetPort>,
    sources: Vec<LogSourceSpec>,
    options: PlainOptions,
    mut updates: mpsc::Receiver<Vec<LogSourceSpec>>,
    out: &mut (impl AsyncWrite + Unpin),
    words: &mut (impl AsyncWrite + Unpin),
    cancel: CancellationToken,
) -> std::io::Result<PlainReport> {
    let (events, mut incoming) = mpsc::unbounded_channel::<(u16, StreamEvent)>();
    let streams = cancel.child_token();
    let _cancelled_on_return = streams.clone().drop_guard();
    let share = StreamShare {
        fleet,
        slots: Arc::new(Semaphore::new(options.streams)),
        emit: Arc::new(move |lane, event| {
            // Nobody listens once the writing has ended, and the streams are cancelled then.
            let _ = events.send((lane, event));
        }),
        options: options.log.clone(),
        follow: options.follow && !options.log.previous,
    };
    let mut writer = Writer::new(share, options.format, streams);
    writer.update(sources);
    let mut updates_open = true;
    loop {
        let wake = writer.merge(out, words).await?;
        if options.follow && !updates_open {
            writer.sources.release();
        }
        if writer.running == 0 && writer.merge.is_empty() && !(options.follow && updates_open) {
            return Ok(writer.report);
        }
        tokio::select! {
            biased;
            () = cancel.cancelled() => return Ok(writer.report),
            Some((lane, event)) = incoming.recv() => {
                writer.event(lane, event);
                while let Ok((lane, event)) = incoming.try_recv() {
                    writer.event(lane, event);
                }
            }
            update = updates.recv(), if updates_open => match update {
                Some(specs) => writer.update(specs),
                None => updates_open = false,
            },
            () = sleep_until(wake, writer.started), if wake.is_some() => {}
        }
    }
}

async fn sleep_until(wake: Option<u64>, started: Instant) {
    let at = started + Duration::from_millis(wake.unwrap_or(0));
    tokio::time::sleep_until(at.into()).await;
}

struct Writer {
    share: StreamShare,
    streams: CancellationToken,
    format: LineFormat,
    merge: Merge,
    sources: Sources,
    report: PlainReport,
    running: usize,
    started: Instant,
    buffer: Vec<u8>,
    words: Vec<u8>,
}

impl Writer {
    fn new(share: StreamShare, format: LineFormat, streams: CancellationToken) -> Self {
        Self {
            share,
            streams,
            format,
            merge: Merge::default(),
            sources: Sources::default(),
            report: PlainReport::default(),
            running: 0,
            started: Instant::now(),
            buffer: Vec::new(),
            words: Vec::new(),
        }
    }

    fn now(&self) -> Now {
        let unix_ns = i64::try_from(jiff::Timestamp::now().as_nanosecond()).unwrap_or(i64::MAX);
        Now { ms: self.started.elapsed().as_millis() as u64, unix_ns }
    }

    fn update(&mut self, specs: Vec<LogSourceSpec>) {
        let now = self.now();
        let (added, ends) = self.sources.update(specs);
        added.iter().for_each(|_| self.merge.add_lane());
        for NewEnd { lane, at, words, level, running } in ends {
            self.merge.set_end(lane, at, words, level, running, now);
        }
        for added in added {
            self.running += 1;
            let task = stream::run(self.share.clone(), added.lane, added.source, added.status);
            let cancel = self.streams.clone();
            tokio::spawn(async move { cancel.run_until_cancelled(task).await });
        }
    }

    fn event(&mut self, lane: u16, event: StreamEvent) {
        let now = self.now();
        match event {
            StreamEvent::State(state) => {
                self.merge.set_state(lane, &state, now);
                if let StreamState::Failed(words) = &state {
                    let failed = (self.sources.label(lane), words.clone());
                    if !self.report.failed.contains(&failed) {
                        self.report.failed.push(failed);
                    }
                }
                self.sources.set_state(lane, state);
            }
            StreamEvent::Lines(batch) => self.merge.push(lane, batch, now),
            StreamEvent::EndOfRun => self.merge.end_of_run(lane, now),
            StreamEvent::Finished => {
                self.merge.set_state(lane, &StreamState::Ended, now);
                self.running -= 1;
            }
        }
    }

    /// Writes what is ready; returns when to look again though nothing comes in.
    async fn merge(
        &mut self,
        out: &mut (impl AsyncWrite + Unpin),
        err: &mut (impl AsyncWrite + Unpin),
    ) -> std::io::Result<Option<u64>> {
        loop {
            let now = self.now();
            let Self { merge, sources, buffer, words, report, format, .. } = self;
            let mut failed = None;
            let next = merge.drain(now, MERGE_LINES, &mut |lane, batch, range| {
                let label = sources.label(lane);
                for index in range {
                    let (meta, raw) = batch.line(index);
                    let kind = kind_of(meta.kind());
                    report.lines += u64::from(kind == LineKind::Text);
                    let into = if kind == LineKind::Text { &mut *buffer } else { &mut *words };
                    failed = format.write(meta.at, &label, kind, raw, into).err().or(failed.take());
                }
            });
            if let Some(error) = failed {
                return Err(error);
            }
            out.write_all(&self.buffer).await?;
            self.buffer.clear();
            if !self.words.is_empty() {
                err.write_all(&self.words).await?;
                err.flush().await?;
                self.words.clear();
            }
            match next {
                Next::More => continue,
                Next::Idle => {
                    out.flush().await?;
                    return Ok(None);
                }
                Next::At(at) => {
                    out.flush().await?;
                    return Ok(Some(at));
                }
            }
        }
    }
}
