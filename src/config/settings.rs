//! What can be configured, and what holds when nothing is.

use std::time::Duration;

use crate::domain::cloud::Reach;
use crate::domain::notify::Rule;
use crate::domain::provision::Site;

/// Whether the program takes the mouse.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Mouse {
    #[default]
    On,
    Off,
}

/// Which characters signs and lines are made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Signs {
    /// What the locale says.
    #[default]
    Auto,
    Unicode,
    Ascii,
}

impl Signs {
    /// As `ui::theme::choose` takes it.
    pub fn ascii(self) -> Option<bool> {
        match self {
            Self::Auto => None,
            Self::Unicode => Some(false),
            Self::Ascii => Some(true),
        }
    }
}

/// The configuration. Flags lie over it; each field is a row of `keys::all`.
#[derive(Debug, Clone, PartialEq)]
pub struct Config {
    /// A theme's name; `None`: by the terminal.
    pub theme: Option<String>,
    /// A keymap's name.
    pub keymap: String,
    pub mouse: Mouse,
    pub signs: Signs,
    /// Kubeconfig files as written (`~/` not yet expanded); KUBECONFIG and flags come before them.
    pub kubeconfig: Vec<String>,
    /// Contexts to open at the start, beside the current one.
    pub open: Vec<String>,
    /// Namespaces to fall back to where they may not be listed.
    pub namespaces: Vec<String>,
    /// Label keys that tell a namespace's team and cost center; the first that is set wins.
    pub team_labels: Vec<String>,
    pub cost_center_labels: Vec<String>,
    /// How clusters want to be treated, as patterns of their names.
    pub production: Vec<String>,
    pub staging: Vec<String>,
    pub development: Vec<String>,
    pub protected: Vec<String>,
    pub read_only: Vec<String>,
    /// Label keys of a namespace that tell its environment.
    pub environment_labels: Vec<String>,
    /// Where writes are recorded, as written; empty: in the data folder.
    pub audit_file: String,
    /// Who is told of what.
    pub notify: Vec<Rule>,
    /// Where EKS clusters are looked for.
    pub reach: Reach,
    /// Where clusters are made by Terraform.
    pub site: Site,
    /// Clusters that are found are opened until so many are open.
    pub open_found: usize,
    /// Container logs read at once.
    pub log_streams: usize,
    /// Lines that are read of each container at first.
    pub log_tail: usize,
    /// Bytes of log kept in memory, and on disk beyond that.
    pub log_memory: u64,
    pub log_disk: u64,
    /// Connections to one cluster, and to all.
    pub connections_per_cluster: usize,
    pub connections: usize,
    /// How often an open cluster is probed, and how long an answer may take.
    pub probe_every: Duration,
    pub request_timeout: Duration,
    /// How long an exec plugin may run.
    pub exec_timeout: Duration,
}

const MEBIBYTE: u64 = 1 << 20;

impl Default for Config {
    fn default() -> Self {
        let words = |list: &[&str]| list.iter().map(|word| (*word).to_owned()).collect();
        Self {
            theme: None,
            keymap: "default".to_owned(),
            mouse: Mouse::On,
            signs: Signs::Auto,
            kubeconfig: Vec::new(),
            open: Vec::new(),
            namespaces: Vec::new(),
            team_labels: words(&["team", "app.kubernetes.io/team", "owner"]),
            cost_center_labels: words(&["cost-center", "cost_center", "costcenter"]),
            production: Vec::new(),
            staging: Vec::new(),
            development: Vec::new(),
            protected: Vec::new(),
            read_only: Vec::new(),
            environment_labels: words(&["environment", "env", "app.kubernetes.io/environment"]),
            audit_file: String::new(),
            notify: Vec::new(),
            reach: Reach::default(),
            site: Site::default(),
            open_found: 50,
            log_streams: 50,
            log_tail: 1_000,
            log_memory: 64 * MEBIBYTE,
            log_disk: 1_024 * MEBIBYTE,
            connections_per_cluster: 16,
            connections: 128,
            probe_every: Duration::from_secs(10),
            request_timeout: Duration::from_secs(30),
            exec_timeout: Duration::from_secs(60),
        }
    }
}
