//! Messages as Kubernetes 1.34 with containerd writes them, unless a case says otherwise.

use rstest::rstest;

use super::*;
use crate::domain::ids::{ObjectKey, Uid};
use crate::domain::object::{Condition, Meta};
use crate::domain::pod::{ContainerRole, ContainerRow, ContainerState, Ended, PodPhase};

mod events;

fn meta(name: &str) -> Meta {
    let key = ObjectKey::new("checkout", name);
    Meta { key, uid: Uid::parse(name), created: 1_000, deleting: 0, owner: None, labels: Box::default() }
}

fn job(active: i32, failed: i32) -> JobRow {
    JobRow {
        meta: meta("settle"),
        parallelism: 1,
        completions: Some(1),
        backoff_limit: 6,
        deadline: None,
        ttl: None,
        suspended: false,
        indexed: false,
        active,
        ready: 0,
        succeeded: 0,
        failed,
        started: 1_000,
        completed: 0,
        conditions: Box::default(),
    }
}

fn with(mut job: JobRow, conditions: &[(&str, &str, &str)]) -> JobRow {
    job.conditions = conditions.iter().map(|(kind, reason, message)| condition(kind, true, reason, message)).collect();
    job
}

fn condition(kind: &str, status: bool, reason: &str, message: &str) -> Condition {
    Condition { kind: kind.into(), status, reason: reason.into(), message: message.into(), at: 0 }
}

fn backoff(failed: i32) -> JobRow {
    let told = "Job has reached the specified backoff limit";
    with(job(0, failed), &[("FailureTarget", "BackoffLimitExceeded", told), ("Failed", "BackoffLimitExceeded", told)])
}

fn container(state: ContainerState) -> ContainerRow {
    ContainerRow {
        name: "main".into(),
        image: "busybox:1.36".into(),
        role: ContainerRole::Main,
        ready: false,
        restarts: 0,
        state,
        last: None,
        memory_limit: Some("20Mi".into()),
    }
}

fn ended(exit_code: i32, reason: &str, message: &str) -> Ended {
    Ended { reason: reason.into(), message: message.into(), exit_code, signal: 0, started: 1_010, finished: 1_051 }
}

fn pod(phase: PodPhase, state: ContainerState) -> PodRow {
    PodRow {
        meta: meta("settle-7xk2q"),
        phase,
        reason: "".into(),
        node: "ip-10-0-1-20".into(),
        unscheduled: None,
        containers: Box::new([container(state)]),
    }
}

fn dead(exit_code: i32, reason: &str) -> PodRow {
    pod(PodPhase::Failed, ContainerState::Ended(Box::new(ended(exit_code, reason, ""))))
}

fn start_error(message: &str) -> PodRow {
    pod(PodPhase::Failed, ContainerState::Ended(Box::new(ended(128, "StartError", message))))
}

fn waiting(reason: &str, message: &str) -> PodRow {
    pod(PodPhase::Pending, ContainerState::Waiting { reason: reason.into(), message: message.into() })
}

fn looping(exit_code: i32, reason: &str, restarts: u32) -> PodRow {
    let mut row = waiting("CrashLoopBackOff", "back-off 10s restarting failed container=main pod=settle-7xk2q");
    row.phase = PodPhase::Running;
    row.containers[0].restarts = restarts;
    row.containers[0].last = Some(Box::new(ended(exit_code, reason, "")));
    row
}

fn running() -> PodRow {
    pod(PodPhase::Running, ContainerState::Running { started: 1_010 })
}

fn unplaced(message: &str) -> PodRow {
    let mut row = pod(PodPhase::Pending, ContainerState::Unknown);
    row.node = "".into();
    row.containers = Box::default();
    row.unscheduled = Some(Box::new(condition("PodScheduled", false, "Unschedulable", message)));
    row
}

fn gone(reason: &str) -> PodRow {
    let mut row = dead(137, "Error");
    row.reason = reason.into();
    row
}

fn event(kind: &str, name: &str, reason: &str, message: &str) -> EventRow {
    EventRow {
        object_kind: kind.into(),
        object_name: name.into(),
        object_uid: Uid::parse(name),
        warning: true,
        reason: reason.into(),
        message: message.into(),
        count: 1,
        first_seen: 1,
        last_seen: 2,
        source: "".into(),
    }
}

fn told(job: &JobRow, pods: &[PodRow], events: &[EventRow]) -> JobState {
    job_state(job, &pods.iter().collect::<Vec<_>>(), events)
}

