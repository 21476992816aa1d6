//! Asks the first link of a chain for its credentials.

use std::time::Duration;

use aws_config::environment::EnvironmentVariableCredentialsProvider;
use aws_config::imds;
use aws_config::profile::ProfileFileCredentialsProvider;
use aws_config::provider_config::ProviderConfig;
use aws_config::sso::SsoCredentialsProvider;
use aws_config::web_identity_token::WebIdentityTokenCredentialsProvider;
use aws_config::{BehaviorVersion, Region, ecs};
use aws_credential_types::Credentials;
use aws_credential_types::provider::ProvideCredentials;
use aws_credential_types::provider::error::CredentialsError;
use aws_smithy_runtime_api::client::http::SharedHttpClient;

use super::chain::{Source, Sso};
use super::{errors, process};
use crate::domain::aws::trouble::LoginTrouble;

/// Off EC2 nobody answers at the metadata service's address; a person waits for that.
const INSTANCE_CONNECT: Duration = Duration::from_secs(1);
const INSTANCE_ATTEMPTS: u32 = 2;
/// Without an answer in this time, there is none.
const LIMIT: Duration = Duration::from_secs(30);

/// What asking takes.
pub struct Asking<'a> {
    pub http: &'a SharedHttpClient,
    pub region: &'a str,
    pub profile: Option<&'a str>,
    /// One run of a `credential_process`.
    pub process: Duration,
}

/// The source's credentials. [`Source::Login`] is not asked here.
///
/// # Errors
/// In words of the source.
pub async fn credentials(source: &Source, asking: &Asking<'_>) -> Result<Credentials, LoginTrouble> {
    let config = ProviderConfig::without_region()
        .with_http_client(asking.http.clone())
        .with_behavior_version(Some(BehaviorVersion::latest()))
        .with_region(Some(Region::new(asking.region.to_owned())));
    let asked = match source {
        Source::Login(_) => return Err(LoginTrouble::NoCredentials { profile: asking.profile.map(str::to_owned) }),
        Source::Keys(keys) => return Ok(keys.clone()),
        Source::Process(command) => return process::run(command, asking.profile, asking.process).await,
        Source::Environment => ask(EnvironmentVariableCredentialsProvider::new()).await,
        Source::Sso(sso) => ask(sso_provider(sso, &config)).await,
        Source::Profile { .. } => {
            let builder = ProfileFileCredentialsProvider::builder().configure(&config);
            ask(builder.profile_name(asking.profile.unwrap_or("default")).build()).await
        }
        Source::WebIdentity => ask(WebIdentityTokenCredentialsProvider::builder().configure(&config).build()).await,
        Source::Container => ask(ecs::EcsCredentialsProvider::builder().configure(&config).build()).await,
        Source::Instance => {
            let client = imds::Client::builder().configure(&config);
            let client = client.connect_timeout(INSTANCE_CONNECT).max_attempts(INSTANCE_ATTEMPTS).build();
            let builder = imds::credentials::ImdsCredentialsProvider::builder().configure(&config);
            ask(builder.imds_client(client).build()).await
        }
    };
    asked.map_err(|error| trouble(source, asking.profile, &error))
}

async fn ask(provider: impl ProvideCredentials) -> Result<Credentials, CredentialsError> {
    let asked = tokio::time::timeout(LIMIT, provider.provide_credentials()).await;
    asked.unwrap_or_else(|_| Err(CredentialsError::provider_timed_out(LIMIT)))
}

fn sso_provider(sso: &Sso, config: &ProviderConfig) -> SsoCredentialsProvider {
    let mut builder = SsoCredentialsProvider::builder()
        .configure(config)
        .account_id(&sso.account)
        .role_name(&sso.role)
        .start_url(&sso.start_url)
        .region(Region::new(sso.region.clone()));
    builder.set_session_name(sso.session.clone());
    builder.build()
}

fn trouble(source: &Source, profile: Option<&str>, error: &CredentialsError) -> LoginTrouble {
    let profile = profile.map(str::to_owned);
    let words = errors::words(error);
    let is_unreachable = errors::is_unreachable(error) || matches!(error, CredentialsError::ProviderTimedOut(_));
    let unreachable = |what: String| LoginTrouble::Unreachable { what, said: errors::deepest(error) };
    let failed = |what: &str| LoginTrouble::Failed { what: what.to_owned(), said: words.clone() };
    match source {
        Source::Sso(sso) if is_unreachable => unreachable(format!("SSO in {}", sso.region)),
        Source::Sso(_) if words.contains("ForbiddenException") || words.contains("ResourceNotFoundException") => {
            LoginTrouble::SsoRefused { profile, said: errors::deepest(error) }
        }
        Source::Sso(_) if words.contains("TooManyRequestsException") => failed("SSO"),
        // A cached token that is missing, unreadable or over is mended by one and the same command.
        Source::Sso(sso) => LoginTrouble::SsoExpired { profile, session: sso.session.clone() },
        Source::Profile { is_console: true } if !is_unreachable => LoginTrouble::LoginExpired { profile, said: words },
        Source::Instance if is_unreachable || errors::is_not_loaded(error) => LoginTrouble::NoCredentials { profile },
        Source::Container if is_unreachable => unreachable("the container's credential agent".into()),
        Source::Container => failed("the container's credential agent"),
        Source::Instance => failed("the instance metadata service"),
        Source::WebIdentity if is_unreachable => unreachable("STS".into()),
        Source::WebIdentity => failed("the web identity (AWS_WEB_IDENTITY_TOKEN_FILE, AWS_ROLE_ARN)"),
        _ if is_unreachable => unreachable("AWS".into()),
        _ if errors::is_not_loaded(error) => LoginTrouble::NoCredentials { profile },
        _ => LoginTrouble::Misconfigured { profile, said: words },
    }
}
