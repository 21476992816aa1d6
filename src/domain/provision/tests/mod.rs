mod asked;
mod begun;
pub mod samples;
mod seen;

use proptest::prelude::*;
use rstest::rstest;

use super::manifests::{Input, Spec, StateBackend, Worker};
use super::*;
use serde_json::{Value, json};

fn identity(region: &str, name: &str) -> Identity {
    let (organisation, account) = ("default".to_owned(), "111111111111".to_owned());
    Identity { organisation, account, region: region.to_owned(), name: name.to_owned() }
}

#[test]
fn two_clusters_of_one_name_share_nothing() {
    let (one, other) = (identity("us-east-1", "prod"), identity("eu-west-1", "prod"));
    assert_ne!(one.slug(), other.slug());
    assert_eq!(one.state_key(), "default/111111111111/us-east-1/prod/terraform.tfstate");
    assert!(one.slug().starts_with("prod-") && one.slug().len() == "prod-".len() + 8);
}

#[rstest]
#[case("", "111111111111", "eu-west-1", "a", "the organisation has no name")]
#[case(
    "R&D",
    "111111111111",
    "eu-west-1",
    "a",
    "\"R&D\" is no name of an organisation: an organisation's name has 1 to 63"
)]
#[case("o", "11", "eu-west-1", "a", "an account has twelve digits: \"11\"")]
#[case("o", "111111111111", "mars", "a", "\"mars\" is no name of a region")]
#[case("o", "111111111111", "eu-west-1", "a.b", "\"a.b\" is no name of an EKS cluster")]
fn what_is_wrong_with_an_identity_is_said(
    #[case] organisation: &str,
    #[case] account: &str,
    #[case] region: &str,
    #[case] name: &str,
    #[case] words: &str,
) {
    let identity = Identity { organisation: organisation.into(), account: account.into(), ..identity(region, name) };
    assert!(identity.check().unwrap_err().to_string().starts_with(words));
}

proptest! {
    #[test]
    fn a_slug_fits_kubernetes_and_a_key_stays_in_its_folder(org in "\\PC{1,20}", name in "\\PC{1,120}") {
        let identity = Identity { organisation: org, ..identity("eu-west-1", &name) };
        let slug = identity.slug();
        prop_assert!(slug.len() <= 45);
        let rule = crate::domain::names::NameRule::Label { longest: 63 };
        prop_assert_eq!(crate::domain::names::name_problem(&slug, rule), None, "{}", slug);
        let key = identity.state_key();
        prop_assert_eq!(key.split('/').count(), 5);
        prop_assert!(!key.contains(".."));
    }
}

fn outcome(phase: Phase, exit: i32, sha256: &str) -> Outcome {
    let sha256 = (phase == Phase::Plan && exit == 2).then(|| sha256.to_owned());
    let (add, change, destroy, reason) = (1, 0, 0, String::new());
    Outcome {
        phase,
        exit,
        sha256,
        add,
        change,
        destroy,
        interrupted: exit >= 128,
        errored_state: false,
        reason,
        error: String::new(),
        lock: None,
    }
}

fn approval(sha256: &str, os_user: &str) -> Approval {
    Approval { sha256: sha256.to_owned(), os_user: os_user.to_owned(), arn: None, at_ms: 1 }
}

#[test]
fn a_termination_message_goes_there_and_back() {
    let told = outcome(Phase::Plan, 2, "abc");
    let message = format!("something of terraform\n{}", serde_json::to_string(&told).unwrap());
    assert_eq!(Outcome::read(&message), Some(told));
    assert_eq!(Outcome::read("OOMKilled"), None);
    assert_eq!(Outcome::read(""), None);
}

/// The phase that whoever holds the Lease starts next of a run that is alone.
fn starts(facts: &Facts) -> Option<Phase> {
    let mut run = samples::awaiting(&samples::spec("aaaa1111", "one", facts.kind), 0);
    run.apply = (facts.apply != JobFacts::Absent).then(crate::domain::provision::seen::Seen::default);
    run.facts = facts.clone();
    queue::next(&[run], &Site::default()).map(|(_, phase)| phase)
}

