//! AWS: who one is there, what clusters EKS tells of, what hangs on them and who may enter them, and the way into them
//! by IAM.

pub mod access;
pub mod accounts;
pub mod api;
mod chain;
mod cloud;
pub mod discovery;
mod eks;
mod errors;
mod faults;
mod http;
mod login;
mod process;
mod profiles;
pub mod query;
mod source;
pub mod token;
mod ways;

#[cfg(test)]
mod testing;

pub use cloud::Cloud;
pub use http::client as http_client;
pub use login::{Aws, Login, sdk_config};
pub use profiles::{ProfileInfo, Profiles};
pub use ways::{IamCluster, Ways, access_entry};
