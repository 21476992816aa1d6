//! Posts notices to webhooks: JSON, signed if a secret is given. Nothing that is said of a failure shows the address.

use std::fmt;
use std::sync::Arc;

use aws_config::BehaviorVersion;
use aws_smithy_runtime::client::orchestrator::operation::Operation;
use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::http::SharedHttpClient;
use aws_smithy_runtime_api::client::interceptors::context::{Error, Output};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse, OrchestratorError};
use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_runtime_api::client::ser_de::DeserializeResponse;
use aws_smithy_types::body::SdkBody;
use aws_smithy_types::config_bag::ConfigBag;
use aws_smithy_types::timeout::TimeoutConfig;
use futures::future::BoxFuture;
use jiff::Timestamp;
use ring::hmac;

use crate::adapters::aws::http_client;
use crate::domain::health::Trouble;
use crate::domain::notify::Hook;
use crate::runtime::ports::{HookPort, NotPosted};

#[cfg(test)]
mod tests;

/// [`HookPort`] over HTTP, by the proxies and authorities that the environment names.
pub struct Webhooks {
    http: Result<SharedHttpClient, String>,
}

impl Webhooks {
    /// Contacts nobody.
    pub fn new() -> Self {
        Self { http: http_client().map_err(|trouble| trouble.words()) }
    }
}

impl Default for Webhooks {
    fn default() -> Self {
        Self::new()
    }
}

impl HookPort for Webhooks {
    fn post(&self, hook: Arc<Hook>, body: Vec<u8>) -> BoxFuture<'_, Result<(), NotPosted>> {
        Box::pin(async move {
            let http = self.http.clone().map_err(|words| not_posted(words, false))?;
            post(http, &hook, body, Timestamp::now()).await
        })
    }
}

/// Whether a webhook's address can be used.
///
/// # Errors
/// Why not, in words that do not show it.
pub fn check(url: &str) -> Result<(), &'static str> {
    parts(url).map(|_| ())
}

/// `https://HOST:PORT`, and the rest.
fn parts(url: &str) -> Result<(String, String), &'static str> {
    let parsed: http::Uri = url.trim().parse().map_err(|_| "the webhook's address is no URL")?;
    match (parsed.scheme_str(), parsed.authority()) {
        (Some("http" | "https"), Some(authority)) if authority.as_str().contains('@') => {
            Err("the webhook's address holds a login: give a secret to sign with instead")
        }
        (Some(scheme @ ("http" | "https")), Some(authority)) => {
            let path = parsed.path_and_query().map_or("/", |path| path.as_str());
            Ok((format!("{scheme}://{authority}"), path.to_owned()))
        }
        _ => Err("the webhook's address begins with neither https:// nor http://"),
    }
}

/// What the answer says: its status alone, since nothing in a body concerns us.
#[derive(Debug)]
struct Answered(u16);

impl fmt::Display for Answered {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}

impl std::error::Error for Answered {}

/// Reads no body: it might never end.
#[derive(Debug)]
struct StatusAlone;

impl DeserializeResponse for StatusAlone {
    fn deserialize_streaming_with_config(
        &self,
        response: &mut HttpResponse,
        _: &ConfigBag,
    ) -> Option<Result<Output, OrchestratorError<Error>>> {
        Some(outcome(response))
    }

    fn deserialize_nonstreaming_with_config(
        &self,
        response: &HttpResponse,
        _: &ConfigBag,
    ) -> Result<Output, OrchestratorError<Error>> {
        outcome(response)
    }
}

fn outcome(response: &HttpResponse) -> Result<Output, OrchestratorError<Error>> {
    match response.status() {
        status if status.is_success() => Ok(Output::erase(())),
        status => Err(OrchestratorError::operation(Error::erase(Answered(status.as_u16())))),
    }
}

#[derive(Debug)]
struct Request {
    path: String,
    body: Vec<u8>,
    headers: Vec<(&'static str, String)>,
}

impl Request {
    fn into_http(self) -> Result<HttpRequest, BoxError> {
        let mut request = HttpRequest::new(SdkBody::from(self.body));
        request.set_method("POST")?;
        request.set_uri(self.path)?;
        for (name, value) in self.headers {
            request.headers_mut().try_append(name, value)?;
        }
        Ok(request)
    }
}

async fn post(http: SharedHttpClient, hook: &Hook, body: Vec<u8>, now: Timestamp) -> Result<(), NotPosted> {
    let (origin, path) = parts(&hook.url.0).map_err(|words| not_posted(words.to_owned(), false))?;
    let seconds = now.as_second().to_string();
    let mut headers = vec![
        ("content-type", "application/json".to_owned()),
        ("user-agent", concat!("eksdeck/", env!("CARGO_PKG_VERSION")).to_owned()),
    ];
    if let Some(secret) = &hook.secret {
        headers.push(("x-eksdeck-signature", signature(secret.0.as_bytes(), &seconds, &body)));
        headers.push(("x-eksdeck-timestamp", seconds));
    }
    let operation = Operation::builder()
        .service_name("webhook")
        .operation_name("post")
        .behavior_version(BehaviorVersion::latest())
        .http_client(http)
        .endpoint_url(&origin)
        .no_auth()
        .no_retry()
        .timeout_config(TimeoutConfig::disabled())
        .serializer(|request: Request| request.into_http())
        .deserializer_impl(StatusAlone);
    let sent: Result<(), SdkError<Answered, HttpResponse>> =
        operation.build().invoke(Request { path, headers, body }).await;
    sent.map_err(|error| told(&error))
}

/// `v0=` and HMAC-SHA256 in hex over `v0:SECONDS:BODY`, the scheme that Slack signs with: whoever receives it knows
/// who sent it, and when.
fn signature(secret: &[u8], seconds: &str, body: &[u8]) -> String {
    let mut context = hmac::Context::with_key(&hmac::Key::new(hmac::HMAC_SHA256, secret));
    context.update(format!("v0:{seconds}:").as_bytes());
    context.update(body);
    let tag = context.sign();
    let hex: String = tag.as_ref().iter().map(|byte| format!("{byte:02x}")).collect();
    format!("v0={hex}")
}

fn told(error: &SdkError<Answered, HttpResponse>) -> NotPosted {
    match error {
        SdkError::ServiceError(answer) => {
            let Answered(status) = answer.err();
            let again = matches!(status, 408 | 425 | 429 | 500..=599);
            not_posted(format!("the webhook answered {status}"), again)
        }
        SdkError::DispatchFailure(failure) if failure.is_user() => {
            not_posted("the webhook's address cannot be used".to_owned(), false)
        }
        SdkError::ConstructionFailure(_) => not_posted("the webhook's address cannot be used".to_owned(), false),
        _ => not_posted("the webhook cannot be reached".to_owned(), true),
    }
}

fn not_posted(words: String, again: bool) -> NotPosted {
    NotPosted { trouble: Trouble::new(words), again }
}
