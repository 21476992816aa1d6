//! AWS: who one is there, what clusters EKS tells of, and the way into them by IAM.

mod chain;
mod eks;
mod errors;
mod http;
mod login;
mod process;
mod profiles;
mod source;
pub mod token;
mod ways;

pub use login::{Aws, Login, sdk_config};
pub use profiles::{ProfileInfo, Profiles};
pub use ways::{IamCluster, WayIn, Ways, access_entry};
