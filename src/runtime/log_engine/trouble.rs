//! What helps against an error of a log stream.

use std::time::Duration;

use crate::runtime::ports::PortError;

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cure {
    /// Nothing will change.
    GiveUp,
    /// Someone may grant the permission: asked again after this.
    Permission(Duration),
    /// The container has nothing to read yet, for this reason.
    NotYet(String),
    Retry,
    /// The server named a time before which it wants no further request.
    After(Duration),
}

/// How often a forbidden log is asked for again.
const PERMISSION_PAUSE: Duration = Duration::from_secs(60);

/// Reasons that the kubelet gives for a container that has not started ("container \"main\" in pod \"x\" is waiting to
/// start: ContainerCreating").
const NOT_YET: &str = "is waiting to start: ";

/// What the kubelet answers to `previous=true` where nothing ran before.
const NO_RUN_BEFORE: &str = "previous terminated container";

/// The error as a person wants it: a run before that never was is no error of anybody's.
pub fn words_of(error: &PortError) -> String {
    let words = &error.trouble().words;
    match words.contains(NO_RUN_BEFORE) {
        true => "has not restarted: there is no run before".to_owned(),
        false => words.clone(),
    }
}

/// `over`: the container is known to have ended, or nobody will wait.
pub fn cure_of(error: &PortError, previous: bool, over: bool) -> Cure {
    let words = &error.trouble().words;
    if let Some((_, reason)) = words.split_once(NOT_YET)
        && !over
    {
        let reason = reason.split(|c: char| !c.is_ascii_alphanumeric()).next().unwrap_or(reason);
        return Cure::NotYet(reason.to_owned());
    }
    match error {
        PortError::Busy(_, Some(pause)) => Cure::After((*pause).min(PERMISSION_PAUSE)),
        PortError::Forbidden(_) if over => Cure::GiveUp,
        PortError::Forbidden(_) => Cure::Permission(PERMISSION_PAUSE),
        PortError::NotFound(_) | PortError::Refused(_) | PortError::Conflict(_) if over || previous => Cure::GiveUp,
        PortError::Broken(_) if over => Cure::GiveUp,
        PortError::NotFound(_) | PortError::Refused(_) | PortError::Conflict(_) | PortError::Broken(_) => Cure::Retry,
        PortError::Unauthorised(_) | PortError::Unreachable(_) | PortError::Gone(_) | PortError::Busy(..) => {
            Cure::Retry
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::health::Trouble;

    #[test]
    fn each_error_gets_what_helps() {
        let trouble = |words: &str| Trouble::new(words);
        let creating = "container \"main\" in pod \"a\" is waiting to start: ContainerCreating";
        let cure = cure_of(&PortError::Refused(trouble(creating)), false, false);
        assert_eq!(cure, Cure::NotYet("ContainerCreating".to_owned()));
        assert_eq!(cure_of(&PortError::Refused(trouble(creating)), false, true), Cure::GiveUp);
        assert_eq!(cure_of(&PortError::Refused(trouble("no previous run")), true, false), Cure::GiveUp);
        assert_eq!(cure_of(&PortError::NotFound(trouble("gone")), false, true), Cure::GiveUp);
        assert_eq!(cure_of(&PortError::NotFound(trouble("gone")), false, false), Cure::Retry);
        assert_eq!(cure_of(&PortError::Unreachable(trouble("x")), false, true), Cure::Retry);
        let pause = Some(Duration::from_secs(7));
        assert_eq!(cure_of(&PortError::Busy(trouble("x"), pause), false, false), Cure::After(Duration::from_secs(7)));
        assert!(matches!(cure_of(&PortError::Forbidden(trouble("x")), false, false), Cure::Permission(_)));
    }
}
