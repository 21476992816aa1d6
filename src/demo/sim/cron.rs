//! Cron schedules of five fields, in UTC.

/// Which minutes a CronJob runs at: a bit set a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Schedule {
    minutes: u64,
    hours: u64,
    days: u64,
    months: u64,
    weekdays: u64,
    any_day: bool,
    any_weekday: bool,
}

impl Schedule {
    /// `None` for what is no schedule.
    pub fn parse(text: &str) -> Option<Self> {
        Self::read(text).ok()
    }

    /// # Errors
    /// What is wrong with it, in the words of the API server's parser.
    pub fn read(text: &str) -> Result<Self, String> {
        let text = match text {
            "@hourly" => "0 * * * *",
            "@daily" | "@midnight" => "0 0 * * *",
            "@weekly" => "0 0 * * 0",
            "@monthly" => "0 0 1 * *",
            "@yearly" | "@annually" => "0 0 1 1 *",
            other => other,
        };
        if text.starts_with('@') {
            return Err(format!("unrecognized descriptor: {text}"));
        }
        let fields: Vec<&str> = text.split_whitespace().collect();
        let &[minutes, hours, days, months, weekdays] = &*fields else {
            return Err(format!("expected exactly 5 fields, found {}: [{}]", fields.len(), fields.join(" ")));
        };
        let any = |field: &str| field.starts_with(['*', '?']);
        let minutes = field(minutes, 0, 59, &[])?;
        let hours = field(hours, 0, 23, &[])?;
        let (day_bits, month_bits) = (field(days, 1, 31, &[])?, field(months, 1, 12, &MONTHS)?);
        let weekday_bits = field(weekdays, 0, 6, &WEEKDAYS)?;
        Ok(Self {
            minutes,
            hours,
            days: day_bits,
            months: month_bits,
            weekdays: weekday_bits,
            any_day: any(days),
            any_weekday: any(weekdays),
        })
    }

    /// The first time after `after` (Unix seconds) within two years.
    pub fn next(&self, after: i64) -> Option<i64> {
        let mut at = (after.div_euclid(60) + 1) * 60;
        let end = after + 2 * 366 * 86_400;
        while at < end {
            let time = jiff::Timestamp::from_second(at).ok()?.to_zoned(jiff::tz::TimeZone::UTC);
            let has = |bits: u64, value: i8| bits >> value & 1 == 1;
            let day = has(self.days, time.day());
            let weekday = has(self.weekdays, time.weekday().to_sunday_zero_offset());
            let day = if self.any_day || self.any_weekday { day && weekday } else { day || weekday };
            if !has(self.months, time.month()) || !day {
                at = (at.div_euclid(86_400) + 1) * 86_400;
            } else if !has(self.hours, time.hour()) {
                at = (at.div_euclid(3600) + 1) * 3600;
            } else if has(self.minutes, time.minute()) {
                return Some(at);
            } else {
                at += 60;
            }
        }
        None
    }
}

impl Schedule {
    /// The first time after `after` by the clocks of a time zone; those of UTC when there is no such zone.
    pub fn next_in(&self, zone: &str, after: i64) -> Option<i64> {
        let Ok(zone) = jiff::tz::TimeZone::get(zone) else { return self.next(after) };
        let offset = |at: i64| Some(i64::from(zone.to_offset(jiff::Timestamp::from_second(at).ok()?).seconds()));
        let mut local = after + offset(after)?;
        loop {
            local = self.next(local)?;
            // An hour that a zone leaves out or has twice is found by the offset that holds then.
            let at = local - offset(local - offset(after)?)?;
            if at > after {
                return Some(at);
            }
        }
    }

    /// The latest time at or before `until` (Unix seconds) within two years.
    pub fn last(&self, until: i64) -> Option<i64> {
        // Most schedules come round within the hour or the day: nobody steps through years of minutes.
        [3_600, 86_400, 32 * 86_400, 2 * 366 * 86_400].into_iter().find_map(|back| {
            let mut found = None;
            let mut at = self.next(until - back).filter(|at| *at <= until);
            while let Some(time) = at {
                found = at;
                at = self.next(time).filter(|at| *at <= until);
            }
            found
        })
    }
}

/// Names that stand for numbers from the field's lowest on.
const MONTHS: [&str; 12] = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
const WEEKDAYS: [&str; 7] = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];

