//! The real binary in a pseudo-terminal, key by key.

mod giving_back;
mod help;
mod mistakes;
mod size;

use crate::pty::{Home, Launch, Terminal};

/// Starts what was asked for and waits for the deck.
fn deck(launch: Launch) -> Terminal {
    let terminal = launch.start();
    terminal.wait("the deck", |screen| screen.has("1 clusters") && screen.has("2 namespaces"));
    terminal
}

/// A deck with no cluster at all.
fn bare_deck(home: &Home) -> Terminal {
    deck(Launch::eksdeck(home))
}
