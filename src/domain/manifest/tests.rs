use proptest::prelude::*;
use serde_json::{Value, json};

use super::clone::{clone, from_cronjob, rerun};
use super::yaml::{to_documents, to_yaml};
use super::*;
use crate::yaml::parse;

/// A Job as a server of version 1.34 gives it, with everything that it and its controller fill in.
fn live_job() -> Value {
    json!({
        "apiVersion": "batch/v1", "kind": "Job",
        "metadata": {
            "annotations": {"kubectl.kubernetes.io/last-applied-configuration": "{}"},
            "creationTimestamp": "2026-01-01T00:00:00Z", "generation": 1,
            "labels": {"team": "payments", "batch.kubernetes.io/job-name": "settle", "controller-uid": "u"},
            "managedFields": [{"manager": "kubectl"}], "name": "settle", "namespace": "checkout",
            "ownerReferences": [{"kind": "CronJob", "name": "nightly", "uid": "c", "apiVersion": "batch/v1"}],
            "resourceVersion": "12", "uid": "u"
        },
        "spec": {
            "backoffLimit": 6, "completionMode": "NonIndexed", "completions": 1, "manualSelector": false,
            "parallelism": 1, "podReplacementPolicy": "TerminatingOrFailed", "suspend": false,
            "selector": {"matchLabels": {"batch.kubernetes.io/controller-uid": "u"}},
            "template": {
                "metadata": {"creationTimestamp": null, "labels": {"controller-uid": "u", "job-name": "settle",
                    "batch.kubernetes.io/controller-uid": "u", "batch.kubernetes.io/job-name": "settle"}},
                "spec": {
                    "containers": [{"image": "busybox:1.36", "imagePullPolicy": "IfNotPresent", "name": "main",
                        "command": ["sh", "-c", "echo one\necho two\n"], "resources": {},
                        "terminationMessagePath": "/dev/termination-log", "terminationMessagePolicy": "File"}],
                    "dnsPolicy": "ClusterFirst", "restartPolicy": "Never", "schedulerName": "default-scheduler",
                    "securityContext": {}, "terminationGracePeriodSeconds": 30
                }
            }
        },
        "status": {"succeeded": 1}
    })
}

