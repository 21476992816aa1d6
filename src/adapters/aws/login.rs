//! Logins: each keeps its credentials in memory, gets new ones once for all who wait, and tells how it stands.

mod held;
mod role;
mod sdk;

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant, SystemTime};

use aws_credential_types::Credentials;
use aws_smithy_runtime_api::client::http::SharedHttpClient;
use aws_types::os_shim_internal::{Env, Fs};
use futures::FutureExt;
use futures::future::BoxFuture;
use tokio::sync::watch;

use self::held::{Held, Kept};
pub use self::sdk::sdk_config;
use super::chain::{Chain, Source};
use super::profiles::Profiles;
use super::source::{self, Asking};
use super::{errors, http};
use crate::domain::aws::login::{LoginKey, LoginState, session_name};
use crate::domain::aws::partition;
use crate::domain::aws::trouble::LoginTrouble;

/// A failure answers everybody who asks within this time.
const FAILURE_COUNTS: Duration = Duration::from_secs(2);
/// Credentials with an end are renewed this long before it, or in the last fifth of their life if that is shorter.
const AHEAD: Duration = Duration::from_secs(300);

/// Everybody that this program is at AWS. Cheap to clone; clones share all.
#[derive(Clone)]
pub struct Aws {
    shared: Arc<Shared>,
}

struct Shared {
    http: Result<SharedHttpClient, LoginTrouble>,
    /// Of roles that are assumed: carries the OS user.
    session: String,
    process_limit: Duration,
    files: Fs,
    env: Env,
    logins: Mutex<BTreeMap<LoginKey, Login>>,
    /// Counts the changes of what logins tell of themselves.
    changes: watch::Sender<u64>,
}

impl Aws {
    /// Contacts nobody. `user` is the OS user's name; `process_limit` ends a `credential_process`.
    pub fn new(user: &str, process_limit: Duration) -> Self {
        Self::over(user, process_limit, Fs::real(), Env::real())
    }

    /// With profiles and variables of these in place of the machine's.
    pub(super) fn over(user: &str, process_limit: Duration, files: Fs, env: Env) -> Self {
        let (http, session) = (http::client(), session_name(user));
        let (logins, changes) = (Mutex::default(), watch::Sender::new(0));
        let shared = Shared { http, session, process_limit, files, env, logins, changes };
        Self { shared: Arc::new(shared) }
    }

    /// Changes whenever any login's state does, or one is asked for the first time.
    pub fn changes(&self) -> watch::Receiver<u64> {
        self.shared.changes.subscribe()
    }

    /// The profiles as the files are now.
    pub async fn profiles(&self) -> Profiles {
        Profiles::load_from(&self.shared.files, &self.shared.env).await
    }

    /// What a login goes by; contacts nobody.
    pub(super) fn chain(&self, key: &LoginKey, profiles: &Profiles) -> Result<Chain, LoginTrouble> {
        Chain::of(key, profiles, &self.shared.env)
    }

    pub(super) fn files(&self) -> &Fs {
        &self.shared.files
    }

    pub(super) fn env(&self) -> &Env {
        &self.shared.env
    }

    /// The login of a key; the same one each time.
    pub fn login(&self, key: &LoginKey) -> Login {
        let mut logins = lock(&self.shared.logins);
        if let Some(login) = logins.get(key) {
            return login.clone();
        }
        let login = Login {
            inner: Arc::new(Inner {
                key: key.clone(),
                aws: self.clone(),
                held: tokio::sync::Mutex::default(),
                state: watch::Sender::new(LoginState::NotContacted),
                revived: watch::Sender::new(0),
                roots: Mutex::default(),
                is_stale: AtomicBool::new(false),
            }),
        };
        logins.insert(key.clone(), login.clone());
        drop(logins);
        bump(&self.shared.changes);
        login
    }

    /// Every login that anybody asked for, by key.
    pub fn logins(&self) -> Vec<Login> {
        lock(&self.shared.logins).values().cloned().collect()
    }

    /// Wakes those that fail for what has just come back.
    fn revive(&self, roots: &[String]) {
        for login in self.logins() {
            let is_waiting = matches!(&*login.inner.state.borrow(), LoginState::Trouble(_));
            if is_waiting && lock(&login.inner.roots).iter().any(|root| roots.contains(root)) {
                // What it failed for a moment ago no longer counts.
                login.inner.is_stale.store(true, Ordering::Release);
                bump(&login.inner.revived);
            }
        }
    }
}

fn bump(counter: &watch::Sender<u64>) {
    counter.send_modify(|count| *count = count.wrapping_add(1));
}

