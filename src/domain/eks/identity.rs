//! Service accounts whose pods get an AWS role: by IRSA (an annotation and an OIDC provider in IAM) or by Pod Identity
//! (an association in EKS and its agent on the nodes).

use std::collections::BTreeMap;

use serde::Serialize;

use super::access::PodIdentityAssociation;

/// The annotation that IRSA goes by.
pub const ROLE_ANNOTATION: &str = "eks.amazonaws.com/role-arn";
/// The addon whose agent hands Pod Identity's credentials out; Auto Mode has it built in.
pub const AGENT_ADDON: &str = "eks-pod-identity-agent";

/// One service account with a role.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ServiceAccountRole {
    pub namespace: String,
    pub name: String,
    /// The role of its annotation.
    pub irsa: Option<String>,
    pub pod_identity: Option<PodIdentityAssociation>,
    /// What keeps its pods from their role, each one line.
    pub warnings: Vec<String>,
}

/// A service account as Kubernetes has it: namespace, name, the annotation's role.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Annotated {
    pub namespace: String,
    pub name: String,
    pub role: Option<String>,
}

/// What the roles of service accounts hang on; `None` where it could not be read.
#[derive(Debug, Clone, Copy, Default)]
pub struct Grounds {
    pub oidc_provider: Option<bool>,
    /// The agent of Pod Identity runs: its addon is there, or Auto Mode is on.
    pub agent: Option<bool>,
}

/// Joins both sides, by namespace and name. `accounts`: every service account of the cluster.
pub fn service_account_roles(
    accounts: &[Annotated],
    associations: &[PodIdentityAssociation],
    grounds: Grounds,
) -> Vec<ServiceAccountRole> {
    let mut rows: BTreeMap<(&str, &str), ServiceAccountRole> = BTreeMap::new();
    let empty = |namespace: &str, name: &str| ServiceAccountRole {
        namespace: namespace.to_owned(),
        name: name.to_owned(),
        irsa: None,
        pod_identity: None,
        warnings: Vec::new(),
    };
    for account in accounts.iter().filter(|account| account.role.is_some()) {
        let (namespace, name) = (account.namespace.as_str(), account.name.as_str());
        let row = rows.entry((namespace, name)).or_insert_with(|| empty(namespace, name));
        row.irsa.clone_from(&account.role);
    }
    for association in associations {
        let (namespace, name) = (association.namespace.as_str(), association.service_account.as_str());
        let row = rows.entry((namespace, name)).or_insert_with(|| empty(namespace, name));
        row.pod_identity = Some(association.clone());
        if !accounts.iter().any(|account| (account.namespace.as_str(), account.name.as_str()) == (namespace, name)) {
            row.warnings.push("there is no such service account".to_owned());
        }
    }
    let mut rows: Vec<ServiceAccountRole> = rows.into_values().collect();
    rows.iter_mut().for_each(|row| warn(row, grounds));
    rows
}

fn warn(row: &mut ServiceAccountRole, grounds: Grounds) {
    if row.irsa.is_some() && grounds.oidc_provider == Some(false) {
        row.warnings.push("IAM has no OIDC provider for this cluster: IRSA does not work".to_owned());
    }
    if row.pod_identity.is_some() && grounds.agent == Some(false) {
        row.warnings.push(format!("the addon {AGENT_ADDON} is not there: Pod Identity does not work"));
    }
    let other = row.pod_identity.as_ref().and_then(|association| association.role.as_ref());
    if let (Some(irsa), Some(other)) = (&row.irsa, other)
        && irsa != other
    {
        row.warnings.push("IRSA and Pod Identity name different roles".to_owned());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn account(namespace: &str, name: &str, role: Option<&str>) -> Annotated {
        Annotated { namespace: namespace.to_owned(), name: name.to_owned(), role: role.map(str::to_owned) }
    }

    fn association(namespace: &str, name: &str) -> PodIdentityAssociation {
        PodIdentityAssociation {
            id: "a-1".to_owned(),
            namespace: namespace.to_owned(),
            service_account: name.to_owned(),
            role: Some("p".to_owned()),
        }
    }

    #[test]
    fn both_ways_are_one_row_and_accounts_without_a_role_are_none() {
        let accounts = [account("a", "x", Some("r")), account("a", "default", None), account("b", "y", None)];
        let associations = [association("a", "x"), association("b", "y"), association("c", "gone")];
        let grounds = Grounds { oidc_provider: Some(true), agent: Some(true) };
        let rows = service_account_roles(&accounts, &associations, grounds);
        let names: Vec<(&str, &str)> = rows.iter().map(|row| (row.namespace.as_str(), row.name.as_str())).collect();
        assert_eq!(names, [("a", "x"), ("b", "y"), ("c", "gone")]);
        assert!(rows[0].irsa.is_some() && rows[0].pod_identity.is_some());
        assert_eq!(rows[0].warnings, ["IRSA and Pod Identity name different roles"]);
        assert!(rows[1].irsa.is_none() && rows[1].warnings.is_empty());
        assert_eq!(rows[2].warnings, ["there is no such service account"]);
    }

    #[test]
    fn what_a_role_hangs_on_and_is_missing_is_said() {
        let accounts = [account("a", "x", Some("r")), account("a", "y", None)];
        let associations = [association("a", "y")];
        let missing = Grounds { oidc_provider: Some(false), agent: Some(false) };
        let rows = service_account_roles(&accounts, &associations, missing);
        assert!(rows[0].warnings[0].contains("no OIDC provider"), "{rows:?}");
        assert!(rows[1].warnings[0].contains("eks-pod-identity-agent"), "{rows:?}");
        let unknown = service_account_roles(&accounts, &associations, Grounds::default());
        assert!(unknown.iter().all(|row| row.warnings.is_empty()));
    }
}
