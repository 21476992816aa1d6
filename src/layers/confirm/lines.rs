//! What the question says, line by line.

use super::{Confirm, Stage};
use crate::domain::gate::ask::Wanted;
use crate::domain::gate::{Change, DryRun, Fate, Propagation, Proposal, Report, RunChange, Target, Verb, words};
use crate::domain::ids::KindId;
use crate::domain::text::{clean, width};
use crate::ui::frame::Piece;
use crate::ui::theme::Role;

pub type Line = Vec<Piece>;

/// Objects beyond this are counted, not described.
const DESCRIBED: usize = 200;
/// Changes of one object beyond this are counted.
const CHANGES: usize = 12;

pub fn line(text: impl Into<String>, role: Role) -> Line {
    vec![Piece::new(text, role)]
}

/// What stands in the middle, without the line that is typed.
pub fn lines(confirm: &Confirm) -> Vec<Line> {
    match &confirm.stage {
        Stage::Looking => vec![line("looking at what it would do…", Role::Dim)],
        Stage::Asked(proposal) => question(proposal),
        Stage::Running { progress, stopping } => {
            let mut lines = Vec::new();
            match progress {
                Some(progress) => {
                    let failed =
                        if progress.failed > 0 { format!(" · {} failed", progress.failed) } else { String::new() };
                    lines.push(line(format!("{} of {} done{failed}", progress.done, progress.all), Role::Text));
                    lines.push(line(clean(&progress.now), Role::Dim));
                }
                None => lines.push(line("sending…", Role::Dim)),
            }
            if *stopping {
                lines.push(line("it stops behind this one", Role::Warning));
            }
            lines
        }
        Stage::Told(report) => told(report),
    }
}

fn question(proposal: &Proposal) -> Vec<Line> {
    let mut lines: Vec<Line> = Vec::new();
    if !proposal.anew.is_empty() {
        lines.push(line("Asked anew, because something is different from what was shown:", Role::Warning));
        lines.extend(proposal.anew.iter().map(|words| line(format!("  {}", clean(words)), Role::Warning)));
        lines.push(Vec::new());
    }
    if let Wanted::Run(change) = &proposal.ask.what {
        lines.extend(of_a_run(proposal, change));
        return lines;
    }
    let widest = proposal.targets.iter().map(|target| width(&name(target))).max().unwrap_or(0).min(48);
    for target in proposal.targets.iter().take(DESCRIBED) {
        lines.extend(about(target, widest, proposal.verb()));
    }
    if proposal.targets.len() > DESCRIBED {
        lines.push(line(format!("and {} more", proposal.targets.len() - DESCRIBED), Role::Text));
    }
    lines.extend(proposal.left_out.iter().map(|left| line(format!("left out: {}", clean(&left.words())), Role::Dim)));
    lines
}

/// What happens to the cluster that Terraform works on stands first; the objects of its run matter less.
fn of_a_run(proposal: &Proposal, change: &RunChange) -> Vec<Line> {
    let is_loss = |note: &str| note.starts_with("destroyed: ") || note.starts_with("replaced: ");
    let note = |words: &String| {
        let role = if is_loss(words) { Role::Broken } else { Role::Text };
        line(clean(words), role)
    };
    let mut lines: Vec<Line> = change.notes.iter().map(note).collect();
    lines.push(Vec::new());
    for target in &proposal.targets {
        let verb = target.write.change.api_verb();
        let words = format!("in {}: {verb} {}", proposal.place.cluster, target.write.object_words());
        lines.push(line(clean(&words), Role::Dim));
        if let (None, DryRun::Refused { trouble, .. }) = (&target.denied, &target.dry_run) {
            lines.push(line(format!("    the server refuses: {}", clean(&trouble.words)), Role::Broken));
        }
        lines.extend(target.denied.as_ref().map(|why| line(format!("    {}", clean(why)), Role::Broken)));
    }
    lines.extend(proposal.left_out.iter().map(|left| line(format!("left out: {}", clean(&left.words())), Role::Dim)));
    lines
}

/// What is to be known of all of them: it stands below the list, however long that is.
pub fn notes(proposal: &Proposal) -> Vec<Line> {
    let mut lines = Vec::new();
    if proposal.place.unread {
        lines.push(line("a namespace could not be read: it may be labelled as production", Role::Warning));
    }
    if proposal.ask.hidden > 0 {
        let words = format!("{} of them are marked, but the filter hides them", proposal.ask.hidden);
        lines.push(line(words, Role::Warning));
    }
    lines.extend(propagation(proposal).map(|words| line(words, Role::Text)));
    lines
}

