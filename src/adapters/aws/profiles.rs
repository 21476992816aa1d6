//! The profiles that the files of the AWS CLI name, read by the SDK's own parser.

use aws_config::profile::{Profile, ProfileSet};
use aws_types::os_shim_internal::{Env, Fs};

use crate::adapters::kube::errors::say;
use crate::domain::aws::trouble::LoginTrouble;

/// What the files (AWS_CONFIG_FILE, AWS_SHARED_CREDENTIALS_FILE, else those in `~/.aws`) say. No secret leaves it.
#[derive(Debug, Clone)]
pub struct Profiles {
    set: Option<ProfileSet>,
    active: String,
    /// Why the files could not be read.
    pub trouble: Option<LoginTrouble>,
}

/// One profile, as far as it may be shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProfileInfo {
    pub name: String,
    pub region: Option<String>,
    pub role_arn: Option<String>,
    pub source_profile: Option<String>,
    pub sso_session: Option<String>,
    /// It is never contacted unless somebody enters a code.
    pub mfa_serial: Option<String>,
}

impl Profiles {
    /// Reads the files; blocks on the disk for a moment.
    pub async fn load() -> Self {
        Self::load_from(&Fs::real(), &Env::real()).await
    }

    pub(super) async fn load_from(files: &Fs, env: &Env) -> Self {
        let named = env.get("AWS_PROFILE").ok().filter(|name| !name.is_empty());
        let active = named.unwrap_or_else(|| "default".to_owned());
        match aws_config::profile::load(files, env, &Default::default(), None).await {
            Ok(set) => Self { set: Some(set), active, trouble: None },
            Err(error) => {
                let said = say(&chain_words(&error));
                Self { set: None, active, trouble: Some(LoginTrouble::Misconfigured { profile: None, said }) }
            }
        }
    }

    /// AWS_PROFILE, or `default`.
    pub fn active(&self) -> &str {
        &self.active
    }

    /// By name.
    pub fn names(&self) -> Vec<String> {
        let mut names: Vec<String> = self.set.iter().flat_map(ProfileSet::profiles).map(say).collect();
        names.sort_unstable();
        names
    }

    /// Every profile, by name.
    pub fn all(&self) -> Vec<ProfileInfo> {
        let mut names: Vec<&str> = self.set.iter().flat_map(ProfileSet::profiles).collect();
        names.sort_unstable();
        let info = |name: &str| {
            let profile = self.get(name)?;
            let text = |key: &str| profile.get(key).map(say);
            Some(ProfileInfo {
                name: name.to_owned(),
                region: text("region"),
                role_arn: text("role_arn"),
                source_profile: text("source_profile"),
                sso_session: text("sso_session"),
                mfa_serial: text("mfa_serial").filter(|_| profile.get("role_arn").is_some()),
            })
        };
        names.into_iter().filter_map(info).collect()
    }

    /// The region that a profile names.
    pub fn region(&self, profile: &str) -> Option<String> {
        let region = self.get(profile)?.get("region")?.trim();
        (!region.is_empty()).then(|| region.to_owned())
    }

    pub(super) fn get(&self, name: &str) -> Option<&Profile> {
        self.set.as_ref()?.get_profile(name)
    }

    /// Names of the `[sso-session]`s that profiles share, and start URLs where a profile names no session; sorted.
    pub fn sso_sessions(&self) -> Vec<String> {
        let profiles = self.set.iter().flat_map(|set| set.profiles().filter_map(|name| set.get_profile(name)));
        let named = profiles.filter_map(|profile| profile.get("sso_session").or_else(|| profile.get("sso_start_url")));
        let mut names: Vec<String> = named.map(|name| name.trim().to_owned()).collect();
        names.sort_unstable();
        names.dedup();
        names
    }

    /// Start URL and region of an `[sso-session]`.
    pub(super) fn sso_session(&self, name: &str) -> Option<(Option<&str>, Option<&str>)> {
        let session = self.set.as_ref()?.sso_session(name)?;
        Some((session.get("sso_start_url"), session.get("sso_region")))
    }
}

/// An error with its causes: `a: b: c`.
pub(super) fn chain_words(error: &dyn std::error::Error) -> String {
    let mut words = error.to_string();
    let mut cause = error.source();
    while let Some(deeper) = cause {
        let text = deeper.to_string();
        if !words.contains(&text) {
            words = format!("{words}: {text}");
        }
        cause = deeper.source();
    }
    words
}
