//! What a person may type into a field of a form or give for a placeholder of a template, and what is wrong with it in
//! words that name the character.

mod command;
mod duration;
mod image;
mod labels;
mod name;
mod schedule;
#[cfg(test)]
mod tests;

pub use command::argv;
pub use duration::seconds;
pub use image::base_name;
pub use labels::{check_key, check_value, labels, pair};
pub use name::{as_name, check_name};

use super::eks::principal;
use super::names::{CRONJOB, LABEL};
use super::{quantity, registry};

/// The type of a field's value. Every value is typed as text; this says which texts are right.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FieldKind {
    /// A DNS-1123 label of at most this many characters.
    Name {
        most: usize,
    },
    /// Any one line.
    Text,
    /// A reference to a container image.
    Image,
    /// A line for `sh -c`, or a JSON list of arguments (`["/bin/tool", "--all"]`) for images without a shell.
    Command,
    Integer {
        least: i64,
        most: i64,
    },
    /// A Kubernetes quantity that is not negative.
    Quantity,
    /// `90s`, `10m`, `1h30m`, `2d`, or plain seconds.
    Duration,
    /// One of these.
    Choice(Vec<String>),
    /// `true` or `false`.
    Boolean,
    Namespace,
    /// The name of a CronJob.
    CronJob,
    /// Five fields of cron, or `@daily` and its like.
    Schedule,
    /// `key=value`, several with commas or blanks between them.
    Labels,
    /// The value of a label whose key is known.
    LabelValue,
    /// One label as `key=value`, or nothing.
    Label,
    /// What a registered cluster is called.
    ClusterName,
    /// ARN of an IAM user or role.
    Principal,
    /// Names of namespaces, or patterns with `*`; with commas or blanks between them.
    Namespaces,
    /// Text that nobody may see: it is pasted.
    Secret,
}

/// Longest name of a Job that leaves its pods' names whole: they add a dash and five characters.
pub const JOB_MOST: usize = 57;

impl FieldKind {
    /// What is wrong with a value, in words; `Ok` for one that may be used. An empty text is wrong here for every kind
    /// that needs one: whoever allows it asks before.
    pub fn check(&self, text: &str) -> Result<(), String> {
        match self {
            Self::Name { most } => check_name(text, *most),
            Self::Namespace => check_name(text, LABEL),
            Self::CronJob => name::check_subdomain(text, CRONJOB),
            Self::Text => needed(text),
            Self::Image => image::check(text),
            Self::Command => needed(text).and_then(|()| argv(text).map(|_| ())),
            Self::Integer { least, most } => check_integer(text, *least, *most),
            Self::Quantity => check_quantity(text),
            Self::Duration => seconds(text).map(|_| ()),
            Self::Choice(choices) if choices.iter().any(|choice| choice == text) => Ok(()),
            Self::Choice(choices) => Err(format!("one of {}", choices.join(", "))),
            Self::Boolean if matches!(text, "true" | "false") => Ok(()),
            Self::Boolean => Err("true or false".to_owned()),
            Self::Schedule => schedule::check(text),
            Self::Labels => labels(text).map(|_| ()),
            Self::LabelValue => needed(text).and_then(|()| check_value(text)),
            Self::Label if text.trim().is_empty() => Ok(()),
            Self::Label => pair(text).map(|_| ()),
            Self::ClusterName => registry::check_name(text),
            Self::Principal => principal::problem(text.trim()).map_or(Ok(()), Err),
            Self::Namespaces => needed(text).and_then(|()| namespaces(text).map(|_| ())),
            Self::Secret => needed(text),
        }
    }

    /// Whether a text may be empty by its kind, without being optional.
    pub fn may_be_empty(&self) -> bool {
        matches!(self, Self::Labels | Self::Label)
    }
}

/// `'B' at 3`: what is named when one character is wrong. Places are counted from 1, in characters.
fn at(place: usize, char: char) -> String {
    if char == ' ' { format!("a blank at {}", place + 1) } else { format!("{char:?} at {}", place + 1) }
}

fn needed(text: &str) -> Result<(), String> {
    if text.trim().is_empty() { Err("needed".to_owned()) } else { Ok(()) }
}

/// The namespaces of a text such as `web, team-*`, in their order.
pub fn namespaces(text: &str) -> Result<Vec<String>, String> {
    let names = text.split([',', ' ']).filter(|part| !part.is_empty());
    names
        .map(|name| {
            check_name(&name.replace('*', "x"), LABEL).map_err(|words| format!("{name}: {words}"))?;
            Ok(name.to_owned())
        })
        .collect()
}

fn check_integer(text: &str, least: i64, most: i64) -> Result<(), String> {
    needed(text)?;
    match text.trim().parse::<i64>() {
        Ok(number) if (least..=most).contains(&number) => Ok(()),
        Ok(_) if most == i64::MAX => Err(format!("{least} or more")),
        Ok(_) => Err(format!("a number from {least} to {most}")),
        Err(_) => Err("a whole number".to_owned()),
    }
}

fn check_quantity(text: &str) -> Result<(), String> {
    needed(text)?;
    let text = text.trim();
    match quantity::millis(text).or_else(|| quantity::bytes(text)) {
        Some(number) if number >= 0 && !text.starts_with(['+', '-']) => Ok(()),
        Some(_) => Err("not below zero, and without a sign".to_owned()),
        None => Err("a quantity such as 250m, 2, 512Mi or 1Gi".to_owned()),
    }
}
