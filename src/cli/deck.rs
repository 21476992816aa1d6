//! `eksdeck`: the deck.

use std::io::IsTerminal;
use std::process::ExitCode;
use std::sync::Arc;

use tokio::runtime::Runtime;

use super::exit::{FAILED, Failure};
use super::setup::{self, Known, Setup};
use super::syncing::{options, rules};
use super::{Global, joined};
use crate::adapters::audit::os_user;
use crate::adapters::aws::Ways;
use crate::adapters::registry::{COPY_EVERY, Keeper, Later, Opener, RunsKeeper, holder, keep_copied};
use crate::adapters::webhook::Webhooks;
use crate::app::clock::now_ms;
use crate::app::model::Model;
use crate::app::run::{Start, run as run_loop};
use crate::config::{Config, Mouse, own_templates, own_theme, own_themes};
use crate::domain::cluster::ClusterInfo;
use crate::domain::fleet::FleetNews;
use crate::domain::ids::ClusterId;
use crate::domain::notify::Notice;
use crate::domain::settings::FileProblem;
use crate::domain::template::{Broken, Templates};
use crate::input::keymap::{Base, Keymap};
use crate::runtime::desk::{Desk, Worker};
use crate::runtime::gate::aws::AwsGate;
use crate::runtime::log_engine::LogLimits;
use crate::runtime::news::NewsInbox;
use crate::runtime::ports::{
    CloudPort, FleetDesk, FleetPort, KeepPort, KeptRunsPort, OffersPort, RegistryPort, WritePort,
};
use crate::runtime::provision::{Runs, RunsDesk};
use crate::runtime::sync::{Notifier, Options, Parts};
use crate::runtime::teller::Teller;
use crate::runtime::watched::Watched;
use crate::store::fleet::Fleet;
use crate::ui::theme::{self, Choice, Terminal, Theme, choose};

/// Opens the deck on the clusters of the kubeconfig.
pub fn run(global: &Global) -> Result<ExitCode, Failure> {
    let setup = Setup::read(global)?;
    let known = setup.known(global, joined::SOON);
    let clusters = known.fleet.clusters();
    let remembered = setup.loaded.paths.state.as_ref().map(|directory| directory.join("open-clusters"));
    let mut open = setup::named(&*known.fleet, &global.context)?;
    let mut awaited = Vec::new();
    if open.is_empty() {
        open.extend(known.current);
        let file = remembered.as_deref().map(crate::config::remembered_open).unwrap_or_default();
        for name in setup.loaded.config.open.iter().chain(&file) {
            match by_name(&clusters, name) {
                Some(id) => open.push(id),
                None => awaited.push(name.clone()),
            }
        }
    }
    let mut model = model(&setup, clusters);
    model.awaited = awaited;
    let troubles: Vec<String> = known.troubles.iter().map(|trouble| trouble.words.clone()).collect();
    if model.fleet.is_empty() && !known.is_broken {
        model.bare.clone_from(&troubles);
    }
    model.problems.extend(troubles);
    // Who names a cluster wants that one; the others are listed.
    if global.context.is_empty() && known.iam.is_none() {
        model.open_found = setup.loaded.config.open_found;
    }
    let cloud = Arc::new(setup.cloud(&known));
    let background = Background {
        registry: setup.registry_desk(&known).map(|desk| Arc::new(desk) as Arc<dyn RegistryPort>),
        access: Some(setup.access_gate(cloud.clone(), known.ways.clone())),
        management: management(&setup, &*known.fleet, &mut model),
        kept_runs: kept_runs(&setup, &known, &setup.loaded.config.site.cluster),
        offers: Some(cloud.clone() as Arc<dyn OffersPort>),
        cloud: setup.loaded.config.reach.discover.then_some(cloud as Arc<dyn CloudPort>),
        opener: known.registry,
        ways: Some(known.ways),
    };
    let remember = remembered.filter(|_| global.context.is_empty());
    show(setup::runtime()?, &setup, model, known.fleet, open, remember, background)
}