#[rstest]
#[case::exit_code(backoff(1), vec![dead(3, "Error")], "exit 3")]
#[case::exit_codes(backoff(2), vec![dead(3, "Error"), dead(3, "Error")], "exit 3, 2 of 2")]
#[case::most_frequent(backoff(3), vec![dead(1, "Error"), dead(3, "Error"), dead(3, "Error")], "exit 3, 2 of 3")]
#[case::oom(backoff(3), vec![dead(137, "OOMKilled"), dead(137, "OOMKilled"), dead(137, "OOMKilled")], "OOMKilled, 3 of 3")]
#[case::some_pods_gone(backoff(7), vec![dead(1, "Error")], "exit 1, 1 of 7")]
#[case::killed(backoff(1), vec![dead(137, "Error")], "exit 137 (SIGKILL)")]
#[case::terminated(backoff(1), vec![dead(143, "Error")], "exit 143 (SIGTERM)")]
#[case::segfault(backoff(1), vec![dead(139, "Error")], "exit 139 (SIGSEGV)")]
#[case::not_executable(backoff(1), vec![dead(126, "Error")], "exit 126 (not executable)")]
#[case::no_command(backoff(1), vec![dead(127, "Error")], "exit 127 (command not found)")]
#[case::evicted(backoff(1), vec![gone("Evicted")], "evicted")]
#[case::node_lost(backoff(1), vec![gone("NodeLost")], "node lost")]
#[case::shutdown(backoff(1), vec![gone("Terminated")], "node shut down")]
#[case::out_of_cpu(backoff(1), vec![gone("OutOfcpu")], "rejected by its node: out of cpu")]
#[case::unknown_status(backoff(1), vec![dead(137, "ContainerStatusUnknown")], "lost by its node")]
#[case::pods_deleted(backoff(1), vec![], "BackoffLimitExceeded")]
#[case::pods_deleted_many(backoff(4), vec![], "BackoffLimitExceeded, 4 failed")]
#[case::start_error(
    backoff(2),
    vec![start_error("failed to create containerd task: failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: exec: \"/no/such/thing\": stat /no/such/thing: no such file or directory: unknown")],
    "command not found: /no/such/thing, 1 of 2"
)]
#[case::permission(
    backoff(1),
    vec![start_error("runc create failed: unable to start container process: exec: \"/etc/passwd\": permission denied: unknown")],
    "not executable: /etc/passwd"
)]
#[case::wrong_cpu(backoff(1), vec![start_error("exec /app: exec format error")], "built for another CPU")]
fn failed_by_backoff(#[case] job: JobRow, #[case] pods: Vec<PodRow>, #[case] words: &str) {
    let state = told(&job, &pods, &[]);
    assert_eq!((state.phase, state.severity, &*state.words), (JobPhase::Failed, Severity::Broken, words));
    assert_eq!(state.reason.as_deref(), Some("BackoffLimitExceeded"));
}

fn deadline(seconds: i64) -> JobRow {
    let told = "Job was active longer than specified deadline";
    let mut job = with(job(0, 1), &[("Failed", "DeadlineExceeded", told)]);
    job.deadline = Some(seconds);
    job
}

fn indexes() -> JobRow {
    let told = "Job has exceeded the specified maximal number of failed indexes";
    with(job(0, 1), &[("Failed", "MaxFailedIndexesExceeded", told)])
}

fn policy(message: &str) -> JobRow {
    with(job(0, 1), &[("FailureTarget", "PodFailurePolicy", message)])
}

#[rstest]
#[case::deadline(deadline(600), vec![], "DeadlineExceeded after 10m")]
#[case::deadline_with_cause(deadline(15), vec![waiting("ImagePullBackOff", "")], "DeadlineExceeded after 15s: image cannot be pulled")]
#[case::policy(
    policy("Container main for pod rules-try/policy-n69xf failed with exit code 42 matching FailJob rule at index 0"),
    vec![dead(42, "Error")],
    "PodFailurePolicy: exit 42"
)]
#[case::policy_condition(
    policy("Pod a/b has condition DisruptionTarget matching FailJob rule at index 0"),
    vec![],
    "PodFailurePolicy: condition DisruptionTarget"
)]
#[case::indexes(indexes(), vec![dead(2, "Error")], "MaxFailedIndexesExceeded: exit 2")]
fn failed_otherwise(#[case] job: JobRow, #[case] pods: Vec<PodRow>, #[case] words: &str) {
    let state = told(&job, &pods, &[]);
    assert_eq!((state.phase, &*state.words), (JobPhase::Failed, words));
}

