//! Keys: into the typed line of a layer, or through the keymap to a command.

use super::{commands, layers};
use crate::app::model::Model;
use crate::domain::effect::Effect;
use crate::input::context::Place;
use crate::input::event::{Code, Key};
use crate::input::keymap::Resolved;
use crate::layers::Layer;
use crate::layers::line_edit::Edit;

/// How long the next key of a chord is waited for, in milliseconds.
const CHORD_MS: i64 = 1_000;

/// One key press.
pub fn key(model: &mut Model, key: Key, repeat: bool, now_ms: i64) -> Vec<Effect> {
    if let Some(Layer::Confirm(confirm)) = model.layers.last_mut()
        && !confirm.takes_key(repeat, now_ms)
        && !(matches!(key.code, Code::Esc) || key.ctrl)
    {
        return Vec::new();
    }
    if let Some(Layer::Question(question)) = model.layers.last_mut()
        && !question.takes_key(repeat, now_ms)
        && !(matches!(key.code, Code::Esc) || key.ctrl)
    {
        return Vec::new();
    }
    let context = model.context();
    let resolved = model.keymap.resolve(&context, &model.pending, key);
    match resolved {
        Resolved::Command(command) => {
            forget_chord(model);
            if command.command().dangerous && repeat {
                return Vec::new();
            }
            commands::run(model, command, now_ms)
        }
        Resolved::Pending => {
            model.pending.push(key);
            model.pending_until = Some(now_ms + CHORD_MS);
            Vec::new()
        }
        Resolved::Disabled(command) => {
            forget_chord(model);
            commands::run(model, command, now_ms)
        }
        Resolved::None => {
            forget_chord(model);
            typed(model, key, now_ms)
        }
    }
}

/// The rest of a chord did not come: what stands on its first keys alone is done, as far as something does.
pub fn give_up_chord(model: &mut Model, _now_ms: i64) -> Vec<Effect> {
    forget_chord(model);
    Vec::new()
}

/// Pasted text goes into a typed line and nowhere else: it never runs a command and never answers a question.
pub fn paste(model: &mut Model, text: &str, now_ms: i64) -> Vec<Effect> {
    if let Some(Layer::Confirm(confirm)) = model.layers.last_mut() {
        confirm.pasted();
        return Vec::new();
    }
    if let Some(Layer::Question(question)) = model.layers.last_mut() {
        question.pasted();
        return Vec::new();
    }
    if let Some(Layer::Editor(editor)) = model.layers.last_mut() {
        editor.paste(text, now_ms);
        return Vec::new();
    }
    if model.context().place() == Place::PlanForm {
        return super::provision::paste(model, text, now_ms);
    }
    if !model.layers.last_mut().is_some_and(|layer| layer.insert(text)) {
        return Vec::new();
    }
    layers::line_changed(model, now_ms)
}

fn forget_chord(model: &mut Model) {
    model.pending.clear();
    model.pending_until = None;
}

fn typed(model: &mut Model, key: Key, now_ms: i64) -> Vec<Effect> {
    if matches!(model.layers.last(), Some(Layer::Editor(_))) {
        return super::editor::key(model, key, now_ms);
    }
    if model.context().place() == Place::PlanForm {
        return super::provision::key(model, key, now_ms);
    }
    let Some(layer) = model.layers.last_mut() else { return Vec::new() };
    let plain = !key.ctrl && !key.alt && !key.command;
    if let (Code::Char(char), true) = (key.code, plain) {
        let taken = layer.insert(char.encode_utf8(&mut [0; 4]));
        return if taken { layers::line_changed(model, now_ms) } else { Vec::new() };
    }
    if let (Layer::Form(form), Code::Left | Code::Right) = (&mut *layer, key.code)
        && form.line().is_none()
    {
        form.choose(if key.code == Code::Left { -1 } else { 1 });
        return layers::line_changed(model, now_ms);
    }
    let Some(line) = layer.line() else { return Vec::new() };
    let edit = match key.code {
        Code::Left if key.ctrl || key.alt => Edit::WordLeft,
        Code::Right if key.ctrl || key.alt => Edit::WordRight,
        Code::Char('b') if key.alt => Edit::WordLeft,
        Code::Char('f') if key.alt => Edit::WordRight,
        Code::Left => Edit::Left,
        Code::Right => Edit::Right,
        Code::Home => Edit::Start,
        Code::End => Edit::End,
        Code::Char('a') if key.ctrl => Edit::Start,
        Code::Char('e') if key.ctrl => Edit::End,
        Code::Backspace if key.ctrl || key.alt => Edit::DeleteWordBack,
        Code::Backspace => Edit::DeleteBack,
        Code::Delete => Edit::DeleteForward,
        Code::Char('w') if key.ctrl => Edit::DeleteWordBack,
        Code::Char('u') if key.ctrl => Edit::DeleteToStart,
        Code::Char('k') if key.ctrl => Edit::DeleteToEnd,
        _ => return Vec::new(),
    };
    line.apply(edit);
    layers::line_changed(model, now_ms)
}
