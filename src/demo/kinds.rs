//! The resources that the fleet serves, read from a table.

use std::sync::OnceLock;

use super::wire::schema::{MessageId, Schema};

/// Position in [`Kinds::all`].
pub type KindIndex = usize;

#[derive(Debug)]
pub struct Column {
    pub name: &'static str,
    pub kind: &'static str,
    pub format: &'static str,
    /// 1 is for wide output only.
    pub priority: u8,
}

#[derive(Debug)]
pub struct Kind {
    pub group: &'static str,
    pub version: &'static str,
    pub plural: &'static str,
    pub singular: &'static str,
    pub kind: &'static str,
    pub namespaced: bool,
    pub short_names: Vec<&'static str>,
    pub categories: Vec<&'static str>,
    pub storage_hash: &'static str,
    pub subresources: Vec<&'static str>,
    /// Empty for resources that can only be created (reviews).
    pub columns: Vec<Column>,
    pub message: MessageId,
}

impl Kind {
    /// `batch/v1`, or `v1` for the core group.
    pub fn group_version(&self) -> String {
        group_version(self.group, self.version)
    }

    /// `jobs.batch`, or `pods` for the core group: how errors name a resource.
    pub fn qualified(&self) -> String {
        if self.group.is_empty() { self.plural.to_owned() } else { format!("{}.{}", self.plural, self.group) }
    }

    /// `jobs.batch`, or `pods.`: how a namespace names what remains in it.
    pub fn qualified_dot(&self) -> String {
        format!("{}.{}", self.plural, self.group)
    }

    /// `Job.batch`, or `Pod`: how validation errors name a kind.
    pub fn qualified_kind(&self) -> String {
        if self.group.is_empty() { self.kind.to_owned() } else { format!("{}.{}", self.kind, self.group) }
    }

    /// Objects of it are kept (reviews are not).
    pub fn stored(&self) -> bool {
        !self.columns.is_empty()
    }
}

pub fn group_version(group: &str, version: &str) -> String {
    if group.is_empty() { version.to_owned() } else { format!("{group}/{version}") }
}

#[derive(Debug, Default)]
pub struct Kinds {
    pub all: Vec<Kind>,
}

impl Kinds {
    pub fn get() -> &'static Kinds {
        static KINDS: OnceLock<Kinds> = OnceLock::new();
        KINDS.get_or_init(|| Kinds { all: parse(include_str!("../../assets/demo/resources.txt")) })
    }

    pub fn find(&self, group: &str, version: &str, plural: &str) -> Option<KindIndex> {
        self.all.iter().position(|kind| kind.plural == plural && kind.group == group && kind.version == version)
    }

    /// The stored kind of this name, such as `Pod`. Names are unique over the groups served.
    pub fn named(&self, kind: &str) -> KindIndex {
        self.all.iter().position(|known| known.kind == kind).unwrap_or_default()
    }

    /// Group and version of every group, in the order of discovery; the core group first.
    pub fn groups(&self) -> Vec<(&'static str, &'static str)> {
        let mut groups: Vec<(&str, &str)> = Vec::new();
        for kind in &self.all {
            if !groups.contains(&(kind.group, kind.version)) {
                groups.push((kind.group, kind.version));
            }
        }
        groups
    }
}

/// Positions of the kinds that the fleet's own controllers work on.
#[derive(Debug, Clone, Copy)]
pub struct Known {
    pub config_map: KindIndex,
    pub cron_job: KindIndex,
    pub event: KindIndex,
    pub job: KindIndex,
    pub limit_range: KindIndex,
    pub namespace: KindIndex,
    pub node: KindIndex,
    pub pod: KindIndex,
    pub resource_quota: KindIndex,
    pub service_account: KindIndex,
}

impl Known {
    pub fn get() -> &'static Known {
        static KNOWN: OnceLock<Known> = OnceLock::new();
        KNOWN.get_or_init(|| {
            let named = |name| Kinds::get().named(name);
            Known {
                config_map: named("ConfigMap"),
                cron_job: named("CronJob"),
                event: named("Event"),
                job: named("Job"),
                limit_range: named("LimitRange"),
                namespace: named("Namespace"),
                node: named("Node"),
                pod: named("Pod"),
                resource_quota: named("ResourceQuota"),
                service_account: named("ServiceAccount"),
            }
        })
    }
}

fn parse(text: &'static str) -> Vec<Kind> {
    let mut kinds: Vec<Kind> = Vec::new();
    let (mut group, mut version) = ("", "");
    for line in text.lines().filter(|line| !line.starts_with('#')) {
        if let Some(columns) = line.strip_prefix("  ") {
            if let Some(kind) = kinds.last_mut() {
                kind.columns = columns.split("; ").map(column).collect();
            }
        } else if let Some(line) = line.strip_prefix(' ') {
            kinds.extend(resource(group, version, line));
        } else {
            (group, version) = line.split_once('/').unwrap_or(("", line));
        }
    }
    kinds
}

fn resource(group: &'static str, version: &'static str, line: &'static str) -> Option<Kind> {
    let list = |word: &'static str| if word == "-" { Vec::new() } else { word.split(',').collect() };
    let mut words = line.split(' ');
    let (plural, singular, kind) = (words.next()?, words.next()?, words.next()?);
    let namespaced = words.next()? == "n";
    Some(Kind {
        group,
        version,
        plural,
        singular,
        kind,
        namespaced,
        short_names: list(words.next()?),
        categories: list(words.next()?),
        storage_hash: words.next().filter(|hash| *hash != "-").unwrap_or_default(),
        subresources: list(words.next()?),
        columns: Vec::new(),
        message: Schema::get().find(kind)?,
    })
}

fn column(text: &'static str) -> Column {
    let (text, priority) = text.strip_suffix('+').map_or((text, 0), |text| (text, 1));
    let mut parts = text.split(':');
    Column {
        name: parts.next().unwrap_or_default(),
        kind: parts.next().unwrap_or_default(),
        format: parts.next().unwrap_or_default(),
        priority,
    }
}
