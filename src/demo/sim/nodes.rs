//! Nodes that go away and come back.

use serde_json::{Value, json};

use super::events::Said;
use super::{Due, Sim};
use crate::demo::kinds::{Kinds, Known};
use crate::demo::store::{Key, Store};
use crate::demo::wire::time;
use crate::demo::write::{child, tidy};

impl Sim {
    pub(super) fn flapped(&mut self, store: &mut Store, key: &Key, now: i64) {
        let Some(&(away, back)) = self.flapping.get(key) else { return };
        let nodes = Known::get().node;
        let Some(entry) = store.get(nodes, key) else { return };
        let mut node = entry.value().into_owned();
        let ready = is_ready(&node);
        set_ready(&mut node, !ready, now / 1000);
        let entry = store.put(nodes, key.clone(), tidy(&Kinds::get().all[nodes], &node));
        let state = if ready { "NodeNotReady" } else { "NodeReady" };
        let message = format!("Node {} status is now: {state}", key.name);
        let by = if ready { "node-controller" } else { "kubelet" };
        self.say(store, nodes, &entry, Said::normal(by, state, &message));
        let pause = if ready { away } else { back };
        self.later(now, pause * 1000, Due::Flap(key.clone()));
    }
}

fn is_ready(node: &Value) -> bool {
    let conditions = node["status"]["conditions"].as_array().into_iter().flatten();
    conditions.clone().any(|condition| condition["type"] == "Ready" && condition["status"] == "True")
}

/// Sets a node's conditions and taints to those of one that reports, or of one that no longer does.
pub fn set_ready(node: &mut Value, ready: bool, now: i64) {
    let stamp = time::rfc3339(now);
    for condition in node["status"]["conditions"].as_array_mut().into_iter().flatten() {
        let is_ready = condition["type"] == "Ready";
        let (status, reason, message) = match (ready, is_ready) {
            (false, _) => ("Unknown", "NodeStatusUnknown", "Kubelet stopped posting node status."),
            (true, true) => ("True", "KubeletReady", "kubelet is posting ready status"),
            (true, false) => ("False", "KubeletHasSufficientResources", "kubelet has sufficient resources available"),
        };
        condition["status"] = status.into();
        condition["reason"] = reason.into();
        condition["message"] = message.into();
        condition["lastTransitionTime"] = stamp.as_str().into();
        if ready {
            condition["lastHeartbeatTime"] = stamp.as_str().into();
        }
    }
    let spec = child(node, "spec");
    if ready {
        spec.shift_remove("taints");
    } else {
        let taint =
            |effect: &str| json!({"key": "node.kubernetes.io/unreachable", "effect": effect, "timeAdded": stamp});
        spec.insert("taints".into(), json!([taint("NoSchedule"), taint("NoExecute")]));
    }
}
