//! Approvals for tests of the writer.

use super::{AccessAsk, AccessKnown, AccessProposal, AccessWanted, ApprovedMutation};
use crate::domain::aws::arn::ClusterArn;
use crate::domain::eks::{AccessEntry, AccessScope, AuthMode};
use crate::domain::gate::{Answer, Policy, ProposalId};

pub const PRINCIPAL: &str = "arn:aws:iam::111111111111:user/other";

/// What leads to a view of the whole of batch-dev: an entry, then its policy.
pub fn granted() -> Vec<ApprovedMutation> {
    let policies = vec![("AmazonEKSViewPolicy".to_owned(), AccessScope::Cluster)];
    approved(AccessWanted::Grant { policies, groups: vec!["team".to_owned()], username: None }, Vec::new())
}

/// The entry goes.
pub fn revoked() -> Vec<ApprovedMutation> {
    let entry = AccessEntry {
        principal: PRINCIPAL.to_owned(),
        kind: "STANDARD".to_owned(),
        username: String::new(),
        groups: Vec::new(),
        policies: Vec::new(),
        created: None,
    };
    approved(AccessWanted::Revoke { policies: Vec::new() }, vec![entry])
}

fn approved(wanted: AccessWanted, entries: Vec<AccessEntry>) -> Vec<ApprovedMutation> {
    let cluster = ClusterArn::parse("arn:aws:eks:us-west-2:111111111111:cluster/batch-dev").unwrap();
    let ask = AccessAsk { cluster, principal: PRINCIPAL.to_owned(), wanted };
    let caller = "arn:aws:iam::111111111111:user/sre".to_owned();
    let known = AccessKnown { auth_mode: AuthMode::Api, entries, caller, tags: Default::default() };
    let policy = Policy::default();
    let proposal = AccessProposal::new(ProposalId(1), ask, &known, policy.care_of_eks("batch-dev", None), &policy);
    proposal.confirm(&Answer::Flags { yes: true, word: None }).unwrap().into_mutations().collect()
}
