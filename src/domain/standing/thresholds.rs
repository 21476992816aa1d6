//! From where on something is more than the usual coming and going.

/// A part of a whole that is too large: more than `percent` of it, and at least `least`.
pub struct Threshold {
    percent: u64,
    least: u64,
}

impl Threshold {
    pub fn is_passed(&self, part: u64, of: u64) -> bool {
        part >= self.least && part * 100 > of * self.percent
    }
}

/// Nodes that are not ready or under pressure. In a large cluster one is always being replaced; of fewer than twenty
/// each one is missed.
pub const NODES: Threshold = Threshold { percent: 5, least: 1 };

/// Deployments with fewer ready replicas than wanted. One that rolls out is short for minutes; several at once are no
/// rollout.
pub const DEPLOYMENTS: Threshold = Threshold { percent: 10, least: 2 };

/// Pods that are not well, of those that have not ended. A few that crash belong to their team; a tenth of all is the
/// cluster's own trouble.
pub const PODS: Threshold = Threshold { percent: 10, least: 3 };

/// Looks in a row that must agree before a change is told. One lost probe, a leader election and a node that joins are
/// over by the next look.
pub const AGREEING: u32 = 2;
