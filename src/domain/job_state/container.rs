//! Why a container does not run or has ended.

use super::Severity;
use super::fault::{Fault, quoted, short};
use super::image;
use crate::domain::age::Age;
use crate::domain::pod::{ContainerRow, ContainerState, Ended};

/// Room for a name or message within a few words.
const NAME_COLUMNS: usize = 40;

/// What a container that is not well says. Creating and initialising are no faults.
pub(super) fn fault(container: &ContainerRow) -> Option<Fault> {
    match &container.state {
        ContainerState::Waiting { reason, message } => waiting(container, reason, message),
        ContainerState::Ended(ended) if failed(ended) => Some(ended_fault(container, ended)),
        _ => None,
    }
}

pub(super) fn failed(ended: &Ended) -> bool {
    ended.exit_code != 0 || ended.signal != 0
}

/// A container that ended badly, as a cause.
pub(super) fn ended_fault(container: &ContainerRow, ended: &Ended) -> Fault {
    Fault::broken(ended_words(ended), ended_detail(container, ended))
}

fn waiting(container: &ContainerRow, reason: &str, message: &str) -> Option<Fault> {
    let told = || format!("{}: {reason}: {}", container.name, image::or(message, "no message"));
    let fault = match reason {
        "" | "ContainerCreating" | "PodInitializing" => return None,
        "CrashLoopBackOff" => crash_loop(container),
        "CreateContainerConfigError" => Fault::broken(config_words(message), told()),
        "RunContainerError" | "StartError" | "ContainerCannotRun" => Fault::broken(start_words(message), told()),
        "CreateContainerError" => Fault::broken(create_words(message), told()),
        _ if image::is_image_reason(reason) => Fault::broken(
            image::words(reason, message),
            format!("{}: {} ({})", container.name, image::or(message, reason), container.image),
        ),
        other => Fault::broken(short(other, NAME_COLUMNS), told()),
    };
    Some(fault)
}

fn crash_loop(container: &ContainerRow) -> Fault {
    let restarts = match container.restarts {
        1 => "1 restart".to_owned(),
        restarts => format!("{restarts} restarts"),
    };
    match &container.last {
        Some(last) if failed(last) => {
            let detail = format!("{}, {restarts}, waits before the next", ended_detail(container, last));
            Fault::broken(format!("crash loop: {}", ended_words(last)), detail)
        }
        _ => Fault::broken("crash loop", format!("{}: CrashLoopBackOff, {restarts}", container.name)),
    }
}

/// A container that runs again after it ended badly.
pub(super) fn restarted(container: &ContainerRow) -> Option<Fault> {
    let last = container.last.as_deref().filter(|last| failed(last))?;
    (container.restarts > 0 && !matches!(container.state, ContainerState::Waiting { .. })).then(|| {
        let detail = format!("{}, restarted {} times", ended_detail(container, last), container.restarts);
        Fault::new(Severity::Warning, format!("restart {} after {}", container.restarts, ended_words(last)), detail)
    })
}

/// `OOMKilled`, `exit 3`, `exit 143 (SIGTERM)`, `command not found: X`.
pub(super) fn ended_words(ended: &Ended) -> String {
    match &*ended.reason {
        "OOMKilled" => return "OOMKilled".to_owned(),
        "StartError" | "ContainerCannotRun" => return start_words(&ended.message),
        "DeadlineExceeded" => return "deadline exceeded".to_owned(),
        "ContainerStatusUnknown" => return "lost by its node".to_owned(),
        _ => {}
    }
    match (ended.exit_code, meaning(ended.exit_code)) {
        (0, _) if ended.signal != 0 => format!("signal {}", ended.signal),
        (code, Some(meaning)) => format!("exit {code} ({meaning})"),
        (code, None) => format!("exit {code}"),
    }
}

