//! The query protocol of EC2 and IAM: a form goes out, signed; XML comes back. Six calls, all of them reads.

mod calls;
mod endpoint;
mod send;
mod xml;

#[cfg(test)]
mod tests;

use std::sync::Arc;
use std::time::Duration;

use aws_config::SdkConfig;
use aws_credential_types::Credentials;
use aws_credential_types::provider::ProvideCredentials;
use tokio::sync::Mutex;

use super::faults::{Question, no_credentials};
use crate::adapters::kube::backoff::chance;
use crate::domain::eks::{FaultKind, LaneFault};
use crate::domain::health::Trouble;
use endpoint::Service;
use xml::Element;

/// How often a call is made before its throttling is told.
const TRIES: u32 = 6;
/// The first pause after a throttled call; each one after it is twice as long, up to [`LONGEST`].
const FIRST: Duration = Duration::from_millis(250);
const LONGEST: Duration = Duration::from_secs(5);
/// For the headers and the whole body of one answer.
const ANSWER: Duration = Duration::from_secs(15);
/// Credentials are asked for anew this long before they end.
const AHEAD: Duration = Duration::from_secs(60);
/// No list has more pages: a service that always names a next one does not keep us for ever.
const PAGES: usize = 200;

/// A client for one login. Cheap to clone; clones share the credentials.
#[derive(Clone)]
pub struct QueryClient {
    config: SdkConfig,
    credentials: Arc<Mutex<Option<Credentials>>>,
    first_pause: Duration,
}

/// What a call is named and told.
struct Call<'a> {
    service: Service,
    action: &'static str,
    region: &'a str,
    parameters: Vec<(String, String)>,
}

impl QueryClient {
    pub fn new(config: &SdkConfig) -> Self {
        Self { config: config.clone(), credentials: Arc::default(), first_pause: FIRST }
    }

    /// Where the login's own questions go, if nobody named a region.
    pub fn home(&self) -> String {
        self.config.region().map_or_else(|| "us-east-1".to_owned(), ToString::to_string)
    }

    /// Every page of a list, put together by `rows`.
    async fn pages<T>(&self, call: Call<'_>, rows: impl Fn(&Element) -> Vec<T>) -> Result<Vec<T>, LaneFault> {
        let mut all = Vec::new();
        let mut next = None;
        for _ in 0..PAGES {
            let answer = self.call(&call, next.as_ref()).await?;
            all.extend(rows(&answer));
            next = call.service.next_page(&answer);
            if next.is_none() {
                break;
            }
        }
        Ok(all)
    }

    /// One call; throttled ones are made again, later each time.
    async fn call(&self, call: &Call<'_>, page: Option<&(String, String)>) -> Result<Element, LaneFault> {
        let question = Question { service: call.service.prefix(), operation: call.action, region: call.region };
        let mut pause = self.first_pause;
        for tried in 1..=TRIES {
            let credentials = self.credentials().await?;
            let answer = tokio::time::timeout(ANSWER, send::send(&self.config, &credentials, call, page)).await;
            let fault = match answer {
                Ok(Ok(answer)) => return Ok(answer),
                Ok(Err(error)) => super::faults::fault(question, &error),
                Err(_) => question.timed_out(),
            };
            if fault.kind != FaultKind::Throttled || tried == TRIES {
                return Err(fault);
            }
            // Anywhere up to the pause, so that many who were throttled together do not come back together.
            tokio::time::sleep(pause.mul_f64(chance())).await;
            pause = (pause * 2).min(LONGEST);
        }
        Err(question.timed_out())
    }

    async fn credentials(&self) -> Result<Credentials, LaneFault> {
        let mut kept = self.credentials.lock().await;
        let soon = std::time::SystemTime::now() + AHEAD;
        if let Some(kept) = kept.as_ref().filter(|kept| kept.expiry().is_none_or(|expiry| expiry > soon)) {
            return Ok(kept.clone());
        }
        let Some(provider) = self.config.credentials_provider() else {
            let trouble = Trouble::new("there are no AWS credentials").with_remedy("set AWS_PROFILE, or log in");
            return Err(LaneFault { kind: FaultKind::Login, trouble });
        };
        let fresh = provider.provide_credentials().await.map_err(|error| no_credentials(&error))?;
        Ok(kept.insert(fresh).clone())
    }
}
