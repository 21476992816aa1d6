//! API servers that are taken away for a while.

use std::process::Command;

use crate::servers::rig;

/// An API server that is down (`stop`) or hangs (`freeze`) until this is dropped.
pub struct Outage {
    context: String,
    mend: &'static str,
}

impl Outage {
    pub fn stop(context: &str) -> Option<Self> {
        Self::begin(context, "stop", "start")
    }

    pub fn freeze(context: &str) -> Option<Self> {
        Self::begin(context, "freeze", "thaw")
    }

    fn begin(context: &str, verb: &str, mend: &'static str) -> Option<Self> {
        let program = rig()?;
        let outage = Self { context: context.to_owned(), mend };
        assert!(Command::new(program).args([verb, context]).status().unwrap().success(), "{verb} {context} failed");
        Some(outage)
    }
}

impl Drop for Outage {
    fn drop(&mut self) {
        if let Some(program) = rig() {
            let _ = Command::new(program).args([self.mend, &self.context]).status();
        }
    }
}
