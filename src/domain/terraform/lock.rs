//! A lock that kept a run from its state, as Terraform's error tells of it.

use serde::{Deserialize, Serialize};

use crate::domain::age::Age;

/// Who holds it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lock {
    /// What frees it, and nothing else does.
    pub id: String,
    #[serde(default)]
    pub path: String,
    #[serde(default)]
    pub operation: String,
    /// `user@host`.
    #[serde(default)]
    pub who: String,
    #[serde(default)]
    pub version: String,
    /// As Terraform prints a time.
    #[serde(default)]
    pub created: String,
}

const KEYS: [&str; 7] = ["ID", "Path", "Operation", "Who", "Version", "Created", "Info"];

impl Lock {
    /// From an error's detail, on one line or on several; `None` if it is about no lock.
    pub fn read(detail: &str) -> Option<Self> {
        let told = detail.split_once("Lock Info:")?.1;
        let value = |key: &str| {
            let after = told.split_once(&format!("{key}:"))?.1;
            let end =
                KEYS.iter().filter_map(|key| after.find(&format!(" {key}:")).or(after.find(&format!("\n{key}:"))));
            let end = end.min().unwrap_or(after.len());
            Some(after[..end].lines().next().unwrap_or_default().trim().to_owned())
        };
        let id = value("ID").filter(|id| is_id(id))?;
        let text = |key: &str| value(key).unwrap_or_default();
        Some(Self {
            id,
            path: text("Path"),
            operation: text("Operation").trim_start_matches("OperationType").to_owned(),
            who: text("Who"),
            version: text("Version"),
            created: text("Created"),
        })
    }

    /// When it was taken, Unix milliseconds.
    pub fn created_ms(&self) -> Option<i64> {
        let told = self.created.trim().trim_end_matches("UTC").trim();
        let time = jiff::fmt::strtime::parse("%Y-%m-%d %H:%M:%S%.f %z", told).ok()?;
        Some(time.to_timestamp().ok()?.as_millisecond())
    }

    /// The same with how long ago that is: `held by root@plan-x for 47m, since …`.
    pub fn words_at(&self, now_ms: i64) -> String {
        let words = self.words();
        match (self.created_ms(), words.split_once(" since ")) {
            (Some(at), Some((who, rest))) => format!("{who} for {}, since {rest}", Age((now_ms - at).max(0) / 1_000)),
            _ => words,
        }
    }

    /// `held by root@plan-x since 2026-11-21 21:05:04 (ID …)`.
    pub fn words(&self) -> String {
        let created = self.created.split('.').next().unwrap_or_default();
        format!("held by {} since {created}, ID {}", self.who, self.id)
    }
}

/// A lock's ID is a UUID, or a number in Google's buckets.
pub fn is_id(text: &str) -> bool {
    (1..=64).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
}

#[cfg(test)]
mod tests {
    use super::*;

    const TOLD: &str = "Lock Info:\n  ID:        b9a3ab9e-87c5-4b3c-b7f5-7e1d9cf64a52\n  Path:      a/b.tfstate\n  \
        Operation: OperationTypeApply\n  Who:       root@apply-x\n  Version:   1.11.4\n  \
        Created:   2026-11-21 21:05:04.81 +0000 UTC\n  Info:      \n\nTerraform acquires a state lock";

    #[test]
    fn a_lock_is_told_by_its_error_whether_its_lines_were_kept_or_joined() {
        for told in [TOLD.to_owned(), crate::domain::text::clean(TOLD).into_owned()] {
            let lock = Lock::read(&told).unwrap();
            assert_eq!(lock.id, "b9a3ab9e-87c5-4b3c-b7f5-7e1d9cf64a52");
            assert_eq!((lock.who.as_str(), lock.operation.as_str()), ("root@apply-x", "Apply"));
            assert!(
                lock.words().starts_with("held by root@apply-x since 2026-11-21 21:05:04, ID b9a3"),
                "{}",
                lock.words()
            );
        }
        let lock = Lock::read(TOLD).unwrap();
        let later = lock.created_ms().unwrap() + 47 * 60_000;
        assert!(lock.words_at(later).starts_with("held by root@apply-x for 47m, since 2026-11-21 21:05:04"));
        let timeless = Lock { created: String::new(), ..lock };
        assert_eq!(timeless.words_at(later), timeless.words());
        assert_eq!(Lock::read("no lock"), None);
        assert_eq!(Lock::read("Lock Info:\n  ID: $(rm -rf /)\n"), None);
    }
}
