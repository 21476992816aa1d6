//! Which cluster a run is about. Every name and every key is made of all four parts: two clusters named `prod` in two
//! regions share nothing.

use ring::digest::{SHA256, digest};
use serde::{Deserialize, Serialize};

use crate::domain::aws::arn::ClusterArn;
use crate::domain::aws::partition::of_region;
use crate::domain::registry::{ORGANISATION_HAS, is_organisation};

/// Organisation, account, region and name.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Identity {
    pub organisation: String,
    /// Twelve digits.
    #[serde(rename = "account_id")]
    pub account: String,
    pub region: String,
    pub name: String,
}

/// What keeps something from being an identity.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum IdentityProblem {
    #[error("the organisation has no name")]
    NoOrganisation,
    /// Terraform writes other characters of it in another way than this program: it would never be found in its state.
    #[error("{0:?} is no name of an organisation: {has}", has = ORGANISATION_HAS)]
    Organisation(String),
    #[error("an account has twelve digits: {0:?}")]
    Account(String),
    #[error("{0:?} is no name of a region")]
    Region(String),
    #[error("{0:?} is no name of an EKS cluster: 1 to 100 letters, digits, - and _, with a letter or digit first")]
    Name(String),
}

/// The last part of a state's key.
pub const STATE_FILE: &str = "terraform.tfstate";
/// Of a Kubernetes name, before the hash: what Jobs and volumes put before and behind it has room within 63.
const SHORTENED: usize = 36;

impl Identity {
    /// # Errors
    /// What is wrong with the first part that is wrong.
    pub fn check(&self) -> Result<(), IdentityProblem> {
        let Self { organisation, account, region, name } = self;
        if organisation.trim().is_empty() {
            return Err(IdentityProblem::NoOrganisation);
        }
        if !is_organisation(organisation) {
            return Err(IdentityProblem::Organisation(organisation.clone()));
        }
        if account.len() != 12 || !account.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(IdentityProblem::Account(account.clone()));
        }
        if !crate::domain::aws::partition::is_region(region) {
            return Err(IdentityProblem::Region(region.clone()));
        }
        if !crate::domain::aws::arn::is_cluster_name(name) {
            return Err(IdentityProblem::Name(name.clone()));
        }
        Ok(())
    }

    /// As EKS names the cluster.
    pub fn arn(&self) -> ClusterArn {
        ClusterArn {
            partition: of_region(&self.region).id.to_owned(),
            region: self.region.clone(),
            account: self.account.clone(),
            name: self.name.clone(),
        }
    }

    /// `NAME-shortened-HASH8`, at most 45 characters that Kubernetes takes in a name and in a label.
    pub fn slug(&self) -> String {
        let mut short = String::new();
        for char in self.name.chars().map(|char| char.to_ascii_lowercase()) {
            let is_plain = char.is_ascii_lowercase() || char.is_ascii_digit();
            match is_plain {
                true => short.push(char),
                false if short.is_empty() || short.ends_with('-') => {}
                false => short.push('-'),
            }
        }
        short.truncate(SHORTENED);
        let short = short.trim_end_matches('-');
        let hash = self.hash();
        if short.is_empty() { hash } else { format!("{short}-{hash}") }
    }

    /// `ORG/ACCOUNT/REGION/NAME/terraform.tfstate`: where the state lies in a bucket. What could leave its folder is
    /// written as percent signs and hex digits.
    pub fn state_key(&self) -> String {
        let parts = [&self.organisation, &self.account, &self.region, &self.name];
        let parts: Vec<String> = parts.into_iter().map(|part| escaped(part)).collect();
        format!("{}/{STATE_FILE}", parts.join("/"))
    }

    /// The first 32 bits of SHA-256 over all parts, each with its length before it.
    fn hash(&self) -> String {
        let parts = [&self.organisation, &self.account, &self.region, &self.name];
        let text: String = parts.into_iter().map(|part| format!("{}:{part}", part.len())).collect();
        digest(&SHA256, text.as_bytes()).as_ref().iter().take(4).map(|byte| format!("{byte:02x}")).collect()
    }
}

fn escaped(part: &str) -> String {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_".contains(&byte);
    let mut out = String::new();
    for byte in part.bytes() {
        match is_plain(byte) {
            true => out.push(char::from(byte)),
            false => out.push_str(&format!("%{byte:02X}")),
        }
    }
    out
}

impl std::fmt::Display for Identity {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} in {} of account {} ({})", self.name, self.region, self.account, self.organisation)
    }
}
