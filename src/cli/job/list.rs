//! `eksdeck job list`.

use std::process::ExitCode;

use super::{KINDS, words};
use crate::cli::Global;
use crate::cli::exit::Failure;
use crate::cli::flags::{Labelled, Listed};
use crate::cli::headless::Headless;
use crate::cli::list::{self, List};
use crate::cli::print::{Listing, Row, left, right};
use crate::cli::scope::{Asked, Namespaces};
use crate::domain::age::Age;
use crate::domain::ids::KindId;
use crate::domain::job::JobRow;
use crate::screens::deck::jobs::{done, took};
use crate::store::fleet::ClusterState;
use crate::store::table::RowId;

#[derive(Debug, clap::Args)]
pub struct JobList {
    /// In every namespace
    #[arg(short = 'A', long)]
    all_namespaces: bool,
    #[command(flatten)]
    labelled: Labelled,
    #[command(flatten)]
    listed: Listed,
}

pub fn run(global: &Global, flags: &JobList) -> Result<ExitCode, Failure> {
    let namespaces = Namespaces::of(global, flags.all_namespaces)?;
    let asked = Asked::read(global)?;
    list::run(&asked, &Rows { flags, namespaces, is_fleet: asked.ids.len() > 1 }, &flags.listed)
}

struct Rows<'a> {
    flags: &'a JobList,
    namespaces: Namespaces,
    is_fleet: bool,
}

impl List for Rows<'_> {
    fn kinds(&self) -> &'static [KindId] {
        KINDS
    }

    fn listing(&self, headless: &Headless, now: i64) -> Listing {
        let columns = [
            left("CLUSTER"),
            left("NAMESPACE"),
            left("NAME"),
            left("STATE"),
            right("DONE"),
            right("PARALLEL"),
            right("FAILED"),
            right("TOOK"),
            right("AGE"),
            left("OWNER"),
        ];
        let columns = self.shown(columns.into_iter());
        let rows = headless.opened().flat_map(|cluster| self.rows(cluster, now)).collect();
        Listing { columns, rows, moving: &["age_seconds", "duration_seconds"] }
    }

    fn failures(&self, headless: &Headless) -> Vec<Failure> {
        let hidden = headless.opened().filter_map(|cluster| self.namespaces.hidden(cluster, KindId::Job));
        headless.failures(&[KindId::Job]).into_iter().chain(hidden).collect()
    }

    fn notes(&self, headless: &Headless) -> Vec<String> {
        headless.opened().filter_map(|cluster| self.namespaces.narrowed(cluster, KindId::Job)).collect()
    }

    fn empty(&self, headless: &Headless) -> String {
        let place =
            |cluster: &ClusterState| format!("{} of {}", self.namespaces.words(&cluster.info), cluster.info.name);
        format!("no Jobs {}", headless.opened().map(place).collect::<Vec<_>>().join(", "))
    }

    fn explains(&self, cluster: &ClusterState, job: RowId) -> bool {
        cluster.tables.jobs.get(job).is_some_and(|job| self.passes(cluster, job))
    }
}

impl Rows<'_> {
    fn passes(&self, cluster: &ClusterState, job: &JobRow) -> bool {
        self.namespaces.contains(&cluster.info, &job.meta.key.namespace)
            && self.flags.labelled.selector.matches(&job.meta)
    }

    /// Without the cluster and the namespace where there is only one.
    fn shown<T>(&self, cells: impl Iterator<Item = T>) -> Vec<T> {
        let is_shown = |place: usize| match place {
            0 => self.is_fleet,
            1 => self.namespaces.is_many(),
            _ => true,
        };
        cells.enumerate().filter(|(place, _)| is_shown(*place)).map(|(_, cell)| cell).collect()
    }

    fn rows(&self, cluster: &ClusterState, now: i64) -> Vec<Row> {
        let jobs = cluster.tables.jobs.iter().filter(|(_, job)| self.passes(cluster, job));
        let mut jobs: Vec<_> = jobs.collect();
        jobs.sort_by(|(_, left), (_, right)| left.meta.key.cmp(&right.meta.key));
        jobs.into_iter().map(|(id, job)| self.row(cluster, id, job, now)).collect()
    }

    fn row(&self, cluster: &ClusterState, id: RowId, job: &JobRow, now: i64) -> Row {
        let state = cluster.tables.job_state(id).map(|state| &**state);
        let or_dash = |text: Option<String>| text.unwrap_or_else(|| "—".to_owned());
        let cells = [
            cluster.info.name.clone(),
            job.meta.key.namespace.to_string(),
            job.meta.key.name.to_string(),
            or_dash(state.map(|state| state.words.to_string())),
            done(job),
            job.parallelism.to_string(),
            job.failed.to_string(),
            or_dash(took(job, now).map(|seconds| Age(seconds).to_string())),
            or_dash(Age::between(job.meta.created, now).map(|age| age.to_string())),
            job.meta.owner.as_ref().map_or_else(String::new, |owner| owner.name.to_string()),
        ];
        let value = words::job(cluster, job, state, now);
        Row { key: format!("{}/{}", cluster.id.0, job.meta.key), cells: self.shown(cells.into_iter()), value }
    }
}
