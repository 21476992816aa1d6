//! `update`: one message in, the model changed, effects out. Pure: no I/O, no clock, nothing awaited.

mod access;
mod changes;
mod commands;
mod consent;
pub mod editor;
mod fleet;
mod forms;
mod keys;
mod layers;
mod logs;
mod manifests;
mod mouse;
mod pods;
mod provision;
mod registry;
mod sessions;

#[cfg(test)]
mod tests;

use super::message::Message;
use super::model::Model;
use crate::domain::effect::Effect;
use crate::input::event::InputEvent;
use crate::layers::Layer;
use crate::screens::layout::Layout;

/// Takes one message in. `now_ms` is Unix milliseconds.
pub fn update(model: &mut Model, message: Message, now_ms: i64) -> Vec<Effect> {
    let asked = question_on_top(model);
    let mut effects = match message {
        Message::Input(input) => {
            model.dirty = true;
            self::input(model, input, now_ms)
        }
        Message::Batch(batch) => sessions::batch(model, batch),
        Message::Fleet(news) => fleet::news(model, news, now_ms),
        Message::Reply { task, result } => layers::reply(model, &task, result, now_ms),
        Message::Proposed { serial, proposal } => changes::proposed(model, serial, proposal),
        Message::Progress { serial, progress } => changes::progress(model, serial, progress),
        Message::Reported { serial, report } => changes::reported(model, serial, report, now_ms),
        Message::LogWindow(window) => logs::window(model, window),
        Message::LogSaved(result) => {
            logs::saved(model, result, now_ms);
            Vec::new()
        }
        Message::DraftKept { id, result } => {
            editor::kept(model, &id, result, now_ms);
            Vec::new()
        }
        Message::FileRead { path, result } => manifests::file_read(model, &path, result, now_ms),
        Message::Edited(result) => {
            editor::edited(model, result, now_ms);
            Vec::new()
        }
        Message::Toast { words, bad } => {
            if bad {
                model.warn(words, now_ms)
            } else {
                model.toast(words, now_ms)
            }
            Vec::new()
        }
        Message::Tick => tick(model, now_ms),
        Message::Drawn(layout) => {
            return drawn(model, *layout, now_ms);
        }
        Message::Terminate => vec![Effect::Quit],
        Message::Stop => vec![Effect::Suspend],
        Message::Continued => vec![Effect::Repaint],
    };
    settle(model, now_ms, &mut effects);
    // A question that comes to light again is read again before it takes an answer.
    if let Some(Layer::Confirm(confirm)) = model.layers.last_mut()
        && asked != Some(confirm.serial)
    {
        confirm.revealed(now_ms);
    }
    if let Some(Layer::Question(question)) = model.layers.last_mut()
        && asked != Some(question.serial)
    {
        question.pace.revealed(now_ms);
    }
    // What was typed is on disk before the program may end.
    if effects.iter().any(|effect| matches!(effect, Effect::Quit | Effect::Suspend | Effect::ExternalEditor { .. })) {
        effects.splice(0..0, editor::keep_all(model, now_ms));
    }
    effects
}

/// Whether an EKS cluster is described on top.
pub fn describes_eks(model: &Model) -> bool {
    access::described(model).is_some()
}

fn question_on_top(model: &Model) -> Option<u64> {
    match model.layers.last() {
        Some(Layer::Confirm(confirm)) => Some(confirm.serial),
        Some(Layer::Question(question)) => Some(question.serial),
        _ => None,
    }
}

/// Opens what is to be open at the start; the first of them is chosen.
pub fn start(model: &mut Model, open: &[crate::domain::ids::ClusterId], now_ms: i64) -> Vec<Effect> {
    let mut effects = Vec::new();
    settle(model, now_ms, &mut effects);
    for id in open {
        effects.extend(sessions::open(model, *id, now_ms));
    }
    model.deck.clusters.touch_all();
    let scene = crate::screens::deck::Scene { fleet: &model.fleet, now_ms };
    model.deck.go(open.first().copied(), None, scene);
    editor::tell_drafts(model, now_ms);
    settle(model, now_ms, &mut effects);
    effects
}