/// Where the runs of a management cluster are kept, where there is a place for a registry.
pub fn kept_runs(setup: &Setup, known: &Known, management: &str) -> Option<Arc<dyn KeptRunsPort>> {
    let (opener, management) = (known.registry.clone()?, management.to_owned());
    Some(Arc::new(RunsKeeper::new(opener, management, setup.registry_desk(known))))
}

/// The cluster in which Terraform runs, where one is configured.
pub fn management(setup: &Setup, fleet: &dyn FleetPort, model: &mut Model) -> Option<ClusterId> {
    let name = setup.loaded.config.site.cluster.clone();
    if name.is_empty() {
        return None;
    }
    let found = by_name(&fleet.clusters(), &name);
    if found.is_none() {
        model.problems.push(format!("provision.cluster: no cluster is called {name}"));
    }
    found
}

/// What keeps the fleet beside its sessions.
#[derive(Default)]
pub struct Background {
    pub cloud: Option<Arc<dyn CloudPort>>,
    /// Who is asked what AWS offers.
    pub offers: Option<Arc<dyn OffersPort>>,
    pub registry: Option<Arc<dyn RegistryPort>>,
    pub access: Option<AwsGate>,
    /// Where Terraform's runs are, and where they are kept beyond their Jobs.
    pub management: Option<ClusterId>,
    pub kept_runs: Option<Arc<dyn KeptRunsPort>>,
    /// Where the worker keeps what it sees.
    pub opener: Option<Arc<Opener>>,
    /// The list of clusters, which grows by itself.
    pub ways: Option<Arc<Ways>>,
}

/// Runs the loop on a model that is ready.
pub fn show(
    runtime: Runtime,
    setup: &Setup,
    mut model: Model,
    fleet: Arc<dyn WritePort>,
    mut open: Vec<ClusterId>,
    remember: Option<std::path::PathBuf>,
    background: Background,
) -> Result<ExitCode, Failure> {
    if !has_terminal() {
        let without = if model.demo { "eksdeck demo --snapshot text" } else { "eksdeck snapshot, eksdeck job list" };
        return Err(Failure::new(FAILED, format!("the deck needs a terminal; without one: {without}")));
    }
    let mut seen = std::collections::HashSet::new();
    open.retain(|id| seen.insert(*id));
    tell_problems(&mut model);
    let limits = log_limits(setup);
    model.policy = setup.policy();
    if let [only] = &setup.loaded.config.namespaces[..] {
        model.first_namespace = Some(only.as_str().into());
    }
    let gate = setup.gate(fleet.clone());
    // Clusters of the embedded fleet may be called as real ones are.
    let folder = if model.demo { "demo-drafts" } else { "drafts" };
    let drafts = setup.loaded.paths.data.as_ref().map(|data| data.join(folder));
    if let Some(folder) = &drafts {
        let (kept, problems) = crate::config::kept_drafts(folder);
        model.manifests.drafts = kept;
        model.problems.extend(problems);
    }
    model.manifests.process = std::process::id();
    let news = NewsInbox::new();
    let told = model.fleet.iter().map(|cluster| cluster.info.clone()).collect();
    let teller = Arc::new(Teller::new(fleet.clone(), news.clone(), told));
    let desk = {
        let _inside = runtime.enter();
        model.syncs = true;
        let options = options(setup, Options::default().interval);
        model.space = (*options.labels).clone();
        let Background { cloud, offers, registry, access, management, kept_runs, opener, ways } = background;
        let runs = management.map(|cluster| {
            let site = Arc::new(setup.loaded.config.site.clone());
            model.provision.site = site.clone();
            model.provision.organisation.clone_from(&setup.organisation);
            model.provision.os_user = os_user();
            (model.provision.is_there, model.provision.management) = (true, Some(cluster));
            let runs = Runs::new(gate.clone(), fleet.clone(), cluster, site, (holder(), os_user()));
            let runs = runs.with_cloud(cloud.clone()).with_offers(offers);
            RunsDesk::start(runs, Arc::new(setup.modules()), kept_runs, news.clone())
        });
        if let (Some(opener), Some(journal)) = (opener.clone(), setup.audit_file()) {
            runtime.spawn(keep_copied(opener, journal, COPY_EVERY));
        }
        if let Some(ways) = ways {
            runtime.spawn(tell_changes(ways, teller.clone()));
        }
        let worker = worker(setup, fleet.clone(), opener, options, teller.clone());
        let desk = Desk::start(cloud, Some(worker), teller).with_registry(registry).with_access(access).with_runs(runs);
        Arc::new(desk) as Arc<dyn FleetDesk>
    };
    let start = Start {
        model,
        fleet,
        gate,
        open,
        options: setup.open_options(),
        limits,
        remember,
        drafts,
        desk: Some(desk),
        news,
    };
    let result = runtime.block_on(run_loop(start));
    // Streams and sessions that still wait for a server end with the program.
    runtime.shutdown_background();
    result?;
    Ok(ExitCode::SUCCESS)
}

