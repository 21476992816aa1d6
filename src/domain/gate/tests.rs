use std::sync::Arc;

use rstest::rstest;
use serde_json::{Value, json};

use super::ask::{Mode, Wanted};
use super::diff::differences;
use super::owner::keepers;
use super::write::refused_outright;
use super::*;
use crate::domain::cluster::ClusterInfo;
use crate::domain::health::Trouble;
use crate::domain::ids::{ClusterId, KindId, ObjectKey};
use crate::domain::registry::ClusterRecord;
use crate::domain::request::PortErrorKind;

fn target(kind: &str, name: &str) -> Target {
    let (kind, namespace) = if kind == "Job" { (KindId::Job, "web") } else { (KindId::Namespace, "") };
    let change = Change::Delete { propagation: Propagation::Background };
    samples::target(kind, &ObjectKey::new(namespace, name), change)
}

fn proposal(kind: &str, names: &[&str], environment: Environment) -> Proposal {
    let kind_id = if kind == "Job" { KindId::Job } else { KindId::Namespace };
    let what = Wanted::Delete { kind: kind_id, keys: Vec::new(), propagation: Propagation::Background };
    let ask = Ask { cluster: ClusterId(0), what, hidden: 0 };
    let targets = names.iter().map(|name| target(kind, name)).collect();
    Proposal { id: ProposalId(7), targets, ..samples::proposal(&ask, "pay-1", environment) }
}

fn keys(typed: &str) -> Answer<'_> {
    Answer::Keys { typed, shown_ms: Some(1_000), now_ms: 1_000 + SETTLE_MS }
}

/// What must be typed; empty is one key.
fn word(proposal: &Proposal) -> String {
    match proposal.level() {
        Level::Yes => String::new(),
        Level::Word { word, .. } => word,
    }
}

#[rstest]
#[case(Environment::Development, false, "", "", "")]
#[case(Environment::Unclassified, false, "", "3", "3")]
#[case(Environment::Staging, false, "", "3", "3")]
#[case(Environment::Production, false, "a", "pay-1", "pay-1")]
#[case(Environment::Development, true, "a", "pay-1", "pay-1")]
fn a_prompt_asks_as_hard_as_its_target_deserves(
    #[case] environment: Environment,
    #[case] protected: bool,
    #[case] one: &str,
    #[case] three: &str,
    #[case] again: &str,
) {
    let with = |names: &[&str]| {
        let mut proposal = proposal("Job", names, environment);
        proposal.place.protected = protected;
        proposal
    };
    assert_eq!(word(&with(&["a"])), one);
    assert_eq!(word(&with(&["a", "b", "c"])), three);
    let mut some = with(&["a", "b", "c", "d"]);
    some.targets[3].denied = Some("no".into());
    assert_eq!(word(&some), again, "what cannot be written is not counted");
}

#[test]
fn a_namespace_wants_its_name_wherever_it_is() {
    for environment in [Environment::Development, Environment::Staging, Environment::Production] {
        assert_eq!(word(&proposal("Namespace", &["scratch"], environment)), "scratch");
        assert_eq!(word(&proposal("Namespace", &["a", "b"], environment)), "pay-1");
    }
}

#[test]
fn what_is_run_again_is_named_by_what_it_is_made_from() {
    // A script must know the word beforehand, and the new Job's name ends in letters of the moment.
    let keys = vec![ObjectKey::new("web", "heartbeat")];
    for (what, expected) in [
        (Wanted::Trigger { keys: keys.clone(), suffix: "z6dqk".into() }, "the CronJob's name"),
        (Wanted::Rerun { keys: keys.clone() }, "the Job's name"),
    ] {
        let ask = Ask { cluster: ClusterId(0), what, hidden: 0 };
        let mut proposal = samples::proposal(&ask, "pay-1", Environment::Production);
        let change = Change::Create { manifest: json!({}) };
        proposal.targets = vec![samples::target(KindId::Job, &ObjectKey::new("web", "heartbeat-z6dqk"), change)];
        assert_eq!(proposal.level(), Level::Word { word: "heartbeat".to_owned(), is: expected });
        assert!(proposal.confirm(&Answer::Flags { yes: false, word: Some("heartbeat") }).is_ok());
    }
}