#[rstest]
#[case::host(
    "ImagePullBackOff",
    "Back-off pulling image \"nowhere.example.com/team/nosuch:9\": ErrImagePull: failed to pull and unpack image \"nowhere.example.com/team/nosuch:9\": failed to resolve reference \"nowhere.example.com/team/nosuch:9\": failed to do request: Head \"https://nowhere.example.com/v2/team/nosuch/manifests/9\": dial tcp: lookup nowhere.example.com on 10.255.255.53:53: no such host",
    "image: registry host not found"
)]
#[case::missing(
    "ErrImagePull",
    "rpc error: code = NotFound desc = failed to pull and unpack image \"docker.io/library/busybox:401\": failed to resolve reference \"docker.io/library/busybox:401\": docker.io/library/busybox:401: not found",
    "image not found"
)]
#[case::hub(
    "ErrImagePull",
    "failed to resolve reference \"docker.io/library/nosuch:1\": pull access denied, repository does not exist or may require authorization: server message: insufficient_scope: authorization failed",
    "image not found or pull denied"
)]
#[case::ecr(
    "ErrImagePull",
    "failed to resolve reference \"111111111111.dkr.ecr.us-east-1.amazonaws.com/app:1\": unexpected status from HEAD request to https://111111111111.dkr.ecr.us-east-1.amazonaws.com/v2/app/manifests/1: 403 Forbidden",
    "image: pull denied"
)]
#[case::rate(
    "ErrImagePull",
    "429 Too Many Requests - Server message: toomanyrequests: You have reached your pull rate limit.",
    "image: registry rate limit"
)]
#[case::timeout("ErrImagePull", "dial tcp 10.0.0.1:443: i/o timeout", "image: registry does not answer")]
#[case::platform("ErrImagePull", "no match for platform in manifest: not found", "image: not built for this CPU")]
#[case::old_kubelet("ImagePullBackOff", "Back-off pulling image \"app:1\"", "image cannot be pulled")]
#[case::invalid(
    "InvalidImageName",
    "Failed to apply default image tag \"Busybox:::1\": couldn't parse image name",
    "invalid image name"
)]
#[case::never(
    "ErrImageNeverPull",
    "Container image \"nothere:1\" is not present with pull policy of Never",
    "image not on the node, never pulled"
)]
#[case::config_map("CreateContainerConfigError", "configmap \"nosuch\" not found", "configmap nosuch not found")]
#[case::secret("CreateContainerConfigError", "secret \"db\" not found", "secret db not found")]
#[case::key(
    "CreateContainerConfigError",
    "couldn't find key password in Secret checkout/db",
    "no key password in secret db"
)]
#[case::root(
    "CreateContainerConfigError",
    "container has runAsNonRoot and image will run as root (pod: \"x\", container: main)",
    "runs as root, runAsNonRoot forbids it"
)]
#[case::no_command(
    "CreateContainerError",
    "failed to generate container \"x\" spec: no command specified",
    "image has no command"
)]
#[case::unheard_of("SomethingNewError", "", "SomethingNewError")]
fn waiting_containers(#[case] reason: &str, #[case] message: &str, #[case] words: &str) {
    let state = told(&job(1, 0), &[waiting(reason, message)], &[]);
    assert_eq!((state.phase, state.severity, &*state.words), (JobPhase::Pending, Severity::Broken, words));
    assert_eq!(pod_trouble(&waiting(reason, message)).as_deref(), Some(words));
}