/// Exit codes that shells and container runtimes give a meaning: 126 and 127 by POSIX, 128 + n for signal n.
fn meaning(code: i32) -> Option<&'static str> {
    Some(match code {
        126 => "not executable",
        127 => "command not found",
        129 => "SIGHUP",
        130 => "SIGINT",
        131 => "SIGQUIT",
        132 => "SIGILL",
        133 => "SIGTRAP",
        134 => "SIGABRT",
        135 => "SIGBUS",
        136 => "SIGFPE",
        137 => "SIGKILL",
        139 => "SIGSEGV",
        141 => "SIGPIPE",
        143 => "SIGTERM",
        255 => "out of range or -1",
        _ => return None,
    })
}

/// `main: OOMKilled (exit 137) after 41s, limit 20Mi`, with the container's last words where it left some.
pub(super) fn ended_detail(container: &ContainerRow, ended: &Ended) -> String {
    let words = ended_words(ended);
    let mut line = format!("{}: {words}", container.name);
    if !words.contains("exit ") {
        line.push_str(&format!(" (exit {})", ended.exit_code));
    }
    if ended.started > 0 && ended.finished >= ended.started {
        line.push_str(&format!(" after {}", Age(ended.finished - ended.started)));
    }
    if &*ended.reason == "OOMKilled" {
        match &container.memory_limit {
            Some(limit) => line.push_str(&format!(", limit {limit}")),
            None => line.push_str(", no memory limit of its own: the node or the pod ran out"),
        }
    }
    if !ended.message.is_empty() {
        line.push_str(&format!(": {}", ended.message));
    }
    line
}

/// From the runtime's message: `exec: "/x": stat /x: no such file or directory`.
fn start_words(message: &str) -> String {
    let command = message.split_once("exec: ").and_then(|(_, rest)| quoted(rest)).map(|name| short(name, NAME_COLUMNS));
    let known = [
        ("no such file or directory", "command not found"),
        ("executable file not found", "command not found"),
        ("permission denied", "not executable"),
        ("exec format error", "built for another CPU"),
        ("is a directory", "command is a directory"),
    ];
    let lower = message.to_ascii_lowercase();
    match (known.iter().find(|(mark, _)| lower.contains(mark)), command) {
        (Some((_, words)), Some(command)) => format!("{words}: {command}"),
        (Some((_, words)), None) => (*words).to_owned(),
        (None, _) => "cannot start".to_owned(),
    }
}

/// From the kubelet's message: `configmap "x" not found`, `couldn't find key k in Secret ns/x`, `container has
/// runAsNonRoot and image will run as root`.
fn config_words(message: &str) -> String {
    if message.contains("runAsNonRoot") {
        return "runs as root, runAsNonRoot forbids it".to_owned();
    }
    if let Some((kind, rest)) = message.split_once(" \"")
        && rest.contains("\" not found")
    {
        let name = rest.split('"').next().unwrap_or_default();
        let kind = kind.rsplit(' ').next().unwrap_or(kind);
        return short(&format!("{kind} {name} not found"), NAME_COLUMNS + 20);
    }
    if let Some((_, rest)) = message.split_once("couldn't find key ") {
        let key = rest.split(' ').next().unwrap_or_default();
        let owner = rest.split_once(" in ").map_or("", |(_, owner)| owner);
        let kind = owner.split(' ').next().unwrap_or_default().to_ascii_lowercase();
        let name = owner.rsplit('/').next().unwrap_or_default();
        return short(&format!("no key {key} in {kind} {name}"), NAME_COLUMNS + 20);
    }
    match message {
        "" => "configuration error".to_owned(),
        message => short(&format!("configuration: {message}"), NAME_COLUMNS + 20),
    }
}

fn create_words(message: &str) -> String {
    let lower = message.to_ascii_lowercase();
    if lower.contains("no command specified") {
        return "image has no command".to_owned();
    }
    if lower.contains("context deadline exceeded") {
        return "cannot create container: runtime timeout".to_owned();
    }
    if lower.contains("is reserved for") || lower.contains("already in use") {
        return "cannot create container: name in use".to_owned();
    }
    "cannot create container".to_owned()
}
