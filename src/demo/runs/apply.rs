//! An apply: when each resource is worked on, what is said of it, and what the state becomes.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::plan::Planned;
use super::script::Edit;
use super::state::Instance;
use super::wanted::{Action, Change};
use super::{lines, unknown};
use crate::demo::random::{hash_text, uuid};

/// A resource that cannot be made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    pub address: String,
    pub summary: String,
    pub detail: String,
}

/// How an apply goes: offsets are milliseconds after Terraform began.
#[derive(Debug, Clone, Default)]
pub struct Course {
    pub said: Vec<(i64, Value)>,
    pub edits: Vec<(i64, Edit)>,
    pub ends: i64,
    /// What was done of each.
    pub counts: lines::Counts,
    /// Everything was done.
    pub is_whole: bool,
}

/// One resource is worked on.
struct Work<'a> {
    change: &'a Change,
    action: &'static str,
    instance: Instance,
    starts: i64,
    ends: i64,
    goes: Goes,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Goes {
    Well,
    Fails,
    /// What it needs failed, or it was not begun in time.
    Never,
}

/// How the apply of a plan goes. `stopped`: when TERM came: what goes on ends, nothing else begins.
pub fn course(planned: &Planned, salt: &str, fault: Option<&Fault>, stopped: Option<i64>) -> Course {
    let ids = |address: &str| Some(uuid(hash_text(29, salt), hash_text(31, address)));
    let new_id = |address: &str| kept(planned, address).or_else(|| ids(address));
    let mut graph =
        Graph { planned, first: planned.new_first(), fault, stopped, works: BTreeMap::new(), new_id: &new_id };
    for at in 0..planned.changes.len() {
        graph.made(at);
        graph.gone(at);
    }
    let mut course = Course::default();
    for work in graph.works.values().flatten() {
        tell(work, fault, &mut course);
    }
    course.ends = course.said.iter().map(|(at, _)| *at).max().unwrap_or(0).max(stopped.unwrap_or(0)) + 200;
    course.is_whole = graph.works.values().flatten().all(|work| work.goes == Goes::Well);
    if course.is_whole {
        let outputs: Map<String, Value> =
            planned.outputs.iter().map(|(name, value)| (name.clone(), unknown::resolved(value, &new_id))).collect();
        course.edits.push((course.ends, Edit::Outputs(outputs)));
    }
    // The order of what happens at one moment is that of the plan.
    course.said.sort_by_key(|(at, _)| *at);
    course.edits.sort_by_key(|(at, _)| *at);
    course
}

/// The id of what stays.
fn kept(planned: &Planned, address: &str) -> Option<String> {
    let change = planned.changes.iter().find(|change| change.address == address)?;
    match change.action {
        Action::Nothing | Action::Update => change.before.as_ref().map(|before| before.id.clone()),
        _ => None,
    }
}

fn tell(work: &Work<'_>, fault: Option<&Fault>, course: &mut Course) {
    if work.goes == Goes::Never {
        return;
    }
    let Work { change, action, instance, starts, ends, goes } = work;
    course.said.push((*starts, lines::apply("start", instance, action, 0)));
    let mut at = starts + 10_000;
    while at < *ends {
        course.said.push((at, lines::apply("progress", instance, action, (at - starts) / 1000)));
        at += 10_000;
    }
    let event = if *goes == Goes::Well { "complete" } else { "errored" };
    course.said.push((*ends, lines::apply(event, instance, action, (ends - starts) / 1000)));
    let mut left = instance.clone();
    if *goes == Goes::Fails {
        left.tainted = true;
        let told = fault.filter(|fault| fault.address == instance.address);
        let (summary, detail) = told
            .map_or(("local-exec provisioner error", "Error running command: signal: terminated"), |fault| {
                (fault.summary.as_str(), fault.detail.as_str())
            });
        course.said.push((ends + 20, lines::error(summary, detail, &instance.address)));
    }
    match (*action, change.action) {
        ("delete", Action::Delete) => course.edits.push((*ends, Edit::Remove(instance.address.clone()))),
        // What took its place stands at its address.
        ("delete", _) if change.after.is_some() && work.instance.new_first => {}
        ("delete", _) => course.edits.push((*ends, Edit::Remove(instance.address.clone()))),
        _ => course.edits.push((*ends, Edit::Put(Box::new(left)))),
    }
    if *goes == Goes::Well {
        let counts = &mut course.counts;
        match *action {
            "create" => counts.0 += 1,
            "update" => counts.1 += 1,
            _ => counts.2 += 1,
        }
    }
}

