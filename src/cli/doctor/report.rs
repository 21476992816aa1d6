//! What was found.

use crate::domain::health::Trouble;

/// How a check ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Level {
    Fine,
    /// Something is left out, everything else works.
    Note,
    Wrong,
}

impl Level {
    pub fn word(self) -> &'static str {
        match self {
            Self::Fine => "fine",
            Self::Note => "note",
            Self::Wrong => "wrong",
        }
    }
}

/// One thing that was looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Check {
    pub name: String,
    pub level: Level,
    /// The exit code that stands for it when it is wrong.
    pub code: u8,
    pub words: String,
    pub remedy: Option<String>,
}

impl Check {
    pub fn fine(name: &str, words: impl Into<String>) -> Self {
        Self { name: name.to_owned(), level: Level::Fine, code: 0, words: words.into(), remedy: None }
    }

    pub fn note(name: &str, words: impl Into<String>) -> Self {
        Self { level: Level::Note, ..Self::fine(name, words) }
    }

    pub fn wrong(name: &str, code: u8, words: impl Into<String>) -> Self {
        Self { level: Level::Wrong, code, ..Self::fine(name, words) }
    }

    /// In a trouble's words, with what mends it.
    pub fn because(self, trouble: &Trouble) -> Self {
        Self { words: trouble.words.clone(), remedy: trouble.remedy.clone(), ..self }
    }

    pub fn remedy(self, remedy: impl Into<String>) -> Self {
        Self { remedy: Some(remedy.into()), ..self }
    }
}

/// Files that were read, and what is wrong in them.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Source {
    pub files: Vec<String>,
    pub checks: Vec<Check>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cluster {
    pub name: String,
    pub context: Option<String>,
    pub server: String,
    pub version: Option<String>,
    pub identity: Option<String>,
    pub latency_ms: Option<u64>,
    /// How far the server's clock is ahead of this machine's.
    pub clock_skew_seconds: Option<i64>,
    pub checks: Vec<Check>,
}

#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Report {
    pub configuration: Source,
    pub kubeconfig: Source,
    pub registry: Source,
    pub clusters: Vec<Cluster>,
}

impl Report {
    /// What is wrong, and where.
    pub fn wrong(&self) -> impl Iterator<Item = (String, &Check)> {
        let files =
            [("configuration", &self.configuration), ("kubeconfig", &self.kubeconfig), ("registry", &self.registry)];
        let files = files
            .into_iter()
            .flat_map(|(place, source)| source.checks.iter().map(move |check| (place.to_owned(), check)));
        let clusters =
            self.clusters.iter().flat_map(|cluster| cluster.checks.iter().map(|check| (cluster.name.clone(), check)));
        files.chain(clusters).filter(|(_, check)| check.level == Level::Wrong)
    }
}
