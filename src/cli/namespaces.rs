//! `eksdeck ns list`: namespaces with what runs and fails in them.

use std::process::ExitCode;

use serde_json::json;

use super::Global;
use super::exit::Failure;
use super::flags::{Labelled, Listed};
use super::headless::Headless;
use super::list::{self, List};
use super::print::{Listing, Row, left, right};
use super::scope::Asked;
use crate::domain::age::Age;
use crate::domain::ids::KindId;
use crate::domain::namespace::NamespaceRow;
use crate::domain::namespace_state::namespace_trouble;
use crate::store::fleet::ClusterState;

#[derive(Debug, clap::Args)]
pub struct Namespace {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    /// Print the namespaces of the current cluster, or of those of --context
    #[command(visible_alias = "ls")]
    List(NamespaceList),
}

#[derive(Debug, clap::Args)]
pub struct NamespaceList {
    #[command(flatten)]
    labelled: Labelled,
    #[command(flatten)]
    listed: Listed,
}

/// # Errors
/// As [`list::run`].
pub fn run(global: &Global, namespace: &Namespace) -> Result<ExitCode, Failure> {
    let Command::List(flags) = &namespace.command;
    let asked = Asked::read(global)?;
    let config = &asked.setup.loaded.config;
    let list = Rows {
        flags,
        names: &global.namespace,
        team: &config.team_labels,
        cost_center: &config.cost_center_labels,
        is_fleet: asked.ids.len() > 1,
    };
    list::run(&asked, &list, &flags.listed)
}

struct Rows<'a> {
    flags: &'a NamespaceList,
    /// Only these, unless empty.
    names: &'a [String],
    team: &'a [String],
    cost_center: &'a [String],
    is_fleet: bool,
}

impl List for Rows<'_> {
    fn kinds(&self) -> &'static [KindId] {
        &[KindId::Namespace, KindId::Pod, KindId::Job]
    }

    fn listing(&self, headless: &Headless, now: i64) -> Listing {
        let columns = [
            left("CLUSTER"),
            left("NAME"),
            left("STATUS"),
            left("TEAM"),
            left("COST CENTER"),
            right("PODS"),
            right("ACTIVE JOBS"),
            right("FAILED JOBS"),
            right("AGE"),
        ];
        let columns = columns.into_iter().skip(usize::from(!self.is_fleet)).collect();
        let rows = headless.opened().flat_map(|cluster| self.rows(cluster, now)).collect();
        Listing { columns, rows, moving: &["age_seconds"] }
    }

    fn failures(&self, headless: &Headless) -> Vec<Failure> {
        headless.failures(&[KindId::Namespace])
    }

    fn empty(&self, _headless: &Headless) -> String {
        "no namespace is as asked for".to_owned()
    }
}

impl Rows<'_> {
    fn rows(&self, cluster: &ClusterState, now: i64) -> Vec<Row> {
        let named =
            |row: &&NamespaceRow| self.names.is_empty() || self.names.iter().any(|name| **name == *row.meta.key.name);
        let rows = cluster.tables.namespaces.iter().map(|(_, row)| row);
        let mut rows: Vec<_> =
            rows.filter(named).filter(|row| self.flags.labelled.selector.matches(&row.meta)).collect();
        rows.sort_by(|left, right| left.meta.key.cmp(&right.meta.key));
        rows.into_iter().map(|row| self.row(cluster, row, now)).collect()
    }

    fn row(&self, cluster: &ClusterState, row: &NamespaceRow, now: i64) -> Row {
        let counts = cluster.tables.counts.of(&row.meta.key.name);
        let label = |keys: &[String]| keys.iter().find_map(|key| row.meta.label(key));
        let (team, cost_center) = (label(self.team), label(self.cost_center));
        let status = if row.terminating { "Terminating" } else { "Active" };
        let held_by = namespace_trouble(row);
        let age = Age::between(row.meta.created, now);
        let or_dash = |text: Option<&str>| text.unwrap_or("—").to_owned();
        let cells = [
            cluster.info.name.clone(),
            row.meta.key.name.to_string(),
            held_by.as_ref().map_or_else(|| status.to_owned(), |held| format!("{status}, {held}")),
            or_dash(team),
            or_dash(cost_center),
            counts.pods.to_string(),
            counts.jobs_active.to_string(),
            counts.jobs_failed.to_string(),
            or_dash(age.map(|age| age.to_string()).as_deref()),
        ];
        let value = json!({
            "cluster": cluster.info.name,
            "name": &*row.meta.key.name,
            "status": status,
            "held_by": held_by,
            "team": team,
            "cost_center": cost_center,
            "pods": counts.pods,
            "pods_running": counts.pods_running,
            "jobs": counts.jobs,
            "jobs_active": counts.jobs_active,
            "jobs_failed": counts.jobs_failed,
            "age_seconds": age.map(|age| age.0),
        });
        let cells = cells.into_iter().skip(usize::from(!self.is_fleet)).collect();
        Row { key: format!("{}/{}", cluster.id.0, row.meta.key.name), cells, value }
    }
}
