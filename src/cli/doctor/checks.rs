//! One cluster, looked at from the outside in: way in, answer, identity, clock, permissions.

use std::sync::Arc;
use std::time::Duration;

use super::access;
use super::report::{Check, Cluster};
use crate::app::clock::now_ms;
use crate::cli::exit::{FAILED, UNREACHABLE};
use crate::cli::headless::{Headless, consent_words, health_failure};
use crate::cli::scope::own;
use crate::domain::age::Age;
use crate::domain::health::Health;
use crate::domain::request::{FetchReply, FetchRequest, OpenOptions};
use crate::store::fleet::ClusterState;

/// How long version and round trip are waited for, once a cluster is there.
pub const LATE: Duration = Duration::from_millis(1_500);
/// A clock that is off by so many seconds is told; by so many, signed tokens and certificates are refused.
const CLOCK_OFF: i64 = 5;
const CLOCK_WRONG: i64 = 60;
/// Namespaces that are asked about one by one.
const NAMESPACES: usize = 10;

/// Everything that can be told of a cluster whose session has settled.
pub async fn cluster(headless: &Headless, cluster: &ClusterState, options: &OpenOptions, limit: Duration) -> Cluster {
    let mut checks = vec![reached(cluster, &headless.again, limit)];
    let mut skew = None;
    if cluster.insecure {
        checks.push(Check::note("tls", "certificates are not checked (insecure-skip-tls-verify)"));
    }
    if cluster.health == Health::Live {
        checks.push(match &cluster.git_version {
            Some(version) => Check::fine("version", format!("{version} ({})", cluster.provider().name())),
            None => Check::note("version", "the server does not tell it"),
        });
        checks.push(match &cluster.identity {
            Some(user) => Check::fine("identity", user.clone()),
            None => Check::note("identity", "the server does not tell it"),
        });
        let asked = async { futures::join!(clock(headless, cluster), permissions(headless, cluster, options)) };
        match tokio::time::timeout(limit, asked).await {
            Ok((clock, permissions)) => {
                skew = clock;
                checks.extend(clock.map(clock_check));
                checks.extend(permissions);
            }
            Err(_) => {
                let waited = Age(limit.as_secs().cast_signed());
                checks.push(Check::wrong("permissions", UNREACHABLE, format!("no answer within {waited}")));
            }
        }
    }
    Cluster {
        name: cluster.info.name.clone(),
        context: cluster.info.context().map(str::to_owned),
        server: cluster.info.server.clone(),
        version: cluster.git_version.clone(),
        identity: cluster.identity.clone(),
        latency_ms: cluster.latency.map(|latency| u64::try_from(latency.as_millis()).unwrap_or(u64::MAX)),
        clock_skew_seconds: skew,
        checks,
    }
}

fn reached(cluster: &ClusterState, again: &str, limit: Duration) -> Check {
    let server = &cluster.info.server;
    match (&cluster.health, health_failure(cluster, again)) {
        (Health::NeedsConsent, Some(failure)) => Check::wrong("connect", failure.code, consent_words(cluster, again)),
        (health, Some(failure)) => {
            let check = Check::wrong("connect", failure.code, failure.words);
            health.trouble().map_or(check.clone(), |trouble| check.because(trouble))
        }
        (Health::Live, None) => {
            let latency = cluster.latency.map(|latency| format!(" in {} ms", latency.as_millis())).unwrap_or_default();
            Check::fine("connect", format!("{server} answers{latency}"))
        }
        _ => {
            let waited = Age(limit.as_secs().cast_signed());
            Check::wrong("connect", UNREACHABLE, format!("no answer from {server} within {waited}"))
        }
    }
}

/// Seconds that the server's clock is ahead, if it tells the time.
async fn clock(headless: &Headless, cluster: &ClusterState) -> Option<i64> {
    let before = now_ms();
    let answer = headless.port().fetch(cluster.id, FetchRequest::Clock).await;
    let Ok(FetchReply::Clock { seconds: Some(server) }) = answer else { return None };
    let middle = (before + now_ms()) / 2;
    // The server tells whole seconds, cut: on average half a second later than it says.
    Some((server * 1_000 + 500 - middle) / 1_000)
}

fn clock_check(skew: i64) -> Check {
    let side = if skew > 0 { "behind" } else { "ahead of" };
    let words = format!("this machine is {} {side} the server", Age(skew.abs()));
    match skew.abs() {
        off if off >= CLOCK_WRONG => {
            Check::wrong("clock", FAILED, words).remedy("set the clock: timedatectl set-ntp true")
        }
        off if off >= CLOCK_OFF => Check::note("clock", words),
        _ => Check::fine("clock", "as on the server"),
    }
}

async fn permissions(headless: &Headless, cluster: &ClusterState, options: &OpenOptions) -> Vec<Check> {
    let mut namespaces: Vec<Arc<str>> = options.namespaces.clone();
    namespaces.extend(cluster.scope.iter().flatten().cloned());
    namespaces.push(own(&cluster.info).into());
    let mut seen = std::collections::HashSet::new();
    namespaces.retain(|name| seen.insert(name.clone()));
    namespaces.truncate(NAMESPACES);
    access::checks(headless.port(), cluster.id, &namespaces).await
}

#[cfg(test)]
mod tests {
    use super::super::report::Level;
    use super::*;

    #[test]
    fn a_clock_is_wrong_from_a_minute_on() {
        let level = |skew| clock_check(skew).level;
        assert_eq!([level(0), level(-4), level(5), level(-59)], [Level::Fine, Level::Fine, Level::Note, Level::Note]);
        assert_eq!([level(60), level(-3_600)], [Level::Wrong, Level::Wrong]);
        assert_eq!(clock_check(90).words, "this machine is 90s behind the server");
        assert_eq!(clock_check(-90).words, "this machine is 90s ahead of the server");
    }
}
