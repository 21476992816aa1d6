//! The form that begins a run.

use crate::app::model::Model;
use crate::domain::effect::Effect;
use crate::domain::health::Trouble;
use crate::domain::provision::news::ModuleKnown;
use crate::domain::provision::{Kind, Run};
use crate::input::commands::CommandId;
use crate::input::event::Key;

pub fn begin(_model: &mut Model, _kind: Kind, _before: Option<Run>, _now_ms: i64) -> Vec<Effect> {
    Vec::new()
}
pub fn module_came(_model: &mut Model, _environment: &str, _module: Result<Box<ModuleKnown>, Trouble>, _now_ms: i64) {}
pub fn command(_model: &mut Model, _command: CommandId, _now_ms: i64) -> Vec<Effect> {
    Vec::new()
}
pub fn key(_model: &mut Model, _key: Key, _now_ms: i64) -> Vec<Effect> {
    Vec::new()
}
pub fn paste(_model: &mut Model, _text: &str, _now_ms: i64) -> Vec<Effect> {
    Vec::new()
}
