//! EKS clusters as AWS describes them: plain data, and what follows from it at a given time.
//!
//! Text in here has passed `domain::text::clean`. Times are Unix seconds.

pub mod access;
pub mod auth_map;
pub mod cluster;
pub mod detail;
pub mod identity;
pub mod lane;
pub mod principal;
pub mod support;
mod words;

pub use access::{AccessEntry, AccessPolicy, AccessScope, PodIdentityAssociation};
pub use auth_map::{AuthMap, Mapped};
pub use cluster::{AuthMode, ClusterStatus, EksCluster, Exposure, HealthIssue, SupportType};
pub use detail::{Addon, EksDetail, FargateProfile, Insight, InsightStatus, Nodegroup, Part};
pub use identity::ServiceAccountRole;
pub use lane::{FaultKind, LaneFault, LoginSummary, RegionRow};
pub use support::{Phase, Support, Versions};
