//! One cluster as `DescribeCluster` tells it.

use std::collections::BTreeMap;

use serde::ser::{Serialize, SerializeStruct, Serializer};

use super::support::Support;
use super::words::words;
use crate::domain::aws::arn::ClusterArn;

words! {
    /// Where a cluster stands in its life. Endpoint and certificate authority are absent until it is ACTIVE.
    ClusterStatus {
        Creating = "CREATING",
        Active = "ACTIVE",
        Deleting = "DELETING",
        Failed = "FAILED",
        Updating = "UPDATING",
        Pending = "PENDING",
    }
}

words! {
    /// Who is asked when somebody logs in.
    AuthMode {
        ConfigMap = "CONFIG_MAP",
        Api = "API",
        ApiAndConfigMap = "API_AND_CONFIG_MAP",
    }
}

words! {
    /// What happens when standard support ends: AWS upgrades the cluster, or extended support is paid for.
    SupportType {
        Standard = "STANDARD",
        Extended = "EXTENDED",
    }
}

impl ClusterStatus {
    /// Whether its API server can be asked. An update leaves it serving.
    pub fn serves(&self) -> bool {
        matches!(self, Self::Active | Self::Updating)
    }
}

impl AuthMode {
    /// Whether access entries count.
    pub fn has_entries(&self) -> bool {
        !matches!(self, Self::ConfigMap)
    }
}

impl Serialize for ClusterArn {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut fields = serializer.serialize_struct("ClusterArn", 4)?;
        fields.serialize_field("arn", &self.to_string())?;
        fields.serialize_field("name", &self.name)?;
        fields.serialize_field("region", &self.region)?;
        fields.serialize_field("account", &self.account)?;
        fields.end()
    }
}

/// From where the API server can be reached.
#[derive(Debug, Clone, PartialEq, Eq, Default, serde::Serialize)]
pub struct Exposure {
    pub public: bool,
    pub private: bool,
    /// Who may reach the public endpoint; empty where there is none.
    pub cidrs: Vec<String>,
}

impl Exposure {
    /// `private`, `public`, `public (203.0.113.0/24) and private`.
    pub fn words(&self) -> String {
        let is_open = self.cidrs.iter().all(|cidr| cidr == "0.0.0.0/0" || cidr == "::/0");
        let public = if is_open { "public".to_owned() } else { format!("public ({})", self.cidrs.join(", ")) };
        match (self.public, self.private) {
            (true, true) => format!("{public} and private"),
            (true, false) => public,
            (false, true) => "private".to_owned(),
            (false, false) => "none".to_owned(),
        }
    }
}

/// Something that AWS finds wrong with a cluster, a nodegroup, an addon or a Fargate profile.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct HealthIssue {
    pub code: String,
    pub message: String,
    pub resources: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct EksCluster {
    #[serde(flatten)]
    pub id: ClusterArn,
    /// `1.34`
    pub version: String,
    /// `eks.9`
    pub platform_version: String,
    pub status: ClusterStatus,
    /// `https://…`; `None` while it is being created.
    pub endpoint: Option<String>,
    /// PEM in base64; `None` while it is being created.
    pub certificate_authority: Option<String>,
    pub exposure: Exposure,
    pub auth_mode: Option<AuthMode>,
    pub upgrade_policy: Option<SupportType>,
    pub auto_mode: bool,
    pub deletion_protection: bool,
    pub tags: BTreeMap<String, String>,
    pub created: Option<i64>,
    pub issues: Vec<HealthIssue>,
    /// URL of the issuer of its service account tokens.
    pub oidc_issuer: Option<String>,
    pub vpc: Option<String>,
    pub support: Support,
}

impl EksCluster {
    /// `ACTIVE`, or why it is not joined yet: `CREATING: it is joined once it is ACTIVE`.
    pub fn status_words(&self) -> String {
        match &self.status {
            ClusterStatus::Active => "ACTIVE".to_owned(),
            status @ (ClusterStatus::Creating | ClusterStatus::Pending) => {
                format!("{status}: it is joined once it is ACTIVE")
            }
            status => status.to_string(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_status_that_aws_adds_later_is_kept_as_it_says_it() {
        assert_eq!(ClusterStatus::from("ACTIVE"), ClusterStatus::Active);
        assert_eq!(ClusterStatus::from("RESTING").to_string(), "RESTING");
        assert!(ClusterStatus::Updating.serves() && !ClusterStatus::from("CREATING").serves());
    }

    #[test]
    fn exposure_names_who_may_come_only_where_not_everybody_may() {
        let exposure = |public, private, cidrs: &[&str]| Exposure {
            public,
            private,
            cidrs: cidrs.iter().map(|cidr| (*cidr).to_owned()).collect(),
        };
        assert_eq!(exposure(true, false, &["0.0.0.0/0"]).words(), "public");
        assert_eq!(exposure(true, true, &["203.0.113.0/24"]).words(), "public (203.0.113.0/24) and private");
        assert_eq!(exposure(false, true, &[]).words(), "private");
    }
}
