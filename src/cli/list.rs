//! What every list does: open, wait, print; then, if asked to, print rows as they change.

use std::io::{self, BufWriter};
use std::process::ExitCode;
use std::time::Duration;

use jiff::Zoned;
use jiff::fmt::strtime::format;

use super::exit::{self, Failure, say};
use super::flags::{Format, Listed};
use super::headless::{Headless, HealthWords};
use super::print::{self, Changes, Listing};
use super::scope::Asked;
use super::setup;
use crate::app::clock::now_ms;
use crate::domain::ids::KindId;
use crate::store::fleet::ClusterState;
use crate::store::table::RowId;

/// A list that can be printed and watched.
pub trait List {
    /// The kinds that are watched for it.
    fn kinds(&self) -> &'static [KindId];

    /// The rows as they stand at `now` (Unix seconds).
    fn listing(&self, headless: &Headless, now: i64) -> Listing;

    /// What keeps the list from being whole.
    fn failures(&self, headless: &Headless) -> Vec<Failure>;

    /// What the reader must know beside the rows, on stderr.
    fn notes(&self, _headless: &Headless) -> Vec<String> {
        Vec::new()
    }

    /// What a table without rows says on stderr.
    fn empty(&self, headless: &Headless) -> String;

    /// Whether this Job's events are to be asked for, if its pods do not tell why it is not well.
    fn explains(&self, _cluster: &ClusterState, _job: RowId) -> bool {
        false
    }

    /// What comes late and is worth a short wait is there.
    fn is_complete(&self, _headless: &Headless) -> bool {
        true
    }
}

/// How long [`List::is_complete`] is waited for, once everything else is there.
const LATE: Duration = Duration::from_millis(1_500);
/// Changes are gathered for so long, so that a busy cluster does not cost a pass over all rows for each.
const GATHER: Duration = Duration::from_millis(200);

/// Runs a list to its end; a watched one ends when its reader does.
///
/// # Errors
/// The output cannot be written, or [`List::failures`].
pub fn run(asked: &Asked, list: &impl List, flags: &Listed) -> Result<ExitCode, Failure> {
    let runtime = setup::runtime()?;
    let result = runtime.block_on(async {
        let mut headless = Headless::new(asked.port.clone(), &asked.setup.again);
        headless.open(&asked.ids, &asked.open_options(list.kinds()));
        headless.settle(flags.answer.timeout).await;
        explain(&mut headless, list, flags.answer.timeout).await;
        headless.until(LATE, |headless| list.is_complete(headless)).await;
        if flags.watch {
            watch(headless, list, flags.answer.output).await
        } else {
            once(&headless, list, flags.answer.output)
        }
    });
    // Sessions that still wait for a server end with the program.
    runtime.shutdown_background();
    result
}

async fn explain(headless: &mut Headless, list: &impl List, limit: Duration) {
    headless.explain(limit, |cluster, job| list.explains(cluster, job)).await;
}

fn once(headless: &Headless, list: &impl List, format: Format) -> Result<ExitCode, Failure> {
    let listing = list.listing(headless, now());
    let mut out = BufWriter::new(io::stdout().lock());
    print::listing(format, &listing, &mut out)?;
    io::Write::flush(&mut out)?;
    let failures = list.failures(headless);
    list.notes(headless).iter().for_each(|words| say(words));
    if listing.rows.is_empty() && failures.is_empty() && format == Format::Table {
        say(&list.empty(headless));
    }
    exit::all_of(failures)
}

async fn watch(mut headless: Headless, list: &impl List, format: Format) -> Result<ExitCode, Failure> {
    list.notes(&headless).iter().for_each(|words| say(words));
    list.failures(&headless).iter().for_each(|failure| say(&failure.words));
    let mut health = HealthWords::default();
    health.changes(&headless);
    let mut changes = Changes::new(format);
    let mut out = BufWriter::new(io::stdout());
    loop {
        let at = Zoned::now();
        changes.print(list.listing(&headless, now()), &clock(&at), &at.timestamp().to_string(), &mut out)?;
        tokio::select! {
            () = headless.changed() => {}
            () = reader_gone() => return Ok(ExitCode::SUCCESS),
        }
        tokio::time::sleep(GATHER).await;
        headless.drain();
        explain(&mut headless, list, GATHER * 10).await;
        health.changes(&headless).iter().for_each(|words| say(words));
    }
}

/// Resolves when nobody reads stdout any more, so that a quiet watch ends with its pipe.
async fn reader_gone() {
    use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
    use std::os::fd::AsFd;
    loop {
        let stdout = io::stdout();
        // An empty set of wanted events: errors and hang-ups are always told.
        let mut watched = [PollFd::new(stdout.as_fd(), PollFlags::empty())];
        let hung = poll(&mut watched, PollTimeout::ZERO).is_ok_and(|found| found > 0);
        if hung
            && watched[0].revents().is_some_and(|events| events.intersects(PollFlags::POLLERR | PollFlags::POLLNVAL))
        {
            return;
        }
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
}

fn clock(at: &Zoned) -> String {
    format("%H:%M:%S", at).unwrap_or_default()
}

/// Unix seconds.
pub fn now() -> i64 {
    now_ms().div_euclid(1_000)
}
