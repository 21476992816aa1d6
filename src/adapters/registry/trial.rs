//! From a kubeconfig to what would be registered: reduced, tried, and recognised.

use std::collections::BTreeMap;

use futures::future::BoxFuture;
use http::Uri;
use jiff::Timestamp;
use ring::rand::{SecureRandom, SystemRandom};

use super::clusters::PlainKubeconfig;
use super::error::{ErrorKind, RegistryError};
use crate::adapters::kube::errors::say;
use crate::adapters::kube::{ConnectError, ContextStore, Known, Limits, Reduced, recognise};
use crate::domain::aws::arn::ClusterArn;
use crate::domain::aws::login::LoginKey;
use crate::domain::consent::ConsentRequest;
use crate::domain::gate::Environment;
use crate::domain::ids::ClusterId;
use crate::domain::provider::Provider;
use crate::domain::registry::{ClusterRecord, Identity, Way};
use crate::domain::request::PortError;

/// A cluster that is about to be registered.
pub struct Candidate {
    pub record: ClusterRecord,
    pub kubeconfig: PlainKubeconfig,
    /// What the person who registers it should know: files that were inlined, users that are there twice.
    pub notes: Vec<String>,
    reduced: Reduced,
}

/// Clusters that AWS credentials reach.
pub trait ByIam: Send + Sync {
    /// The login that sees a cluster, as far as that is known here; else the standard chain.
    fn login(&self, arn: &ClusterArn) -> LoginKey;

    /// Asks a cluster what it is. Nothing is kept.
    fn ask<'a>(&'a self, arn: &'a ClusterArn) -> BoxFuture<'a, Result<Known, Untried>>;
}

/// A record of an EKS cluster that is reached by AWS credentials: nothing of it is kept but its name.
///
/// # Errors
/// The system gives no random numbers.
pub fn by_arn(
    arn: &ClusterArn,
    login: LoginKey,
    organisation: &str,
    os_user: &str,
    now: Timestamp,
) -> Result<ClusterRecord, RegistryError> {
    let ClusterArn { region, account, name, .. } = arn.clone();
    let now_ms = now.as_millisecond();
    Ok(ClusterRecord {
        id: random_id()?,
        organisation: organisation.to_owned(),
        environment: Environment::of_name(&name).unwrap_or_default(),
        name,
        identity: Identity { arn: Some(arn.to_string()), uid: None, ca: None },
        provider: Some(Provider::Eks),
        region: Some(region),
        account: Some(account),
        version: None,
        team: None,
        labels: BTreeMap::new(),
        protected: false,
        read_only: false,
        way: Way::Iam,
        login,
        server: String::new(),
        namespace: None,
        insecure: false,
        created_ms: now_ms,
        updated_ms: now_ms,
        created_by: os_user.to_owned(),
    })
}

/// A record of a cluster that nothing here opens.
///
/// # Errors
/// The server is no URL, or the system gives no random numbers.
pub fn by_hand(
    name: &str,
    server: &str,
    organisation: &str,
    os_user: &str,
    now: Timestamp,
) -> Result<ClusterRecord, RegistryError> {
    let uri = server.parse::<Uri>().ok().filter(|uri| matches!(uri.scheme_str(), Some("https" | "http")));
    let Some(uri) = uri.filter(|uri| uri.authority().is_some_and(|authority| !authority.as_str().contains('@'))) else {
        let words = format!("`{}` is no URL of a server", say(server));
        return Err(RegistryError::new(ErrorKind::Invalid, words).with_remedy("https://HOST[:PORT]"));
    };
    let now_ms = now.as_millisecond();
    Ok(ClusterRecord {
        id: random_id()?,
        organisation: organisation.to_owned(),
        environment: Environment::of_name(name).unwrap_or_default(),
        name: name.to_owned(),
        identity: Identity::default(),
        provider: None,
        region: None,
        account: None,
        version: None,
        team: None,
        labels: BTreeMap::new(),
        protected: false,
        read_only: false,
        way: Way::None,
        login: LoginKey::default(),
        server: uri.to_string().trim_end_matches('/').to_owned(),
        namespace: None,
        insecure: false,
        created_ms: now_ms,
        updated_ms: now_ms,
        created_by: os_user.to_owned(),
    })
}