#[rstest]
#[case::cpu(
    "0/21 nodes are available: 1 Insufficient cpu, 20 node(s) had untolerated taint(s). no new claims to deallocate, preemption: 0/21 nodes are available: 21 Preemption is not helpful for scheduling.",
    "unschedulable: cpu"
)]
#[case::several(
    "0/3 nodes are available: 1 Insufficient memory, 3 Insufficient cpu. preemption: 0/3 nodes are available: 3 No preemption victims found for incoming pod.",
    "unschedulable: memory, cpu"
)]
#[case::gpu("0/3 nodes are available: 3 Insufficient nvidia.com/gpu.", "unschedulable: nvidia.com/gpu")]
#[case::pods("0/2 nodes are available: 2 Too many pods.", "unschedulable: pods")]
#[case::selector(
    "0/21 nodes are available: 1 node(s) didn't match Pod's node affinity/selector, 20 node(s) had untolerated taint(s). no new claims to deallocate, preemption: 0/21 nodes are available: 21 Preemption is not helpful for scheduling.",
    "unschedulable: node selector"
)]
#[case::claim(
    "0/21 nodes are available: persistentvolumeclaim \"nosuch\" not found. not found",
    "unschedulable: volume claim nosuch not found"
)]
#[case::unbound(
    "0/3 nodes are available: pod has unbound immediate PersistentVolumeClaims. preemption: 0/3",
    "unschedulable: volume claim not bound"
)]
#[case::zone(
    "0/3 nodes are available: 1 Too few things, 2 node(s) had volume node affinity conflict.",
    "unschedulable: volume in another zone"
)]
#[case::taint(
    "0/3 nodes are available: 3 node(s) had untolerated taint {dedicated: gpu}. preemption: 0/3",
    "unschedulable: taint dedicated"
)]
#[case::taints("0/3 nodes are available: 3 node(s) had untolerated taint(s).", "unschedulable: taints")]
#[case::cordoned("0/1 nodes are available: 1 node(s) were unschedulable.", "unschedulable: nodes cordoned")]
#[case::spread(
    "0/2 nodes are available: 2 node(s) didn't match pod topology spread constraints.",
    "unschedulable: topology spread"
)]
#[case::no_nodes("no nodes available to schedule pods", "unschedulable: no nodes")]
#[case::nothing("", "unschedulable")]
fn unplaced_pods(#[case] message: &str, #[case] words: &str) {
    let state = told(&job(1, 0), &[unplaced(message)], &[]);
    assert_eq!((state.phase, state.severity, &*state.words), (JobPhase::Pending, Severity::Warning, words));
}

#[rstest]
#[case::quota(
    "Error creating: pods \"q-58sq5\" is forbidden: exceeded quota: q, requested: pods=1, used: pods=0, limited: pods=0",
    "quota: pods exceeded",
    Severity::Warning
)]
#[case::quotas(
    "(combined from similar events): Error creating: pods \"q\" is forbidden: exceeded quota: q, requested: requests.cpu=2,requests.memory=1Gi, used: requests.cpu=0,requests.memory=0, limited: requests.cpu=1,requests.memory=1Mi",
    "quota: requests.cpu, requests.memory exceeded",
    Severity::Warning
)]
#[case::quota_unset(
    "Error creating: pods \"q\" is forbidden: failed quota: q: must specify limits.cpu for: main",
    "quota: limits.cpu not set",
    Severity::Broken
)]
#[case::account(
    "Error creating: pods \"nosa-\" is forbidden: error looking up service account rules-try/nosuch: serviceaccount \"nosuch\" not found",
    "service account nosuch not found",
    Severity::Broken
)]
#[case::webhook(
    "Error creating: admission webhook \"policy.example.com\" denied the request: no latest tags",
    "denied by webhook policy.example.com",
    Severity::Broken
)]
#[case::webhook_down(
    "Error creating: Internal error occurred: failed calling webhook \"w.example.com\": failed to call webhook: Post \"https://w\": EOF",
    "webhook w.example.com does not answer",
    Severity::Warning
)]
#[case::pod_security(
    "Error creating: pods \"x\" is forbidden: violates PodSecurity \"restricted:latest\": allowPrivilegeEscalation != false",
    "pod security: restricted",
    Severity::Broken
)]
#[case::limit_range(
    "Error creating: pods \"x\" is forbidden: maximum cpu usage per Container is 1, but limit is 2",
    "limit range: maximum cpu is 1",
    Severity::Broken
)]
#[case::priority(
    "Error creating: pods \"x\" is forbidden: no PriorityClass with name top was found",
    "priority class top not found",
    Severity::Broken
)]
fn pods_that_cannot_be_made(#[case] message: &str, #[case] words: &str, #[case] severity: Severity) {
    let state = told(&job(0, 0), &[], &[event("Job", "settle", "FailedCreate", message)]);
    assert_eq!((state.phase, state.severity, &*state.words), (JobPhase::Pending, severity, words));
}

