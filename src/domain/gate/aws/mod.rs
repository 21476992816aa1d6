//! The gate for changes of an AWS account: the same steps as for a cluster's objects.
//!
//! `AccessAsk` → (the runtime reads who may enter the cluster) → [`AccessProposal`] → (a person or a flag answers) →
//! [`ApprovedAccess`] → (the runtime records and carries out) → [`Report`](super::Report).

pub mod approved;
pub mod ask;
pub mod mutation;
pub mod proposal;
mod stakes;

#[cfg(test)]
pub mod samples;
#[cfg(test)]
mod tests;

pub use approved::{ApprovedAccess, ApprovedMutation};
pub use ask::{AccessAsk, AccessKnown, AccessWanted};
pub use mutation::{AccessChange, Mutation};
pub use proposal::AccessProposal;
