use super::*;
use crate::adapters::kube::testing::{JSON, Reply, Then, denied, list, ok, reader};

fn text(status: u16, body: &str) -> Reply {
    Reply::Answer(status, "text/plain", body.as_bytes().to_vec(), Then::End)
}

/// What a small cluster answers; `None` for what the test answers itself.
fn small(line: &str) -> Reply {
    let pod = |name: &str| {
        format!(
            r#"{{"metadata":{{"name":"{name}"}},"spec":{{"nodeName":"a","containers":[{{"resources":{{"requests":{{"cpu":"100m"}}}}}}]}},"status":{{"phase":"Running"}}}}"#
        )
    };
    match line.split(['?', ' ']).nth(1).unwrap_or_default() {
        "/version" => ok(r#"{"gitVersion":"v1.34.1"}"#),
        "/livez" | "/readyz" => text(200, "ok"),
        "/api/v1/pods" if line.contains("continue=more") => {
            ok(format!(r#"{{"kind":"PodList","metadata":{{}},"items":[{}]}}"#, pod("b")))
        }
        "/api/v1/pods" => {
            ok(format!(r#"{{"kind":"PodList","metadata":{{"continue":"more"}},"items":[{}]}}"#, pod("a")))
        }
        "/api/v1/namespaces" => ok(
            r#"{"kind":"List","metadata":{},"items":[{"metadata":{"name":"web","labels":{"team":"pay","cc":"7"}}},{"metadata":{"name":"x"}}]}"#,
        ),
        _ => list(1, &[]),
    }
}

fn labels() -> SpaceLabels {
    SpaceLabels { team: vec!["squad".to_owned(), "team".to_owned()], cost_center: vec!["cc".to_owned()] }
}

#[tokio::test]
async fn pages_are_added_up_and_namespaces_know_whose_they_are() {
    let (reader, requests) = reader(|line, _| small(line));
    let seen = survey(&reader, &labels()).await.unwrap().snapshot;
    assert_eq!(seen.summary.pods.phases["Running"], 2);
    assert_eq!(seen.summary.cpu_requested, 200);
    assert_eq!(seen.summary.version.as_deref(), Some("v1.34.1"));
    assert_eq!((seen.summary.warnings, seen.summary.unseen), (Some(0), Vec::new()));
    let web = ("web".to_owned(), Some("pay".to_owned()), Some("7".to_owned()));
    assert_eq!(seen.space.namespaces, [web, ("x".to_owned(), None, None)]);
    let requests = requests.lock().unwrap();
    assert!(
        requests.iter().any(|line| line.contains("/events?limit=500&fieldSelector=type%3DWarning")),
        "{requests:?}"
    );
}

#[tokio::test]
async fn who_may_not_list_a_kind_sees_the_rest_and_why() {
    let (reader, _) = reader(|line, _| match line {
        line if line.contains("/nodes") => denied("nodes is forbidden"),
        line if line.contains("/deployments") => Reply::Answer(500, JSON, b"{}".to_vec(), Then::End),
        line => small(line),
    });
    let summary = survey(&reader, &labels()).await.unwrap().snapshot.summary;
    let unseen: Vec<&str> = summary.unseen.iter().map(|check| check.name.as_str()).collect();
    assert_eq!(unseen, ["nodes", "deployments"]);
    assert!(summary.unseen[0].words.contains("list nodes"), "{:?}", summary.unseen);
    assert_eq!(summary.pods.phases["Running"], 2);
}

#[tokio::test]
async fn a_cluster_that_is_away_is_asked_once_and_one_that_goes_meanwhile_is_away() {
    let (away, requests) = reader(|_, _| Reply::Refuse);
    assert!(matches!(survey(&away, &labels()).await, Err(PortError::Unreachable(_))));
    assert_eq!(requests.lock().unwrap().len(), 1);
    let (going, _) = reader(|line, _| if line.contains("/pods") { Reply::Refuse } else { small(line) });
    assert!(matches!(survey(&going, &labels()).await, Err(PortError::Unreachable(_))));
}

#[tokio::test]
async fn a_failing_check_is_read_from_the_body_of_a_500() {
    let (reader, _) = reader(|line, _| match line {
        line if line.contains("/readyz") => {
            text(500, "[+]ping ok\n[-]etcd failed: reason withheld\nreadyz check failed\n")
        }
        line => small(line),
    });
    let failed = survey(&reader, &labels()).await.unwrap().snapshot.summary.checks_failed;
    assert_eq!(failed, [Check { name: "etcd".to_owned(), words: "reason withheld".to_owned() }]);
}
