//! The service account of the pod that the program runs in.

use std::path::PathBuf;

use super::certificates;
use super::options::LoadOptions;
use super::settings::{Login, Settings};
use crate::adapters::kube::errors::Hints;
use crate::domain::cluster::{ClusterInfo, Source};
use crate::domain::health::Trouble;

/// A pod's way to its own API server.
pub struct ServiceAccount {
    server: String,
    directory: PathBuf,
}

impl ServiceAccount {
    /// `None` outside a pod.
    pub fn find(options: &LoadOptions) -> Option<Self> {
        let (host, port) = options.service.as_ref()?;
        let host = if host.contains(':') { format!("[{host}]") } else { host.clone() };
        let directory = options.service_account.clone();
        directory.join("token").exists().then(|| Self { server: format!("https://{host}:{port}"), directory })
    }

    pub fn info(&self) -> ClusterInfo {
        let namespace = std::fs::read_to_string(self.directory.join("namespace")).ok();
        ClusterInfo {
            name: "in-cluster".into(),
            source: Source::InCluster,
            arn: None,
            server: self.server.clone(),
            region: None,
            namespace: namespace.map(|name| name.trim().to_owned()).filter(|name| !name.is_empty()),
            broken: self.settings().err(),
            insecure: false,
            ways: Vec::new(),
            record: None,
        }
    }

    /// # Errors
    /// An unreadable or foolish `ca.crt`.
    pub fn settings(&self) -> Result<Settings, Trouble> {
        let trouble = |words: String| Trouble::new(format!("service account: {words}"));
        let file = self.directory.join("ca.crt");
        let pem = std::fs::read(&file).map_err(|error| trouble(format!("{}: {error}", file.display())))?;
        let authorities = certificates::certificates("ca.crt", &pem).map_err(trouble)?;
        Ok(Settings {
            server: self.server.parse().map_err(|error| trouble(format!("{}: {error}", self.server)))?,
            authorities: Some(authorities),
            authorities_file: Some(file),
            insecure: false,
            tls_server_name: None,
            proxy: None,
            compression: true,
            impersonation: kube::config::AuthInfo::default(),
            identity: None,
            login: Login::TokenFile { path: self.directory.join("token"), fallback: None },
            hints: Hints::default(),
        })
    }
}
