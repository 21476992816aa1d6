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
        let text = match text {
            "@hourly" => "0 * * * *",
            "@daily" | "@midnight" => "0 0 * * *",
            "@weekly" => "0 0 * * 0",
            "@monthly" => "0 0 1 * *",
            "@yearly" | "@annually" => "0 0 1 1 *",
            other => other,
        };
        let fields: Vec<&str> = text.split_whitespace().collect();
        let &[minutes, hours, days, months, weekdays] = &*fields else { return None };
        let weekday_bits = field(weekdays, 0, 7)?;
        Some(Self {
            minutes: field(minutes, 0, 59)?,
            hours: field(hours, 0, 23)?,
            days: field(days, 1, 31)?,
            months: field(months, 1, 12)?,
            weekdays: weekday_bits | weekday_bits >> 7,
            any_day: days.starts_with('*'),
            any_weekday: weekdays.starts_with('*'),
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

fn field(text: &str, low: u32, high: u32) -> Option<u64> {
    let mut bits = 0;
    for part in text.split(',') {
        let (range, step) = match part.split_once('/') {
            Some((range, step)) => (range, step.parse().ok().filter(|step| *step > 0)?),
            None => (part, 1),
        };
        let (from, to) = match range.split_once('-') {
            _ if range == "*" => (low, high),
            Some((from, to)) => (from.parse().ok()?, to.parse().ok()?),
            None if part.contains('/') => (range.parse().ok()?, high),
            None => {
                let only = range.parse().ok()?;
                (only, only)
            }
        };
        if from < low || to > high || from > to {
            return None;
        }
        (from..=to).step_by(step).for_each(|value| bits |= 1 << value);
    }
    Some(bits)
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
    }
}
