//! Amazon's names and what can be wrong with a login there: partitions, ARNs, logins and their troubles, in words.

pub mod arn;
pub mod login;
pub mod partition;
pub mod trouble;

#[cfg(test)]
mod tests;
