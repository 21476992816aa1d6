//! What every subcommand starts from: the configuration, the fleet, the clusters that were asked for.

use std::sync::Arc;
use std::time::Duration;

use tokio::runtime::Runtime;

use super::exit::{Failure, USAGE};
use super::{Global, iam, joined, logging};
use crate::adapters::audit::Journal;
use crate::adapters::aws::{Aws, Cloud, Ways};
use crate::adapters::kube::{ContextStore, KubeFleet, Limits, LoadOptions, StoreOptions};
use crate::adapters::registry::crypto::{Keys, ToolKeyring};
use crate::adapters::registry::{self, Opener, RegistryDesk, Tools};
use crate::adapters::terraform::Modules;
use crate::config::{self, Environment, Loaded, Secrets};
use crate::domain::cluster::ClusterInfo;
use crate::domain::gate::Policy;
use crate::domain::health::Trouble;
use crate::domain::ids::ClusterId;
use crate::domain::request::OpenOptions;
use crate::domain::shell::quoted;
use crate::input::keymap::Base;
use crate::runtime::gate::Gate;
use crate::runtime::gate::aws::AwsGate;
use crate::runtime::ports::{AccessPort, FleetPort, WritePort};
use crate::ui::theme;

/// The configuration with the flags laid over it.
pub struct Setup {
    pub environment: Environment,
    pub loaded: Loaded,
    /// The file that `--config` names.
    pub config_flag: Option<std::path::PathBuf>,
    /// How the deck is called with the same files: `eksdeck --kubeconfig FILE`.
    pub again: String,
    /// Nothing is written anywhere.
    pub read_only: bool,
    /// The organisation of the registry that `--org` names.
    pub organisation: String,
    /// The clusters are those of the embedded fleet: what is done to them is recorded apart.
    pub is_demo: bool,
}

/// The clusters that are known.
pub struct Known {
    pub fleet: Arc<dyn WritePort>,
    /// The clusters beneath the fleet, and their logins.
    pub ways: Arc<Ways>,
    pub current: Option<ClusterId>,
    /// The one that EKS_CLUSTER_NAME names.
    pub iam: Option<ClusterId>,
    /// What concerns no single cluster: broken files, nothing to open at all.
    pub troubles: Vec<Trouble>,
    /// What opens the registry; nobody has made it yet, maybe.
    pub registry: Option<Arc<Opener>>,
    /// Why the registry's clusters are not among them; it is one of the troubles too.
    pub registry_trouble: Option<Trouble>,
    /// The kubeconfig files that were looked into.
    pub files: Vec<std::path::PathBuf>,
    /// What has no cluster is broken, not missing.
    pub is_broken: bool,
}

/// Worker threads: the loop has the main one; decoding and streams share these.
const WORKERS: usize = 2;

impl Setup {
    /// Reads configuration and environment, and starts logging.
    ///
    /// # Errors
    /// A flag that names a keymap, a theme or a configuration file which is not there.
    pub fn read(global: &Global) -> Result<Self, Failure> {
        if let Some(file) = &global.config
            && let Err(error) = std::fs::File::open(file)
        {
            return Err(Failure::new(USAGE, format!("--config {}: {error}", file.display())));
        }
        let environment = Environment::read();
        let mut loaded = config::load(&environment, global.config.as_deref(), &theme::NAMES, &Base::NAMES);
        logging::start(loaded.paths.state.as_deref(), environment.log_level.as_deref());
        if let Some(keymap) = &global.keymap {
            keymap.parse::<Base>().map_err(|words| Failure::new(USAGE, words))?;
            loaded.config.keymap.clone_from(keymap);
        }
        if let Some(theme) = &global.theme {
            let own = config::own_themes(&loaded.paths);
            if !theme::NAMES.contains(&theme.as_str()) && !own.contains(theme) {
                let known: Vec<&str> = theme::NAMES.iter().copied().chain(own.iter().map(String::as_str)).collect();
                return Err(Failure::new(USAGE, format!("no theme is named `{theme}`: {}", known.join(", "))));
            }
            loaded.config.theme = Some(theme.clone());
        }
        if global.no_mouse {
            loaded.config.mouse = config::Mouse::Off;
        }
        if !global.namespace.is_empty() {
            loaded.config.namespaces.clone_from(&global.namespace);
        }
        Ok(Self {
            environment,
            loaded,
            config_flag: global.config.clone(),
            again: again(global),
            read_only: global.read_only,
            organisation: global.org.clone(),
            is_demo: false,
        })
    }