#[rstest]
#[case::creating(job(1, 0), vec![waiting("ContainerCreating", "")], JobPhase::Pending, Severity::Fine, "Pending, starting")]
#[case::runs(job(1, 0), vec![running()], JobPhase::Running, Severity::Fine, "Running 1")]
#[case::one_waits(job(2, 0), vec![running(), waiting("ContainerCreating", "")], JobPhase::Running, Severity::Fine, "Running 1, 1 waits")]
#[case::one_unplaced(
    job(2, 0),
    vec![running(), unplaced("0/1 nodes are available: 1 Insufficient cpu.")],
    JobPhase::Running, Severity::Warning, "Running 1, 1 unschedulable: cpu"
)]
#[case::some_unplaced(
    job(2, 0),
    vec![waiting("ContainerCreating", ""), unplaced("0/1 nodes are available: 1 Insufficient cpu.")],
    JobPhase::Pending, Severity::Warning, "unschedulable: cpu, 1 of 2"
)]
#[case::retries(job(1, 2), vec![running(), dead(3, "Error"), dead(3, "Error")], JobPhase::Running, Severity::Warning, "Running 1, 2 failed: exit 3")]
#[case::between_retries(job(0, 2), vec![dead(3, "Error"), dead(3, "Error")], JobPhase::Pending, Severity::Warning, "retrying, 2 failed: exit 3")]
#[case::crash_loop(job(1, 0), vec![looping(5, "Error", 4)], JobPhase::Pending, Severity::Broken, "crash loop: exit 5")]
#[case::oom_loop(job(1, 0), vec![looping(137, "OOMKilled", 4)], JobPhase::Pending, Severity::Broken, "crash loop: OOMKilled")]
#[case::no_pods(job(0, 0), vec![], JobPhase::Pending, Severity::Fine, "Pending, no pods yet")]
#[case::pods_not_watched(JobRow { ready: 2, ..job(3, 0) }, vec![], JobPhase::Running, Severity::Fine, "Running 2, 1 waits")]
#[case::suspended(JobRow { suspended: true, ..job(0, 0) }, vec![], JobPhase::Suspended, Severity::Fine, "Suspended")]
#[case::complete(
    with(job(0, 1), &[("SuccessCriteriaMet", "CompletionsReached", ""), ("Complete", "CompletionsReached", "")]),
    vec![dead(3, "Error")], JobPhase::Succeeded, Severity::Fine, "Succeeded"
)]
fn unfinished_and_well(
    #[case] job: JobRow,
    #[case] pods: Vec<PodRow>,
    #[case] phase: JobPhase,
    #[case] severity: Severity,
    #[case] words: &str,
) {
    let state = told(&job, &pods, &[]);
    assert_eq!((state.phase, state.severity, &*state.words), (phase, severity, words));
}

#[test]
fn a_deleted_job_is_terminating_and_its_pods_are_no_fault() {
    let mut row = job(1, 0);
    row.meta.deleting = 5;
    let mut ending = looping(5, "Error", 1);
    ending.meta.deleting = 5;
    assert_eq!(pod_trouble(&ending), None);
    assert_eq!(told(&row, &[ending], &[]).phase, JobPhase::Terminating);
}

#[test]
fn a_restart_is_told_while_it_runs_again() {
    let mut row = running();
    row.containers[0].restarts = 3;
    row.containers[0].last = Some(Box::new(ended(137, "OOMKilled", "")));
    let state = told(&job(1, 0), &[row], &[]);
    assert_eq!((&*state.words, state.severity), ("Running 1, restart 3 after OOMKilled", Severity::Warning));
}

#[test]
fn an_init_container_that_failed_is_the_cause() {
    let mut row = dead(9, "Error");
    let mut init = row.containers[0].clone();
    (init.name, init.role) = ("prep".into(), ContainerRole::Init);
    let main = container(ContainerState::Waiting { reason: "PodInitializing".into(), message: "".into() });
    row.containers = Box::new([init, main]);
    assert_eq!(told(&backoff(1), &[row.clone()], &[]).words, "exit 9");
    assert!(evidence(&backoff(1), &[&row], &[]).iter().any(|line| line.contains("prep: exit 9 after 41s")));
}

#[test]
fn a_sidecar_that_was_killed_afterwards_is_not_the_cause() {
    let mut row = dead(3, "Error");
    let mut sidecar = container(ContainerState::Ended(Box::new(Ended { finished: 2_000, ..ended(143, "Error", "") })));
    sidecar.name = "proxy".into();
    row.containers = Box::new([sidecar, row.containers[0].clone()]);
    assert_eq!(told(&backoff(1), &[row], &[]).words, "exit 3");
}
