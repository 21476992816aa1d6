//! Changes of clusters: asked for by a command, answered in a layer, carried out by the gate.

use std::sync::Arc;

use super::manifests;
use crate::app::model::{Follow, KnownRights, Model};
use crate::domain::effect::{Effect, Opens, Purpose, TaskKey};
use crate::domain::gate::ask::Wanted;
use crate::domain::gate::{Ask, Fate, Progress, Propagation, Proposal, Report, Verb};
use crate::domain::health::Health;
use crate::domain::ids::{ClusterId, KindId, ObjectKey};
use crate::domain::request::{FetchReply, FetchRequest, PortError};
use crate::domain::suffix::suffix;
use crate::input::commands::CommandId;
use crate::input::context::Pane;
use crate::layers::Layer;
use crate::layers::confirm::{Confirm, Origin, Stage};
use crate::layers::cronjobs::CronJobs;
use crate::screens::deck::Scene;

/// How long a new Job's row is waited for, in milliseconds.
const FOLLOW_MS: i64 = 20_000;
/// Rights are asked for again after this, in milliseconds.
const RIGHTS_MS: i64 = 300_000;

/// A command of the deck that changes something; `None` if it is none.
pub fn command(model: &mut Model, command: CommandId, now_ms: i64) -> Option<Vec<Effect>> {
    let wanted = match command {
        CommandId::JobDelete => {
            Wanted::Delete { kind: KindId::Job, keys: jobs(model).0, propagation: Propagation::Background }
        }
        CommandId::JobSuspend => Wanted::Suspend { kind: KindId::Job, keys: jobs(model).0, suspended: true },
        CommandId::JobResume => Wanted::Suspend { kind: KindId::Job, keys: jobs(model).0, suspended: false },
        CommandId::JobRerun => Wanted::Rerun { keys: jobs(model).0 },
        CommandId::NamespaceDelete => Wanted::Delete {
            kind: KindId::Namespace,
            keys: namespaces(model, now_ms).0,
            propagation: Propagation::Background,
        },
        CommandId::CronJobs => return Some(cronjobs(model)),
        CommandId::JobEdit | CommandId::JobClone => {
            let opens = if command == CommandId::JobEdit { Opens::Edit } else { Opens::Clone };
            let key = model.deck.jobs.selected().cloned();
            return Some(
                key.map_or_else(Vec::new, |key| manifests::open_object(model.deck.cluster, KindId::Job, key, opens)),
            );
        }
        CommandId::NamespaceEdit => {
            let key = model.deck.namespace.clone().map(|name| ObjectKey::new("", name));
            let open = |key| manifests::open_object(model.deck.cluster, KindId::Namespace, key, Opens::Edit);
            return Some(key.map_or_else(Vec::new, open));
        }
        _ => return None,
    };
    let hidden = match command {
        CommandId::NamespaceDelete => namespaces(model, now_ms).1,
        _ => jobs(model).1,
    };
    Some(ask(model, wanted, hidden))
}

/// A command in the list of CronJobs.
pub fn cronjob_command(model: &mut Model, command: CommandId, now_ms: i64) -> Vec<Effect> {
    let Some(Layer::CronJobs(state)) = model.layers.last_mut() else { return Vec::new() };
    let cluster = state.cluster;
    let keys = state.targets(&model.fleet);
    let kind = KindId::CronJob;
    match command {
        CommandId::CronJobMark => {
            state.toggle_mark(&model.fleet);
            return Vec::new();
        }
        _ if keys.is_empty() => return Vec::new(),
        _ => {}
    }
    let wanted = match command {
        CommandId::CronJobTrigger => Wanted::Trigger { keys, suffix: suffix(now_ms).into() },
        CommandId::CronJobSuspend => Wanted::Suspend { kind, keys, suspended: true },
        CommandId::CronJobResume => Wanted::Suspend { kind, keys, suspended: false },
        CommandId::CronJobDelete => Wanted::Delete { kind, keys, propagation: Propagation::Background },
        CommandId::CronJobEdit => {
            let rows = state.rows(&model.fleet);
            let key = rows.get(state.place(&rows)).map(|row| row.meta.key.clone());
            return key.map_or_else(Vec::new, |key| manifests::open_object(Some(cluster), kind, key, Opens::Edit));
        }
        CommandId::CronJobDetail => {
            let rows = state.rows(&model.fleet);
            let Some(key) = rows.get(state.place(&rows)).map(|row| row.meta.key.clone()) else { return Vec::new() };
            let subject = crate::layers::detail::Subject::CronJob(state.cluster, key);
            return super::layers::open_detail(model, Some(subject), crate::layers::detail::Section::Summary);
        }
        _ => return Vec::new(),
    };
    ask_in(model, cluster, wanted, 0, Origin::Row)
}

