//! One container's log: opened, read to its end, opened again after a break.

use std::future::poll_fn;
use std::pin::Pin;
use std::sync::Arc;
use std::task::Poll;
use std::time::{Duration, Instant};

use tokio::io::AsyncBufReadExt;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};

use super::batch::{Batch, Splitter};
use super::merge::LANE_BATCHES;
use super::replay::Replay;
use super::trouble::{Cure, cure_of, words_of};
use crate::domain::log_line::Level;
use crate::domain::log_view::{LineKind, StreamState};
use crate::domain::logs::{LogOptions, LogSource};
use crate::runtime::ports::{FleetPort, LogReader, LogRequest, PortError};

/// What a stream tells, with the number of its lane.
#[derive(Debug)]
pub enum StreamEvent {
    State(StreamState),
    Lines(Batch),
    /// Everything up to now has been read: the container ended, or the connection did.
    EndOfRun,
    /// Nothing more will come.
    Finished,
}

/// Where a stream's events go; never blocks.
pub type Emit = Arc<dyn Fn(u16, StreamEvent) + Send + Sync>;

/// What is known of the container from its pod, as it changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SourceStatus {
    pub running: bool,
    /// End of its last run, Unix nanoseconds.
    pub ended_at: Option<i64>,
    pub restarts: u32,
    /// Still among the sources that are wanted.
    pub listed: bool,
}

impl SourceStatus {
    fn is_over(&self) -> bool {
        !self.running && self.ended_at.is_some()
    }
}

/// What all streams of an engine share.
#[derive(Clone)]
pub struct StreamShare {
    pub fleet: Arc<dyn FleetPort>,
    /// As many permits as streams may be open at once.
    pub slots: Arc<Semaphore>,
    pub emit: Emit,
    pub options: LogOptions,
    /// Go on when the end is reached.
    pub follow: bool,
}

/// An open that is not answered is given up after this.
const OPEN_TIMEOUT: Duration = Duration::from_secs(15);
/// A stream that is silent this long after its container ended has lost its connection.
const SILENT_AFTER_END: Duration = Duration::from_secs(5);
/// Last lines that are asked for when a backlog is joined to the stream that is followed.
const JOINING_LINES: i64 = 5_000;
/// Lines that follow others this closely are handed on together.
const LINGER: Duration = Duration::from_millis(8);
const FIRST_DELAY: Duration = Duration::from_millis(500);
const LONGEST_DELAY: Duration = Duration::from_secs(15);
/// A log that is not followed is tried so often.
const MOST_ATTEMPTS: u32 = 4;

/// Reads one container's log until nothing more can come. Dropping the future ends it.
pub async fn run(share: StreamShare, lane: u16, source: LogSource, status: watch::Receiver<SourceStatus>) {
    let mut stream = Stream {
        lane,
        source,
        status,
        splitter: Splitter::default(),
        replay: Replay::default(),
        room: Arc::new(Semaphore::new(LANE_BATCHES)),
        flushed: Instant::now(),
        attempt: 0,
        noticed: String::new(),
        read_whole: false,
        backlog: true,
        joining: false,
        slot: None,
        share,
    };
    while stream.read_once().await {}
    (stream.share.emit)(lane, StreamEvent::Finished);
}

enum ReadEnd {
    Whole,
    /// More lines had come than were asked for to join the backlog.
    Missed,
    Broken(String),
}

struct Stream {
    share: StreamShare,
    lane: u16,
    source: LogSource,
    status: watch::Receiver<SourceStatus>,
    splitter: Splitter,
    replay: Replay,
    /// Room for batches that the merge has not taken yet.
    room: Arc<Semaphore>,
    /// When lines were handed on last.
    flushed: Instant,
    attempt: u32,
    /// The trouble that was last put into the log in words.
    noticed: String,
    /// The stream was read to its end when it was open last.
    read_whole: bool,
    /// What the container wrote before now is still to be read.
    backlog: bool,
    /// The stream that is opened next goes on where the backlog ended.
    joining: bool,
    /// Room among the open streams that is kept from one opening to the next.
    slot: Option<OwnedSemaphorePermit>,
}

impl Stream {
    fn tell(&self, state: StreamState) {
        (self.share.emit)(self.lane, StreamEvent::State(state));
    }

