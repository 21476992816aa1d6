//! Where a login's credentials come from, read from the profiles and the environment without contacting anybody.

use aws_config::profile::Profile;
use aws_credential_types::Credentials;
use aws_types::os_shim_internal::Env;

use super::profiles::Profiles;
use crate::adapters::kube::errors::say;
use crate::domain::aws::login::LoginKey;
use crate::domain::aws::trouble::LoginTrouble;

/// One step: what is there first, and a role that is assumed with it.
#[derive(Debug)]
pub struct Chain {
    pub source: Source,
    pub hop: Option<Hop>,
    /// Of the profile that the source stands in.
    pub profile: Option<String>,
    /// What revives this login when it comes back: `sso:NAME`, `profile:NAME`.
    pub roots: Vec<String>,
}

#[derive(Debug)]
pub enum Source {
    /// Another login, which others may share.
    Login(LoginKey),
    /// AWS_ACCESS_KEY_ID and its kin.
    Environment,
    Keys(Credentials),
    Sso(Sso),
    /// `credential_process`.
    Process(String),
    /// What the SDK makes of the profile itself: web identity, `aws login`.
    Profile {
        is_console: bool,
    },
    /// AWS_WEB_IDENTITY_TOKEN_FILE: IRSA.
    WebIdentity,
    /// AWS_CONTAINER_CREDENTIALS_…: ECS, Pod Identity.
    Container,
    /// The instance metadata service.
    Instance,
}

#[derive(Debug, PartialEq, Eq)]
pub struct Sso {
    pub session: Option<String>,
    pub start_url: String,
    pub region: String,
    pub account: String,
    pub role: String,
}

/// A role to assume.
#[derive(Debug, PartialEq, Eq)]
pub struct Hop {
    pub role_arn: String,
    pub external_id: Option<String>,
    pub session_name: Option<String>,
    pub mfa_serial: Option<String>,
    pub seconds: Option<i32>,
}

impl Chain {
    /// # Errors
    /// The profile is not there, names nothing, or contradicts itself.
    pub fn of(key: &LoginKey, profiles: &Profiles, env: &Env) -> Result<Self, LoginTrouble> {
        if let Some(role) = &key.role {
            let base = LoginKey { profile: key.profile.clone(), role: None };
            let below = Self::of(&base, profiles, env)?;
            let hop = Hop {
                role_arn: role.arn.clone(),
                external_id: role.external_id.clone(),
                session_name: None,
                mfa_serial: None,
                seconds: None,
            };
            let mut roots = below.roots;
            roots.push(format!("role:{}", role.arn));
            return Ok(Self { source: Source::Login(base), hop: Some(hop), profile: key.profile.clone(), roots });
        }
        match &key.profile {
            Some(name) => named(name, profiles, &mut Vec::new()),
            None => standard(profiles, env),
        }
    }
}

fn base(source: Source, root: &str) -> Chain {
    Chain { source, hop: None, profile: None, roots: vec![root.to_owned()] }
}

fn is_set(env: &Env, name: &str) -> bool {
    env.get(name).is_ok_and(|value| !value.is_empty())
}

/// The order of the SDK: environment, profile, web identity, container, instance.
fn standard(profiles: &Profiles, env: &Env) -> Result<Chain, LoginTrouble> {
    if is_set(env, "AWS_ACCESS_KEY_ID") && is_set(env, "AWS_SECRET_ACCESS_KEY") {
        return Ok(base(Source::Environment, "environment"));
    }
    let active = profiles.active();
    if profiles.get(active).is_some() || is_set(env, "AWS_PROFILE") {
        match named(active, profiles, &mut Vec::new()) {
            Err(LoginTrouble::NoCredentials { .. }) => {}
            other => return other,
        }
    } else if let Some(trouble) = &profiles.trouble {
        return Err(trouble.clone());
    }
    Ok(match () {
        () if is_set(env, "AWS_WEB_IDENTITY_TOKEN_FILE") => base(Source::WebIdentity, "web-identity"),
        () if is_set(env, "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI")
            || is_set(env, "AWS_CONTAINER_CREDENTIALS_FULL_URI") =>
        {
            base(Source::Container, "container")
        }
        () => base(Source::Instance, "instance"),
    })
}