/// One login. Cheap to clone; clones share credentials and state.
#[derive(Clone)]
pub struct Login {
    inner: Arc<Inner>,
}

struct Inner {
    key: LoginKey,
    aws: Aws,
    held: tokio::sync::Mutex<Held>,
    state: watch::Sender<LoginState>,
    revived: watch::Sender<u64>,
    roots: Mutex<Vec<String>>,
    /// What it hangs on has come back since it failed.
    is_stale: AtomicBool,
}

impl Inner {
    fn tell(&self, state: LoginState) {
        self.state.send_replace(state);
        bump(&self.aws.shared.changes);
    }
}

impl Login {
    pub fn key(&self) -> &LoginKey {
        &self.inner.key
    }

    /// How it stands now, and as that changes.
    pub fn state(&self) -> watch::Receiver<LoginState> {
        self.inner.state.subscribe()
    }

    /// Changes when this login, or what it hangs on, has come back after a failure: whoever waits for it tries again.
    pub fn revived(&self) -> watch::Receiver<u64> {
        self.inner.revived.subscribe()
    }

    /// The region where it is at home: the profile's, or AWS_REGION and AWS_DEFAULT_REGION where no profile is named.
    pub async fn region(&self) -> Option<String> {
        held::region(&self.inner.key, &self.inner.aws.profiles().await, &self.inner.aws.shared.env)
    }