/// Puts the layer up and asks the cluster what the change would do.
fn ask(model: &mut Model, wanted: Wanted, hidden: usize) -> Vec<Effect> {
    let Some(cluster) = model.deck.cluster else { return Vec::new() };
    ask_in(model, cluster, wanted, hidden, Origin::Row)
}

/// The same for a cluster that need not be the chosen one.
pub fn ask_in(model: &mut Model, cluster: ClusterId, wanted: Wanted, hidden: usize, origin: Origin) -> Vec<Effect> {
    model.serial += 1;
    let (serial, ask) = (model.serial, Ask { cluster, what: wanted, hidden });
    model.layers.push(Layer::Confirm(Box::new(Confirm::new(serial, ask.clone(), origin))));
    vec![Effect::Propose { serial, ask, anew: Vec::new() }]
}

/// The marked Jobs, else the selected one; and how many of them the filter hides.
fn jobs(model: &Model) -> (Vec<ObjectKey>, usize) {
    let pane = &model.deck.jobs;
    let Some(tables) = model.deck.cluster.and_then(|id| model.fleet.get(id)).map(|cluster| &cluster.tables) else {
        return (Vec::new(), 0);
    };
    let rows = model.deck.job_rows(tables, Scene { fleet: &model.fleet, now_ms: 0 });
    pane.chosen(&rows)
}

/// The same of namespaces.
fn namespaces(model: &Model, now_ms: i64) -> (Vec<ObjectKey>, usize) {
    let pane = &model.deck.namespaces;
    let scene = Scene { fleet: &model.fleet, now_ms };
    let Some(tables) = model.deck.shown(scene).map(|cluster| &cluster.tables) else { return (Vec::new(), 0) };
    let (names, hidden) = pane.chosen(&model.deck.namespace_rows(tables, scene));
    (names.into_iter().map(|name| ObjectKey::new("", name)).collect(), hidden)
}

fn cronjobs(model: &mut Model) -> Vec<Effect> {
    let Some(cluster) = model.deck.cluster else { return Vec::new() };
    let tables = model.fleet.get(cluster).map(|cluster| &cluster.tables);
    // The CronJob that the selected Job comes from is the one that is meant.
    let job = model.deck.jobs.selected().filter(|_| model.deck.focus == Pane::Jobs);
    let owner = job.and_then(|key| {
        let owner = tables?.jobs.by_key(key)?.meta.owner.clone()?;
        (&*owner.kind == "CronJob").then(|| ObjectKey::new(key.namespace.clone(), owner.name.clone()))
    });
    let namespace = model.deck.namespace.clone();
    model.layers.push(Layer::CronJobs(CronJobs { cluster, namespace, chosen: owner, marks: Default::default() }));
    Vec::new()
}

fn is_confirm(layer: &Layer, serial: u64) -> bool {
    matches!(layer, Layer::Confirm(confirm) if confirm.serial == serial)
}

fn confirm(model: &mut Model, serial: u64) -> Option<&mut Confirm> {
    let layers = model.layers.iter_mut();
    layers.rev().find_map(|layer| match layer {
        Layer::Confirm(confirm) if confirm.serial == serial => Some(&mut **confirm),
        _ => None,
    })
}

