//! Forms: opening them, going through them, and what comes of one that is accepted.

#[cfg(test)]
mod tests;

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::app::model::Model;
use crate::domain::effect::{Effect, Purpose, TaskKey};
use crate::domain::ids::{ClusterId, KindId, ObjectKey};
use crate::domain::request::{FetchReply, FetchRequest, PortError};
use crate::domain::suffix::suffix;
use crate::domain::template::Template;
use crate::input::commands::CommandId;
use crate::layers::Layer;
use crate::layers::form::{AskedCronJob, Form, FormFor, FormStage, Known};
use crate::layers::picker::{Picker, PickerFor};

/// The list of templates, the first one chosen; those that cannot be used at the end, with the reason.
pub fn pick_template(model: &mut Model, _now_ms: i64) -> Vec<Effect> {
    let Some(cluster) = model.deck.cluster else { return Vec::new() };
    let templates = model.templates.clone();
    let own = |is_own: bool| if is_own { " (your own)" } else { "" };
    let row = |template: &Arc<Template>| format!("{:16} {}{}", template.name, template.about, own(template.is_own));
    let mut rows: Vec<String> = templates.all.iter().map(row).collect();
    rows.extend(templates.broken.iter().map(|broken| format!("{:16} cannot be used: {}", broken.name, broken.error)));
    let title = "new from a template".to_owned();
    model.layers.push(Layer::Picker(Picker {
        title,
        rows,
        chosen: 0,
        purpose: PickerFor::Template { cluster, templates },
    }));
    Vec::new()
}

/// Opens the form of the chosen template.
pub fn picked(model: &mut Model, picker: &Picker, now_ms: i64) -> Vec<Effect> {
    let PickerFor::Template { cluster, templates } = &picker.purpose else { return Vec::new() };
    let Some(template) = templates.all.get(picker.chosen) else {
        if let Some(broken) = templates.broken.get(picker.chosen.saturating_sub(templates.all.len())) {
            model.warn(format!("{}: {}", broken.file, broken.error), now_ms);
        }
        return Vec::new();
    };
    let namespace = target_namespace(model);
    let known = Known {
        labels: known_labels(model, *cluster, &namespace),
        cronjobs: cronjobs(model, *cluster, &namespace),
        suffix: suffix(now_ms),
        namespace,
    };
    let form = Form::for_template(template, *cluster, &cluster_name(model, *cluster), known);
    open(model, form)
}

/// The form of a new namespace.
pub fn new_namespace(model: &mut Model, _now_ms: i64) -> Vec<Effect> {
    let Some(cluster) = model.deck.cluster else { return Vec::new() };
    let tables = model.fleet.get(cluster).map(|cluster| &cluster.tables);
    let rows = tables.into_iter().flat_map(|tables| tables.namespaces.iter());
    let taken: BTreeSet<Arc<str>> = rows.map(|(_, row)| row.meta.key.name.clone()).collect();
    let labels = &model.deck.labels;
    let first = |keys: &[String], otherwise: &str| keys.first().cloned().unwrap_or_else(|| otherwise.to_owned());
    let keys = [first(&labels.team, "team"), first(&labels.cost_center, "cost-center")];
    let form = Form::for_namespace(cluster, &cluster_name(model, cluster), keys, taken);
    open(model, form)
}

/// The labels of the chosen namespace.
pub fn edit_labels(model: &mut Model, now_ms: i64) -> Vec<Effect> {
    let (Some(cluster), Some(name)) = (model.deck.cluster, model.deck.namespace.clone()) else {
        model.toast("choose one namespace to change its labels", now_ms);
        return Vec::new();
    };
    let key = ObjectKey::new("", name.clone());
    let row = model.fleet.get(cluster).and_then(|cluster| cluster.tables.namespaces.by_key(&key));
    let Some(row) = row.filter(|row| !row.is_known_by_name_alone()) else {
        model.toast("you may not read this namespace, so its labels are not known", now_ms);
        return Vec::new();
    };
    let labels: Vec<_> = row.meta.labels.iter().map(|(key, value)| (key.to_string(), value.to_string())).collect();
    let form = Form::for_labels(cluster, &cluster_name(model, cluster), name, &labels);
    open(model, form)
}

pub fn open(model: &mut Model, form: Form) -> Vec<Effect> {
    let left = model.left_form.take_if(|left| is_alike(&left.purpose, &form.purpose));
    let form = match left {
        // What is there meanwhile is known by the new one.
        Some(left) => Box::new(Form { purpose: form.purpose, stage: FormStage::Filled, ..*left }),
        None => Box::new(form),
    };
    model.layers.push(Layer::Form(form));
    read_cronjob(model)
}

/// Whether two forms ask for the same, in the same place.
fn is_alike(left: &FormFor, right: &FormFor) -> bool {
    match (left, right) {
        (FormFor::Namespace { cluster, .. }, FormFor::Namespace { cluster: other, .. }) => cluster == other,
        (left, right) => left == right,
    }
}

