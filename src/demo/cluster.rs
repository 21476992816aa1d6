//! One cluster of the fleet: its objects, and who is told when they change.

use std::sync::{Mutex, MutexGuard, PoisonError};

use tokio::sync::watch;

use super::random;
use super::runs::Runs;
use super::store::Store;

/// Who a cluster says it is.
#[derive(Debug, Clone)]
pub struct Identity {
    /// The context's name.
    pub name: String,
    /// `v1.34.4-eks-a1b2c3d`
    pub git_version: String,
    /// Demanded of a request that brings a bearer token; requests without one are let in, since client-go sends none
    /// over plain HTTP.
    pub token: String,
    pub seed: u64,
    pub access: Access,
}

/// What the kubeconfig's user may do on a cluster.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Access {
    #[default]
    Everything,
    /// Read everything but Secrets.
    View,
}

#[derive(Debug)]
pub struct Cluster {
    pub identity: Identity,
    store: Mutex<Store>,
    changed: watch::Sender<u64>,
    runs: Mutex<Runs>,
}

impl Cluster {
    pub fn new(identity: Identity, store: Store) -> Self {
        let changed = watch::Sender::new(store.rv());
        Self { identity, store: Mutex::new(store), changed, runs: Mutex::default() }
    }

    pub fn store(&self) -> MutexGuard<'_, Store> {
        self.store.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What Terraform runs left. Whoever wants the store too takes that first.
    pub fn runs(&self) -> MutexGuard<'_, Runs> {
        self.runs.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Changes objects, then tells the watches.
    pub fn write<R>(&self, change: impl FnOnce(&mut Store) -> R) -> R {
        let (result, rv) = {
            let mut store = self.store();
            let result = change(&mut store);
            (result, store.rv())
        };
        self.changed.send_if_modified(|known| std::mem::replace(known, rv) != rv);
        result
    }

    /// Is told the version after every change.
    pub fn subscribe(&self) -> watch::Receiver<u64> {
        self.changed.subscribe()
    }

    /// A uid that no other object has: of the seed and a version.
    pub fn uid(&self, rv: u64) -> String {
        random::uuid(self.identity.seed ^ 0x5eed, rv)
    }
}
