//! Runs a credential plugin: no terminal, a session of its own so that it can be killed whole, a time limit, and what
//! it says on stderr is kept for the person.

mod credential;
mod group;
mod words;

use std::process::{ExitStatus, Stdio};
use std::sync::Arc;
use std::time::Duration;

use secrecy::ExposeSecret;
use serde_json::json;
use tokio::io::{AsyncRead, AsyncReadExt};
use tokio::process::Command;

use super::Fresh;
use crate::adapters::kube::contexts::{ExecSettings, Identity};
use crate::config::SECRET_VARIABLES;
use crate::domain::health::Trouble;

/// A credential is a few kilobytes.
const OUT_BYTES: usize = 1024 * 1024;
/// The end of stderr that is kept.
const ERR_BYTES: usize = 8 * 1024;

/// How a run ended.
struct Ended {
    status: ExitStatus,
    out: Vec<u8>,
    err: Vec<u8>,
}

/// Runs the plugin once. `identity` is the user's own certificate, which the plugin's replaces if it gives one.
///
/// # Errors
/// What went wrong, with the end of the plugin's stderr and the command that mends it where it is known.
pub async fn run(exec: Arc<ExecSettings>, limit: Duration, identity: Option<Arc<Identity>>) -> Result<Fresh, Trouble> {
    let ended = match tokio::time::timeout(limit, ended(&exec)).await {
        Ok(Ok(ended)) => ended,
        Ok(Err(error)) => return Err(words::not_started(&exec, &error)),
        Err(_) => return Err(words::too_slow(&exec, limit)),
    };
    if !ended.status.success() {
        return Err(words::failed(&exec, ended.status, &ended.err));
    }
    let mut fresh = credential::parse(&exec, &ended.out, jiff::Timestamp::now())
        .map_err(|problem| words::foolish(&exec, &problem, &ended.err))?;
    fresh.identity = fresh.identity.or(identity);
    Ok(fresh)
}

async fn ended(exec: &ExecSettings) -> std::io::Result<Ended> {
    let (program, args) = exec.argv.split_first().ok_or(std::io::ErrorKind::InvalidInput)?;
    let mut command = Command::new(program);
    command.args(args).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    for name in SECRET_VARIABLES {
        command.env_remove(name);
    }
    command.envs(exec.env.iter().map(|(name, value)| (name, value.expose_secret())));
    command.env("KUBERNETES_EXEC_INFO", exec_info(exec));
    let mut child = group::spawn(&mut command)?;
    let (out, err) = child.pipes()?;
    let (out, err, status) = tokio::join!(head(out), tail(err), child.wait());
    Ok(Ended { status: status?, out, err })
}

/// What a plugin is told, as `client.authentication.k8s.io` defines it.
fn exec_info(exec: &ExecSettings) -> String {
    let mut spec = json!({ "interactive": false });
    if let Some(cluster) = &exec.cluster_info {
        spec["cluster"] = cluster.clone();
    }
    json!({ "kind": "ExecCredential", "apiVersion": exec.api_version, "spec": spec }).to_string()
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