    /// Credentials that are valid now. New ones are got once for all who wait.
    ///
    /// # Errors
    /// Why there are none. A login that wants a code is not contacted: [`LoginTrouble::MfaNeeded`].
    pub fn credentials(&self) -> BoxFuture<'_, Result<Credentials, LoginTrouble>> {
        self.obtain(None).boxed()
    }

    /// The same with a code of the MFA device, for the session of this program.
    ///
    /// # Errors
    /// [`LoginTrouble::MfaRefused`], or whatever else is wrong.
    pub fn with_mfa(&self, code: &str) -> BoxFuture<'_, Result<Credentials, LoginTrouble>> {
        let code = code.trim().to_owned();
        async {
            self.forget().await;
            self.obtain(Some(code)).await
        }
        .boxed()
    }

    /// Forgets credentials and failures and asks anew who it is: for a person who has mended something.
    ///
    /// # Errors
    /// As [`Login::identity`].
    pub async fn try_again(&self) -> Result<String, LoginTrouble> {
        self.forget().await;
        self.identity().await
    }

    /// Drops what is held here and in what it hangs on, but for what somebody entered a code for.
    pub async fn forget(&self) {
        let mut login = Some(self.clone());
        while let Some(here) = login {
            let needs_code = matches!(&*here.inner.state.borrow(), LoginState::Ok { .. }) && here.wants_code().await;
            let mut held = here.inner.held.lock().await;
            held.failed = None;
            if !needs_code {
                *held = Held::default();
            }
            drop(held);
            login = here.source().await;
        }
    }

    /// Whether a person must enter a code before this login is contacted.
    pub async fn wants_code(&self) -> bool {
        self.chain().await.is_ok_and(|chain| chain.hop.is_some_and(|hop| hop.mfa_serial.is_some()))
    }

    async fn chain(&self) -> Result<Chain, LoginTrouble> {
        let aws = &self.inner.aws;
        aws.chain(&self.inner.key, &aws.profiles().await)
    }

    async fn source(&self) -> Option<Login> {
        match self.chain().await.ok()?.source {
            Source::Login(key) => Some(self.inner.aws.login(&key)),
            _ => None,
        }
    }

    /// The caller's ARN by GetCallerIdentity; asked once for these credentials.
    ///
    /// # Errors
    /// Why there are no credentials, or why STS does not answer.
    pub async fn identity(&self) -> Result<String, LoginTrouble> {
        self.credentials().await?;
        if let Some(arn) = self.inner.held.lock().await.arn.clone() {
            return Ok(arn);
        }
        let region = self.home().await;
        let config = sdk_config(self, &region).await?;
        let asked = aws_sdk_sts::Client::new(&config).get_caller_identity().send().await;
        match asked {
            Ok(answer) => {
                let arn = crate::adapters::kube::errors::say(answer.arn().unwrap_or_default());
                self.inner.held.lock().await.arn = Some(arn.clone());
                let is_news = self.inner.state.send_if_modified(|state| match state {
                    LoginState::Ok { arn: told, .. } if *told != arn => {
                        told.clone_from(&arn);
                        true
                    }
                    _ => false,
                });
                if is_news {
                    bump(&self.inner.aws.shared.changes);
                }
                Ok(arn)
            }
            Err(error) => {
                let trouble = errors::call(&self.inner.key, &format!("STS in {region}"), &error);
                if matches!(trouble, LoginTrouble::KeysRefused { .. }) {
                    self.refused(trouble.clone()).await;
                }
                Err(trouble)
            }
        }
    }

    /// AWS does not take the credentials that are held: they are dropped, and the login is in trouble.
    pub async fn refused(&self, trouble: LoginTrouble) {
        let mut held = self.inner.held.lock().await;
        held.credentials = None;
        held.failed = Some((Instant::now(), trouble.clone()));
        self.inner.tell(LoginState::Trouble(trouble));
    }

    /// A region to ask STS in.
    async fn home(&self) -> String {
        let named = self.region().await.filter(|region| partition::is_region(region));
        named.unwrap_or_else(|| {
            let role = self.inner.key.role.as_ref().and_then(|role| crate::domain::aws::arn::Arn::parse(&role.arn));
            let partition = role.and_then(|arn| partition::named(&arn.partition));
            partition.unwrap_or_else(|| partition::of_region("")).home.to_owned()
        })
    }

    async fn obtain(&self, code: Option<String>) -> Result<Credentials, LoginTrouble> {
        let mut held = self.inner.held.lock().await;
        let now = SystemTime::now();
        if let Some(kept) = &held.credentials
            && kept.renew_at.is_none_or(|at| now < at)
        {
            return Ok(kept.credentials.clone());
        }
        let is_stale = self.inner.is_stale.swap(false, Ordering::AcqRel);
        if let Some((at, trouble)) = &held.failed
            && code.is_none()
            && !is_stale
            && at.elapsed() < FAILURE_COUNTS
        {
            return held.or(trouble, now);
        }
        let was_in_trouble = matches!(&*self.inner.state.borrow(), LoginState::Trouble(_));
        if held.credentials.is_none() {
            self.inner.tell(LoginState::Checking);
        }
        match self.anew(&mut held, code).await {
            Ok(credentials) => {
                let expires = credentials.expiry();
                let renew_at = expires.map(|at| {
                    let life = at.duration_since(now).unwrap_or_default();
                    at - AHEAD.min(life / 5)
                });
                held.credentials = Some(Kept { credentials: credentials.clone(), renew_at });
                held.failed = None;
                let expires_ms = expires.and_then(unix_ms);
                self.inner.tell(LoginState::Ok { arn: held.arn.clone().unwrap_or_default(), expires_ms });
                drop(held);
                if was_in_trouble {
                    bump(&self.inner.revived);
                    let roots = lock(&self.inner.roots).clone();
                    self.inner.aws.revive(&roots);
                }
                Ok(credentials)
            }
            Err(trouble) => {
                tracing::warn!(login = self.inner.key.words(), %trouble, "no credentials");
                held.failed = Some((Instant::now(), trouble.clone()));
                let answer = held.or(&trouble, now);
                if answer.is_err() {
                    held.credentials = None;
                    self.inner.tell(LoginState::Trouble(trouble));
                }
                answer
            }
        }
    }

    async fn anew(&self, held: &mut Held, code: Option<String>) -> Result<Credentials, LoginTrouble> {
        let shared = &self.inner.aws.shared;
        let http = shared.http.as_ref().map_err(Clone::clone)?;
        let key = &self.inner.key;
        let chain = self.chain().await?;
        lock(&self.inner.roots).clone_from(&chain.roots);
        let serial = chain.hop.as_ref().and_then(|hop| hop.mfa_serial.clone());
        if let (Some(serial), None) = (serial, &code) {
            return Err(LoginTrouble::MfaNeeded { profile: key.profile.clone(), serial });
        }
        let home = self.home().await;
        let first = match &chain.source {
            Source::Login(below) => {
                let below = self.inner.aws.login(below);
                match &code {
                    Some(code) if chain.hop.as_ref().is_none_or(|hop| hop.mfa_serial.is_none()) => {
                        below.with_mfa(code).await?
                    }
                    _ => below.credentials().await?,
                }
            }
            other => {
                let profile = chain.profile.as_deref();
                let asking = Asking { http, region: &home, profile, process: shared.process_limit };
                source::credentials(other, &asking).await?
            }
        };
        let Some(hop) = &chain.hop else { return Ok(first) };
        let config = sdk::without_credentials(self, held, http, &home).await;
        role::assume(hop, &first, &config, &shared.session, code.as_deref(), key).await
    }
}

fn unix_ms(time: SystemTime) -> Option<i64> {
    let since = time.duration_since(SystemTime::UNIX_EPOCH).ok()?;
    i64::try_from(since.as_millis()).ok()
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // Each change is one call, so a panic elsewhere leaves the value whole.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests;
