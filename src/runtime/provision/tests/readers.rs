//! Pods that only read come and go, whatever becomes of who made them.

use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use serde_json::{Value, json};

use crate::domain::ids::ClusterId;
use crate::domain::provision::tests::samples::{awaiting, spec};
use crate::domain::provision::{Kind, Site};
use crate::runtime::gate::tests::world::World;
use crate::runtime::provision::Runs;

const PODS: &str = "/api/v1/namespaces/eksdeck/pods";

fn runs(world: &World) -> Runs {
    let names = ("me".to_owned(), "ann".to_owned());
    Runs::new(world.gate(), Arc::new(world.clone()), ClusterId(0), Arc::new(Site::default()), names)
}

/// Waits until something of this beginning was sent; its last word.
async fn sent(world: &World, words: &str) -> String {
    let waited = tokio::time::timeout(Duration::from_secs(20), async {
        loop {
            if let Some(name) = world.sent().iter().find_map(|sent| sent.strip_prefix(words).map(str::to_owned)) {
                return name;
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    });
    waited.await.unwrap_or_else(|_| panic!("no {words:?} in {:?}", world.said()))
}

#[tokio::test]
async fn a_reader_that_nobody_waits_for_goes() {
    let world = World::default();
    let (runs, run) = (runs(&world), awaiting(&spec("aaaa1111", "one", Kind::Provision), 0));
    let reading = tokio::spawn(async move { runs.files(&run, &["plan.json"]).await });
    let reader = sent(&world, "POST ").await;
    reading.abort();
    assert_eq!(sent(&world, "DELETE ").await, reader);
    assert!(!world.has(&format!("{PODS}/{reader}")));
}

#[tokio::test]
async fn readers_that_were_left_behind_go_and_others_stay() {
    let world = World::default();
    let now: Timestamp = "2026-11-21T12:30:00Z".parse().unwrap();
    let of = |name: &str, created: &str, phase: &str| -> Value {
        let mut pod = spec("aaaa1111", "one", Kind::Provision).reader(name);
        pod["metadata"]["creationTimestamp"] = json!(created);
        pod["status"] = json!({"phase": phase});
        pod
    };
    let pods = [
        of("read-done", "2026-11-21T12:29:00Z", "Succeeded"),
        of("read-ended", "2026-11-21T12:20:00Z", "Failed"),
        of("read-stuck", "2026-11-21T12:10:00Z", "Pending"),
        of("read-now", "2026-11-21T12:29:00Z", "Running"),
        of("read-soon", "2026-11-21T12:29:00Z", "Pending"),
    ];
    for pod in &pods {
        world.put(&format!("{PODS}/{}", pod["metadata"]["name"].as_str().unwrap()), pod.clone());
    }
    let ours = format!("{PODS}?limit=500&labelSelector=eksdeck.io%2Freader%3Deksdeck");
    world.put(&ours, json!({"metadata": {}, "items": pods}));
    assert_eq!(runs(&world).sweep(&[], now).await, Ok(Vec::new()));
    assert_eq!(world.sent(), ["DELETE read-done", "DELETE read-ended", "DELETE read-stuck"]);
    // What cannot be listed keeps nobody from sweeping volumes.
    world.remove(&ours);
    assert_eq!(runs(&world).sweep(&[], now).await, Ok(Vec::new()));
}
