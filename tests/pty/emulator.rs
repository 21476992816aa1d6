//! The reader thread: takes what the program writes into the terminal emulator, and counts it.

use std::io::Read;
use std::num::NonZeroU16;
use std::sync::{Arc, Condvar, Mutex, MutexGuard};
use std::time::{Duration, Instant};

/// What the thread and whoever waits share.
pub struct Shared {
    state: Mutex<State>,
    changed: Condvar,
}

pub struct State {
    pub parser: vt100::Parser,
    pub received: u64,
    /// When the newest bytes came.
    pub at: Instant,
    /// The program's side is closed.
    pub ended: bool,
    /// Everything received, kept only when asked for.
    pub transcript: Option<Vec<u8>>,
}

/// A slow reader takes its share this often.
const TICK: Duration = Duration::from_millis(10);

impl Shared {
    pub fn new((columns, rows): (u16, u16)) -> Arc<Self> {
        let parser = vt100::Parser::new(at_least_one(rows), at_least_one(columns), 0);
        let state = State { parser, received: 0, at: Instant::now(), ended: false, transcript: None };
        Arc::new(Self { state: Mutex::new(state), changed: Condvar::new() })
    }

    pub fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap()
    }

    /// Waits for news, at most until `deadline`; false when it has passed.
    pub fn news<'a>(&self, guard: MutexGuard<'a, State>, deadline: Instant) -> (MutexGuard<'a, State>, bool) {
        let left = deadline.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return (guard, false);
        }
        (self.changed.wait_timeout(guard, left).unwrap().0, true)
    }

    pub fn resize(&self, columns: u16, rows: u16) {
        self.lock().parser.set_size(at_least_one(rows), at_least_one(columns));
    }

    /// Reads until the program's side is closed.
    pub fn read(&self, mut reader: Box<dyn Read + Send>, bytes_per_second: Option<u64>) {
        let share = bytes_per_second.map(|rate| (rate * TICK.as_millis() as u64 / 1000).max(1) as usize);
        let mut buffer = vec![0; share.unwrap_or(1 << 16)];
        // Linux tells the end of the other side by an error.
        while let Some(count) = reader.read(&mut buffer).ok().filter(|count| *count > 0) {
            let mut state = self.lock();
            state.at = Instant::now();
            state.parser.process(&buffer[..count]);
            state.received += count as u64;
            if let Some(transcript) = &mut state.transcript {
                transcript.extend_from_slice(&buffer[..count]);
            }
            drop(state);
            self.changed.notify_all();
            if share.is_some() {
                std::thread::sleep(TICK);
            }
        }
        self.lock().ended = true;
        self.changed.notify_all();
    }
}

fn at_least_one(number: u16) -> NonZeroU16 {
    NonZeroU16::new(number).unwrap_or(NonZeroU16::MIN)
}
