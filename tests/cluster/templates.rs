//! What templates, clones and forms write is taken by a real server as it stands, strictly checked.

use std::io::Write as _;
use std::process::Stdio;

use eksdeck::domain::manifest::clone::{clone, from_cronjob, rerun};
use eksdeck::domain::manifest::yaml::{to_documents, to_yaml};
use eksdeck::domain::manifest::{NamespaceValues, for_edit, namespace};
use eksdeck::domain::template::{Given, Template, Values, builtin};
use serde_json::Value;

use super::{CONTAINERS, real};
use crate::servers::{Namespace, Server};

/// Hands a manifest to kubectl, which lets no unknown or doubled field through.
fn hand(server: &Server, arguments: &[&str], manifest: &str) -> String {
    let mut command = server.kubectl(arguments);
    command.args(["--validate=strict", "-f", "-"]).stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut child = command.spawn().unwrap();
    child.stdin.take().unwrap().write_all(manifest.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success(), "kubectl {arguments:?} refused\n{manifest}");
    String::from_utf8(output.stdout).unwrap()
}

fn object(server: &Server, namespace: &str, name: &str) -> Value {
    serde_json::from_str(&server.ask(&["get", "-n", namespace, name, "-o", "json"]).0).unwrap()
}

fn template(name: &str) -> std::sync::Arc<Template> {
    builtin().named(name).unwrap().clone()
}

fn values(entries: &[(&str, &str)]) -> Values {
    entries.iter().map(|(id, text)| ((*id).to_owned(), (*text).to_owned())).collect()
}

#[test]
fn every_template_with_its_defaults_is_taken() {
    let Some(server) = real(CONTAINERS) else { return };
    let space = Namespace::new(&server, "templates");
    let entries = [("namespace", space.name.as_str()), ("schedule", "@yearly"), ("suspend", "true")];
    let cronjob = template("cronjob");
    let text = cronjob.instantiate(&values(&entries), Given { suffix: "a", cronjob: None }).unwrap();
    hand(&server, &["create"], &text);
    let cronjob = object(&server, &space.name, "cronjob/busybox-a");
    for template in builtin().all {
        let mut entries =
            vec![("namespace", space.name.as_str()), ("cronjob", "busybox-a"), ("labels", "team=a, b/c=4711")];
        entries.retain(|(id, _)| template.field(id).is_some());
        let given = Given { suffix: "b", cronjob: Some(&cronjob) };
        let text = template.instantiate(&values(&entries), given).unwrap();
        hand(&server, &["create", "--dry-run=server"], &text);
    }
}

#[test]
fn a_job_of_the_plain_template_runs_and_its_clones_are_the_same_job() {
    let Some(server) = real(CONTAINERS) else { return };
    let space = Namespace::new(&server, "clones");
    let command = "printf '%s\\n' \"a: b\" '# c' {{image}}";
    let entries = [("namespace", space.name.as_str()), ("command", command), ("labels", "team=a"), ("name", "settle")];
    let text = template("plain").instantiate(&values(&entries), Given::default()).unwrap();
    hand(&server, &["create"], &text);
    server.ask(&["wait", "-n", &space.name, "--for=condition=complete", "--timeout=120s", "job/settle"]);
    let (logs, _) = server.ask(&["logs", "-n", &space.name, "job/settle"]);
    assert_eq!(logs, "a: b\n# c\n{{image}}\n", "what was typed is what the shell got");

    let live = object(&server, &space.name, "job/settle");
    let copy = clone(&live, "x7k2q");
    hand(&server, &["create"], &to_yaml(&copy));
    let live_copy = object(&server, &space.name, "job/settle-x7k2q");
    let bare = |job: &Value| {
        let mut job = clone(job, "y");
        job["metadata"]["name"] = Value::Null;
        job
    };
    assert_eq!(bare(&live_copy), bare(&live), "the server makes the same Job of it");
    assert_eq!(bare(&copy), bare(&live), "and a clone of the manifest is the manifest");
    let text = to_yaml(&copy);
    for noise in ["uid", "dnsPolicy", "terminationMessagePath", "creationTimestamp", "selector", "status", "imagePull"]
    {
        assert!(!text.contains(noise), "{noise}\n{text}");
    }

    let again = rerun(&live, |name| name == "settle-r1");
    assert_eq!(again["metadata"]["name"], "settle-r2");
    hand(&server, &["create", "--dry-run=server"], &to_yaml(&again));
    hand(&server, &["replace", "--dry-run=server"], &to_yaml(&for_edit(&live)));
}

/// Fields of many kinds, each of which a server fills defaults into.
const RICH: &str = r#"
apiVersion: batch/v1
kind: Job
metadata:
  name: rich
  namespace: NAMESPACE
  labels: {team: a}
  annotations: {note: "x: y"}
