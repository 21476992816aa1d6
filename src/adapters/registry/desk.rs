//! The registry behind the port of the screens that change it.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use futures::future::BoxFuture;
use jiff::Timestamp;
use zeroize::Zeroizing;

use super::error::RegistryError;
use super::kubeconfig::{kubeconfig_of, read_kubeconfig};
use super::trial::{Untried, by_arn, candidate, trial};
use super::{Candidate, Opener, PlainKubeconfig, Registry, copy_audit, recorded, write_export};
use crate::adapters::audit::os_user;
use crate::adapters::kube::{Limits, context_names, reduce};
use crate::domain::health::Trouble;
use crate::domain::registry::{ClusterRecord, Edit, NotRegistered, Origin, Preview, Register, Remove, Role, Test};
use crate::runtime::ports::{AuditPort, RegistryPort};

/// How long a cluster may take to say what it is.
const PATIENCE: Duration = Duration::from_secs(15);

/// What it takes to change the registry as a person does.
pub struct Tools {
    pub opener: Arc<Opener>,
    /// Nothing is changed.
    pub read_only: bool,
    pub audit: Arc<dyn AuditPort>,
    /// The journal, of which a copy goes to the registry.
    pub journal: Option<PathBuf>,
    /// Where answers about credential plugins are kept.
    pub state_dir: PathBuf,
    pub limits: Limits,
    /// What `~/` means at the beginning of a path that a person typed.
    pub home: Option<PathBuf>,
    /// Hears of every cluster after a change. May block on the disk.
    pub changed: Arc<dyn Fn(Vec<ClusterRecord>) + Send + Sync>,
}

impl Tools {
    fn expand(&self, path: &str) -> PathBuf {
        match (path.strip_prefix("~/"), &self.home) {
            (Some(rest), Some(home)) => home.join(rest),
            _ => PathBuf::from(path),
        }
    }
}

/// [`RegistryPort`] over a registry that is opened with the first question.
#[derive(Clone)]
pub struct RegistryDesk(Arc<Tools>);

/// What was read and would be kept.
enum Read {
    Kubeconfig(Box<Candidate>),
    Arn(Box<ClusterRecord>),
}

impl RegistryDesk {
    pub fn new(tools: Tools) -> Self {
        Self(Arc::new(tools))
    }

    async fn open(&self) -> Result<&Registry, Trouble> {
        Ok(self.0.opener.registry().await?)
    }

    /// To change something.
    async fn writable(&self) -> Result<&Registry, Trouble> {
        if self.0.read_only {
            return Err(Trouble::new("eksdeck was started with --read-only, so the registry stays as it is"));
        }
        self.open().await
    }

    async fn read(&self, origin: Origin, organisation: &str) -> Result<Read, Trouble> {
        let (organisation, tools) = (organisation.to_owned(), self.0.clone());
        blocking(move || {
            let now = Timestamp::now();
            if let Origin::Arn(arn) = &origin {
                return Ok(Read::Arn(Box::new(by_arn(&arn.to_string(), &organisation, &os_user(), now)?)));
            }
            let Some((text, file, context)) = text_of(&origin, &tools)? else {
                return Err(Trouble::new("there is no kubeconfig"));
            };
            let reduced = reduce(&text, &file, context, now)?;
            Ok(Read::Kubeconfig(Box::new(candidate(reduced, &organisation, &os_user(), now)?)))
        })
        .await
    }

    async fn register_now(&self, request: Register) -> Result<ClusterRecord, NotRegistered> {
        let Register { origin, treatment, test } = request;
        let registry = self.writable().await?;
        let mut read = self.read(origin, registry.organisation()).await?;
        if let (Read::Kubeconfig(candidate), Test::Connect { agreed }) = (&mut read, test) {
            self.test(candidate, agreed).await?;
        }
        let (mut record, kubeconfig) = match read {
            Read::Kubeconfig(candidate) => (candidate.record.clone(), Some(candidate.kubeconfig.clone())),
            Read::Arn(record) => (*record, None),
        };
        treatment.apply(&mut record);
        self.keep(registry, &record, kubeconfig.as_ref()).await?;
        Ok(record)
    }

    async fn test(&self, candidate: &mut Candidate, agreed: bool) -> Result<(), NotRegistered> {
        let Tools { state_dir, limits, .. } = &*self.0;
        let asked = trial(candidate, state_dir, limits.clone(), agreed);
        let found = match tokio::time::timeout(PATIENCE, asked).await {
            Ok(Ok(found)) => found,
            Ok(Err(Untried::NeedsConsent(request))) => return Err(NotRegistered::NeedsConsent(request)),
            Ok(Err(Untried::Failed(error))) => return Err(error.trouble().clone().into()),
            Err(_) => {
                let words = format!("{}: no answer from {}", candidate.record.name, candidate.record.server);
                return Err(Trouble::new(words).into());
            }
        };
        candidate.learn(&found);
        Ok(())
    }

    async fn keep(
        &self,
        registry: &Registry,
        record: &ClusterRecord,
        kubeconfig: Option<&PlainKubeconfig>,
    ) -> Result<(), Trouble> {
        let work = registry.add(record, kubeconfig);
        self.recorded(registry, "register", &record.name, &format!("{record:?}"), work).await
    }

