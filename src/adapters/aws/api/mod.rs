//! The EKS API: one client a login and region, which lets nothing through that changes anything without its approval.

mod convert;
mod guard;
mod read;
mod write;

#[cfg(test)]
mod tests;

pub use read::Eks;
pub use write::mutate;

use std::time::Duration;

use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_sdk_eks::Client;
use aws_sdk_eks::config::Builder;
use aws_sdk_eks::config::retry::{RetryConfig, RetryPartition};
use aws_sdk_eks::config::timeout::TimeoutConfig;

use super::faults::Question;
use guard::Guard;

/// How long the EKS API is waited for.
#[derive(Debug, Clone, Copy)]
pub struct Patience {
    /// For one answer.
    pub answer: Duration,
    /// For a call with everything that is tried again.
    pub call: Duration,
    /// The first pause after a throttled call; later ones are longer, each by chance.
    pub first_pause: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Self { answer: Duration::from_secs(8), call: Duration::from_secs(15), first_pause: Duration::from_millis(400) }
    }
}

/// How often a call is made before its throttling is told.
const TRIES: u32 = 8;
const LONGEST_PAUSE: Duration = Duration::from_secs(4);
const CONNECT: Duration = Duration::from_secs(4);

/// The EKS API of one region under one login. No other code makes a client.
pub fn eks(config: &SdkConfig, region: &str, patience: Patience) -> Eks {
    let retries = RetryConfig::standard()
        .with_max_attempts(TRIES)
        .with_initial_backoff(patience.first_pause)
        .with_max_backoff(LONGEST_PAUSE);
    let timeouts = TimeoutConfig::builder()
        .connect_timeout(CONNECT)
        .operation_attempt_timeout(patience.answer)
        .operation_timeout(patience.call)
        .build();
    let config = Builder::from(config)
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new(region.to_owned()))
        .retry_config(retries)
        // A region that throttles takes no tries away from the others.
        .retry_partition(RetryPartition::new(format!("eks-{region}")))
        .timeout_config(timeouts)
        .interceptor(Guard)
        .build();
    Eks { client: Client::from_conf(config), region: region.to_owned() }
}

/// What an EKS operation is called in words.
fn question<'a>(operation: &'static str, region: &'a str) -> Question<'a> {
    Question { service: "eks", operation, region }
}
