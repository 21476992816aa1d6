//! The timestamp that the kubelet puts before each line.

/// Reads an RFC 3339 time and the space behind it: nanoseconds since the Unix epoch and the bytes that they took.
/// `None` when the line does not begin with one. Handles what containerd, CRI-O and dockershim write:
/// `2025-11-21T02:39:54.123456789Z`, any number of fraction digits, `Z` or an offset.
pub fn parse_time(line: &[u8]) -> Option<(i64, usize)> {
    let date = line.get(..19)?;
    if date[4] != b'-' || date[7] != b'-' || date[10] != b'T' || date[13] != b':' || date[16] != b':' {
        return None;
    }
    let year = two(date, 0)? * 100 + two(date, 2)?;
    let (month, day) = (two(date, 5)?, two(date, 8)?);
    let (hour, minute, second) = (two(date, 11)?, two(date, 14)?, two(date, 17)?);
    if !(1..=12).contains(&month) || !(1..=31).contains(&day) || hour > 23 || minute > 59 || second > 60 {
        return None;
    }
    let mut at = 19;
    let mut nanos = 0i64;
    if line.get(at) == Some(&b'.') {
        at += 1;
        let mut unit = 100_000_000i64;
        while let Some(digit) = line.get(at).copied().filter(u8::is_ascii_digit) {
            nanos += i64::from(digit - b'0') * unit;
            unit /= 10;
            at += 1;
        }
    }
    let offset = match line.get(at)? {
        b'Z' => {
            at += 1;
            0
        }
        sign @ (b'+' | b'-') => {
            let zone = line.get(at + 1..at + 6)?;
            let seconds = two(zone, 0)? * 3600 + two(zone, 3)? * 60;
            at += 6;
            if *sign == b'+' { seconds } else { -seconds }
        }
        _ => return None,
    };
    match line.get(at) {
        Some(b' ') => at += 1,
        None => {}
        Some(_) => return None,
    }
    let seconds = days_from_civil(year, month, day) * 86_400 + hour * 3600 + minute * 60 + second - offset;
    Some((seconds.checked_mul(1_000_000_000)?.checked_add(nanos)?, at))
}

fn two(digits: &[u8], at: usize) -> Option<i64> {
    let (high, low) = (digits[at].wrapping_sub(b'0'), digits[at + 1].wrapping_sub(b'0'));
    (high < 10 && low < 10).then_some(i64::from(high) * 10 + i64::from(low))
}

/// Days since 1970-01-01 of a date in the Gregorian calendar (Howard Hinnant, "chrono-compatible low-level date
/// algorithms").
fn days_from_civil(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let year_of_era = year - era * 400;
    let day_of_year = (153 * (if month > 2 { month - 3 } else { month + 9 }) + 2) / 5 + day - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    era * 146_097 + day_of_era - 719_468
}

/// Nanoseconds since the Unix epoch as RFC 3339 in UTC with milliseconds: `2025-11-21T02:39:54.123Z`.
pub fn format_time(at: i64) -> String {
    match jiff::Timestamp::from_nanosecond(i128::from(at)) {
        Ok(time) => format!("{time:.3}"),
        Err(_) => String::new(),
    }
}
