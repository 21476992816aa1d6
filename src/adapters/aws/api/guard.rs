//! Beneath everything that speaks EKS: reads pass, and of the rest only what carries the ticket of its approval.

use aws_sdk_eks::config::interceptors::{
    BeforeSerializationInterceptorContextMut, BeforeSerializationInterceptorContextRef,
};
use aws_sdk_eks::config::{ConfigBag, Intercept, RuntimeComponents};
use aws_sdk_eks::operation::associate_access_policy::AssociateAccessPolicyInput;
use aws_sdk_eks::operation::create_access_entry::CreateAccessEntryInput;
use aws_sdk_eks::operation::delete_access_entry::DeleteAccessEntryInput;
use aws_sdk_eks::operation::disassociate_access_policy::DisassociateAccessPolicyInput;
use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::interceptors::context::Input;
use aws_smithy_runtime_api::client::orchestrator::Metadata;
use aws_smithy_types::config_bag::{Storable, StoreReplace};
use aws_types::region::Region;

use super::write::scope;
use crate::domain::gate::aws::{AccessChange, ApprovedMutation, Mutation};

/// Operations that change nothing.
const READERS: [&str; 18] = [
    "DescribeAccessEntry",
    "DescribeAddon",
    "DescribeAddonVersions",
    "DescribeCluster",
    "DescribeClusterVersions",
    "DescribeFargateProfile",
    "DescribeInsight",
    "DescribeNodegroup",
    "DescribePodIdentityAssociation",
    "ListAccessEntries",
    "ListAccessPolicies",
    "ListAddons",
    "ListAssociatedAccessPolicies",
    "ListClusters",
    "ListFargateProfiles",
    "ListInsights",
    "ListNodegroups",
    "ListPodIdentityAssociations",
];

/// What was refused before anything of it was sent.
#[derive(Debug, thiserror::Error)]
#[error("{operation} changes something and was not approved: it was not sent")]
pub struct NotApproved {
    operation: String,
}

/// Refuses what is neither a read nor approved.
#[derive(Debug)]
pub struct Guard;

impl Intercept for Guard {
    fn name(&self) -> &'static str {
        "Guard"
    }

    fn modify_before_serialization(
        &self,
        context: &mut BeforeSerializationInterceptorContextMut<'_>,
        _components: &RuntimeComponents,
        config: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let operation = config.load::<Metadata>().map_or("an unnamed operation", Metadata::name);
        let region = config.load::<Region>().map_or("", AsRef::as_ref);
        let is_approved = || config.load::<Ticket>().is_some_and(|ticket| ticket.admits(context.input(), region));
        match READERS.contains(&operation) || is_approved() {
            true => Ok(()),
            false => Err(NotApproved { operation: operation.to_owned() }.into()),
        }
    }
}

/// Made from an approval alone, for exactly its request.
#[derive(Debug, Clone)]
pub struct Ticket(Mutation);

impl Storable for Ticket {
    type Storer = StoreReplace<Self>;
}

impl Ticket {
    pub fn of(approved: &ApprovedMutation) -> Self {
        Self(approved.mutation().clone())
    }

    fn admits(&self, input: &Input, region: &str) -> bool {
        let Self(Mutation { cluster, principal, change }) = self;
        let (name, principal) = (Some(cluster.name.as_str()), Some(principal.as_str()));
        let fits = match change {
            AccessChange::Create { groups, username } => {
                input.downcast_ref::<CreateAccessEntryInput>().is_some_and(|input| {
                    let is_plain = input.r#type().is_none() && input.tags().is_none();
                    (input.cluster_name(), input.principal_arn()) == (name, principal)
                        && input.kubernetes_groups() == groups.as_slice()
                        && input.username() == username.as_deref()
                        && is_plain
                })
            }
            AccessChange::Delete => input
                .downcast_ref::<DeleteAccessEntryInput>()
                .is_some_and(|input| (input.cluster_name(), input.principal_arn()) == (name, principal)),
            AccessChange::Associate { policy, scope: wanted } => {
                input.downcast_ref::<AssociateAccessPolicyInput>().is_some_and(|input| {
                    (input.cluster_name(), input.principal_arn()) == (name, principal)
                        && input.policy_arn() == Some(policy)
                        && input.access_scope() == Some(&scope(wanted))
                })
            }
            AccessChange::Dissociate { policy } => {
                input.downcast_ref::<DisassociateAccessPolicyInput>().is_some_and(|input| {
                    (input.cluster_name(), input.principal_arn()) == (name, principal)
                        && input.policy_arn() == Some(policy)
                })
            }
        };
        fits && region == cluster.region
    }
}

/// Puts a ticket where the guard looks for it.
#[derive(Debug)]
pub struct Bearer(pub Ticket);

impl Intercept for Bearer {
    fn name(&self) -> &'static str {
        "Bearer"
    }

    fn read_before_execution(
        &self,
        _context: &BeforeSerializationInterceptorContextRef<'_>,
        config: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        config.interceptor_state().store_put(self.0.clone());
        Ok(())
    }
}
