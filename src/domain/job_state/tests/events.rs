//! What events tell, and the evidence that a detail shows.

use super::*;

#[test]
fn an_old_kubelet_tells_in_an_event_why_an_image_cannot_be_pulled() {
    let pods = [waiting("ImagePullBackOff", "Back-off pulling image \"app:1\"")];
    let pull = "Failed to pull image \"app:1\": rpc error: code = NotFound desc = manifest unknown";
    let events =
        [event("Pod", "settle-7xk2q", "Failed", pull), event("Pod", "settle-7xk2q", "Failed", "Error: ErrImagePull")];
    assert_eq!(told(&job(1, 0), &pods, &events).words, "image not found");
    assert_eq!(told(&job(1, 0), &pods, &[]).words, "image cannot be pulled");
}

#[rstest]
#[case(
    "FailedMount",
    "MountVolume.SetUp failed for volume \"v\" : secret \"nosuch\" not found",
    "volume v: secret nosuch not found"
)]
#[case(
    "FailedAttachVolume",
    "Multi-Attach error for volume \"pvc-1\" Volume is already used by pod(s) x",
    "volume pvc-1: in use on another node"
)]
#[case(
    "FailedCreatePodSandBox",
    "Failed to create pod sandbox: plugin type=\"aws-cni\" failed (add): add cmd: failed to assign an IP address to container",
    "no free pod IP on the node"
)]
fn events_tell_what_holds_a_pod(#[case] reason: &str, #[case] message: &str, #[case] words: &str) {
    let pods = [waiting("ContainerCreating", "")];
    let state = told(&job(1, 0), &pods, &[event("Pod", "settle-7xk2q", reason, message)]);
    assert_eq!((&*state.words, state.severity), (words, Severity::Broken));
}

#[test]
fn an_eviction_tells_what_ran_out() {
    let told_by =
        event("Pod", "settle-7xk2q", "Evicted", "The node was low on resource: memory. Threshold quantity: 100Mi");
    assert_eq!(told(&backoff(1), &[gone("Evicted")], &[told_by]).words, "evicted: memory");
}

#[test]
fn evidence_tells_limit_time_and_conditions() {
    let lines = evidence(&backoff(1), &[&dead(137, "OOMKilled")], &[]);
    assert_eq!(
        lines,
        [
            "Failed BackoffLimitExceeded: Job has reached the specified backoff limit",
            "1 failed, backoff limit 6",
            "pod settle-7xk2q: main: OOMKilled (exit 137) after 41s, limit 20Mi",
        ]
    );
}

#[test]
fn hostile_text_is_cleaned_and_cut() {
    let evil = format!("\u{1b}]0;x\u{7}pods \"x\" is forbidden: \u{202e}{}", "y".repeat(10_000));
    let events = [event("Job", "settle", "FailedCreate", &evil)];
    let state = told(&job(0, 0), &[], &events);
    let lines = evidence(&job(0, 0), &[], &events);
    for text in lines.iter().map(String::as_str).chain([&*state.words]) {
        assert!(text.len() < 500 && !text.contains(['\u{1b}', '\u{202e}']), "{text}");
    }
    assert!(state.words.starts_with("pod forbidden: y"));
}

#[test]
fn evidence_counts_what_it_leaves_out() {
    let pods: Vec<PodRow> = (0..20).map(|_| dead(1, "Error")).collect();
    let lines = evidence(&backoff(20), &pods.iter().collect::<Vec<_>>(), &[]);
    assert_eq!(lines.last().map(String::as_str), Some("and 12 more pods"));
}

#[test]
fn the_reason_of_the_api_is_kept_for_scripts() {
    assert_eq!(told(&deadline(60), &[dead(1, "Error")], &[]).reason.as_deref(), Some("DeadlineExceeded"));
}
