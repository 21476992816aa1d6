//! `pods/exec` over a WebSocket: the few commands that Terraform runs are asked with. Each binary message stands behind
//! one byte that names its channel.

use std::sync::Arc;

use futures::SinkExt;
use http::request::Parts;
use http::{Response, header};
use hyper::upgrade::OnUpgrade;
use hyper_util::rt::TokioIo;
use serde_json::{Value, json};
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::handshake::derive_accept_key;
use tokio_tungstenite::tungstenite::protocol::Role;

use super::error::ApiError;
use super::options::Query;
use super::reply::{Body, Reply};
use crate::demo::cluster::Cluster;
use crate::demo::kinds::{Kinds, Known};
use crate::demo::runs;
use crate::demo::store::Key;

/// The subresource.
pub const NAME: &str = "exec";

const PROTOCOL: &str = "v5.channel.k8s.io";
const OUTPUT: u8 = 1;
const ERRORS: u8 = 2;
const STATUS: u8 = 3;
/// Bytes in one message.
const PIECE: usize = 32 * 1024;

/// What a command printed, and its exit code; `Err`: it could not be started.
type Ended = Result<(String, String, i32), String>;

/// Runs a command in a container.
///
/// # Errors
/// 400 for what is no WebSocket of this protocol or a container that does not run, 404 without the pod.
pub fn exec(
    cluster: &Arc<Cluster>,
    namespace: &str,
    name: &str,
    query: &Query,
    parts: &Parts,
) -> Result<Reply, ApiError> {
    let pods = Known::get().pod;
    let key = Key::new(namespace, name);
    let entry = cluster.store().get(pods, &key).cloned();
    let entry = entry.ok_or_else(|| ApiError::not_found(&Kinds::get().all[pods], name))?;
    let text = |name: &header::HeaderName| parts.headers.get(name).and_then(|value| value.to_str().ok());
    let speaks = |protocols: &str| protocols.split(',').any(|one| one.trim() == PROTOCOL);
    let upgrade = parts.extensions.get::<OnUpgrade>().cloned();
    let accepted = text(&header::SEC_WEBSOCKET_KEY).map(|key| derive_accept_key(key.as_bytes()));
    let (Some(upgrade), Some(accepted), true) =
        (upgrade, accepted, text(&header::SEC_WEBSOCKET_PROTOCOL).is_some_and(speaks))
    else {
        return Err(ApiError::bad_request("unable to upgrade: this fleet speaks v5.channel.k8s.io over WebSockets"));
    };
    let pod = entry.value().into_owned();
    let container = query.get("container");
    let statuses = pod["status"]["containerStatuses"].as_array().into_iter().flatten();
    let mut running = statuses.filter(|status| status["state"]["running"].is_object());
    if !running.any(|status| container.is_empty() || status["name"] == container) {
        return Err(ApiError::bad_request(format!("container {container:?} of pod {name:?} does not run")));
    }
    let ended = run(cluster, &key, &pod, container, &query.all("command"));
    tokio::spawn(async move {
        // Whoever asked may be gone: then there is nobody to tell.
        let _ = tell(upgrade, ended).await;
    });
    let reply = Response::builder()
        .status(101)
        .header(header::CONNECTION, "Upgrade")
        .header(header::UPGRADE, "websocket")
        .header(header::SEC_WEBSOCKET_ACCEPT, accepted)
        .header(header::SEC_WEBSOCKET_PROTOCOL, PROTOCOL)
        .body(Body::Whole(None));
    reply.map_err(|error| ApiError::new(500, "InternalError", error.to_string()))
}

async fn tell(upgrade: OnUpgrade, ended: Ended) -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    let stream = TokioIo::new(upgrade.await?);
    let mut socket = WebSocketStream::from_raw_socket(stream, Role::Server, None).await;
    let (output, errors, _) = ended.as_ref().ok().cloned().unwrap_or_default();
    let status = status(&ended).to_string();
    for (channel, text) in [(OUTPUT, output), (ERRORS, errors), (STATUS, status)] {
        for piece in text.as_bytes().chunks(PIECE) {
            let message: Vec<u8> = std::iter::once(channel).chain(piece.iter().copied()).collect();
            socket.feed(Message::binary(message)).await?;
        }
    }
    socket.close(None).await?;
    Ok(())
}

fn status(ended: &Ended) -> Value {
    match ended {
        Ok((.., 0)) => json!({"metadata": {}, "status": "Success"}),
        Ok((.., code)) => json!({"metadata": {}, "status": "Failure", "reason": "NonZeroExitCode",
            "message": format!("command terminated with non-zero exit code: exit status {code}"),
            "details": {"causes": [{"reason": "ExitCode", "message": code.to_string()}]}}),
        Err(words) => json!({"metadata": {}, "status": "Failure", "reason": "InternalError", "code": 500,
            "message": format!("Internal error occurred: {words}"), "details": {"causes": [{"message": words}]}}),
    }
}

fn run(cluster: &Cluster, key: &Key, pod: &Value, container: &str, command: &[&str]) -> Ended {
    match command {
        ["cat", files @ ..] => Ok(cat(cluster, key, pod, container, files)),
        ["kill", "-TERM", "1"] => {
            let uid = pod["metadata"]["uid"].as_str().unwrap_or_default();
            cluster.write(|store| {
                let now = store.now();
                cluster.runs().interrupt(uid, now);
                // A new version of it makes its kubelet and its readers look again.
                store.put(Known::get().pod, key.clone(), pod.clone());
            });
            Ok((String::new(), String::new(), 0))
        }
        other => {
            let word = other.first().copied().unwrap_or_default();
            Err(format!("exec: {word:?}: executable file not found in $PATH"))
        }
    }
}

fn cat(cluster: &Cluster, key: &Key, pod: &Value, container: &str, files: &[&str]) -> (String, String, i32) {
    let (mut output, mut errors) = (String::new(), String::new());
    for file in files {
        let found = on_volume(cluster, key, pod, container, file);
        let text = found.and_then(|(claim, path)| cluster.runs().read(&claim, &path).map(str::to_owned));
        match text {
            Some(text) => output.push_str(&text),
            None => errors.push_str(&format!("cat: can't open '{file}': No such file or directory\n")),
        }
    }
    let code = i32::from(!errors.is_empty());
    (output, errors, code)
}

/// The uid of the claim that a file lies on, and its path there.
fn on_volume(cluster: &Cluster, key: &Key, pod: &Value, container: &str, file: &str) -> Option<(String, String)> {
    let containers = pod["spec"]["containers"].as_array()?;
    let container = containers.iter().find(|one| container.is_empty() || one["name"] == container)?;
    let mounts = container["volumeMounts"].as_array()?;
    let (mount, path) = mounts.iter().find_map(|mount| {
        let rest = file.strip_prefix(mount["mountPath"].as_str()?)?.strip_prefix('/')?;
        Some((mount, rest))
    })?;
    let volumes = pod["spec"]["volumes"].as_array()?;
    let volume = volumes.iter().find(|volume| volume["name"] == mount["name"])?;
    let name = volume["persistentVolumeClaim"]["claimName"].as_str()?;
    Some((runs::claim(&cluster.store(), &key.namespace, name)?, path.to_owned()))
}
