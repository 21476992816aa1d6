//! What every subcommand on the registry starts from, and how it prints clusters.

use std::future::Future;
use std::io::{self, BufWriter, Write};

use jiff::Timestamp;
use serde_json::{Value, json};
use tokio::runtime::Runtime;

use super::Global;
use super::exit::{CONFLICT, FAILED, FORBIDDEN, Failure, NOT_FOUND, UNREACHABLE, USAGE, say};
use super::flags::Format;
use super::print::{Listing, Row, document, left, listing};
use super::setup::{self, Setup};
use crate::adapters::audit::Journal;
use crate::adapters::registry::{ErrorKind, Registry, RegistryError, copy_audit, recorded};
use crate::domain::age::Age;
use crate::domain::provider::short_version;
use crate::domain::registry::{ClusterRecord, PlainRecord, Role, Transition};

impl From<RegistryError> for Failure {
    fn from(error: RegistryError) -> Self {
        let code = match error.kind {
            ErrorKind::Lost => UNREACHABLE,
            ErrorKind::Forbidden | ErrorKind::Key => FORBIDDEN,
            ErrorKind::NotFound => NOT_FOUND,
            ErrorKind::Taken => CONFLICT,
            ErrorKind::Invalid => USAGE,
            ErrorKind::Full | ErrorKind::Unusable | ErrorKind::Schema | ErrorKind::Other => FAILED,
        };
        Self::new(code, error)
    }
}

/// Nothing says where a registry would be.
pub fn no_place() -> Failure {
    Failure::new(NOT_FOUND, "there is no place for a registry: set HOME, XDG_DATA_HOME or EKSDECK_DATABASE_URL")
}

/// An open registry, and what its changes are recorded with.
pub struct Opened {
    pub setup: Setup,
    pub runtime: Runtime,
    pub registry: Registry,
    journal: Journal,
}

impl Opened {
    /// # Errors
    /// There is no place for one, or it cannot be opened.
    pub fn read(global: &Global) -> Result<Self, Failure> {
        let setup = Setup::read(global)?;
        let options = setup.registry().ok_or_else(no_place)?;
        let runtime = setup::runtime()?;
        let registry = runtime.block_on(Registry::open(&options))?;
        let journal = Journal::new(setup.audit_file());
        Ok(Self { setup, runtime, registry, journal })
    }

    /// To change something.
    ///
    /// # Errors
    /// As [`Self::read`], and `--read-only`.
    pub fn write(global: &Global) -> Result<Self, Failure> {
        if global.read_only {
            return Err(Failure::new(
                FORBIDDEN,
                "eksdeck was started with --read-only, so the registry stays as it is",
            ));
        }
        Self::read(global)
    }

    /// Does `work` between its two lines of the audit, then copies them to the registry.
    ///
    /// # Errors
    /// What `work` says, or that it could not be recorded.
    pub fn recorded<T>(
        &self,
        verb: &str,
        cluster: &str,
        request: &str,
        work: impl Future<Output = Result<T, RegistryError>>,
    ) -> Result<T, Failure> {
        self.runtime.block_on(async {
            let result = recorded(&self.journal, &self.registry, verb, cluster, request, work).await;
            if self.registry.role() >= Role::Operator
                && let Some(path) = self.setup.audit_file()
                && let Err(error) = copy_audit(&self.registry, &path).await
            {
                say(&format!("the audit's copy in the registry waits: {error}"));
            }
            Ok(result?)
        })
    }

    /// Lets go of the database; a file is left whole in itself.
    pub fn close(self) {
        self.runtime.block_on(self.registry.close());
        self.runtime.shutdown_background();
    }
}

/// Prints clusters with how they stand.
///
/// # Errors
/// The output cannot be written.
pub fn print(format: Format, clusters: &[(ClusterRecord, Option<Transition>)], now: Timestamp) -> Result<(), Failure> {
    let columns =
        ["NAME", "ENVIRONMENT", "PROVIDER", "VERSION", "REGION", "ACCOUNT", "TEAM", "WAY", "STATUS", "SINCE", "WHY"];
    let rows = clusters.iter().map(|(record, standing)| row(record, standing.as_ref(), now)).collect();
    let mut out = BufWriter::new(io::stdout().lock());
    listing(format, &Listing { columns: columns.map(left).to_vec(), rows, moving: &[] }, &mut out)?;
    Ok(out.flush()?)
}

/// Prints one cluster: a line for people, the record for scripts.
///
/// # Errors
/// The output cannot be written.
pub fn print_one(format: Format, record: &ClusterRecord, did: &str) -> Result<(), Failure> {
    let mut out = io::stdout().lock();
    match format {
        Format::Table => {
            let provider = record.provider.map(|provider| provider.name());
            let version = record.version.as_deref().map(short_version);
            let words: Vec<&str> = [provider, version].into_iter().flatten().collect();
            let words = if words.is_empty() { String::new() } else { format!(" ({})", words.join(" ")) };
            let text = format!("{} {did}: {}{words}", record.name, record.environment);
            writeln!(out, "{}", crate::domain::text::clean(&text))?;
        }
        format => document(format, &value(record, None), &mut out)?,
    }
    Ok(())
}

fn value(record: &ClusterRecord, standing: Option<&Transition>) -> Value {
    let mut value = serde_json::to_value(PlainRecord::from(record)).unwrap_or_default();
    value["status"] = json!(standing.map_or("unknown", |standing| standing.status.word()));
    value["since_ms"] = json!(standing.map(|standing| standing.since_ms));
    value["why"] = json!(standing.map(|standing| &standing.why));
    value
}

fn row(record: &ClusterRecord, standing: Option<&Transition>, now: Timestamp) -> Row {
    let or_dash = |text: Option<&str>| text.filter(|text| !text.is_empty()).unwrap_or("—").to_owned();
    let since = standing.map(|standing| Age((now.as_millisecond() - standing.since_ms).max(0) / 1_000).to_string());
    let cells = vec![
        record.name.clone(),
        record.environment.to_string(),
        or_dash(record.provider.map(|provider| provider.name())),
        or_dash(record.version.as_deref().map(short_version)),
        or_dash(record.region.as_deref()),
        or_dash(record.account.as_deref()),
        or_dash(record.team.as_deref()),
        record.way.word().to_owned(),
        standing.map_or("unknown", |standing| standing.status.word()).to_owned(),
        or_dash(since.as_deref()),
        or_dash(standing.map(|standing| standing.why.as_str())),
    ];
    Row { key: record.id.clone(), cells, value: value(record, standing) }
}
