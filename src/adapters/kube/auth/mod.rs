//! Credentials that renew themselves: one renewal for all requests that wait, before the old one ends where that is
//! known, and once after a 401.

pub mod consent;
mod exec;
mod token_file;

#[cfg(test)]
mod tests;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use futures::FutureExt;
use futures::future::{BoxFuture, Shared};
use http::HeaderValue;
use jiff::Timestamp;

use super::contexts::{Identity, Login, Settings};
use super::errors::Failure;
use crate::domain::health::Trouble;

/// After a renewal, a 401 is the server's last word for this long.
const FRESH: Duration = Duration::from_secs(5);
/// A failure answers everybody who asks within this time, so that five watches do not run a plugin five times.
const FAILURE_COUNTS: Duration = Duration::from_secs(2);
/// A credential with an end is renewed this long before it, or in the last fifth of its life if that is shorter.
const AHEAD: Duration = Duration::from_secs(60);

/// What is sent with a request.
#[derive(Debug)]
pub struct Credential {
    fresh: Fresh,
    obtained: Timestamp,
    renew_at: Option<Timestamp>,
}

/// A credential as its source gives it.
#[derive(Debug, Clone, Default)]
pub struct Fresh {
    pub header: Option<HeaderValue>,
    pub identity: Option<Arc<Identity>>,
    /// When it stops being valid.
    pub expires: Option<Timestamp>,
    /// When to look again although it does not end.
    pub look_again: Option<Duration>,
}

impl Credential {
    fn new(fresh: Fresh, now: Timestamp) -> Self {
        let before_end = fresh.expires.map(|expires| {
            let life = Duration::try_from(expires.duration_since(now)).unwrap_or_default();
            expires - AHEAD.min(life / 5)
        });
        let renew_at = before_end.or_else(|| fresh.look_again.map(|wait| now + wait));
        Self { fresh, obtained: now, renew_at }
    }

    pub fn header(&self) -> Option<&HeaderValue> {
        self.fresh.header.as_ref()
    }

    pub fn identity(&self) -> Option<&Arc<Identity>> {
        self.fresh.identity.as_ref()
    }

    fn is_due(&self, now: Timestamp) -> bool {
        self.renew_at.is_some_and(|at| now >= at)
    }

    fn has_ended(&self, now: Timestamp) -> bool {
        self.fresh.expires.is_some_and(|at| now >= at)
    }
}

type Obtained = Result<Arc<Credential>, Trouble>;
type Flight = Shared<BoxFuture<'static, Obtained>>;
/// Asks a source for a credential.
pub type Obtain = dyn Fn() -> BoxFuture<'static, Result<Fresh, Trouble>> + Send + Sync;

/// One cluster's credentials. Clones share them.
#[derive(Clone)]
pub struct Credentials {
    supply: Supply,
}

#[derive(Clone)]
enum Supply {
    Fixed(Arc<Credential>),
    Renewed { obtain: Arc<Obtain>, state: Arc<Mutex<State>> },
}

#[derive(Default)]
struct State {
    current: Option<Arc<Credential>>,
    flight: Option<Flight>,
    failed: Option<(Timestamp, Trouble)>,
}

impl Credentials {
    /// What the settings say. A plugin runs only when something is asked, and the caller has the consent for it.
    pub fn new(settings: &Settings, plugin_limit: Duration) -> Self {
        let identity = settings.identity.clone();
        match &settings.login {
            Login::None => Self::fixed(Fresh { identity, ..Fresh::default() }),
            Login::Header(value) => Self::fixed(Fresh { header: Some(value.clone()), identity, ..Fresh::default() }),
            Login::TokenFile { path, fallback } => {
                let (path, fallback) = (path.clone(), fallback.clone());
                Self::renewed(move || token_file::read(path.clone(), fallback.clone(), identity.clone()).boxed())
            }
            Login::Exec(exec) => {
                let exec = Arc::new(exec.clone());
                Self::renewed(move || exec::run(exec.clone(), plugin_limit, identity.clone()).boxed())
            }
            Login::Supplied(supply) => {
                Self { supply: Supply::Renewed { obtain: supply.0.clone(), state: Arc::default() } }
            }
        }
    }

    fn fixed(fresh: Fresh) -> Self {
        Self { supply: Supply::Fixed(Arc::new(Credential::new(fresh, Timestamp::now()))) }
    }

