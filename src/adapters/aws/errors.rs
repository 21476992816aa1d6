//! The SDK's errors as troubles in words. What is known by type is told by type; the rest by the deepest cause.

use std::error::Error;

use aws_credential_types::provider::error::CredentialsError;
use aws_smithy_runtime_api::client::result::{ConnectorError, SdkError};
use aws_smithy_runtime_api::http::Response;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;

use super::profiles::chain_words;
use crate::adapters::kube::errors::say;
use crate::domain::aws::login::LoginKey;
use crate::domain::aws::trouble::LoginTrouble;

/// Codes of AWS for keys that it does not know or that have ended.
const KEY_CODES: [&str; 9] = [
    "AuthFailure",
    "ExpiredToken",
    "ExpiredTokenException",
    "IncompleteSignature",
    "InvalidAccessKeyId",
    "InvalidClientTokenId",
    "InvalidSignatureException",
    "SignatureDoesNotMatch",
    "UnrecognizedClientException",
];

/// Whether a service's code says that the keys themselves are of no use.
pub fn is_about_keys(code: &str) -> bool {
    KEY_CODES.contains(&code)
}

/// A call that failed, as a trouble of the login that it was made with. `what` is what was called: "STS in eu-west-1".
pub fn call<E>(login: &LoginKey, what: &str, error: &SdkError<E, Response>) -> LoginTrouble
where
    E: ProvideErrorMetadata + Error + 'static,
{
    if let Some(trouble) = login_trouble(error) {
        return trouble;
    }
    let said = |text: &str| say(text);
    match error.as_service_error() {
        Some(service) => {
            let code = service.code().unwrap_or("no code").to_owned();
            let message = said(service.message().unwrap_or_default());
            match is_about_keys(&code) {
                true => LoginTrouble::KeysRefused { profile: login.profile.clone(), code, said: message },
                false => LoginTrouble::Failed { what: what.to_owned(), said: format!("{message} ({})", said(&code)) },
            }
        }
        None => LoginTrouble::Unreachable { what: what.to_owned(), said: said(&deepest(error)) },
    }
}

/// What our own provider said, wherever it is in the chain of causes.
pub fn login_trouble(error: &(dyn Error + 'static)) -> Option<LoginTrouble> {
    causes(error).find_map(|cause| cause.downcast_ref::<LoginTrouble>().cloned())
}

/// Whether nothing answered at all.
pub fn is_unreachable(error: &(dyn Error + 'static)) -> bool {
    causes(error).any(|cause| cause.is::<ConnectorError>())
}

/// Whether a provider says that it has nothing to go by.
pub fn is_not_loaded(error: &CredentialsError) -> bool {
    matches!(error, CredentialsError::CredentialsNotLoaded(_))
}

/// The words of a provider's error, with all causes.
pub fn words(error: &(dyn Error + 'static)) -> String {
    say(&chain_words(error))
}

/// The words of the last cause: the ones above it say only that something failed.
pub fn deepest(error: &(dyn Error + 'static)) -> String {
    causes(error).last().map(ToString::to_string).unwrap_or_default()
}

fn causes<'a>(error: &'a (dyn Error + 'static)) -> impl Iterator<Item = &'a (dyn Error + 'static)> {
    std::iter::successors(Some(error), |cause: &&'a (dyn Error + 'static)| {
        let cause: &'a (dyn Error + 'static) = *cause;
        match cause.downcast_ref::<std::io::Error>().and_then(std::io::Error::get_ref) {
            Some(inner) => Some(inner as &(dyn Error + 'static)),
            None => cause.source(),
        }
    })
}