/// The cluster told what the change would do.
pub fn proposed(model: &mut Model, serial: u64, proposal: Box<Proposal>) -> Vec<Effect> {
    model.dirty = true;
    let Some(Confirm { origin, .. }) = confirm(model, serial) else { return Vec::new() };
    if let Origin::Editor { dry_run } = *origin {
        let (is_told, effects) = manifests::proposed(model, &proposal, dry_run);
        if is_told {
            model.layers.retain(|layer| !is_confirm(layer, serial));
            return effects;
        }
    }
    if let Some(confirm) = confirm(model, serial) {
        confirm.put(proposal);
    }
    Vec::new()
}

/// The answer was given: it is carried out if it is the right one.
pub fn answer(model: &mut Model, now_ms: i64) -> Vec<Effect> {
    let Some(Layer::Confirm(confirm)) = model.layers.last_mut() else { return Vec::new() };
    let Some(approved) = confirm.answer(now_ms) else { return Vec::new() };
    confirm.stage = Stage::Running { progress: None, stopping: false };
    vec![Effect::Execute { serial: confirm.serial, approved }]
}

/// The next way to treat what the objects own: the question is put anew.
pub fn propagation(model: &mut Model) -> Vec<Effect> {
    model.serial += 1;
    let serial = model.serial;
    let Some(Layer::Confirm(confirm)) = model.layers.last_mut() else { return Vec::new() };
    let Some(propagation) = confirm.ask.propagation() else { return Vec::new() };
    *propagation = propagation.next();
    confirm.serial = serial;
    confirm.stage = Stage::Looking;
    vec![Effect::Propose { serial, ask: confirm.ask.clone(), anew: Vec::new() }]
}

/// `esc` in the layer: true if it is to be closed.
pub fn cancel(confirm: &mut Confirm) -> (bool, Vec<Effect>) {
    match &mut confirm.stage {
        Stage::Running { stopping, .. } => {
            *stopping = true;
            (false, vec![Effect::StopWriting])
        }
        Stage::Looking => {
            let task = TaskKey { cluster: confirm.ask.cluster, kind: None, purpose: Purpose::Proposal };
            (true, vec![Effect::Cancel(task)])
        }
        Stage::Asked(_) | Stage::Told(_) => (true, Vec::new()),
    }
}

pub fn progress(model: &mut Model, serial: u64, now: Progress) -> Vec<Effect> {
    if let Some(Confirm { stage: Stage::Running { progress, .. }, .. }) = confirm(model, serial) {
        *progress = Some(now);
        model.dirty = true;
    }
    Vec::new()
}

/// It has ended: done, asked anew, or told what was not done.
pub fn reported(model: &mut Model, serial: u64, report: Box<Report>, now_ms: i64) -> Vec<Effect> {
    model.dirty = true;
    let Some(place) = model.layers.iter().position(|layer| is_confirm(layer, serial)) else { return Vec::new() };
    let Some(Layer::Confirm(asked)) = model.layers.get(place) else { return Vec::new() };
    let origin = asked.origin;
    follow_made(model, &report, now_ms);
    let effects = match origin {
        Origin::Editor { .. } => manifests::reported(model, &report),
        Origin::Form if report.is_whole() => {
            model.layers.retain(|layer| !matches!(layer, Layer::Form(_)));
            Vec::new()
        }
        Origin::Form | Origin::Row => Vec::new(),
    };
    if report.is_whole() {
        model.layers.retain(|layer| !is_confirm(layer, serial));
        if report.verb == Verb::Trigger {
            // The new Job is what one wants to see now.
            model.layers.retain(|layer| !matches!(layer, Layer::CronJobs(_)));
        }
        let mut effects = effects;
        effects.extend(super::provision::reported(model, &report));
        if model.layers.is_empty() && report.fates.len() > 1 {
            model.deck.clear_marks(model.deck.focus);
        }
        model.toast(report.summary(), now_ms);
        return effects;
    }
    let changed = report.changed();
    let is_all_changed = report.fates.iter().all(|(_, fate)| fate.is_done() || matches!(fate, Fate::Changed(_)));
    let Some(Layer::Confirm(confirm)) = model.layers.get_mut(place) else { return effects };
    if changed.is_empty() || !is_all_changed || report.cancelled || report.trouble.is_some() {
        confirm.scroll = Default::default();
        confirm.stage = Stage::Told(report);
        return effects;
    }
    model.serial += 1;
    confirm.serial = model.serial;
    confirm.stage = Stage::Looking;
    vec![Effect::Propose { serial: confirm.serial, ask: confirm.ask.clone(), anew: changed }]
}

