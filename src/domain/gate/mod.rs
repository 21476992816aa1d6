//! The rules of the write gate: what is asked for, what is shown before it, how hard the answer must be, and the one
//! value that lets a writer act.
//!
//! `Ask` → (the runtime reads the cluster) → [`Proposal`] → (a person or a flag answers) → [`Approved`] → (the runtime
//! records and carries out) → [`Report`].

pub mod access;
pub mod approved;
pub mod ask;
pub mod aws;
pub mod diff;
pub mod environment;
pub mod level;
pub mod owner;
pub mod proposal;
pub mod report;
pub mod run;
pub mod seen;
pub mod words;
pub mod write;

#[cfg(test)]
pub mod samples;
#[cfg(test)]
mod tests;

pub use access::{Right, Rights};
pub use approved::{Answer, Approved, ApprovedWrite, NotConfirmed, SETTLE_MS};
pub use ask::{Ask, Propagation, Verb};
pub use environment::{Care, Environment, Policy, matches_any};
pub use level::Level;
pub use proposal::{Along, DryRun, LeftOut, Missing, Place, Proposal, ProposalId, Target, Volume};
pub use report::{Fate, Progress, Report};
pub use run::RunChange;
pub use seen::Seen;
pub use write::{Change, Resource, Write};
