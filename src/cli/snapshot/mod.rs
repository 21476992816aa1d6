//! `eksdeck snapshot`: one frame of the deck, without a terminal.

mod ansi;
mod frame;
mod select;
mod svg;
mod svg_lines;
mod text;

use std::io::{self, Write};
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use clap::ValueEnum;
use tokio::runtime::Runtime;

pub use ansi::ansi;
pub use frame::{Frame, Shot, frame};
pub use select::Selection;
pub use svg::svg;
pub use text::text;

use super::exit::{Failure, say};
use super::flags::seconds;
use super::scope::no_clusters;
use super::setup::{self, Setup};
use super::{Global, deck, joined};
use crate::app::model::Model;
use crate::app::run::Start;
use crate::app::view::LEAST;
use crate::domain::ids::ClusterId;
use crate::runtime::news::NewsInbox;
use crate::runtime::ports::WritePort;

/// What a frame is written as.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub enum Picture {
    /// Characters alone
    #[default]
    Text,
    /// Characters with the terminal's colours
    Ansi,
    /// A picture
    Svg,
}

/// Sizes are in characters.
#[derive(Debug, clap::Args)]
pub struct Snapshot {
    /// Columns
    #[arg(long, default_value_t = 160, value_parser = clap::value_parser!(u16).range(i64::from(LEAST.0)..=500))]
    width: u16,
    /// Lines
    #[arg(long, default_value_t = 45, value_parser = clap::value_parser!(u16).range(i64::from(LEAST.1)..=300))]
    height: u16,
    /// What the frame is written as
    #[arg(long, value_enum, default_value_t, value_name = "FORMAT")]
    format: Picture,
    /// The row to choose: a cluster, a namespace of it, a Job in that
    #[arg(long, value_name = "CLUSTER[/NAMESPACE[/JOB]]")]
    select: Option<String>,
    /// How long to wait for clusters and logs, such as 15s or 1m
    #[arg(long, value_name = "DURATION", default_value = "15s", value_parser = seconds)]
    timeout: Duration,
}

/// # Errors
/// No cluster is known, or what is to be chosen is not there.
pub fn run(global: &Global, snapshot: &Snapshot) -> Result<ExitCode, Failure> {
    let mut setup = Setup::read(global)?;
    if snapshot.format == Picture::Svg {
        prepare_for_a_picture(&mut setup);
    }
    let known = setup.known(global, joined::WHOLE);
    let clusters = known.fleet.clusters();
    if clusters.is_empty() {
        return Err(no_clusters(&known));
    }
    let mut open = setup::named(&*known.fleet, &global.context)?;
    let selection = snapshot.select.as_deref().map(|text| Selection::parse(text, &clusters)).transpose()?;
    if open.is_empty() && selection.is_none() {
        open.extend(known.current);
    }
    let model = deck::model(&setup, clusters);
    model.problems.iter().for_each(|problem| say(problem));
    let shot = Shot { width: snapshot.width, height: snapshot.height, selection, limit: snapshot.timeout };
    take(setup::runtime()?, &setup, model, known.fleet, open, &shot, snapshot.format)
}

/// Prints one frame of a model that is ready.
///
/// # Errors
/// What is to be chosen is not there, or standard output is closed.
pub fn take(
    runtime: Runtime,
    setup: &Setup,
    model: Model,
    fleet: Arc<dyn WritePort>,
    open: Vec<ClusterId>,
    shot: &Shot,
    format: Picture,
) -> Result<ExitCode, Failure> {
    let (options, limits) = (setup.open_options(), deck::log_limits(setup));
    let gate = setup.gate(fleet.clone());
    let start = Start {
        model,
        fleet,
        gate,
        open,
        options,
        limits,
        remember: None,
        drafts: None,
        desk: None,
        news: NewsInbox::new(),
    };
    let result = runtime.block_on(frame(start, shot));
    runtime.shutdown_background();
    let mut out = io::stdout().lock();
    out.write_all(print(&result?, format).as_bytes())?;
    out.flush()?;
    Ok(ExitCode::SUCCESS)
}

/// The frame as it is written.
pub fn print(frame: &Frame, format: Picture) -> String {
    match format {
        Picture::Text => text(&frame.buffer),
        Picture::Ansi => ansi(&frame.buffer),
        Picture::Svg => svg(&frame.buffer, &frame.theme),
    }
}

/// A picture has every colour and character, whatever the terminal has that asks for it.
pub fn prepare_for_a_picture(setup: &mut Setup) {
    let environment = &mut setup.environment;
    environment.colorterm = "truecolor".to_owned();
    environment.term = "xterm-256color".to_owned();
    environment.no_color = false;
    environment.locale = "C.UTF-8".to_owned();
}