fn input(model: &mut Model, input: InputEvent, now_ms: i64) -> Vec<Effect> {
    match input {
        InputEvent::Key { key, repeat } => keys::key(model, key, repeat, now_ms),
        InputEvent::Paste(text) => keys::paste(model, &text, now_ms),
        InputEvent::Click { x, y } => mouse::click(model, x, y, now_ms),
        InputEvent::Scroll { x, y, up } => mouse::scroll(model, x, y, up, now_ms),
        // The size reaches the model with the next drawing.
        InputEvent::Resize { .. } | InputEvent::FocusGained | InputEvent::FocusLost => Vec::new(),
    }
}

fn tick(model: &mut Model, now_ms: i64) -> Vec<Effect> {
    model.toasts.retain(|toast| toast.until_ms > now_ms);
    model.deck.tick();
    model.dirty = true;
    let mut effects = fleet::tick(model, now_ms);
    if model.pending_until.is_some_and(|until| until <= now_ms) {
        effects.extend(keys::give_up_chord(model, now_ms));
    }
    effects
}

/// After every message: panes in step with their tables, and the logs with the selection.
fn settle(model: &mut Model, now_ms: i64, effects: &mut Vec<Effect>) {
    let scene = crate::screens::deck::Scene { fleet: &model.fleet, now_ms };
    model.deck.settle(scene);
    fleet::settle(model, now_ms);
    sessions::choose_first(model, now_ms);
    changes::follow(model, now_ms);
    changes::follow_rights(model, now_ms, effects);
    logs::follow_selection(model, now_ms, effects);
    layers::explain_rows(model, now_ms, effects);
    editor::settle(model, now_ms, effects);
}

fn drawn(model: &mut Model, layout: Layout, now_ms: i64) -> Vec<Effect> {
    let mut effects = Vec::new();
    for pane in &layout.panes {
        use crate::input::context::Pane as Name;
        if pane.area.is_empty() {
            continue;
        }
        match pane.pane {
            Name::Clusters => (model.deck.clusters.offset, model.deck.clusters.page) = (pane.offset, pane.page),
            Name::Namespaces => (model.deck.namespaces.offset, model.deck.namespaces.page) = (pane.offset, pane.page),
            Name::Jobs => (model.deck.jobs.offset, model.deck.jobs.page) = (pane.offset, pane.page),
            Name::Logs => {}
        }
        match pane.pane {
            Name::Clusters => model.deck.clusters.remember_widths(&pane.needed),
            Name::Namespaces => model.deck.namespaces.remember_widths(&pane.needed),
            Name::Jobs => model.deck.jobs.remember_widths(&pane.needed),
            Name::Logs => {}
        }
    }
    if let Some(page) = &layout.provision {
        use crate::input::context::ProvisionPage;
        let screen = &mut model.provision;
        match page.pane {
            ProvisionPage::List => {
                (screen.list.offset, screen.list.page) = (page.offset, page.page);
                screen.list.remember_widths(&page.needed);
            }
            ProvisionPage::Run => {
                screen.page_rows = page.page;
                if let Some(run) = &mut screen.run {
                    run.fit(usize::from(page.area.width.saturating_sub(1)));
                }
            }
            ProvisionPage::Plan | ProvisionPage::Form => screen.page_rows = page.page,
        }
    }
    if layout.across > 0 {
        model.fleet_screen.across = layout.across;
    }
    for pane in &layout.fleet {
        use crate::input::context::FleetPane;
        let screen = &mut model.fleet_screen;
        match pane.pane {
            FleetPane::Clusters => {
                (screen.clusters.offset, screen.clusters.page) = (pane.offset, pane.page);
                screen.clusters.remember_widths(&pane.needed);
            }
            FleetPane::Logins => {
                (screen.logins.offset, screen.logins.page) = (pane.offset, pane.page);
                screen.logins.remember_widths(&pane.needed);
            }
        }
    }
    let anew = match (model.layers.last_mut(), &layout.layer) {
        (Some(layer), Some(drawn)) => layers::drawn(layer, drawn, now_ms),
        _ => false,
    };
    if let Some(logs) = layout.pane(crate::input::context::Pane::Logs).filter(|pane| !pane.area.is_empty()) {
        effects.extend(logs::resized(model, logs.page as u16, logs.rows.len() as u16));
    }
    model.layout = layout;
    model.dirty = anew;
    effects
}
