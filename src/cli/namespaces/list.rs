//! `eksdeck ns list`: namespaces with what runs and fails in them.

use std::process::ExitCode;

use serde_json::json;

use crate::cli::Global;
use crate::cli::exit::{Failure, NOT_FOUND};
use crate::cli::flags::{Labelled, Listed};
use crate::cli::headless::Headless;
use crate::cli::list::{self, List};
use crate::cli::print::{Listing, Row, left, right};
use crate::cli::scope::Asked;
use crate::domain::age::Age;
use crate::domain::ids::KindId;
use crate::domain::namespace::NamespaceRow;
use crate::domain::namespace_state::namespace_trouble;
use crate::store::fleet::ClusterState;

#[derive(Debug, clap::Args)]
pub struct NamespaceList {
    #[command(flatten)]
    labelled: Labelled,
    #[command(flatten)]
    listed: Listed,
}

/// # Errors
/// As [`list::run`].
pub fn run(global: &Global, flags: &NamespaceList) -> Result<ExitCode, Failure> {
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
        let failures = headless.failures(&[KindId::Namespace]);
        // Who has not seen every cluster cannot say that a namespace is nowhere.
        if failures.is_empty() { self.missing(headless).into_iter().collect() } else { failures }
    }

    fn empty(&self, _headless: &Headless) -> String {
        "no namespace is as asked for".to_owned()
    }
}

impl Rows<'_> {
    /// The names that were asked for and that no cluster has.
    fn missing(&self, headless: &Headless) -> Option<Failure> {
        let is_there = |name: &str| {
            let mut rows = headless.opened().flat_map(|cluster| cluster.tables.namespaces.iter());
            rows.any(|(_, row)| *row.meta.key.name == *name)
        };
        let missing: Vec<&str> = self.names.iter().map(String::as_str).filter(|name| !is_there(name)).collect();
        let clusters: Vec<&str> = headless.opened().map(|cluster| cluster.info.name.as_str()).collect();
        let what = match missing.as_slice() {
            [] => return None,
            [name] => format!("namespace {name}"),
            names => format!("namespaces {}", names.join(", ")),
        };
        Some(Failure::new(NOT_FOUND, format!("{what}: not found in {}", clusters.join(", "))))
    }

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
        let counted = |kind: KindId, count: u32| cluster.sees(kind, &row.meta.key.name).then_some(count);
        let pods = counted(KindId::Pod, counts.pods);
        let (active, failed) = (counted(KindId::Job, counts.jobs_active), counted(KindId::Job, counts.jobs_failed));
        let label = |keys: &[String]| keys.iter().find_map(|key| row.meta.label(key));
        let (team, cost_center) = (label(self.team), label(self.cost_center));
        let status = match row.terminating {
            _ if row.is_known_by_name_alone() => None,
            true => Some("Terminating"),
            false => Some("Active"),
        };
        let held_by = namespace_trouble(row);
        let age = Age::between(row.meta.created, now);
        let or_dash = |text: Option<&str>| text.unwrap_or("—").to_owned();
        let number = |count: Option<u32>| or_dash(count.map(|count| count.to_string()).as_deref());
        let cells = [
            cluster.info.name.clone(),
            row.meta.key.name.to_string(),
            or_dash(
                status
                    .map(|status| {
                        [Some(status), held_by.as_deref()].into_iter().flatten().collect::<Vec<_>>().join(", ")
                    })
                    .as_deref(),
            ),
            or_dash(team),
            or_dash(cost_center),
            number(pods),
            number(active),
            number(failed),
            or_dash(age.map(|age| age.to_string()).as_deref()),
        ];
        let value = json!({
            "cluster": cluster.info.name,
            "name": &*row.meta.key.name,
            "status": status,
            "held_by": held_by,
            "team": team,
            "cost_center": cost_center,
            "pods": pods,
            "pods_running": counted(KindId::Pod, counts.pods_running),
            "jobs": counted(KindId::Job, counts.jobs),
            "jobs_active": active,
            "jobs_failed": failed,
            "age_seconds": age.map(|age| age.0),
        });
        let cells = cells.into_iter().skip(usize::from(!self.is_fleet)).collect();
        Row { key: format!("{}/{}", cluster.id.0, row.meta.key.name), cells, value }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::cli::flags::{Answer, Format};
    use crate::domain::cluster::ClusterInfo;
    use crate::domain::health::{Health, SessionEvent, WatchState};
    use crate::domain::ids::ClusterId;
    use crate::kinds::namespace::known_by_name;
    use crate::store::fleet::Fleet;

    #[test]
    fn what_may_not_be_seen_of_a_namespace_is_null_and_not_zero() {
        let info = ClusterInfo::sample("web");
        let mut fleet = Fleet::new(vec![info]);
        let seen = |kind, name: &str| SessionEvent::Seen { kind, namespaces: Some(vec![name.into()]) };
        let live = |kind| SessionEvent::Watch { kind, state: WatchState::Live };
        for event in [
            SessionEvent::Health(Health::Live),
            seen(KindId::Job, "a"),
            seen(KindId::Pod, "b"),
            live(KindId::Job),
            live(KindId::Pod),
        ] {
            fleet.session(ClusterId(0), event);
        }
        let answer = Answer { output: Format::Table, timeout: Duration::from_secs(1) };
        let flags = NamespaceList {
            labelled: Labelled { selector: Default::default() },
            listed: Listed { answer, watch: false },
        };
        let list = Rows { flags: &flags, names: &[], team: &[], cost_center: &[], is_fleet: false };
        let row = |name| list.row(fleet.get(ClusterId(0)).unwrap(), &known_by_name(name), 0);
        let (a, b) = (row("a"), row("b"));
        assert_eq!(a.cells, ["a", "—", "—", "—", "—", "0", "0", "—"]);
        assert_eq!(b.cells, ["b", "—", "—", "—", "0", "—", "—", "—"]);
        assert_eq!(
            (&a.value["status"], &a.value["pods"], &a.value["jobs_failed"]),
            (&json!(null), &json!(null), &json!(0))
        );
    }
}
