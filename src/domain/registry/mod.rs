//! What the registry of clusters holds: clusters with how they are to be treated, what was seen of them over time, and
//! who looks after which. Every row belongs to one organisation. Times are Unix milliseconds.

mod asked;
mod claim;
mod filter;
mod finished;
mod identity;
mod json;
mod organisation;
mod record;
mod role;
mod snapshot;
mod transition;

#[cfg(test)]
mod tests;

pub use asked::{NotRegistered, Origin, Register, Remove, Test, Treatment};
pub use claim::Claim;
pub use filter::ClusterFilter;
pub use finished::{FinishedJob, LOG_LINES, last_lines};
pub use identity::Identity;
pub use json::PlainRecord;
pub use organisation::{ORGANISATION_HAS, is_organisation};
pub use record::{ClusterRecord, Edit, Way, check_name};
pub use role::Role;
pub use snapshot::{Check, Deployment, Node, Pods, Snapshot, Space, Summary};
pub use transition::{Status, Transition};
