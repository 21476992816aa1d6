//! What a plugin prints: `ExecCredential` of `client.authentication.k8s.io/v1` or `/v1beta1`.

use std::sync::Arc;

use jiff::Timestamp;
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;

use super::Fresh;
use crate::adapters::kube::contexts::{ExecSettings, Identity, bearer, distance};

#[derive(Deserialize)]
struct ExecCredential {
    kind: Option<String>,
    #[serde(rename = "apiVersion")]
    api_version: Option<String>,
    status: Option<Status>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Status {
    expiration_timestamp: Option<Timestamp>,
    token: Option<SecretString>,
    client_certificate_data: Option<String>,
    client_key_data: Option<SecretString>,
}

/// Reads a plugin's stdout.
///
/// # Errors
/// Words that quote nothing of it: it may be half a token.
pub fn parse(exec: &ExecSettings, out: &[u8], now: Timestamp) -> Result<Fresh, String> {
    if out.trim_ascii().is_empty() {
        return Err("printed nothing".into());
    }
    let credential: ExecCredential =
        serde_json::from_slice(out).map_err(|_| "printed something that is no ExecCredential".to_owned())?;
    if credential.kind.as_deref().is_some_and(|kind| kind != "ExecCredential") {
        return Err("printed something that is no ExecCredential".into());
    }
    if let Some(version) = credential.api_version.filter(|version| *version != exec.api_version) {
        return Err(format!("speaks {version}, the kubeconfig says {}", exec.api_version));
    }
    let status = credential.status.ok_or("printed no status with a credential")?;
    if let Some(expires) = status.expiration_timestamp.filter(|expires| *expires <= now) {
        let ago = distance(expires, now);
        return Err(format!("gave a credential that expired {ago} ago (is this machine's clock right?)"));
    }
    let token = status.token.filter(|token| !token.expose_secret().is_empty());
    let header = match &token {
        Some(token) => Some(bearer(token).ok_or("gave a token with characters that no token has")?),
        None => None,
    };
    let identity = match (status.client_certificate_data, status.client_key_data) {
        (Some(certificate), Some(key)) => Some(Arc::new(Identity { certificate, key })),
        (None, None) => None,
        _ => return Err("gave a certificate without its key, or a key without its certificate".into()),
    };
    if header.is_none() && identity.is_none() {
        return Err("gave neither a token nor a certificate".into());
    }
    Ok(Fresh { header, identity, expires: status.expiration_timestamp, look_again: None })
}
