//! Which clusters are wanted.

use super::{ClusterRecord, Status};
use crate::domain::gate::Environment;
use crate::domain::provider::Provider;

/// Every part that is given must hold; within a part, one of its values.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ClusterFilter {
    /// `None` among them: nobody looked yet.
    pub statuses: Vec<Option<Status>>,
    pub environments: Vec<Environment>,
    pub providers: Vec<Provider>,
    pub regions: Vec<String>,
    pub accounts: Vec<String>,
    pub teams: Vec<String>,
    /// A key, and the value if one is asked for.
    pub labels: Vec<(String, Option<String>)>,
}

impl ClusterFilter {
    /// `status` is what the last transition says.
    pub fn passes(&self, record: &ClusterRecord, status: Option<Status>) -> bool {
        among(&self.statuses, &status)
            && among(&self.environments, &record.environment)
            && (self.providers.is_empty() || record.provider.is_some_and(|provider| self.providers.contains(&provider)))
            && told(&self.regions, record.region.as_deref())
            && told(&self.accounts, record.account.as_deref())
            && told(&self.teams, record.team.as_deref())
            && self.labels.iter().all(|(key, value)| {
                let found = record.labels.get(key);
                found.is_some_and(|found| value.as_ref().is_none_or(|value| value == found))
            })
    }
}

fn among<T: PartialEq>(wanted: &[T], value: &T) -> bool {
    wanted.is_empty() || wanted.contains(value)
}

fn told(wanted: &[String], value: Option<&str>) -> bool {
    wanted.is_empty() || value.is_some_and(|value| wanted.iter().any(|known| known == value))
}
