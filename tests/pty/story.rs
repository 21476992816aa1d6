//! The story of one cluster by Terraform, as a person at the screen tells it.

use std::time::Duration;

use super::{Terminal, until};

/// Longer than a question has to stand before it takes keys.
const READ: Duration = Duration::from_millis(450);

pub struct Story {
    pub terminal: Terminal,
    /// The cluster's.
    pub name: &'static str,
}

impl Story {
    pub fn press(&mut self, keys: &str) {
        self.terminal.press(keys);
    }

    #[track_caller]
    pub fn shows(&self, text: &str) {
        self.terminal.wait_text(text);
    }

    /// A question stands there and is read.
    #[track_caller]
    pub fn asks(&self, verb: &str) {
        self.shows(&format!("{verb} · {}", self.name));
        self.shows("esc  change nothing");
        std::thread::sleep(READ);
    }

    /// Sends the form, or what else begins a plan, off.
    #[track_caller]
    pub fn agree_to_plan(&mut self, keys: &str) {
        self.press(keys);
        self.asks("Plan");
        self.press("y");
        self.terminal.wait_gone("esc  change nothing");
    }

    /// From a plan that waits to its tree on the screen.
    #[track_caller]
    pub fn read_plan(&mut self) {
        self.shows("awaiting approval");
        self.press("A");
        self.shows(&format!("plan · {}", self.name));
    }

    #[track_caller]
    pub fn approve(&mut self) {
        self.press("A");
        self.asks("Approve");
        self.press("y");
        self.terminal.wait_gone("esc  change nothing");
    }

    /// Where one key is not enough: the word that the question wants is typed.
    #[track_caller]
    pub fn approve_by_name(&mut self) {
        self.press("A");
        self.asks("Approve");
        self.name_it();
    }

    /// Types the word that the question wants, a wrong one first.
    #[track_caller]
    pub fn name_it(&mut self) {
        std::thread::sleep(READ);
        let unseen = format!("{} unseen", self.name);
        let word = if self.terminal.screen().has(&unseen) { unseen } else { self.name.to_owned() };
        self.press("y");
        self.press("enter");
        self.shows("exactly");
        self.press("backspace");
        self.terminal.type_text(&word);
        self.press("enter");
        self.terminal.wait_gone("esc  change nothing");
    }

    /// Goes through the form until a field is chosen, and puts a text into it.
    #[track_caller]
    pub fn fill(&mut self, field: &str, text: &str) {
        let chosen = format!("▌ {field}");
        let mut pressed = 0;
        until(field, || {
            if self.terminal.screen().has(&chosen) {
                return true;
            }
            // A slow screen may be past it already.
            self.press(if pressed / 40 % 2 == 0 { "down" } else { "up" });
            pressed += 1;
            std::thread::sleep(Duration::from_millis(80));
            false
        });
        self.press("ctrl-u");
        self.terminal.type_text(text);
    }
}
