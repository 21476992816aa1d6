//! One container of a run from its start to its end: what it says when, and what it leaves.

use serde_json::{Map, Value, json};

use super::apply::{Course, Fault, course};
use super::lines::{self, Counts};
use super::plan::Planned;
use super::state::Instance;

/// Something that becomes of a state.
#[derive(Debug, Clone, PartialEq)]
pub enum Edit {
    Put(Box<Instance>),
    Remove(String),
    Outputs(Map<String, Value>),
}

/// How a container of a run goes. Offsets are milliseconds after it began.
#[derive(Debug, Clone, Default)]
pub struct Script {
    /// Unix milliseconds.
    pub began: i64,
    pub said: Vec<(i64, Value)>,
    pub edits: Vec<(i64, Edit)>,
    pub ends: i64,
    pub last: Last,
    /// Put into the run's folder at its end.
    pub files: Vec<(String, String)>,
    /// A plan that can be approved from then on.
    pub planned: Option<Planned>,
    applies: Option<Box<Applies>>,
}

/// What the worker's script says last.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Last {
    pub phase: &'static str,
    /// Terraform's.
    pub exit: i32,
    pub reason: &'static str,
    pub interrupted: bool,
    pub counts: Counts,
    /// `sha256`, `lock` or `error`.
    pub more: Map<String, Value>,
}

#[derive(Debug, Clone)]
struct Applies {
    planned: Planned,
    salt: String,
    fault: Option<Fault>,
    /// When Terraform itself begins.
    from: i64,
    /// Lines before.
    said: usize,
}

impl Last {
    /// The termination message.
    pub fn message(&self) -> String {
        let (add, change, destroy) = self.counts;
        let mut told = json!({"phase": self.phase, "exit": self.exit});
        if let (Some(told), Some(sha256)) = (told.as_object_mut(), self.more.get("sha256")) {
            told.insert("sha256".into(), sha256.clone());
        }
        let rest = json!({"add": add, "change": change, "destroy": destroy, "interrupted": self.interrupted,
            "errored_state": false, "reason": self.reason});
        if let (Some(told), Value::Object(rest)) = (told.as_object_mut(), rest) {
            told.extend(rest);
            told.extend(
                self.more.iter().filter(|(key, _)| *key != "sha256").map(|(key, value)| (key.clone(), value.clone())),
            );
        }
        told.to_string()
    }

    /// Of the container: a plan with changes did not fail.
    pub fn exit_code(&self) -> i32 {
        if self.exit == 2 { 0 } else { self.exit }
    }
}

impl Script {
    /// One that has begun and said nothing; `phase`: plan or apply.
    pub fn new(phase: &'static str, began: i64) -> Self {
        Self { began, last: Last { phase, ..Last::default() }, ..Self::default() }
    }

    /// Says something so many milliseconds after what was said last.
    pub fn say(&mut self, after: i64, line: Value) {
        self.ends += after;
        self.said.push((self.ends, line));
    }

    /// Ends in the worker's own words.
    pub fn refuse(mut self, reason: &'static str) -> Self {
        self.ends += 150;
        self.last = Last { exit: 3, reason, ..self.last };
        self
    }

    /// Ends with an error of Terraform's.
    pub fn fail(mut self, reason: &'static str, summary: &str, detail: &str) -> Self {
        self.say(150, lines::error(summary, detail, ""));
        self.ends += 150;
        self.last.exit = 1;
        self.last.reason = reason;
        if reason.is_empty() {
            self.last.more.insert("error".into(), summary.into());
        }
        self
    }

    /// Applies a plan from here on.
    pub fn apply(mut self, planned: Planned, salt: &str, fault: Option<Fault>) -> Self {
        let applies = Applies { planned, salt: salt.to_owned(), fault, from: self.ends, said: self.said.len() };
        let course = course(&applies.planned, &applies.salt, applies.fault.as_ref(), None);
        self.take(&applies, course);
        self.applies = Some(Box::new(applies));
        self
    }

    fn take(&mut self, applies: &Applies, course: Course) {
        let from = applies.from;
        let errors = course.said.iter().find(|(_, line)| line["type"] == "diagnostic");
        let error = errors.map(|(_, line)| line["diagnostic"]["summary"].clone());
        self.said.extend(course.said.into_iter().map(|(at, line)| (from + at, line)));
        self.ends = from + course.ends;
        if course.is_whole {
            let operation = if applies.planned.destroys { "destroy" } else { "apply" };
            self.said.push((self.ends, lines::summary(operation, course.counts)));
            if let Some((_, Edit::Outputs(outputs))) = course.edits.last() {
                self.said.push((self.ends, lines::outputs(outputs)));
                let shown = outputs.iter().map(|(name, value)| {
                    (name.clone(), json!({"sensitive": false, "type": lines::kind(value), "value": value}))
                });
                let shown = Value::Object(shown.collect());
                self.files.push(("outputs.json".to_owned(), format!("{shown:#}\n")));
            }
            self.last.counts = course.counts;
        } else {
            self.last.exit = 1;
            self.last.more.extend(error.map(|error| ("error".to_owned(), error)));
        }
        self.edits = course.edits.into_iter().map(|(at, edit)| (from + at, edit)).collect();
        self.ends += 200;
    }

    /// TERM came at a time (Unix milliseconds).
    pub fn interrupt(&mut self, now: i64) {
        let at = (now - self.began).max(0);
        if self.last.interrupted || at >= self.ends {
            return;
        }
        let words = "Interrupt received.\nPlease wait for Terraform to exit or data loss may occur.\nGracefully shutting down...";
        let applies = self.applies.clone().filter(|applies| at >= applies.from);
        match &applies {
            Some(applies) => self.said.truncate(applies.said),
            None => self.said.retain(|(said, _)| *said <= at),
        }
        self.edits.clear();
        self.files.clear();
        self.planned = None;
        self.last = Last { phase: self.last.phase, exit: 1, interrupted: true, ..Last::default() };
        match applies {
            Some(applies) => {
                let (at_work, exit) = (at - applies.from, self.last.exit);
                let course = course(&applies.planned, &applies.salt, applies.fault.as_ref(), Some(at_work));
                let was_done = course.is_whole;
                self.take(&applies, course);
                self.last.exit = if was_done { 0 } else { exit };
            }
            None => {
                self.ends = at + 300;
                self.said
                    .push((self.ends - 50, lines::error("operation canceled", "Terraform was asked to stop.", "")));
            }
        }
        self.said.push((at, lines::log(words)));
        self.said.sort_by_key(|(at, _)| *at);
        self.last.interrupted = true;
    }

    /// Nothing but its log and its last word is of use any more.
    pub fn spend(&mut self) {
        (self.edits, self.files, self.planned, self.applies) = Default::default();
    }

    /// The log, each line with its time after the start.
    pub fn lines(&self) -> Vec<(i64, String)> {
        self.said.iter().map(|(at, line)| (*at, lines::written(line, self.began + at))).collect()
    }
}
