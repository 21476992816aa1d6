//! Choosing one pod, of a Job or of a namespace, to read its log alone.

use crate::app::model::Model;
use crate::domain::age::Age;
use crate::domain::effect::Effect;
use crate::domain::job_state::pod_trouble;
use crate::domain::logs::{LogScope, LogTarget};
use crate::domain::pod::PodRow;
use crate::domain::text::width;
use crate::input::context::Pane;
use crate::layers::Layer;
use crate::layers::picker::{Picker, PickerFor};
use crate::screens::deck::Scene;
use crate::screens::deck::logs::{pods_of, target_name};

/// Opens the list of the pods of what is chosen; in the logs pane, of what is read.
pub fn pick(model: &mut Model, now_ms: i64) -> Vec<Effect> {
    let scene = Scene { fleet: &model.fleet, now_ms };
    let whole = match model.deck.focus {
        Pane::Logs => model.deck.logs.target.clone().map(LogTarget::widened),
        pane => model.deck.log_target(scene, pane == Pane::Namespaces),
    };
    let Some(whole) = whole else {
        model.toast("choose a namespace or a Job to see its pods", now_ms);
        return Vec::new();
    };
    let Some(cluster) = model.fleet.get(whole.cluster) else { return Vec::new() };
    let mut pods = pods_of(&whole, &cluster.tables);
    if pods.is_empty() {
        model.toast(format!("{} has no pods", target_name(&whole)), now_ms);
        return Vec::new();
    }
    // What is not well is what one looks for; else the newest.
    pods.sort_by_key(|pod| {
        (pod_trouble(pod).is_none(), std::cmp::Reverse(pod.meta.created), pod.meta.key.name.clone())
    });
    let longest = pods.iter().map(|pod| width(&pod.meta.key.name)).max().unwrap_or(0);
    let words: Vec<String> = pods.iter().map(|pod| words(pod)).collect();
    let widest = words.iter().map(|words| width(words)).max().unwrap_or(0);
    let age = |pod: &PodRow| Age(now_ms / 1_000 - pod.meta.created).to_string();
    let rows = pods.iter().zip(&words);
    let rows =
        rows.map(|(pod, words)| format!("{:longest$}  {words:widest$}  {:>6}", pod.meta.key.name, age(pod))).collect();
    let names = pods.iter().map(|pod| pod.meta.key.clone()).collect();
    let title = format!("pods of {} · enter reads the log", target_name(&whole));
    let purpose = PickerFor::Pod { cluster: whole.cluster, pods: names };
    model.layers.push(Layer::Picker(Picker { title, rows, chosen: 0, purpose }));
    Vec::new()
}

/// Reads the log of the chosen one.
pub fn picked(model: &mut Model, picker: &Picker, now_ms: i64) -> Vec<Effect> {
    let PickerFor::Pod { cluster, pods } = &picker.purpose else { return Vec::new() };
    let Some(key) = pods.get(picker.chosen) else { return Vec::new() };
    let what = LogScope::Pod { name: key.name.clone() };
    let target = LogTarget { cluster: *cluster, namespace: key.namespace.clone(), what };
    super::logs::pin(model, target, false, now_ms)
}

/// `OOMKilled`, `image not found`, `Running`
fn words(pod: &PodRow) -> String {
    pod_trouble(pod).unwrap_or_else(|| format!("{:?}", pod.phase))
}
