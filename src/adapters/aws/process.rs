//! `credential_process`: a program that prints credentials. It gets no terminal, a time limit, and its stderr is told.

use std::path::Path;
use std::time::{Duration, SystemTime};

use aws_credential_types::Credentials;
use jiff::Timestamp;
use serde::Deserialize;
use tokio::process::Command;

use crate::adapters::child;
use crate::adapters::kube::errors::say;
use crate::domain::aws::trouble::LoginTrouble;

/// Of stderr, this many of the last lines are told.
const LINES: usize = 3;

/// What it prints, as the AWS CLI's documentation has it. Version 1 is the only one there is.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Printed {
    version: i64,
    access_key_id: String,
    secret_access_key: String,
    session_token: Option<String>,
    expiration: Option<Timestamp>,
}

/// Runs the command of a profile through `sh`, as the AWS CLI does.
///
/// # Errors
/// [`LoginTrouble::ProcessFailed`] with what it said.
pub async fn run(command: &str, profile: Option<&str>, limit: Duration) -> Result<Credentials, LoginTrouble> {
    let failed = |said: String| LoginTrouble::ProcessFailed {
        profile: profile.map(str::to_owned),
        program: program(command),
        said: say(&said),
    };
    let mut shell = Command::new("sh");
    shell.args(["-c", command]);
    let ended = match tokio::time::timeout(limit, child::run(&mut shell)).await {
        Ok(Ok(ended)) => ended,
        Ok(Err(error)) => return Err(failed(error.to_string())),
        Err(_) => return Err(failed(format!("nothing within {} s; it was ended", limit.as_secs()))),
    };
    if !ended.status.success() {
        let told = last_lines(&ended.err).unwrap_or_else(|| "it said nothing".to_owned());
        return Err(failed(format!("{}: {told}", ended.status)));
    }
    // What serde says quotes what it read, and that may be a key.
    let printed: Printed =
        serde_json::from_slice(&ended.out).map_err(|_| failed("it printed no credentials".to_owned()))?;
    if printed.version != 1 {
        return Err(failed(format!("it printed version {}; only 1 is known", printed.version)));
    }
    let expires = printed.expiration.map(SystemTime::from);
    Ok(Credentials::new(printed.access_key_id, printed.secret_access_key, printed.session_token, expires, "process"))
}

/// The program's name; what follows it may be secret.
fn program(command: &str) -> String {
    let word = command.trim_start_matches(['"', '\'', ' ']).split(['"', '\'', ' ']).next().unwrap_or_default();
    let name = Path::new(word).file_name().map(|name| name.to_string_lossy().into_owned());
    say(&name.unwrap_or_else(|| "?".to_owned()))
}

fn last_lines(err: &[u8]) -> Option<String> {
    let text = String::from_utf8_lossy(err);
    let lines: Vec<&str> = text.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    let last = &lines[lines.len().saturating_sub(LINES)..];
    (!last.is_empty()).then(|| last.join(" / "))
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn said(command: &str) -> String {
        run(command, Some("vault"), Duration::from_secs(20)).await.unwrap_err().words()
    }

    #[tokio::test]
    async fn credentials_that_are_printed_are_taken() {
        let printed = r#"echo '{"Version":1,"AccessKeyId":"AK","SecretAccessKey":"S","SessionToken":"T","Expiration":"2030-01-01T00:00:00Z"}'"#;
        let credentials = run(printed, None, Duration::from_secs(20)).await.unwrap();
        assert_eq!((credentials.access_key_id(), credentials.session_token()), ("AK", Some("T")));
        let ends = credentials.expiry().map(|at| Timestamp::try_from(at).unwrap().to_string());
        assert_eq!(ends.as_deref(), Some("2030-01-01T00:00:00Z"));
    }

    #[tokio::test]
    async fn what_it_says_is_told_and_its_arguments_and_output_are_not() {
        let words = said("/bin/sh -c 'echo no vault today >&2; exit 3' --token s3cr3t").await;
        assert!(words.contains("profile vault (sh) failed") && words.contains("no vault today"), "{words}");
        assert!(!words.contains("s3cr3t"), "{words}");
        let words = said("echo AKIAVERYSECRETKEY999").await;
        assert!(words.ends_with("it printed no credentials"), "{words}");
    }

    #[tokio::test]
    async fn it_has_no_terminal_to_ask_at() {
        let words =
            said("read answer || echo nothing to read >&2; (: </dev/tty) 2>/dev/null || echo no terminal >&2; exit 1")
                .await;
        assert!(words.contains("nothing to read / no terminal"), "{words}");
    }
}
