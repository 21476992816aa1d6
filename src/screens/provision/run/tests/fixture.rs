//! Runs and lines for the tests.

use serde_json::{Value, json};

use crate::domain::provision::manifests::Worker;
use crate::domain::provision::seen::Seen;
use crate::domain::provision::{Approval, Facts, Identity, JobFacts, Kind, Outcome, Phase, Run};
use crate::domain::terraform::lines::line;
use crate::domain::terraform::progress::Progress;

pub const NOW_MS: i64 = 1_700_000_000_000;
pub const SHA: &str = "3f9c0a1b2c3d4e5f60718293a4b5c6d7";
/// In every sensitive value.
pub const SECRET: &str = "geheim";
pub const LOCK: &str = "Error message: the state is already locked by another terraform client Lock Info:   \
    ID:        b9a3ab9e-87c5-4b3c-b7f5-7e1d9cf64a52   Path:      acme/111111111111/eu-west-1/search-eu/terraform.tfstate   \
    Operation: OperationTypeApply   Who:       root@apply-search-eu-5c1f   Version:   1.11.4   \
    Created:   2023-11-14 21:05:04.81 +0000 UTC   Info:";

fn worker() -> Worker {
    let told = json!({"namespace": "eksdeck", "image": "hashicorp/terraform:1.11.4", "program": "terraform",
        "pull_secrets": [], "service_account": "eksdeck-worker", "credentials_secret": null, "environment": {},
        "user": 1000, "storage_class": null, "storage": "2Gi", "cpu": "500m", "memory": "1Gi", "deadline_s": 7200,
        "grace_s": 600, "lock_wait_s": 60, "state": "kubernetes"});
    serde_json::from_value(told).unwrap()
}

pub fn run(id: &str, kind: Kind) -> Run {
    let word = |text: &str| text.to_owned();
    let (organisation, account) = (word("acme"), word("111111111111"));
    let identity = Identity { organisation, account, region: word("eu-west-1"), name: word("search-eu") };
    Run {
        id: word(id),
        identity,
        environment: word("staging"),
        is_protected: false,
        asked_by: word("ann"),
        asked_ms: NOW_MS - 400_000,
        facts: Facts::new(kind),
        place: 0,
        worker: worker(),
        plan: Some(seen(400, None, None)),
        apply: None,
        cancelled_by: None,
        cost: None,
    }
}

/// Seconds before now.
pub fn seen(created: i64, started: Option<i64>, ended: Option<i64>) -> Seen {
    let at = |ago: i64| NOW_MS - ago * 1_000;
    Seen {
        pod: Some("plan-search-eu-5c1f".to_owned()),
        image_id: started.map(|_| "docker.io/hashicorp/terraform@sha256:4f1d2a3b4c5d6e7f".to_owned()),
        created_ms: at(created),
        started_ms: started.map(at),
        ended_ms: ended.map(at),
        ..Seen::default()
    }
}

pub fn outcome(phase: Phase, exit: i32, reason: &str) -> Outcome {
    let sha256 = (phase == Phase::Plan).then(|| SHA.to_owned());
    let (interrupted, errored_state) = (exit >= 128, false);
    Outcome {
        phase,
        exit,
        sha256,
        add: 23,
        change: 1,
        destroy: 0,
        interrupted,
        errored_state,
        reason: reason.to_owned(),
        error: String::new(),
        lock: None,
    }
}

pub fn queued() -> Run {
    let mut run = run("k3tm9pqa", Kind::Provision);
    run.facts.plan = JobFacts::Queued;
    run
}

pub fn planning() -> Run {
    let mut run = run("k3tm9pqa", Kind::Provision);
    run.facts.plan = JobFacts::Running;
    run.plan = Some(seen(400, Some(398), None));
    run
}

pub fn awaiting() -> Run {
    let mut run = planning();
    run.facts.plan = JobFacts::Ended(Some(Box::new(outcome(Phase::Plan, 2, ""))));
    run.plan = Some(seen(400, Some(398), Some(384)));
    (run.facts.wanted, run.is_protected) = (2, true);
    run.facts.approvals = vec![approval("ann")];
    run
}

pub fn approval(name: &str) -> Approval {
    let arn = Some(format!("arn:aws:iam::111111111111:user/{name}"));
    Approval { sha256: SHA.to_owned(), os_user: name.to_owned(), arn, at_ms: NOW_MS - 130_000 }
}

pub fn applying() -> Run {
    let mut run = awaiting();
    run.facts.approvals.push(approval("bob"));
    run.facts.apply = JobFacts::Running;
    run.apply = Some(seen(120, Some(115), None));
    run
}

