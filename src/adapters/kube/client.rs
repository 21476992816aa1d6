//! Every cluster that is known, and a reader for each that is opened.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use jiff::Timestamp;
use tokio::sync::Mutex;

use super::auth::Credentials;
use super::auth::consent::{self, Consent, Consents};
use super::contexts::{Contexts, ExecSettings, LoadOptions, Login, Settings, Supply, authorities_digest};
use super::errors::{Failure, Place};
use super::reader::Reader;
use super::transport::{FleetPermits, Limits, Permits, clients};
use crate::domain::cluster::ClusterInfo;
use crate::domain::consent::ConsentRequest;
use crate::domain::health::Trouble;
use crate::domain::ids::ClusterId;

/// How the store is made.
#[derive(Debug, Clone)]
pub struct StoreOptions {
    pub load: LoadOptions,
    /// Where answers to consent questions are kept (a file of mode 0600).
    pub state_dir: PathBuf,
    pub limits: Limits,
}

/// Why there is no reader.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ConnectError {
    /// Nothing was run: ask, then [`ContextStore::answer_consent`] and connect again.
    #[error("the credential plugin {} was not agreed to yet", .0.argv.join(" "))]
    NeedsConsent(ConsentRequest),
    /// No credential can be had now. Trying again may help.
    #[error("{}", .0.words)]
    Unauthorised(Trouble),
    /// There is nothing to reach yet, or not now. Trying again may help.
    #[error("{}", .0.words)]
    Unreachable(Trouble),
    /// The configuration is wrong. Trying again helps only once its files have changed.
    #[error("{}", .0.words)]
    Broken(Trouble),
}

/// The fleet as the kubeconfig has it. A cluster's client is made once, on the first [`ContextStore::connect`].
pub struct ContextStore {
    contexts: Contexts,
    consents: Arc<Consents>,
    limits: Limits,
    permits: FleetPermits,
    opened: Vec<Mutex<Option<Opened>>>,
    stand_in: Option<Arc<dyn StandIn>>,
}

/// A cluster's clients with what they log in with.
#[derive(Clone)]
pub struct Opened {
    reader: Reader,
    credentials: Credentials,
}

impl Opened {
    /// Builds the clients; nothing is sent. Must be called inside a tokio runtime.
    ///
    /// # Errors
    /// TLS material that the TLS library does not take.
    pub fn new(
        name: &str,
        server: &str,
        settings: Settings,
        limits: &Limits,
        permits: Permits,
    ) -> Result<Self, ConnectError> {
        let credentials = Credentials::new(&settings, limits.plugin);
        let clients = clients(&settings, &credentials, limits, &permits).map_err(ConnectError::Broken)?;
        let place = Place::new(name, server).with_hints(settings.hints);
        Ok(Self { reader: Reader::new(place, clients, permits), credentials })
    }

    /// The reader, once there is a credential.
    ///
    /// # Errors
    /// Why there is none.
    pub async fn ready(self) -> Result<Reader, ConnectError> {
        match self.credentials.current().await {
            Ok(_) => Ok(self.reader),
            Err(Failure::Credential(trouble)) => Err(ConnectError::Unauthorised(trouble)),
            Err(other) => Err(ConnectError::Unauthorised(Trouble::new(other.to_string()))),
        }
    }
}

/// Does a credential plugin's work inside this program, where it knows how to.
pub trait StandIn: Send + Sync {
    /// `None` for a program that has to be run.
    fn supply(&self, exec: &ExecSettings) -> Option<Supply>;
}

impl ContextStore {
    /// Reads the kubeconfig; blocks on the disk for some milliseconds. What is broken is told per cluster
    /// ([`ClusterInfo::broken`]) and in [`ContextStore::troubles`].
    pub fn load(options: StoreOptions) -> Self {
        let contexts = Contexts::load(&options.load, Timestamp::now());
        Self {
            opened: contexts.clusters.iter().map(|_| Mutex::new(None)).collect(),
            consents: Arc::new(Consents::load(&options.state_dir)),
            permits: FleetPermits::new(&options.limits),
            limits: options.limits,
            contexts,
            stand_in: None,
        }
    }

    /// Over one cluster whose reduced kubeconfig was kept elsewhere.
    pub fn registered(info: &ClusterInfo, kubeconfig: &str, state_dir: &Path, limits: Limits) -> Self {
        Self {
            contexts: Contexts::of_reduced(info, kubeconfig),
            opened: vec![Mutex::new(None)],
            consents: Arc::new(Consents::load(state_dir)),
            permits: FleetPermits::new(&limits),
            limits,
            stand_in: None,
        }
    }

    /// Over one cluster whose reduced kubeconfig was kept elsewhere, with this store's limits, answers and stand-in.
    pub fn beside(&self, info: &ClusterInfo, kubeconfig: &str) -> Self {
        Self {
            contexts: Contexts::of_reduced(info, kubeconfig),
            opened: vec![Mutex::new(None)],
            consents: self.consents.clone(),
            permits: self.permits.clone(),
            limits: self.limits.clone(),
            stand_in: self.stand_in.clone(),
        }
    }

