//! A row of the credential lane.

use super::login::{LoginKey, LoginState};

/// A login, and what hangs on it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LoginRow {
    pub key: LoginKey,
    pub state: LoginState,
    /// Names of clusters that are reached by it, in the order of the fleet.
    pub clusters: Vec<String>,
    /// What could not be read under it, one line a region: `ap-south-1: denied: …`.
    pub complaints: Vec<String>,
}
