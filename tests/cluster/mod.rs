//! Against real control planes: whatever `EKSDECK_E2E_KUBECONFIG` names; skipped aloud when unset. Contexts as the rig
//! has them: one with a node that runs containers, two without.

mod admission;
mod cli;
mod discover;
mod downtime;
mod fleet;
mod gate;
mod iam;
mod iam_terminal;
mod jobs;
mod offers;
mod outage;
mod provision;
mod rights;
mod runs;
mod runs_terminal;
mod sync;
mod templates;

use crate::pty::{Home, Launch, Terminal};
use crate::servers::Server;

/// Runs containers.
const CONTAINERS: &str = "payments-prod";
/// Has no real node; may be stopped and frozen.
const FAKE: &str = "batch-dev";

fn real(context: &str) -> Option<Server> {
    let server = Server::real(context);
    if server.is_none() {
        eprintln!("SKIPPED: EKSDECK_E2E_KUBECONFIG names no real cluster");
    }
    server
}

/// The deck on some contexts of the real clusters, the first one chosen.
fn deck(home: &Home, server: &Server, arguments: &str) -> Terminal {
    let launch = Launch::eksdeck(home).kubeconfig(&server.kubeconfig).size(200, 50).args(arguments);
    let terminal = launch.start();
    terminal.wait_text("1 clusters");
    terminal
}