    /// Every cluster that is known: those of [`Setup::on_disk`] and the registry's, `patience` at the longest. A registry
    /// that answers later joins then; one that cannot be opened is a trouble. Blocks.
    pub fn known(&self, global: &Global, patience: Duration) -> Known {
        let mut known = self.on_disk(global);
        if self.is_demo {
            return known;
        }
        known.registry = self.registry().map(|options| Arc::new(Opener::new(options)));
        let Some(opener) = known.registry.clone().filter(|opener| opener.is_there()) else { return known };
        let before = known.fleet.clusters().len();
        let joined = joined::join(known.ways.clone(), opener, self.audit_file(), patience);
        let all = known.fleet.clusters().len();
        // With clusters of the registry, it is no trouble that there is no kubeconfig.
        if before == 0 && all > 0 && !known.is_broken {
            known.troubles.clear();
            known.current = (all == 1).then_some(ClusterId(0));
        }
        if let Err(trouble) = joined {
            known.troubles.push(trouble.clone());
            known.registry_trouble = Some(trouble);
        }
        known
    }

    /// The clusters of the kubeconfig, or of the pod that the program runs in, and the one that the environment names.
    /// Blocks on the disk.
    pub fn on_disk(&self, global: &Global) -> Known {
        rustls_provider();
        let config = &self.loaded.config;
        let mut load = LoadOptions::from_env(global.kubeconfig.clone());
        if load.kubeconfig.is_none() && load.kubeconfig_variable.is_none() && !config.kubeconfig.is_empty() {
            let files = config.kubeconfig.iter().map(|file| self.loaded.paths.expand(file));
            load.kubeconfig_variable = std::env::join_paths(files).ok();
        }
        let (state_dir, limits) = (self.state_dir(), self.limits());
        let store = ContextStore::load(StoreOptions { load, state_dir, limits });
        let (current, mut troubles) = (store.current(), store.troubles().to_vec());
        let (files, is_broken, is_bare) = (store.files().to_vec(), store.is_broken(), store.clusters().is_empty());
        let ways = Arc::new(Ways::new(store, self.aws()));
        let iam = match iam::from_environment() {
            None => None,
            Some(Ok(cluster)) => {
                // With a cluster to open, it is no trouble that there is no kubeconfig.
                if is_bare && !is_broken {
                    troubles.clear();
                }
                Some(ways.add(cluster))
            }
            Some(Err(trouble)) => {
                troubles.insert(0, trouble);
                None
            }
        };
        let current = iam.or(current);
        let fleet = KubeFleet::new(ways.clone()).with_cache(self.loaded.paths.cache.clone());
        Known {
            fleet: Arc::new(fleet),
            ways,
            current,
            iam,
            troubles,
            registry: None,
            registry_trouble: None,
            files,
            is_broken,
        }
    }

    /// AWS beneath the clusters that are known; nobody is contacted until it is watched.
    pub fn cloud(&self, known: &Known) -> Cloud {
        Cloud::new(known.ways.clone(), known.fleet.clone(), self.loaded.config.reach.clone())
    }

    /// Logins at AWS; nobody is contacted.
    pub fn aws(&self) -> Aws {
        rustls_provider();
        Aws::new(&iam::os_user(), self.loaded.config.exec_timeout)
    }

    /// How much is asked of clusters.
    pub fn limits(&self) -> Limits {
        let config = &self.loaded.config;
        Limits {
            connections_per_cluster: config.connections_per_cluster,
            connections: config.connections,
            plugin: config.exec_timeout,
            unary_head: config.request_timeout,
            ..Limits::default()
        }
    }

    /// Where answers about credential plugins are kept.
    pub fn state_dir(&self) -> std::path::PathBuf {
        self.loaded.paths.state.clone().unwrap_or_default()
    }

    /// Where the registry is, and its keys: the shared one of EKSDECK_DATABASE_URL, else a file in the data folder.
    /// `None` where no folder is known.
    pub fn registry(&self) -> Option<registry::Options> {
        let secrets = Secrets::read();
        let data = self.loaded.paths.data.as_ref();
        let file = data.map(|folder| registry::Place::File(folder.join(registry::FILE)));
        let place = secrets.database_url.map(registry::Place::Url).or(file)?;
        let folder = data.map(|folder| folder.join(registry::KEY_FOLDER));
        let keys = Keys::new(secrets.key, secrets.old_key, Arc::new(ToolKeyring), folder);
        Some(registry::Options { place, organisation: self.organisation.clone(), keys })
    }

