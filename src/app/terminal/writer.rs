//! A thread that writes frames, so that a slow link never holds up the loop.

use std::io::{self, Write};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, mpsc};
use std::thread;
use std::time::{Duration, Instant};

use tokio::sync::Notify;

/// Hands bytes to the writing thread. Clones share it.
#[derive(Debug, Clone)]
pub struct Writer {
    sender: mpsc::Sender<Vec<u8>>,
    waiting: Arc<AtomicUsize>,
    done: Arc<Notify>,
}

impl Writer {
    pub fn start() -> Self {
        let (sender, receiver) = mpsc::channel::<Vec<u8>>();
        let writer = Self { sender, waiting: Arc::default(), done: Arc::default() };
        let (waiting, done) = (writer.waiting.clone(), writer.done.clone());
        thread::spawn(move || {
            let mut out = io::stdout();
            for bytes in receiver {
                // A terminal that is gone shows itself as SIGHUP; until then there is nobody to tell.
                let _ = out.write_all(&bytes).and_then(|()| out.flush());
                waiting.fetch_sub(1, Ordering::SeqCst);
                done.notify_one();
            }
        });
        writer
    }

    /// Queues bytes. Frames are drawn only while the writer is idle, so that at most one frame waits.
    pub fn send(&self, bytes: Vec<u8>) {
        if bytes.is_empty() {
            return;
        }
        self.waiting.fetch_add(1, Ordering::SeqCst);
        if self.sender.send(bytes).is_err() {
            self.waiting.fetch_sub(1, Ordering::SeqCst);
        }
    }

    pub fn is_idle(&self) -> bool {
        self.waiting.load(Ordering::SeqCst) == 0
    }

    /// Resolves when something was written.
    pub async fn written(&self) {
        self.done.notified().await;
    }

    /// Waits until everything is out, at most `limit`.
    pub fn drain(&self, limit: Duration) {
        let end = Instant::now() + limit;
        while !self.is_idle() && Instant::now() < end {
            thread::sleep(Duration::from_millis(2));
        }
    }
}
