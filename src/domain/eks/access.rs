//! Who may enter a cluster through the EKS API.

use serde::Serialize;

/// What every access policy's ARN ends in.
const POLICY_PATH: &str = ":eks::aws:cluster-access-policy/";
/// The one policy that may do everything everywhere.
const CLUSTER_ADMIN: &str = "AmazonEKSClusterAdminPolicy";

/// Short words for the policies that people give.
pub const SHORT: [(&str, &str); 6] = [
    ("cluster-admin", CLUSTER_ADMIN),
    ("admin", "AmazonEKSAdminPolicy"),
    ("admin-view", "AmazonEKSAdminViewPolicy"),
    ("edit", "AmazonEKSEditPolicy"),
    ("view", "AmazonEKSViewPolicy"),
    ("secret-reader", "AmazonEKSSecretReaderPolicy"),
];

/// Where an access policy holds.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum AccessScope {
    Cluster,
    /// Sorted or as given; never empty.
    Namespaces(Vec<String>),
}

impl AccessScope {
    /// `the whole cluster`, `namespaces a, b`.
    pub fn words(&self) -> String {
        match self {
            Self::Cluster => "the whole cluster".to_owned(),
            Self::Namespaces(names) if names.len() == 1 => format!("namespace {}", names[0]),
            Self::Namespaces(names) => format!("namespaces {}", names.join(", ")),
        }
    }

    /// Whether something that `self` covers is outside of `next`.
    pub fn is_narrowed_by(&self, next: &Self) -> bool {
        match (self, next) {
            (_, Self::Cluster) => false,
            (Self::Cluster, Self::Namespaces(_)) => true,
            (Self::Namespaces(now), Self::Namespaces(next)) => now.iter().any(|name| !next.contains(name)),
        }
    }

    /// Whether both cover the same.
    pub fn is_same(&self, other: &Self) -> bool {
        !self.is_narrowed_by(other) && !other.is_narrowed_by(self)
    }
}

impl Serialize for AccessScope {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Cluster => serializer.serialize_str("cluster"),
            Self::Namespaces(names) => names.serialize(serializer),
        }
    }
}

/// An access policy of an entry.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AccessPolicy {
    /// `arn:aws:eks::aws:cluster-access-policy/NAME`
    pub arn: String,
    pub scope: AccessScope,
}

impl AccessPolicy {
    /// The ARN of a policy that is given by a short word, its name, or already its ARN.
    pub fn arn_of(partition: &str, name: &str) -> String {
        let name = SHORT.iter().find(|(short, _)| *short == name).map_or(name, |(_, whole)| whole);
        match name.contains(POLICY_PATH) {
            true => name.to_owned(),
            false => format!("arn:{partition}{POLICY_PATH}{name}"),
        }
    }

    pub fn name(&self) -> &str {
        policy_name(&self.arn)
    }

    /// May do everything, everywhere in the cluster.
    pub fn is_cluster_admin(&self) -> bool {
        self.name() == CLUSTER_ADMIN && self.scope == AccessScope::Cluster
    }

    /// `AmazonEKSEditPolicy on namespace web`
    pub fn words(&self) -> String {
        format!("{} on {}", self.name(), self.scope.words())
    }
}

/// What stands behind the last slash of a policy's ARN.
pub fn policy_name(arn: &str) -> &str {
    arn.rsplit('/').next().unwrap_or(arn)
}

/// A principal that may enter a cluster.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AccessEntry {
    /// ARN of a user or a role.
    pub principal: String,
    /// `STANDARD`, or what nodes have: `EC2_LINUX`, `EC2_WINDOWS`, `FARGATE_LINUX`, `EC2`, `HYBRID_LINUX`,
    /// `HYPERPOD_LINUX`.
    pub kind: String,
    /// As whom Kubernetes knows it.
    pub username: String,
    pub groups: Vec<String>,
    pub policies: Vec<AccessPolicy>,
    pub created: Option<i64>,
}

impl AccessEntry {
    pub fn is_cluster_admin(&self) -> bool {
        self.policies.iter().any(AccessPolicy::is_cluster_admin)
    }

    /// Machines come in by it, not people.
    pub fn is_of_nodes(&self) -> bool {
        self.kind != "STANDARD"
    }
}

/// A service account that gets a role from EKS Pod Identity.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PodIdentityAssociation {
    pub id: String,
    pub namespace: String,
    pub service_account: String,
    /// `None`: it could not be read.
    pub role: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spaces(names: &[&str]) -> AccessScope {
        AccessScope::Namespaces(names.iter().map(|name| (*name).to_owned()).collect())
    }

    #[test]
    fn a_policy_is_named_shortly_or_by_its_arn() {
        let arn = AccessPolicy::arn_of("aws-cn", "AmazonEKSViewPolicy");
        assert_eq!(arn, "arn:aws-cn:eks::aws:cluster-access-policy/AmazonEKSViewPolicy");
        assert_eq!(AccessPolicy::arn_of("aws", &arn), arn);
        assert_eq!(AccessPolicy::arn_of("aws-cn", "view"), arn);
        assert_eq!(policy_name(&arn), "AmazonEKSViewPolicy");
    }

    #[test]
    fn a_scope_is_narrower_if_anything_falls_out_of_it() {
        assert!(AccessScope::Cluster.is_narrowed_by(&spaces(&["a"])));
        assert!(spaces(&["a", "b"]).is_narrowed_by(&spaces(&["a", "c"])));
        assert!(!spaces(&["a"]).is_narrowed_by(&spaces(&["b", "a"])));
        assert!(!spaces(&["a"]).is_narrowed_by(&AccessScope::Cluster));
        assert!(spaces(&["a", "b"]).is_same(&spaces(&["b", "a"])));
    }

    #[test]
    fn only_the_whole_cluster_makes_a_cluster_admin() {
        let arn = AccessPolicy::arn_of("aws", CLUSTER_ADMIN);
        assert!(AccessPolicy { arn: arn.clone(), scope: AccessScope::Cluster }.is_cluster_admin());
        assert!(!AccessPolicy { arn, scope: spaces(&["a"]) }.is_cluster_admin());
    }
}
