//! The sending end of a streamed answer: gathers bytes, packs them if asked, hands them on in chunks.

use std::io::Write as _;

use bytes::Bytes;
use flate2::Compression;
use flate2::write::GzEncoder;
use tokio::sync::mpsc;

/// Bytes of a chunk: small enough to start at once, large enough to cost little.
const CHUNK: usize = 64 * 1024;

/// The reader has gone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Closed;

#[derive(Debug)]
pub struct Feed {
    /// What was gathered and not yet handed on.
    pub pending: Vec<u8>,
    packer: Option<GzEncoder<Vec<u8>>>,
    chunks: mpsc::Sender<Bytes>,
}

impl Feed {
    pub fn new(gzip: bool) -> (Self, mpsc::Receiver<Bytes>) {
        let (chunks, receiver) = mpsc::channel(4);
        let packer = gzip.then(|| GzEncoder::new(Vec::new(), Compression::fast()));
        (Self { pending: Vec::new(), packer, chunks }, receiver)
    }

    /// Hands a chunk on when enough was gathered.
    pub async fn relieve(&mut self) -> Result<(), Closed> {
        if self.pending.len() >= CHUNK { self.flush().await } else { Ok(()) }
    }

    /// Hands on what was gathered.
    pub async fn flush(&mut self) -> Result<(), Closed> {
        if self.pending.is_empty() {
            return Ok(());
        }
        let chunk = match &mut self.packer {
            None => std::mem::take(&mut self.pending),
            Some(packer) => {
                packer.write_all(&self.pending).and_then(|()| packer.flush()).map_err(|_| Closed)?;
                self.pending.clear();
                std::mem::take(packer.get_mut())
            }
        };
        self.send(chunk).await
    }

    /// Hands on the rest and ends the body.
    pub async fn finish(mut self) -> Result<(), Closed> {
        self.flush().await?;
        match self.packer.take() {
            Some(packer) => {
                let rest = packer.finish().map_err(|_| Closed)?;
                self.send(rest).await
            }
            None => Ok(()),
        }
    }

    /// Returns when the reader has gone.
    pub async fn closed(&self) {
        self.chunks.closed().await;
    }

    async fn send(&self, chunk: Vec<u8>) -> Result<(), Closed> {
        if chunk.is_empty() {
            return Ok(());
        }
        self.chunks.send(chunk.into()).await.map_err(|_| Closed)
    }
}
