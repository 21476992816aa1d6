//! Who does a piece of work, for how long.

/// A lease on one piece of work for one cluster. Whoever holds it writes results under its epoch; once somebody else
/// took it over, the epoch is old and such results are dropped.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claim {
    /// The registry's id of the cluster.
    pub cluster: String,
    /// `sync`, `cost`.
    pub purpose: String,
    /// Names one process: host, process id and a random part.
    pub holder: String,
    /// Grows by one with every change of the holder.
    pub epoch: i64,
    /// By the clock of the database.
    pub until_ms: i64,
}
