//! A child in a session of its own: it has no controlling terminal to ask at, and its children die with it.

use std::io;
use std::process::ExitStatus;

use nix::sys::signal::{Signal, killpg};
use nix::unistd::{Pid, setsid};
use tokio::process::{Child, ChildStderr, ChildStdout, Command};

/// A running plugin; dropping it before it has ended kills it and what it started.
pub struct Plugin {
    child: Child,
    group: Option<Pid>,
}

/// Starts the command as the leader of a new session.
pub fn spawn(command: &mut Command) -> io::Result<Plugin> {
    // SAFETY: between fork and exec only setsid is called, which is async-signal-safe and touches no memory.
    unsafe {
        command.pre_exec(|| setsid().map(drop).map_err(io::Error::from));
    }
    let child = command.spawn()?;
    let group = child.id().and_then(|id| i32::try_from(id).ok()).map(Pid::from_raw);
    Ok(Plugin { child, group })
}

impl Plugin {
    pub fn pipes(&mut self) -> io::Result<(ChildStdout, ChildStderr)> {
        let pipes = self.child.stdout.take().zip(self.child.stderr.take());
        pipes.ok_or_else(|| io::Error::from(io::ErrorKind::BrokenPipe))
    }

    /// Waits for the plugin itself. What it left behind in its session is killed, or it would hold the pipes open.
    pub async fn wait(&mut self) -> io::Result<ExitStatus> {
        let status = self.child.wait().await;
        self.kill();
        status
    }

    fn kill(&mut self) {
        if let Some(group) = self.group.take() {
            // There is nothing left to kill if everything in the session has ended: that is the usual case.
            let _ = killpg(group, Signal::SIGKILL);
        }
    }
}

impl Drop for Plugin {
    fn drop(&mut self) {
        self.kill();
    }
}
