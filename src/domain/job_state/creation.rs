//! Why the Job controller cannot make a pod, and what the kubelet says before a container exists.

use super::fault::{Fault, between, quoted, short};
use super::image::{self, or};
use crate::domain::event::EventRow;
use crate::domain::ids::Uid;

const NAME_COLUMNS: usize = 60;

/// The newest `FailedCreate` event, as a cause.
pub(super) fn fault(events: &[EventRow]) -> Option<Fault> {
    let event = newest(events.iter().filter(|event| event.warning && &*event.reason == "FailedCreate"))?;
    let message = event.message.strip_prefix("(combined from similar events): ").unwrap_or(&event.message);
    let message = message.strip_prefix("Error creating: ").unwrap_or(message);
    let words = short(&words(message), NAME_COLUMNS);
    let detail = format!("FailedCreate: {message}");
    // Room may be made and webhooks come back; a missing account or a policy stays until somebody acts.
    let passing = words.starts_with("quota: ") && words.ends_with("exceeded") || words.ends_with("does not answer");
    Some(if passing { Fault::warning(words, detail) } else { Fault::broken(words, detail) })
}

fn words(message: &str) -> String {
    let name = |mark: &str| message.split_once(mark).and_then(|(_, rest)| quoted(rest)).unwrap_or_default();
    if message.contains("exceeded quota: ") {
        return format!(
            "quota: {} exceeded",
            resources(between(message, "requested: ", ", used: ").unwrap_or_default())
        );
    }
    if message.contains("failed quota: ") {
        let missing = between(message, "must specify ", " for").map_or("requests and limits", |list| list.trim());
        return format!("quota: {} not set", missing.replace(',', ", "));
    }
    if message.contains("error looking up service account") || message.contains("serviceaccount \"") {
        return format!("service account {} not found", name("serviceaccount "));
    }
    if message.contains("violates PodSecurity") {
        return format!("pod security: {}", name("violates PodSecurity ").split(':').next().unwrap_or_default());
    }
    if message.contains("failed calling webhook") {
        return format!("webhook {} does not answer", name("failed calling webhook "));
    }
    if message.contains("admission webhook") {
        return format!("denied by webhook {}", name("admission webhook "));
    }
    if let Some(policy) = between(message, "ValidatingAdmissionPolicy '", "'") {
        return format!("denied by policy {policy}");
    }
    if let Some(class) = between(message, "no PriorityClass with name ", " was found") {
        return format!("priority class {class} not found");
    }
    for (bound, mark) in [("maximum", "maximum "), ("minimum", "minimum ")] {
        if let Some(rest) = between(message, mark, ", but").filter(|rest| rest.contains(" usage per ")) {
            let resource = rest.split(' ').next().unwrap_or_default();
            let limit = rest.rsplit(' ').next().unwrap_or_default();
            return format!("limit range: {bound} {resource} is {limit}");
        }
    }
    match between(message, "is forbidden: ", "\n") {
        Some(cause) => format!("pod forbidden: {cause}"),
        None => format!("pod cannot be made: {message}"),
    }
}

/// `requests.cpu=2,pods=1` → `requests.cpu, pods`.
fn resources(list: &str) -> String {
    let names: Vec<&str> = list.split(',').filter_map(|part| part.split('=').next()).map(str::trim).collect();
    names.join(", ")
}

/// What holds a pod whose containers are still being created.
pub(super) fn pod_fault(pod: Uid, events: &[EventRow]) -> Option<Fault> {
    let of_pod = events.iter().filter(|event| event.warning && event.object_uid == pod && !pod.is_nil());
    let event = newest(of_pod.filter(|event| {
        matches!(
            &*event.reason,
            "FailedMount" | "FailedAttachVolume" | "FailedCreatePodSandBox" | "FailedMapVolume" | "FailedBinding"
        )
    }))?;
    let message = &*event.message;
    let words = match &*event.reason {
        "FailedCreatePodSandBox" => sandbox_words(message),
        _ => volume_words(message),
    };
    Some(Fault::broken(short(&words, NAME_COLUMNS), format!("{}: {}", event.reason, or(message, "no message"))))
}

/// Why a pod's image cannot be pulled, by the kubelet's event `Failed`: older kubelets say it nowhere else.
pub(super) fn pull_fault(pod: Uid, events: &[EventRow]) -> Option<Fault> {
    let of_pod = events.iter().filter(|event| event.warning && event.object_uid == pod && !pod.is_nil());
    let told = |event: &&EventRow| {
        &*event.reason == "Failed" && image::words("ErrImagePull", &event.message) != image::UNKNOWN
    };
    let event = newest(of_pod.filter(told))?;
    Some(Fault::broken(image::words("ErrImagePull", &event.message), event.message.trim()))
}

/// `MountVolume.SetUp failed for volume "v" : secret "x" not found`.
fn volume_words(message: &str) -> String {
    let volume = between(message, "volume \"", "\"").map_or(String::new(), |volume| format!(" {volume}"));
    for kind in ["secret", "configmap", "persistentvolumeclaim"] {
        if let Some(name) = between(message, &format!("{kind} \""), "\"").filter(|_| message.contains("not found")) {
            return format!("volume{volume}: {kind} {name} not found");
        }
    }
    let known = [
        ("Multi-Attach error", "in use on another node"),
        ("references non-existent", "key missing"),
        ("timed out", "does not mount in time"),
        ("context deadline exceeded", "does not mount in time"),
        ("not found in the list of registered CSI drivers", "CSI driver missing on the node"),
    ];
    match known.iter().find(|(mark, _)| message.contains(mark)) {
        Some((_, words)) => format!("volume{volume}: {words}"),
        None => format!("volume{volume} cannot be mounted"),
    }
}

fn sandbox_words(message: &str) -> String {
    let lower = message.to_ascii_lowercase();
    if lower.contains("failed to assign an ip")
        || lower.contains("no available ip")
        || lower.contains("no ip addresses")
    {
        "no free pod IP on the node".to_owned()
    } else if lower.contains("cni") || lower.contains("network") {
        "pod network cannot be set up".to_owned()
    } else {
        "pod sandbox cannot be made".to_owned()
    }
}

/// What the kubelet said when it evicted a pod: `The node was low on resource: memory. …`, `Pod ephemeral local storage
/// usage exceeds …`.
pub(super) fn eviction(pod: Uid, events: &[EventRow]) -> Option<(&'static str, String)> {
    let event = newest(events.iter().filter(|event| event.object_uid == pod && &*event.reason == "Evicted"))?;
    let lower = event.message.to_ascii_lowercase();
    let cause = match () {
        () if lower.contains("ephemeral") || lower.contains("storage") || lower.contains("emptydir") => "disk",
        () if lower.contains("inodes") => "inodes",
        () if lower.contains("memory") => "memory",
        () if lower.contains("pid") => "process ids",
        () => "",
    };
    Some((cause, event.message.trim().to_owned()))
}

fn newest<'a>(events: impl Iterator<Item = &'a EventRow>) -> Option<&'a EventRow> {
    events.max_by_key(|event| event.last_seen)
}
