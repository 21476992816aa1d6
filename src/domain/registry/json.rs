//! A record as scripts and exports have it.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{ClusterRecord, Identity, Way};
use crate::domain::aws::login::LoginKey;
use crate::domain::gate::Environment;
use crate::domain::provider::Provider;

/// [`ClusterRecord`] in words: providers, environments and ways by their names.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct PlainRecord {
    pub id: String,
    pub organisation: String,
    pub name: String,
    pub arn: Option<String>,
    pub uid: Option<String>,
    pub ca: Option<String>,
    pub provider: Option<String>,
    pub region: Option<String>,
    pub account: Option<String>,
    pub version: Option<String>,
    pub environment: String,
    pub team: Option<String>,
    pub labels: BTreeMap<String, String>,
    pub protected: bool,
    pub read_only: bool,
    pub way: String,
    pub login_profile: Option<String>,
    pub login_role: Option<String>,
    pub login_external_id: Option<String>,
    pub server: String,
    pub namespace: Option<String>,
    pub insecure: bool,
    pub created_ms: i64,
    pub updated_ms: i64,
    pub created_by: String,
}

impl From<&ClusterRecord> for PlainRecord {
    fn from(record: &ClusterRecord) -> Self {
        let Identity { arn, uid, ca } = record.identity.clone();
        let (profile, role, external_id) = record.login.parts();
        Self {
            id: record.id.clone(),
            organisation: record.organisation.clone(),
            name: record.name.clone(),
            arn,
            uid,
            ca,
            provider: record.provider.map(|provider| provider.name().to_owned()),
            region: record.region.clone(),
            account: record.account.clone(),
            version: record.version.clone(),
            environment: record.environment.to_string(),
            team: record.team.clone(),
            labels: record.labels.clone(),
            protected: record.protected,
            read_only: record.read_only,
            way: record.way.word().to_owned(),
            login_profile: profile,
            login_role: role,
            login_external_id: external_id,
            server: record.server.clone(),
            namespace: record.namespace.clone(),
            insecure: record.insecure,
            created_ms: record.created_ms,
            updated_ms: record.updated_ms,
            created_by: record.created_by.clone(),
        }
    }
}

impl From<PlainRecord> for ClusterRecord {
    /// Words that nobody knows, of a later version say, read as "not known".
    fn from(plain: PlainRecord) -> Self {
        Self {
            id: plain.id,
            organisation: plain.organisation,
            name: plain.name,
            identity: Identity { arn: plain.arn, uid: plain.uid, ca: plain.ca },
            provider: plain.provider.as_deref().and_then(Provider::of_name),
            region: plain.region,
            account: plain.account,
            version: plain.version,
            environment: Environment::of_label(&plain.environment).unwrap_or_default(),
            team: plain.team,
            labels: plain.labels,
            protected: plain.protected,
            read_only: plain.read_only,
            way: Way::of_word(&plain.way).unwrap_or(Way::None),
            login: LoginKey::of_parts(plain.login_profile, plain.login_role, plain.login_external_id),
            server: plain.server,
            namespace: plain.namespace,
            insecure: plain.insecure,
            created_ms: plain.created_ms,
            updated_ms: plain.updated_ms,
            created_by: plain.created_by,
        }
    }
}
