//! Schedules of CronJobs, as robfig/cron's standard parser reads them (that is what Kubernetes checks with).

const FIELDS: [Field; 5] = [
    Field { name: "minute", least: 0, most: 59, words: &[] },
    Field { name: "hour", least: 0, most: 23, words: &[] },
    Field { name: "day of month", least: 1, most: 31, words: &[] },
    Field { name: "month", least: 1, most: 12, words: &MONTHS },
    Field { name: "day of week", least: 0, most: 6, words: &DAYS },
];
const MONTHS: [&str; 12] = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
const DAYS: [&str; 7] = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];
const WORDS: [&str; 7] = ["@yearly", "@annually", "@monthly", "@weekly", "@daily", "@midnight", "@hourly"];

struct Field {
    name: &'static str,
    least: u32,
    most: u32,
    words: &'static [&'static str],
}

/// Checks five fields with `*`, numbers, names, ranges, lists and steps, or a word such as `@daily`.
pub fn check(text: &str) -> Result<(), String> {
    let text = text.trim();
    if text.is_empty() {
        return Err("needed".to_owned());
    }
    if text.starts_with('@') {
        let every = text.strip_prefix("@every ").is_some_and(|rest| super::seconds(rest).is_ok());
        return if every || WORDS.contains(&text) { Ok(()) } else { Err(format!("one of {}", WORDS.join(", "))) };
    }
    if text.starts_with("TZ=") || text.starts_with("CRON_TZ=") {
        return Err("the time zone stands in spec.timeZone, not here".to_owned());
    }
    let parts: Vec<&str> = text.split_whitespace().collect();
    if parts.len() != FIELDS.len() {
        return Err(format!("five fields (minute hour day month weekday), not {}", parts.len()));
    }
    parts.iter().zip(&FIELDS).try_for_each(|(part, field)| field.check(part))
}

impl Field {
    fn check(&self, text: &str) -> Result<(), String> {
        text.split(',').try_for_each(|item| self.check_item(item))
    }

    fn check_item(&self, item: &str) -> Result<(), String> {
        let (range, step) = item.split_once('/').map_or((item, None), |(range, step)| (range, Some(step)));
        if let Some(step) = step
            && !step.parse::<u32>().is_ok_and(|step| step > 0)
        {
            return Err(format!("{}: after the slash comes a number above 0", self.name));
        }
        if matches!(range, "*" | "?") {
            return Ok(());
        }
        let (from, to) = range.split_once('-').map_or((range, None), |(from, to)| (from, Some(to)));
        let from = self.number(from)?;
        match to.map(|to| self.number(to)).transpose()? {
            Some(to) if to < from => Err(format!("{}: {range} ends before it begins", self.name)),
            _ => Ok(()),
        }
    }

    fn number(&self, text: &str) -> Result<u32, String> {
        if let Some(place) = self.words.iter().position(|word| word.eq_ignore_ascii_case(text)) {
            return Ok(place as u32 + self.least);
        }
        let number = text.parse::<u32>().ok().filter(|number| (self.least..=self.most).contains(number));
        number.ok_or_else(|| format!("{}: {text:?} is not from {} to {}", self.name, self.least, self.most))
    }
}