/// The last Job that was made is the one to watch.
fn follow_made(model: &mut Model, report: &Report, now_ms: i64) {
    if !matches!(report.verb, Verb::Create | Verb::Rerun | Verb::Trigger) {
        return;
    }
    let Some(cluster) = model.fleet.iter().find(|cluster| cluster.info.name == report.cluster).map(|found| found.id)
    else {
        return;
    };
    let made = report.fates.iter().rev().find_map(|(_, fate)| match fate {
        Fate::Done { object } if object["kind"] == "Job" => Some(object),
        _ => None,
    });
    let text =
        |object: &serde_json::Value, field: &str| object["metadata"][field].as_str().unwrap_or_default().to_owned();
    model.follow = made.map(|object| Follow {
        cluster,
        key: ObjectKey::new(text(object, "namespace"), text(object, "name")),
        until_ms: now_ms + FOLLOW_MS,
    });
}

/// Goes to a new Job as soon as its row is there.
pub fn follow(model: &mut Model, now_ms: i64) {
    let Some(follow) = &model.follow else { return };
    // Who has gone elsewhere meanwhile is not taken back.
    if follow.until_ms <= now_ms || model.deck.cluster != Some(follow.cluster) {
        model.follow = None;
        return;
    }
    let there =
        model.fleet.get(follow.cluster).is_some_and(|cluster| cluster.tables.jobs.by_key(&follow.key).is_some());
    // What lies over the deck speaks of what is chosen there.
    if !there || !model.layers.is_empty() {
        return;
    }
    let Some(follow) = model.follow.take() else { return };
    let scene = Scene { fleet: &model.fleet, now_ms };
    if !model.deck.go_to_job(follow.cluster, &follow.key, scene) {
        model.toast(format!("job {} is there; the filter hides it", follow.key), now_ms);
    }
}

/// Asks what may be written where the cursor is, if that is not known.
pub fn follow_rights(model: &mut Model, now_ms: i64, effects: &mut Vec<Effect>) {
    let Some(cluster) = model.deck.cluster.and_then(|id| model.fleet.get(id)) else { return };
    if cluster.health != Health::Live || model.read_only(Some(cluster.id)).is_some() {
        return;
    }
    let id = cluster.id;
    ask_rights(model, id, "".into(), now_ms, effects);
    let whole = model.rights.get(&(id, "".into())).is_some_and(|known| !known.rights.is_whole());
    if let Some(namespace) = model.namespace_here().filter(|_| whole) {
        ask_rights(model, id, namespace, now_ms, effects);
    }
}

fn ask_rights(model: &mut Model, cluster: ClusterId, namespace: Arc<str>, now_ms: i64, effects: &mut Vec<Effect>) {
    let known = model.rights.entry((cluster, namespace.clone()));
    let known = known.or_insert(KnownRights { rights: Default::default(), asked_ms: i64::MIN / 2 });
    if now_ms - known.asked_ms < RIGHTS_MS {
        return;
    }
    known.asked_ms = now_ms;
    let task = TaskKey { cluster, kind: None, purpose: Purpose::Rights(namespace.clone()) };
    effects.push(Effect::Fetch { task, request: FetchRequest::Rights { namespace } });
}

/// Rights came. Where they cannot be asked for, everything is offered and the server has the last word.
pub fn rights(model: &mut Model, cluster: ClusterId, namespace: Arc<str>, result: Result<FetchReply, PortError>) {
    if let Ok(FetchReply::Rights(rights)) = result
        && let Some(known) = model.rights.get_mut(&(cluster, namespace))
    {
        known.rights = rights;
    }
}