#[test]
fn a_wrong_word_confirms_nothing_and_the_right_one_the_possible_targets() {
    let mut proposal = proposal("Job", &["a", "b"], Environment::Production);
    for wrong in ["", "y", "pay-", "PAY-1", "pay-1 ", "a", "2"] {
        let refused = proposal.confirm(&keys(wrong));
        assert!(matches!(refused, Err(NotConfirmed::WrongWord { .. })), "{wrong:?}: {refused:?}");
    }
    proposal.targets[0].denied = Some("you may not".into());
    proposal.targets.push(target("Job", "c"));
    let approved = proposal.confirm(&keys("pay-1")).unwrap();
    assert_eq!(approved.proposal(), ProposalId(7));
    let names: Vec<String> = approved.into_writes().map(|(write, _)| write.write().name.clone()).collect();
    assert_eq!(names, ["b", "c"]);
}

#[test]
fn what_was_typed_before_the_question_stood_there_confirms_nothing() {
    let proposal = proposal("Job", &["a"], Environment::Development);
    let at = |shown_ms, now_ms| proposal.confirm(&Answer::Keys { typed: "", shown_ms, now_ms });
    assert_eq!(at(None, 5_000), Err(NotConfirmed::TooEarly));
    assert_eq!(at(Some(5_000), 5_000 + SETTLE_MS - 1), Err(NotConfirmed::TooEarly));
    assert!(at(Some(5_000), 5_000 + SETTLE_MS).is_ok());
}

#[test]
fn flags_answer_as_hard_as_keys_do() {
    let flags = |yes, word| Answer::Flags { yes, word };
    let easy = proposal("Job", &["a"], Environment::Development);
    assert_eq!(easy.confirm(&flags(false, None)), Err(NotConfirmed::WantsYes));
    assert!(easy.confirm(&flags(true, None)).is_ok());
    assert!(easy.confirm(&flags(false, Some("a"))).is_ok());
    assert_eq!(easy.confirm(&flags(false, Some("b"))), Err(NotConfirmed::WantsYes));
    let hard = proposal("Job", &["a"], Environment::Production);
    assert!(matches!(hard.confirm(&flags(true, None)), Err(NotConfirmed::WantsWord { .. })));
    assert!(matches!(hard.confirm(&flags(true, Some("b"))), Err(NotConfirmed::WantsWord { .. })));
    assert!(hard.confirm(&flags(false, Some("a"))).is_ok());
}

#[test]
fn what_stands_in_the_way_cannot_be_answered_away() {
    let easy = || proposal("Job", &["a"], Environment::Development);
    let mut read_only = easy();
    read_only.place.read_only = Some("because");
    let mut refused = easy();
    refused.refusal = Some(Trouble::new("never"));
    let mut denied = easy();
    denied.targets[0].denied = Some("you may not delete jobs".into());
    let mut rejected = easy();
    rejected.targets[0].dry_run =
        DryRun::Refused { trouble: Trouble::new("quota"), causes: Vec::new(), kind: PortErrorKind::Other };
    let mut empty = easy();
    empty.targets.clear();
    for hindered in [read_only, refused, denied, rejected, empty] {
        for answer in [keys("a"), keys(""), Answer::Flags { yes: true, word: Some("a") }] {
            assert!(matches!(hindered.confirm(&answer), Err(NotConfirmed::Hindered(_))), "{hindered:?}");
        }
    }
}

#[test]
fn one_document_that_would_be_refused_stops_all_of_them() {
    let mut two = proposal("Job", &["a", "b"], Environment::Development);
    two.targets[1].dry_run =
        DryRun::Refused { trouble: Trouble::new("no such field"), causes: Vec::new(), kind: PortErrorKind::Other };
    assert!(two.confirm(&keys("")).is_ok(), "the other Job can go");
    two.ask.what = Wanted::Submit { manifests: Vec::new(), namespace: "web".into(), mode: Mode::Create };
    assert!(matches!(two.confirm(&keys("")), Err(NotConfirmed::Hindered(words)) if words == "no such field"));
}

