//! `eksdeck demo`: the deck on an embedded fleet, with no cluster at hand.

use std::fs::{OpenOptions, Permissions};
use std::io::{Read, Seek, Write};
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::Path;
use std::process::ExitCode;
use std::time::Duration;

use super::exit::{FAILED, Failure, USAGE};
use super::setup::{self, Setup};
use super::snapshot::{self, Picture, Selection, Shot};
use super::{Global, deck};
use crate::adapters::terraform::{SCRIPT, WORKER_ACCESS};
use crate::demo::{self, DemoError, Fleet, FleetOptions, RunsStory};
use crate::domain::ids::ClusterId;
use crate::domain::provision::manifests::in_namespace;
use crate::domain::provision::site::ModuleSource;
use crate::runtime::ports::ModulePort;

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

pub fn run(global: &Global, flags: &Demo) -> Result<ExitCode, Failure> {
    if flags.serve && global.kubeconfig.is_none() {
        return Err(Failure::new(USAGE, "demo --serve wants --kubeconfig FILE, the file to write"));
    }
    if !flags.serve && global.kubeconfig.is_some() {
        return Err(Failure::new(
            USAGE,
            "demo --kubeconfig names the file that --serve writes: it wants --serve beside it",
        ));
    }
    let mut setup = Setup::read(global)?;
    setup.is_demo = true;
    if flags.snapshot == Some(Picture::Svg) {
        snapshot::prepare_for_a_picture(&mut setup);
    }
    let runtime = setup::runtime()?;
    let options = FleetOptions { runs: Some(runs_story(&runtime, &setup)?), ..flags.options() };
    let fleet = runtime.block_on(Fleet::start(options)).map_err(not_started)?;
    // The management cluster of a person's own configuration is none of these.
    setup.loaded.config.site = demo::site(fleet.management());
    if let Some(file) = &global.kubeconfig {
        return serve(&runtime, &fleet, file);
    }
    // Sessions read their context's file whenever they connect, so it stays until the program ends.
    let folder = tempfile::Builder::new().prefix("eksdeck-demo-").tempdir()?;
    let file = folder.path().join("embedded-fleet");
    write(&file, &fleet.kubeconfig())?;
    let own = Global { kubeconfig: Some(file), context: Vec::new(), ..global.clone() };
    let known = setup.on_disk(&own);
    let clusters = known.fleet.clusters();
    let open = match global.context.is_empty() {
        true => (0..clusters.len()).map(|place| ClusterId(place as u32)).collect(),
        false => setup::named(&*known.fleet, &global.context)?,
    };
    let mut model = deck::model(&setup, clusters);
    model.demo = true;
    if let Some(format) = flags.snapshot {
        let selection =
            flags.select.as_deref().map(|text| Selection::parse(text, &known.fleet.clusters())).transpose()?;
        let shot = Shot { width: flags.width, height: flags.height, selection, limit: SETTLED_WITHIN };
        return snapshot::take(runtime, &setup, model, known.fleet, open, &shot, format);
    }
    let background = deck::Background {
        management: deck::management(&setup, &*known.fleet, &mut model),
        ..deck::Background::default()
    };
    deck::show(runtime, &setup, model, known.fleet, open, None, background)
}

/// What the past runs of the embedded fleet are made of.
fn runs_story(runtime: &tokio::runtime::Runtime, setup: &Setup) -> Result<RunsStory, Failure> {
    let failed = |words: &dyn std::fmt::Display| Failure::new(FAILED, words.to_string());
    let worker = demo::site("").worker;
    let documents = crate::yaml::parse(WORKER_ACCESS).map_err(|error| failed(&error))?;
    let access = documents.into_iter().map(|one| in_namespace(one, &worker.namespace, &worker.service_account));
    let module = runtime.block_on(setup.modules().module(ModuleSource::Trial));
    Ok(RunsStory {
        organisation: setup.organisation.clone(),
        module: module.and_then(|read| read.packed).map_err(|trouble| failed(&trouble.words))?,
        script: SCRIPT.to_owned(),
        access: access.collect(),
    })
}

fn not_started(error: DemoError) -> Failure {
    let code = if matches!(error, DemoError::Clusters { .. }) { USAGE } else { FAILED };
    Failure::new(code, error)
}

/// The first line of the files that are written here: only such are written over.
const MARK: &str = "# made by eksdeck demo, which writes over it";

/// Writes a kubeconfig that holds a token, readable by its owner alone from its first byte.
///
/// # Errors
/// The file is there and is not one that was written here, or it cannot be written.
fn write(path: &Path, text: &str) -> Result<(), Failure> {
    let named = |error: std::io::Error| Failure::new(FAILED, format!("{}: {error}", path.display()));
    let foreign = || {
        let words = "is there and is not of eksdeck demo: it is not written over (name another file, or remove it)";
        Failure::new(USAGE, format!("{} {words}", path.display()))
    };
    // Whatever is no file, such as a pipe, might not answer when it is opened.
    if std::fs::metadata(path).is_ok_and(|found| !found.is_file()) {
        return Err(foreign());
    }
    let mut options = OpenOptions::new();
    options.create(true).truncate(false).read(true).write(true).mode(0o600);
    let mut file = options.open(path).map_err(named)?;
    let mut before = Vec::new();
    (&file).take(MARK.len() as u64).read_to_end(&mut before).map_err(named)?;
    if !before.is_empty() && before != MARK.as_bytes() {
        return Err(foreign());
    }
    file.set_permissions(Permissions::from_mode(0o600)).map_err(named)?;
    file.set_len(0).and_then(|()| file.rewind()).map_err(named)?;
    file.write_all(format!("{MARK}\n{text}").as_bytes()).map_err(named)
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_file_of_its_own_is_written_over_and_only_its_owner_may_read_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("fleet");
        let mode = || std::fs::metadata(&path).unwrap().permissions().mode() & 0o777;
        std::fs::write(&path, "").unwrap();
        std::fs::set_permissions(&path, Permissions::from_mode(0o644)).unwrap();
        write(&path, "kind: Config, and a long tail\n").unwrap();
        assert_eq!(mode(), 0o600, "an empty file loses nothing");
        std::fs::set_permissions(&path, Permissions::from_mode(0o644)).unwrap();
        write(&path, "kind: Config\n").unwrap();
        assert_eq!(std::fs::read_to_string(&path).unwrap(), format!("{MARK}\nkind: Config\n"));
        assert_eq!(mode(), 0o600);

        std::fs::write(&path, "apiVersion: v1 # of somebody\n").unwrap();
        let failure = write(&path, "kind: Config\n").unwrap_err();
        assert_eq!(failure.code, USAGE);
        assert!(failure.words.contains("not written over"), "{failure}");
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "apiVersion: v1 # of somebody\n");
    }
}
