//! Who may see two namespaces sees those two, live, and nothing red.

use super::{CONTAINERS, deck, real};
use crate::pty::Home;
use crate::pty::panes::{Pane, row_of, rows};
use crate::servers::{Namespace, Server};

const ROLE: &str = r#"
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: {name: sees, namespace: NAMESPACE}
rules:
- {apiGroups: [""], resources: [pods, pods/log, events], verbs: [get, list, watch]}
- {apiGroups: [batch], resources: [jobs, cronjobs], verbs: [get, list, watch]}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: sees, namespace: NAMESPACE}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: sees}
subjects: [{kind: ServiceAccount, name: limited, namespace: HOME}]
---
apiVersion: batch/v1
kind: Job
metadata: {name: speaks, namespace: NAMESPACE}
spec:
  template: {spec: {restartPolicy: Never, containers: [{name: main, image: "busybox:1.36",
    command: [sh, -c, "echo hello from a namespace of mine"]}]}}
"#;

/// A kubeconfig of a ServiceAccount, beside the administrator's.
fn limited(server: &Server, home: &Home, namespace: &str) -> Server {
    server.ask(&["create", "serviceaccount", "limited", "-n", namespace]);
    let (token, _) = server.ask(&["create", "token", "limited", "-n", namespace]);
    let (text, _) = server.ask(&["config", "view", "--raw", "--minify", "-o", "json"]);
    let mut config: serde_json::Value = serde_json::from_str(&text).unwrap();
    config["users"][0]["user"] = serde_json::json!({"token": token.trim()});
    let kubeconfig = home.write("limited.kubeconfig", &config.to_string());
    Server { kubeconfig, context: server.context.clone() }
}

#[test]
fn a_role_in_two_namespaces_is_enough_for_jobs_and_logs() {
    let Some(server) = real(CONTAINERS) else { return };
    let (one, two) = (Namespace::new(&server, "one"), Namespace::new(&server, "two"));
    let home = Home::new();
    let server = limited(&server, &home, &one.name);
    for namespace in [&one, &two] {
        namespace.apply(&ROLE.replace("HOME", &one.name));
    }

    let mut terminal = deck(&home, &server, &format!("-n {} -n {}", one.name, two.name));
    terminal.press("3");
    terminal.wait("a Job of each namespace, done", |screen| {
        let rows = rows(screen, Pane::Jobs);
        rows.iter().filter(|row| row.contains("speaks") && row.contains("Succeeded")).count() == 2
    });
    terminal.wait("both namespaces", |screen| {
        [&one, &two].iter().all(|namespace| row_of(screen, Pane::Namespaces, &namespace.name).is_some())
    });
    assert!(terminal.screen().has("of 2 namespaces"), "says what it sees\n{}", terminal.screen());
    assert!(!terminal.screen().text().to_lowercase().contains("forbidden"), "{}", terminal.screen());
    terminal.press("l");
    terminal.wait_text("hello from a namespace of mine");
}
