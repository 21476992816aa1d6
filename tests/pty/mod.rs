//! A pseudo-terminal with a program in it, read through a terminal emulator.
//!
//! ```text
//! Launch ── start ──> Terminal ── press, type_text, resize, signal ──> the program
//!                        └── wait, screen, received, given_back <── reader thread + vt100
//! ```
//! Waiting is for something on the screen, until a deadline that only a hang reaches (`EKSDECK_TEST_DEADLINE` seconds,
//! 60 by default); what stood there last is printed when it passes.
#![allow(
    dead_code,
    unused_imports,
    reason = "the tests and the benchmark share this harness, and neither uses all of it"
)]

mod emulator;
mod home;
mod keys;
mod launch;
pub mod panes;
mod screen;
mod story;
mod terminal;
#[cfg(test)]
mod tests;

pub use home::Home;
pub use launch::Launch;
pub use screen::Screen;
pub use story::Story;
pub use terminal::{GivenBack, Terminal};

/// Waits for what no screen tells.
#[track_caller]
pub fn until(what: &str, mut is_so: impl FnMut() -> bool) {
    let begun = std::time::Instant::now();
    while !is_so() {
        assert!(begun.elapsed() < std::time::Duration::from_secs(60), "time is up while waiting for: {what}");
        std::thread::sleep(std::time::Duration::from_millis(50));
    }
}
