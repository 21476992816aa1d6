//! One request that changes who may enter a cluster.

use serde_json::{Value, json};

use crate::domain::aws::arn::ClusterArn;
use crate::domain::eks::AccessScope;
use crate::domain::eks::access::policy_name;

/// What happens to a principal's entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AccessChange {
    /// The entry is new. `username`: as whom Kubernetes knows it, where EKS should not make that up.
    Create { groups: Vec<String>, username: Option<String> },
    /// The entry goes, with every policy.
    Delete,
    /// A policy holds, with this scope in place of any that it had.
    Associate { policy: String, scope: AccessScope },
    /// A policy no longer holds.
    Dissociate { policy: String },
}

/// One change of one entry of one cluster.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mutation {
    pub cluster: ClusterArn,
    /// ARN of the user or role.
    pub principal: String,
    pub change: AccessChange,
}

impl Mutation {
    /// The EKS API's name of the request.
    pub fn operation(&self) -> &'static str {
        match self.change {
            AccessChange::Create { .. } => "CreateAccessEntry",
            AccessChange::Delete => "DeleteAccessEntry",
            AccessChange::Associate { .. } => "AssociateAccessPolicy",
            AccessChange::Dissociate { .. } => "DisassociateAccessPolicy",
        }
    }

    /// `access entry arn:aws:iam::…:user/x`, `policy AmazonEKSViewPolicy of arn:…`.
    pub fn object_words(&self) -> String {
        match &self.change {
            AccessChange::Create { .. } | AccessChange::Delete => format!("access entry {}", self.principal),
            AccessChange::Associate { policy, scope } => {
                format!("{} on {} for {}", policy_name(policy), scope.words(), self.principal)
            }
            AccessChange::Dissociate { policy } => format!("{} of {}", policy_name(policy), self.principal),
        }
    }

    /// Everything that the request says, for the audit's digest and for scripts.
    pub fn request(&self) -> Value {
        let mut request = json!({
            "operation": self.operation(),
            "clusterArn": self.cluster.to_string(),
            "principalArn": self.principal,
        });
        match &self.change {
            AccessChange::Create { groups, username } => {
                request["kubernetesGroups"] = json!(groups);
                request["username"] = json!(username);
            }
            AccessChange::Delete => {}
            AccessChange::Associate { policy, scope } => {
                request["policyArn"] = json!(policy);
                request["accessScope"] = match scope {
                    AccessScope::Cluster => json!({"type": "cluster"}),
                    AccessScope::Namespaces(names) => json!({"type": "namespace", "namespaces": names}),
                };
            }
            AccessChange::Dissociate { policy } => request["policyArn"] = json!(policy),
        }
        request
    }
}
