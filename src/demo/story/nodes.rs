//! Nodes as EKS, GKE and k3s make them.

use std::sync::Arc;

use serde_json::{Map, Value, json};

use super::Teller;
use super::plot::ClusterPlot;
use crate::demo::bulk::Place;
use crate::demo::kinds::{Kinds, Known};
use crate::demo::random::{hash, suffix, uuid};
use crate::demo::sim::Sim;
use crate::demo::store::Key;
use crate::demo::wire::time;

struct Machine {
    instance: &'static str,
    group: &'static str,
    cpu: &'static str,
    memory: &'static str,
}

const EKS: [Machine; 3] = [
    Machine { instance: "m7i.2xlarge", group: "general-a", cpu: "7910m", memory: "31482280Ki" },
    Machine { instance: "c7g.4xlarge", group: "batch-spot", cpu: "15890m", memory: "29877232Ki" },
    Machine { instance: "r7i.xlarge", group: "memory", cpu: "3920m", memory: "30943128Ki" },
];
const GKE: [Machine; 2] = [
    Machine { instance: "n2-standard-8", group: "default-pool", cpu: "7910m", memory: "29113080Ki" },
    Machine { instance: "c3-standard-4", group: "search-pool", cpu: "3920m", memory: "13591940Ki" },
];
const K3S: [Machine; 1] = [Machine { instance: "k3s", group: "", cpu: "4", memory: "8039100Ki" }];

/// Puts the nodes in, the lost and the flapping ones among them.
pub fn nodes(teller: &mut Teller, sim: &mut Sim, of: &ClusterPlot, count: usize) -> Arc<[Place]> {
    let mut places = Vec::with_capacity(count);
    for at in 0..count {
        let (name, ip) = address(of, at);
        let lost = at > 0 && at <= of.lost_nodes;
        let node = node(teller, of, at, &name, &ip, lost);
        let days = 1 + (hash(teller.seed, at as u64) % 40) as i64;
        teller.tell(Known::get().node, None, &node, days);
        teller.tell(Kinds::get().named("Lease"), Some("kube-node-lease"), &lease(&name, lost, teller.now / 1000), days);
        let flaps = at > of.lost_nodes && at <= of.lost_nodes + of.flapping_nodes;
        if flaps {
            sim.flap(teller.created, Key::new("", name.as_str()), 95, 480);
        }
        places.push(Place { name, ip });
    }
    places.into()
}

fn address(of: &ClusterPlot, at: usize) -> (String, String) {
    let draw = hash(at as u64, 5);
    match of.provider.as_str() {
        "gke" => {
            let machine = &GKE[at % GKE.len()];
            let name = format!("gke-{}-{}-{}", of.name, machine.group, suffix(draw, 4));
            (format!("{name}-{at:x}"), format!("10.132.{}.{}", at / 250, 2 + at % 250))
        }
        "k3s" => (format!("edge-{:02}", at + 1), format!("192.168.7.{}", 10 + at % 240)),
        _ => {
            let ip = format!("10.{}.{}.{}", at / 60_000, 16 + at / 240, 10 + at % 240);
            let zone = if of.region == "us-east-1" { "ec2".to_owned() } else { format!("{}.compute", of.region) };
            (format!("ip-{}.{zone}.internal", ip.replace('.', "-")), ip)
        }
    }
}

fn machine(of: &ClusterPlot, at: usize) -> &'static Machine {
    match of.provider.as_str() {
        "gke" => &GKE[at % GKE.len()],
        "k3s" => &K3S[0],
        _ => &EKS[at % EKS.len()],
    }
}

fn labels(of: &ClusterPlot, at: usize, name: &str) -> Map<String, Value> {
    let machine = machine(of, at);
    let arm = machine.instance.starts_with("c7g");
    let architecture = if arm { "arm64" } else { "amd64" };
    let zone = format!("{}{}{}", of.region, if of.provider == "gke" { "-" } else { "" }, ["a", "b", "c"][at % 3]);
    let mut labels: Vec<(&str, String)> = vec![
        ("beta.kubernetes.io/arch", architecture.into()),
        ("beta.kubernetes.io/os", "linux".into()),
        ("kubernetes.io/arch", architecture.into()),
        ("kubernetes.io/hostname", name.into()),
        ("kubernetes.io/os", "linux".into()),
        ("node.kubernetes.io/instance-type", machine.instance.into()),
    ];
    match of.provider.as_str() {
        "k3s" => {
            labels.push(("egress.k3s.io/cluster", "true".into()));
            if at == 0 {
                labels.push(("node-role.kubernetes.io/control-plane", "true".into()));
            }
        }
        provider => {
            labels.push(("topology.kubernetes.io/region", of.region.clone()));
            labels.push(("topology.kubernetes.io/zone", zone.clone()));
            labels.push(("failure-domain.beta.kubernetes.io/region", of.region.clone()));
            labels.push(("failure-domain.beta.kubernetes.io/zone", zone.clone()));
            if provider == "gke" {
                labels.push(("cloud.google.com/gke-nodepool", machine.group.into()));
                labels.push(("cloud.google.com/gke-os-distribution", "cos".into()));
                labels.push(("topology.gke.io/zone", zone));
            } else {
                let capacity = if machine.group.ends_with("spot") { "SPOT" } else { "ON_DEMAND" };
                labels.push(("alpha.eksctl.io/cluster-name", of.name.clone()));
                labels.push(("eks.amazonaws.com/capacityType", capacity.into()));
                labels.push(("eks.amazonaws.com/nodegroup", machine.group.into()));
                labels.push(("eks.amazonaws.com/nodegroup-image", format!("ami-{}", suffix(hash(3, 1), 12))));
                labels.push(("k8s.io/cloud-provider-aws", suffix(hash(4, 1), 20)));
                labels.push(("topology.k8s.aws/zone-id", format!("use1-az{}", 1 + at % 3)));
            }
        }
    }
    labels.into_iter().map(|(key, value)| (key.to_owned(), value.into())).collect()
}

