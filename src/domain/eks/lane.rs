//! What discovery tells of each login and region: one that fails is a line, not a failure.

use crate::domain::health::Trouble;

/// The sorts of failure that a person does something different about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum FaultKind {
    /// The identity may not.
    Denied,
    /// AWS asks for patience, and went on asking.
    Throttled,
    /// No answer in time.
    TimedOut,
    /// Nothing answers there: no such region, no network.
    Unreachable,
    /// There are no credentials, or they are expired or wrong.
    Login,
    /// What was asked for is not there.
    NotFound,
    /// The request itself is at fault, or clashes with what is there.
    Conflict,
    Other,
}

impl FaultKind {
    /// For a column.
    pub fn word(self) -> &'static str {
        match self {
            Self::Denied => "denied",
            Self::Throttled => "throttled",
            Self::TimedOut => "no answer",
            Self::Unreachable => "unreachable",
            Self::Login => "login",
            Self::NotFound => "not found",
            Self::Conflict => "refused",
            Self::Other => "failed",
        }
    }
}

/// Why AWS did not give what was asked for.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}", .trouble.words)]
pub struct LaneFault {
    pub kind: FaultKind,
    pub trouble: Trouble,
}

/// What became of one region under one login.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RegionRow {
    pub login: String,
    pub region: String,
    /// How many clusters were described.
    pub clusters: usize,
    /// Clusters that are listed and could not be described, each with the reason.
    pub undescribed: Vec<(String, LaneFault)>,
    /// Why the region's list is not whole.
    pub fault: Option<LaneFault>,
}

impl RegionRow {
    pub fn is_whole(&self) -> bool {
        self.fault.is_none() && self.undescribed.is_empty()
    }

    /// One line: `ap-south-1: denied: …`, `eu-west-1: 2 clusters`.
    pub fn words(&self) -> String {
        let count = match self.clusters {
            1 => "1 cluster".to_owned(),
            count => format!("{count} clusters"),
        };
        let region = &self.region;
        match (&self.fault, self.undescribed.as_slice()) {
            (Some(fault), _) if self.clusters == 0 => {
                format!("{region}: {}: {}", fault.kind.word(), fault.trouble.words)
            }
            (Some(fault), _) => format!("{region}: {count}, then {}: {}", fault.kind.word(), fault.trouble.words),
            (None, []) => format!("{region}: {count}"),
            (None, [(name, fault)]) => format!("{region}: {count}, but not {name}: {}", fault.trouble.words),
            (None, [(name, fault), rest @ ..]) => {
                format!("{region}: {count}, but not {name} and {} more: {}", rest.len(), fault.trouble.words)
            }
        }
    }
}

/// What became of one login.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LoginSummary {
    pub login: String,
    /// In the order in which they were asked for.
    pub regions: Vec<RegionRow>,
    /// What concerns the login as a whole: no credentials, or the account's regions could not be listed.
    pub fault: Option<LaneFault>,
}

impl LoginSummary {
    pub fn clusters(&self) -> usize {
        self.regions.iter().map(|row| row.clusters).sum()
    }

    pub fn is_whole(&self) -> bool {
        self.fault.is_none() && self.regions.iter().all(RegionRow::is_whole)
    }

    /// Every line that a person must hear of.
    pub fn complaints(&self) -> Vec<String> {
        let login = &self.login;
        let fault = self.fault.iter().map(|fault| format!("{login}: {}", fault.trouble.told()));
        let rows = self.regions.iter().filter(|row| !row.is_whole());
        fault.chain(rows.map(|row| format!("{login}: {}", row.words()))).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_denied_region_is_one_line_with_words() {
        let fault = LaneFault { kind: FaultKind::Denied, trouble: Trouble::new("you may not list clusters") };
        let row = |clusters, fault| RegionRow {
            login: "sre".to_owned(),
            region: "ap-south-1".to_owned(),
            clusters,
            undescribed: Vec::new(),
            fault,
        };
        let summary = LoginSummary {
            login: "sre".to_owned(),
            regions: vec![row(0, Some(fault.clone())), row(1, None), row(2, Some(fault))],
            fault: None,
        };
        assert_eq!(summary.clusters(), 3);
        assert_eq!(
            summary.complaints(),
            [
                "sre: ap-south-1: denied: you may not list clusters",
                "sre: ap-south-1: 2 clusters, then denied: you may not list clusters"
            ]
        );
    }
}
