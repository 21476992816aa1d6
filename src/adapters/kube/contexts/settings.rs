//! What connecting to one cluster takes: the private side of a context.

use std::path::PathBuf;
use std::sync::Arc;

use http::{HeaderValue, Uri};
use secrecy::SecretString;
use serde_json::Value;

use crate::adapters::kube::auth::Obtain;
use crate::adapters::kube::errors::Hints;

/// Everything about one cluster that never leaves the adapter. Not `Debug`: a proxy's URL may hold a password.
#[derive(Clone)]
pub struct Settings {
    /// Scheme, host, port and path prefix, without credentials.
    pub server: Uri,
    /// DER certificates to trust; `None` is the system's.
    pub authorities: Option<Vec<Vec<u8>>>,
    /// A file of authorities that rotates (a pod's `ca.crt`), read again by the TLS layer.
    pub authorities_file: Option<PathBuf>,
    pub insecure: bool,
    pub tls_server_name: Option<String>,
    /// `proxy-url`; if `None`, the environment's proxies count.
    pub proxy: Option<Uri>,
    /// `false` if the kubeconfig says `disable-compression`.
    pub compression: bool,
    /// `as`, `as-uid`, `as-groups`, `as-user-extra`, ready to be sent.
    pub impersonation: kube::config::AuthInfo,
    pub identity: Option<std::sync::Arc<Identity>>,
    pub login: Login,
    pub hints: Hints,
}

/// A client certificate with its key, both PEM.
#[derive(Debug, Clone)]
pub struct Identity {
    pub certificate: String,
    pub key: SecretString,
}

/// What is sent as `Authorization`.
#[derive(Debug, Clone)]
pub enum Login {
    /// Nothing: a client certificate or an open server.
    None,
    /// A token or name and password that never change. The value is marked sensitive.
    Header(HeaderValue),
    /// Read again as the file changes; `fallback` while it cannot be read.
    TokenFile {
        path: PathBuf,
        fallback: Option<SecretString>,
    },
    Exec(ExecSettings),
    /// Made inside this program, whenever one is needed.
    Supplied(Supply),
}

/// What makes credentials. Clones are the same one.
#[derive(Clone)]
pub struct Supply(pub Arc<Obtain>);

impl std::fmt::Debug for Supply {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str("Supply")
    }
}

/// A credential plugin.
#[derive(Debug, Clone)]
pub struct ExecSettings {
    /// The kubeconfig user that names it.
    pub user: String,
    pub api_version: String,
    pub argv: Vec<String>,
    pub env: Vec<(String, SecretString)>,
    pub install_hint: Option<String>,
    /// `spec.cluster` of what the plugin is told, if it asked for it.
    pub cluster_info: Option<Value>,
}
