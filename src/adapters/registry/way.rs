//! A registered cluster by its kubeconfig, which is decrypted when the cluster is connected, in memory alone.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use tokio::sync::Mutex;

use super::Opener;
use super::error::RegistryError;
use crate::adapters::kube::reader::Reader;
use crate::adapters::kube::{ConnectError, ContextStore};
use crate::domain::aws::arn::ClusterArn;
use crate::domain::cluster::{ClusterInfo, Source};
use crate::domain::ids::ClusterId;
use crate::domain::registry::ClusterRecord;

/// The way in.
pub struct RegisteredWay {
    opener: Arc<Opener>,
    /// The registry's id of the cluster.
    id: String,
    store: Mutex<Option<Arc<ContextStore>>>,
    /// Somebody wants another try: the kubeconfig may be another one by now.
    is_stale: AtomicBool,
}

impl RegisteredWay {
    pub fn new(opener: Arc<Opener>, id: &str) -> Self {
        Self { opener, id: id.to_owned(), store: Mutex::default(), is_stale: AtomicBool::new(false) }
    }

    /// A reader with a credential in hand. The kubeconfig is decrypted once, and again after
    /// [`RegisteredWay::ask_again`]. Consents and connections are those of `beside`.
    ///
    /// # Errors
    /// See [`ConnectError`]; a missing key is told by its id.
    pub async fn connect(&self, info: &ClusterInfo, beside: &ContextStore) -> Result<Reader, ConnectError> {
        let store = {
            let mut slot = self.store.lock().await;
            if self.is_stale.swap(false, Ordering::AcqRel)
                && let Some(store) = slot.take()
            {
                store.ask_again(ClusterId(0));
            }
            match &*slot {
                Some(store) => store.clone(),
                None => slot.insert(Arc::new(self.open(info, beside).await.map_err(told)?)).clone(),
            }
        };
        store.connect(ClusterId(0)).await
    }

    pub fn ask_again(&self) {
        self.is_stale.store(true, Ordering::Release);
    }

    async fn open(&self, info: &ClusterInfo, beside: &ContextStore) -> Result<ContextStore, RegistryError> {
        let plain = self.opener.registry().await?.kubeconfig(&self.id).await?;
        Ok(beside.beside(info, plain.expose()))
    }
}

fn told(error: RegistryError) -> ConnectError {
    match error.is_for_now() {
        true => ConnectError::Unreachable(error.trouble),
        false => ConnectError::Broken(error.trouble),
    }
}

/// A registered cluster as a row of the fleet, under a name that no other row has.
pub fn registered_info(record: &Arc<ClusterRecord>, name: String) -> ClusterInfo {
    ClusterInfo {
        name,
        arn: record.identity.arn.as_deref().and_then(ClusterArn::parse),
        source: Source::Registry { id: record.id.clone() },
        server: record.server.clone(),
        region: record.region.clone(),
        namespace: record.namespace.clone(),
        broken: None,
        insecure: record.insecure,
        ways: Vec::new(),
        record: Some(record.clone()),
    }
}
