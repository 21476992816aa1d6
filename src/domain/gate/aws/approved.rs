//! The one value that lets the AWS writer act. It is built here, from a proposal and its right answer.
//!
//! It cannot be made by hand, copied, or used twice:
//! ```compile_fail
//! use eksdeck::domain::gate::aws::{ApprovedMutation, Mutation};
//! fn forged(mutation: Mutation) -> ApprovedMutation {
//!     ApprovedMutation { mutation }
//! }
//! ```
//! ```compile_fail
//! use eksdeck::domain::gate::aws::ApprovedMutation;
//! fn twice(mutation: ApprovedMutation) -> (ApprovedMutation, ApprovedMutation) {
//!     (mutation.clone(), mutation)
//! }
//! ```
//! ```compile_fail
//! use eksdeck::domain::gate::aws::ApprovedAccess;
//! fn twice(approved: ApprovedAccess) {
//!     let first = approved.into_mutations();
//!     let second = approved.into_mutations();
//! }
//! ```
//! ```compile_fail
//! use eksdeck::domain::gate::ProposalId;
//! use eksdeck::domain::gate::aws::{AccessAsk, ApprovedAccess};
//! fn forged(ask: AccessAsk) -> ApprovedAccess {
//!     ApprovedAccess { proposal: ProposalId(1), ask, seen: None, mutations: Vec::new() }
//! }
//! ```
//! The types themselves can be named, so that the examples above fail for no other reason:
//! ```
//! use eksdeck::domain::gate::aws::{AccessAsk, ApprovedAccess, ApprovedMutation, Mutation};
//! fn once(approved: ApprovedAccess) -> AccessAsk {
//!     approved.ask().clone()
//! }
//! fn read(mutation: &ApprovedMutation) -> &Mutation {
//!     mutation.mutation()
//! }
//! ```

use super::ask::AccessAsk;
use super::mutation::Mutation;
use super::proposal::AccessProposal;
use crate::domain::eks::AccessEntry;
use crate::domain::gate::approved::{Answer, NotConfirmed, fits};
use crate::domain::gate::proposal::ProposalId;

/// A proposal that was answered with yes.
#[derive(Debug, PartialEq)]
pub struct ApprovedAccess {
    proposal: ProposalId,
    ask: AccessAsk,
    /// The principal's entry as it was shown.
    seen: Option<AccessEntry>,
    mutations: Vec<Mutation>,
}

impl ApprovedAccess {
    pub(super) fn of(proposal: &AccessProposal, answer: &Answer<'_>) -> Result<Self, NotConfirmed> {
        if let Some(hindrance) = proposal.hindrance() {
            return Err(NotConfirmed::Hindered(hindrance.words));
        }
        fits(proposal.level(), answer, |word| word == proposal.place.cluster || word == proposal.ask.principal)?;
        Ok(Self {
            proposal: proposal.id,
            ask: proposal.ask.clone(),
            seen: proposal.seen.clone(),
            mutations: proposal.mutations.clone(),
        })
    }

    /// The question that was answered.
    pub fn proposal(&self) -> ProposalId {
        self.proposal
    }

    /// What the question was about.
    pub fn ask(&self) -> &AccessAsk {
        &self.ask
    }

    /// The principal's entry as the question showed it.
    pub fn seen(&self) -> Option<&AccessEntry> {
        self.seen.as_ref()
    }

    /// The requests one by one.
    pub fn into_mutations(self) -> impl ExactSizeIterator<Item = ApprovedMutation> {
        self.mutations.into_iter().map(|mutation| ApprovedMutation { mutation })
    }
}

/// One request that was approved. The AWS writer takes it by value.
#[derive(Debug, PartialEq)]
pub struct ApprovedMutation {
    mutation: Mutation,
}

impl ApprovedMutation {
    pub fn mutation(&self) -> &Mutation {
        &self.mutation
    }
}