pub fn ended(exit: i32, reason: &str) -> Run {
    let mut run = applying();
    run.facts.apply = JobFacts::Ended(Some(Box::new(outcome(Phase::Apply, exit, reason))));
    run.apply = Some(seen(120, Some(115), Some(20)));
    run
}

pub fn told(kind: &str, address: &str, elapsed: u64) -> String {
    let message = format!("{address}: as Terraform words it");
    json!({"@level": "info", "@message": message, "@module": "terraform.ui", "type": kind,
        "hook": {"resource": {"addr": address}, "action": "create", "elapsed_seconds": elapsed}})
    .to_string()
}

pub fn summary(operation: &str) -> String {
    json!({"type": "change_summary", "changes": {"add": 23, "change": 1, "remove": 0, "operation": operation}})
        .to_string()
}

pub fn diagnostic(is_error: bool, summary: &str, detail: &str) -> String {
    let severity = if is_error { "error" } else { "warning" };
    json!({"type": "diagnostic", "diagnostic": {"severity": severity, "summary": summary, "detail": detail,
        "address": "aws_eks_cluster.main", "range": {"filename": "cluster.tf", "start": {"line": 31}},
        "snippet": {"code": "resource \"aws_eks_cluster\" \"main\" {"}}})
    .to_string()
}

pub fn plan_lines() -> Vec<String> {
    let mut all = vec![
        json!({"@level": "info", "@message": "Terraform 1.11.4", "type": "version", "terraform": "1.11.4"}).to_string(),
        "Successfully configured the backend \"kubernetes\"! Terraform will automatically".to_owned(),
        told("refresh_start", "data.aws_caller_identity.current", 0),
    ];
    all.extend((0..5).map(|nth| {
        let address = format!("aws_subnet.private[{nth}]");
        json!({"type": "planned_change", "change": {"resource": {"addr": address}, "action": "create"}}).to_string()
    }));
    all.push(summary("plan"));
    all
}

pub fn apply_lines() -> Vec<String> {
    let mut all = vec![summary("plan")];
    for nth in 0..7 {
        let address = format!("aws_subnet.private[{nth}]");
        all.extend([told("apply_start", &address, 0), told("apply_complete", &address, nth)]);
    }
    all.push(told("apply_start", "aws_eks_cluster.main", 0));
    all.extend((0..5).map(|nth| told("apply_start", &format!("aws_iam_role.node[\"{nth}\"]"), 0)));
    all.push(told("apply_progress", "aws_eks_cluster.main", 260));
    all.push(told("apply_progress", "aws_iam_role.node[\"2\"]", 20));
    all
}

pub fn failed_lines() -> Vec<String> {
    let mut all = apply_lines();
    all.push(diagnostic(false, "Argument is deprecated", ""));
    all.push(told("apply_errored", "aws_eks_cluster.main", 300));
    let long = "operation error EKS: CreateCluster, https response error StatusCode: 400, RequestID: 5d1c7d6e, \
        ResourceLimitExceededException: you have reached the limit of 100 clusters in this account and region";
    all.push(diagnostic(true, "creating EKS Cluster (search-eu)", long));
    all.push(diagnostic(true, "Error releasing the state lock", "it is gone"));
    all
}

pub fn locked_lines() -> Vec<String> {
    vec![diagnostic(true, "Error acquiring the state lock", LOCK)]
}

pub fn output_line() -> String {
    json!({"@level": "info", "@message": "Outputs: 2", "type": "outputs", "outputs": {
        "name": {"sensitive": false, "type": "string", "value": "search-eu"},
        "token": {"sensitive": true, "type": "string", "value": SECRET}}})
    .to_string()
}

pub fn outputs() -> Value {
    json!({"name": "search-eu", "endpoint": "https://0A1B.gr7.eu-west-1.eks.amazonaws.com", "token": "(sensitive)",
        "subnets": ["subnet-0a", "subnet-0b"], "nodes": {"spot": 3},
        "update_kubeconfig": "aws eks update-kubeconfig --region eu-west-1 --name search-eu"})
}

pub fn progress(lines: &[String]) -> Progress {
    let mut progress = Progress::default();
    lines.iter().for_each(|text| progress.take(&line(text)));
    progress
}

pub fn history() -> Vec<Run> {
    let ages = [5_000, 86_000, 900_000, 4_000_000];
    let runs = [ended(0, ""), ended(1, ""), planning(), queued()].into_iter().zip(ages).enumerate();
    runs.map(|(nth, (mut run, age))| {
        run.id = format!("m2hs7wx{nth}");
        run.facts.kind = [Kind::Update, Kind::Destroy, Kind::Drift, Kind::Test][nth];
        run.asked_ms = NOW_MS - age * 1_000;
        run
    })
    .collect()
}
