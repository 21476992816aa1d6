//! A plan as plain text: the tree that a screen shows, with everything unfolded and masked as there.

use super::words::BECOMES;
use super::{Action, ActionKind, Attribute, Entry, Plan, ResourceChange, Tree, beside_update};

/// The lines, without ends of lines.
pub fn lines(plan: &Plan) -> Vec<String> {
    let mut out = vec![plan.summary().words()];
    out.extend(plan.troubles().into_iter().map(|words| format!("warning: {words}")));
    if let Some(lost) = plan.lost() {
        out.push(format!("{lost}:"));
        out.extend(plan.destroyed().map(|change| format!("  {}", row(change, &change.address, &change.attributes()))));
    }
    if plan.changes.is_empty() {
        out.push(plan.nothing());
    }
    for entry in Tree::of(plan).entries() {
        match entry {
            Entry::Module { address, depth, summary, .. } => {
                out.push(format!("{}{address}  {}", indent(*depth), summary.short()));
            }
            Entry::Change { place, depth } => {
                let Some(change) = plan.changes.get(*place) else { continue };
                thing(change, change.name(), *depth, &mut out);
            }
        }
    }
    if !plan.outputs.is_empty() {
        out.push("outputs that change".to_owned());
    }
    for output in &plan.outputs {
        let (attributes, kind) = (output.attributes(), ActionKind::from(&output.action));
        out.push(format!("  {} {:<7} {}", kind.sign(), kind.word(), output.name));
        below(&attributes, &output.action, 1, &mut out);
    }
    if !plan.drift.is_empty() {
        out.push("changed outside Terraform".to_owned());
    }
    for change in &plan.drift {
        thing(change, &change.address, 1, &mut out);
    }
    out
}

fn indent(depth: usize) -> String {
    "  ".repeat(depth)
}

fn thing(change: &ResourceChange, name: &str, depth: usize, out: &mut Vec<String>) {
    let attributes = change.attributes();
    out.push(format!("{}{}", indent(depth), row(change, name, &attributes)));
    // What stands on the row already is not said twice.
    if change.action != Action::Update || attributes.len() > 1 || beside_update(&attributes) == only_name(&attributes) {
        below(&attributes, &change.action, depth, out);
    }
}

fn only_name(attributes: &[Attribute]) -> &str {
    attributes.first().map_or("", Attribute::name)
}

fn row(change: &ResourceChange, name: &str, attributes: &[Attribute]) -> String {
    let kind = ActionKind::of(change);
    let words = format!("{} {:<7} {name}  {}", kind.sign(), kind.word(), change.beside(attributes));
    words.trim_end().to_owned()
}

fn below(attributes: &[Attribute], action: &Action, depth: usize, out: &mut Vec<String>) {
    let columns = attributes.iter().map(|it| it.name().chars().count()).max().unwrap_or(0).min(40);
    for attribute in attributes {
        let (before, after) = attribute.sides();
        let values = match action {
            Action::Create | Action::Read => after.into_owned(),
            Action::Delete | Action::Forget => before.into_owned(),
            _ => format!("{before} {BECOMES} {after}"),
        };
        let forces = if attribute.forces_replacement { "  (forces replacement)" } else { "" };
        out.push(format!("{}{:<columns$}  {values}{forces}", indent(depth + 3), attribute.name()));
    }
}
