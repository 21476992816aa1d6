//! One set of real objects in both encodings gives equal rows, and no bytes at all bring a decoder down.

use proptest::prelude::*;
use prost::Message;
use rstest::rstest;
use serde_json::Value;

use super::event;
use super::table::{KINDS, entry};
use crate::domain::delta::Row;
use crate::domain::event::EventRow;
use crate::domain::ids::KindId;
use crate::domain::pod::{ContainerRole, ContainerState, PodPhase};
use crate::domain::pool::Pool;

macro_rules! fixture {
    ($name:literal) => {
        (include_bytes!(concat!("fixtures/", $name, ".pb")), include_bytes!(concat!("fixtures/", $name, ".json")))
    };
}

/// A list as `k8s\0` and `runtime.Unknown` hold it.
#[derive(Clone, PartialEq, Message)]
struct Unknown {
    #[prost(bytes = "vec", tag = "2")]
    raw: Vec<u8>,
}

#[derive(Clone, PartialEq, Message)]
struct List {
    #[prost(bytes = "vec", repeated, tag = "2")]
    items: Vec<Vec<u8>>,
}

fn objects(protobuf: &[u8], json: &[u8]) -> (Vec<Vec<u8>>, Vec<Vec<u8>>) {
    let unknown = Unknown::decode(&protobuf[4..]).unwrap();
    let list: Value = serde_json::from_slice(json).unwrap();
    let items = list["items"].as_array().unwrap().iter().map(|item| serde_json::to_vec(item).unwrap());
    (List::decode(&unknown.raw[..]).unwrap().items, items.collect())
}

/// The rows of a fixture, after both encodings were found to give the same.
fn rows(kind: KindId, (protobuf, json): (&[u8], &[u8])) -> Vec<Row> {
    let (protobuf, json) = objects(protobuf, json);
    let (entry, mut pool) = (entry(kind), Pool::default());
    let from_protobuf: Vec<Row> =
        protobuf.iter().map(|bytes| entry.decode_protobuf.unwrap()(bytes, &mut pool).unwrap()).collect();
    let from_json: Vec<Row> = json.iter().map(|bytes| entry.decode_json.unwrap()(bytes, &mut pool).unwrap()).collect();
    assert!(!from_json.is_empty());
    assert_eq!(from_protobuf, from_json);
    from_protobuf
}

#[test]
fn pods() {
    let (protobuf, json) = fixture!("pods");
    let pods = rows(KindId::Pod, (protobuf, json));
    let pod = |name: &str| {
        let found = pods.iter().find(|row| row.meta().key.name.starts_with(name)).unwrap();
        let Row::Pod(pod) = found else { panic!("{found:?}") };
        pod
    };
    let hungry = pod("hungry");
    let names: Vec<(&str, ContainerRole)> = hungry.containers.iter().map(|c| (&*c.name, c.role)).collect();
    assert_eq!(
        names,
        [("main", ContainerRole::Main), ("calm", ContainerRole::Main), ("peek", ContainerRole::Ephemeral)]
    );
    let main = &hungry.containers[0];
    assert_eq!(main.memory_limit.as_deref(), Some("20Mi"));
    assert_eq!(main.last.as_ref().map(|last| (&*last.reason, last.exit_code)), Some(("OOMKilled", 137)));
    assert!(matches!(&main.state, ContainerState::Waiting { reason, .. } if &**reason == "CrashLoopBackOff"));
    assert!(hungry.containers[1].ready && hungry.node.starts_with("ip-"));
    let big = pod("big");
    assert_eq!((big.phase, &*big.node), (PodPhase::Pending, ""));
    assert!(big.unscheduled.as_ref().unwrap().message.contains("Insufficient cpu"));
    assert!(matches!(&pod("bad").containers[0].state, ContainerState::Ended(ended) if ended.exit_code == 3));
    assert_eq!(pod("bad").meta.owner.as_ref().map(|owner| (&*owner.kind, &*owner.name)), Some(("Job", "bad")));
    assert_eq!(
        pod("ok-0").containers.iter().map(|c| c.role).collect::<Vec<_>>(),
        [ContainerRole::Init, ContainerRole::Main]
    );
    assert_eq!(pod("ok-0").phase, PodPhase::Succeeded);
}

#[test]
fn jobs() {
    let (protobuf, json) = fixture!("jobs");
    let jobs = rows(KindId::Job, (protobuf, json));
    let job = |name: &str| {
        let found = jobs.iter().find(|row| &*row.meta().key.name == name).unwrap();
        let Row::Job(job) = found else { panic!("{found:?}") };
        job
    };
    let ok = job("ok");
    assert_eq!((ok.completions, ok.parallelism, ok.backoff_limit, ok.indexed, ok.succeeded), (Some(2), 2, 1, true, 2));
    assert!(ok.started > 0 && ok.completed >= ok.started && ok.meta.label("app") == Some("ok"));
    assert!(job("waits").suspended && !ok.suspended);
    let bad = job("bad");
    assert_eq!((bad.deadline, bad.failed), (Some(300), 1));
    assert!(bad.conditions.iter().any(|c| &*c.kind == "Failed" && c.status && &*c.reason == "BackoffLimitExceeded"));
    assert_eq!(job("big").active, 1);
}

#[test]
fn cronjobs() {
    let (protobuf, json) = fixture!("cronjobs");
    let Row::CronJob(nightly) = rows(KindId::CronJob, (protobuf, json)).remove(0) else { panic!() };
    assert_eq!((&*nightly.schedule, &*nightly.time_zone, nightly.suspended), ("* * * * *", "Europe/Berlin", false));
    assert!(nightly.last_scheduled > 1_700_000_000 && nightly.last_succeeded >= nightly.last_scheduled);
}