#[test]
fn a_run_goes_from_the_queue_to_a_cluster() {
    let mut facts = Facts::new(Kind::Provision);
    facts.plan.take(JobFacts::Queued);
    assert_eq!((facts.state(), starts(&facts)), (State::Queued, Some(Phase::Plan)));
    facts.plan.take(JobFacts::Running);
    assert_eq!(facts.state(), State::Planning);
    facts.plan.take(JobFacts::Ended(Some(Box::new(outcome(Phase::Plan, 2, "a")))));
    assert_eq!((facts.state(), starts(&facts)), (State::AwaitingApproval, None));
    facts.approvals.push(approval("b", "ann"));
    facts.apply.take(JobFacts::Queued);
    assert_eq!(starts(&facts), None, "that was another plan");
    facts.approvals.push(approval("a", "ann"));
    assert_eq!((facts.state(), starts(&facts)), (State::Queued, Some(Phase::Apply)));
    facts.apply.take(JobFacts::Running);
    assert_eq!((facts.state(), starts(&facts)), (State::Applying, None));
    facts.apply.take(JobFacts::Ended(Some(Box::new(outcome(Phase::Apply, 0, "")))));
    assert_eq!((facts.state(), starts(&facts)), (State::Applied, None));
    facts.kind = Kind::Destroy;
    assert_eq!((facts.state(), starts(&facts)), (State::Destroyed, None));
}

#[rstest]
#[case(true, false, State::Cancelled)]
#[case(false, true, State::Superseded)]
fn an_apply_that_waits_for_its_place_is_not_begun_once_nobody_wants_it(
    #[case] cancel_asked: bool,
    #[case] superseded: bool,
    #[case] wanted: State,
) {
    let mut facts = Facts { cancel_asked, superseded, ..Facts::new(Kind::Provision) };
    facts.plan.take(JobFacts::Ended(Some(Box::new(outcome(Phase::Plan, 2, "a")))));
    facts.approvals.push(approval("a", "ann"));
    facts.apply.take(JobFacts::Queued);
    assert_eq!((facts.state(), starts(&facts)), (wanted, None));
}

#[test]
fn a_protected_cluster_wants_two_people() {
    let mut facts = Facts { wanted: 2, ..Facts::new(Kind::Update) };
    facts.plan.take(JobFacts::Ended(Some(Box::new(outcome(Phase::Plan, 2, "a")))));
    facts.approvals = vec![approval("a", "ann"), approval("a", "ann")];
    assert!(!facts.is_approved(), "one person twice");
    facts.approvals.push(approval("a", "bob"));
    assert!(facts.is_approved());
}

#[rstest]
#[case(Kind::Test, 2, State::Planned { changes: true })]
#[case(Kind::Drift, 0, State::Planned { changes: false })]
#[case(Kind::Provision, 0, State::Planned { changes: false })]
#[case(Kind::Provision, 1, State::Failed)]
#[case(Kind::Provision, 143, State::Failed)]
fn a_plan_ends(#[case] kind: Kind, #[case] exit: i32, #[case] wanted: State) {
    let mut facts = Facts::new(kind);
    facts.plan.take(JobFacts::Ended(Some(Box::new(outcome(Phase::Plan, exit, "a")))));
    assert_eq!(facts.state(), wanted);
}

/// Something that is seen of a run.
#[derive(Debug, Clone)]
enum Seen {
    Plan(JobFacts),
    Apply(JobFacts),
    Approved(String),
    Cancel,
    Superseded,
}

fn job(phase: Phase) -> impl Strategy<Value = JobFacts> {
    let ended = prop_oneof![Just(0), Just(1), Just(2), Just(143)];
    prop_oneof![
        Just(JobFacts::Queued),
        Just(JobFacts::Waiting("ImagePullBackOff".to_owned())),
        Just(JobFacts::Running),
        Just(JobFacts::Ended(None)),
        ended.prop_map(move |exit| JobFacts::Ended(Some(Box::new(outcome(phase, exit, "right"))))),
    ]
}

fn seen() -> impl Strategy<Value = Seen> {
    prop_oneof![
        4 => job(Phase::Plan).prop_map(Seen::Plan),
        2 => job(Phase::Apply).prop_map(Seen::Apply),
        2 => prop_oneof![Just("right"), Just("wrong")].prop_map(|digest| Seen::Approved(digest.to_owned())),
        1 => Just(Seen::Cancel),
        1 => Just(Seen::Superseded),
    ]
}

fn take(facts: &mut Facts, seen: Seen) {
    match seen {
        Seen::Plan(job) => facts.plan.take(job),
        Seen::Apply(job) => facts.apply.take(job),
        Seen::Approved(digest) => facts.approvals.push(approval(&digest, "ann")),
        Seen::Cancel => facts.cancel_asked = true,
        Seen::Superseded => facts.superseded = true,
    }
}

