//! `eksdeck demo`: the deck on an embedded fleet, with no cluster at hand.

use std::fs::OpenOptions;
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;
use std::process::ExitCode;
use std::time::Duration;

use super::exit::{FAILED, Failure, USAGE};
use super::setup::{self, Setup};
use super::snapshot::{self, Picture, Selection, Shot};
use super::{Global, deck};
use crate::demo::{Fleet, FleetOptions};
use crate::domain::ids::ClusterId;

/// How large the embedded fleet is. Without sizes it is a small one with a story.
#[derive(Debug, clap::Args)]
pub struct Demo {
    /// Clusters
    #[arg(long, value_name = "N", default_value_t = 3)]
    clusters: usize,
    /// Pods in every cluster
    #[arg(long, value_name = "N")]
    pods: Option<usize>,
    /// Nodes in every cluster
    #[arg(long, value_name = "N")]
    nodes: Option<usize>,
    /// Jobs made in bulk in the first cluster
    #[arg(long, value_name = "N", default_value_t = 0)]
    jobs: usize,
    /// Changes a second in every cluster
    #[arg(long, value_name = "N", default_value_t = 0)]
    churn: u32,
    /// The same seed tells the same story
    #[arg(long, value_name = "N", default_value_t = 1)]
    seed: u64,
    /// Keep the fleet up for other tools, and open no deck; --kubeconfig names the file that is written
    #[arg(long)]
    serve: bool,
    /// Print one frame of the deck on the embedded fleet instead of opening it
    #[arg(long, value_enum, value_name = "FORMAT")]
    snapshot: Option<Picture>,
    /// Columns of that frame
    #[arg(long, requires = "snapshot", default_value_t = 160)]
    width: u16,
    /// Lines of that frame
    #[arg(long, requires = "snapshot", default_value_t = 45)]
    height: u16,
    /// The row that is chosen in that frame
    #[arg(long, requires = "snapshot", value_name = "CLUSTER[/NAMESPACE[/JOB]]")]
    select: Option<String>,
}

/// The longest wait for a frame of the embedded fleet.
const SETTLED_WITHIN: Duration = Duration::from_secs(10);

impl Demo {
    fn options(&self) -> FleetOptions {
        FleetOptions {
            clusters: self.clusters,
            pods: self.pods,
            nodes: self.nodes,
            jobs: self.jobs,
            churn_per_second: self.churn,
            seed: self.seed,
            ..FleetOptions::default()
        }
    }
}

pub fn run(global: &Global, demo: &Demo) -> Result<ExitCode, Failure> {
    let mut setup = Setup::read(global)?;
    if demo.snapshot == Some(Picture::Svg) {
        snapshot::prepare_for_a_picture(&mut setup);
    }
    let runtime = setup::runtime()?;
    let fleet = runtime.block_on(Fleet::start(demo.options())).map_err(|error| Failure::new(FAILED, error))?;
    if demo.serve {
        let Some(file) = &global.kubeconfig else {
            return Err(Failure::new(USAGE, "demo --serve wants --kubeconfig FILE, the file to write"));
        };
        return serve(&runtime, &fleet, file);
    }
    // Sessions read their context's file whenever they connect, so it stays until the program ends.
    let folder = tempfile::Builder::new().prefix("eksdeck-demo-").tempdir()?;
    let file = folder.path().join("embedded-fleet");
    write(&file, &fleet.kubeconfig())?;
    let own = Global { kubeconfig: Some(file), context: Vec::new(), ..global.clone() };
    let known = setup.known(&own);
    let clusters = known.fleet.clusters();
    let open = match global.context.is_empty() {
        true => (0..clusters.len()).map(|place| ClusterId(place as u32)).collect(),
        false => setup::named(&*known.fleet, &global.context)?,
    };
    let mut model = deck::model(&setup, clusters);
    model.demo = true;
    if let Some(format) = demo.snapshot {
        let selection =
            demo.select.as_deref().map(|text| Selection::parse(text, &known.fleet.clusters())).transpose()?;
        let shot = Shot { width: demo.width, height: demo.height, selection, limit: SETTLED_WITHIN };
        return snapshot::take(runtime, &setup, model, known.fleet, open, &shot, format);
    }
    deck::show(runtime, &setup, model, known.fleet, open, None)
}

/// Writes a kubeconfig that holds a token: 0600 from its first byte.
fn write(path: &Path, text: &str) -> Result<(), Failure> {
    let named = |error: std::io::Error| Failure::new(FAILED, format!("{}: {error}", path.display()));
    let mut file = OpenOptions::new().create(true).write(true).truncate(true).mode(0o600).open(path).map_err(named)?;
    file.write_all(text.as_bytes()).map_err(named)
}

fn serve(runtime: &tokio::runtime::Runtime, fleet: &Fleet, file: &Path) -> Result<ExitCode, Failure> {
    write(file, &fleet.kubeconfig())?;
    println!("serving; KUBECONFIG={} kubectl get nodes", file.display());
    runtime.block_on(async {
        use tokio::signal::unix::{SignalKind, signal};
        let (mut interrupt, mut terminate) = (signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?);
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
        std::io::Result::Ok(())
    })?;
    fleet.shutdown();
    Ok(ExitCode::SUCCESS)
}
