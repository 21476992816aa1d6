//! Failures that our own layers make, told apart from those of the wire.

use std::time::Duration;

use http::Method;

use crate::domain::health::Trouble;

/// Why a layer ended a request.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    #[error("{method} {path} would change something that nobody agreed to, and was not sent")]
    NotARead { method: Method, path: String },
    #[error("all {limit} connections are in use")]
    Crowded { limit: usize, in_all: bool },
    #[error("no answer within {} s", .0.as_secs())]
    NoHead(Duration),
    #[error("the answer stopped for {} s", .0.as_secs())]
    Silent(Duration),
    #[error("{}", .0.words)]
    Credential(Trouble),
}