/// A registry that answers late brings its clusters then; what a run's end takes out of it leaves the rows.
async fn tell_changes(ways: Arc<Ways>, teller: Arc<Teller>) {
    let mut changes = ways.changes();
    while changes.changed().await.is_ok() {
        teller.changed();
    }
}

/// The worker that looks at health while the deck is open. What it sees is kept where there is a registry.
fn worker(
    setup: &Setup,
    fleet: Arc<dyn WritePort>,
    registry: Option<Arc<Opener>>,
    options: Options,
    teller: Arc<Teller>,
) -> Worker {
    let watched = Arc::new(Watched::default());
    let (looked, interval) = (watched.clone(), options.interval);
    let rules = rules(setup);
    let parts = async move {
        let news = teller.news();
        let ring = move |ring, notice: &Notice| news.put(FleetNews::Ring(ring, notice.words.clone()));
        let sink = Arc::new(Notifier::new(rules, Arc::new(Webhooks::new()), ring, teller));
        let mut keep: Option<Arc<dyn KeepPort>> = None;
        if let Some(opener) = registry {
            match opener.registry().await {
                Ok(registry) => {
                    let later = Arc::new(Later::new(registry.clone()));
                    keep = Some(Arc::new(Keeper::new(later, holder(), interval)));
                }
                Err(error) => tracing::warn!(%error, "what is seen of clusters is not kept"),
            }
        }
        Parts { fleet, keep, watched: Some(looked), sink }
    };
    Worker { parts: Box::pin(parts), watched, options }
}

/// Frames go to standard output; keys come from standard input, or from the terminal behind the program.
fn has_terminal() -> bool {
    let keys = || std::io::stdin().is_terminal() || std::fs::File::open("/dev/tty").is_ok();
    std::io::stdout().is_terminal() && keys()
}

/// The model at the start: nothing opened, keymap and theme chosen.
pub fn model(setup: &Setup, clusters: Vec<ClusterInfo>) -> Model {
    let config = &setup.loaded.config;
    let (keymap, keymap_problems) = keymap(setup);
    let (themes, theme, theme_problems) = themes(setup);
    let mut model =
        Model::new(Fleet::new(clusters), labels(config), config.mouse != Mouse::Off, Arc::new(keymap), themes, theme);
    let problems = setup.loaded.problems.iter().chain(&keymap_problems).chain(&theme_problems);
    model.problems = problems.map(ToString::to_string).collect();
    model.templates = Arc::new(Templates::with_own(own_templates(&setup.loaded.paths)));
    model.utc_offset = jiff::Zoned::now().offset().seconds();
    model.deck.logs.options.tail_lines = Some(config.log_tail as i64).filter(|lines| *lines > 0);
    model
}

fn labels(config: &Config) -> crate::screens::settings::LabelKeys {
    crate::screens::settings::LabelKeys {
        team: config.team_labels.clone(),
        cost_center: config.cost_center_labels.clone(),
    }
}