spec:
  completions: 4
  parallelism: 2
  completionMode: Indexed
  backoffLimitPerIndex: 1
  maxFailedIndexes: 2
  podFailurePolicy:
    rules:
    - {action: Ignore, onPodConditions: [{type: DisruptionTarget}]}
    - {action: FailJob, onExitCodes: {operator: In, values: [42]}}
  template:
    metadata: {labels: {app: rich}}
    spec:
      restartPolicy: Never
      serviceAccountName: default
      securityContext: {fsGroup: 1000}
      tolerations: [{key: kwok, operator: Exists}]
      topologySpreadConstraints:
      - {maxSkew: 1, topologyKey: zone, whenUnsatisfiable: ScheduleAnyway, labelSelector: {matchLabels: {app: rich}}}
      initContainers:
      - {name: first, image: busybox, command: ["true"]}
      - {name: side, image: "busybox:1.36", restartPolicy: Always, startupProbe: {tcpSocket: {port: 80}}}
      containers:
      - name: main
        image: busybox:latest
        ports: [{containerPort: 80}, {containerPort: 53, protocol: UDP}]
        env:
        - {name: NODE, valueFrom: {fieldRef: {fieldPath: spec.nodeName}}}
        - {name: CPU, valueFrom: {resourceFieldRef: {resource: limits.cpu}}}
        - {name: EMPTY}
        livenessProbe: {httpGet: {path: /, port: 80}, initialDelaySeconds: 3}
        readinessProbe: {grpc: {port: 90}, periodSeconds: 5}
        lifecycle: {postStart: {httpGet: {path: /, port: 80}}}
        resources: {limits: {cpu: "1", memory: 1Gi}, requests: {cpu: "1", memory: 1Gi}}
        volumeMounts: [{name: config, mountPath: /config}]
      volumes:
      - {name: config, configMap: {name: c}}
      - {name: secret, secret: {secretName: s}}
      - {name: host, hostPath: {path: /tmp}}
      - name: all
        projected:
          sources:
          - {serviceAccountToken: {path: token}}
          - {downwardAPI: {items: [{path: name, fieldRef: {fieldPath: metadata.name}}]}}
      - {name: claim, ephemeral: {volumeClaimTemplate: {spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}}}}
      - {name: room, emptyDir: {}}
"#;

#[test]
fn a_clone_is_what_was_written_without_what_the_server_filled_in() {
    let Some(server) = real(CONTAINERS) else { return };
    let space = Namespace::new(&server, "rich");
    let written = RICH.replace("NAMESPACE", &space.name);
    let live = hand(&server, &["create", "--dry-run=server", "-o", "json"], &written);
    let mut copy = clone(&serde_json::from_str(&live).unwrap(), "x");
    assert_eq!(copy["metadata"]["name"], "rich-x");
    copy["metadata"]["name"] = "rich".into();
    let written = eksdeck::yaml::parse(&written).unwrap().remove(0);
    assert_eq!(copy, written, "{}", to_yaml(&copy));
}

#[test]
fn a_one_off_is_what_kubectl_makes_of_the_cronjob() {
    let Some(server) = real(CONTAINERS) else { return };
    let space = Namespace::new(&server, "oneoff");
    let entries = [("namespace", space.name.as_str()), ("suspend", "true"), ("labels", "team=a"), ("name", "nightly")];
    let text = template("cronjob").instantiate(&values(&entries), Given::default()).unwrap();
    hand(&server, &["create"], &text);
    let cronjob = object(&server, &space.name, "cronjob/nightly");
    let ours = from_cronjob(&cronjob, "once").unwrap();
    let ours = hand(&server, &["create", "--dry-run=server", "-o", "json"], &to_yaml(&ours));
    let from = "--from=cronjob/nightly";
    let (theirs, _) = server.ask(&["create", "job", "once", "-n", &space.name, from, "--dry-run=server", "-o", "json"]);
    let comparable = |text: &str| {
        let mut job: Value = serde_json::from_str(text).unwrap();
        for path in ["/metadata/uid", "/metadata/creationTimestamp", "/metadata/managedFields"] {
            if let Some(value) = job.pointer_mut(path) {
                *value = Value::Null;
            }
        }
        // Some versions of kubectl write this null.
        job["spec"]["template"]["metadata"]["creationTimestamp"] = Value::Null;
        // The server makes these anew for every Job.
        job["spec"]["selector"] = Value::Null;
        job["spec"]["template"]["metadata"]["labels"]["controller-uid"] = Value::Null;
        job["spec"]["template"]["metadata"]["labels"]["batch.kubernetes.io/controller-uid"] = Value::Null;
        job
    };
    let (ours, theirs) = (comparable(&ours), comparable(&theirs));
    assert_eq!(ours["spec"], theirs["spec"]);
    for field in ["labels", "annotations", "name", "namespace"] {
        assert_eq!(ours["metadata"][field], theirs["metadata"][field], "{field}");
    }
    let owner = &theirs["metadata"]["ownerReferences"][0];
    for field in ["apiVersion", "kind", "name", "uid", "controller"] {
        assert_eq!(ours["metadata"]["ownerReferences"][0][field], owner[field], "{field}");
    }
}

#[test]
fn a_namespace_with_its_limits_is_taken() {
    let Some(server) = real(CONTAINERS) else { return };
    let pair = |key: &str, value: &str| (key.to_owned(), value.to_owned());
    let space = Namespace::new(&server, "limits");
    let values = NamespaceValues {
        name: space.name.clone(),
        labels: vec![pair("team", "a"), pair("environment", "development")],
        quota: vec![
            pair("requests.cpu", "8"),
            pair("requests.memory", "16Gi"),
            pair("pods", "50"),
            pair("count/jobs.batch", "200"),
        ],
        default_cpu: "100m".to_owned(),
        default_memory: "128Mi".to_owned(),
    };
    // The namespace is there already, so that the others can be checked without being made.
    let told = hand(&server, &["apply", "--dry-run=server"], &to_documents(&namespace(&values)));
    assert_eq!(told.lines().count(), 3, "{told}");
}