/// What has to be done before what.
struct Graph<'a> {
    planned: &'a Planned,
    first: std::collections::BTreeSet<String>,
    fault: Option<&'a Fault>,
    stopped: Option<i64>,
    /// By the change's place, and whether it is the old one's end; `None` while it is put there.
    works: BTreeMap<(usize, bool), Option<Work<'a>>>,
    new_id: &'a dyn Fn(&str) -> Option<String>,
}

impl<'a> Graph<'a> {
    fn of(&self, resource: &str) -> Vec<usize> {
        let is_of = |change: &Change| {
            change.after.as_ref().or(change.before.as_ref()).is_some_and(|instance| instance.resource == resource)
        };
        (0..self.planned.changes.len()).filter(|at| is_of(&self.planned.changes[*at])).collect()
    }

    fn is_new_first(&self, change: &Change) -> bool {
        let resource = change.before.as_ref().map(|before| before.resource.as_str()).unwrap_or_default();
        self.first.contains(resource)
    }

    /// A change's new side; when it is there, and whether it went well.
    fn made(&mut self, at: usize) -> (i64, bool) {
        let planned = self.planned;
        let change = &planned.changes[at];
        let (Some(after), Action::Create | Action::Update | Action::Replace) = (&change.after, change.action) else {
            return (0, true);
        };
        if let Some(known) = self.works.get(&(at, false)) {
            return known.as_ref().map_or((0, true), Work::end);
        }
        self.works.insert((at, false), None);
        let mut ready = vec![(0, true)];
        for name in &after.needs {
            for needed in self.of(name) {
                ready.push(self.made(needed));
            }
        }
        if change.action == Action::Replace && !self.is_new_first(change) {
            ready.push(self.gone(at));
        }
        let action = if change.action == Action::Update { "update" } else { "create" };
        let mut instance = after.clone();
        for value in [&mut instance.input, &mut instance.triggers] {
            *value = unknown::resolved(value, self.new_id);
        }
        instance.id = (self.new_id)(&instance.address).unwrap_or_default();
        self.put(at, false, action, instance, &ready, change.delay)
    }

    /// A change's old side.
    fn gone(&mut self, at: usize) -> (i64, bool) {
        let planned = self.planned;
        let change = &planned.changes[at];
        let (Some(before), Action::Delete | Action::Replace) = (&change.before, change.action) else {
            return (0, true);
        };
        if let Some(known) = self.works.get(&(at, true)) {
            return known.as_ref().map_or((0, true), Work::end);
        }
        self.works.insert((at, true), None);
        let mut ready = vec![(0, true)];
        let needs_it = |other: &Change| {
            let instance = other.before.as_ref().or(other.after.as_ref());
            instance.is_some_and(|instance| instance.needs.contains(&before.resource))
        };
        for other in (0..planned.changes.len()).filter(|other| needs_it(&planned.changes[*other])) {
            ready.push(self.gone(other));
            if change.action == Action::Replace && self.is_new_first(change) {
                ready.push(self.made(other));
            }
        }
        let new_first = change.action == Action::Replace && self.is_new_first(change);
        if new_first {
            ready.push(self.made(at));
        }
        let instance = Instance { new_first, ..before.clone() };
        self.put(at, true, "delete", instance, &ready, 0)
    }

    fn put(
        &mut self,
        at: usize,
        is_old: bool,
        action: &'static str,
        instance: Instance,
        ready: &[(i64, bool)],
        delay: i64,
    ) -> (i64, bool) {
        let starts = ready.iter().map(|(at, _)| *at).max().unwrap_or(0);
        let usual = 120 + (hash_text(37, &instance.address) % 280) as i64;
        let mut ends = starts + usual + delay;
        let is_met = ready.iter().all(|(_, went_well)| *went_well);
        let is_in_time = self.stopped.is_none_or(|stopped| starts <= stopped);
        let is_faulty = self.fault.is_some_and(|fault| action == "create" && fault.address == instance.address);
        // Its command is stopped with Terraform.
        let is_cut = self.stopped.is_some_and(|stopped| delay > 0 && ends > stopped);
        let goes = match (is_met && is_in_time, is_faulty || is_cut) {
            (false, _) => Goes::Never,
            (true, true) => Goes::Fails,
            (true, false) => Goes::Well,
        };
        if let (true, Some(stopped)) = (goes == Goes::Fails && is_cut, self.stopped) {
            ends = stopped.max(starts) + 150;
        }
        let work = Work { change: &self.planned.changes[at], action, instance, starts, ends, goes };
        let end = work.end();
        self.works.insert((at, is_old), Some(work));
        end
    }
}

impl Work<'_> {
    fn end(&self) -> (i64, bool) {
        (self.ends, self.goes == Goes::Well)
    }
}
