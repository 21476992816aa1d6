//! What keeps secrets in memory from leaving it.

use nix::sys::resource::{Resource, setrlimit};

/// No core dump holds a kubeconfig or a key, and no other process of the same user reads this one's memory. Where the
/// system refuses, the program goes on: the limit is a second wall, not the first.
pub fn no_core_dumps() {
    let _ = setrlimit(Resource::RLIMIT_CORE, 0, 0);
    #[cfg(target_os = "linux")]
    let _ = nix::sys::prctl::set_dumpable(false);
}