/// A command while a form is on top.
pub fn command(model: &mut Model, command: CommandId, now_ms: i64) -> Vec<Effect> {
    let Some(Layer::Form(form)) = model.layers.last_mut() else { return Vec::new() };
    match command {
        CommandId::FormNext => form.step(1),
        CommandId::FormPrevious => form.step(-1),
        CommandId::FormEnter if !form.is_on_the_last() => form.step(1),
        CommandId::FormEnter | CommandId::FormAccept => return accept(model, false, now_ms),
        CommandId::FormEdit => return accept(model, true, now_ms),
        _ => {}
    }
    Vec::new()
}

/// A value changed.
pub fn changed(model: &mut Model) -> Vec<Effect> {
    if let Some(Layer::Form(form)) = model.layers.last_mut() {
        form.changed();
    }
    read_cronjob(model)
}

/// A form was left without being accepted.
pub fn left(model: &mut Model, form: Box<Form>, now_ms: i64) -> Vec<Effect> {
    let asked =
        form.cluster().filter(|_| form.cronjob.is_some()).into_iter().map(|cluster| Effect::Cancel(task(cluster)));
    let effects = asked.collect();
    // What nobody may see does not lie about.
    if form.fields.iter().any(|field| field.is_touched) && !form.has_secret() {
        model.toast("what you typed is there when you open this form again", now_ms);
        model.left_form = Some(form);
    }
    effects
}

fn task(cluster: ClusterId) -> TaskKey {
    TaskKey { cluster, kind: Some(KindId::CronJob), purpose: Purpose::FormCronJob }
}

/// Asks for the CronJob that the form names, once for each name.
fn read_cronjob(model: &mut Model) -> Vec<Effect> {
    let Some(Layer::Form(form)) = model.layers.last_mut() else { return Vec::new() };
    let FormFor::Template { namespace, cluster, .. } = &form.purpose else { return Vec::new() };
    let Some(name) = form.wanted_cronjob().map(str::to_owned) else { return Vec::new() };
    let request = FetchRequest::Object { kind: KindId::CronJob, key: ObjectKey::new(namespace.clone(), name.as_str()) };
    let effect = Effect::Fetch { task: task(*cluster), request };
    form.cronjob = Some(AskedCronJob { name, answer: None });
    vec![effect]
}

/// The CronJob that a form asked for came.
pub fn cronjob(model: &mut Model, cluster: ClusterId, result: Result<FetchReply, PortError>) -> Vec<Effect> {
    let form = model.layers.iter_mut().find_map(|layer| match layer {
        Layer::Form(form) if form.cluster() == Some(cluster) => Some(form),
        _ => None,
    });
    if let Some(asked) = form.and_then(|form| form.cronjob.as_mut()) {
        match result {
            Ok(FetchReply::Object(object)) => asked.answer = Some(Ok(object)),
            Ok(_) => {}
            Err(error) => asked.answer = Some(Err(error.trouble().words.clone())),
        }
    }
    Vec::new()
}

/// Takes the form, if nothing is wrong with it; else goes to what is.
fn accept(model: &mut Model, edit: bool, now_ms: i64) -> Vec<Effect> {
    let Some(Layer::Form(form)) = model.layers.last_mut() else { return Vec::new() };
    if form.go_to_problem() {
        return Vec::new();
    }
    if let Some(asked) = form.asked() {
        return super::registry::asked(model, asked, now_ms);
    }
    let Some(made) = form.made() else {
        model.toast("the CronJob is still being read", now_ms);
        return Vec::new();
    };
    let purpose = form.purpose.clone();
    super::manifests::made(model, &purpose, made, edit, now_ms)
}

/// Where a new object goes unless something else is typed: the chosen namespace, else that of the selected Job.
fn target_namespace(model: &Model) -> Arc<str> {
    let of_job = || model.deck.jobs.selected().map(|key| key.namespace.clone());
    let own = || {
        let cluster = model.deck.cluster.and_then(|id| model.fleet.get(id))?;
        cluster.info.namespace.as_deref().map(Arc::from)
    };
    model.deck.namespace.clone().or_else(of_job).or_else(own).unwrap_or_else(|| "default".into())
}

fn cluster_name(model: &Model, cluster: ClusterId) -> String {
    model.fleet.get(cluster).map(|cluster| cluster.info.name.clone()).unwrap_or_default()
}

/// Team and cost center of a namespace, for what is made in it.
fn known_labels(model: &Model, cluster: ClusterId, namespace: &Arc<str>) -> Vec<String> {
    let key = ObjectKey::new("", namespace.clone());
    let Some(row) = model.fleet.get(cluster).and_then(|cluster| cluster.tables.namespaces.by_key(&key)) else {
        return Vec::new();
    };
    let label = |keys: &[String]| {
        keys.iter()
            .find_map(|key| row.meta.label(key).filter(|value| !value.is_empty()).map(|value| format!("{key}={value}")))
    };
    [label(&model.deck.labels.team), label(&model.deck.labels.cost_center)].into_iter().flatten().collect()
}

fn cronjobs(model: &Model, cluster: ClusterId, namespace: &Arc<str>) -> Vec<String> {
    let Some(cluster) = model.fleet.get(cluster) else { return Vec::new() };
    let rows = cluster.tables.cronjobs.iter().map(|(_, row)| &row.meta.key);
    let mut names: Vec<String> =
        rows.filter(|key| key.namespace == *namespace).map(|key| key.name.to_string()).collect();
    names.sort_unstable();
    names
}
