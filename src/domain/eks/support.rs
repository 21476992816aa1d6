//! How long AWS supports a Kubernetes version.

use std::collections::BTreeMap;

use jiff::civil::{Date, date};
use jiff::tz::TimeZone;
use serde::Serialize;

use super::cluster::SupportType;

const DAY: i64 = 86_400;

/// End of standard and of extended support, for where `DescribeClusterVersions` cannot be asked. Published by AWS with
/// each version; standard support lasts 14 months, extended 12 months more.
const FALLBACK: [(&str, Date, Date); 6] = [
    ("1.36", date(2027, 8, 2), date(2028, 8, 2)),
    ("1.35", date(2027, 3, 27), date(2028, 3, 27)),
    ("1.34", date(2026, 12, 2), date(2027, 12, 2)),
    ("1.33", date(2026, 7, 29), date(2027, 7, 29)),
    ("1.32", date(2026, 3, 23), date(2027, 3, 23)),
    ("1.31", date(2025, 11, 26), date(2026, 11, 26)),
];

/// Until when a version is supported. Times are Unix seconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct Support {
    pub standard_until: Option<i64>,
    pub extended_until: Option<i64>,
}

/// Where a version stands at a time. Days are whole ones.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Phase {
    Standard { days_left: i64 },
    Extended { days_left: i64 },
    Ended { days_ago: i64 },
    Unknown,
}

impl Support {
    /// From the table that stands here; nothing for versions that it does not know.
    pub fn by_table(version: &str) -> Self {
        let seconds = |date: Date| date.to_zoned(TimeZone::UTC).ok().map(|zoned| zoned.timestamp().as_second());
        let known = FALLBACK.iter().find(|(known, ..)| *known == version);
        known.map_or_else(Self::default, |(_, standard, extended)| Self {
            standard_until: seconds(*standard),
            extended_until: seconds(*extended),
        })
    }

    /// Versions that the table knows, newest first.
    pub fn known_versions() -> impl Iterator<Item = &'static str> {
        FALLBACK.iter().map(|(version, ..)| *version)
    }

    /// `now`: Unix seconds.
    pub fn phase(&self, now: i64) -> Phase {
        let left = |until: i64| (until - now).div_euclid(DAY);
        match (self.standard_until, self.extended_until) {
            (Some(until), _) if now < until => Phase::Standard { days_left: left(until) },
            (_, Some(until)) if now < until => Phase::Extended { days_left: left(until) },
            (None, None) => Phase::Unknown,
            (standard, extended) => {
                let until = extended.or(standard).unwrap_or(now);
                Phase::Ended { days_ago: (now - until).div_euclid(DAY) }
            }
        }
    }

    /// For a column: `standard, 11 days left`. A cluster whose policy is STANDARD is upgraded by AWS at the end.
    pub fn words(&self, now: i64, policy: Option<&SupportType>) -> String {
        let days = |count: i64| if count == 1 { "1 day".to_owned() } else { format!("{count} days") };
        match (self.phase(now), policy) {
            (Phase::Standard { days_left }, Some(SupportType::Standard)) => {
                format!("standard, AWS upgrades it in {}", days(days_left))
            }
            (Phase::Standard { days_left }, _) => format!("standard, {} left", days(days_left)),
            (Phase::Extended { days_left }, _) => format!("extended, {} left", days(days_left)),
            (Phase::Ended { days_ago }, _) => format!("ended {} ago", days(days_ago)),
            (Phase::Unknown, _) => "unknown".to_owned(),
        }
    }
}

/// What `DescribeClusterVersions` told, by version.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Versions(pub BTreeMap<String, Support>);

impl Versions {
    /// What AWS told, else the table.
    pub fn support(&self, version: &str) -> Support {
        self.0.get(version).copied().unwrap_or_else(|| Support::by_table(version))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(year: i16, month: i8, day: i8) -> i64 {
        date(year, month, day).to_zoned(TimeZone::UTC).unwrap().timestamp().as_second()
    }

    #[test]
    fn the_table_tells_each_phase() {
        let support = Support::by_table("1.34");
        assert_eq!(support.phase(at(2026, 11, 21)), Phase::Standard { days_left: 11 });
        assert_eq!(support.phase(at(2026, 12, 2)), Phase::Extended { days_left: 365 });
        assert_eq!(support.phase(at(2027, 12, 5)), Phase::Ended { days_ago: 3 });
        assert_eq!(Support::by_table("1.12").phase(0), Phase::Unknown);
    }

    #[test]
    fn extended_support_lasts_a_year_in_every_line() {
        for (version, standard, extended) in FALLBACK {
            assert_eq!(standard.checked_add(jiff::Span::new().years(1)).unwrap(), extended, "{version}");
        }
    }

    #[test]
    fn what_aws_tells_stands_before_the_table() {
        let told = Support { standard_until: Some(at(2030, 1, 1)), extended_until: None };
        let versions = Versions([("1.34".to_owned(), told)].into());
        assert_eq!(versions.support("1.34"), told);
        assert_eq!(versions.support("1.33"), Support::by_table("1.33"));
    }

    #[test]
    fn words_say_what_happens_at_the_end() {
        let support = Support::by_table("1.34");
        let now = at(2026, 12, 1);
        assert_eq!(support.words(now, Some(&SupportType::Extended)), "standard, 1 day left");
        assert_eq!(support.words(now, Some(&SupportType::Standard)), "standard, AWS upgrades it in 1 day");
        assert_eq!(Support::default().words(now, None), "unknown");
    }
}
