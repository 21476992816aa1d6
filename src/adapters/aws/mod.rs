//! AWS: who one is there, what clusters EKS tells of, and the way into them by IAM.

mod chain;
mod errors;
mod http;
mod login;
mod process;
mod profiles;
mod source;

pub use login::{Aws, Login, sdk_config};
pub use profiles::{ProfileInfo, Profiles};
