//! Clusters by Terraform: who a run is about, what it does, and where it stands.

mod identity;
pub mod manifests;
mod run;
mod told;
pub mod variables;

#[cfg(test)]
mod tests;

pub use identity::{Identity, IdentityProblem, STATE_FILE};
pub use run::{Approval, Facts, JobFacts, Kind, State, Step};
pub use told::{Outcome, Phase};
