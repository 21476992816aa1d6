//! What a login holds, and what its files and the environment say of where it is at home.

use std::time::{Instant, SystemTime};

use aws_config::SdkConfig;
use aws_credential_types::Credentials;
use aws_types::os_shim_internal::Env;

use crate::adapters::aws::profiles::Profiles;
use crate::domain::aws::login::LoginKey;
use crate::domain::aws::trouble::LoginTrouble;

#[derive(Default)]
pub struct Held {
    pub credentials: Option<Kept>,
    /// As STS names the caller.
    pub arn: Option<String>,
    pub failed: Option<(Instant, LoginTrouble)>,
    /// Endpoints, timeouts and retries as the files and the environment say.
    pub config: Option<SdkConfig>,
}

pub struct Kept {
    pub credentials: Credentials,
    pub renew_at: Option<SystemTime>,
}

impl Held {
    /// Credentials that could not be renewed serve until they end.
    pub fn or(&self, trouble: &LoginTrouble, now: SystemTime) -> Result<Credentials, LoginTrouble> {
        let valid = self.credentials.as_ref().filter(|kept| kept.credentials.expiry().is_none_or(|at| now < at));
        valid.map(|kept| kept.credentials.clone()).ok_or_else(|| trouble.clone())
    }
}

/// The profile's region, or what the variables and the active profile say where no profile is named.
pub fn region(key: &LoginKey, profiles: &Profiles, env: &Env) -> Option<String> {
    let variable = |name: &str| env.get(name).ok().filter(|value| !value.trim().is_empty());
    match &key.profile {
        Some(profile) => profiles.region(profile),
        None => variable("AWS_REGION")
            .or_else(|| variable("AWS_DEFAULT_REGION"))
            .or_else(|| profiles.region(profiles.active())),
    }
}
