//! `eksdeck collect` as a process: several that share a fleet through PostgreSQL, one that ends, one that is watched,
//! one whose webhook hangs.

mod door;
mod one;
mod process;
mod sharing;

use std::sync::Arc;

use eksdeck::adapters::registry::crypto::{Keys, ToolKeyring};
use eksdeck::adapters::registry::{Options, Place, Registry};
use eksdeck::domain::registry::FinishedJob;

use crate::pty::Home;

/// The Jobs that a home's registry keeps of a cluster.
pub fn finished(home: &Home, cluster: &str) -> Vec<FinishedJob> {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        let folder = home.path().join("data/eksdeck");
        let place = Place::File(folder.join("registry.sqlite"));
        let keys = Keys::new(None, None, Arc::new(ToolKeyring), Some(folder.join("keys")));
        let registry = Registry::open(&Options { place, organisation: "default".into(), keys }).await.unwrap();
        let jobs = registry.finished(Some(cluster), 0, 1_000).await.unwrap();
        registry.close().await;
        jobs
    })
}
