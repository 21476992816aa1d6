//! A program that gives a credential: no terminal, a session of its own so that it can be killed whole, and what it says
//! on stderr is kept for the person.

mod group;

use std::io;
use std::process::{ExitStatus, Stdio};

use tokio::io::{AsyncRead, AsyncReadExt};
use tokio::process::Command;

/// A credential is a few kilobytes.
const OUT_BYTES: usize = 1024 * 1024;
/// The end of stderr that is kept.
const ERR_BYTES: usize = 8 * 1024;

/// How a run ended.
pub struct Ended {
    pub status: ExitStatus,
    pub out: Vec<u8>,
    pub err: Vec<u8>,
}

/// Runs the command to its end. Dropping the future kills it and all that it started.
///
/// # Errors
/// It could not be started.
pub async fn run(command: &mut Command) -> io::Result<Ended> {
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = group::spawn(command)?;
    let (out, err) = child.pipes()?;
    let (out, err, status) = tokio::join!(head(out), tail(err), child.wait());
    Ok(Ended { status: status?, out, err })
}

/// The beginning of what is written; the rest is read and dropped so that the writer does not block.
async fn head(mut from: impl AsyncRead + Unpin) -> Vec<u8> {
    let (mut kept, mut piece) = (Vec::new(), [0u8; 8192]);
    while let Ok(read @ 1..) = from.read(&mut piece).await {
        let room = OUT_BYTES - kept.len();
        kept.extend_from_slice(&piece[..read.min(room)]);
    }
    kept
}

/// The end of what is written.
async fn tail(mut from: impl AsyncRead + Unpin) -> Vec<u8> {
    let (mut kept, mut piece) = (Vec::new(), [0u8; 4096]);
    while let Ok(read @ 1..) = from.read(&mut piece).await {
        kept.extend_from_slice(&piece[..read]);
        let surplus = kept.len().saturating_sub(ERR_BYTES);
        kept.drain(..surplus);
    }
    kept
}
