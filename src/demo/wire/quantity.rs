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

fn binary(digits: &str, power: usize) -> Option<String> {
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let scaled: i128 = format!("{whole}{fraction}").parse::<i128>().ok()?.checked_mul(1024_i128.pow(power as u32))?;
    let parts = 10_i128.pow(u32::try_from(fraction.len()).ok()?);
    (scaled % parts == 0).then(|| binary_words(scaled / parts))
}

fn binary_words(mut number: i128) -> String {
    let mut power = 0;
    while number != 0 && number % 1024 == 0 && power + 1 < BINARY.len() {
        number /= 1024;
        power += 1;
    }
    format!("{number}{}", BINARY[power])
}

/// Whether a text can be read as a quantity: a number and a suffix or exponent.
pub fn is_quantity(text: &str) -> bool {
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    let split = unsigned.find(|c: char| !(c.is_ascii_digit() || c == '.')).unwrap_or(unsigned.len());
    let (number, suffix) = unsigned.split_at(split);
    let number_fits = match number.split_once('.') {
        Some((whole, fraction)) => digits(&format!("{whole}{fraction}")),
        None => digits(number),
    };
    let exponent = suffix.strip_prefix(['e', 'E']).map(|rest| rest.strip_prefix(['+', '-']).unwrap_or(rest));
    number_fits
        && (BINARY.contains(&suffix) || DECIMAL.contains(&suffix) || suffix == "E" || exponent.is_some_and(digits))
}

/// A quantity to calculate with.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Amount {
    pub nanos: i128,
    /// It is written with binary suffixes.
    pub binary: bool,
}

const NANOS: i128 = 1_000_000_000;

impl Amount {
    /// `None` for what is no quantity.
    pub fn read(text: &str) -> Option<Self> {
        let split = text.find(|c: char| !(c.is_ascii_digit() || matches!(c, '.' | '-' | '+'))).unwrap_or(text.len());
        let (digits, suffix) = text.split_at(split);
        let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
        let number: i128 = format!("{whole}{fraction}").parse().ok()?;
        let parts = 10_i128.checked_pow(u32::try_from(fraction.len()).ok()?)?;
        if let Some(power) = BINARY.iter().skip(1).position(|name| *name == suffix) {
            let nanos = number.checked_mul(1024_i128.pow(power as u32 + 1))?.checked_mul(NANOS)? / parts;
            return Some(Self { nanos, binary: true });
        }
        let power = DECIMAL.iter().position(|name| *name == suffix)?;
        Some(Self { nanos: number.checked_mul(1000_i128.pow(power as u32))? / parts, binary: false })
    }

    pub fn one() -> Self {
        Self { nanos: NANOS, binary: false }
    }

    /// The sum, written as the operand that is more than nothing.
    pub fn plus(self, other: Self) -> Self {
        let binary = if self.nanos == 0 { other.binary } else { self.binary };
        Self { nanos: self.nanos + other.nanos, binary }
    }

    pub fn written(self) -> String {
        if self.binary && self.nanos % NANOS == 0 {
            return binary_words(self.nanos / NANOS);
        }
        rewrite(&format!("{}n", self.nanos)).unwrap_or_default()
    }
}
