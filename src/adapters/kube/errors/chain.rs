//! Failures below HTTP: name resolution, connecting, TLS, bodies that end early.

use std::error::Error;

use super::{Asked, Place, say};
use crate::domain::health::Trouble;
use crate::runtime::ports::PortError;

/// An error of the client as an error in words; the causes beneath it tell which.
pub fn from_chain(place: &Place, asked: &Asked, error: &(dyn Error + 'static)) -> PortError {
    let mut last = error;
    while let Some(source) = last.source() {
        last = source;
    }
    PortError::Unreachable(Trouble::new(format!(
        "{} ({}): {}: {}",
        place.cluster(),
        place.host(),
        asked.path,
        say(&last.to_string())
    )))
}