#[test]
fn a_clone_holds_what_a_person_would_have_written() {
    insta::assert_snapshot!(to_yaml(&clone(&live_job(), "x7k2q")), @r"
    apiVersion: batch/v1
    kind: Job
    metadata:
      name: settle-x7k2q
      namespace: checkout
      labels:
        team: payments
    spec:
      template:
        spec:
          containers:
          - image: busybox:1.36
            name: main
            command:
            - sh
            - -c
            - |
              echo one
              echo two
          restartPolicy: Never
    ");
}

#[test]
fn what_differs_from_the_default_stays() {
    let mut job = live_job();
    job["spec"]["backoffLimit"] = json!(0);
    job["spec"]["completionMode"] = json!("Indexed");
    job["spec"]["manualSelector"] = json!(true);
    job["spec"]["template"]["spec"]["dnsPolicy"] = json!("Default");
    job["spec"]["template"]["spec"]["containers"][0]["imagePullPolicy"] = json!("Always");
    let clone = clone(&job, "x");
    assert_eq!(clone["spec"]["backoffLimit"], 0);
    assert_eq!(clone["spec"]["completions"], 1, "an indexed Job needs them");
    assert!(clone["spec"]["selector"].is_object(), "a selector of the person's own");
    assert_eq!(clone["spec"]["template"]["spec"]["dnsPolicy"], "Default");
    assert_eq!(clone["spec"]["template"]["spec"]["containers"][0]["imagePullPolicy"], "Always");
    job["spec"]["backoffLimit"] = json!(i32::MAX);
    job["spec"]["backoffLimitPerIndex"] = json!(2);
    assert_eq!(super::clone::clone(&job, "x")["spec"].get("backoffLimit"), None);
}

#[test]
fn a_clone_of_a_clone_is_the_same_but_for_its_name() {
    let once = clone(&live_job(), "a");
    let mut twice = clone(&once, "b");
    assert_eq!(twice["metadata"]["name"], "settle-a-b");
    twice["metadata"]["name"] = once["metadata"]["name"].clone();
    assert_eq!(twice, once);
    assert_eq!(to_yaml(&twice), to_yaml(&once), "in the same order too");
}

#[test]
fn names_stay_within_what_pods_need() {
    let mut job = live_job();
    job["metadata"]["name"] = json!("a".repeat(63));
    assert_eq!(clone(&job, "x7k2q")["metadata"]["name"].as_str().unwrap().len(), 57);
    job["metadata"]["name"] = json!(format!("{}-b", "a".repeat(50)));
    assert_eq!(clone(&job, "x7k2q")["metadata"]["name"], format!("{}-x7k2q", "a".repeat(50)));
}

#[test]
fn running_again_counts_on() {
    let name = |job: &Value, taken: &[&str]| {
        let again = rerun(job, |name| taken.contains(&name));
        again["metadata"]["name"].as_str().unwrap().to_owned()
    };
    let mut job = live_job();
    assert_eq!(name(&job, &[]), "settle-r1");
    assert_eq!(name(&job, &["settle-r1", "settle-r2"]), "settle-r3");
    job["metadata"]["name"] = json!("settle-r9");
    assert_eq!(name(&job, &[]), "settle-r10");
    job["metadata"]["name"] = json!("a-run");
    assert_eq!(name(&job, &[]), "a-run-r1");
    assert_eq!(rerun(&json!(null), |_| false), json!(null), "whatever it is given, it does not fall");
}

#[test]
fn a_cronjob_makes_the_job_that_kubectl_makes_of_it() {
    let cronjob = json!({
        "metadata": {"name": "nightly", "namespace": "ledger", "uid": "c-1", "labels": {"app": "ledger"}},
        "spec": {"schedule": "@daily", "jobTemplate": {
            "metadata": {"labels": {"team": "ledger"}, "annotations": {"note": "x"}},
            "spec": {"backoffLimit": 2, "template": {"spec": {"containers": [], "restartPolicy": "Never"}}}}}
    });
    let job = from_cronjob(&cronjob, "nightly-x").unwrap();
    let expected = json!({
        "apiVersion": "batch/v1", "kind": "Job",
        "metadata": {"name": "nightly-x", "namespace": "ledger", "labels": {"team": "ledger"},
            "annotations": {"cronjob.kubernetes.io/instantiate": "manual", "note": "x"},
            "ownerReferences": [{"apiVersion": "batch/v1", "kind": "CronJob", "name": "nightly", "uid": "c-1",
                "controller": true}]},
        "spec": {"backoffLimit": 2, "template": {"spec": {"containers": [], "restartPolicy": "Never"}}}
    });
    assert_eq!(job, expected);
    assert_eq!(from_cronjob(&json!({"metadata": {}}), "x"), None);
}

#[test]
fn an_object_is_edited_without_what_nobody_changes() {
    let edited = for_edit(&live_job());
    let text = to_yaml(&edited);
    assert!(
        text.starts_with("apiVersion: batch/v1\nkind: Job\nmetadata:\n  name: settle\n  namespace: checkout\n"),
        "{text}"
    );
    assert!(edited.get("status").is_none() && edited["metadata"].get("managedFields").is_none());
    let kept = &edited["metadata"]["annotations"]["kubectl.kubernetes.io/last-applied-configuration"];
    assert!(kept.is_string(), "without it kubectl apply would no longer know what it may take away");
    assert_eq!(edited["metadata"]["uid"], "u");
    for gone in ["resourceVersion", "generation", "creationTimestamp"] {
        assert!(edited["metadata"].get(gone).is_none(), "{gone}");
    }
    assert_eq!(edited["spec"], live_job()["spec"], "what the server filled in can be changed");
}

#[test]
fn a_namespace_comes_with_what_limits_it_and_nothing_empty() {
    let pair = |key: &str, value: &str| (key.to_owned(), value.to_owned());
    let mut values = NamespaceValues { name: "checkout".to_owned(), ..NamespaceValues::default() };
    assert_eq!(
        namespace(&values),
        [json!({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "checkout"}})]
    );
    values.labels = vec![pair("team", "payments"), pair("cost-center", "")];
    values.quota = vec![pair("requests.cpu", "8"), pair("pods", " "), pair("count/jobs.batch", "200")];
    values.default_cpu = "100m".to_owned();
    let text = to_documents(&namespace(&values));
    insta::assert_snapshot!(text, @r#"
    apiVersion: v1
    kind: Namespace
    metadata:
      name: checkout
      labels:
        team: payments
    ---
    apiVersion: v1
    kind: ResourceQuota
    metadata:
      name: quota
      namespace: checkout
    spec:
      hard:
        requests.cpu: "8"
        count/jobs.batch: "200"
    ---
    apiVersion: v1
    kind: LimitRange
    metadata:
      name: defaults
      namespace: checkout
    spec:
      limits:
      - type: Container
        default:
          cpu: 100m
        defaultRequest:
          cpu: 100m
    "#);
    assert_eq!(parse(&text).unwrap(), namespace(&values));
}

#[test]
fn labels_are_changed_by_a_patch_of_the_difference() {
    let pairs = |entries: &[(&str, &str)]| -> Vec<(String, String)> {
        entries.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect()
    };
    let before = pairs(&[("team", "a"), ("old", "x"), ("same", "y")]);
    let after = pairs(&[("team", "b"), ("same", "y"), ("new", "")]);
    let patch = label_patch(&before, &after).unwrap();
    assert_eq!(patch, json!({"metadata": {"labels": {"old": null, "team": "b", "new": ""}}}));
    assert_eq!(label_patch(&before, &before), None);
}

fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        ".*".prop_map(Value::from),
        proptest::collection::vec("[ -~\t]{0,8}", 0..4).prop_map(|lines| Value::from(lines.join("\n"))),
        "[a-z0-9.:/@~#&*!%{}\\[\\], -]{0,8}\n?".prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 32, 4, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            proptest::collection::vec(("[ -~]{0,6}|.{0,3}", inner), 0..4)
                .prop_map(|entries| Value::Object(entries.into_iter().collect())),
        ]
    })
}

proptest! {
    #[test]
    fn yaml_is_read_back_as_the_same_object(value in any_json()) {
        let value = json!({ "a": value, "b": [value] });
        let text = to_yaml(&value);
        let read = parse(&text).unwrap_or_else(|error| panic!("{error}\n{text}"));
        prop_assert_eq!(read, [value], "{}", text);
    }
}
