//! Which writes are meant.

use std::time::Duration;

use jiff::Timestamp;

use crate::adapters::audit::Read;
use crate::cli::flags::seconds;
use crate::domain::audit::Outcome;
use crate::domain::gate::matches_any;

/// Flags of one kind are alternatives; different kinds must all hold.
#[derive(Debug, Clone, Default, clap::Args)]
pub struct Filter {
    /// Writes to this cluster; `*` stands for any text
    #[arg(long, value_name = "NAME")]
    cluster: Vec<String>,
    /// Writes of this OS user
    #[arg(long, value_name = "USER")]
    who: Vec<String>,
    /// Writes of this verb: delete, re-run, register
    #[arg(long, value_name = "VERB")]
    verb: Vec<String>,
    /// done, refused, unknown or unsent
    #[arg(long, value_name = "OUTCOME", value_parser = outcome)]
    outcome: Vec<Outcome>,
    /// Writes of the last hours or days: 8h, 7d
    #[arg(long, value_name = "DURATION", value_parser = seconds)]
    since: Option<Duration>,
}

fn outcome(text: &str) -> Result<Outcome, String> {
    serde_json::from_value(text.into()).map_err(|_| "wants done, refused, unknown or unsent".to_owned())
}

impl Filter {
    pub fn passes(&self, write: &Read, now: Timestamp) -> bool {
        let line = &write.intent;
        let any = |wanted: &[String], found: &str| wanted.is_empty() || wanted.iter().any(|name| name == found);
        let is_late = |since: Duration| {
            let begin = now.as_millisecond() - i64::try_from(since.as_millis()).unwrap_or(i64::MAX);
            line.time.parse::<Timestamp>().is_ok_and(|time| time.as_millisecond() >= begin)
        };
        (self.cluster.is_empty() || matches_any(&self.cluster, &line.cluster))
            && any(&self.who, &line.os_user)
            && any(&self.verb, &line.verb)
            && (self.outcome.is_empty() || self.outcome.contains(&write.outcome.unwrap_or(Outcome::Unknown)))
            && self.since.is_none_or(is_late)
    }
}
