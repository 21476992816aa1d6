//! How careful a cluster wants to be treated: by configuration, by its name, by labels of its namespaces.

use std::fmt;

use crate::domain::cluster::ClusterInfo;

/// What a target is for. The order is that of care.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum Environment {
    Development,
    /// Nobody said.
    #[default]
    Unclassified,
    Staging,
    Production,
}

impl fmt::Display for Environment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Development => "development",
            Self::Unclassified => "unclassified",
            Self::Staging => "staging",
            Self::Production => "production",
        })
    }
}

impl Environment {
    /// What a label's value means: `production`, `prd`, `stage`, `dev`; `None` for any other word.
    pub fn of_label(value: &str) -> Option<Self> {
        match value.to_ascii_lowercase().as_str() {
            "production" | "prod" | "prd" | "live" => Some(Self::Production),
            "staging" | "stage" | "stg" | "preprod" | "pre-production" | "uat" | "qa" => Some(Self::Staging),
            "development" | "dev" | "sandbox" | "test" | "testing" => Some(Self::Development),
            _ => None,
        }
    }

    /// What a cluster's name tells. Words stand between `-`, `_`, `.`, `/`, `:` or digits; the most careful one wins,
    /// and `nonprod` or `pre-prod` is staging.
    pub fn of_name(name: &str) -> Option<Self> {
        let name = name.to_ascii_lowercase();
        let joined = ["non-prod", "nonprod", "pre-prod", "preprod", "non_prod", "pre_prod"];
        if joined.iter().any(|word| name.contains(word)) {
            return Some(Self::Staging);
        }
        let words = name.split(|char: char| !char.is_ascii_alphabetic()).filter(|word| !word.is_empty());
        words.filter_map(Self::of_label).max()
    }
}

/// What the configuration says about clusters, as patterns of their names (`*` stands for any text).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Policy {
    pub production: Vec<String>,
    pub staging: Vec<String>,
    pub development: Vec<String>,
    /// Asks as hard as production does, whatever the environment.
    pub protected: Vec<String>,
    pub read_only: Vec<String>,
    /// Nothing is written anywhere.
    pub all_read_only: bool,
    /// Labels of a namespace that tell its environment; the first that is set wins.
    pub environment_labels: Vec<String>,
}

/// How one cluster is to be treated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Care {
    pub environment: Environment,
    pub protected: bool,
    /// Why nothing may be written to it; `None` if it may.
    pub read_only: Option<&'static str>,
}

impl Care {
    /// The more careful of both.
    fn and(self, other: Self) -> Self {
        Self {
            environment: self.environment.max(other.environment),
            protected: self.protected || other.protected,
            read_only: self.read_only.or(other.read_only),
        }
    }
}

impl Policy {
    /// The care of an EKS cluster by its name there, and by what the fleet knows of it, under whatever name.
    pub fn care_of_eks(&self, name: &str, known: Option<&ClusterInfo>) -> Care {
        match known {
            Some(info) => {
                let by_name = ClusterInfo { name: name.to_owned(), ..info.clone() };
                // A certificate that is not checked is the API server's, not AWS's.
                self.care(info, false).and(self.care(&by_name, false))
            }
            None => Care {
                environment: self.environment(name),
                protected: self.is_protected(name),
                read_only: self.read_only(name, false),
            },
        }
    }

    /// What the configuration and the registry say of a cluster: of two words the more careful one counts. The name
    /// tells only where neither does.
    pub fn care(&self, cluster: &ClusterInfo, insecure: bool) -> Care {
        let record = cluster.record.as_deref();
        let said = [self.configured(&cluster.name), record.map(|record| record.environment)];
        let said = said.into_iter().flatten().filter(|environment| *environment != Environment::Unclassified).max();
        let by_registry =
            record.is_some_and(|record| record.read_only).then_some("the registry makes this cluster read-only");
        Care {
            environment: said.or_else(|| Environment::of_name(&cluster.name)).unwrap_or_default(),
            protected: self.is_protected(&cluster.name) || record.is_some_and(|record| record.protected),
            read_only: self.read_only(&cluster.name, insecure).or(by_registry),
        }
    }

    /// The cluster's environment: by configuration, else by its name.
    pub fn environment(&self, cluster: &str) -> Environment {
        self.configured(cluster).or_else(|| Environment::of_name(cluster)).unwrap_or_default()
    }

    fn configured(&self, cluster: &str) -> Option<Environment> {
        let said = [
            (&self.production, Environment::Production),
            (&self.staging, Environment::Staging),
            (&self.development, Environment::Development),
        ];
        said.into_iter().find(|(patterns, _)| matches_any(patterns, cluster)).map(|(_, environment)| environment)
    }

    /// With a namespace's label beside it. A label classifies what nothing else does, and else can only raise the care.
    pub fn with_label(&self, cluster: Environment, label: Option<&str>) -> Environment {
        match (cluster, label.and_then(Environment::of_label)) {
            (cluster, None) => cluster,
            (Environment::Unclassified, Some(labelled)) => labelled,
            (cluster, Some(labelled)) => cluster.max(labelled),
        }
    }

    pub fn is_protected(&self, cluster: &str) -> bool {
        matches_any(&self.protected, cluster)
    }

    /// Why nothing may be written to this cluster; `None` if it may.
    pub fn read_only(&self, cluster: &str, insecure: bool) -> Option<&'static str> {
        if self.all_read_only {
            return Some("eksdeck was started with --read-only");
        }
        if insecure {
            return Some("its certificate is not checked (insecure TLS), so nothing is written to it");
        }
        matches_any(&self.read_only, cluster).then_some("the configuration makes this cluster read-only")
    }
}

/// Whether the name fits one of the patterns, in which `*` stands for any text, also none.
pub fn matches_any(patterns: &[String], name: &str) -> bool {
    patterns.iter().any(|pattern| matches(pattern, name))
}

/// Whether the name fits a pattern in which `*` stands for any text, also none.
fn matches(pattern: &str, name: &str) -> bool {
    match pattern.split_once('*') {
        None => pattern == name,
        Some((head, rest)) => name.strip_prefix(head).is_some_and(|left| {
            let mut ends = left.char_indices().map(|(at, _)| at).chain([left.len()]);
            ends.any(|at| matches(rest, &left[at..]))
        }),
    }
}