proptest! {
    #[test]
    fn nothing_is_applied_without_an_approval_of_that_very_plan(all in proptest::collection::vec(seen(), 0..12)) {
        let mut facts = Facts::new(Kind::Provision);
        for one in all {
            take(&mut facts, one);
            let Some(Phase::Apply) = starts(&facts) else { continue };
            let planned = facts.plan.outcome().and_then(|outcome| outcome.sha256.clone());
            prop_assert!(planned.is_some());
            prop_assert!(facts.approvals.iter().any(|approval| Some(&approval.sha256) == planned.as_ref()));
            prop_assert!(!facts.cancel_asked && !facts.superseded);
        }
    }

    #[test]
    fn a_job_that_is_over_stays_over(all in proptest::collection::vec(job(Phase::Apply), 1..8)) {
        let mut facts = JobFacts::default();
        let mut over = false;
        for one in all {
            let ends = matches!(one, JobFacts::Ended(_));
            facts.take(one);
            over |= ends;
            prop_assert_eq!(matches!(facts, JobFacts::Ended(_)), over);
        }
    }

    #[test]
    fn the_order_of_what_is_seen_does_not_matter(
        (one, other) in proptest::collection::vec(
            prop_oneof![
                Just(JobFacts::Queued), Just(JobFacts::Running),
                Just(JobFacts::Ended(Some(Box::new(outcome(Phase::Plan, 2, "right"))))),
            ], 1..6,
        ).prop_flat_map(|all| (Just(all.clone()), Just(all).prop_shuffle()))
    ) {
        let state = |all: Vec<JobFacts>| {
            let mut facts = Facts::new(Kind::Provision);
            all.into_iter().for_each(|job| facts.plan.take(job));
            facts.state()
        };
        prop_assert_eq!(state(one), state(other));
    }
}

fn spec(name: &str, state: StateBackend) -> Spec {
    let worker = Worker { state, ..Worker::default() };
    let identity = Identity { organisation: "o$\"`; rm".to_owned(), ..identity("eu-west-1", name) };
    let (asked_by, environment) = ("ann".to_owned(), "dev".to_owned());
    Spec { asked_by, environment, worker, ..Spec::new("k3x9a7b2".to_owned(), identity, Kind::Provision) }
}

fn input() -> Input {
    Input {
        module: "H4sI".to_owned(),
        variables: json!({"name": "${evil}"}),
        secret: Some(json!({"password": "geheim"})),
        script: "#!/bin/sh".to_owned(),
    }
}

#[test]
fn names_and_labels_fit_even_for_the_longest_cluster() {
    let spec = spec(&"x_Y".repeat(33), StateBackend::Volume);
    let rule = crate::domain::names::NameRule::Label { longest: 63 };
    for name in [spec.job_name(Phase::Plan), spec.job_name(Phase::Apply), spec.state_volume(), spec.work_volume()] {
        assert_eq!(crate::domain::names::name_problem(&name, rule), None, "{name}");
    }
    assert_eq!(spec.volumes().len(), 2);
}

#[test]
fn nothing_that_somebody_typed_is_part_of_a_command() {
    let spec = spec("prod", StateBackend::Kubernetes);
    let job = spec.job(Phase::Apply, Some(("abc", "ann")));
    let container = &job["spec"]["template"]["spec"]["containers"][0];
    assert_eq!(container["command"], json!(["/bin/sh", "/config/run", "apply"]));
    let environment = container["env"].to_string();
    assert!(environment.contains("abc") && !environment.contains("; rm"), "{environment}");
    assert_eq!((&job["spec"]["suspend"], &job["spec"]["backoffLimit"]), (&json!(true), &json!(0)));
}

#[test]
fn a_pod_has_no_more_rights_than_its_backend_needs_and_no_autoscaler_ends_it() {
    let pod = |state: StateBackend| {
        let template = spec("prod", state).job(Phase::Apply, None)["spec"]["template"].clone();
        let notes = template["metadata"]["annotations"].clone();
        assert_eq!(notes["karpenter.sh/do-not-disrupt"], "true");
        assert_eq!(notes["cluster-autoscaler.kubernetes.io/safe-to-evict"], "false");
        template["spec"].clone()
    };
    let bucket = StateBackend::S3 { bucket: "tf".to_owned(), region: "eu-west-1".to_owned(), extra: [].into() };
    for (state, has_token) in [(StateBackend::Kubernetes, true), (StateBackend::Volume, false), (bucket, false)] {
        assert_eq!(pod(state)["automountServiceAccountToken"], json!(has_token));
    }
    let spec = spec("prod", StateBackend::Kubernetes);
    let remover = spec.remover()["spec"]["template"]["spec"].clone();
    let readers = [spec.reader("read-x")["spec"].clone(), remover];
    assert!(readers.iter().all(|pod| pod["automountServiceAccountToken"] == false));
    // Whoever comes second goes where the volume is attached.
    for pod in readers.into_iter().chain([pod(StateBackend::Kubernetes)]) {
        let wish = &pod["affinity"]["podAffinity"]["preferredDuringSchedulingIgnoredDuringExecution"][0];
        let labels = wish["podAffinityTerm"]["labelSelector"]["matchLabels"].as_object().unwrap();
        let of_run = spec.job(Phase::Plan, None)["spec"]["template"]["metadata"]["labels"].clone();
        let of_reader = spec.reader("read-x")["metadata"]["labels"].clone();
        assert!(labels.iter().all(|(key, value)| of_run[key] == *value && of_reader[key] == *value), "{labels:?}");
        assert_eq!(wish["podAffinityTerm"]["topologyKey"], "kubernetes.io/hostname");
    }
}

