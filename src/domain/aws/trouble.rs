//! Why credentials cannot be had, in words, with the command that mends it.

use super::arn::{Arn, role_name};
use super::login::profile_flag;
use crate::domain::health::Trouble;
use crate::domain::shell::quoted;

/// What is wrong with a login. Texts from outside (`said`) are one cleaned line.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}", self.words())]
pub enum LoginTrouble {
    /// Nobody has logged in, or it is too long ago.
    SsoExpired {
        profile: Option<String>,
        session: Option<String>,
    },
    /// Logged in, and the account or the permission set is not that person's.
    SsoRefused {
        profile: Option<String>,
        said: String,
    },
    /// `aws login` is over, or was never called.
    LoginExpired {
        profile: Option<String>,
        said: String,
    },
    /// A code is wanted, and nobody was asked for it.
    MfaNeeded {
        profile: Option<String>,
        serial: String,
    },
    /// The code was not taken.
    MfaRefused {
        serial: String,
        said: String,
    },
    /// STS refuses the role.
    RoleDenied {
        role: String,
        profile: Option<String>,
        said: String,
    },
    /// Nothing gives credentials.
    NoCredentials {
        profile: Option<String>,
    },
    NoSuchProfile {
        profile: String,
        known: Vec<String>,
    },
    /// `credential_process` failed, or gave nothing of use.
    ProcessFailed {
        profile: Option<String>,
        program: String,
        said: String,
    },
    /// The configuration contradicts itself.
    Misconfigured {
        profile: Option<String>,
        said: String,
    },
    /// AWS does not know the keys, or they have ended.
    KeysRefused {
        profile: Option<String>,
        code: String,
        said: String,
    },
    /// No answer from where credentials come from.
    Unreachable {
        what: String,
        said: String,
    },
    /// Refused for anything else.
    Failed {
        what: String,
        said: String,
    },
}

impl LoginTrouble {
    /// One line.
    pub fn words(&self) -> String {
        let of =
            |profile: &Option<String>| profile.as_ref().map_or_else(String::new, |name| format!(" of profile {name}"));
        match self {
            Self::SsoExpired { profile, session } => {
                let session = session.as_ref().map(|name| format!(" {name}")).unwrap_or_default();
                format!("the SSO session{session}{} has expired, or nobody has logged in", of(profile))
            }
            Self::SsoRefused { profile, said } => format!("SSO does not give the role{}: {said}", of(profile)),
            Self::LoginExpired { profile, said } => format!("the console login{} has ended: {said}", of(profile)),
            Self::MfaNeeded { profile, serial } => format!("the role{} wants a code of {serial}", of(profile)),
            Self::MfaRefused { serial, said } => format!("the code of {serial} was not taken: {said}"),
            Self::RoleDenied { role, said, .. } => {
                let account = Arn::parse(role).map(|arn| format!(" in account {}", arn.account)).unwrap_or_default();
                let name = role_name(role).unwrap_or_else(|| role.clone());
                format!("role {name}{account} may not be assumed: {said}")
            }
            Self::NoCredentials { profile: None } => {
                "no AWS credentials: none in the environment, no profile, no web identity, container or instance role"
                    .into()
            }
            Self::NoCredentials { profile: Some(profile) } => format!("profile {profile} names no credentials"),
            Self::NoSuchProfile { profile, known } if known.is_empty() => {
                format!("there is no profile {profile}, nor any other")
            }
            Self::NoSuchProfile { profile, known } => {
                format!("there is no profile {profile}: {}", known.join(", "))
            }
            Self::ProcessFailed { profile, program, said } => {
                format!("the credential_process{} ({program}) failed: {said}", of(profile))
            }
            Self::Misconfigured { profile, said } => format!("the AWS configuration{} is wrong: {said}", of(profile)),
            Self::KeysRefused { profile, code, said } => {
                let ended = if code.contains("Expired") { "have expired" } else { "are not accepted" };
                format!("the credentials{} {ended} ({code}): {said}", of(profile))
            }
            Self::Unreachable { what, said } => format!("{what} cannot be reached: {said}"),
            Self::Failed { what, said } => format!("{what}: {said}"),
        }
    }

    /// A command, or a step where no command does it.
    pub fn remedy(&self) -> Option<String> {
        Some(match self {
            Self::SsoExpired { profile: None, session: Some(session) } => {
                format!("aws sso login --sso-session {}", quoted(session))
            }
            Self::SsoExpired { profile, .. } => format!("aws sso login{}", profile_flag(profile.as_deref())),
            Self::SsoRefused { .. } => "have the permission set assigned to you in IAM Identity Center".into(),
            Self::LoginExpired { profile, .. } => format!("aws login{}", profile_flag(profile.as_deref())),
            Self::MfaNeeded { .. } | Self::MfaRefused { .. } => "enter the code of your MFA device".into(),
            Self::RoleDenied { role, .. } => {
                let name = role_name(role).unwrap_or_else(|| role.clone());
                format!(
                    "aws iam update-assume-role-policy --role-name {} --policy-document file://trust.json",
                    quoted(&name)
                )
            }
            Self::NoCredentials { profile } => format!("aws configure sso{}", profile_flag(profile.as_deref())),
            Self::NoSuchProfile { profile, .. } => format!("aws configure sso --profile {}", quoted(profile)),
            Self::ProcessFailed { profile, .. } => {
                format!("aws sts get-caller-identity{}", profile_flag(profile.as_deref()))
            }
            Self::KeysRefused { profile, .. } => format!("aws configure{}", profile_flag(profile.as_deref())),
            Self::Misconfigured { .. } => "look at ~/.aws/config and ~/.aws/credentials".into(),
            Self::Unreachable { .. } => "look at the network, HTTPS_PROXY and AWS_ENDPOINT_URL".into(),
            Self::Failed { .. } => return None,
        })
    }

    /// Whether only a person can mend it: asking again by itself is of no use.
    pub fn needs_a_person(&self) -> bool {
        matches!(self, Self::MfaNeeded { .. } | Self::MfaRefused { .. })
    }

    pub fn trouble(&self) -> Trouble {
        Trouble { words: self.words(), remedy: self.remedy() }
    }
}
