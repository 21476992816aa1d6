//! What AWS and the way to it say when something fails, sorted by what a person does about it.

use std::error::Error;

use aws_credential_types::provider::error::CredentialsError;
use aws_smithy_runtime_api::client::result::{ConnectorError, SdkError};
use aws_smithy_types::error::metadata::ProvideErrorMetadata;

use super::errors::{deepest, is_about_keys, login_trouble};
use crate::adapters::kube::errors::say;
use crate::domain::aws::trouble::LoginTrouble;
use crate::domain::eks::{FaultKind, LaneFault};
use crate::domain::health::Trouble;
use crate::domain::request::{PortError, WriteError};

/// Codes of the services that eksdeck asks, as their errors carry them.
const CODES: [(FaultKind, &[&str]); 5] = [
    (
        FaultKind::Denied,
        &["AccessDenied", "AccessDeniedException", "UnauthorizedOperation", "NotAuthorized", "ForbiddenException"],
    ),
    (
        FaultKind::Login,
        &["MissingAuthenticationToken", "MissingAuthenticationTokenException", "OptInRequired", "RequestExpired"],
    ),
    (
        FaultKind::Throttled,
        &[
            "RequestLimitExceeded",
            "SlowDown",
            "Throttling",
            "ThrottlingException",
            "ThrottledException",
            "TooManyRequestsException",
        ],
    ),
    (FaultKind::NotFound, &["ResourceNotFoundException", "NotFoundException"]),
    (FaultKind::Conflict, &["ResourceInUseException", "InvalidRequestException", "InvalidParameterException"]),
];

/// What was asked of whom: `eks:ListClusters`, `us-east-1`.
#[derive(Debug, Clone, Copy)]
pub struct Question<'a> {
    pub service: &'static str,
    pub operation: &'static str,
    pub region: &'a str,
}

impl Question<'_> {
    fn words(&self) -> String {
        format!("{}:{} in {}", self.service, self.operation, say(self.region))
    }

    /// Nobody answered in the time that was given.
    pub fn timed_out(&self) -> LaneFault {
        told(FaultKind::TimedOut, format!("{} was not answered in time", self.words()))
    }
}

/// The sort that a service's code stands for.
pub fn kind_of(code: &str) -> FaultKind {
    if is_about_keys(code) {
        return FaultKind::Login;
    }
    let found = CODES.iter().find(|(_, codes)| codes.contains(&code));
    found.map_or(FaultKind::Other, |(kind, _)| *kind)
}

/// A failure in words.
pub fn fault<E, R>(question: Question<'_>, error: &SdkError<E, R>) -> LaneFault
where
    E: ProvideErrorMetadata + Error + 'static,
    R: std::fmt::Debug + 'static,
{
    if let Some(trouble) = login_trouble(error) {
        return no_login(&trouble);
    }
    match error {
        SdkError::ServiceError(context) => {
            let answer = context.err();
            said(question, answer.code().unwrap_or("no code"), answer.message().unwrap_or("nothing more was said"))
        }
        SdkError::TimeoutError(_) => question.timed_out(),
        SdkError::DispatchFailure(failure) => match failure.as_connector_error() {
            Some(error) => unsent(question, error),
            None => told(FaultKind::Other, question.words()),
        },
        SdkError::ConstructionFailure(_) => {
            told(FaultKind::Other, format!("{}: {}", question.words(), say(&deepest(error))))
        }
        _ => {
            told(FaultKind::Other, format!("{}: the answer makes no sense: {}", question.words(), say(&deepest(error))))
        }
    }
}

/// A failure of a change. It may be done all the same when it was sent and the answer did not come.
pub fn not_written<E, R>(question: Question<'_>, error: &SdkError<E, R>) -> WriteError
where
    E: ProvideErrorMetadata + Error + 'static,
    R: std::fmt::Debug + 'static,
{
    let may_be_done = match error {
        SdkError::TimeoutError(_) | SdkError::ResponseError(_) => true,
        SdkError::DispatchFailure(failure) => failure.is_timeout() || failure.is_io(),
        _ => false,
    };
    let reason = match error {
        SdkError::ServiceError(context) => context.err().code().unwrap_or_default().to_owned(),
        _ => String::new(),
    };
    WriteError { error: port_error(fault(question, error)), causes: Vec::new(), reason, may_be_done }
}

/// As the rest of the program sorts failures.
pub fn port_error(fault: LaneFault) -> PortError {
    let LaneFault { kind, trouble } = fault;
    match kind {
        FaultKind::Denied => PortError::Forbidden(trouble),
        FaultKind::Login => PortError::Unauthorised(trouble),
        FaultKind::Throttled => PortError::Busy(trouble, None),
        FaultKind::TimedOut | FaultKind::Unreachable => PortError::Unreachable(trouble),
        FaultKind::NotFound => PortError::NotFound(trouble),
        FaultKind::Conflict => PortError::Conflict(trouble),
        FaultKind::Other => PortError::Refused(trouble),
    }
}

/// A login that is in trouble.
pub fn no_login(trouble: &LoginTrouble) -> LaneFault {
    LaneFault { kind: FaultKind::Login, trouble: trouble.trouble() }
}

/// Credentials that cannot be had.
pub fn no_credentials(error: &CredentialsError) -> LaneFault {
    login_trouble(error).map_or_else(|| told(FaultKind::Login, say(&deepest(error))), |trouble| no_login(&trouble))
}

/// A service's answer with its code.
fn said(question: Question<'_>, code: &str, message: &str) -> LaneFault {
    told(kind_of(code), format!("{}: {}: {}", question.words(), say(code), say(message)))
}

fn unsent(question: Question<'_>, error: &ConnectorError) -> LaneFault {
    if error.is_timeout() {
        return question.timed_out();
    }
    let kind = if error.is_io() { FaultKind::Unreachable } else { FaultKind::Other };
    let cause = say(&deepest(error));
    let is_no_host = cause.contains("lookup") || cause.contains("Name or service not known");
    match is_no_host {
        true => {
            let region = say(question.region);
            told(FaultKind::Unreachable, format!("{region} has no {} that can be found: {cause}", question.service))
        }
        false => told(kind, format!("{} did not come through: {cause}", question.words())),
    }
}

fn told(kind: FaultKind, words: String) -> LaneFault {
    LaneFault { kind, trouble: Trouble::new(words) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_of_all_services_are_sorted() {
        assert_eq!(kind_of("AccessDeniedException"), FaultKind::Denied);
        assert_eq!(kind_of("UnauthorizedOperation"), FaultKind::Denied);
        assert_eq!(kind_of("RequestLimitExceeded"), FaultKind::Throttled);
        assert_eq!(kind_of("UnrecognizedClientException"), FaultKind::Login);
        assert_eq!(kind_of("Whatever"), FaultKind::Other);
    }
}
