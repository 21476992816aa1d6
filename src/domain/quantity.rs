//! Kubernetes quantities: `250m`, `1.5`, `20Mi`, `3e2`.

#[cfg(test)]
mod tests;

/// Exact value as a fraction of powers of ten and two, read from a quantity.
struct Quantity {
    /// The digits without their point.
    digits: i128,
    /// Powers of ten that the digits are multiplied by, negative for decimals and for `m`, `u`, `n`.
    ten: i32,
    /// What a binary suffix multiplies by.
    binary: i128,
}

/// Millicores of a CPU quantity, rounded up as Kubernetes rounds: `250m` → 250, `1.5` → 1500, `1n` → 1.
pub fn millis(text: &str) -> Option<i64> {
    read(text)?.scaled(3)
}

/// Bytes of a memory or storage quantity, rounded up: `20Mi` → 20971520, `1G` → 1000000000.
pub fn bytes(text: &str) -> Option<i64> {
    read(text)?.scaled(0)
}

/// Cores in short words: `250m`, `2`, `1.5`, `12.3`.
pub fn cpu_words(millis: i64) -> String {
    match millis {
        -999..=999 if millis != 0 => format!("{millis}m"),
        _ if millis % 1_000 == 0 => (millis / 1_000).to_string(),
        _ => format!("{:.1}", millis as f64 / 1_000.0),
    }
}

/// Bytes in short words with binary units, at most one decimal and that only below ten: `20Mi`, `1.5Gi`, `900Ki`.
pub fn bytes_words(bytes: i64) -> String {
    const UNITS: [&str; 7] = ["", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei"];
    let mut value = bytes as f64;
    let mut unit = 0;
    // 1023.5 would be shown as 1024.
    while value.abs() >= 1_023.5 && unit + 1 < UNITS.len() {
        value /= 1_024.0;
        unit += 1;
    }
    let tenths = (value * 10.0).round() / 10.0;
    if unit > 0 && tenths.abs() < 10.0 && tenths.fract() != 0.0 {
        format!("{tenths:.1}{}", UNITS[unit])
    } else {
        format!("{value:.0}{}", UNITS[unit])
    }
}

/// The grammar of apimachinery's `resource.Quantity`: a signed decimal and a binary, decimal or exponent suffix.
fn read(text: &str) -> Option<Quantity> {
    let text = text.trim();
    let (negative, unsigned) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    let end = unsigned.bytes().take_while(|byte| byte.is_ascii_digit() || *byte == b'.').count();
    let (number, suffix) = unsigned.split_at(end);
    let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
    if whole.is_empty() && fraction.is_empty() || fraction.contains('.') {
        return None;
    }
    let digits: i128 = format!("{whole}{fraction}").parse().ok()?;
    let (power, binary) = suffix_of(suffix)?;
    let ten = power - i32::try_from(fraction.len()).ok()?;
    Some(Quantity { digits: if negative { -digits } else { digits }, ten, binary })
}

fn suffix_of(suffix: &str) -> Option<(i32, i128)> {
    Some(match suffix {
        "" => (0, 1),
        "n" => (-9, 1),
        "u" => (-6, 1),
        "m" => (-3, 1),
        "k" => (3, 1),
        "M" => (6, 1),
        "G" => (9, 1),
        "T" => (12, 1),
        "P" => (15, 1),
        "E" => (18, 1),
        "Ki" => (0, 1 << 10),
        "Mi" => (0, 1 << 20),
        "Gi" => (0, 1 << 30),
        "Ti" => (0, 1 << 40),
        "Pi" => (0, 1 << 50),
        "Ei" => (0, 1 << 60),
        exponent => (exponent.strip_prefix(['e', 'E'])?.parse().ok().filter(|power: &i32| power.abs() <= 30)?, 1),
    })
}

impl Quantity {
    /// The value times ten to `extra`, rounded away from zero; `None` beyond 64 bits.
    fn scaled(&self, extra: i32) -> Option<i64> {
        let value = self.digits.checked_mul(self.binary)?;
        let ten = self.ten + extra;
        let power = 10_i128.checked_pow(ten.unsigned_abs());
        let scaled = match power {
            Some(power) if ten >= 0 => value.checked_mul(power)?,
            Some(power) => value / power + (value % power).signum(),
            None if ten < 0 => value.signum(),
            None => return None,
        };
        i64::try_from(scaled).ok()
    }
}