    /// SHA-256 of the authorities that a cluster's certificate is checked against, in hex; `None` where they are the
    /// system's, or cannot be read. Blocks on the disk.
    pub fn authorities(&self, cluster: ClusterId) -> Option<String> {
        let settings = self.contexts.settings(cluster, Timestamp::now()).ok()?;
        settings.authorities.as_deref().map(authorities_digest)
    }

    /// Plugins that `stand_in` knows are not run.
    pub fn with_stand_in(self, stand_in: Arc<dyn StandIn>) -> Self {
        Self { stand_in: Some(stand_in), ..self }
    }

    /// The plugin of a context, if it logs in with one.
    pub fn plugin(&self, cluster: ClusterId) -> Option<ExecSettings> {
        match self.contexts.settings(cluster, Timestamp::now()).ok()?.login {
            Login::Exec(exec) => Some(exec),
            _ => None,
        }
    }

    /// What all clusters share: limits, and connections under them.
    pub fn limits(&self) -> (&Limits, &FleetPermits) {
        (&self.limits, &self.permits)
    }

    /// In the order of their `ClusterId`s.
    pub fn clusters(&self) -> &[ClusterInfo] {
        &self.contexts.clusters
    }

    /// `current-context`, or the only cluster there is.
    pub fn current(&self) -> Option<ClusterId> {
        self.contexts.current
    }

    /// What is wrong on disk and concerns no single cluster.
    pub fn troubles(&self) -> &[Trouble] {
        &self.contexts.troubles
    }

    /// The kubeconfig files that were read, or could not be.
    pub fn files(&self) -> &[PathBuf] {
        &self.contexts.files
    }

    /// Something in the kubeconfig files is wrong, which is another matter than that there are none.
    pub fn is_broken(&self) -> bool {
        self.contexts.is_broken
    }

    /// The cluster of a context's name or shown name.
    pub fn find(&self, name: &str) -> Option<ClusterId> {
        self.contexts.find(name)
    }

    /// Requests in flight over all clusters, and their limit.
    pub fn connections(&self) -> (usize, usize) {
        self.permits.connections()
    }

    /// A reader for the cluster, with a credential in hand. The first call builds the clients and may run a plugin (if
    /// that was agreed to); later calls share them. Nothing is asked of the cluster itself.
    ///
    /// # Errors
    /// See [`ConnectError`].
    pub async fn connect(&self, cluster: ClusterId) -> Result<Reader, ConnectError> {
        let unknown = || ConnectError::Broken(Trouble::new(format!("there is no cluster number {}", cluster.0)));
        let index = cluster.0 as usize;
        let (info, slot) = self.contexts.clusters.get(index).zip(self.opened.get(index)).ok_or_else(unknown)?;
        let opened = {
            let mut slot = slot.lock().await;
            match &*slot {
                Some(opened) => opened.clone(),
                None => slot.insert(self.open(cluster, info)?).clone(),
            }
        };
        opened.ready().await
    }

    fn open(&self, cluster: ClusterId, info: &ClusterInfo) -> Result<Opened, ConnectError> {
        let mut settings = self.contexts.settings(cluster, Timestamp::now()).map_err(ConnectError::Broken)?;
        if let Login::Exec(exec) = &settings.login
            && let Some(supply) = self.known_program(exec)
        {
            settings.login = Login::Supplied(supply);
        }
        self.ask_consent(&settings)?;
        Opened::new(&info.name, &info.server, settings, &self.limits, self.permits.cluster())
    }

    /// What stands for a plugin whose work this program can do itself.
    fn known_program(&self, exec: &ExecSettings) -> Option<Supply> {
        self.stand_in.as_ref()?.supply(exec)
    }

    fn ask_consent(&self, settings: &Settings) -> Result<(), ConnectError> {
        let Login::Exec(exec) = &settings.login else { return Ok(()) };
        let request = consent::request(exec);
        match self.consents.of(&request.fingerprint) {
            Consent::Agreed => Ok(()),
            Consent::NotAsked => Err(ConnectError::NeedsConsent(request)),
            Consent::Declined => {
                let words = format!("running {} was declined, so there is no credential", request.argv.join(" "));
                Err(ConnectError::Unauthorised(Trouble::new(super::errors::say(&words))))
            }
        }
    }

    /// Answers a [`ConnectError::NeedsConsent`]. An agreement is written down, a refusal holds until the program ends
    /// or [`ContextStore::ask_again`].
    ///
    /// # Errors
    /// The agreement could not be written; it counts until the program ends.
    pub fn answer_consent(&self, fingerprint: &str, agreed: bool) -> io::Result<()> {
        self.consents.answer(fingerprint, agreed)
    }

    /// Forgets that the cluster's plugin was declined: the next `connect` asks again.
    pub fn ask_again(&self, cluster: ClusterId) {
        if let Some(exec) = self.plugin(cluster) {
            self.consents.ask_again(&consent::request(&exec).fingerprint);
        }
    }
}

#[cfg(test)]
mod tests;