    /// Credentials from a source that is asked whenever new ones are needed, never twice at once.
    pub fn renewed(obtain: impl Fn() -> BoxFuture<'static, Result<Fresh, Trouble>> + Send + Sync + 'static) -> Self {
        Self { supply: Supply::Renewed { obtain: Arc::new(obtain), state: Arc::default() } }
    }

    /// The credential of the moment; waits for the source if there is none that is valid.
    ///
    /// # Errors
    /// [`Failure::Credential`] with what the source said.
    pub async fn current(&self) -> Result<Arc<Credential>, Failure> {
        let Supply::Renewed { obtain, state } = &self.supply else { return Ok(self.held()) };
        let flight = {
            let mut state_now = lock(state);
            let now = Timestamp::now();
            match state_now.current.clone() {
                Some(credential) if !credential.is_due(now) => return Ok(credential),
                Some(credential) if !credential.has_ended(now) => {
                    if state_now.recent_failure(now).is_none() {
                        drop(launch(obtain, state, &mut state_now));
                    }
                    return Ok(credential);
                }
                _ => {}
            }
            if let Some(trouble) = state_now.recent_failure(now) {
                return Err(Failure::Credential(trouble));
            }
            launch(obtain, state, &mut state_now)
        };
        flight.await.map_err(Failure::Credential)
    }

    /// The server did not take `refused`: a newer credential if there is or can be one, else `None`.
    ///
    /// # Errors
    /// [`Failure::Credential`] if the source fails.
    pub async fn after_refusal(&self, refused: &Credential) -> Result<Option<Arc<Credential>>, Failure> {
        let Supply::Renewed { obtain, state } = &self.supply else { return Ok(None) };
        let flight = {
            let mut state_now = lock(state);
            if let Some(current) = &state_now.current
                && !std::ptr::eq(Arc::as_ptr(current), refused)
            {
                return Ok(Some(current.clone()));
            }
            let age = Timestamp::now().duration_since(refused.obtained);
            if Duration::try_from(age).is_ok_and(|age| age < FRESH) {
                return Ok(None);
            }
            launch(obtain, state, &mut state_now)
        };
        flight.await.map(Some).map_err(Failure::Credential)
    }

    /// As if the credential had been obtained an hour ago.
    #[cfg(test)]
    pub fn grow_old(&self) {
        let Supply::Renewed { state, .. } = &self.supply else { return };
        let mut state = lock(state);
        let fresh = state.current.as_ref().map(|credential| credential.fresh.clone());
        let then = Timestamp::now() - Duration::from_secs(3600);
        state.current = fresh.map(|fresh| Arc::new(Credential::new(fresh, then)));
    }

    /// What is held, however old it is.
    #[cfg(test)]
    pub fn held_now(&self) -> Option<Arc<Credential>> {
        let Supply::Renewed { state, .. } = &self.supply else { return None };
        lock(state).current.clone()
    }

    fn held(&self) -> Arc<Credential> {
        match &self.supply {
            Supply::Fixed(credential) => credential.clone(),
            Supply::Renewed { .. } => Arc::new(Credential::new(Fresh::default(), Timestamp::now())),
        }
    }
}

impl State {
    fn recent_failure(&self, now: Timestamp) -> Option<Trouble> {
        let (at, trouble) = self.failed.as_ref()?;
        (now < *at + FAILURE_COUNTS).then(|| trouble.clone())
    }
}

fn lock(state: &Mutex<State>) -> MutexGuard<'_, State> {
    state.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Joins the renewal that is under way, or starts one. It runs on when everybody who waits has gone: the next one
/// will want what it brings.
fn launch(obtain: &Arc<Obtain>, shared: &Arc<Mutex<State>>, state: &mut State) -> Flight {
    if let Some(flight) = &state.flight {
        return flight.clone();
    }
    let (obtaining, shared) = (obtain(), shared.clone());
    let task = tokio::spawn(async move {
        let outcome = obtaining.await.map(|fresh| Arc::new(Credential::new(fresh, Timestamp::now())));
        let mut state = lock(&shared);
        state.flight = None;
        match &outcome {
            Ok(credential) => {
                state.current = Some(credential.clone());
                state.failed = None;
            }
            Err(trouble) => state.failed = Some((Timestamp::now(), trouble.clone())),
        }
        outcome
    });
    let flight = async move { task.await.unwrap_or_else(|_| Err(Trouble::new("getting a credential was broken off"))) };
    let flight = flight.boxed().shared();
    state.flight = Some(flight.clone());
    flight
}
