//! What keeps the fleet while somebody looks at it: discovery and logins at AWS, and the worker that looks at health.
//! News go to the loop by its [`NewsInbox`].

use std::sync::Arc;

use futures::future::BoxFuture;
use tokio::runtime::Handle as Runtime;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio_util::sync::{CancellationToken, DropGuard};

use super::gate::aws::AwsGate;
use super::news::NewsInbox;
use super::ports::{CloudPort, FleetDesk, RegistryPort};
use super::provision::RunsDesk;
use super::sync::{Options, Parts, start};
use super::teller::Teller;
use super::watched::Watched;
use crate::domain::effect::FleetEffect;
use crate::domain::fleet::{FleetAnswer, FleetNews};
use crate::domain::gate::aws::{AccessAsk, ApprovedAccess};
use crate::domain::health::Trouble;
use crate::domain::ids::ClusterId;
use crate::domain::sync::Target;

/// The background of one interactive program. Dropped, it ends.
pub struct Desk {
    cloud: Option<Arc<dyn CloudPort>>,
    worker: Option<UnboundedSender<Ask>>,
    watched: Arc<Watched>,
    registry: Option<Arc<dyn RegistryPort>>,
    access: Option<AwsGate>,
    runs: Option<RunsDesk>,
    teller: Arc<Teller>,
    news: Arc<NewsInbox>,
    runtime: Runtime,
    _looking: DropGuard,
}

/// What the worker is asked.
enum Ask {
    Now(Vec<ClusterId>),
    Targets(Vec<Target>),
}

/// The worker that is to run.
pub struct Worker {
    /// What it reaches. It is waited for off the loop: a registry may have to be opened first.
    pub parts: BoxFuture<'static, Parts>,
    pub watched: Arc<Watched>,
    pub options: Options,
}

impl Desk {
    /// Begins to look. Call it inside a tokio runtime.
    pub fn start(cloud: Option<Arc<dyn CloudPort>>, worker: Option<Worker>, teller: Arc<Teller>) -> Self {
        let cancel = CancellationToken::new();
        let news = teller.news();
        if let Some(cloud) = &cloud {
            cloud.watch(teller.clone(), cancel.clone());
        }
        let watched = worker.as_ref().map(|worker| worker.watched.clone()).unwrap_or_default();
        let worker = worker.map(|worker| {
            let (asks, asked) = unbounded_channel();
            tokio::spawn(cancel.clone().run_until_cancelled_owned(work(worker, asked, news.clone())));
            asks
        });
        let (runtime, _looking) = (Runtime::current(), cancel.drop_guard());
        Self { cloud, worker, watched, registry: None, access: None, runs: None, teller, news, runtime, _looking }
    }

    /// What changes the registry.
    pub fn with_registry(self, registry: Option<Arc<dyn RegistryPort>>) -> Self {
        Self { registry, ..self }
    }

    /// What changes who may enter EKS clusters.
    pub fn with_access(self, access: Option<AwsGate>) -> Self {
        Self { access, ..self }
    }

    /// What looks after Terraform runs.
    pub fn with_runs(self, runs: Option<RunsDesk>) -> Self {
        Self { runs, ..self }
    }

    /// What comes of `asked` is told under its number, behind what it made of the fleet's rows.
    fn answer(&self, serial: u64, asked: impl Future<Output = FleetAnswer> + Send + 'static) {
        let (teller, news) = (self.teller.clone(), self.news.clone());
        self.runtime.spawn(async move {
            let answer = asked.await;
            teller.changed();
            news.put(FleetNews::Answered { serial, answer });
        });
    }

    fn change(&self, registry: &Arc<dyn RegistryPort>, effect: FleetEffect) {
        match effect {
            FleetEffect::Register { serial, request } => {
                let asked = registry.register(*request);
                self.answer(serial, async { FleetAnswer::Registered(asked.await.map(Box::new)) });
            }
            FleetEffect::Edit { serial, name, edit } => {
                let asked = registry.edit(name, edit);
                self.answer(serial, async { FleetAnswer::Edited(asked.await.map(Box::new)) });
            }
            FleetEffect::Remove { serial, request } => {
                let asked = registry.remove(request);
                self.answer(serial, async { FleetAnswer::Removed(asked.await) });
            }
            other => tracing::debug!(?other, "the registry does not do that"),
        }
    }

    fn propose(&self, gate: &AwsGate, serial: u64, ask: AccessAsk) {
        let gate = gate.clone();
        self.answer(serial, async move {
            let proposal = gate.propose(ask).await.map(Box::new).map_err(|error| error.trouble().clone());
            FleetAnswer::AccessProposed(proposal)
        });
    }

