//! The mouse: a click focuses and selects, sorts by a heading, runs a word of the footer; the wheel scrolls what is
//! under it.

use super::commands;
use crate::app::model::Model;
use crate::domain::effect::Effect;
use crate::input::commands::CommandId;
use crate::input::context::{Pane, Screen};
use crate::input::mouse::WHEEL_ROWS;
use crate::layers::Layer;
use crate::screens::deck::Scene;
use crate::screens::table_action::Action;

pub fn click(model: &mut Model, x: u16, y: u16, now_ms: i64) -> Vec<Effect> {
    if let Some(command) = model.layout.command_at(x, y) {
        return commands::run(model, command, now_ms);
    }
    if let (Some(Layer::Editor(editor)), Some(drawn)) = (model.layers.last_mut(), &model.layout.layer) {
        if drawn.area.contains((x, y).into()) {
            editor.click(x - drawn.area.x, y - drawn.area.y);
        }
        return Vec::new();
    }
    if let Some(layer) = &model.layout.layer {
        if !layer.area.contains((x, y).into()) {
            return commands::run(model, CommandId::Cancel, now_ms);
        }
        let choice = layer.choice_at(y);
        return choice.map_or_else(Vec::new, |place| choose(model, place, now_ms));
    }
    if model.screen == Screen::Provision {
        return super::provision::click(model, x, y, now_ms);
    }
    if model.screen == Screen::Fleet {
        return super::fleet::click(model, x, y, now_ms);
    }
    let Some(pane) = model.layout.pane_at(x, y) else { return Vec::new() };
    let name = pane.pane;
    let row = || pane.position_at(y).filter(|_| pane.area.contains((x, y).into())).map(Action::To);
    let action = pane.heading_at(x, y).map(Action::SortBy).or_else(row);
    model.deck.focus = name;
    if let Some(action) = action {
        model.deck.act(name, action, Scene { fleet: &model.fleet, now_ms });
    }
    Vec::new()
}

/// A click into a list of a layer: the first one chooses, one on what is chosen takes it. A form's field is gone to.
fn choose(model: &mut Model, place: usize, now_ms: i64) -> Vec<Effect> {
    match model.layers.last_mut() {
        Some(Layer::Form(form)) => form.go(place),
        Some(Layer::Picker(picker)) if picker.chosen == place => {
            return commands::run(model, CommandId::Accept, now_ms);
        }
        Some(Layer::Picker(picker)) => {
            picker.go(place);
            return super::layers::preview_theme(model);
        }
        _ => {}
    }
    Vec::new()
}

pub fn scroll(model: &mut Model, x: u16, y: u16, up: bool, now_ms: i64) -> Vec<Effect> {
    let notch = isize::from(WHEEL_ROWS);
    let by = if up { -notch } else { notch };
    if let Some(layer) = model.layers.last_mut() {
        super::layers::scroll(layer, by);
        return Vec::new();
    }
    if model.screen == Screen::Provision {
        return super::provision::scroll(model, by, now_ms);
    }
    if model.screen == Screen::Fleet {
        return super::fleet::scroll(model, x, y, by, now_ms);
    }
    match model.layout.pane_at(x, y).map(|pane| pane.pane) {
        Some(Pane::Logs) => super::logs::step(model, by),
        Some(name) => {
            model.deck.act(name, Action::Step(by), Scene { fleet: &model.fleet, now_ms });
            Vec::new()
        }
        None => Vec::new(),
    }
}
