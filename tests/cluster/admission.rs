//! What stands beside a change on a real cluster: policies that deny, somebody else at the same object, and what goes
//! with a namespace.

use super::gate::{JOB, get, home, run};
use super::{CONTAINERS, deck, real};
use crate::pty::panes::{Pane, selection};
use crate::servers::{Namespace, Server};

/// An object of the whole cluster that goes with the test.
struct Kept<'a>(&'a Server, &'static str, String);

impl Drop for Kept<'_> {
    fn drop(&mut self) {
        let _ = self.0.kubectl(&["delete", self.1, &self.2, "--ignore-not-found", "--wait=false"]).output();
    }
}

const POLICY: &str = "apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingAdmissionPolicy
metadata: {name: NAMESPACE}
spec:
  failurePolicy: Fail
  matchConstraints:
    resourceRules: [{apiGroups: [batch], apiVersions: [v1], operations: [DELETE], resources: [jobs]}]
  validations: [{expression: \"request.operation != 'DELETE'\", message: 'ask the platform team first'}]
---
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingAdmissionPolicyBinding
metadata: {name: NAMESPACE}
spec:
  policyName: NAMESPACE
  validationActions: [Deny]
  matchResources: {namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: NAMESPACE}}}
";

#[test]
fn a_policy_that_denies_is_told_in_its_own_words() {
    let Some(server) = real(CONTAINERS) else { return };
    let (space, home) = (Namespace::new(&server, "denied"), home());
    let _kept = [
        Kept(&server, "validatingadmissionpolicybinding", space.name.clone()),
        Kept(&server, "validatingadmissionpolicy", space.name.clone()),
    ];
    space.apply(&JOB.replace("NAME}", "a, namespace: NAMESPACE}"));
    space.apply(POLICY);
    let begun = std::time::Instant::now();
    let denies = || {
        let delete = ["delete", "job", "a", "-n", &space.name, "--dry-run=server"];
        !server.kubectl(&delete).stderr(std::process::Stdio::null()).output().unwrap().status.success()
    };
    while !denies() {
        assert!(begun.elapsed() < std::time::Duration::from_secs(60), "the policy never counts");
        std::thread::sleep(std::time::Duration::from_millis(200));
    }
    let refused = run(&server, &home, &format!("-n {} job delete a --yes", space.name), "");
    assert!(refused.code != Some(0) && refused.stderr.contains("ask the platform team first"), "{refused:?}");
    assert!(get(&server, &space.name, "job a").is_object());
    assert!(!home.path().join("data/eksdeck/audit.jsonl").exists(), "its dry run said so: nothing was sent");
}

#[test]
fn of_two_people_at_one_object_the_later_one_sees_both_texts() {
    let Some(server) = real(CONTAINERS) else { return };
    let (space, home) = (Namespace::new(&server, "both"), home());
    space.apply(&JOB.replace("NAME}", "a, namespace: NAMESPACE}"));
    let mut terminal = deck(&home, &server, &format!("--context {CONTAINERS}"));
    terminal.press("3 /");
    terminal.type_text(&format!("ns:{}", space.name));
    terminal.press("enter");
    terminal.wait("the Job", |screen| selection(screen, Pane::Jobs).is_some_and(|(_, name)| name == "a"));
    terminal.press("e");
    terminal.wait_text("ctrl-s apply");
    terminal.type_text("# my own words");
    terminal.press("enter");
    server.ask(&["label", "job", "a", "-n", &space.name, "team=somebody-else"]);
    terminal.press("ctrl-s");
    terminal.wait("both texts", |screen| screen.has("# my own words") && screen.has("team: somebody-else"));
    assert_eq!(get(&server, &space.name, "job a")["metadata"]["labels"]["team"], "somebody-else");
}

const CONTENTS: &str = "apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: widgets.NAMESPACE.example.com}
spec:
  group: NAMESPACE.example.com
  scope: Namespaced
  names: {plural: widgets, singular: widget, kind: Widget}
  versions:
  - {name: v1, served: true, storage: true, schema: {openAPIV3Schema: {type: object}}}
---
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: data, namespace: NAMESPACE}
spec: {accessModes: [ReadWriteOnce], storageClassName: '', resources: {requests: {storage: 3Gi}}}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: held, namespace: NAMESPACE, finalizers: [example.com/keep]}
";

#[test]
fn a_namespace_that_is_to_go_lists_what_goes_with_it() {
    let Some(server) = real(CONTAINERS) else { return };
    let (space, home) = (Namespace::new(&server, "listed"), home());
    let definition = format!("widgets.{}.example.com", space.name);
    let _kept = Kept(&server, "crd", definition.clone());
    space.apply(CONTENTS);
    server.ask(&["wait", "--for=condition=established", "--timeout=60s", "crd", &definition]);
    let widget = "apiVersion: NAMESPACE.example.com/v1\nkind: Widget\nmetadata: {name: one, namespace: NAMESPACE}\n";
    space.apply(widget);
    let told = run(&server, &home, &format!("ns delete {} --dry-run", space.name), "");
    let patch = ["--type=merge", "-p", "{\"metadata\":{\"finalizers\":null}}"];
    server.ask(&[&["patch", "configmap", "held", "-n", &space.name], &patch[..]].concat());
    for words in [&definition, "example.com/keep", "claim data", "3Gi"] {
        assert!(told.done().contains(words), "{words}\n{}", told.stdout);
    }
    assert!(get(&server, "default", &format!("namespace {}", space.name))["metadata"]["deletionTimestamp"].is_null());
}
