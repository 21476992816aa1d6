//! What the files tell before anybody is contacted: profiles, cached SSO sessions, and whether this is an EC2 instance.

use std::collections::BTreeMap;

use aws_types::os_shim_internal::{Env, Fs};
use jiff::Timestamp;
use ring::digest::{SHA1_FOR_LEGACY_USE_ONLY, digest};
use serde::Deserialize;

use crate::adapters::aws::chain::{Chain, Source};
use crate::adapters::aws::{Aws, Profiles};
use crate::domain::aws::login::LoginKey;

/// What a hypervisor of EC2 says of itself: Nitro, then Xen.
const VENDOR: (&str, &str) = ("/sys/class/dmi/id/sys_vendor", "Amazon EC2");
const HYPERVISOR: (&str, &str) = ("/sys/hypervisor/uuid", "ec2");
/// Whoever sets it says where instance metadata is to be had.
const METADATA: &str = "AWS_EC2_METADATA_SERVICE_ENDPOINT";

pub struct Ground {
    pub profiles: Profiles,
    /// The metadata service may be asked without a long wait for nothing.
    pub has_metadata: bool,
    /// By the session's name.
    pub sessions: BTreeMap<String, CachedSession>,
}

/// The token that `aws sso login` left, as far as it may be known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CachedSession {
    /// Unix milliseconds.
    pub expires_ms: i64,
    /// It is renewed without a person.
    pub is_renewable: bool,
}

impl Ground {
    pub async fn read(aws: &Aws) -> Self {
        let (files, env) = (aws.files(), aws.env());
        let profiles = aws.profiles().await;
        let mut sessions = BTreeMap::new();
        for name in profiles.sso_sessions() {
            if let Some(cached) = session(&name, files, env).await {
                sessions.insert(name, cached);
            }
        }
        Self { has_metadata: has_metadata(files, env).await, sessions, profiles }
    }

    /// Whether a login may be asked unbidden: off EC2 nobody answers for the instance's role.
    pub fn may_ask(&self, aws: &Aws, key: &LoginKey) -> bool {
        let base = LoginKey { profile: key.profile.clone(), role: None };
        let is_instance = |chain: Chain| matches!((chain.source, chain.hop), (Source::Instance, None));
        self.has_metadata || !aws.chain(&base, &self.profiles).is_ok_and(is_instance)
    }
}

async fn has_metadata(files: &Fs, env: &Env) -> bool {
    if env.get(METADATA).is_ok_and(|endpoint| !endpoint.trim().is_empty()) {
        return true;
    }
    for (file, begins) in [VENDOR, HYPERVISOR] {
        if files.read_to_end(file).await.is_ok_and(|text| text.starts_with(begins.as_bytes())) {
            return true;
        }
    }
    false
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Token {
    expires_at: Timestamp,
    #[serde(default)]
    refresh_token: Option<serde::de::IgnoredAny>,
    #[serde(default)]
    registration_expires_at: Option<Timestamp>,
}

/// `~/.aws/sso/cache/SHA1-OF-NAME.json`, as the AWS CLI and the SDKs share it.
async fn session(name: &str, files: &Fs, env: &Env) -> Option<CachedSession> {
    let hash: String =
        digest(&SHA1_FOR_LEGACY_USE_ONLY, name.as_bytes()).as_ref().iter().map(|byte| format!("{byte:02x}")).collect();
    let file = format!("{}/.aws/sso/cache/{hash}.json", env.get("HOME").ok()?.trim_end_matches('/'));
    let token: Token = serde_json::from_slice(&files.read_to_end(file).await.ok()?).ok()?;
    let is_renewable =
        token.refresh_token.is_some() && token.registration_expires_at.is_some_and(|at| at > Timestamp::now());
    Some(CachedSession { expires_ms: token.expires_at.as_millisecond(), is_renewable })
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    const CONFIG: &str = "[sso-session corp]\nsso_start_url = https://corp.test\nsso_region = eu-west-1\n[profile a]\nsso_session = corp\n";
    /// SHA-1 of `corp`.
    const CACHED: &str = "/home/.aws/sso/cache/ee0bfd2552fbd840c02cc48b6e823320543c450f.json";

    fn aws(files: &[(&str, &str)], env: &[(&str, &str)]) -> Aws {
        Aws::over("ann", Duration::from_secs(5), Fs::from_slice(files), Env::from_slice(env))
    }

    #[tokio::test]
    async fn the_metadata_service_is_asked_on_ec2_or_where_it_is_named() {
        let instance = LoginKey::default();
        let may = async |files: &[(&str, &str)], env: &[(&str, &str)]| {
            let aws = aws(files, env);
            Ground::read(&aws).await.may_ask(&aws, &instance)
        };
        assert!(!may(&[], &[]).await);
        assert!(may(&[("/sys/class/dmi/id/sys_vendor", "Amazon EC2\n")], &[]).await);
        assert!(may(&[("/sys/hypervisor/uuid", "ec2e1916-9099\n")], &[]).await);
        assert!(!may(&[("/sys/class/dmi/id/sys_vendor", "QEMU\n")], &[]).await);
        assert!(may(&[], &[("AWS_EC2_METADATA_SERVICE_ENDPOINT", "http://127.0.0.1:1")]).await);
        assert!(may(&[], &[("AWS_ACCESS_KEY_ID", "A"), ("AWS_SECRET_ACCESS_KEY", "S")]).await);
    }

    #[tokio::test]
    async fn a_cached_session_tells_when_it_ends() {
        let hash: String =
            digest(&SHA1_FOR_LEGACY_USE_ONLY, b"corp").as_ref().iter().map(|b| format!("{b:02x}")).collect();
        assert_eq!(CACHED, format!("/home/.aws/sso/cache/{hash}.json"));
        let token = r#"{"accessToken":"s","expiresAt":"2030-01-01T00:00:00Z","refreshToken":"r"}"#;
        let files = [("/config", CONFIG), (CACHED, token)];
        let aws = aws(&files, &[("HOME", "/home"), ("AWS_CONFIG_FILE", "/config")]);
        let ground = Ground::read(&aws).await;
        let cached = ground.sessions["corp"];
        assert_eq!(cached, CachedSession { expires_ms: 1_893_456_000_000, is_renewable: false });
    }
}
