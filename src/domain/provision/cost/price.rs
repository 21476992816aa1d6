//! Prices, and how dollars are written.

use serde::Serialize;

use crate::domain::eks::support::{Phase, Support};

/// A month, as AWS reckons it.
const HOURS: f64 = 730.0;
/// Dollars for an hour of one vCPU and of one GiB of memory, where nobody knows the instance's own price.
const ON_DEMAND: (f64, f64) = (0.031_611, 0.004_237);
const SPOT: (f64, f64) = (0.006_655, 0.000_892);
/// Dollars for an hour of a control plane, in standard and in extended support.
const CONTROL_PLANE: f64 = 0.10;
const CONTROL_PLANE_EXTENDED: f64 = 0.60;
const MIB_IN_GIB: f64 = 1_024.0;

/// How large an instance type is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct InstanceSize {
    pub vcpus: u32,
    pub memory_mib: u64,
}

impl InstanceSize {
    /// Dollars a month for one.
    pub fn monthly(&self, is_spot: bool) -> f64 {
        let (vcpu, gib) = if is_spot { SPOT } else { ON_DEMAND };
        HOURS * (f64::from(self.vcpus) * vcpu + self.memory_mib as f64 / MIB_IN_GIB * gib)
    }
}

/// Dollars a month. `now`: Unix seconds.
pub fn control_plane(support: &Support, now: i64) -> f64 {
    HOURS * if matches!(support.phase(now), Phase::Extended { .. }) { CONTROL_PLANE_EXTENDED } else { CONTROL_PLANE }
}

/// What extended support means for the bill, in words.
pub fn extended_support() -> String {
    format!("extended support, ${CONTROL_PLANE_EXTENDED:.2}/h instead of ${CONTROL_PLANE:.2}/h")
}

/// `$1,080`: whole dollars, for they are rough.
pub fn dollars(amount: f64) -> String {
    let digits = format!("{:.0}", amount.abs());
    let mut words = String::from("$");
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            words.push(',');
        }
        words.push(digit);
    }
    words
}
