//! `eksdeck token`: an ExecCredential, as `client.authentication.k8s.io` defines it, for kubectl and its kin.

use std::io::{self, Write};
use std::process::ExitCode;

use secrecy::ExposeSecret;
use serde_json::{Value, json};

use super::exit::{FORBIDDEN, Failure, UNREACHABLE, USAGE};
use super::setup::{self, Setup};
use super::{Global, iam};
use crate::adapters::aws::token::{self, Token as Bearer};
use crate::domain::aws::arn::is_cluster_name;
use crate::domain::aws::login::LoginKey;
use crate::domain::aws::partition::is_region;
use crate::domain::aws::trouble::LoginTrouble;

#[derive(Debug, clap::Args)]
pub struct Token {
    /// The EKS cluster's name
    #[arg(long, value_name = "NAME", env = "EKS_CLUSTER_NAME")]
    cluster: String,
    /// Its region; else AWS_REGION, AWS_DEFAULT_REGION or the profile's
    #[arg(long, value_name = "REGION", env = "EKS_REGION")]
    region: Option<String>,
    /// A profile in place of the standard chain
    #[arg(long, value_name = "NAME")]
    profile: Option<String>,
    /// A role to assume
    #[arg(long, value_name = "ARN")]
    role_arn: Option<String>,
    /// What the role's trust policy wants to hear
    #[arg(long, value_name = "ID", requires = "role_arn")]
    external_id: Option<String>,
}

/// The API versions that are spoken, the one that holds unless kubectl asks for the other first.
const VERSIONS: [&str; 2] = ["client.authentication.k8s.io/v1", "client.authentication.k8s.io/v1beta1"];
/// What kubectl tells a plugin.
const EXEC_INFO: &str = "KUBERNETES_EXEC_INFO";

/// # Errors
/// There are no credentials, or no region is known.
pub fn run(global: &Global, token: &Token) -> Result<ExitCode, Failure> {
    if !is_cluster_name(&token.cluster) {
        return Err(Failure::new(USAGE, format!("`{}` is no name of an EKS cluster", token.cluster)));
    }
    let version = version(std::env::var(EXEC_INFO).ok().as_deref())?;
    let setup = Setup::read(global)?;
    let runtime = setup::runtime()?;
    let made = runtime.block_on(make(&setup, token));
    runtime.shutdown_background();
    let credential = credential(version, &made?);
    let mut out = io::stdout().lock();
    writeln!(out, "{credential}")?;
    out.flush()?;
    Ok(ExitCode::SUCCESS)
}

async fn make(setup: &Setup, token: &Token) -> Result<Bearer, Failure> {
    let key = LoginKey { profile: token.profile.clone(), role: None };
    let key = match &token.role_arn {
        Some(role) => key.with_role(role, token.external_id.as_deref()),
        None => key,
    };
    let login = setup.aws().login(&key);
    let region = match token.region.clone() {
        Some(region) => Some(region),
        None => match login.region().await {
            Some(region) => Some(region),
            None => iam::region(),
        },
    };
    let region = region.ok_or_else(|| Failure::new(USAGE, "no region: name it with --region, or export AWS_REGION"))?;
    if !is_region(&region) {
        return Err(Failure::new(USAGE, format!("`{region}` is no region")));
    }
    token::token(&login, &token.cluster, &region).await.map_err(|trouble| {
        let code = if matches!(trouble, LoginTrouble::Unreachable { .. }) { UNREACHABLE } else { FORBIDDEN };
        let remedy = trouble.remedy().map(|remedy| format!(" ({remedy})")).unwrap_or_default();
        Failure::new(code, format!("{}{remedy}", trouble.words()))
    })
}

/// The API version that kubectl asks for.
fn version(info: Option<&str>) -> Result<&'static str, Failure> {
    let Some(info) = info.filter(|info| !info.is_empty()) else { return Ok(VERSIONS[0]) };
    let info: Value = serde_json::from_str(info).map_err(|_| Failure::new(USAGE, format!("{EXEC_INFO} is no JSON")))?;
    let asked = info["apiVersion"].as_str().unwrap_or(VERSIONS[0]);
    let known = VERSIONS.into_iter().find(|version| *version == asked);
    known.ok_or_else(|| Failure::new(USAGE, format!("{EXEC_INFO} asks for {asked}: only v1 and v1beta1 are spoken")))
}

fn credential(version: &str, made: &Bearer) -> Value {
    json!({
        "kind": "ExecCredential",
        "apiVersion": version,
        "spec": {},
        "status": {
            "expirationTimestamp": made.expires.strftime("%Y-%m-%dT%H:%M:%SZ").to_string(),
            "token": made.token.expose_secret(),
        },
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kubectl_gets_the_version_that_it_asks_for() {
        assert_eq!(version(None).unwrap(), VERSIONS[0]);
        let asked = r#"{"kind":"ExecCredential","apiVersion":"client.authentication.k8s.io/v1beta1","spec":{}}"#;
        assert_eq!(version(Some(asked)).unwrap(), VERSIONS[1]);
        assert!(version(Some(r#"{"apiVersion":"client.authentication.k8s.io/v1alpha1"}"#)).is_err());
        assert!(version(Some("x")).is_err());
    }

    #[test]
    fn a_credential_has_the_form_that_kubectl_reads() {
        let expires = "2026-11-21T12:14:00.5Z".parse().unwrap();
        let value = credential(VERSIONS[0], &Bearer { token: "k8s-aws-v1.x".into(), expires });
        assert_eq!(value["status"]["expirationTimestamp"], "2026-11-21T12:14:00Z");
        assert_eq!(value["status"]["token"], "k8s-aws-v1.x");
        assert_eq!((&value["kind"], &value["apiVersion"]), (&"ExecCredential".into(), &VERSIONS[0].into()));
    }
}
