//! The ConfigMap `kube-system/aws-auth`, which older clusters log in by. It is read and never written here.

use serde::Serialize;

/// One line of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Mapped {
    /// ARN of a role or user; for `mapAccounts` the account's number.
    pub principal: String,
    pub username: String,
    pub groups: Vec<String>,
}

/// The whole map.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct AuthMap {
    pub mapped: Vec<Mapped>,
    /// What in it could not be read, in words. EKS leaves such a part out, which locks people out.
    pub problems: Vec<String>,
}

/// Why it is not written, and what to do instead.
pub const READ_ONLY: &str = "this cluster logs in by the ConfigMap kube-system/aws-auth alone (authentication mode CONFIG_MAP): one wrong line in \
     it locks everybody out, so it is shown and never written here";

/// The command that lets access entries count beside the ConfigMap. There is no way back.
pub fn remedy(name: &str, region: &str) -> String {
    format!(
        "aws eks update-cluster-config --name {} --region {} --access-config authenticationMode=API_AND_CONFIG_MAP",
        crate::domain::shell::quoted(name),
        crate::domain::shell::quoted(region),
    )
}