#[rstest]
#[case("payments-prod", Some(Environment::Production))]
#[case("prod2.eu", Some(Environment::Production))]
#[case("nonprod", Some(Environment::Staging))]
#[case("eu-pre-prod-1", Some(Environment::Staging))]
#[case("search-staging", Some(Environment::Staging))]
#[case("batch-dev", Some(Environment::Development))]
#[case("dev-tools-prd", Some(Environment::Production))]
#[case("product-search", None)]
#[case("devices", None)]
#[case("kind-kind", None)]
fn a_name_tells_its_environment_by_whole_words(#[case] name: &str, #[case] wanted: Option<Environment>) {
    assert_eq!(Environment::of_name(name), wanted);
}

#[test]
fn configuration_comes_before_names_and_labels_only_raise_the_care() {
    let text = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect();
    let policy = Policy {
        development: text(&["sandbox-*", "*-prod-copy"]),
        production: text(&["core"]),
        protected: text(&["*pay*"]),
        read_only: text(&["audit"]),
        ..Policy::default()
    };
    assert_eq!(policy.environment("eu-prod-copy"), Environment::Development);
    assert_eq!(policy.environment("core"), Environment::Production);
    assert_eq!(policy.environment("core2"), Environment::Unclassified);
    assert!(policy.is_protected("eu-pay-1") && !policy.is_protected("eu-pa-y"));
    assert!(policy.read_only("audit", false).is_some() && policy.read_only("audit2", false).is_none());
    assert!(policy.read_only("core", true).unwrap().contains("insecure TLS"));
    let all = Policy { all_read_only: true, ..Policy::default() };
    assert!(all.read_only("core", false).unwrap().contains("--read-only"));
    let care = |name: &str, record: Option<ClusterRecord>| {
        policy.care(&ClusterInfo { record: record.map(Arc::new), ..ClusterInfo::sample(name) }, false)
    };
    let record = |environment, protected, read_only| {
        Some(ClusterRecord { environment, protected, read_only, ..ClusterRecord::sample("x") })
    };
    assert_eq!(care("core2", None), Care { environment: Environment::Unclassified, protected: false, read_only: None });
    let told = care("core2", record(Environment::Staging, true, true));
    assert_eq!((told.environment, told.protected), (Environment::Staging, true));
    assert!(told.read_only.unwrap().contains("registry"));
    let of = |name: &str, environment| care(name, record(environment, false, false)).environment;
    assert_eq!(of("core", Environment::Development), Environment::Production, "the more careful word counts");
    assert_eq!(of("eu-prod-copy", Environment::Staging), Environment::Staging);
    assert_eq!(of("web-prod", Environment::Development), Environment::Development, "a name is only a guess");
    assert_eq!(of("web-prod", Environment::Unclassified), Environment::Production);
    assert!(care("audit", record(Environment::Staging, false, false)).read_only.unwrap().contains("configuration"));
    let label = |cluster, label| policy.with_label(cluster, Some(label));
    assert_eq!(label(Environment::Development, "production"), Environment::Production);
    assert_eq!(label(Environment::Production, "dev"), Environment::Production);
    assert_eq!(label(Environment::Unclassified, "dev"), Environment::Development);
    assert_eq!(label(Environment::Staging, "blue"), Environment::Staging);
}

#[test]
fn what_was_shown_is_compared_and_the_status_is_not() {
    let shown = json!({"metadata": {"uid": "1", "generation": 1, "labels": {"a": "b"}, "ownerReferences": []},
        "status": {"active": 1}});
    let seen = Seen::of(&shown);
    let now = |pointer: &str, value: Value| {
        let mut object = shown.clone();
        match object.pointer_mut(pointer) {
            Some(field) => *field = value,
            None => object["metadata"]["deletionTimestamp"] = value,
        }
        seen.changes(&Seen::of(&object))
    };
    assert!(now("/status/active", json!(5)).is_empty());
    assert!(now("/metadata/uid", json!("2"))[0].contains("replaced"));
    assert_eq!(now("/metadata/generation", json!(2)), ["its spec was changed"]);
    assert_eq!(now("/metadata/labels", json!({})), ["its labels were changed"]);
    assert_eq!(now("/metadata/ownerReferences", json!([{"kind": "CronJob"}])), ["its owners were changed"]);
    assert_eq!(now("/metadata/deletionTimestamp", json!("2026-11-21T00:00:00Z")), ["it is being deleted"]);
}

