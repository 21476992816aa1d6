//! A plan in words: what is lost, what is wrong with the whole of it, and what stands beside a change's address.

use std::borrow::Cow;

use super::{Action, ActionKind, Attribute, Plan, ResourceChange, Shown};
use crate::domain::text::{clean, width};

/// The sign between a value and the one that follows it.
pub const BECOMES: &str = "→";

/// Columns that the values of an attribute may take to stand beside the address.
const SMALL: usize = 48;
/// Attributes that are named beside an address.
const NAMED: usize = 3;
/// Longer strings are shown as they stand in the file.
const UNQUOTED: usize = 64 * 1024;

impl Plan {
    /// `3 resources are destroyed, 1 replaced`; `None` where nothing is.
    pub fn lost(&self) -> Option<String> {
        let replaced = self.destroyed().filter(|change| matches!(change.action, Action::Replace { .. })).count();
        let destroyed = self.destroyed().count() - replaced;
        match (destroyed, replaced) {
            (0, 0) => None,
            (0, 1) => Some("1 resource is replaced: destroyed and created anew".to_owned()),
            (0, replaced) => Some(format!("{replaced} resources are replaced: destroyed and created anew")),
            (1, 0) => Some("1 resource is destroyed".to_owned()),
            (destroyed, 0) => Some(format!("{destroyed} resources are destroyed")),
            (1, replaced) => Some(format!("1 resource is destroyed, {replaced} replaced")),
            (destroyed, replaced) => Some(format!("{destroyed} resources are destroyed, {replaced} replaced")),
        }
    }

    /// What is to be known before anything in it is read: it broke off, something is missing or not understood.
    pub fn troubles(&self) -> Vec<String> {
        let mut out = Vec::new();
        if self.is_errored {
            out.push("the plan broke off with an error: this is what was planned until then".to_owned());
        }
        if !self.is_complete {
            out.push("the plan is not complete: something was left out (-target, or deferred)".to_owned());
        }
        match self.changes.iter().filter(|change| matches!(change.action, Action::Other(_))).count() {
            0 => {}
            1 => out.push("1 resource has an action that this eksdeck does not know".to_owned()),
            many => out.push(format!("{many} resources have actions that this eksdeck does not know")),
        }
        out
    }

    /// Said where no resource changes.
    pub fn nothing(&self) -> String {
        let stay = match self.unchanged {
            0 => String::new(),
            1 => ", 1 stays as it is".to_owned(),
            many => format!(", {many} stay as they are"),
        };
        match () {
            () if self.is_errored => "no change of a resource was planned until it broke off".to_owned(),
            () if !self.outputs.is_empty() => format!("no resource changes{stay}; outputs do"),
            // A plan that only refreshes does this.
            () if self.is_applyable && !self.drift.is_empty() => {
                format!("no resource changes{stay}; drift is taken into the state")
            }
            () => format!("nothing to do: no resource changes{stay}"),
        }
    }
}

impl ResourceChange {
    /// What stands beside the address; `attributes` are its own.
    pub fn beside(&self, attributes: &[Attribute]) -> String {
        let mut out = Vec::new();
        match &self.action {
            Action::Update => out.push(beside_update(attributes)),
            Action::Replace { create_first } => {
                out.push(forcing(attributes).or_else(|| self.reason_words()).unwrap_or_default());
                if *create_first {
                    out.push("the new one comes first".to_owned());
                }
            }
            Action::Forget => out.push("goes on to exist".to_owned()),
            Action::CreateForget => out.push("the old one leaves the state and goes on to exist".to_owned()),
            Action::Other(_) => out.push(clean(&self.action.words()).into_owned()),
            Action::NoOp | Action::Create | Action::Read | Action::Delete => out.extend(self.reason_words()),
        }
        out.extend(self.moved_from.as_ref().map(|from| match ActionKind::of(self) {
            ActionKind::Move => format!("from {from}"),
            _ => format!("moved from {from}"),
        }));
        out.extend(self.imported.as_ref().map(|id| match ActionKind::of(self) {
            ActionKind::Import => format!("by id {id}"),
            _ => format!("imported by id {id}"),
        }));
        out.retain(|words| !words.is_empty());
        out.join("; ")
    }

    /// The address within its module.
    pub fn name(&self) -> &str {
        let rest = self.address.strip_prefix(&*self.module).and_then(|rest| rest.strip_prefix('.'));
        rest.filter(|_| !self.module.is_empty()).unwrap_or(&self.address)
    }

    fn reason_words(&self) -> Option<String> {
        self.reason.as_ref().map(|reason| reason.words())
    }
}

/// The one small attribute that changes, or how many do.
pub fn beside_update(attributes: &[Attribute]) -> String {
    match attributes {
        [] => String::new(),
        [one] => {
            let (before, after) = one.sides();
            let words = format!("{before} {BECOMES} {after}");
            let words = if one.path.is_empty() { words } else { format!("{} {words}", one.path) };
            if width(&words) <= SMALL { words } else { one.name().to_owned() }
        }
        many => {
            let rest = if many.len() > NAMED { ", …" } else { "" };
            let names: Vec<&str> = many.iter().take(NAMED).map(Attribute::name).collect();
            format!("{} attributes: {}{rest}", many.len(), names.join(", "))
        }
    }
}

/// `instance_types forces it`.
fn forcing(attributes: &[Attribute]) -> Option<String> {
    let forced: Vec<&str> = attributes.iter().filter(|it| it.forces_replacement).map(Attribute::name).collect();
    match forced.as_slice() {
        [] => None,
        [one] => Some(format!("{one} forces it")),
        [one, two] => Some(format!("{one} and {two} force it")),
        [one, two, rest @ ..] => Some(format!("{one}, {two} and {} more force it", rest.len())),
    }
}

impl Attribute {
    /// The path, or a word for a value that has none.
    pub fn name(&self) -> &str {
        if self.path.is_empty() { "value" } else { &self.path }
    }

    /// Before and after as a person reads them: strings without quotes, as long as that tells the two apart.
    pub fn sides(&self) -> (Cow<'_, str>, Cow<'_, str>) {
        let (before, after) = (self.before.plain(), self.after.plain());
        match before == after {
            true => (Cow::Borrowed(self.before.in_words()), Cow::Borrowed(self.after.in_words())),
            false => (before, after),
        }
    }
}

impl Shown {
    /// As [`Shown::words`], in the words of a row.
    fn in_words(&self) -> &str {
        match self {
            Self::Absent => "(none)",
            Self::Value(text) => text,
            Self::Unknown => "known after apply",
            Self::Sensitive => "(sensitive)",
        }
    }

    /// A string loses its quotes, unless it would then read as something else.
    fn plain(&self) -> Cow<'_, str> {
        let Self::Value(text) = self else { return Cow::Borrowed(self.in_words()) };
        let Some(inner) = text.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')) else {
            return Cow::Borrowed(text);
        };
        let is_taken = ["true", "false", "null", "known after apply", "(sensitive)", "(none)"].contains(&inner);
        match () {
            () if inner.trim() != inner || inner.is_empty() || is_taken || text.len() > UNQUOTED => Cow::Borrowed(text),
            () if !inner.contains('\\') => Cow::Borrowed(inner),
            () => match serde_json::from_str::<String>(text) {
                Ok(inner) => Cow::Owned(clean(&inner).into_owned()),
                Err(_) => Cow::Borrowed(text),
            },
        }
    }
}
