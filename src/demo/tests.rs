use std::collections::HashSet;
use std::time::Duration;

use serde_json::{Value, json};

use super::sim::cron::Schedule;
use super::story::behaviour::Behaviours;
use super::story::plot::Plot;
use super::{Fleet, FleetOptions};

async fn ask(method: &str, url: &str, path: &str, body: Value) -> (u16, String) {
    use http_body_util::{BodyExt, Full};
    use hyper_util::client::legacy::Client;
    use hyper_util::rt::TokioExecutor;
    let client = Client::builder(TokioExecutor::new()).build_http::<Full<bytes::Bytes>>();
    let body = if body.is_null() { String::new() } else { body.to_string() };
    let request = http::Request::builder().method(method).uri(format!("{url}{path}"));
    let reply = client.request(request.body(Full::from(body)).unwrap()).await.unwrap();
    let status = reply.status().as_u16();
    let body = reply.into_body().collect().await.unwrap().to_bytes();
    (status, String::from_utf8(body.to_vec()).unwrap())
}

async fn get(url: &str, path: &str) -> (u16, Value) {
    let (status, body) = ask("GET", url, path, Value::Null).await;
    (status, serde_json::from_str(&body).unwrap_or_default())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_command_in_a_pod_prints_or_says_why_not() {
    use futures::StreamExt;
    use tokio_tungstenite::tungstenite::client::IntoClientRequest;
    let fleet = Fleet::start(FleetOptions::default()).await.unwrap();
    let url = fleet.servers()[1].1.clone();
    let claim = json!({"metadata": {"name": "work"}, "spec": {"accessModes": ["ReadWriteOnce"],
        "resources": {"requests": {"storage": "1Gi"}}}});
    let (status, words) = ask("POST", &url, "/api/v1/namespaces/default/persistentvolumeclaims", claim).await;
    assert_eq!(status, 201, "{words}");
    let pod = json!({"metadata": {"name": "reader"}, "spec": {"restartPolicy": "Never",
        "containers": [{"name": "reader", "image": "busybox:1.36", "command": ["sleep", "600"],
            "volumeMounts": [{"name": "work", "mountPath": "/work"}]}],
        "volumes": [{"name": "work", "persistentVolumeClaim": {"claimName": "work"}}]}});
    assert_eq!(ask("POST", &url, "/api/v1/namespaces/default/pods", pod).await.0, 201);
    for _ in 0..100 {
        let (_, pod) = get(&url, "/api/v1/namespaces/default/pods/reader").await;
        if pod["status"]["phase"] == "Running" {
            break;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    let path = |words: &str| format!("/api/v1/namespaces/default/pods/reader/exec?container=reader&{words}");
    assert_eq!(get(&url, &path("command=cat")).await.0, 400, "no WebSocket");
    let run = async |words: &str| {
        let mut request = format!("{}{}", url.replacen("http", "ws", 1), path(words)).into_client_request().unwrap();
        request.headers_mut().insert("Sec-WebSocket-Protocol", "v5.channel.k8s.io".parse().unwrap());
        let stream = tokio::net::TcpStream::connect(url.trim_start_matches("http://")).await.unwrap();
        let (mut socket, reply) = tokio_tungstenite::client_async(request, stream).await.unwrap();
        assert_eq!(reply.headers()["sec-websocket-protocol"], "v5.channel.k8s.io");
        let mut told = [const { String::new() }; 4];
        while let Some(Ok(message)) = socket.next().await {
            if message.is_binary() {
                let data = message.into_data();
                told[usize::from(data[0])].push_str(std::str::from_utf8(&data[1..]).unwrap());
            }
        }
        told
    };
    let [_, output, errors, status] = run("command=cat&command=%2Fwork%2Fa1%2Fplan.json").await;
    assert_eq!((output.as_str(), errors.contains("No such file or directory")), ("", true));
    assert!(status.contains("NonZeroExitCode"), "{status}");
    let [.., status] = run("command=rm&command=-rf&command=%2Fwork").await;
    assert!(status.contains("executable file not found"), "{status}");
    fleet.shutdown();
}

#[test]
fn the_story_can_be_read_and_names_only_what_there_is() {
    let plot = Plot::read().unwrap();
    let behaviours = Behaviours::get();
    assert!(behaviours.all().len() > 10);
    let namespace = |name: &str| plot.namespace.iter().any(|known| known.name == name);
    for deployment in &plot.deployment {
        assert!(namespace(&deployment.namespace), "{}", deployment.name);
        assert!(deployment.behaviour.is_empty() || behaviours.find(&deployment.behaviour).is_some());
    }
    for job in &plot.job {
        assert!(namespace(&job.namespace) && behaviours.find(&job.work.behaviour).is_some(), "{}", job.name);
    }
    for cron in &plot.cronjob {
        assert!(namespace(&cron.namespace) && behaviours.find(&cron.work.behaviour).is_some(), "{}", cron.name);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_story_has_jobs_that_failed_in_every_way() {
    let fleet = Fleet::start(FleetOptions::default()).await.unwrap();
    let servers = fleet.servers();
    assert_eq!(servers.len(), 3);
    let (_, jobs) = get(&servers[0].1, "/apis/batch/v1/jobs").await;
    let state = |name: &str| {
        let job = jobs["items"].as_array().unwrap().iter().find(|job| job["metadata"]["name"] == name).unwrap();
        job["status"].clone()
    };
    let failed = |name: &str| state(name)["conditions"][1]["reason"].clone();
    eprintln!(
        "{}",
        jobs["items"]
            .as_array()
            .unwrap()
            .iter()
            .map(|j| format!("{} {}\n", j["metadata"]["name"], j["status"]))
            .collect::<String>()
    );
    assert_eq!(failed("ledger-export-2026-w47"), "BackoffLimitExceeded");
    assert_eq!(failed("schema-migration-0412"), "DeadlineExceeded");
    assert_eq!(failed("invoice-mailer-november"), "BackoffLimitExceeded");
    assert_eq!(state("quarterly-report")["active"], 1);
    assert_eq!(state("fraud-model-replay")["succeeded"], 8);
    assert_eq!(state("gift-card-import")["conditions"][0]["type"], "Suspended");
    let (_, pods) = get(&servers[0].1, "/api/v1/pods").await;
    let text = pods.to_string();
    for word in ["OOMKilled", "ImagePullBackOff", "Unschedulable", "CrashLoopBackOff"] {
        assert!(text.contains(word), "{word}");
    }
    let (_, namespace) = get(&servers[0].1, "/api/v1/namespaces/legacy-billing").await;
    assert_eq!(namespace["status"]["phase"], "Terminating");
    let (_, nodes) = get(&servers[0].1, "/api/v1/nodes").await;
    assert!(nodes.to_string().contains("NodeStatusUnknown"));
    fleet.shutdown();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_fleet_is_as_large_as_asked_and_listed_in_pages() {
    let options =
        FleetOptions { clusters: 2, pods: Some(2500), nodes: Some(7), jobs: 3000, seed: 5, ..FleetOptions::default() };
    let fleet = Fleet::start(options).await.unwrap();
    let url = fleet.servers()[0].1.clone();
    let (_, nodes) = get(&url, "/api/v1/nodes").await;
    assert_eq!(nodes["items"].as_array().unwrap().len(), 7);
    let (mut seen, mut token) = (std::collections::HashSet::new(), String::new());
    loop {
        let (status, page) = get(&url, &format!("/apis/batch/v1/jobs?limit=700&continue={token}")).await;
        assert_eq!(status, 200);
        for job in page["items"].as_array().unwrap() {
            assert!(seen.insert(job["metadata"]["uid"].as_str().unwrap().to_owned()));
        }
        token = page["metadata"]["continue"].as_str().unwrap_or_default().to_owned();
        if token.is_empty() {
            break;
        }
    }
    assert!(seen.len() >= 3000);
    let (_, pods) = get(&url, "/api/v1/pods?labelSelector=app.kubernetes.io/name").await;
    let bulk = pods["items"].as_array().unwrap().len();
    let (_, of_jobs) = get(&url, "/api/v1/pods?labelSelector=job-name").await;
    assert_eq!(bulk - of_jobs["items"].as_array().unwrap().len(), 2500);
    tokio::time::timeout(Duration::from_secs(5), async { fleet.shutdown() }).await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_log_is_followed_to_its_end_and_read_in_parts() {
    let fleet = Fleet::start(FleetOptions { clusters: 1, ..FleetOptions::default() }).await.unwrap();
    let url = fleet.servers()[0].1.clone();
    let script = "echo one; sleep 1; echo two; sleep 1; echo three; exit 3";
    let pod = json!({"metadata": {"name": "speaks"}, "spec": {"restartPolicy": "Never",
        "containers": [{"name": "c", "image": "busybox", "command": ["sh", "-c", script]}]}});
    let (status, _) = ask("POST", &url, "/api/v1/namespaces/default/pods", pod).await;
    assert_eq!(status, 201);
    let path = "/api/v1/namespaces/default/pods/speaks/log";
    let followed = loop {
        let (status, text) = ask("GET", &url, &format!("{path}?follow=true&timestamps=true"), Value::Null).await;
        if status == 200 && !text.is_empty() {
            break text;
        }
        // Without a node there is nothing to read, and nothing wrong.
        assert!(text.is_empty() || text.contains("is waiting to start"), "{text}");
        tokio::time::sleep(Duration::from_millis(50)).await;
    };
    let lines: Vec<(&str, &str)> = followed.lines().map(|line| line.split_once(' ').unwrap()).collect();
    assert_eq!(lines.iter().map(|(_, text)| *text).collect::<Vec<_>>(), ["one", "two", "three"]);
    assert!(lines.is_sorted_by_key(|(at, _)| at.parse::<jiff::Timestamp>().unwrap()));
    let read = async |query: &str| ask("GET", &url, &format!("{path}?{query}"), Value::Null).await;
    assert_eq!(read("tailLines=2").await, (200, "two\nthree\n".into()));
    assert_eq!(read("limitBytes=5").await, (200, "one\nt".into()));
    let since = lines[1].0.parse::<jiff::Timestamp>().unwrap();
    let since = jiff::Timestamp::from_millisecond(since.as_millisecond()).unwrap();
    assert_eq!(read(&format!("sinceTime={since}")).await, (200, "two\nthree\n".into()));
    assert_eq!(read("previous=true").await.0, 400);
    let (_, pod) = get(&url, "/api/v1/namespaces/default/pods/speaks").await;
    assert_eq!(pod["status"]["containerStatuses"][0]["state"]["terminated"]["exitCode"], 3);

    let (_, pods) = get(&url, "/api/v1/namespaces/fraud/pods?labelSelector=app%3Dfraud-scorer").await;
    let crashing = pods["items"][0]["metadata"]["name"].as_str().unwrap();
    let path = format!("/api/v1/namespaces/fraud/pods/{crashing}/log?previous=true&tailLines=1");
    let (status, last) = ask("GET", &url, &path, Value::Null).await;
    assert_eq!((status, &*last), (200, "FATAL feature store gone for 15s, giving up\n"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_pod_without_a_node_has_an_empty_log() {
    let fleet = Fleet::start(FleetOptions { clusters: 1, ..FleetOptions::default() }).await.unwrap();
    let url = fleet.servers()[0].1.clone();
    let pod = json!({"metadata": {"name": "huge"}, "spec": {"containers": [{"name": "c", "image": "busybox",
        "resources": {"requests": {"cpu": "9999"}}}]}});
    assert_eq!(ask("POST", &url, "/api/v1/namespaces/default/pods", pod).await.0, 201);
    let path = "/api/v1/namespaces/default/pods/huge/log";
    assert_eq!(ask("GET", &url, path, Value::Null).await, (200, String::new()));
    assert_eq!(ask("GET", &url, &format!("{path}?container=nope"), Value::Null).await.0, 400);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nodes_have_leases_and_cronjobs_last_ran_when_their_schedules_say() {
    let fleet = Fleet::start(FleetOptions::default()).await.unwrap();
    for (_, url) in fleet.servers() {
        let names = async |path: &str| -> HashSet<String> {
            let (_, list) = get(&url, path).await;
            let items = list["items"].as_array().unwrap();
            items.iter().map(|item| item["metadata"]["name"].as_str().unwrap().to_owned()).collect()
        };
        let leases = names("/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases").await;
        assert_eq!(leases, names("/api/v1/nodes").await);
        let (_, crons) = get(&url, "/apis/batch/v1/cronjobs").await;
        for cron in crons["items"].as_array().unwrap() {
            let Some(last) = cron["status"]["lastScheduleTime"].as_str() else { continue };
            let at = last.parse::<jiff::Timestamp>().unwrap().as_second();
            let schedule = Schedule::parse(cron["spec"]["schedule"].as_str().unwrap()).unwrap();
            assert_eq!(schedule.last(at), Some(at), "{cron}");
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_wrong_token_is_refused_and_none_is_let_in() {
    use http_body_util::Empty;
    use hyper_util::client::legacy::Client;
    use hyper_util::rt::TokioExecutor;
    let options = FleetOptions { clusters: 1, token: Some("right".into()), ..FleetOptions::default() };
    let fleet = Fleet::start(options).await.unwrap();
    assert!(fleet.kubeconfig().contains("token: right"));
    let client = Client::builder(TokioExecutor::new()).build_http::<Empty<bytes::Bytes>>();
    let url = format!("{}/api/v1/namespaces", fleet.servers()[0].1);
    for (token, status) in [(None, 200), (Some("Bearer right"), 200), (Some("Bearer wrong"), 401)] {
        let mut request = http::Request::get(&url);
        if let Some(token) = token {
            request = request.header("authorization", token);
        }
        let reply = client.request(request.body(Empty::new()).unwrap()).await.unwrap();
        assert_eq!(reply.status().as_u16(), status, "{token:?}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_cluster_may_only_be_looked_at() {
    let fleet = Fleet::start(FleetOptions::default()).await.unwrap();
    let (name, url) = fleet.servers()[2].clone();
    let job = json!({"metadata": {"name": "j"}, "spec": {"template": {"spec": {"restartPolicy": "Never",
        "containers": [{"name": "c", "image": "busybox"}]}}}});
    let (status, refused) = ask("POST", &url, "/apis/batch/v1/namespaces/store/jobs", job.clone()).await;
    let refused: Value = serde_json::from_str(&refused).unwrap();
    let words = format!(
        "jobs.batch is forbidden: User \"demo@{name}\" cannot create resource \"jobs\" in API group \"batch\" in the \
         namespace \"store\""
    );
    assert_eq!((status, &refused["message"]), (403, &words.into()));
    assert_eq!(get(&url, "/apis/batch/v1/jobs").await.0, 200);
    assert_eq!(get(&url, "/api/v1/secrets").await.0, 403);
    let may = async |url: &str, verb: &str| {
        let review = json!({"spec": {"resourceAttributes": {"verb": verb, "group": "batch", "resource": "jobs"}}});
        let path = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews";
        let (_, review) = ask("POST", url, path, review).await;
        serde_json::from_str::<Value>(&review).unwrap()["status"].clone()
    };
    assert_eq!(may(&url, "create").await, json!({"allowed": false}));
    assert_eq!(may(&url, "list").await["allowed"], true);
    assert_eq!(may(&fleet.servers()[0].1, "create").await, json!({"allowed": true}));
    let review = json!({"spec": {"namespace": "store"}});
    let (_, rules) = ask("POST", &url, "/apis/authorization.k8s.io/v1/selfsubjectrulesreviews", review).await;
    let rules: Value = serde_json::from_str(&rules).unwrap();
    let batch =
        rules["status"]["resourceRules"].as_array().unwrap().iter().find(|rule| rule["apiGroups"][0] == "batch");
    assert_eq!(batch.unwrap()["verbs"], json!(["get", "list", "watch"]));
}
