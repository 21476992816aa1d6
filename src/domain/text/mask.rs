//! Credentials in text: found by their shape or by the name before them.

use std::borrow::Cow;
use std::ops::Range;

/// What stands in place of a credential.
pub const MASK: &str = "••••••";

/// Names whose value is a credential, in lower case without `_` and `-`: AWS keys and the signed part of STS URLs.
const SECRET_NAMES: [&str; 4] = ["secretaccesskey", "sessiontoken", "amzsecuritytoken", "amzsignature"];

/// Shorter values after a secret name are words ("missing"), not credentials.
const SECRET_VALUE_LEAST: usize = 16;

/// The text with every credential replaced by [`MASK`]; what introduces it (`Bearer `, `k8s-aws-v1.`) stays.
pub fn mask(text: &str) -> Cow<'_, str> {
    let hidden = secrets(text);
    if hidden.is_empty() {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    let mut from = 0;
    for range in hidden {
        out.push_str(&text[from..range.start]);
        out.push_str(MASK);
        from = range.end;
    }
    out.push_str(&text[from..]);
    Cow::Owned(out)
}

/// Byte ranges of credentials, in order, not overlapping. Every range lies on ASCII bytes.
pub(super) fn secrets(text: &str) -> Vec<Range<usize>> {
    let bytes = text.as_bytes();
    let mut found = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        match secret_at(bytes, at) {
            Some(range) => {
                at = range.end;
                found.push(range);
            }
            None => at += 1,
        }
    }
    found
}

/// A credential that the byte at `at` gives away. Each arm looks at one rare or final byte of a pattern first, so that
/// ordinary text costs one comparison a byte.
fn secret_at(bytes: &[u8], at: usize) -> Option<Range<usize>> {
    match bytes[at] {
        b'8' => eks_token(bytes, at),
        b'b' | b'B' => bearer(bytes, at),
        b'J' => json_web_token(bytes, at),
        b'A' => access_key_id(bytes, at),
        b'y' | b'Y' | b'n' | b'N' | b'e' | b'E' => named(bytes, at),
        _ => None,
    }
}

fn is_token_byte(byte: &u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b'~' | b'+' | b'/' | b'=')
}

fn is_base64url(byte: &u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_')
}

fn run(bytes: &[u8], from: usize, wanted: impl Fn(&u8) -> bool) -> usize {
    bytes[from..].iter().take_while(|byte| wanted(byte)).count()
}

/// `k8s-aws-v1.` and a presigned URL in base64.
fn eks_token(bytes: &[u8], at: usize) -> Option<Range<usize>> {
    let start = at.checked_sub(1)?;
    let from = start + b"k8s-aws-v1.".len();
    if !bytes[start..].starts_with(b"k8s-aws-v1.") {
        return None;
    }
    let length = run(bytes, from, is_token_byte);
    (length > 0).then(|| from..from + length)
}

/// `Bearer` and a token; prose such as "bearer of news" has neither digits nor length.
fn bearer(bytes: &[u8], at: usize) -> Option<Range<usize>> {
    let name = bytes.get(at..at + 6)?;
    if !name.eq_ignore_ascii_case(b"bearer") || !matches!(bytes.get(at + 6), Some(b' ')) {
        return None;
    }
    let from = at + 6 + run(bytes, at + 6, |byte| *byte == b' ');
    let length = run(bytes, from, is_token_byte);
    let token = &bytes[from..from + length];
    let looks_made = length >= 20 || (length >= 8 && token.iter().any(u8::is_ascii_digit));
    looks_made.then(|| from..from + length)
}

/// `eyJ….….…` (RFC 7515): three base64url parts, the last of which may be empty.
fn json_web_token(bytes: &[u8], at: usize) -> Option<Range<usize>> {
    let start = at.checked_sub(2)?;
    if &bytes[start..at] != b"ey" || start > 0 && is_base64url(&bytes[start - 1]) {
        return None;
    }
    let header = start + run(bytes, start, is_base64url);
    if header - start < 10 || bytes.get(header) != Some(&b'.') {
        return None;
    }
    let payload = header + 1 + run(bytes, header + 1, is_base64url);
    if payload - header < 6 {
        return None;
    }
    let end = match bytes.get(payload) {
        Some(b'.') => payload + 1 + run(bytes, payload + 1, is_base64url),
        _ => payload,
    };
    Some(start..end)
}

/// `AKIA…` and `ASIA…`: twenty capitals and digits. The four letters stay: they tell the kind.
fn access_key_id(bytes: &[u8], at: usize) -> Option<Range<usize>> {
    let key = bytes.get(at..at + 20)?;
    let alone = at == 0 || !bytes[at - 1].is_ascii_alphanumeric();
    let ends = bytes.get(at + 20).is_none_or(|byte| !byte.is_ascii_alphanumeric());
    let fits = (key.starts_with(b"AKIA") || key.starts_with(b"ASIA"))
        && key.iter().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit());
    (alone && ends && fits).then(|| at + 4..at + 20)
}

/// The value after a name of [`SECRET_NAMES`] that ends at `at`, however it is joined: `=`, `: `, `":"`, a space.
fn named(bytes: &[u8], at: usize) -> Option<Range<usize>> {
    if !SECRET_NAMES.iter().any(|name| ends_with_name(&bytes[..=at], name)) {
        return None;
    }
    let joint = run(bytes, at + 1, |byte| matches!(byte, b' ' | b'=' | b':' | b'"' | b'\'' | b'\\' | b'>'));
    let from = at + 1 + joint;
    let length = run(bytes, from, |byte| is_token_byte(byte) || *byte == b'%');
    (joint > 0 && length >= SECRET_VALUE_LEAST).then(|| from..from + length)
}

fn ends_with_name(bytes: &[u8], name: &str) -> bool {
    let mut wanted = name.bytes().rev().peekable();
    for byte in bytes.iter().rev() {
        match wanted.peek() {
            None => return true,
            Some(letter) if byte.eq_ignore_ascii_case(letter) => {
                wanted.next();
            }
            Some(_) if matches!(byte, b'_' | b'-') => {}
            Some(_) => return false,
        }
    }
    wanted.peek().is_none()
}
