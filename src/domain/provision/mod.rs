//! Clusters by Terraform: who a run is about, what it does, and where it stands.

pub mod asks;
pub mod checks;
pub mod cost;
pub mod fleet;
pub mod given;
mod identity;
pub mod instance_types;
pub mod jobs;
pub mod limit;
pub mod manifests;
pub mod news;
pub mod offers;
pub mod on_volume;
pub mod outputs;
pub mod queue;
mod run;
pub mod seen;
pub mod site;
mod told;
pub mod variables;
mod version_step;
mod worker;

#[cfg(test)]
pub mod tests;

pub use identity::{Identity, IdentityProblem, STATE_FILE};
pub use manifests::Spec;
pub use run::{Approval, Facts, JobFacts, Kind, State, run_id};
pub use seen::Run;
pub use site::Site;
pub use told::{Outcome, Phase};
pub use version_step::version_step;
