//! The registry behind the sync worker's port.

use std::sync::Arc;
use std::time::Duration;

use futures::future::BoxFuture;

use super::error::RegistryError;
use super::later::within;
use super::{Later, Registry, Seen};
use crate::domain::health::Trouble;
use crate::domain::ids::Uid;
use crate::domain::registry::{Claim, FinishedJob, Snapshot, Transition};
use crate::runtime::ports::{Claimed, KeepPort, Kept};

/// What a claim is for.
const PURPOSE: &str = "sync";
/// Jobs of one cluster that are known to be kept: beyond it the registry itself sees that they are.
const JOBS: u32 = 1_000;

/// [`KeepPort`] over a registry that may be away for a while.
pub struct Keeper {
    later: Arc<Later>,
    holder: String,
    interval: Duration,
}

impl Keeper {
    /// `holder` names this process alone (see [`holder`]); there is one result of a cluster in each `interval`.
    pub fn new(later: Arc<Later>, holder: String, interval: Duration) -> Self {
        Self { later, holder, interval }
    }

    fn registry(&self) -> &Registry {
        self.later.registry()
    }

    async fn put(&self, seen: Seen) -> Result<Kept, Trouble> {
        self.later.put(seen).await.map_err(trouble)
    }
}

/// A name that no other process has: host, process id and a random part, so that a process id that comes again is no
/// other's.
pub fn holder() -> String {
    use std::hash::{BuildHasher, RandomState};
    let host =
        nix::sys::utsname::uname().map(|name| name.nodename().to_string_lossy().into_owned()).unwrap_or_default();
    format!("{host}/{}/{:08x}", std::process::id(), RandomState::new().hash_one(0_u8) & 0xffff_ffff)
}

impl KeepPort for Keeper {
    fn claim<'a>(&'a self, cluster: &'a str, lease: Duration) -> BoxFuture<'a, Result<Claimed, Trouble>> {
        Box::pin(async move {
            let claim = within(self.registry().claim(cluster, PURPOSE, &self.holder, lease)).await.map_err(trouble)?;
            Ok(claim.map_or(Claimed::Theirs, Claimed::Mine))
        })
    }

    fn release(&self, claim: Claim) -> BoxFuture<'_, ()> {
        Box::pin(async move {
            if let Err(error) = within(self.registry().release(&claim)).await {
                tracing::info!(cluster = claim.cluster, %error, "a claim runs out by itself");
            }
        })
    }

    fn snapshot(&self, claim: Option<Claim>, snapshot: Arc<Snapshot>) -> BoxFuture<'_, Result<Kept, Trouble>> {
        Box::pin(self.put(Seen::Snapshot(claim, Box::new((*snapshot).clone()), self.interval)))
    }

    fn transition(&self, claim: Option<Claim>, transition: Transition) -> BoxFuture<'_, Result<Kept, Trouble>> {
        Box::pin(self.put(Seen::Transition(claim, transition)))
    }

    fn finished(&self, claim: Option<Claim>, job: Arc<FinishedJob>) -> BoxFuture<'_, Result<Kept, Trouble>> {
        Box::pin(self.put(Seen::Finished(claim, Box::new((*job).clone()))))
    }

    fn standing<'a>(&'a self, cluster: &'a str) -> BoxFuture<'a, Result<Option<Transition>, Trouble>> {
        Box::pin(async move {
            let last = within(self.registry().transitions(cluster, 1)).await.map_err(trouble)?;
            Ok(last.into_iter().next())
        })
    }

    fn known_jobs<'a>(&'a self, cluster: &'a str) -> BoxFuture<'a, Result<Vec<Uid>, Trouble>> {
        Box::pin(async move {
            let uids = within(self.registry().finished_uids(cluster, JOBS)).await.map_err(trouble)?;
            Ok(uids.iter().map(|uid| Uid::parse(uid)).collect())
        })
    }

    fn tidy(&self, now_ms: i64) -> BoxFuture<'_, Result<(), Trouble>> {
        Box::pin(async move { self.registry().roll_up(now_ms).await.map_err(trouble) })
    }

    fn waiting(&self) -> Option<Trouble> {
        self.later.trouble()
    }
}

fn trouble(error: RegistryError) -> Trouble {
    error.trouble
}
