//! A way to be somebody at AWS: a profile or what the environment gives, and a role on top of it if one is named.

use super::arn::{Arn, role_name};
use super::trouble::LoginTrouble;

/// Which login: the same key means the same credentials.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct LoginKey {
    /// A profile by name; `None` is the standard chain: the environment, AWS_PROFILE or `default`, web identity,
    /// container, instance.
    pub profile: Option<String>,
    /// Assumed with what the profile gives.
    pub role: Option<Role>,
}

/// A role to assume.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Role {
    pub arn: String,
    pub external_id: Option<String>,
}

impl LoginKey {
    pub fn profile(name: &str) -> Self {
        Self { profile: Some(name.to_owned()), role: None }
    }

    pub fn with_role(self, arn: &str, external_id: Option<&str>) -> Self {
        Self { role: Some(Role { arn: arn.to_owned(), external_id: external_id.map(str::to_owned) }), ..self }
    }

    /// Profile, role and external id, as they are stored.
    pub fn parts(&self) -> (Option<String>, Option<String>, Option<String>) {
        let role = self.role.clone();
        let external_id = role.as_ref().and_then(|role| role.external_id.clone());
        (self.profile.clone(), role.map(|role| role.arn), external_id)
    }

    pub fn of_parts(profile: Option<String>, role: Option<String>, external_id: Option<String>) -> Self {
        Self { profile, role: role.map(|arn| Role { arn, external_id }) }
    }

    /// "profile sre", "the standard chain", "profile sre as eksdeck in 222222222222".
    pub fn words(&self) -> String {
        let base = self.profile.as_ref().map_or("the standard chain".to_owned(), |name| format!("profile {name}"));
        let Some(role) = &self.role else { return base };
        let account = Arn::parse(&role.arn).map(|arn| format!(" in {}", arn.account)).unwrap_or_default();
        format!("{base} as {}{account}", role_name(&role.arn).unwrap_or_else(|| role.arn.clone()))
    }

    /// ` --profile NAME` for a command of the AWS CLI, or nothing.
    pub fn flag(&self) -> String {
        profile_flag(self.profile.as_deref())
    }
}

/// ` --profile NAME`, or nothing.
pub fn profile_flag(profile: Option<&str>) -> String {
    profile.map(|name| format!(" --profile {}", crate::domain::shell::quoted(name))).unwrap_or_default()
}

/// Where a login stands.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum LoginState {
    /// Known from a file; nobody asked for it.
    #[default]
    NotContacted,
    Checking,
    Ok {
        /// As STS names the caller; empty until it has been asked.
        arn: String,
        /// When the credentials end, Unix milliseconds; `None` for those that do not.
        expires_ms: Option<i64>,
    },
    Trouble(LoginTrouble),
}

/// Longest session name that STS takes.
const SESSION_CHARS: usize = 64;

/// `eksdeck-USER`, in the characters that STS takes: who did something stands in CloudTrail.
pub fn session_name(user: &str) -> String {
    let is_allowed = |letter: char| letter.is_ascii_alphanumeric() || "_+=,.@-".contains(letter);
    let user: String = user.chars().map(|letter| if is_allowed(letter) { letter } else { '-' }).collect();
    let name = if user.is_empty() { "eksdeck".to_owned() } else { format!("eksdeck-{user}") };
    name.chars().take(SESSION_CHARS).collect()
}
