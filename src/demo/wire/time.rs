//! Times as the API writes them: RFC 3339 in UTC, whole seconds (or microseconds for MicroTime).

/// `2026-11-21T03:01:16Z`
pub fn rfc3339(seconds: i64) -> String {
    let (year, month, day) = civil(seconds.div_euclid(86_400));
    let rest = seconds.rem_euclid(86_400);
    format!("{year:04}-{month:02}-{day:02}T{:02}:{:02}:{:02}Z", rest / 3600, rest / 60 % 60, rest % 60)
}

/// `2026-11-21T03:01:16.000123Z`
pub fn rfc3339_micros(micros: i64) -> String {
    let mut text = rfc3339(micros.div_euclid(1_000_000));
    text.pop();
    text.push_str(&format!(".{:06}Z", micros.rem_euclid(1_000_000)));
    text
}

/// As a container log stamps its lines: nanoseconds, nine digits.
pub fn rfc3339_nanos(millis: i64, nanos_below: u32) -> String {
    let mut text = rfc3339(millis.div_euclid(1000));
    text.pop();
    text.push_str(&format!(".{:03}{:06}Z", millis.rem_euclid(1000), nanos_below % 1_000_000));
    text
}

/// Microseconds since the epoch of an RFC 3339 time.
pub fn parse_micros(text: &str) -> Option<i64> {
    text.parse::<jiff::Timestamp>().ok().map(|time| time.as_microsecond())
}

/// Seconds since the epoch of an RFC 3339 time.
pub fn parse(text: &str) -> Option<i64> {
    parse_micros(text).map(|micros| micros.div_euclid(1_000_000))
}

/// Unix milliseconds now.
pub fn now_millis() -> i64 {
    jiff::Timestamp::now().as_millisecond()
}

/// Year, month and day of a day number since 1970-01-01 (Howard Hinnant's civil_from_days).
fn civil(days: i64) -> (i64, i64, i64) {
    let shifted = days + 719_468;
    let era = shifted.div_euclid(146_097);
    let day_of_era = shifted.rem_euclid(146_097);
    let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_index = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month_index + 2) / 5 + 1;
    let month = if month_index < 10 { month_index + 3 } else { month_index - 9 };
    (year_of_era + era * 400 + i64::from(month <= 2), month, day)
}
