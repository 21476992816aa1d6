//! The one way to a write: propose, have it confirmed, execute.
//!
//! Proposing reads the cluster and changes nothing. A [`Proposal`](crate::domain::gate::Proposal) that was answered rightly becomes an
//! [`Approved`](crate::domain::gate::Approved); executing it spends it. Each write stands between two lines of the
//! audit, and is held against what was shown before it is sent.

pub mod aws;
mod contents;
mod execute;
mod propose;
mod questions;
mod resolve;
mod target;

pub use target::escaped;

#[cfg(test)]
pub(super) mod tests;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use questions::Questions;

use super::ports::{AuditPort, FetchReply, FetchRequest, PortError, WritePort};
use crate::domain::gate::Policy;
use crate::domain::health::Trouble;
use crate::domain::ids::ClusterId;
use crate::domain::request::Served;

/// How long it is remembered as whom a cluster knows us: a new login may be somebody else.
const USER_FOR: Duration = Duration::from_secs(30);
/// How long it is remembered what a server serves.
const SERVED_FOR: Duration = Duration::from_secs(120);
/// Objects of one change that are tried before; more are not, so that the question comes soon.
const TRIED: usize = 25;
/// From this many deletions in one namespace on, their objects are listed instead of read one by one.
const LISTED_FROM: usize = 10;
/// Questions to one server at once while a proposal is made.
const AT_ONCE: usize = 8;

/// The gate. Cheap to clone; clones share what was proposed.
#[derive(Clone)]
pub struct Gate {
    inner: Arc<Inner>,
}

struct Inner {
    fleet: Arc<dyn WritePort>,
    audit: Arc<dyn AuditPort>,
    policy: Policy,
    questions: Questions,
    users: Mutex<HashMap<ClusterId, Told<String>>>,
    served: Mutex<HashMap<ClusterId, Told<Arc<Served>>>>,
}

/// What a server told, and when.
type Told<T> = (Instant, T);

impl Gate {
    pub fn new(fleet: Arc<dyn WritePort>, audit: Arc<dyn AuditPort>, policy: Policy) -> Self {
        let inner = Inner {
            fleet,
            audit,
            policy,
            questions: Questions::default(),
            users: Mutex::default(),
            served: Mutex::default(),
        };
        Self { inner: Arc::new(inner) }
    }

    pub fn policy(&self) -> &Policy {
        &self.inner.policy
    }

    async fn fetch(&self, cluster: ClusterId, request: FetchRequest) -> Result<FetchReply, PortError> {
        self.inner.fleet.fetch(cluster, request).await
    }

    /// An object or a list by its path.
    async fn get(&self, cluster: ClusterId, path: String) -> Result<serde_json::Value, PortError> {
        match self.fetch(cluster, FetchRequest::Path { path }).await? {
            FetchReply::Object(object) => Ok(*object),
            _ => Err(PortError::Broken(Trouble::new("an answer that was not asked for"))),
        }
    }

    /// Forgets what a server serves: a CustomResourceDefinition may be new.
    fn forget_served(&self, cluster: ClusterId) {
        locked(&self.inner.served).remove(&cluster);
    }

    async fn served(&self, cluster: ClusterId) -> Result<Arc<Served>, PortError> {
        let known = locked(&self.inner.served).get(&cluster).filter(|(at, _)| at.elapsed() < SERVED_FOR).cloned();
        if let Some((_, resources)) = known {
            return Ok(resources);
        }
        let FetchReply::Resources(resources) = self.fetch(cluster, FetchRequest::Resources).await? else {
            return Err(PortError::Broken(Trouble::new("an answer that was not asked for")));
        };
        let resources = Arc::new(resources);
        locked(&self.inner.served).insert(cluster, (Instant::now(), resources.clone()));
        Ok(resources)
    }

    /// As whom the cluster knows us; `unknown` where it does not say (before 1.28).
    async fn user(&self, cluster: ClusterId) -> String {
        let known = locked(&self.inner.users).get(&cluster).filter(|(at, _)| at.elapsed() < USER_FOR).cloned();
        if let Some((_, user)) = known {
            return user;
        }
        match self.fetch(cluster, FetchRequest::WhoAmI).await {
            Ok(FetchReply::User { name: user, .. }) => {
                locked(&self.inner.users).insert(cluster, (Instant::now(), user.clone()));
                user
            }
            _ => "unknown".to_owned(),
        }
    }
}

/// Each change under these locks is one call, so a panic elsewhere leaves the map whole.
fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
