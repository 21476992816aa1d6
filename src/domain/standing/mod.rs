//! How a cluster stands: judged from one look at it, and told as a transition once the judgement lasts.

mod judge;
mod thresholds;
mod tracker;

#[cfg(test)]
mod tests;

pub use judge::{Cause, Judgement, failed, judge};
pub use tracker::Tracker;
