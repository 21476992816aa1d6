//! Ages and durations in the words of kubectl.

#[cfg(test)]
mod tests;

use std::fmt;

const MINUTE: i64 = 60;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;
const YEAR: i64 = 365 * DAY;

/// A duration in seconds, shown as kubectl shows it (apimachinery's `duration.HumanDuration`): `90s`, `3m10s`, `45m`,
/// `3h5m`, `212d`, `5y10d`. A second in the future is `0s`, further is `<invalid>`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Age(pub i64);

impl Age {
    /// The time from `since` to `now`, both Unix seconds. `None` where `since` is 0, which means "not set".
    pub fn between(since: i64, now: i64) -> Option<Self> {
        (since != 0).then(|| Self(now.saturating_sub(since)))
    }

    /// Seconds, at least 1, until an age that grows is shown in other words.
    pub fn next_change(self) -> i64 {
        let age = self.0;
        let step = match age {
            i64::MIN..=-2 => return (-1_i64).saturating_sub(age),
            -1 => return 2,
            0..600 => 1,
            600..28_800 => MINUTE,
            28_800..691_200 => HOUR,
            691_200..252_288_000 => DAY,
            252_288_000.. => YEAR,
        };
        step - age % step
    }
}

impl fmt::Display for Age {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let age = self.0;
        match age {
            i64::MIN..=-2 => f.pad("<invalid>"),
            -1 => f.pad("0s"),
            _ if age < 2 * MINUTE => write!(f, "{age}s"),
            _ if age < 10 * MINUTE => two(f, age / MINUTE, "m", age % MINUTE, "s"),
            _ if age < 3 * HOUR => write!(f, "{}m", age / MINUTE),
            _ if age < 8 * HOUR => two(f, age / HOUR, "h", age % HOUR / MINUTE, "m"),
            _ if age < 2 * DAY => write!(f, "{}h", age / HOUR),
            _ if age < 8 * DAY => two(f, age / DAY, "d", age % DAY / HOUR, "h"),
            _ if age < 2 * YEAR => write!(f, "{}d", age / DAY),
            _ if age < 8 * YEAR => two(f, age / YEAR, "y", age % YEAR / DAY, "d"),
            _ => write!(f, "{}y", age / YEAR),
        }
    }
}

fn two(f: &mut fmt::Formatter<'_>, big: i64, big_unit: &str, small: i64, small_unit: &str) -> fmt::Result {
    if small == 0 { write!(f, "{big}{big_unit}") } else { write!(f, "{big}{big_unit}{small}{small_unit}") }
}

/// Seconds of `2h`, `30m`, `1d12h`, `2w`, `1y`: numbers, each with a unit, each unit smaller than the one before.
/// `None` for anything else, a bare number too.
pub fn parse(text: &str) -> Option<i64> {
    let mut rest = text.trim();
    let mut total: i64 = 0;
    let mut last_unit = i64::MAX;
    if rest.is_empty() {
        return None;
    }
    while !rest.is_empty() {
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        let number: i64 = rest[..digits].parse().ok()?;
        let letter = rest[digits..].chars().next()?;
        let unit = match letter.to_ascii_lowercase() {
            's' => 1,
            'm' => MINUTE,
            'h' => HOUR,
            'd' => DAY,
            'w' => 7 * DAY,
            'y' => YEAR,
            _ => return None,
        };
        if unit >= last_unit {
            return None;
        }
        last_unit = unit;
        total = total.checked_add(number.checked_mul(unit)?)?;
        rest = &rest[digits + letter.len_utf8()..];
    }
    Some(total)
}
