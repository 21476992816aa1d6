//! Lengths of time as a person types them.

/// Seconds of `90s`, `10m`, `1h30m`, `2d`, `45`: at most what 31 bits hold, as Kubernetes' own fields. Units go from
/// large to small, each at most once.
pub fn seconds(text: &str) -> Result<i64, String> {
    const UNITS: [(char, i64); 4] = [('d', 86_400), ('h', 3_600), ('m', 60), ('s', 1)];
    let wrong = || "a length of time such as 90s, 10m, 1h30m or 2d".to_owned();
    let text = text.trim();
    if text.is_empty() {
        return Err("needed".to_owned());
    }
    if text.bytes().all(|byte| byte.is_ascii_digit()) {
        return text.parse::<i32>().map(i64::from).map_err(|_| wrong());
    }
    let (mut rest, mut total, mut left) = (text, 0_i64, &UNITS[..]);
    while !rest.is_empty() {
        let end = rest.bytes().take_while(u8::is_ascii_digit).count();
        let number: i64 = rest[..end].parse().map_err(|_| wrong())?;
        let unit = rest[end..].chars().next().ok_or_else(wrong)?;
        let place = left.iter().position(|(name, _)| *name == unit).ok_or_else(wrong)?;
        let part = number.checked_mul(left[place].1).ok_or_else(wrong)?;
        total = total.checked_add(part).ok_or_else(wrong)?;
        left = &left[place + 1..];
        rest = &rest[end + unit.len_utf8()..];
    }
    i32::try_from(total).map(i64::from).map_err(|_| wrong())
}