fn node(teller: &Teller, of: &ClusterPlot, at: usize, name: &str, ip: &str, lost: bool) -> Value {
    let machine = machine(of, at);
    let labels = labels(of, at, name);
    let architecture = labels["kubernetes.io/arch"].clone();
    let draw = hash(teller.seed, at as u64 + 900);
    let provider_id = match of.provider.as_str() {
        "gke" => format!("gce://shop-staging/{}-{}/{name}", of.region, ["a", "b", "c"][at % 3]),
        "k3s" => format!("k3s://{name}"),
        _ => format!("aws:///{}{}/i-0{:016x}", of.region, ["a", "b", "c"][at % 3], draw),
    };
    let (os, kernel, runtime) = match of.provider.as_str() {
        "gke" => ("Container-Optimized OS from Google", "6.6.97+", "containerd://2.0.6"),
        "k3s" => ("Debian GNU/Linux 13 (trixie)", "6.12.48+deb13-amd64", "containerd://2.1.4-k3s1"),
        _ => ("Amazon Linux 2023.9.20251117", "6.12.55-74.119.amzn2023.x86_64", "containerd://2.1.4"),
    };
    let cpus = match machine.cpu {
        "7910m" => "8",
        "15890m" => "16",
        _ => "4",
    };
    let since = time::rfc3339(teller.created / 1000 - 86_400);
    let beat = time::rfc3339(if lost { teller.now / 1000 - LOST_FOR } else { teller.now / 1000 });
    let mut object = json!({
        "metadata": {"name": name, "labels": labels, "annotations": {"node.alpha.kubernetes.io/ttl": "0"}},
        "spec": {"podCIDR": format!("10.42.{}.0/24", at % 250), "providerID": provider_id},
        "status": {
            "capacity": {"cpu": cpus, "ephemeral-storage": "83873772Ki", "memory": machine.memory, "pods": "110"},
            "allocatable": {"cpu": machine.cpu, "ephemeral-storage": "76224326324", "memory": machine.memory, "pods": "110"},
            "conditions": [
                condition("MemoryPressure", "False", "KubeletHasSufficientMemory", "kubelet has sufficient memory available", &since, &beat),
                condition("DiskPressure", "False", "KubeletHasNoDiskPressure", "kubelet has no disk pressure", &since, &beat),
                condition("PIDPressure", "False", "KubeletHasSufficientPID", "kubelet has sufficient PID available", &since, &beat),
                condition("Ready", "True", "KubeletReady", "kubelet is posting ready status", &since, &beat),
            ],
            "addresses": [{"type": "InternalIP", "address": ip}, {"type": "Hostname", "address": name}],
            "daemonEndpoints": {"kubeletEndpoint": {"Port": 10250}},
            "nodeInfo": {
                "machineID": uuid(teller.seed, draw).replace('-', ""),
                "systemUUID": uuid(teller.seed, draw),
                "bootID": uuid(!teller.seed, draw),
                "kernelVersion": kernel,
                "osImage": os,
                "containerRuntimeVersion": runtime,
                "kubeletVersion": of.kubelet,
                "kubeProxyVersion": "",
                "operatingSystem": "linux",
                "architecture": architecture,
            },
        },
    });
    if lost {
        crate::demo::sim::nodes::set_ready(&mut object, false, teller.now / 1000 - 2700);
    }
    object
}

/// How long ago the lost nodes were heard of, in seconds.
const LOST_FOR: i64 = 2_700;

/// A kubelet's sign of life, which `kubectl describe node` tells.
fn lease(name: &str, lost: bool, now: i64) -> Value {
    let renewed = now - if lost { LOST_FOR } else { 0 };
    json!({"metadata": {"name": name}, "spec": {"holderIdentity": name, "leaseDurationSeconds": 40,
        "renewTime": time::rfc3339_micros(renewed * 1_000_000)}})
}

fn condition(kind: &str, is: &str, reason: &str, message: &str, since: &str, beat: &str) -> Value {
    json!({"type": kind, "status": is, "lastHeartbeatTime": beat, "lastTransitionTime": since, "reason": reason,
        "message": message})
}