fn field(text: &str, low: u32, high: u32, names: &[&str]) -> Result<u64, String> {
    let mut bits = 0;
    for part in text.split(',') {
        let (range, step) = part.split_once('/').unwrap_or((part, "1"));
        let step = number(step, 0, &[])?;
        let (from, to) = match range.split_once('-') {
            _ if matches!(range, "*" | "?") => (low, high),
            Some((from, to)) => (number(from, low, names)?, number(to, low, names)?),
            None => {
                let only = number(range, low, names)?;
                (only, if part.contains('/') { high } else { only })
            }
        };
        if from < low {
            return Err(format!("beginning of range ({from}) below minimum ({low}): {part}"));
        }
        if to > high {
            return Err(format!("end of range ({to}) above maximum ({high}): {part}"));
        }
        if from > to {
            return Err(format!("beginning of range ({from}) beyond end of range ({to}): {part}"));
        }
        if step == 0 {
            return Err(format!("step of range should be a positive number: {part}"));
        }
        (from..=to).step_by(step as usize).for_each(|value| bits |= 1 << value);
    }
    Ok(bits)
}

fn number(text: &str, low: u32, names: &[&str]) -> Result<u32, String> {
    if let Some(at) = names.iter().position(|name| name.eq_ignore_ascii_case(text)) {
        return Ok(low + at as u32);
    }
    text.parse().map_err(|_| format!("failed to parse int from {text}: strconv.Atoi: parsing {text:?}: invalid syntax"))
}

#[cfg(test)]
mod tests {
    use super::Schedule;

    #[test]
    fn schedules_name_their_last_minute() {
        let last = |schedule: &str, until: &str| {
            let until = until.parse::<jiff::Timestamp>().unwrap().as_second();
            let at = Schedule::parse(schedule).unwrap().last(until).unwrap();
            jiff::Timestamp::from_second(at).unwrap().to_string()
        };
        assert_eq!(last("*/15 * * * *", "2026-11-21T03:01:16Z"), "2026-11-21T03:00:00Z");
        assert_eq!(last("30 2 * * *", "2026-11-21T02:30:00Z"), "2026-11-21T02:30:00Z");
        assert_eq!(last("0 9 * * 1-5", "2026-11-22T03:01:16Z"), "2026-11-20T09:00:00Z");
        assert_eq!(last("0 0 1 1 *", "2026-11-21T03:01:16Z"), "2026-01-01T00:00:00Z");
    }

    #[test]
    fn schedules_name_their_next_minute() {
        let next = |schedule: &str, after: &str| {
            let after = after.parse::<jiff::Timestamp>().unwrap().as_second();
            let at = Schedule::parse(schedule).unwrap().next(after).unwrap();
            jiff::Timestamp::from_second(at).unwrap().to_string()
        };
        assert_eq!(next("*/15 * * * *", "2026-11-21T03:01:16Z"), "2026-11-21T03:15:00Z");
        assert_eq!(next("30 2 * * *", "2026-11-21T03:01:16Z"), "2026-11-22T02:30:00Z");
        assert_eq!(next("0 0 1 1 *", "2026-11-21T03:01:16Z"), "2027-01-01T00:00:00Z");
        assert_eq!(next("0 9 * * 1-5", "2026-11-21T03:01:16Z"), "2026-11-23T09:00:00Z");
        assert_eq!(next("@hourly", "2026-11-21T03:00:00Z"), "2026-11-21T04:00:00Z");
        for wrong in ["", "* * * *", "61 * * * *", "*/0 * * * *", "a * * * *", "5-1 * * * *"] {
            assert_eq!(Schedule::parse(wrong), None, "{wrong}");
        }
        let paris = Schedule::parse("30 8 * * *").unwrap();
        let after = "2026-11-21T07:00:00Z".parse::<jiff::Timestamp>().unwrap().as_second();
        let at = |zone: &str| jiff::Timestamp::from_second(paris.next_in(zone, after).unwrap()).unwrap().to_string();
        assert_eq!(at("Europe/Paris"), "2026-11-21T07:30:00Z");
        assert_eq!(at("America/New_York"), "2026-11-21T13:30:00Z");
        assert_eq!(at(""), "2026-11-21T08:30:00Z");
        assert_eq!(Schedule::read("61 * * * *").unwrap_err(), "end of range (61) above maximum (59): 61");
        assert_eq!(Schedule::parse("0 9 * * MON-FRI"), Schedule::parse("0 9 * * 1-5"));
    }
}
