//! The text of a kubeconfig that is to be registered.

use std::io::{self, Read};
use std::path::Path;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::json;
use zeroize::Zeroizing;

use crate::domain::health::Trouble;
use crate::domain::text::clean;

/// As `contexts::parse` reads it.
const MOST: u64 = 8 * 1024 * 1024;

/// Blocks on the disk.
///
/// # Errors
/// The file cannot be read, or is too large for a kubeconfig.
pub fn read_kubeconfig(file: &Path) -> Result<Zeroizing<String>, Trouble> {
    let told = |error: io::Error| Trouble::new(clean(&format!("{}: {error}", file.display())).into_owned());
    read_kubeconfig_from(std::fs::File::open(file).map_err(told)?, file)
}

/// `file` is what it is called in an error.
///
/// # Errors
/// It cannot be read, or is too large for a kubeconfig.
pub fn read_kubeconfig_from(source: impl Read, file: &Path) -> Result<Zeroizing<String>, Trouble> {
    let told =
        |words: &dyn std::fmt::Display| Trouble::new(clean(&format!("{}: {words}", file.display())).into_owned());
    let mut text = Zeroizing::new(String::new());
    source.take(MOST + 1).read_to_string(&mut text).map_err(|error| told(&error))?;
    if text.len() as u64 > MOST {
        return Err(told(&"too large for a kubeconfig (limit 8 MiB)"));
    }
    Ok(text)
}

/// A kubeconfig of one cluster that was entered field by field. `authority` is PEM; without it the system's are trusted.
pub fn kubeconfig_of(name: &str, server: &str, authority: Option<&str>, token: &str) -> Zeroizing<String> {
    let mut cluster = json!({"server": server});
    if let Some(authority) = authority {
        cluster["certificate-authority-data"] = STANDARD.encode(authority).into();
    }
    let whole = json!({
        "apiVersion": "v1",
        "kind": "Config",
        "current-context": name,
        "clusters": [{"name": name, "cluster": cluster}],
        "users": [{"name": name, "user": {"token": token}}],
        "contexts": [{"name": name, "context": {"cluster": name, "user": name}}],
    });
    Zeroizing::new(whole.to_string())
}
