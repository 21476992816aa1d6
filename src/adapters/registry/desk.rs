//! The registry behind the port of the screens that change it.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use futures::future::BoxFuture;
use jiff::Timestamp;
use zeroize::Zeroizing;

use super::error::RegistryError;
use super::kubeconfig::{kubeconfig_of, read_kubeconfig};
use super::trial::{ByIam, Untried, by_arn, candidate, learn, no_answer, trial};
use super::{Candidate, Opener, PlainKubeconfig, Registry, copy_audit, recorded, write_export};
use crate::adapters::audit::os_user;
use crate::adapters::kube::{Limits, context_names, reduce};
use crate::domain::aws::arn::ClusterArn;
use crate::domain::health::Trouble;
use crate::domain::registry::{ClusterRecord, Edit, NotRegistered, Origin, Register, Remove, Role, Test};
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
    pub by_iam: Arc<dyn ByIam>,
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
    Arn(ClusterArn, Box<ClusterRecord>),
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

    async fn read(&self, origin: Origin, organisation: &str) -> Result<Read, NotRegistered> {
        let (organisation, tools) = (organisation.to_owned(), self.0.clone());
        blocking(move || {
            let (now, user) = (Timestamp::now(), os_user());
            let (text, file, context) = match &origin {
                Origin::Arn(arn) => {
                    let record =
                        by_arn(arn, tools.by_iam.login(arn), &organisation, &user, now).map_err(Trouble::from)?;
                    return Ok(Read::Arn(arn.clone(), Box::new(record)));
                }
                Origin::File { path, context } => {
                    let path = tools.expand(path);
                    (read_kubeconfig(&path)?, path, context.as_deref())
                }
                Origin::Pasted { text, context } => {
                    (Zeroizing::new(text.expose().to_owned()), PathBuf::from("pasted"), context.as_deref())
                }
                Origin::ByHand { name, server, authority, token } => {
                    let text = kubeconfig_of(name, server, authority.as_deref(), token.expose());
                    (text, PathBuf::from("what was entered"), None)
                }
            };
            if context.is_none() {
                let names = context_names(&text, &file)?;
                if names.len() > 1 {
                    return Err(NotRegistered::WhichContext(names));
                }
            }
            let reduced = reduce(&text, &file, context, now)?;
            Ok(Read::Kubeconfig(Box::new(candidate(reduced, &organisation, &user, now).map_err(Trouble::from)?)))
        })
        .await
    }

    async fn register_now(&self, request: Register) -> Result<ClusterRecord, NotRegistered> {
        let Register { origin, treatment, test } = request;
        let registry = self.writable().await?;
        let mut read = self.read(origin, registry.organisation()).await?;
        if let Test::Connect { agreed } = test {
            self.test(&mut read, agreed).await?;
        }
        let (mut record, kubeconfig) = match read {
            Read::Kubeconfig(candidate) => (candidate.record.clone(), Some(candidate.kubeconfig.clone())),
            Read::Arn(_, record) => (*record, None),
        };
        treatment.apply(&mut record);
        self.keep(registry, &record, kubeconfig.as_ref()).await?;
        Ok(record)
    }

    async fn test(&self, read: &mut Read, agreed: bool) -> Result<(), NotRegistered> {
        let Tools { state_dir, limits, by_iam, .. } = &*self.0;
        let asked = async {
            match &*read {
                Read::Kubeconfig(candidate) => trial(candidate, state_dir, limits.clone(), agreed).await,
                Read::Arn(arn, _) => by_iam.ask(arn).await,
            }
        };
        let answer = tokio::time::timeout(PATIENCE, asked).await;
        let record = match read {
            Read::Kubeconfig(candidate) => &mut candidate.record,
            Read::Arn(_, record) => record,
        };
        match answer {
            Ok(Ok(found)) => learn(record, &found),
            Ok(Err(Untried::NeedsConsent(request))) => return Err(NotRegistered::NeedsConsent(request)),
            Ok(Err(Untried::Failed(error))) => return Err(error.trouble().clone().into()),
            Err(_) => return Err(Trouble::new(no_answer(record)).into()),
        }
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
                    Ok::<_, Trouble>(())
                })
                .await?;
            }
            Err(error) => tracing::warn!(%error, "what the registry holds now is not shown"),
        }
        Ok(done?)
    }
}

impl RegistryPort for RegistryDesk {
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
}

async fn write(registry: &Registry, names: &[String], file: PathBuf) -> Result<usize, Trouble> {
    let export = registry.export(names).await?;
    blocking(move || {
        write_export(&export, &file)?;
        Ok(export.clusters.len())
    })
    .await
}

async fn blocking<T, E>(work: impl FnOnce() -> Result<T, E> + Send + 'static) -> Result<T, E>
where
    T: Send + 'static,
    E: From<Trouble> + Send + 'static,
{
    let done = tokio::task::spawn_blocking(work).await;
    done.unwrap_or_else(|error| Err(Trouble::new(format!("a task of the registry broke off: {error}")).into()))
}