fn named(name: &str, profiles: &Profiles, seen: &mut Vec<String>) -> Result<Chain, LoginTrouble> {
    let Some(profile) = profiles.get(name) else {
        let missing = LoginTrouble::NoSuchProfile { profile: say(name), known: profiles.names() };
        return Err(profiles.trouble.clone().unwrap_or(missing));
    };
    let wrong = |said: &str| LoginTrouble::Misconfigured { profile: Some(name.to_owned()), said: say(said) };
    seen.push(name.to_owned());
    let root = format!("profile:{name}");
    let is_web = profile.get("web_identity_token_file").is_some();
    let Some(role_arn) = profile.get("role_arn").filter(|_| !is_web) else {
        let source = source(name, profile, profiles)?;
        let roots = sso_root(&source).into_iter().chain([root]).collect();
        return Ok(Chain { source, hop: None, profile: Some(name.to_owned()), roots });
    };
    let seconds = profile.get("duration_seconds").map(|text| text.trim().parse::<i32>());
    let hop = Hop {
        role_arn: role_arn.trim().to_owned(),
        external_id: profile.get("external_id").map(str::to_owned),
        session_name: profile.get("role_session_name").map(str::to_owned),
        mfa_serial: profile.get("mfa_serial").map(|serial| serial.trim().to_owned()),
        seconds: seconds.transpose().map_err(|_| wrong("duration_seconds is no number"))?,
    };
    let (source, mut roots) = match (profile.get("source_profile"), profile.get("credential_source")) {
        (Some(_), Some(_)) => return Err(wrong("source_profile and credential_source exclude each other")),
        (None, None) => return Err(wrong("role_arn without source_profile or credential_source")),
        (None, Some("Environment")) => (Source::Environment, vec!["environment".to_owned()]),
        (None, Some("EcsContainer")) => (Source::Container, vec!["container".to_owned()]),
        (None, Some("Ec2InstanceMetadata")) => (Source::Instance, vec!["instance".to_owned()]),
        (None, Some(other)) => return Err(wrong(&format!("there is no credential_source {other}"))),
        (Some(itself), None) if itself == name => {
            let source = source(name, profile, profiles)?;
            let roots = sso_root(&source).into_iter().collect();
            (source, roots)
        }
        (Some(next), None) if seen.iter().any(|name| name == next) => {
            return Err(wrong(&format!("source_profile leads back to {next}")));
        }
        (Some(next), None) => {
            // Keys of a profile that is a source come before its own role.
            let below = profiles.get(next);
            match below.filter(|profile| profile.get("role_arn").is_some()).and_then(|profile| keys(profile).ok()) {
                Some(keys) => (Source::Keys(keys), vec![format!("profile:{next}")]),
                None => (Source::Login(LoginKey::profile(next)), named(next, profiles, seen)?.roots),
            }
        }
    };
    roots.push(root);
    Ok(Chain { source, hop: Some(hop), profile: Some(name.to_owned()), roots })
}

fn sso_root(source: &Source) -> Option<String> {
    let Source::Sso(sso) = source else { return None };
    Some(format!("sso:{}", sso.session.as_ref().unwrap_or(&sso.start_url)))
}

/// What a profile gives by itself.
fn source(name: &str, profile: &Profile, profiles: &Profiles) -> Result<Source, LoginTrouble> {
    if profile.get("web_identity_token_file").is_some() {
        return Ok(Source::Profile { is_console: false });
    }
    if let Some(sso) = sso(name, profile, profiles)? {
        return Ok(Source::Sso(sso));
    }
    if profile.get("login_session").is_some() {
        return Ok(Source::Profile { is_console: true });
    }
    if let Some(command) = profile.get("credential_process") {
        return Ok(Source::Process(command.to_owned()));
    }
    match keys(profile) {
        Ok(keys) => Ok(Source::Keys(keys)),
        Err(true) => Err(LoginTrouble::NoCredentials { profile: Some(name.to_owned()) }),
        Err(false) => Err(LoginTrouble::Misconfigured {
            profile: Some(name.to_owned()),
            said: "aws_access_key_id and aws_secret_access_key belong together".to_owned(),
        }),
    }
}

/// Keys that stand in the file; `Err(true)` if there are none, `Err(false)` if one is missing.
fn keys(profile: &Profile) -> Result<Credentials, bool> {
    let text = |key: &str| profile.get(key).map(str::trim).filter(|text| !text.is_empty());
    match (text("aws_access_key_id"), text("aws_secret_access_key")) {
        (Some(id), Some(secret)) => {
            let token = text("aws_session_token").map(str::to_owned);
            Ok(Credentials::new(id, secret, token, None, "profile"))
        }
        (None, None) => Err(true),
        _ => Err(false),
    }
}

fn sso(name: &str, profile: &Profile, profiles: &Profiles) -> Result<Option<Sso>, LoginTrouble> {
    let session = profile.get("sso_session");
    if session.is_none() && profile.get("sso_start_url").is_none() {
        return Ok(None);
    }
    let wrong = |said: String| LoginTrouble::Misconfigured { profile: Some(name.to_owned()), said: say(&said) };
    let (start_url, region) = match session {
        Some(session) => {
            profiles.sso_session(session).ok_or_else(|| wrong(format!("there is no sso-session {session}")))?
        }
        None => (profile.get("sso_start_url"), profile.get("sso_region")),
    };
    let given = |value: Option<&str>, key: &str| {
        value.map(|text| text.trim().to_owned()).ok_or_else(|| wrong(format!("{key} is missing")))
    };
    Ok(Some(Sso {
        session: session.map(str::to_owned),
        start_url: given(start_url, "sso_start_url")?,
        region: given(region, "sso_region")?,
        account: given(profile.get("sso_account_id"), "sso_account_id")?,
        role: given(profile.get("sso_role_name"), "sso_role_name")?,
    }))
}

#[cfg(test)]
mod tests;
