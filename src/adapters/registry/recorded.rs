//! Changes of the registry stand between two lines of the audit, as writes to clusters do.

use std::future::Future;

use super::Registry;
use super::error::{ErrorKind, RegistryError};
use crate::domain::audit::{Object, Outcome, Record};
use crate::runtime::ports::AuditPort;

/// Does `work` between its two lines. `request` says what is asked for, without any secret: the line holds its digest.
///
/// # Errors
/// The intent could not be recorded: then nothing was done. Else what `work` says, or that the outcome could not be
/// recorded.
pub async fn recorded<T>(
    audit: &dyn AuditPort,
    registry: &Registry,
    verb: &str,
    cluster: &str,
    request: &str,
    work: impl Future<Output = Result<T, RegistryError>>,
) -> Result<T, RegistryError> {
    let unrecorded = |before: &str, trouble: crate::domain::health::Trouble| {
        let error = RegistryError::new(ErrorKind::Other, format!("{before}: {}", trouble.words));
        trouble.remedy.map_or(error.clone(), |remedy| error.with_remedy(remedy))
    };
    let intent = Record {
        intent: None,
        cluster: cluster.to_owned(),
        cluster_user: format!("{}@{}", registry.role().word(), registry.organisation()),
        object: Object {
            api_version: "eksdeck/v1".to_owned(),
            kind: "RegisteredCluster".to_owned(),
            namespace: String::new(),
            name: cluster.to_owned(),
            uid: String::new(),
        },
        verb: verb.to_owned(),
        request: format!("{verb} {cluster}\n{request}").into_bytes(),
        outcome: None,
        words: String::new(),
    };
    let number = audit.record(intent.clone()).await.map_err(|trouble| unrecorded("nothing was changed", trouble))?;
    let result = work.await;
    let (outcome, words) = match &result {
        Ok(_) => (Outcome::Done, String::new()),
        // The answer to a commit may be what was lost.
        Err(error) if error.kind == ErrorKind::Lost => (Outcome::Unknown, error.trouble.words.clone()),
        Err(error) => (Outcome::Refused, error.trouble.words.clone()),
    };
    let after = Record { intent: Some(number), outcome: Some(outcome), words, ..intent };
    match audit.record(after).await {
        Err(trouble) if result.is_ok() => Err(unrecorded("it was done, but that could not be recorded", trouble)),
        _ => result,
    }
}
