//! The logs pane: what is read follows the selection; moves and filters go to the engine.

use std::sync::Arc;

use crate::app::model::Model;
use crate::domain::effect::{Effect, LogEffect};
use crate::domain::log_view::{Anchor, LogWindow, Seek};
use crate::domain::logs::{LogOptions, LogTarget};
use crate::input::commands::CommandId;
use crate::input::context::Pane;
use crate::layers::Layer;
use crate::layers::prompt::{Prompt, Purpose};
use crate::screens::deck::Scene;
use crate::screens::deck::logs::{REST_MS, pattern, sources, target_name};

/// A window of lines came.
pub fn window(model: &mut Model, window: Arc<LogWindow>) -> Vec<Effect> {
    let logs = &mut model.deck.logs;
    if logs.target.is_none() || window.generation < logs.query.generation.saturating_sub(1) {
        return Vec::new();
    }
    if logs.window.as_ref() != Some(&window) {
        logs.window = Some(window);
        model.dirty = true;
    }
    Vec::new()
}

/// Reads what is chosen once the selection rests, and keeps its containers in step with its pods.
pub fn follow_selection(model: &mut Model, now_ms: i64, effects: &mut Vec<Effect>) {
    let scene = Scene { fleet: &model.fleet, now_ms };
    let wanted = model.deck.log_target(scene, false);
    let logs = &mut model.deck.logs;
    // What was asked for by key (a pod, a namespace) stays until another Job is chosen.
    let pinned = logs.pinned.as_ref() == Some(&wanted);
    let shown = logs.pending.as_ref().map(|(target, _)| target).or(logs.target.as_ref());
    if !pinned && wanted.as_ref() != shown {
        logs.pinned = None;
        match wanted {
            Some(target) => logs.pending = Some((target, now_ms + REST_MS)),
            None if logs.target.is_some() || logs.pending.is_some() => {
                logs.stop();
                effects.push(Effect::Logs(LogEffect::Stop));
            }
            None => {}
        }
    }
    if let Some((target, _)) = logs.pending.take_if(|(_, due)| *due <= now_ms) {
        // The run before was asked for of another Job.
        logs.options.previous = false;
        read(model, target, effects);
    }
    refresh_sources(model, effects);
}

/// Starts over with another target.
pub fn read(model: &mut Model, target: LogTarget, effects: &mut Vec<Effect>) {
    model.deck.logs.read(target);
    let logs = &mut model.deck.logs;
    logs.query.height = logs.query.height.max(50);
    effects.push(Effect::Logs(LogEffect::Read { sources: Vec::new(), options: logs.options.clone(), fresh: true }));
    effects.push(query(model));
    refresh_sources(model, effects);
}

fn refresh_sources(model: &mut Model, effects: &mut Vec<Effect>) {
    let logs = &mut model.deck.logs;
    if !std::mem::take(&mut logs.stale_sources) {
        return;
    }
    let Some(target) = &logs.target else { return };
    let Some(cluster) = model.fleet.get(target.cluster) else { return };
    let (sources, pods) = sources(target, &cluster.tables);
    logs.pods = pods;
    if sources != logs.sources {
        logs.sources.clone_from(&sources);
        effects.push(Effect::Logs(LogEffect::Read { sources, options: logs.options.clone(), fresh: false }));
    }
}

/// The query as it stands.
pub fn query(model: &mut Model) -> Effect {
    model.deck.logs.requery();
    Effect::Logs(LogEffect::Query(model.deck.logs.query.clone()))
}

/// The query after its filter changed: who follows goes on following, who has scrolled stays where they are.
fn query_in_place(model: &mut Model) -> Effect {
    let logs = &mut model.deck.logs;
    let follows = logs.window.as_ref().is_none_or(|window| window.following);
    logs.query.anchor = if follows { Anchor::Follow } else { Anchor::Keep };
    query(model)
}

/// The pane's height became known or changed.
pub fn resized(model: &mut Model, height: u16, page: u16) -> Option<Effect> {
    let logs = &mut model.deck.logs;
    if logs.target.is_none() || (logs.query.height == height && logs.query.page == page) {
        return None;
    }
    (logs.query.height, logs.query.page) = (height, page);
    logs.query.anchor = Anchor::Keep;
    Some(query(model))
}

/// Moves by shown lines.
pub fn step(_model: &mut Model, by: isize) -> Vec<Effect> {
    let lines = by.unsigned_abs() as u64;
    seek(if by < 0 { Seek::Older(lines) } else { Seek::Newer(lines) })
}

fn seek(seek: Seek) -> Vec<Effect> {
    vec![Effect::Logs(LogEffect::Seek(seek))]
}