    /// Opens and reads once, then waits as long as is right; `false` when nothing more can come.
    async fn read_once(&mut self) -> bool {
        let Some(slot) = self.slot().await else { return false };
        let before = *self.status.borrow_and_update();
        let request = self.request(before);
        let backlog_only = self.share.follow && !request.follow && !before.is_over();
        let opened = tokio::time::timeout(OPEN_TIMEOUT, self.share.fleet.open_log(self.source.clone(), request)).await;
        match opened {
            Ok(Ok(reader)) => {
                self.tell(StreamState::Open);
                let end = self.read(reader).await;
                self.read_whole = matches!(end, ReadEnd::Whole);
                self.joining = backlog_only && self.read_whole;
                match end {
                    ReadEnd::Whole if backlog_only => {
                        (self.backlog, self.slot) = (false, Some(slot));
                        true
                    }
                    ReadEnd::Missed => {
                        self.slot = Some(slot);
                        true
                    }
                    ReadEnd::Whole => {
                        drop(slot);
                        self.after_end(before).await
                    }
                    ReadEnd::Broken(words) => {
                        drop(slot);
                        self.wait(words).await
                    }
                }
            }
            Ok(Err(error)) => {
                drop(slot);
                self.after_error(&error).await
            }
            Err(_) => {
                drop(slot);
                self.wait(format!("no answer in {} s", OPEN_TIMEOUT.as_secs())).await
            }
        }
    }

    /// Room among the open streams: the one that is held already, or the next that is free.
    async fn slot(&mut self) -> Option<OwnedSemaphorePermit> {
        if let Some(slot) = self.slot.take() {
            return Some(slot);
        }
        let slot = match self.share.slots.clone().try_acquire_owned() {
            Ok(slot) => slot,
            Err(_) => {
                self.tell(StreamState::Queued);
                self.share.slots.clone().acquire_owned().await.ok()?
            }
        };
        self.tell(StreamState::Opening);
        Some(slot)
    }

    /// A stream that is followed is sent line by line, which costs the server several times as much: a long backlog is
    /// read without following, and its end joined to the stream that is followed by its last lines.
    fn request(&mut self, status: SourceStatus) -> LogRequest {
        let options = &self.share.options;
        let long = options.tail_lines.is_none_or(|lines| lines > JOINING_LINES);
        let follow = self.share.follow && !status.is_over() && !(self.backlog && long);
        let mut request = LogRequest { previous: options.previous, follow, ..LogRequest::default() };
        let since = self.replay.since_second().and_then(|second| jiff::Timestamp::from_second(second).ok());
        if since.is_some() {
            request.since_time = since;
            request.tail_lines = self.joining.then_some(JOINING_LINES);
            self.replay.resume(status.ended_at.filter(|_| self.read_whole), self.joining);
        } else {
            request.since_seconds = options.since_seconds;
            request.tail_lines = options.tail_lines;
        }
        request
    }

    async fn read(&mut self, mut reader: LogReader) -> ReadEnd {
        loop {
            let ready = poll_fn(|context| {
                let filled = Pin::new(&mut *reader).poll_fill_buf(context);
                Poll::Ready(filled.map(|result| result.map(<[u8]>::len)))
            });
            let taken = match ready.await {
                Poll::Ready(result) => result,
                Poll::Pending if self.lingers() => match tokio::time::timeout(LINGER, reader.fill_buf()).await {
                    Ok(result) => result.map(<[u8]>::len),
                    Err(_) => {
                        self.flush().await;
                        continue;
                    }
                },
                Poll::Pending => {
                    self.flush().await;
                    match self.next_bytes(&mut reader).await {
                        Some(result) => result,
                        None => return ReadEnd::Broken("silent although the container has ended".to_owned()),
                    }
                }
            };
            match taken {
                Ok(0) => {
                    self.splitter.finish_stream(&mut self.replay);
                    self.flush().await;
                    return ReadEnd::Whole;
                }
                Ok(_) => {
                    let Ok(bytes) = reader.fill_buf().await else { continue };
                    let length = bytes.len();
                    self.splitter.feed(bytes, &mut self.replay);
                    reader.consume(length);
                    if self.replay.missed() {
                        self.splitter.discard();
                        return ReadEnd::Missed;
                    }
                    // Lines that were known before are no proof that the stream lives.
                    if self.splitter.ready() > 0 {
                        self.attempt = 0;
                    }
                    if self.splitter.is_full() {
                        self.flush().await;
                    }
                }
                Err(error) => {
                    self.splitter.discard();
                    self.flush().await;
                    return ReadEnd::Broken(error.to_string());
                }
            }
        }
    }

