//! Where to look, and how much is allowed.

use std::ffi::OsString;
use std::path::PathBuf;

/// Where kubeconfigs may lie. [`LoadOptions::from_env`] fills it as kubectl would.
#[derive(Debug, Clone, Default)]
pub struct LoadOptions {
    /// `--kubeconfig`: this file alone.
    pub kubeconfig: Option<PathBuf>,
    /// The value of `KUBECONFIG`: files separated by `:`.
    pub kubeconfig_variable: Option<OsString>,
    /// For `~/.kube/config`.
    pub home: Option<PathBuf>,
    /// `KUBERNETES_SERVICE_HOST` and `KUBERNETES_SERVICE_PORT`, set in every pod.
    pub service: Option<(String, String)>,
    /// The directory with `token`, `ca.crt` and `namespace` of the pod's service account.
    pub service_account: PathBuf,
}

/// Where the kubelet mounts a pod's service account.
const SERVICE_ACCOUNT: &str = "/var/run/secrets/kubernetes.io/serviceaccount";

impl LoadOptions {
    /// As the environment says; `kubeconfig` is the flag's value.
    pub fn from_env(kubeconfig: Option<PathBuf>) -> Self {
        let variable = |name| std::env::var(name).ok().filter(|value| !value.is_empty());
        Self {
            kubeconfig,
            kubeconfig_variable: std::env::var_os("KUBECONFIG").filter(|value| !value.is_empty()),
            home: std::env::home_dir(),
            service: variable("KUBERNETES_SERVICE_HOST").zip(variable("KUBERNETES_SERVICE_PORT")),
            service_account: SERVICE_ACCOUNT.into(),
        }
    }
}
