//! Resource quantities in the API server's canonical writing: `0.5` is `500m`, `1024Mi` is `1Gi`, `1000m` is `1`.

use serde_json::Value;

const BINARY: [&str; 7] = ["", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei"];
const DECIMAL: [&str; 9] = ["n", "u", "m", "", "k", "M", "G", "T", "P"];

/// The canonical writing, or the value as it is when it is no quantity.
pub fn canonical(value: &Value) -> Value {
    let text = match value {
        Value::String(text) => text.clone(),
        Value::Number(number) => number.to_string(),
        other => return other.clone(),
    };
    Value::String(rewrite(&text).unwrap_or(text))
}

fn rewrite(text: &str) -> Option<String> {
    let split = text.find(|c: char| !(c.is_ascii_digit() || matches!(c, '.' | '-' | '+'))).unwrap_or(text.len());
    let (digits, suffix) = text.split_at(split);
    if let Some(power) = BINARY.iter().skip(1).position(|name| *name == suffix) {
        return binary(digits, power + 1);
    }
    let power = DECIMAL.iter().position(|name| *name == suffix)?;
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let mut number: i128 = format!("{whole}{fraction}").parse().ok()?;
    let mut exponent = power as i32 * 3 - 9 - fraction.len() as i32;
    if number == 0 {
        return Some("0".into());
    }
    while number % 10 == 0 {
        number /= 10;
        exponent += 1;
    }
    while exponent.rem_euclid(3) != 0 {
        number *= 10;
        exponent -= 1;
    }
    let name = DECIMAL.get(usize::try_from(exponent / 3 + 3).ok()?)?;
    Some(format!("{number}{name}"))
}

fn binary(digits: &str, mut power: usize) -> Option<String> {
    let mut number: i64 = digits.parse().ok()?;
    while number != 0 && number % 1024 == 0 && power + 1 < BINARY.len() {
        number /= 1024;
        power += 1;
    }
    Some(if number == 0 { "0".into() } else { format!("{number}{}", BINARY[power]) })
}
