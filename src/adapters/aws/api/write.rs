//! Changes of access entries. The only code that sends one.

use aws_sdk_eks::Client;
use aws_sdk_eks::types::{AccessScope as SdkScope, AccessScopeType};

use super::guard::{Bearer, Ticket};
use super::question;
use crate::adapters::aws::faults::not_written;
use crate::domain::eks::AccessScope;
use crate::domain::gate::aws::{AccessChange, ApprovedMutation};
use crate::domain::request::WriteError;

/// Carries out one approved request, by a client for its cluster's region. A try that was lost is made again: EKS knows
/// a creation by its token, and the others are the same the second time.
///
/// # Errors
/// What EKS said, or that no answer came.
pub async fn mutate(client: &Client, approved: ApprovedMutation) -> Result<(), WriteError> {
    let bearer = Bearer(Ticket::of(&approved));
    let mutation = approved.mutation();
    let question = question(mutation.operation(), &mutation.cluster.region);
    let (cluster, principal) = (&mutation.cluster.name, &mutation.principal);
    macro_rules! sent {
        ($request:expr) => {
            $request
                .cluster_name(cluster)
                .principal_arn(principal)
                .customize()
                .interceptor(bearer)
                .send()
                .await
                .map(drop)
                .map_err(|error| not_written(question, &error))
        };
    }
    match &mutation.change {
        AccessChange::Create { groups, username } => {
            let groups = Some(groups.clone()).filter(|groups| !groups.is_empty());
            sent!(client.create_access_entry().set_kubernetes_groups(groups).set_username(username.clone()))
        }
        AccessChange::Delete => sent!(client.delete_access_entry()),
        AccessChange::Associate { policy, scope: wanted } => {
            sent!(client.associate_access_policy().policy_arn(policy).access_scope(scope(wanted)))
        }
        AccessChange::Dissociate { policy } => sent!(client.disassociate_access_policy().policy_arn(policy)),
    }
}

/// A scope as the API has it.
pub fn scope(scope: &AccessScope) -> SdkScope {
    match scope {
        AccessScope::Cluster => SdkScope::builder().r#type(AccessScopeType::Cluster).build(),
        AccessScope::Namespaces(names) => {
            SdkScope::builder().r#type(AccessScopeType::Namespace).set_namespaces(Some(names.clone())).build()
        }
    }
}
