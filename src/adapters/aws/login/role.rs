//! AssumeRole: one hop of a chain.

use std::time::SystemTime;

use aws_config::SdkConfig;
use aws_credential_types::Credentials;
use aws_credential_types::provider::SharedCredentialsProvider;
use aws_sdk_sts::error::ProvideErrorMetadata;

use crate::adapters::aws::chain::Hop;
use crate::adapters::aws::errors;
use crate::adapters::kube::errors::say;
use crate::domain::aws::login::LoginKey;
use crate::domain::aws::trouble::LoginTrouble;

/// The role's credentials. `session` is its session's name unless the profile names one; `code` is of the MFA device.
///
/// # Errors
/// Refused, with what STS said; or why STS was not reached.
pub async fn assume(
    hop: &Hop,
    with: &Credentials,
    config: &SdkConfig,
    session: &str,
    code: Option<&str>,
    key: &LoginKey,
) -> Result<Credentials, LoginTrouble> {
    let provider = SharedCredentialsProvider::new(with.clone());
    let client = aws_sdk_sts::Client::new(&config.to_builder().credentials_provider(provider).build());
    let serial = hop.mfa_serial.clone().filter(|_| code.is_some());
    let asked = client
        .assume_role()
        .role_arn(&hop.role_arn)
        .role_session_name(hop.session_name.as_deref().unwrap_or(session))
        .set_external_id(hop.external_id.clone())
        .set_duration_seconds(hop.seconds)
        .set_token_code(code.filter(|_| serial.is_some()).map(str::to_owned))
        .set_serial_number(serial.clone());
    let answer = asked.send().await.map_err(|error| {
        let service = error.as_service_error();
        let code = service.and_then(ProvideErrorMetadata::code).unwrap_or_default();
        let said = say(service.and_then(ProvideErrorMetadata::message).unwrap_or_default());
        match (code, serial) {
            ("AccessDenied" | "AccessDeniedException" | "ValidationError", Some(serial)) => {
                LoginTrouble::MfaRefused { serial, said }
            }
            ("AccessDenied" | "AccessDeniedException", None) => {
                LoginTrouble::RoleDenied { role: say(&hop.role_arn), profile: key.profile.clone(), said }
            }
            _ => errors::call(key, "STS AssumeRole", &error),
        }
    })?;
    let given = answer.credentials().ok_or_else(|| LoginTrouble::Failed {
        what: "STS AssumeRole".to_owned(),
        said: "it gave no credentials".to_owned(),
    })?;
    let expires = SystemTime::try_from(*given.expiration()).ok();
    let token = Some(given.session_token().to_owned());
    Ok(Credentials::new(given.access_key_id(), given.secret_access_key(), token, expires, "role"))
}
