//! JSON, digests and base64.

use ring::digest::{SHA256, digest};
use serde_json::Value;

use super::Called;
use super::coerce::text_of;
use crate::domain::provision::variables::evaluate::failed;

pub(super) fn call(name: &str, arguments: &[Value]) -> Called {
    Ok(Some(match (name, arguments) {
        ("jsondecode", [text]) => match serde_json::from_str(&text_of(text)?) {
            Ok(value) => value,
            Err(_) => return failed("it is not JSON"),
        },
        ("jsonencode", [value]) => Value::from(value.to_string()),
        ("sha256", [text]) => {
            let digest = digest(&SHA256, text_of(text)?.as_bytes());
            Value::from(digest.as_ref().iter().map(|byte| format!("{byte:02x}")).collect::<String>())
        }
        ("base64encode", [text]) => Value::from(base64(text_of(text)?.as_bytes())),
        _ => return Ok(None),
    }))
}

const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

fn base64(bytes: &[u8]) -> String {
    let mut out = String::new();
    for three in bytes.chunks(3) {
        let packed =
            three.iter().fold(0_usize, |packed, byte| packed << 8 | usize::from(*byte)) << (8 * (3 - three.len()));
        for place in 0..4 {
            let is_there = place <= three.len();
            out.push(if is_there { char::from(DIGITS[packed >> (18 - 6 * place) & 63]) } else { '=' });
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digests_and_base64_are_those_of_everybody() {
        let of = |name: &str, text: &str| call(name, &[Value::from(text)]).ok().flatten().unwrap();
        assert_eq!(of("sha256", ""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
        for (text, packed) in [("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg==")] {
            assert_eq!(of("base64encode", text), packed);
        }
    }
}
