//! What a failed TLS handshake means.

use rustls::{AlertDescription, CertificateError, Error};

use super::super::{Place, say};
use crate::domain::health::Trouble;
use crate::domain::request::PortError;

/// A TLS error in words.
pub fn words(place: &Place, error: &Error) -> PortError {
    let (cluster, host) = (place.cluster(), place.host());
    let told = |words: String| PortError::Unreachable(Trouble::new(format!("{cluster}: {words}")));
    match error {
        Error::InvalidCertificate(problem) => certificate(place, problem),
        Error::AlertReceived(alert) => match alert {
            AlertDescription::CertificateExpired => {
                place.unauthorised("the server says that the client certificate has expired")
            }
            AlertDescription::BadCertificate
            | AlertDescription::CertificateUnknown
            | AlertDescription::UnknownCA
            | AlertDescription::CertificateRequired
            | AlertDescription::DecryptError
            | AlertDescription::AccessDenied => {
                place.unauthorised(&format!("the server does not accept the client certificate ({alert:?})"))
            }
            AlertDescription::UnrecognisedName => told(format!("{host} does not know that name (tls-server-name?)")),
            alert => told(format!("{host} refused the TLS handshake ({alert:?})")),
        },
        Error::InvalidMessage(_) => told(format!("{host} does not speak TLS (http instead of https?)")),
        other => told(format!("TLS with {host} failed: {}", say(&other.to_string()))),
    }
}

fn certificate(place: &Place, problem: &CertificateError) -> PortError {
    let (cluster, host) = (place.cluster(), place.host());
    let words = match problem {
        // Authorities that share a name ("kubernetes" is every kubeadm's) are told apart by their signature alone.
        CertificateError::UnknownIssuer | CertificateError::BadSignature => {
            let whose = place.authority();
            format!("the certificate of {host} is not signed by an authority that is trusted: {whose}")
        }
        CertificateError::Expired | CertificateError::ExpiredContext { .. } => {
            format!("the certificate of {host} has expired")
        }
        CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => {
            format!("the certificate of {host} is not valid yet (is this machine's clock right?)")
        }
        CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
            format!("the certificate of {host} is for another name (tls-server-name?)")
        }
        other => format!("the certificate of {host} is not accepted: {}", say(&other.to_string())),
    };
    PortError::Unreachable(Trouble::new(format!("{cluster}: {words}")))
}