/// What a command means in the logs pane; `None` if it means nothing there.
pub fn command(model: &mut Model, command: CommandId, now_ms: i64) -> Option<Vec<Effect>> {
    let page = i64::from(model.deck.logs.query.page.max(2)) as isize;
    let effects = match command {
        CommandId::Up => step(model, -1),
        CommandId::Down => step(model, 1),
        CommandId::PageUp => step(model, 1 - page),
        CommandId::PageDown => step(model, page - 1),
        CommandId::HalfPageUp => step(model, -(page / 2).max(1)),
        CommandId::HalfPageDown => step(model, (page / 2).max(1)),
        CommandId::Top => seek(Seek::Top),
        CommandId::Bottom => seek(Seek::Bottom),
        CommandId::Left => shift(model, -16),
        CommandId::Right => shift(model, 16),
        CommandId::Autoscroll => autoscroll(model),
        CommandId::PauseLogs => pause(model),
        CommandId::WrapLines => toggled(model, |model| model.deck.logs.wrap = !model.deck.logs.wrap),
        CommandId::Timestamps => toggled(model, |model| model.deck.logs.timestamps = !model.deck.logs.timestamps),
        CommandId::FullScreen => toggled(model, |model| model.deck.zoomed = !model.deck.zoomed),
        CommandId::Include => prompt(model, Purpose::LogInclude),
        CommandId::Exclude => prompt(model, Purpose::LogExclude),
        CommandId::SearchLog => prompt(model, Purpose::LogSearch),
        CommandId::SearchNext => search(model, false),
        CommandId::SearchPrevious => search(model, true),
        CommandId::ContextLines => context_lines(model, now_ms),
        CommandId::NextError => seek(Seek::NextError),
        CommandId::PreviousError => seek(Seek::PreviousError),
        CommandId::UnfoldJson => {
            model.deck.logs.query.unfold_json = !model.deck.logs.query.unfold_json;
            model.deck.logs.query.anchor = Anchor::Keep;
            vec![query(model)]
        }
        CommandId::MarkLine => {
            let newest = model.deck.logs.window.as_ref().map(|window| window.total);
            model.deck.logs.marks.extend(newest.and_then(|total| total.checked_sub(1)));
            Vec::new()
        }
        CommandId::ClearLog => {
            model.deck.logs.marks.clear();
            vec![Effect::Logs(LogEffect::Clear)]
        }
        CommandId::SaveLog => save_prompt(model, now_ms),
        CommandId::CopyLog => copy(model, now_ms),
        CommandId::PreviousRun => reread(model, |options| options.previous = !options.previous),
        CommandId::SinceTail => {
            reread(model, |options| *options = LogOptions { previous: options.previous, ..LogOptions::default() })
        }
        CommandId::SinceHead => {
            let mut effects = reread(model, |options| (options.since_seconds, options.tail_lines) = (None, None));
            model.deck.logs.query.anchor = Anchor::Line(0);
            effects.push(query(model));
            effects
        }
        CommandId::Since1m => since(model, 60),
        CommandId::Since5m => since(model, 5 * 60),
        CommandId::Since15m => since(model, 15 * 60),
        CommandId::Since30m => since(model, 30 * 60),
        CommandId::Since1h => since(model, 60 * 60),
        _ => return None,
    };
    Some(effects)
}

/// What is typed on the pane's border, letter by letter.
pub fn typed(model: &mut Model, purpose: Purpose, text: &str) -> Vec<Effect> {
    let logs = &mut model.deck.logs;
    match purpose {
        Purpose::LogInclude => text.clone_into(&mut logs.include_text),
        Purpose::LogExclude => text.clone_into(&mut logs.exclude_text),
        Purpose::LogSearch => text.clone_into(&mut logs.search_text),
        Purpose::LogSave
        | Purpose::Filter(_)
        | Purpose::DetailSearch
        | Purpose::OpenFile
        | Purpose::FleetFilter
        | Purpose::RunsFilter
        | Purpose::ProvisionFilter
        | Purpose::ProvisionSearch
        | Purpose::MfaCode => return Vec::new(),
    }
    vec![query_in_place(model)]
}

/// The typed line was accepted.
pub fn accepted(model: &mut Model, purpose: Purpose, text: &str) -> Vec<Effect> {
    match purpose {
        Purpose::LogSearch => search(model, true),
        Purpose::OpenFile if !text.trim().is_empty() => vec![Effect::ReadFile { path: text.trim().to_owned() }],
        Purpose::LogSave if !text.trim().is_empty() => {
            text.trim().clone_into(&mut model.deck.logs.save_path);
            vec![Effect::Logs(LogEffect::Save { path: text.trim().to_owned() })]
        }
        _ => Vec::new(),
    }
}

