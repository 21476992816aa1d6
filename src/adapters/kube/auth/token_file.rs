//! Tokens in files that something else rotates, such as a pod's service account token.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use secrecy::{ExposeSecret, SecretString};
use tokio::io::AsyncReadExt;

use super::Fresh;
use crate::adapters::kube::contexts::{Identity, bearer};
use crate::domain::health::Trouble;

/// As often as client-go looks.
const LOOK_AGAIN: Duration = Duration::from_secs(60);
/// A JWT is one or two kilobytes.
const FILE_BYTES: u64 = 64 * 1024;

/// Reads the token; `fallback` counts while the file cannot be read.
pub async fn read(
    path: PathBuf,
    fallback: Option<SecretString>,
    identity: Option<Arc<Identity>>,
) -> Result<Fresh, Trouble> {
    let token = match (contents(&path).await, fallback) {
        (Ok(token), _) => token,
        (Err(_), Some(fallback)) => fallback,
        (Err(words), None) => return Err(Trouble::new(format!("token file {}: {words}", path.display()))),
    };
    let header = bearer(&token);
    if header.is_none() {
        return Err(Trouble::new(format!("token file {}: no token has such characters", path.display())));
    }
    Ok(Fresh { header, identity, expires: None, look_again: Some(LOOK_AGAIN) })
}

async fn contents(path: &PathBuf) -> Result<SecretString, String> {
    let file = tokio::fs::File::open(path).await.map_err(|error| error.to_string())?;
    let mut text = String::new();
    file.take(FILE_BYTES).read_to_string(&mut text).await.map_err(|error| error.to_string())?;
    let token = SecretString::from(text.trim());
    if token.expose_secret().is_empty() { Err("it is empty".into()) } else { Ok(token) }
}