/// `settle-28911    3 pods (1 running)`, and what else is to be known of it.
fn about(target: &Target, widest: usize, verb: Verb) -> Vec<Line> {
    let name = name(target);
    let pad = " ".repeat(widest.saturating_sub(width(&name)) + 3);
    let name = if matches!(verb, Verb::Rerun | Verb::Trigger) { format!("new Job {name}") } else { name };
    let role = if target.is_possible() { Role::Text } else { Role::Dim };
    let mut first = vec![Piece::new(name, role)];
    let mut lines: Vec<Line> = Vec::new();
    if let ([only], true) = (target.along.as_slice(), target.write.resource.kind != "Namespace") {
        first.push(Piece::new(format!("{pad}{}", words::along(only)), Role::Dim));
    }
    lines.push(first);
    let mut say = |words: String, role: Role| lines.push(line(format!("    {}", clean(&words)), role));
    if let Some(inside) = words::inside(target) {
        say(inside, if target.along.is_empty() { Role::Dim } else { Role::Text });
    }
    for volume in &target.volumes {
        let role = match volume.deleted {
            Some(true) => Role::Broken,
            Some(false) => Role::Dim,
            None => Role::Warning,
        };
        say(words::volume(volume), role);
    }
    for keeper in &target.keepers {
        say(words::kept_by(keeper, verb), Role::Warning);
    }
    target.warnings.iter().for_each(|words| say(words.clone(), Role::Warning));
    match (&target.denied, &target.dry_run) {
        (Some(why), _) => say(why.clone(), Role::Broken),
        (None, DryRun::Refused { trouble, causes, .. }) => {
            say(format!("the server refuses: {}", trouble.words), Role::Broken);
            causes.iter().for_each(|(field, words)| say(format!("  {field}: {words}"), Role::Broken));
        }
        (None, DryRun::NotTried(why)) => say(format!("not tried before: {why}"), Role::Dim),
        (None, DryRun::Passed { changes, warnings, .. }) => {
            for change in changes.iter().take(CHANGES) {
                say(words::difference(change), Role::DiffChange);
            }
            if changes.len() > CHANGES {
                say(format!("and {} more changes", changes.len() - CHANGES), Role::DiffChange);
            }
            warnings.iter().for_each(|words| say(format!("the server warns: {words}"), Role::Warning));
        }
    }
    lines
}

fn name(target: &Target) -> String {
    let write = &target.write;
    let kind = match write.resource.kind.as_str() {
        "Job" | "Namespace" => String::new(),
        _ => format!("{} ", write.resource.word()),
    };
    let name = match &write.change {
        Change::Create { manifest } if write.name.is_empty() => crate::domain::gate::ask::named(manifest),
        _ => write.name.clone(),
    };
    let place = if write.namespace.is_empty() { String::new() } else { format!("{}/", write.namespace) };
    clean(&format!("{kind}{place}{name}")).into_owned()
}

/// What becomes of what the objects own.
fn propagation(proposal: &Proposal) -> Option<String> {
    match &proposal.ask.what {
        Wanted::Delete { kind: KindId::Namespace, .. } => None,
        Wanted::Delete { kind, propagation, .. } => {
            let what =
                if *kind == KindId::CronJob { "Its Jobs, their pods and logs" } else { "Its pods and their logs" };
            let many = if *kind == KindId::CronJob { "Their Jobs, pods and logs" } else { "Their pods and logs" };
            let what = if proposal.targets.len() == 1 { what } else { many };
            Some(match propagation {
                Propagation::Background => format!("{what} go too, afterwards (background)."),
                Propagation::Foreground => format!("{what} go first (foreground)."),
                Propagation::Orphan => format!("{what} stay and belong to nobody (orphan)."),
            })
        }
        _ => None,
    }
}

/// What was done, and what was not.
pub fn told(report: &Report) -> Vec<Line> {
    let mut lines = Vec::new();
    if let Some(trouble) = &report.trouble {
        lines.push(line(clean(&trouble.words), Role::Broken));
        lines.extend(trouble.remedy.iter().map(|remedy| line(clean(remedy), Role::Info)));
        lines.push(Vec::new());
    }
    let not_sent = |fate: &Fate| matches!(fate, Fate::NotSent(_));
    for (object, fate) in report.fates.iter().filter(|(_, fate)| !fate.is_done() && !not_sent(fate)) {
        lines.push(line(clean(&format!("{object}: {}", fate.words(report.verb))), Role::Broken));
        if let Fate::Refused { causes, .. } = fate {
            lines.extend(
                causes.iter().map(|(field, words)| line(clean(&format!("    {field}: {words}")), Role::Broken)),
            );
        }
    }
    let unsent: Vec<_> = report.fates.iter().filter(|(_, fate)| not_sent(fate)).collect();
    if let Some((_, fate)) = unsent.first() {
        lines.push(line(clean(&fate.words(report.verb)), Role::Warning));
        lines.extend(
            unsent.iter().take(DESCRIBED).map(|(object, _)| line(clean(&format!("    {object}")), Role::Warning)),
        );
    }
    let done: Vec<_> = report.fates.iter().filter(|(_, fate)| fate.is_done()).collect();
    if !done.is_empty() {
        lines.push(line(format!("{}:", report.verb.done()), Role::Ok));
        lines.extend(done.iter().take(DESCRIBED).map(|(object, _)| line(clean(&format!("    {object}")), Role::Dim)));
    }
    lines
}
