//! Why a plugin failed, in words, with the command that mends it.

use std::io;
use std::os::unix::process::ExitStatusExt;
use std::process::ExitStatus;
use std::time::Duration;

use secrecy::ExposeSecret;

use crate::adapters::kube::contexts::{ExecSettings, flag};
use crate::adapters::kube::errors::say;
use crate::domain::health::Trouble;
use crate::domain::shell::command_line;

/// Of stderr, this many of the last lines are shown.
const LINES: usize = 3;

/// The program could not be started at all.
pub fn not_started(exec: &ExecSettings, error: &io::Error) -> Trouble {
    let program = say(program(exec));
    let trouble = match error.kind() {
        io::ErrorKind::NotFound => {
            Trouble::new(format!("user \"{}\" needs the program {program}, which is not found", exec.user))
        }
        io::ErrorKind::PermissionDenied => {
            Trouble::new(format!("user \"{}\" needs the program {program}, which may not be executed", exec.user))
        }
        _ => Trouble::new(format!("{program} could not be started: {error}")),
    };
    let hint = exec.install_hint.as_deref().and_then(|hint| hint.lines().find(|line| !line.trim().is_empty()));
    let known = match base(exec) {
        _ if error.kind() == io::ErrorKind::PermissionDenied => Some(format!("chmod +x {program}")),
        "aws" => Some("install the AWS CLI, version 2".into()),
        "aws-iam-authenticator" => Some("install aws-iam-authenticator".into()),
        "gke-gcloud-auth-plugin" => Some("gcloud components install gke-gcloud-auth-plugin".into()),
        "kubelogin" => Some("az aks install-cli".into()),
        _ if error.kind() == io::ErrorKind::NotFound => {
            Some(format!("install {program}, or put its whole path into the kubeconfig"))
        }
        _ => Some(by_hand(exec)),
    };
    match hint.map(say).or(known) {
        Some(remedy) => trouble.with_remedy(remedy),
        None => trouble,
    }
}

/// It ran into its time limit and was killed.
pub fn too_slow(exec: &ExecSettings, limit: Duration) -> Trouble {
    let words = format!("{} gave no credential within {} s and was ended", shown(exec), limit.as_secs());
    Trouble::new(words).with_remedy(by_hand(exec))
}

/// It ended well and what it printed is of no use.
pub fn foolish(exec: &ExecSettings, problem: &str, err: &[u8]) -> Trouble {
    let told = last_lines(err).map(|lines| format!(": {lines}")).unwrap_or_default();
    Trouble::new(format!("{} {problem}{told}", shown(exec))).with_remedy(by_hand(exec))
}

/// It ended with an error.
pub fn failed(exec: &ExecSettings, status: ExitStatus, err: &[u8]) -> Trouble {
    let text = String::from_utf8_lossy(err).into_owned();
    let how = match (status.code(), status.signal()) {
        (Some(code), _) => format!("exit code {code}"),
        (None, Some(signal)) => format!("signal {signal}"),
        (None, None) => "an error".to_owned(),
    };
    let told = last_lines(err).unwrap_or_else(|| "it said nothing".into());
    let cause = cause(exec, &text);
    let words = match &cause {
        Some((words, _)) => format!("{words} ({} ended with {how}: {told})", shown(exec)),
        None => format!("{} ended with {how}: {told}", shown(exec)),
    };
    let remedy = cause.map_or_else(|| by_hand(exec), |(_, remedy)| say(&remedy));
    Trouble::new(say(&words)).with_remedy(remedy)
}

/// Where nobody knows better: whoever runs it sees all that it says.
fn by_hand(exec: &ExecSettings) -> String {
    format!("try it by hand: {}", say(&command_line(&exec.argv)))
}

/// Failures that many people meet, and what mends them. The needles are pieces of the tools' own messages.
fn cause(exec: &ExecSettings, text: &str) -> Option<(String, String)> {
    let has = |needles: &[&str]| needles.iter().any(|needle| text.contains(needle));
    let profile = profile(exec);
    let option = profile.as_ref().map(|profile| format!(" --profile {profile}")).unwrap_or_default();
    let whose = profile.map_or_else(|| "the AWS login".to_owned(), |profile| format!("the AWS login of {profile}"));
    if has(&[
        "Error loading SSO Token",
        "SSO session associated",
        "aws sso login",
        "Token has expired and refresh failed",
    ]) {
        return Some((format!("{whose} has expired"), format!("aws sso login{option}")));
    }
    if has(&["Unable to locate credentials", "NoCredentialProviders"]) {
        return Some((format!("{whose} has no credentials"), format!("aws configure{option}")));
    }
    if has(&["ExpiredToken", "security token included in the request is expired"]) {
        return Some((format!("{whose} has expired"), format!("aws sts get-caller-identity{option}")));
    }
    if has(&["could not be found"]) && has(&["config profile"]) {
        return Some(("the AWS profile does not exist here".into(), "aws configure list-profiles".into()));
    }
    if has(&["You must specify a region"]) {
        return Some(("no AWS region is set".into(), "export AWS_REGION=REGION".into()));
    }
    if has(&["gcloud auth login", "Reauthentication required", "reauth related error"]) {
        return Some(("the Google Cloud login has expired".into(), "gcloud auth login".into()));
    }
    if has(&["az login", "AADSTS"]) {
        return Some(("the Azure login has expired".into(), "az login".into()));
    }
    None
}

fn profile(exec: &ExecSettings) -> Option<String> {
    let from_args = flag(&exec.argv, "--profile").map(str::to_owned);
    let variable = || exec.env.iter().find(|(name, _)| name == "AWS_PROFILE");
    from_args
        .or_else(|| variable().map(|(_, value)| value.expose_secret().to_owned()))
        .or_else(|| std::env::var("AWS_PROFILE").ok().filter(|profile| !profile.is_empty()))
}

fn last_lines(err: &[u8]) -> Option<String> {
    let text = String::from_utf8_lossy(err);
    let lines: Vec<&str> = text.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    let kept = lines.len().saturating_sub(LINES);
    let joined = say(&lines[kept..].join(" / "));
    (!joined.is_empty()).then_some(joined)
}

fn program(exec: &ExecSettings) -> &str {
    exec.argv.first().map_or("", String::as_str)
}

fn base(exec: &ExecSettings) -> &str {
    program(exec).rsplit('/').next().unwrap_or_default()
}

/// `aws eks get-token`: the program and its leading words, without the options.
fn shown(exec: &ExecSettings) -> String {
    let words = exec.argv.iter().skip(1).take_while(|arg| !arg.starts_with('-')).take(2);
    let mut out = base(exec).to_owned();
    words.for_each(|word| {
        out.push(' ');
        out.push_str(word);
    });
    say(&out)
}
