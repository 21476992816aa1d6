//! Clusters of one name, wherever they are.

use futures::stream::{StreamExt, iter};

use super::{Limits, Scope, names};
use crate::adapters::aws::api::eks;
use crate::domain::aws::partition::is_region;
use crate::domain::eks::{EksCluster, LaneFault};

/// Asks each region for a cluster of this name: one call a region, since a name is enough to describe one. What failed
/// comes beside what was found.
pub async fn find(scope: &Scope, name: &str, limits: Limits) -> (Vec<EksCluster>, Vec<LaneFault>) {
    let (regions, fault) = names(scope).await;
    let regions = regions.into_iter().filter(|region| is_region(region));
    let asked =
        iter(regions).map(|region| async move { eks(&scope.config, &region, limits.patience).cluster(name).await });
    let answers: Vec<_> = asked.buffer_unordered(limits.in_flight.max(1)).collect().await;
    let (mut found, mut faults) = (Vec::new(), Vec::from_iter(fault));
    for answer in answers {
        match answer {
            Ok(cluster) => found.extend(cluster),
            Err(fault) => faults.push(fault),
        }
    }
    found.sort_by(|one, other| one.id.cmp(&other.id));
    (found, faults)
}
