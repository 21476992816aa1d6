//! The real binary in a pseudo-terminal, key by key.

mod answers;
mod clusters;
mod editor;
mod giving_back;
mod help;
mod mistakes;
mod registry;
mod size;
mod story;

use crate::pty::{Home, Launch, Terminal};

/// Starts what was asked for and waits for the deck.
fn deck(launch: Launch) -> Terminal {
    let terminal = launch.start();
    terminal.wait("the deck", |screen| screen.has("1 clusters") && screen.has("2 namespaces"));
    terminal
}

/// A deck on one cluster that nobody answers for.
fn bare_deck(home: &Home) -> Terminal {
    let kubeconfig = "apiVersion: v1\nkind: Config\ncurrent-context: nobody\n\
        clusters: [{name: nobody, cluster: {server: \"https://127.0.0.1:1\"}}]\n\
        users: [{name: nobody, user: {token: abc}}]\n\
        contexts: [{name: nobody, context: {cluster: nobody, user: nobody}}]\n";
    home.write("kubeconfig", kubeconfig);
    let terminal = deck(Launch::eksdeck(home));
    terminal.wait("the cluster", |screen| screen.has("refuses"));
    terminal
}
