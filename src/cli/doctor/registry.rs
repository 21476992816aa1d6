//! The registry: where it is, what one may do there, whether its keys are at hand.

use super::report::{Check, Source};
use crate::adapters::registry::{Opener, Registry, RegistryError};
use crate::cli::exit::Failure;
use crate::cli::setup::Setup;

/// Nobody makes a registry by looking for it.
pub async fn examine(setup: &Setup) -> Source {
    let Some(opener) = setup.registry().map(Opener::new).filter(Opener::is_there) else { return Source::default() };
    let registry = match opener.registry().await {
        Ok(registry) => registry,
        Err(error) => return Source { files: vec!["not open".to_owned()], checks: vec![wrong("open", error)] },
    };
    let files = vec![registry.place().to_owned()];
    let checks = checks(registry).await.unwrap_or_else(|error| vec![wrong("read", error)]);
    registry.close().await;
    Source { files, checks }
}

async fn checks(registry: &Registry) -> Result<Vec<Check>, RegistryError> {
    let clusters = match registry.clusters().await?.len() {
        1 => "1 cluster".to_owned(),
        count => format!("{count} clusters"),
    };
    let place = format!("{clusters} in {}, as {}", registry.organisation(), registry.role().word());
    let mut checks = vec![Check::fine("organisation", place)];
    for id in registry.key_ids().await? {
        checks.push(match registry.key_trouble(id).await {
            None => Check::fine("key", format!("{id} is at hand")),
            Some(error) => wrong("key", error),
        });
    }
    Ok(checks)
}

fn wrong(name: &str, error: RegistryError) -> Check {
    let trouble = error.trouble.clone();
    Check::wrong(name, Failure::from(error).code, "").because(&trouble)
}