#[rstest]
#[case(json!({"labels": {"argocd.argoproj.io/instance": "shop"}}), "Argo CD application shop")]
#[case(json!({"annotations": {"argocd.argoproj.io/tracking-id": "shop:batch/Job:web/a"}}), "Argo CD application shop")]
#[case(json!({"labels": {"kustomize.toolkit.fluxcd.io/name": "apps", "kustomize.toolkit.fluxcd.io/namespace": "flux-system"}}), "Flux Kustomization flux-system/apps")]
#[case(json!({"labels": {"helm.toolkit.fluxcd.io/name": "web", "helm.toolkit.fluxcd.io/namespace": "f"}}), "Flux HelmRelease f/web")]
#[case(json!({"labels": {"app.kubernetes.io/managed-by": "Helm"}, "annotations": {"meta.helm.sh/release-name": "web"}}), "Helm release web")]
#[case(json!({"ownerReferences": [{"kind": "CronJob", "name": "settle", "controller": true}]}), "CronJob settle")]
fn who_puts_an_object_back_is_named(#[case] metadata: Value, #[case] keeper: &str) {
    assert_eq!(keepers(&json!({"metadata": metadata})), [keeper]);
}

#[test]
fn a_difference_names_its_field_as_the_server_does_and_leaves_noise_out() {
    let before = json!({"metadata": {"resourceVersion": "1", "labels": {"app.kubernetes.io/name": "a"}},
        "spec": {"suspend": false, "args": ["x", "y"]}, "status": {"active": 1}});
    let mut after = before.clone();
    after["metadata"]["resourceVersion"] = "2".into();
    after["metadata"]["labels"]["app.kubernetes.io/name"] = "b".into();
    after["spec"]["suspend"] = true.into();
    after["spec"]["args"] = json!(["x"]);
    after["spec"]["new"] = 1.into();
    after["status"] = json!({});
    let found = differences(&before, &after);
    let told: Vec<String> = found
        .iter()
        .map(|one| format!("{} {:?} {:?}", one.field, one.before.as_deref(), one.after.as_deref()))
        .collect();
    assert_eq!(
        told,
        [
            r#"metadata.labels[app.kubernetes.io/name] Some("a") Some("b")"#,
            r#"spec.suspend Some("false") Some("true")"#,
            r#"spec.args[1] Some("y") None"#,
            r#"spec.new None Some("1")"#,
        ]
    );
}

#[test]
fn a_deletion_names_the_uid_and_a_patch_the_version_too() {
    let delete = target("Job", "a").write;
    assert_eq!(delete.body()["preconditions"], json!({"uid": "uid-of-a"}));
    assert_eq!(delete.path(), "/apis/batch/v1/namespaces/web/jobs/a");
    let change = Change::Patch { patch: json!({"spec": {"suspend": true}}) };
    let patch = Write { change, version: Some("9".into()), ..delete };
    assert_eq!(
        patch.body(),
        json!({"spec": {"suspend": true}, "metadata": {"uid": "uid-of-a", "resourceVersion": "9"}})
    );
}

#[test]
fn the_namespaces_of_the_cluster_itself_are_never_deleted() {
    for name in ["kube-system", "kube-public", "kube-node-lease", "default"] {
        assert!(refused_outright(&target("Namespace", name).write).is_some(), "{name}");
        assert_eq!(refused_outright(&target("Job", name).write), None, "a Job may be called so");
    }
    assert_eq!(refused_outright(&target("Namespace", "kube-system-2").write), None);
}

#[test]
fn rights_are_held_until_one_is_known_to_be_missing() {
    let rights = Rights::ALL.without(Right::DeleteJobs);
    assert!(!rights.has(Right::DeleteJobs) && rights.has(Right::PatchJobs) && !rights.is_whole());
    assert!(Right::ALL.into_iter().all(|right| Rights::ALL.has(right) && !Rights::none().has(right)));
}