    fn enter(&self, gate: &AwsGate, serial: u64, approved: ApprovedAccess) {
        let gate = gate.clone();
        self.answer(serial, async move {
            // Two requests at the most: nobody stops between them.
            FleetAnswer::AccessChanged(Box::new(gate.execute(approved, CancellationToken::new()).await))
        });
    }

    fn detail(&self, cloud: &Arc<dyn CloudPort>, cluster: ClusterId, arn: crate::domain::aws::arn::ClusterArn) {
        let (asked, news) = (cloud.detail(arn), self.news.clone());
        self.runtime.spawn(async move {
            let detail = match asked.await {
                Ok(detail) => Ok(Arc::new(detail.parts)),
                Err(error) => Err(error.trouble().clone()),
            };
            news.put(FleetNews::Detailed { cluster, detail });
        });
    }
}

impl FleetDesk for Desk {
    fn ask(&self, effect: FleetEffect) {
        use FleetEffect::{ChangeAccess, Choose, Edit, ProposeAccess, Register, Remove};
        match (&self.registry, &self.access, effect) {
            (.., FleetEffect::Runs(effect)) => {
                if let Some(runs) = &self.runs {
                    runs.ask(effect);
                }
            }
            (_, _, Choose { cluster, way }) => self.teller.choose(cluster, way),
            (Some(registry), _, effect @ (Register { .. } | Edit { .. } | Remove { .. })) => {
                self.change(registry, effect);
            }
            (_, Some(gate), ProposeAccess { serial, ask }) => self.propose(gate, serial, ask),
            (_, Some(gate), ChangeAccess { serial, approved }) => self.enter(gate, serial, approved),
            (None, _, Register { serial, .. }) => {
                self.tell(serial, FleetAnswer::Registered(Err(nothing("registry").into())));
            }
            (None, _, Edit { serial, .. }) => self.tell(serial, FleetAnswer::Edited(Err(nothing("registry")))),
            (None, _, Remove { serial, .. }) => self.tell(serial, FleetAnswer::Removed(Err(nothing("registry")))),
            (_, None, ProposeAccess { serial, .. }) => {
                self.tell(serial, FleetAnswer::AccessProposed(Err(nothing("access to AWS"))));
            }
            (.., effect) => self.look(effect),
        }
    }
}

/// This fleet is kept without it.
fn nothing(what: &str) -> Trouble {
    Trouble::new(format!("this fleet has no {what}: the embedded one is kept apart from everything else"))
}

impl Desk {
    fn tell(&self, serial: u64, answer: FleetAnswer) {
        self.news.put(FleetNews::Answered { serial, answer });
    }

    fn look(&self, effect: FleetEffect) {
        match (effect, &self.cloud, &self.worker) {
            (FleetEffect::Watched { cluster, survey }, ..) => self.watched.put(cluster, *survey),
            // A worker that has ended looks at nothing.
            (FleetEffect::Sync(clusters), _, Some(worker)) => drop(worker.send(Ask::Now(clusters))),
            (FleetEffect::Targets(targets), _, Some(worker)) => drop(worker.send(Ask::Targets(targets))),
            (FleetEffect::Discover, Some(cloud), _) => cloud.look_now(),
            (FleetEffect::Detail { cluster, arn }, Some(cloud), _) => self.detail(cloud, cluster, arn),
            // What comes of both stands in the lane.
            (FleetEffect::LoginAgain(login), Some(cloud), _) => {
                let asked = cloud.log_in(login);
                self.runtime.spawn(async move { drop(asked.await) });
            }
            (FleetEffect::MfaCode { login, code }, Some(cloud), _) => {
                let asked = cloud.with_code(login, code);
                self.runtime.spawn(async move { drop(asked.await) });
            }
            (effect, ..) => tracing::debug!(?effect, "nothing here does that"),
        }
    }
}

/// Runs the worker, and hands on what it is asked and how it does.
async fn work(worker: Worker, mut asked: UnboundedReceiver<Ask>, news: Arc<NewsInbox>) {
    let handle = start(worker.parts.await, worker.options, Vec::new());
    let mut figures = handle.figures();
    loop {
        tokio::select! {
            ask = asked.recv() => match ask {
                Some(Ask::Now(clusters)) => handle.now(Some(clusters)),
                Some(Ask::Targets(targets)) => handle.targets(targets),
                None => return,
            },
            changed = figures.changed() => match changed {
                Ok(()) => news.put(FleetNews::Sync(figures.borrow_and_update().clone())),
                Err(_) => return,
            },
        }
    }
}
