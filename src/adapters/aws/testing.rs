//! A login for tests: fixed keys, one endpoint for every service.

use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_credential_types::Credentials;
use aws_credential_types::provider::SharedCredentialsProvider;
use aws_smithy_http_client::Builder;

pub fn config(endpoint: &str) -> SdkConfig {
    let keys = Credentials::new("AKIDEXAMPLE", "secret", None, None, "tests");
    SdkConfig::builder()
        .behavior_version(BehaviorVersion::latest())
        .credentials_provider(SharedCredentialsProvider::new(keys))
        .region(Region::new("us-east-1"))
        .endpoint_url(endpoint)
        .http_client(Builder::new().build_http())
        .build()
}
