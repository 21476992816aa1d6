//! Logins as the SDK wants them.

use std::time::Duration;

use aws_config::timeout::TimeoutConfig;
use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_credential_types::provider::error::CredentialsError;
use aws_credential_types::provider::{ProvideCredentials, SharedCredentialsProvider, future};
use aws_sdk_sts::config::IdentityCache;
use aws_smithy_runtime_api::client::http::SharedHttpClient;

use super::{Held, Login};
use crate::domain::aws::partition;
use crate::domain::aws::trouble::LoginTrouble;

const CONNECT: Duration = Duration::from_secs(5);
const READ: Duration = Duration::from_secs(15);
const OPERATION: Duration = Duration::from_secs(45);

/// The SDK's configuration for a login in a region: its credentials (renewed as long as the configuration is used), the
/// endpoints of the environment and of the profile, our HTTP client and time limits.
///
/// # Errors
/// There are no credentials; the region's name is none.
pub async fn sdk_config(login: &Login, region: &str) -> Result<SdkConfig, LoginTrouble> {
    if !partition::is_region(region) {
        let said = format!("`{}` is no region", crate::adapters::kube::errors::say(region));
        return Err(LoginTrouble::Misconfigured { profile: login.inner.key.profile.clone(), said });
    }
    login.credentials().await?;
    let http = login.inner.aws.shared.http.clone()?;
    let mut held = login.inner.held.lock().await;
    let config = without_credentials(login, &mut held, &http, region).await;
    drop(held);
    let provider = SharedCredentialsProvider::new(Provider(login.clone()));
    Ok(config.to_builder().credentials_provider(provider).build())
}

/// The login as the SDK wants it.
#[derive(Clone)]
struct Provider(Login);

impl std::fmt::Debug for Provider {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "login {}", self.0.inner.key.words())
    }
}

impl ProvideCredentials for Provider {
    fn provide_credentials<'a>(&'a self) -> future::ProvideCredentials<'a>
    where
        Self: 'a,
    {
        future::ProvideCredentials::new(async { self.0.credentials().await.map_err(CredentialsError::provider_error) })
    }
}

/// The configuration without credentials, in a region. Files are read for the first one alone.
pub(super) async fn without_credentials(
    login: &Login,
    held: &mut Held,
    http: &SharedHttpClient,
    region: &str,
) -> SdkConfig {
    let key = &login.inner.key;
    #[cfg(test)]
    let env = login.inner.aws.env();
    let region = Region::new(region.to_owned());
    let config = match &held.config {
        Some(config) => config,
        None => {
            let timeouts = TimeoutConfig::builder()
                .connect_timeout(CONNECT)
                .read_timeout(READ)
                .operation_attempt_timeout(READ)
                .operation_timeout(OPERATION)
                .build();
            let mut loader = aws_config::defaults(BehaviorVersion::latest())
                .http_client(http.clone())
                .timeout_config(timeouts)
                .identity_cache(IdentityCache::no_cache())
                .region(region.clone())
                .no_credentials();
            if let Some(profile) = &key.profile {
                loader = loader.profile_name(profile);
            }
            // The SDK reads the machine's variables; a test has its own.
            #[cfg(test)]
            if let Ok(endpoint) = env.get("AWS_ENDPOINT_URL") {
                loader = loader.endpoint_url(endpoint);
            }
            held.config.insert(loader.load().await)
        }
    };
    config.to_builder().region(region).build()
}
