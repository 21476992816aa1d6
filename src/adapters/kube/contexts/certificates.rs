//! Certificates and keys in PEM: read, checked, and told when they ended.

use std::path::{Path, PathBuf};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use jiff::{SpanRound, Timestamp, Unit};
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use x509_parser::parse_x509_certificate;

/// A PEM file is a few kilobytes; a bundle of all public authorities 230.
const FILE_BYTES: u64 = 2 * 1024 * 1024;

/// PEM given inline as base64, else read from a file that is relative to the kubeconfig. `None` if neither is given.
///
/// # Errors
/// Words that name the field and the file.
pub fn pem(field: &str, data: Option<&str>, file: Option<&str>, base: &Path) -> Result<Option<Vec<u8>>, String> {
    if let Some(data) = data.filter(|data| !data.is_empty()) {
        let compact: String = data.split_ascii_whitespace().collect();
        let bytes = STANDARD.decode(compact).map_err(|_| format!("{field}-data is not base64"))?;
        return Ok(Some(bytes));
    }
    let Some(file) = file.filter(|file| !file.is_empty()) else { return Ok(None) };
    let path = resolve(base, file);
    let told = |error: String| format!("{field} {}: {error}", path.display());
    let meta = std::fs::metadata(&path).map_err(|error| told(error.to_string()))?;
    if meta.len() > FILE_BYTES {
        return Err(told("too large for a certificate or key".into()));
    }
    std::fs::read(&path).map(Some).map_err(|error| told(error.to_string()))
}

/// Paths in a kubeconfig are relative to it.
pub fn resolve(base: &Path, file: &str) -> PathBuf {
    base.join(file)
}

/// The certificates in PEM text, as DER.
///
/// # Errors
/// Words, if there is none or one of them is no certificate.
pub fn certificates(field: &str, pem: &[u8]) -> Result<Vec<Vec<u8>>, String> {
    let mut out = Vec::new();
    for certificate in CertificateDer::pem_slice_iter(pem) {
        let der = certificate.map_err(|error| format!("{field} is not PEM: {error}"))?;
        parse_x509_certificate(&der).map_err(|_| format!("{field} holds something that is no certificate"))?;
        out.push(der.to_vec());
    }
    if out.is_empty() { Err(format!("{field} holds no certificate")) } else { Ok(out) }
}

/// Why the first of these certificates cannot be used now: "expired 3 days ago (2026-11-18)". `None` if it can.
pub fn validity_trouble(der: &[u8], now: Timestamp) -> Option<String> {
    let (_, certificate) = parse_x509_certificate(der).ok()?;
    let at = |seconds: i64| Timestamp::from_second(seconds).ok();
    let ends = at(certificate.validity().not_after.timestamp())?;
    if ends <= now {
        return Some(format!("expired {} ago ({})", distance(ends, now), day(ends)));
    }
    let begins = at(certificate.validity().not_before.timestamp())?;
    (begins > now).then(|| format!("is not valid before {} (is this machine's clock right?)", day(begins)))
}

fn day(at: Timestamp) -> String {
    at.strftime("%Y-%m-%d").to_string()
}

/// "3 days", "5 hours", "1 minute".
pub fn distance(from: Timestamp, to: Timestamp) -> String {
    let span = SpanRound::new().largest(Unit::Hour).smallest(Unit::Second);
    let hours = (to - from).round(span).map(|span| i64::from(span.get_hours())).unwrap_or_default();
    let minutes = (to.as_second() - from.as_second()) / 60;
    let (count, unit) = match (hours / 24, hours) {
        (days, _) if days > 0 => (days, "day"),
        (_, hours) if hours > 0 => (hours, "hour"),
        _ => (minutes.max(1), "minute"),
    };
    if count == 1 { format!("1 {unit}") } else { format!("{count} {unit}s") }
}
