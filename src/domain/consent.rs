//! Consent to run a kubeconfig's `exec` plugin: a crafted kubeconfig is code execution, so its argv is shown and agreed
//! to once.

/// The program that a kubeconfig wants run, as it would be run.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct ConsentRequest {
    /// The kubeconfig user that names it.
    pub user: String,
    /// Program and arguments, each as it is passed.
    pub argv: Vec<String>,
    /// Names of environment variables that the kubeconfig sets for it (values are not shown).
    pub env_names: Vec<String>,
    /// SHA-256, hex, over argv and environment: what is remembered.
    pub fingerprint: String,
}
