//! What is said of an object before it is written, the same on the screen and on a terminal.

use super::ask::Verb;
use super::diff::Difference;
use super::proposal::{Along, Target, Volume};
use super::write::Change;

/// `3 pods (1 running)`, `secrets? (you may not list them)`
pub fn along(along: &Along) -> String {
    let what = match (along.count, along.what.strip_suffix('s')) {
        (Some(1), Some(one)) if !one.contains('.') => one,
        _ => &along.what,
    };
    let note = along.note.as_ref().map(|note| format!(" ({note})")).unwrap_or_default();
    match along.count {
        Some(count) => format!("{count} {what}{note}"),
        None => format!("{what}?{note}"),
    }
}

/// `claim data: volume pvc-1, 20Gi, is deleted, with its data`
pub fn volume(volume: &Volume) -> String {
    let fate = match volume.deleted {
        Some(true) => "is deleted, with its data",
        Some(false) => "stays",
        None => "may be deleted, with its data",
    };
    let name = if volume.volume.is_empty() { "not bound".to_owned() } else { format!("volume {}", volume.volume) };
    format!("claim {}: {name}, {}, {fate}", volume.claim, volume.size)
}

/// What the object's owner does about the change.
pub fn kept_by(keeper: &str, verb: Verb) -> String {
    match (keeper.starts_with("CronJob "), verb) {
        (true, Verb::Delete) => format!("belongs to {keeper}, which makes the next one at its time"),
        (false, Verb::Delete) => format!("belongs to {keeper}, which puts it back"),
        (_, _) => format!("belongs to {keeper}, which may undo it"),
    }
}

/// `spec.suspend: false → true`
pub fn difference(difference: &Difference) -> String {
    let side = |side: &Option<String>| side.clone().unwrap_or_else(|| "none".to_owned());
    format!("{}: {} → {}", difference.field, side(&difference.before), side(&difference.after))
}

/// Everything inside a namespace that goes; `None` for any other write.
pub fn inside(target: &Target) -> Option<String> {
    let goes = target.write.resource.kind == "Namespace" && matches!(target.write.change, Change::Delete { .. });
    goes.then(|| match target.along.is_empty() {
        true => "it is empty".to_owned(),
        false => format!("with {}", target.along.iter().map(along).collect::<Vec<_>>().join(" · ")),
    })
}
