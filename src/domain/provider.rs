//! Which product runs a cluster.

#[cfg(test)]
mod tests;

use super::node::NodeRow;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Provider {
    Eks,
    Gke,
    Aks,
    OpenShift,
    K3s,
    Rke2,
    K0s,
    Kind,
    Minikube,
    DigitalOcean,
    /// kubeadm, kops and whatever does not tell.
    Vanilla,
}

impl Provider {
    pub const ALL: [Self; 11] = [
        Self::Eks,
        Self::Gke,
        Self::Aks,
        Self::OpenShift,
        Self::K3s,
        Self::Rke2,
        Self::K0s,
        Self::Kind,
        Self::Minikube,
        Self::DigitalOcean,
        Self::Vanilla,
    ];

    /// By its name, in any case of letters.
    pub fn of_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|provider| provider.name().eq_ignore_ascii_case(name))
    }

    pub fn name(self) -> &'static str {
        match self {
            Self::Eks => "EKS",
            Self::Gke => "GKE",
            Self::Aks => "AKS",
            Self::OpenShift => "OpenShift",
            Self::K3s => "k3s",
            Self::Rke2 => "RKE2",
            Self::K0s => "k0s",
            Self::Kind => "kind",
            Self::Minikube => "minikube",
            Self::DigitalOcean => "DOKS",
            Self::Vanilla => "vanilla",
        }
    }
}

/// Told from `gitVersion` where a product marks it (`v1.34.4-eks-abc`, `v1.33.1-gke.100`, `v1.32.2+k3s1`), else from
/// the first node whose labels or provider id tell.
pub fn provider<'a>(git_version: &str, nodes: impl IntoIterator<Item = &'a NodeRow>) -> Provider {
    by_version(git_version).or_else(|| nodes.into_iter().find_map(by_node)).unwrap_or(Provider::Vanilla)
}

/// The minor version, as people say it: `v1.34.4-eks-abc` → `1.34`. Text of another shape stays as it is.
pub fn short_version(git_version: &str) -> &str {
    let version = git_version.strip_prefix('v').unwrap_or(git_version);
    let mut dots = version.match_indices('.').map(|(at, _)| at);
    dots.next();
    &version[..dots.next().unwrap_or(version.len())]
}

fn by_version(version: &str) -> Option<Provider> {
    const MARKS: [(&str, Provider); 5] = [
        ("-eks-", Provider::Eks),
        ("-gke.", Provider::Gke),
        ("+k3s", Provider::K3s),
        ("+rke2", Provider::Rke2),
        ("+k0s", Provider::K0s),
    ];
    let marked = MARKS.iter().find(|(mark, _)| version.contains(mark)).map(|(_, provider)| *provider);
    marked.or_else(|| is_openshift(version).then_some(Provider::OpenShift))
}

/// OpenShift appends seven hex digits of its commit: `v1.29.6+aba1e8d`.
fn is_openshift(version: &str) -> bool {
    let build = version.split_once('+').map(|(_, build)| build);
    build.is_some_and(|build| build.len() == 7 && build.bytes().all(|byte| byte.is_ascii_hexdigit()))
}

fn by_node(node: &NodeRow) -> Option<Provider> {
    const LABELS: [(&str, Provider); 7] = [
        ("eks.amazonaws.com/", Provider::Eks),
        ("alpha.eksctl.io/", Provider::Eks),
        ("cloud.google.com/gke-", Provider::Gke),
        ("kubernetes.azure.com/", Provider::Aks),
        ("node.openshift.io/", Provider::OpenShift),
        ("minikube.k8s.io/", Provider::Minikube),
        ("doks.digitalocean.com/", Provider::DigitalOcean),
    ];
    const IDS: [(&str, Provider); 4] = [
        ("kind://", Provider::Kind),
        ("k3s://", Provider::K3s),
        ("digitalocean://", Provider::DigitalOcean),
        ("azure://", Provider::Aks),
    ];
    let labelled = |prefix: &str| node.meta.labels.iter().any(|(key, _)| key.starts_with(prefix));
    LABELS
        .iter()
        .find(|(prefix, _)| labelled(prefix))
        .or_else(|| IDS.iter().find(|(prefix, _)| node.provider_id.starts_with(prefix)))
        .map(|(_, provider)| *provider)
        .or_else(|| by_version(&node.kubelet_version))
}