    /// Waits for bytes; `None` when the container has ended and the stream does not end with it.
    async fn next_bytes(&mut self, reader: &mut LogReader) -> Option<std::io::Result<usize>> {
        loop {
            let over = self.status.borrow_and_update().is_over();
            tokio::select! {
                biased;
                result = reader.fill_buf() => return Some(result.map(<[u8]>::len)),
                changed = self.status.changed() => if changed.is_err() { return Some(Ok(0)) },
                () = tokio::time::sleep(SILENT_AFTER_END), if over => return None,
            }
        }
    }

    /// Whether lines wait a moment for more: a server that sends every line by itself would wake the engine for each.
    fn lingers(&self) -> bool {
        self.splitter.ready() > 0 && self.flushed.elapsed() < LINGER
    }

    async fn flush(&mut self) {
        if self.splitter.ready() == 0 {
            return;
        }
        self.flushed = Instant::now();
        let permit = self.room.clone().acquire_owned().await.ok();
        let batch = self.splitter.take().holding(permit);
        (self.share.emit)(self.lane, StreamEvent::Lines(batch));
    }

    async fn after_end(&mut self, before: SourceStatus) -> bool {
        (self.share.emit)(self.lane, StreamEvent::EndOfRun);
        let status = *self.status.borrow_and_update();
        if !self.share.follow || !status.listed {
            self.tell(StreamState::Ended);
            return false;
        }
        // An end that was known before the stream was opened has been read whole. One that came while it was open may
        // have come with a break of the connection: one more look tells.
        if before.is_over() && before == status {
            self.tell(StreamState::Ended);
            self.attempt = 0;
            loop {
                if self.status.changed().await.is_err() {
                    return false;
                }
                let now = *self.status.borrow_and_update();
                if !now.listed {
                    return false;
                }
                if now != status {
                    return true;
                }
            }
        }
        if status.is_over() {
            return true;
        }
        self.wait_quietly("the stream ended, opened again soon".to_owned()).await
    }

    async fn after_error(&mut self, error: &PortError) -> bool {
        let status = *self.status.borrow();
        let words = words_of(error);
        match cure_of(error, self.share.options.previous, status.is_over() || !status.listed || !self.share.follow) {
            Cure::GiveUp => {
                self.notice(&words).await;
                self.tell(StreamState::Failed(words.as_str().into()));
                false
            }
            Cure::Permission(pause) => {
                self.notice(&words).await;
                self.tell(StreamState::Failed(words.as_str().into()));
                self.pause(pause).await
            }
            Cure::NotYet(reason) => self.wait_quietly(reason).await,
            Cure::Retry => self.wait(words.clone()).await,
            Cure::After(pause) => {
                self.tell(StreamState::Waiting(words.as_str().into()));
                self.pause(pause).await
            }
        }
    }

    async fn wait(&mut self, words: String) -> bool {
        // A first break mends itself in most cases, and a line about it in the log helps nobody.
        if self.attempt > 0 {
            self.notice(&words).await;
        }
        self.wait_quietly(words).await
    }

    async fn wait_quietly(&mut self, words: String) -> bool {
        self.tell(StreamState::Waiting(words.into()));
        let delay = (FIRST_DELAY * 2u32.pow(self.attempt.min(6))).min(LONGEST_DELAY);
        self.attempt += 1;
        let hopeless = !self.share.follow && self.attempt > MOST_ATTEMPTS;
        if hopeless || (!self.status.borrow().listed && self.attempt > 1) {
            return false;
        }
        // Spread by up to a quarter, so that fifty streams that broke together do not come back together.
        let spread = u32::from(self.lane).wrapping_mul(0x9e37).wrapping_add(self.attempt * 7_919) % 256;
        self.pause(delay + delay * spread / 1024).await
    }

    /// Waits for the time, or until the pod tells something new; `false` when the source is no longer wanted.
    async fn pause(&mut self, delay: Duration) -> bool {
        let news = tokio::time::timeout(delay, self.status.changed()).await;
        !matches!(news, Ok(Err(_)))
    }

    /// Puts a trouble into the log, once for the same words.
    async fn notice(&mut self, words: &str) {
        if self.noticed == words {
            return;
        }
        words.clone_into(&mut self.noticed);
        self.flush().await;
        let now = jiff::Timestamp::now().as_nanosecond();
        let at = i64::try_from(now).unwrap_or(i64::MAX).max(self.splitter.last_at());
        let batch = Batch::words(LineKind::Notice, at, Level::Warn, words);
        (self.share.emit)(self.lane, StreamEvent::Lines(batch));
    }
}