/// A record of what the kubeconfig alone tells. Name, environment and the rest are the caller's to change.
///
/// # Errors
/// The system gives no random numbers for the cluster's id.
pub fn candidate(
    reduced: Reduced,
    organisation: &str,
    os_user: &str,
    now: Timestamp,
) -> Result<Candidate, RegistryError> {
    let arn = reduced.arn.clone();
    let account = arn.as_deref().and_then(ClusterArn::parse).map(|arn| arn.account);
    let now_ms = now.as_millisecond();
    let record = ClusterRecord {
        id: random_id()?,
        organisation: organisation.to_owned(),
        environment: Environment::of_name(&reduced.info.name).unwrap_or_default(),
        name: reduced.info.name.clone(),
        identity: Identity { arn, uid: None, ca: reduced.ca.clone() },
        provider: None,
        region: reduced.info.region.clone(),
        account,
        version: None,
        team: None,
        labels: BTreeMap::new(),
        protected: false,
        read_only: false,
        way: Way::Kubeconfig,
        login: LoginKey::default(),
        server: reduced.info.server.clone(),
        namespace: reduced.info.namespace.clone(),
        insecure: reduced.info.insecure,
        created_ms: now_ms,
        updated_ms: now_ms,
        created_by: os_user.to_owned(),
    };
    let kubeconfig = PlainKubeconfig::new(reduced.text.clone());
    Ok(Candidate { record, kubeconfig, notes: reduced.notes.clone(), reduced })
}

impl Candidate {
    /// What a plugin's consent is asked for with, the context's own name.
    pub fn context(&self) -> &str {
        &self.reduced.info.name
    }
}

/// Takes over what a cluster said of itself.
pub fn learn(record: &mut ClusterRecord, found: &Known) {
    record.version = Some(found.git_version.clone());
    record.provider = Some(found.provider);
    record.identity.uid.clone_from(&found.kube_system);
}

/// Connects as the registry would, and asks the cluster what it is. Nothing is kept. A credential plugin that was not
/// agreed to is not run.
///
/// # Errors
/// It does not answer, does not let us in, or wants a plugin run.
pub async fn trial(
    candidate: &Candidate,
    state_dir: &std::path::Path,
    limits: Limits,
    agreed: bool,
) -> Result<Known, Untried> {
    let info = candidate.reduced.info.clone();
    let store = ContextStore::registered(&info, candidate.kubeconfig.expose(), state_dir, limits);
    let reader = match store.connect(ClusterId(0)).await {
        Err(ConnectError::NeedsConsent(request)) if agreed => {
            let kept = store.answer_consent(&request.fingerprint, true);
            kept.unwrap_or_else(|error| tracing::warn!(%error, "the agreement is not remembered on disk"));
            store.connect(ClusterId(0)).await
        }
        result => result,
    };
    recognise(&reader?).await.map_err(Untried::Failed)
}

/// A cluster did not say in time what it is.
pub fn no_answer(record: &ClusterRecord) -> String {
    match record.server.as_str() {
        "" => format!("{}: no answer in time", record.name),
        server => format!("{}: no answer from {server} in time", record.name),
    }
}

/// Why a cluster did not say what it is.
#[derive(Debug)]
pub enum Untried {
    NeedsConsent(ConsentRequest),
    Failed(PortError),
}

impl From<ConnectError> for Untried {
    fn from(error: ConnectError) -> Self {
        match error {
            ConnectError::Unauthorised(trouble) => Self::Failed(PortError::Unauthorised(trouble)),
            ConnectError::Unreachable(trouble) => Self::Failed(PortError::Unreachable(trouble)),
            ConnectError::Broken(trouble) => Self::Failed(PortError::Broken(trouble)),
            ConnectError::NeedsConsent(request) => Self::NeedsConsent(request),
        }
    }
}

/// 128 random bits in hex.
fn random_id() -> Result<String, RegistryError> {
    let mut bytes = [0u8; 16];
    let filled = SystemRandom::new().fill(&mut bytes);
    filled.map_err(|_| RegistryError::new(ErrorKind::Other, "the system gives no random numbers"))?;
    Ok(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
}
