//! Runs a credential plugin: no terminal, a session of its own so that it can be killed whole, a time limit, and what
//! it says on stderr is kept for the person.

mod credential;
mod words;

use std::sync::Arc;
use std::time::Duration;

use secrecy::ExposeSecret;
use serde_json::json;
use tokio::process::Command;

use super::Fresh;
use crate::adapters::child::{self, Ended};
use crate::adapters::kube::contexts::{ExecSettings, Identity};
use crate::config::SECRET_VARIABLES;
use crate::domain::health::Trouble;

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
    command.args(args);
    for name in SECRET_VARIABLES {
        command.env_remove(name);
    }
    command.envs(exec.env.iter().map(|(name, value)| (name, value.expose_secret())));
    command.env("KUBERNETES_EXEC_INFO", exec_info(exec));
    child::run(&mut command).await
}

/// What a plugin is told, as `client.authentication.k8s.io` defines it.
fn exec_info(exec: &ExecSettings) -> String {
    let mut spec = json!({ "interactive": false });
    if let Some(cluster) = &exec.cluster_info {
        spec["cluster"] = cluster.clone();
    }
    json!({ "kind": "ExecCredential", "apiVersion": exec.api_version, "spec": spec }).to_string()
}