#[test]
fn namespaces() {
    let (protobuf, json) = fixture!("namespaces");
    let rows = rows(KindId::Namespace, (protobuf, json));
    let namespace = |name: &str| {
        let found = rows.iter().find(|row| &*row.meta().key.name == name).unwrap();
        let Row::Namespace(namespace) = found else { panic!("{found:?}") };
        namespace
    };
    let stuck = namespace("shop-stuck");
    assert!(stuck.terminating && stuck.meta.deleting > 0 && !namespace("default").terminating);
    assert!(
        stuck.conditions.iter().any(|c| &*c.reason == "SomeFinalizersRemain" && c.message.contains("example.com/hold"))
    );
    assert_eq!(namespace("shop-fixture").meta.label("cost-center"), Some("cc-42"));
}

#[test]
fn nodes() {
    let (protobuf, json) = fixture!("nodes");
    let rows = rows(KindId::Node, (protobuf, json));
    let node = |name: &str| {
        let found = rows.iter().find(|row| row.meta().key.name.starts_with(name)).unwrap();
        let Row::Node(node) = found else { panic!("{found:?}") };
        node
    };
    let real = node("ip-10-0-1-20");
    assert_eq!((real.cpu_millis, real.memory_bytes, real.pods), (2_000, 24_581_684 * 1_024, 110));
    assert!(real.ready && !real.unschedulable && real.troubles.is_empty() && real.kubelet_version.starts_with("v1."));
    assert_eq!(real.meta.label("eks.amazonaws.com/nodegroup"), Some("ng-real"));
    assert!(node("ip-10-1-0-1.").unschedulable);
}

#[test]
fn a_node_that_is_not_ready_or_under_pressure_says_so() {
    let json = br#"{"metadata":{"name":"n"},"status":{"conditions":[
        {"type":"Ready","status":"Unknown","reason":"NodeStatusUnknown","lastTransitionTime":"2026-11-21T02:00:00Z"},
        {"type":"DiskPressure","status":"True"},{"type":"MemoryPressure","status":"False"}]}}"#;
    let Row::Node(node) = entry(KindId::Node).decode_json.unwrap()(json, &mut Pool::default()).unwrap() else {
        panic!()
    };
    let troubles: Vec<(&str, i64)> = node.troubles.iter().map(|c| (&*c.kind, c.at)).collect();
    assert_eq!(troubles, [("Ready", 1_795_226_400), ("DiskPressure", 0)]);
    assert!(!node.ready);
}

#[test]
fn events() {
    let (protobuf, json) = fixture!("events");
    let (protobuf, json) = objects(protobuf, json);
    let mut pool = Pool::default();
    let rows: Vec<EventRow> = protobuf.iter().map(|bytes| event::from_protobuf(bytes, &mut pool).unwrap()).collect();
    let same: Vec<EventRow> = json.iter().map(|bytes| event::from_json(bytes, &mut pool).unwrap()).collect();
    assert_eq!(rows, same);
    let scheduled = rows.iter().find(|row| &*row.reason == "Scheduled").unwrap();
    assert!(scheduled.last_seen > 0 && scheduled.count == 1 && &*scheduled.source == "default-scheduler");
    assert!(rows.iter().any(|row| row.warning && &*row.reason == "BackOff"));
}

#[rstest]
#[case(r#"{"metadata":{"name":"x","labels":null,"ownerReferences":null,"creationTimestamp":null},"spec":null,"status":null}"#)]
#[case(r#"{"metadata":{"name":"x"},"unheard":{"of":[1,2]}}"#)]
fn null_and_unknown_fields_are_fine(#[case] json: &str) {
    for entry in KINDS.iter() {
        if let Some(decode) = entry.decode_json {
            assert_eq!(&*decode(json.as_bytes(), &mut Pool::default()).unwrap().meta().key.name, "x");
        }
    }
}

#[test]
fn an_object_without_a_name_is_refused() {
    let decode = entry(KindId::Job).decode_protobuf.unwrap();
    assert!(decode(b"", &mut Pool::default()).is_err());
}

proptest! {
    #[test]
    fn arbitrary_bytes_never_panic(bytes in proptest::collection::vec(any::<u8>(), 0..512)) {
        let mut pool = Pool::default();
        for entry in KINDS.iter() {
            let _ = entry.decode_protobuf.map(|decode| decode(&bytes, &mut pool).is_ok());
            let _ = entry.decode_json.map(|decode| decode(&bytes, &mut pool).is_ok());
        }
        let _ = event::from_protobuf(&bytes, &mut pool);
    }

    /// Bytes that nearly are an object: one byte of a real one changed, or its end cut off.
    #[test]
    fn damaged_objects_never_panic(at in 0usize..4096, to in any::<u8>(), end in 0usize..4096) {
        let (protobuf, json) = fixture!("pods");
        let (protobuf, json) = objects(protobuf, json);
        let damage = |bytes: &[u8]| {
            let mut bytes = bytes.to_vec();
            let at = at % bytes.len();
            bytes[at] = to;
            bytes.truncate(end.max(1));
            bytes
        };
        let mut pool = Pool::default();
        for entry in KINDS.iter() {
            let _ = entry.decode_protobuf.map(|decode| decode(&damage(&protobuf[0]), &mut pool).is_ok());
            let _ = entry.decode_json.map(|decode| decode(&damage(&json[0]), &mut pool).is_ok());
        }
    }
}
