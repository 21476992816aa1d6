//! A command in a container, over a WebSocket: `v5.channel.k8s.io`, each binary message behind one byte that names its
//! channel (1 standard output, 2 standard error, 3 how it ended, as a Status).

use std::time::Duration;

use futures::StreamExt;
use http::Request;
use serde_json::Value;

use super::errors::say;
use super::reader::Reader;
use super::target::escape;
use super::transport::Ticket;
use super::writer::unsent;
use crate::domain::gate::{ApprovedWrite, Change};
use crate::domain::health::Trouble;
use crate::domain::request::{PortError, WriteError, WriteReply};

/// A plan of 5,000 changes has 30 MB; beyond this something else is printed.
const MOST: usize = 256 << 20;
/// Nothing for so long: the node is gone, or the command hangs.
const SILENCE: Duration = Duration::from_secs(60);

const OUTPUT: u8 = 1;
const ERRORS: u8 = 2;
const STATUS: u8 = 3;

/// Runs an approved command; the reply's object is what it printed, as a text.
///
/// # Errors
/// The pod cannot be reached, the command is refused, or it ends with another code than 0.
pub async fn exec(reader: &Reader, approved: ApprovedWrite) -> Result<WriteReply, WriteError> {
    let write = approved.write().clone();
    let Change::Exec { container, command } = &write.change else {
        return Err(unsent(PortError::Broken(Trouble::new("this is no command"))));
    };
    let mut query = format!("?container={}&stdout=true&stderr=true", escape(container));
    command.iter().for_each(|word| query.push_str(&format!("&command={}", escape(word))));
    let mut request = Request::get(format!("{}{query}", write.path()))
        .body(Vec::new())
        .map_err(|error| unsent(PortError::Broken(Trouble::new(say(&error.to_string())))))?;
    request.extensions_mut().insert(Ticket::of(&approved));
    let mut socket = reader.socket(request).await.map_err(unsent)?.into_stream();
    let (mut output, mut errors, mut status) = (Vec::new(), Vec::new(), None);
    let broken_off = |words: &str| WriteError { may_be_done: true, ..unsent(reader.unreachable(words)) };
    loop {
        let message = match tokio::time::timeout(SILENCE, socket.next()).await {
            Err(_) => return Err(broken_off("the command said nothing for 60 s")),
            Ok(None) => break,
            Ok(Some(Err(error))) if status.is_none() => return Err(broken_off(&say(&error.to_string()))),
            Ok(Some(Err(_))) => break,
            Ok(Some(Ok(message))) => message,
        };
        if message.is_close() {
            break;
        }
        if !message.is_binary() {
            continue;
        }
        let data = message.into_data();
        let Some((channel, rest)) = data.split_first() else { continue };
        match *channel {
            OUTPUT => output.extend_from_slice(rest),
            ERRORS => errors.extend_from_slice(rest),
            STATUS => status = serde_json::from_slice::<Value>(rest).ok(),
            _ => {}
        }
        if output.len() + errors.len() > MOST {
            return Err(broken_off("the command printed more than 256 MiB"));
        }
    }
    match status {
        Some(status) if status["status"] == "Success" => {
            let text = String::from_utf8(output).unwrap_or_else(|error| error.to_string());
            Ok(WriteReply { object: Box::new(Value::String(text)), warnings: Vec::new() })
        }
        Some(status) => {
            let told = String::from_utf8_lossy(&errors);
            let words = match told.trim() {
                "" => status["message"].as_str().unwrap_or("the command failed").to_owned(),
                told => told.to_owned(),
            };
            let trouble = Trouble::new(say(&format!("{}: {words}", write.object_words())));
            let missing = words.contains("No such file");
            Err(unsent(if missing { PortError::NotFound(trouble) } else { PortError::Refused(trouble) }))
        }
        None => Err(broken_off("the connection ended before the command did")),
    }
}
