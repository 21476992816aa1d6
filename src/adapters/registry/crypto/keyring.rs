//! The keyring of the system that a person is logged in to, asked through the program that each system has for it, so
//! that no library of its own comes along: `secret-tool` (Secret Service: GNOME, KDE) and macOS's `security`.

use std::process::Stdio;
use std::time::Duration;

use futures::future::BoxFuture;
use tokio::process::Command;
use zeroize::Zeroizing;

/// A keyring that cannot be asked by then has nothing: nobody waits for one that wants to be unlocked.
const PATIENCE: Duration = Duration::from_secs(2);

/// Where a key may lie beside the environment and key files.
pub trait SystemKeyring: Send + Sync {
    /// The key's text; `None` where there is no keyring, no such entry, or no answer in time.
    fn lookup(&self) -> BoxFuture<'_, Option<Zeroizing<String>>>;
}

/// The entry `service=eksdeck account=registry`:
/// `secret-tool store --label eksdeck service eksdeck account registry`, or
/// `security add-generic-password -s eksdeck -a registry -w`.
#[derive(Debug, Clone, Copy, Default)]
pub struct ToolKeyring;

impl SystemKeyring for ToolKeyring {
    fn lookup(&self) -> BoxFuture<'_, Option<Zeroizing<String>>> {
        Box::pin(async {
            let argv: &[&str] = if cfg!(target_os = "macos") {
                &["/usr/bin/security", "find-generic-password", "-s", "eksdeck", "-a", "registry", "-w"]
            } else if std::env::var_os("DBUS_SESSION_BUS_ADDRESS").is_some() {
                &["secret-tool", "lookup", "service", "eksdeck", "account", "registry"]
            } else {
                // A host that is reached over SSH has no session bus, and so no keyring.
                return None;
            };
            ask(argv, PATIENCE).await
        })
    }
}

async fn ask(argv: &[&str], patience: Duration) -> Option<Zeroizing<String>> {
    let (program, arguments) = argv.split_first()?;
    let mut command = Command::new(program);
    command.args(arguments).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null()).kill_on_drop(true);
    let output = tokio::time::timeout(patience, command.output()).await.ok()?.ok()?;
    let stdout = Zeroizing::new(output.stdout);
    let text = output.status.success().then(|| std::str::from_utf8(&stdout).ok()).flatten()?;
    Some(Zeroizing::new(text.trim().to_owned())).filter(|text| !text.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn what_a_program_prints_is_the_key_and_one_that_fails_or_hangs_has_none() {
        let patient = Duration::from_secs(60);
        assert_eq!(ask(&["echo", " abc "], patient).await.as_deref().map(String::as_str), Some("abc"));
        assert!(ask(&["false"], patient).await.is_none());
        assert!(ask(&["/no/such/program"], patient).await.is_none());
        assert!(ask(&["sleep", "600"], Duration::from_millis(20)).await.is_none());
    }
}
