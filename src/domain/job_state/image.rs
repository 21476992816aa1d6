//! Why an image cannot be had.

pub(super) fn is_image_reason(reason: &str) -> bool {
    matches!(
        reason,
        "ImagePullBackOff"
            | "ErrImagePull"
            | "ErrImageNeverPull"
            | "InvalidImageName"
            | "ImageInspectError"
            | "RegistryUnavailable"
            | "SignatureValidationFailed"
    )
}

/// What containerd, CRI-O and registries say, and what it means. The first mark that is found counts: a message may
/// hold several, such as "repository does not exist or may require authorization". Bare status numbers are no marks: they
/// may be a tag.
const MARKS: [(&[&str], &str); 11] = [
    (&["does not exist or may require"], "image not found or pull denied"),
    (&["no such host", "server misbehaving"], "image: registry host not found"),
    (&["toomanyrequests", "too many requests", "rate limit"], "image: registry rate limit"),
    (
        &["unauthorized", "forbidden", "access denied", "authorization", "no basic auth", "denied:"],
        "image: pull denied",
    ),
    (&["no match for platform", "no matching manifest", "exec format"], "image: not built for this CPU"),
    (&["manifest unknown", "name unknown", "not found", "repository does not exist"], "image not found"),
    (&["x509", "certificate", "http: server gave http response"], "image: registry certificate"),
    (&["no space left"], "image: node disk full"),
    (&["connection refused"], "image: registry refuses connections"),
    (&["timeout", "timed out", "deadline exceeded", "eof", "connection reset"], "image: registry does not answer"),
    (&["signature"], "image: signature refused"),
];

/// What is said while nobody tells the cause.
pub(super) const UNKNOWN: &str = "image cannot be pulled";

/// A few words from a waiting reason and its message. Kubelets before 1.31 give no cause with `ImagePullBackOff`.
pub(super) fn words(reason: &str, message: &str) -> &'static str {
    match reason {
        "InvalidImageName" => return "invalid image name",
        "ErrImageNeverPull" => return "image not on the node, never pulled",
        "SignatureValidationFailed" => return "image: signature refused",
        _ => {}
    }
    let lower = without_names(message).to_ascii_lowercase();
    MARKS.iter().find(|(marks, _)| marks.iter().any(|mark| lower.contains(mark))).map_or(UNKNOWN, |(_, words)| words)
}

/// The message without quoted names, which may hold any word or number.
fn without_names(message: &str) -> String {
    message.split('"').step_by(2).collect::<Vec<_>>().join(" ")
}

pub(super) fn or<'a>(text: &'a str, fallback: &'a str) -> &'a str {
    if text.trim().is_empty() { fallback } else { text }
}
