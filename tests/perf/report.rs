//! The printed table.

use std::time::Duration;

/// Prints a line as soon as it is measured.
pub struct Report;

/// What a number counts.
#[derive(Clone, Copy)]
pub enum Unit {
    Seconds,
    Milliseconds,
    Megabytes,
    Bytes,
    BytesPerSecond,
    PercentOfACore,
    LinesPerSecond,
}

impl Unit {
    fn show(self, number: f64) -> String {
        match self {
            Self::Seconds => format!("{number:.3} s"),
            Self::Milliseconds => format!("{number:.2} ms"),
            Self::Megabytes => format!("{number:.1} MB"),
            Self::Bytes => format!("{number:.0} B"),
            Self::BytesPerSecond => format!("{number:.1} B/s"),
            Self::PercentOfACore => format!("{number:.2} %"),
            Self::LinesPerSecond => format!("{number:.0}/s"),
        }
    }
}

impl Report {
    pub fn new() -> Self {
        println!("{:<66} {:>12} {:>12} {:>7}", "", "measured", "budget", "share");
        Self
    }

    /// One budget's line.
    pub fn line(&self, what: &str, measured: f64, budget: f64, unit: Unit) {
        let share = measured / budget;
        println!("{what:<66} {:>12} {:>12} {share:>7.2}", unit.show(measured), unit.show(budget));
    }

    /// A figure that stands beside a budget's: a peer's, or the floor.
    pub fn beside(&self, what: &str, measured: f64, unit: Unit) {
        println!("{what:<66} {:>12}", unit.show(measured));
    }

    /// Words below a line.
    pub fn note(&self, words: &str) {
        println!("    {words}");
    }

    /// A line that is not there, and why: the first line of `why`.
    pub fn missing(&self, what: &str, why: &str) {
        let why = why.lines().next().unwrap_or_default();
        println!("{what:<66} NOT MEASURED: {why}");
    }
}

pub fn seconds(duration: Duration) -> f64 {
    duration.as_secs_f64()
}

/// The share `of` (0 to 1) of the times, in milliseconds.
pub fn percentile(times: &[Duration], of: f64) -> f64 {
    let mut times = times.to_vec();
    times.sort_unstable();
    let place = ((times.len() as f64 * of).ceil() as usize).clamp(1, times.len()) - 1;
    times[place].as_secs_f64() * 1000.0
}
