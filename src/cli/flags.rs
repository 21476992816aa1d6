//! Flags that several subcommands take.

use std::time::Duration;

use clap::{Args, ValueEnum};

use super::selector::Selector;
use crate::domain::age;

/// How an answer is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub enum Format {
    /// Aligned columns, for a person
    #[default]
    Table,
    /// One JSON document
    Json,
    /// One YAML document
    Yaml,
}

/// How long clusters are waited for, and how the answer is printed.
#[derive(Debug, Clone, Args)]
pub struct Answer {
    /// How the answer is printed
    #[arg(short, long, value_enum, default_value_t, value_name = "FORMAT")]
    pub output: Format,
    /// How long to wait for clusters, such as 15s or 1m
    #[arg(long, value_name = "DURATION", default_value = "15s", value_parser = seconds)]
    pub timeout: Duration,
}

/// What lists take beside [`Answer`].
#[derive(Debug, Clone, Args)]
pub struct Listed {
    #[command(flatten)]
    pub answer: Answer,
    /// Go on, and print rows as they change: one JSON object a line, or one YAML document a change, with -o
    #[arg(long)]
    pub watch: bool,
}

/// Which rows are wanted.
#[derive(Debug, Clone, Args)]
pub struct Labelled {
    /// Only what has these labels: key=value, key!=value, key in (a,b), key, !key; commas for "and"
    #[arg(short = 'l', long, value_name = "SELECTOR", value_parser = Selector::parse, default_value = "", hide_default_value = true)]
    pub selector: Selector,
}

/// `90`, `90s`, `2m`, `1h30m`: a time of at least a second.
pub fn seconds(text: &str) -> Result<Duration, String> {
    let seconds = text.parse::<i64>().ok().or_else(|| age::parse(text)).filter(|seconds| *seconds > 0);
    let seconds = seconds.ok_or_else(|| "wants a time such as 15s, 2m or 1h30m".to_owned())?;
    Ok(Duration::from_secs(seconds.unsigned_abs()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_seconds_unless_a_unit_says_otherwise() {
        assert_eq!(seconds("90"), Ok(Duration::from_secs(90)));
        assert_eq!(seconds("1h30m"), Ok(Duration::from_secs(5_400)));
        for wrong in ["", "0", "-5", "5 minutes", "1x"] {
            assert!(seconds(wrong).is_err(), "{wrong}");
        }
    }
}
