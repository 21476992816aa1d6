//! What the cluster's module gives out, and how to get at the cluster.

use serde_json::Value;

use super::entry::{SENSITIVE, hide};
use super::line::Line;
use super::{RunPage, RunScene};
use crate::domain::provision::{Identity, Kind, Run, State};
use crate::ui::theme::Role;

/// The widest column of names.
const NAMES: usize = 28;

/// `aws eks update-kubeconfig --region eu-west-1 --name prod`.
pub fn kubeconfig(identity: &Identity) -> String {
    format!("aws eks update-kubeconfig --region {} --name {}", identity.region, identity.name)
}

/// Whether there is a cluster after the run.
fn leaves_a_cluster(run: &Run) -> bool {
    run.state() == State::Applied && run.kind() != Kind::Destroy
}

pub fn lines(page: &RunPage, scene: &RunScene<'_>) -> Vec<Line> {
    let command = scene.run.filter(|run| leaves_a_cluster(run)).map(|run| kubeconfig(&run.identity));
    let mut all = outputs(page, scene).unwrap_or_default();
    // It is told once.
    all.retain(|(_, value)| command.as_deref() != Some(value));
    let names = all.iter().map(|(name, _)| crate::domain::text::width(name)).max().unwrap_or(0).min(NAMES);
    let first = command.map(|command| Line::of(None, &command, Role::Accent).copied(&command));
    let rest = all.into_iter().map(|(name, value)| {
        let role = if value == SENSITIVE { Role::Masked } else { Role::Text };
        Line::of(None, format!("{name:<names$}"), Role::Info).with(" = ", Role::Muted).with(&value, role).copied(&value)
    });
    first.into_iter().chain(rest).collect()
}

/// Names and values; `None` while nobody has told them.
fn outputs(page: &RunPage, scene: &RunScene<'_>) -> Option<Vec<(String, String)>> {
    let text = |value: &Value| match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    if let Some(Ok(Value::Object(told))) = &page.outputs {
        let shown = told.iter().map(|(name, value)| {
            let mut value = value.clone();
            hide(&mut value);
            (name.clone(), text(&value))
        });
        return Some(shown.collect());
    }
    let told = &page.progress(scene).outputs;
    let shown = told.iter().map(|output| {
        let value = output.value.as_ref().map(|json| serde_json::from_str(json).map_or(json.clone(), |it| text(&it)));
        (output.name.clone(), value.unwrap_or_else(|| SENSITIVE.to_owned()))
    });
    (!told.is_empty()).then(|| shown.collect())
}

/// Why there are none: first what is the matter.
pub fn emptiness(page: &RunPage, scene: &RunScene<'_>) -> Vec<String> {
    let Some(run) = scene.run else { return vec!["No outputs.".to_owned()] };
    let words = match (&page.outputs, run.state()) {
        (Some(Err(trouble)), _) => {
            return std::iter::once(format!("The outputs could not be read: {}", trouble.words))
                .chain(trouble.remedy.clone())
                .collect();
        }
        (_, State::Destroyed) => "The cluster is destroyed: it has no outputs any more.",
        (None, State::Applied) => "The outputs are being read.",
        (Some(Ok(_)), _) => "The module has no outputs.",
        (None, state) if state.is_over() => "Nothing was applied to its end: there are no outputs.",
        (None, _) => "No outputs yet: they come with the apply.",
    };
    vec![words.to_owned()]
}