fn search(model: &Model, backwards: bool) -> Vec<Effect> {
    match pattern(&model.deck.logs.search_text) {
        Some(pattern) if backwards => seek(Seek::PreviousMatch(pattern)),
        Some(pattern) => seek(Seek::NextMatch(pattern)),
        None => Vec::new(),
    }
}

fn toggled(model: &mut Model, change: impl FnOnce(&mut Model)) -> Vec<Effect> {
    change(model);
    Vec::new()
}

fn shift(model: &mut Model, by: isize) -> Vec<Effect> {
    model.deck.logs.shift = model.deck.logs.shift.saturating_add_signed(by);
    Vec::new()
}

fn autoscroll(model: &mut Model) -> Vec<Effect> {
    let window = model.deck.logs.window.as_ref();
    match window.map(|window| (window.following, window.lines.first().map(|line| line.number))) {
        Some((true, Some(first))) => seek(Seek::Line(first)),
        _ => seek(Seek::Bottom),
    }
}

fn pause(model: &mut Model) -> Vec<Effect> {
    let paused = model.deck.logs.window.as_ref().is_some_and(|window| window.paused);
    vec![Effect::Logs(LogEffect::Pause(!paused))]
}

fn prompt(model: &mut Model, purpose: Purpose) -> Vec<Effect> {
    let logs = &model.deck.logs;
    let text = match purpose {
        Purpose::LogInclude => &logs.include_text,
        Purpose::LogExclude => &logs.exclude_text,
        _ => &logs.search_text,
    };
    let layer = Layer::Prompt(Prompt::new(purpose, text));
    model.layers.push(layer);
    Vec::new()
}

/// Lines around each match, one after the other.
const AROUND: [u16; 4] = [0, 2, 5, 10];

fn context_lines(model: &mut Model, now_ms: i64) -> Vec<Effect> {
    let context = &mut model.deck.logs.query.filter.context;
    *context = AROUND.into_iter().find(|lines| lines > context).unwrap_or(AROUND[0]);
    let words = match *context {
        0 => "matches alone".to_owned(),
        lines => format!("{lines} lines around each match"),
    };
    model.toast(words, now_ms);
    vec![query_in_place(model)]
}

fn save_prompt(model: &mut Model, now_ms: i64) -> Vec<Effect> {
    let Some(target) = &model.deck.logs.target else { return Vec::new() };
    let path = format!("{}-{}.log", target_name(target), now_ms / 1_000);
    model.layers.push(Layer::Prompt(Prompt::new(Purpose::LogSave, &path)));
    Vec::new()
}

/// A log was saved, or could not be: then the path is asked for again, as it was typed.
pub fn saved(model: &mut Model, result: Result<String, String>, now_ms: i64) {
    match result {
        Ok(path) => model.toast(format!("saved to {path}"), now_ms),
        Err(words) => {
            model.warn(words, now_ms);
            if model.layers.is_empty() {
                let prompt = Prompt::new(Purpose::LogSave, &model.deck.logs.save_path);
                model.layers.push(Layer::Prompt(prompt));
            }
        }
    }
}

fn copy(model: &mut Model, now_ms: i64) -> Vec<Effect> {
    let Some(window) = model.deck.logs.window.clone() else { return Vec::new() };
    let line = match window.cursor {
        Some(number) => window.lines.iter().find(|line| line.number == number),
        None => window.lines.last(),
    };
    let Some(line) = line else { return Vec::new() };
    model.toast("copied the line", now_ms);
    vec![Effect::Copy(line.text.to_string())]
}

fn since(model: &mut Model, seconds: i64) -> Vec<Effect> {
    reread(model, |options| (options.since_seconds, options.tail_lines) = (Some(seconds), None))
}

fn reread(model: &mut Model, change: impl FnOnce(&mut LogOptions)) -> Vec<Effect> {
    change(&mut model.deck.logs.options);
    let mut effects = Vec::new();
    if let Some(target) = model.deck.logs.target.clone() {
        read(model, target, &mut effects);
    }
    effects
}

/// Reads what a key asked for, and shows it.
pub fn pin(model: &mut Model, target: LogTarget, previous: bool, now_ms: i64) -> Vec<Effect> {
    let mut effects = Vec::new();
    model.deck.logs.pinned = Some(model.deck.log_target(Scene { fleet: &model.fleet, now_ms }, false));
    model.deck.logs.options.previous = previous;
    model.deck.focus = Pane::Logs;
    read(model, target, &mut effects);
    effects
}