fn keymap(setup: &Setup) -> (Keymap, Vec<FileProblem>) {
    let base = setup.loaded.config.keymap.parse::<Base>().unwrap_or_default();
    let own = setup.loaded.keys.as_ref().map(|file| (file.name.as_str(), file.text.as_str()));
    Keymap::load(base, own)
}

/// Every mistake in the files that a person may write: configuration, keys, each theme, chosen or not, each template.
pub fn mistakes(setup: &Setup) -> Vec<FileProblem> {
    let mut problems = setup.loaded.problems.clone();
    problems.extend(keymap(setup).1);
    let chosen = choice(setup);
    for name in own_themes(&setup.loaded.paths) {
        let (own, unread) = own_theme(&setup.loaded.paths, &name);
        problems.extend(unread);
        let own = own.as_ref().map(|file| (file.name.as_str(), file.text.as_str()));
        if own.is_some() {
            problems.extend(Theme::load(&Choice { name, ..chosen.clone() }, own).1);
        }
    }
    let broken = own_templates(&setup.loaded.paths).into_iter().filter_map(Result::err);
    problems.extend(broken.map(|Broken { file, error, .. }| FileProblem {
        file,
        line: error.line,
        column: 1,
        words: error.words,
        suggestion: None,
    }));
    problems
}

/// The theme that flags, configuration and terminal ask for, and the signs it is drawn with.
pub fn choice(setup: &Setup) -> Choice {
    let (environment, config) = (&setup.environment, &setup.loaded.config);
    let terminal = Terminal {
        colorterm: &environment.colorterm,
        term: &environment.term,
        no_color: environment.no_color,
        colorfgbg: &environment.colorfgbg,
        locale: &environment.locale,
    };
    choose(config.theme.as_deref(), config.signs.ascii(), &terminal)
}

/// Every theme for the picker, the chosen one, and the mistakes in its file.
fn themes(setup: &Setup) -> (Vec<Arc<Theme>>, Arc<Theme>, Vec<FileProblem>) {
    let chosen = choice(setup);
    let mut problems = Vec::new();
    let mut load = |name: &str| {
        let (own, _) = own_theme(&setup.loaded.paths, name);
        let choice = Choice { name: name.to_owned(), ..chosen.clone() };
        let (theme, found) = Theme::load(&choice, own.as_ref().map(|file| (file.name.as_str(), file.text.as_str())));
        if name == chosen.name {
            problems = found;
        }
        Arc::new(theme)
    };
    let theme = load(&chosen.name);
    let mut names: Vec<String> = theme::NAMES.iter().map(|name| (*name).to_owned()).collect();
    names.extend(own_themes(&setup.loaded.paths).into_iter().filter(|name| !theme::NAMES.contains(&name.as_str())));
    let themes = names.iter().map(|name| load(name)).collect();
    (themes, theme, problems)
}

/// What the configuration allows the log engine.
pub fn log_limits(setup: &Setup) -> LogLimits {
    let config = &setup.loaded.config;
    let cache = setup.loaded.paths.cache.clone().filter(|folder| std::fs::create_dir_all(folder).is_ok());
    let spill_directory = cache.unwrap_or_else(std::env::temp_dir);
    LogLimits {
        streams: config.log_streams,
        memory_bytes: config.log_memory as usize,
        spill_bytes: config.log_disk,
        spill_directory,
    }
}

/// Mistakes in files are told at the bottom, the first one by name, and all of them in the log file.
fn tell_problems(model: &mut Model) {
    for problem in &model.problems {
        tracing::warn!("{problem}");
    }
    // That there is nothing to open stands where the clusters would.
    let told: Vec<String> = model.problems.iter().filter(|problem| !model.bare.contains(problem)).cloned().collect();
    if let Some(first) = told.first() {
        let more = match told.len() {
            1 => String::new(),
            all => format!(" (and {} more)", all - 1),
        };
        model.warn(format!("{first}{more}"), now_ms());
    }
}

fn by_name(clusters: &[ClusterInfo], name: &str) -> Option<ClusterId> {
    let found = clusters.iter().position(|info| info.is_called(name));
    found.map(|position| ClusterId(position as u32))
}