#[test]
fn what_takes_files_away_is_no_run_and_names_one_folder() {
    let spec = spec(&"x_Y".repeat(33), StateBackend::Volume);
    let remover = spec.remover();
    let name = remover["metadata"]["name"].as_str().unwrap();
    let rule = crate::domain::names::NameRule::Label { longest: 63 };
    assert_eq!(crate::domain::names::name_problem(name, rule), None, "{name}");
    assert!(crate::domain::provision::seen::runs(std::slice::from_ref(&remover), &[]).is_empty());
    let container = &remover["spec"]["template"]["spec"]["containers"][0];
    assert_eq!(container["command"].as_array().unwrap().last(), Some(&json!("/work/k3x9a7b2")));
    assert_eq!(container["volumeMounts"], json!([{"name": "work", "mountPath": "/work"}]));
}

#[test]
fn what_the_module_gets_is_data_and_secrets_stand_in_the_secret_alone() {
    let spec = spec("prod", StateBackend::Kubernetes);
    let config = spec.config_map(Phase::Plan, "uid-1", &input());
    assert_eq!(config["metadata"]["ownerReferences"][0]["uid"], "uid-1");
    assert!(!config.to_string().contains("geheim"));
    let text = |key: &str| config["data"][key].as_str().unwrap().to_owned();
    assert_eq!(serde_json::from_str::<Value>(&text("tfvars.json")).unwrap(), json!({"name": "${evil}"}));
    let told: Identity = serde_json::from_str(&text("identity.json")).unwrap();
    assert_eq!(told, spec.identity);
    let secret = spec.secret(Phase::Plan, "uid-1", &input()).unwrap();
    assert!(secret["stringData"]["secret.tfvars.json"].as_str().unwrap().contains("geheim"));
    let config = spec.config_map(Phase::Apply, "uid-2", &input());
    assert_eq!(config["data"].as_object().unwrap().len(), 1, "an apply has its plan");
    assert!(spec.secret(Phase::Apply, "uid-2", &input()).is_none());
}

#[test]
fn each_backend_keeps_the_state_of_one_cluster_apart() {
    let extra = [("use_path_style".to_owned(), json!(true))].into();
    let bucket = StateBackend::S3 { bucket: "tf".to_owned(), region: "eu-west-1".to_owned(), extra };
    let backend = |state: StateBackend| -> Value {
        let config = spec("prod", state).config_map(Phase::Plan, "", &input());
        let text = config["data"]["backend.tf.json"].as_str().unwrap().to_owned();
        serde_json::from_str::<Value>(&text).unwrap()["terraform"]["backend"].clone()
    };
    let s3 = backend(bucket);
    assert_eq!(s3["s3"]["key"], "o%24%22%60%3B%20rm/111111111111/eu-west-1/prod/terraform.tfstate");
    assert_eq!((&s3["s3"]["use_lockfile"], &s3["s3"]["use_path_style"]), (&json!(true), &json!(true)));
    let slug = spec("prod", StateBackend::Kubernetes).identity.slug();
    // Terraform refuses one that ends with a number, as a hash may.
    assert_eq!(backend(StateBackend::Kubernetes)["kubernetes"]["secret_suffix"], json!(format!("{slug}-state")));
    assert_eq!(backend(StateBackend::Volume)["local"]["path"], "/state/terraform.tfstate");
}

#[test]
fn what_looks_like_a_template_reaches_terraform_as_it_is() {
    let mut spec = spec("prod", StateBackend::Kubernetes);
    spec.identity.organisation = "a${b}%{c}".to_owned();
    let config = spec.config_map(Phase::Plan, "", &input());
    assert!(config["data"]["identity.tf.json"].as_str().unwrap().contains("a$${b}%%{c}"));
    assert!(config["data"]["identity.json"].as_str().unwrap().contains("a${b}%{c}"));
}