    /// What changes the registry as a person does; what changes shows in the list of `known`.
    pub fn registry_desk(&self, known: &Known) -> Option<RegistryDesk> {
        let (opener, by_iam) = (known.registry.clone()?, known.ways.clone());
        let changed = {
            let (opener, ways) = (opener.clone(), by_iam.clone());
            Arc::new(move |records| ways.register(records, &opener))
        };
        Some(RegistryDesk::new(Tools {
            opener,
            read_only: self.read_only,
            audit: Arc::new(Journal::new(self.audit_file())),
            journal: self.audit_file(),
            state_dir: self.state_dir(),
            limits: self.limits(),
            by_iam,
            home: self.environment.home.clone(),
            changed,
        }))
    }

    /// The one way to a write.
    pub fn gate(&self, fleet: Arc<dyn WritePort>) -> Gate {
        Gate::new(fleet, Arc::new(Journal::new(self.audit_file())), self.policy())
    }

    /// The one way to a change of who may enter EKS clusters.
    pub fn access_gate(&self, port: Arc<dyn AccessPort>, ways: Arc<Ways>) -> AwsGate {
        let gate = AwsGate::new(port, Arc::new(Journal::new(self.audit_file())), self.policy());
        gate.with_infos(move |arn| ways.info_of(arn))
    }

    /// Terraform modules; those of the configuration are read when they are wanted.
    pub fn modules(&self) -> Modules {
        let paths = self.loaded.paths.clone();
        Modules { expand: Box::new(move |path| paths.expand(path)) }
    }

    /// How clusters want to be treated.
    pub fn policy(&self) -> Policy {
        let config = &self.loaded.config;
        Policy {
            production: config.production.clone(),
            staging: config.staging.clone(),
            development: config.development.clone(),
            protected: config.protected.clone(),
            read_only: config.read_only.clone(),
            all_read_only: self.read_only,
            environment_labels: config.environment_labels.clone(),
        }
    }

    /// Where writes are recorded; `None` where no folder is known.
    pub fn audit_file(&self) -> Option<std::path::PathBuf> {
        let paths = &self.loaded.paths;
        match self.loaded.config.audit_file.as_str() {
            "" if self.is_demo => paths.data.as_ref().map(|folder| folder.join("demo-audit.jsonl")),
            "" => paths.data.as_ref().map(|folder| folder.join("audit.jsonl")),
            file => Some(paths.expand(file)),
        }
    }

    pub fn open_options(&self) -> OpenOptions {
        let namespaces = self.loaded.config.namespaces.iter().map(|name| name.as_str().into()).collect();
        OpenOptions { namespaces, kinds: Vec::new() }
    }
}

/// The program with the flags that say which files are read; what the environment says holds in the next call too.
fn again(global: &Global) -> String {
    let files = [("--kubeconfig", &global.kubeconfig), ("--config", &global.config)];
    let flags = files.into_iter().filter_map(|(flag, file)| {
        let file = file.as_ref()?.to_string_lossy();
        Some(format!(" {flag} {}", quoted(&file)))
    });
    ["eksdeck".to_owned()].into_iter().chain(flags).collect()
}

/// ring as the one provider of TLS; a second call changes nothing.
fn rustls_provider() {
    let _ = rustls::crypto::ring::default_provider().install_default();
}

/// The clusters that flags name, by context, by shown name or by the registry's; `all` is every one.
///
/// # Errors
/// A name that no cluster has, with the names there are.
pub fn named(fleet: &dyn FleetPort, names: &[String]) -> Result<Vec<ClusterId>, Failure> {
    let clusters = fleet.clusters();
    let ids = |position: usize| ClusterId(position as u32);
    if names.iter().any(|name| name == "all") {
        return Ok((0..clusters.len()).map(ids).collect());
    }
    names
        .iter()
        .map(|name| {
            let by = |is: &dyn Fn(&ClusterInfo) -> bool| clusters.iter().position(is);
            let found = by(&|info| info.context() == Some(name.as_str()))
                .or_else(|| by(&|info| info.name == *name))
                .or_else(|| by(&|info| info.record.as_ref().is_some_and(|record| record.name == *name)));
            found.map(ids).ok_or_else(|| {
                let known: Vec<&str> = clusters.iter().map(|info| info.name.as_str()).collect();
                Failure::new(super::exit::NOT_FOUND, format!("no context is named `{name}`: {}", known.join(", ")))
            })
        })
        .collect()
}

/// The runtime that everything asynchronous runs on.
///
/// # Errors
/// The system refuses threads.
pub fn runtime() -> Result<Runtime, Failure> {
    Ok(tokio::runtime::Builder::new_multi_thread().worker_threads(WORKERS).enable_all().build()?)
}
