//! One signed POST, by the HTTP client, the timeouts and the endpoint of the login's configuration.

use std::fmt;

use aws_config::{BehaviorVersion, SdkConfig};
use aws_credential_types::Credentials;
use aws_sigv4::http_request::{SignableBody, SignableRequest, SigningSettings, sign};
use aws_sigv4::sign::v4;
use aws_smithy_runtime::client::orchestrator::operation::Operation;
use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse, OrchestratorError};
use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_types::body::SdkBody;
use aws_smithy_types::error::metadata::{ErrorMetadata, ProvideErrorMetadata};
use aws_smithy_types::timeout::TimeoutConfig;

use super::Call;
use super::xml::Element;

/// An answer that says no.
#[derive(Debug)]
pub struct QueryError {
    meta: ErrorMetadata,
}

impl fmt::Display for QueryError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.meta)
    }
}

impl std::error::Error for QueryError {}

impl ProvideErrorMetadata for QueryError {
    fn meta(&self) -> &ErrorMetadata {
        &self.meta
    }
}

const FORM: &str = "application/x-www-form-urlencoded; charset=utf-8";

/// # Errors
/// It could not be sent, nothing came back, or the service said no.
pub async fn send(
    config: &SdkConfig,
    credentials: &Credentials,
    call: &Call<'_>,
    page: Option<&(String, String)>,
) -> Result<Element, SdkError<QueryError, HttpResponse>> {
    let url = call.service.url(config, call.region);
    let time = config.time_source().map_or_else(std::time::SystemTime::now, |source| source.now());
    let signed = signed(&url, &body(call, page), call, credentials, time);
    let signed = signed.map_err(SdkError::construction_failure)?;
    let Some(http) = config.http_client() else {
        return Err(SdkError::construction_failure("the configuration has no HTTP client"));
    };
    let mut operation = Operation::builder()
        .service_name(call.service.prefix())
        .operation_name(call.action)
        .behavior_version(BehaviorVersion::latest())
        .http_client(http)
        .endpoint_url(&url)
        .no_auth()
        .no_retry()
        .timeout_config(config.timeout_config().cloned().unwrap_or_else(TimeoutConfig::disabled));
    if let Some(sleep) = config.sleep_impl() {
        operation = operation.sleep_impl(sleep);
    }
    let operation = operation
        .serializer(|request: Signed| request.into_http())
        .deserializer(|response: &HttpResponse| read(response));
    operation.build().invoke(signed).await
}

/// A request as it goes out.
#[derive(Debug)]
struct Signed {
    body: String,
    headers: Vec<(String, String)>,
}

impl Signed {
    fn into_http(self) -> Result<HttpRequest, BoxError> {
        let mut request = HttpRequest::new(SdkBody::from(self.body));
        request.set_method("POST")?;
        request.set_uri("/")?;
        for (name, value) in self.headers {
            request.headers_mut().try_append(name, value)?;
        }
        Ok(request)
    }
}

fn body(call: &Call<'_>, page: Option<&(String, String)>) -> String {
    let fixed = [("Action", call.action), ("Version", call.service.version())];
    let own = call.parameters.iter().chain(page).map(|(name, value)| (name.as_str(), value.as_str()));
    let pairs = fixed.into_iter().chain(own).map(|(name, value)| format!("{}={}", encoded(name), encoded(value)));
    pairs.collect::<Vec<_>>().join("&")
}

/// RFC 3986: everything but the unreserved characters.
fn encoded(text: &str) -> String {
    text.bytes().fold(String::with_capacity(text.len()), |mut out, byte| {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => out.push(char::from(byte)),
            _ => out.push_str(&format!("%{byte:02X}")),
        }
        out
    })
}

fn signed(
    url: &str,
    body: &str,
    call: &Call<'_>,
    credentials: &Credentials,
    time: std::time::SystemTime,
) -> Result<Signed, BoxError> {
    let identity = credentials.clone().into();
    let parameters = v4::SigningParams::builder()
        .identity(&identity)
        .region(call.service.signed_region(call.region))
        .name(call.service.prefix())
        .time(time)
        .settings(SigningSettings::default())
        .build()?
        .into();
    let headers = [("content-type", FORM)];
    let request = SignableRequest::new("POST", url, headers.into_iter(), SignableBody::Bytes(body.as_bytes()))?;
    let (instructions, _) = sign(request, &parameters)?.into_parts();
    let (added, _) = instructions.into_parts();
    let added = added.into_iter().map(|header| (header.name().to_owned(), header.value().to_owned()));
    let own = headers.into_iter().map(|(name, value)| (name.to_owned(), value.to_owned()));
    Ok(Signed { body: body.to_owned(), headers: own.chain(added).collect() })
}

fn read(response: &HttpResponse) -> Result<Element, OrchestratorError<QueryError>> {
    let text = String::from_utf8_lossy(response.body().bytes().unwrap_or_default());
    let root = Element::read(&text);
    if response.status().is_success() {
        return root.map_err(OrchestratorError::other);
    }
    // EC2 says Response/Errors/Error, IAM ErrorResponse/Error.
    let root = root.unwrap_or_default();
    let status = response.status().as_u16();
    let code = root.find("Code").map_or_else(|| by_status(status), str::to_owned);
    let message = root.find("Message").map_or_else(|| format!("HTTP {status}"), str::to_owned);
    let meta = ErrorMetadata::builder().code(code).message(message).build();
    Err(OrchestratorError::operation(QueryError { meta }))
}

/// What a status says where a proxy or a balancer answered without a code.
fn by_status(status: u16) -> String {
    match status {
        429 | 503 => "Throttling".to_owned(),
        403 => "AccessDenied".to_owned(),
        status => format!("HTTP {status}"),
    }
}
