use rstest::rstest;

use super::*;
use crate::domain::ids::{ObjectKey, Uid};
use crate::domain::object::Meta;

fn node(label: &str, provider_id: &str, kubelet: &str) -> NodeRow {
    let labels = Box::new([(label.into(), "x".into())]);
    let meta = Meta { key: ObjectKey::new("", "n"), uid: Uid::default(), created: 1, deleting: 0, owner: None, labels };
    NodeRow {
        meta,
        ready: true,
        unschedulable: false,
        troubles: Box::default(),
        kubelet_version: kubelet.into(),
        provider_id: provider_id.into(),
        cpu_millis: 0,
        memory_bytes: 0,
        pods: 0,
    }
}

#[rstest]
#[case("v1.34.4-eks-1a2b3c4", "", "", "", Provider::Eks)]
#[case("v1.34.4", "eks.amazonaws.com/nodegroup", "", "v1.34.4", Provider::Eks)]
#[case("v1.34.4", "", "aws:///eu-west-1a/i-0", "v1.34.4-eks-rig", Provider::Eks)]
#[case("v1.33.1-gke.1000", "", "", "", Provider::Gke)]
#[case("v1.33.1", "cloud.google.com/gke-nodepool", "gce://p/z/i", "", Provider::Gke)]
#[case("v1.33.1", "kubernetes.azure.com/cluster", "azure:///subscriptions/x", "", Provider::Aks)]
#[case("v1.32.2+k3s1", "", "", "", Provider::K3s)]
#[case("v1.32.2+rke2r1", "", "", "", Provider::Rke2)]
#[case("v1.29.6+aba1e8d", "", "", "", Provider::OpenShift)]
#[case("v1.34.0", "", "kind://docker/kind/kind-control-plane", "v1.34.0", Provider::Kind)]
#[case("v1.34.0", "minikube.k8s.io/name", "", "v1.34.0", Provider::Minikube)]
#[case("v1.34.0", "kubernetes.io/os", "aws:///x/i-0", "v1.34.0", Provider::Vanilla)]
#[case("", "", "", "", Provider::Vanilla)]
fn is_told(
    #[case] version: &str,
    #[case] label: &str,
    #[case] id: &str,
    #[case] kubelet: &str,
    #[case] wanted: Provider,
) {
    assert_eq!(provider(version, [&node(label, id, kubelet)]), wanted);
}

#[rstest]
#[case("v1.34.4-eks-abc", "1.34")]
#[case("v1.34.4", "1.34")]
#[case("1.9", "1.9")]
#[case("", "")]
fn versions_are_short(#[case] version: &str, #[case] wanted: &str) {
    assert_eq!(short_version(version), wanted);
}
