use serde_json::json;

use super::*;
use crate::domain::registry;

fn figures(pod: serde_json::Value) -> Figures {
    serde_json::from_value::<Pod>(pod).unwrap().into()
}

fn amount(cpu: i64, memory: i64) -> Amount {
    Amount { cpu, memory }
}

#[test]
fn a_pod_holds_what_the_scheduler_counts() {
    let wants = |cpu: &str| json!({"resources": {"requests": {"cpu": cpu, "memory": "1Ki"}}});
    let mut pod = json!({
        "spec": {
            "nodeName": "a",
            "containers": [wants("100m"), wants("200m")],
            "initContainers": [
                {"restartPolicy": "Always", "resources": {"requests": {"cpu": "50m", "memory": "1Ki"}}},
                wants("1"),
            ],
            "overhead": {"cpu": "10m"},
        },
        "status": {"phase": "Running"},
    });
    assert_eq!(figures(pod.clone()).requests, amount(1_060, 3 * 1_024), "the start wants more CPU than the run");
    pod["spec"]["resources"] = json!({"requests": {"cpu": "2"}});
    assert_eq!(figures(pod.clone()).requests, amount(2_010, 3 * 1_024));
    pod["status"]["phase"] = "Succeeded".into();
    assert_eq!(figures(pod.clone()).requests, Amount::default());
    pod["status"]["phase"] = "Pending".into();
    pod["spec"]["nodeName"] = json!(null);
    assert_eq!(figures(pod).requests, Amount::default(), "what has no node takes nothing from any");
}

#[test]
fn a_pod_that_is_not_well_says_why_and_one_that_starts_or_ended_does_not() {
    let reason = |status: serde_json::Value| figures(json!({"status": status})).reason;
    let waits = |reason: &str| json!([{"state": {"waiting": {"reason": reason}}}]);
    assert_eq!(reason(json!({"phase": "Running", "containerStatuses": waits("CrashLoopBackOff")})), "CrashLoopBackOff");
    assert_eq!(reason(json!({"phase": "Pending", "containerStatuses": waits("ContainerCreating")})), "");
    assert_eq!(
        reason(json!({"phase": "Pending", "initContainerStatuses": waits("ErrImagePull"),
        "containerStatuses": waits("PodInitializing")})),
        "ErrImagePull"
    );
    let ended = json!([{"state": {"terminated": {"exitCode": 137, "reason": "OOMKilled"}}}]);
    assert_eq!(reason(json!({"phase": "Running", "containerStatuses": ended})), "OOMKilled");
    assert_eq!(reason(json!({"phase": "Failed", "containerStatuses": ended})), "");
    assert_eq!(reason(json!({"phase": "Failed", "reason": "Evicted"})), "Evicted");
    let unplaced = json!([{"type": "PodScheduled", "status": "False", "reason": "Unschedulable"}]);
    assert_eq!(reason(json!({"phase": "Pending", "conditions": unplaced})), "Unschedulable");
    assert_eq!(figures(json!({})).phase, "Unknown");
}

#[test]
fn a_node_tells_what_it_has_and_what_presses_it() {
    let node = json!({
        "metadata": {"name": "a"},
        "spec": {"unschedulable": true},
        "status": {
            "capacity": {"cpu": "4", "memory": "16Gi"},
            "allocatable": {"cpu": "3920m", "memory": "15Gi"},
            "conditions": [
                {"type": "Ready", "status": "Unknown"},
                {"type": "DiskPressure", "status": "True"},
                {"type": "MemoryPressure", "status": "False"},
            ],
        },
    });
    let node: registry::Node = serde_json::from_value::<Node>(node).unwrap().into();
    assert_eq!((node.ready, node.unschedulable, node.troubles), (false, true, vec!["DiskPressure".to_owned()]));
    assert_eq!((node.cpu_capacity, node.cpu_allocatable), (4_000, 3_920));
    assert_eq!(node.memory_allocatable, 15 << 30);
}

#[test]
fn a_deployment_wants_one_replica_unless_it_says_otherwise() {
    let read = |text| registry::Deployment::from(serde_json::from_str::<Deployment>(text).unwrap());
    let plain = read(r#"{"metadata":{"name":"a","namespace":"n"},"spec":{},"status":{"readyReplicas":null}}"#);
    assert_eq!((plain.namespace.as_str(), plain.wanted, plain.ready), ("n", 1, 0));
    assert_eq!(read(r#"{"spec":{"replicas":0}}"#).wanted, 0);
}