    /// Does `work` between its two lines, copies them, and tells what the registry holds now.
    async fn recorded<T>(
        &self,
        registry: &Registry,
        verb: &str,
        cluster: &str,
        request: &str,
        work: impl Future<Output = Result<T, RegistryError>>,
    ) -> Result<T, Trouble> {
        let done = recorded(&*self.0.audit, registry, verb, cluster, request, work).await;
        if registry.role() >= Role::Operator
            && let Some(path) = &self.0.journal
            && let Err(error) = copy_audit(registry, path).await
        {
            tracing::warn!(%error, "the audit's copy in the registry waits");
        }
        match registry.clusters().await {
            Ok(clusters) => {
                let changed = self.0.changed.clone();
                blocking(move || {
                    changed(clusters);
                    Ok(())
                })
                .await?;
            }
            Err(error) => tracing::warn!(%error, "what the registry holds now is not shown"),
        }
        Ok(done?)
    }
}

impl RegistryPort for RegistryDesk {
    fn clusters(&self) -> BoxFuture<'static, Result<Vec<ClusterRecord>, Trouble>> {
        let desk = self.clone();
        Box::pin(async move { Ok(desk.open().await?.clusters().await?) })
    }

    fn contexts(&self, origin: Origin) -> BoxFuture<'static, Result<Vec<String>, Trouble>> {
        let tools = self.0.clone();
        Box::pin(blocking(move || match text_of(&origin, &tools)? {
            Some((text, file, _)) => context_names(&text, &file),
            None => Ok(Vec::new()),
        }))
    }

    fn preview(&self, origin: Origin) -> BoxFuture<'static, Result<Preview, Trouble>> {
        let desk = self.clone();
        Box::pin(async move {
            Ok(match desk.read(origin, "").await? {
                Read::Kubeconfig(candidate) => Preview { record: candidate.record, notes: candidate.notes },
                Read::Arn(record) => Preview { record: *record, notes: Vec::new() },
            })
        })
    }

    fn register(&self, request: Register) -> BoxFuture<'static, Result<ClusterRecord, NotRegistered>> {
        let desk = self.clone();
        Box::pin(async move { desk.register_now(request).await })
    }

    fn edit(&self, name: String, edit: Edit) -> BoxFuture<'static, Result<ClusterRecord, Trouble>> {
        let desk = self.clone();
        Box::pin(async move {
            let registry = desk.writable().await?;
            let work = registry.edit(&name, &edit, Timestamp::now().as_millisecond());
            desk.recorded(registry, "edit", &name, &format!("{edit:?}"), work).await
        })
    }

    fn remove(&self, request: Remove) -> BoxFuture<'static, Result<(), Trouble>> {
        let desk = self.clone();
        Box::pin(async move {
            let Remove { name, typed, export } = request;
            let registry = desk.writable().await?;
            let record = registry.cluster(&name).await?;
            if typed != record.name {
                return Err(Trouble::new(format!("{name} stays registered: what was typed is not its name")));
            }
            if let Some(file) = export {
                write(registry, std::slice::from_ref(&name), desk.0.expand(&file)).await?;
            }
            desk.recorded(registry, "remove", &name, &record.id, registry.remove(&name)).await
        })
    }

    fn export(&self, names: Vec<String>, file: String) -> BoxFuture<'static, Result<usize, Trouble>> {
        let desk = self.clone();
        Box::pin(async move { write(desk.open().await?, &names, desk.0.expand(&file)).await })
    }
}

async fn write(registry: &Registry, names: &[String], file: PathBuf) -> Result<usize, Trouble> {
    let export = registry.export(names).await?;
    blocking(move || {
        write_export(&export, &file)?;
        Ok(export.clusters.len())
    })
    .await
}

/// A kubeconfig's text, the file that it stands in, and the context that is meant.
type Source<'a> = (Zeroizing<String>, PathBuf, Option<&'a str>);

/// The kubeconfig of an origin, if it is one.
fn text_of<'a>(origin: &'a Origin, tools: &Tools) -> Result<Option<Source<'a>>, Trouble> {
    Ok(match origin {
        Origin::File { path, context } => {
            let path = tools.expand(path);
            Some((read_kubeconfig(&path)?, path, context.as_deref()))
        }
        Origin::Pasted { text, context } => {
            Some((Zeroizing::new(text.expose().to_owned()), PathBuf::from("pasted"), context.as_deref()))
        }
        Origin::ByHand { name, server, authority, token } => {
            let text = kubeconfig_of(name, server, authority.as_deref(), token.expose());
            Some((text, PathBuf::from("what was entered"), None))
        }
        Origin::Arn(_) => None,
    })
}

async fn blocking<T: Send + 'static>(work: impl FnOnce() -> Result<T, Trouble> + Send + 'static) -> Result<T, Trouble> {
    let done = tokio::task::spawn_blocking(work).await;
    done.unwrap_or_else(|error| Err(Trouble::new(format!("a task of the registry broke off: {error}"))))
}
