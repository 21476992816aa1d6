//! The registry, as it is changed from the fleet's screen: forms, questions, and what came of them.

use super::{access, forms, sessions};
use crate::app::model::Model;
use crate::domain::cluster::{Source, WayIn};
use crate::domain::effect::{Effect, FleetEffect};
use crate::domain::fleet::FleetAnswer;
use crate::domain::gate::Place;
use crate::domain::health::Trouble;
use crate::domain::ids::ClusterId;
use crate::domain::provider::short_version;
use crate::domain::registry::{ClusterRecord, NotRegistered, Register, Test};
use crate::input::commands::CommandId;
use crate::layers::Layer;
use crate::layers::consent::Consent;
use crate::layers::form::{Asked, Form, FormStage, RegisterFrom};
use crate::layers::picker::{Picker, PickerFor, RegisterChoice};
use crate::layers::question::{About, Agreed, Question, Stage};
use crate::store::fleet::ClusterState;

/// A command of the fleet's clusters that changes what is known of them; `None` if it is none.
pub fn command(model: &mut Model, command: CommandId, now_ms: i64) -> Option<Vec<Effect>> {
    match command {
        CommandId::FleetRegister => pick_origin(model),
        CommandId::FleetEdit => {
            let record = selected(model).and_then(|cluster| cluster.info.record.clone());
            return Some(record.map_or_else(Vec::new, |record| forms::open(model, Form::for_edit(record))));
        }
        CommandId::FleetRemove => ask_to_remove(model),
        CommandId::FleetWay => return Some(next_way(model, now_ms)),
        _ => return None,
    }
    Some(Vec::new())
}

fn selected(model: &Model) -> Option<&ClusterState> {
    model.fleet_screen.clusters.selected().and_then(|id| model.fleet.get(*id))
}

/// What a cluster would be registered from, as it is known already.
fn origin(cluster: &ClusterState) -> Option<RegisterFrom> {
    let info = &cluster.info;
    if info.record.is_some() {
        return None;
    }
    match (&info.source, &info.arn) {
        (Source::Context { context, file }, _) => {
            Some(RegisterFrom::Context { context: context.clone(), file: file.clone() })
        }
        (Source::Iam { .. }, Some(arn)) => Some(RegisterFrom::Arn(arn.clone())),
        _ => None,
    }
}

/// The list of places that a cluster may come from; the selected one first.
fn pick_origin(model: &mut Model) {
    let mut choices = Vec::new();
    let mut rows = Vec::new();
    if let Some((from, name)) = selected(model).and_then(|cluster| Some((origin(cluster)?, cluster.info.name.clone())))
    {
        rows.push(match &from {
            RegisterFrom::Arn(arn) => format!("{name}, by AWS credentials ({})", arn.region),
            _ => format!("{name}, as its context says"),
        });
        choices.push(RegisterChoice::From(from, name));
    }
    if contexts(model).next().is_some() {
        rows.push("a context of the kubeconfig".to_owned());
        choices.push(RegisterChoice::Contexts);
    }
    let others = [
        ("a kubeconfig file", RegisterFrom::File),
        ("a kubeconfig that is pasted", RegisterFrom::Pasted),
        ("by hand: server, authority, token", RegisterFrom::ByHand),
    ];
    for (words, from) in others {
        rows.push(words.to_owned());
        choices.push(RegisterChoice::From(from, String::new()));
    }
    pick(model, "register a cluster", rows, choices);
}

fn pick(model: &mut Model, title: &str, rows: Vec<String>, choices: Vec<RegisterChoice>) {
    let purpose = PickerFor::Register { choices };
    model.layers.push(Layer::Picker(Picker { title: title.to_owned(), rows, chosen: 0, purpose }));
}

/// Contexts whose clusters are not registered yet.
fn contexts(model: &Model) -> impl Iterator<Item = (RegisterFrom, &str)> {
    let from = |cluster| origin(cluster).filter(|from| matches!(from, RegisterFrom::Context { .. }));
    model.fleet.iter().filter_map(move |cluster| Some((from(cluster)?, cluster.info.name.as_str())))
}

/// A place was chosen: the form that belongs to it, or the list of contexts. One of a context sends its form again.
pub fn picked(model: &mut Model, choice: Option<RegisterChoice>, now_ms: i64) -> Vec<Effect> {
    match choice {
        Some(RegisterChoice::From(from, name)) => forms::open(model, Form::for_register(from, &name)),
        Some(RegisterChoice::Contexts) => {
            let found = contexts(model).map(|(from, name)| (from, name.to_owned()));
            let (rows, choices) = found.map(|(from, name)| (name.clone(), RegisterChoice::From(from, name))).unzip();
            pick(model, "a context of the kubeconfig", rows, choices);
            Vec::new()
        }
        Some(RegisterChoice::Context(name)) => {
            let Some(Layer::Form(form)) = model.layers.last_mut() else { return Vec::new() };
            form.fill("context", &name);
            form.asked().map_or_else(Vec::new, |request| asked(model, request, now_ms))
        }
        None => Vec::new(),
    }
}

/// A form of the fleet was accepted: it stays until an answer is there.
pub fn asked(model: &mut Model, asked: Asked, now_ms: i64) -> Vec<Effect> {
    let (words, effect): (_, fn(u64, Asked) -> Option<FleetEffect>) = match &asked {
        Asked::Access(ask) => {
            let ask = ask.clone();
            return access::ask(model, ask);
        }
        Asked::Edit(_, edit) if edit.is_empty() => {
            model.layers.pop();
            model.toast("nothing was changed", now_ms);
            return Vec::new();
        }
        Asked::Edit(..) => ("writing it down\u{2026}", |serial, asked| match asked {
            Asked::Edit(name, edit) => Some(FleetEffect::Edit { serial, name, edit }),
            _ => None,
        }),
        Asked::Register(request) => {
            let words = match request.test {
                Test::Connect { .. } => "asking the cluster what it is\u{2026}",
                Test::Skip => "writing it down\u{2026}",
            };
            (words, |serial, asked| match asked {
                Asked::Register(request) => Some(FleetEffect::Register { serial, request }),
                _ => None,
            })
        }
    };
    model.serial += 1;
    let serial = model.serial;
    let Some(Layer::Form(form)) = model.layers.last_mut() else { return Vec::new() };
    if matches!(form.stage, FormStage::Sent { .. }) {
        return Vec::new();
    }
    form.stage = FormStage::Sent { serial, words };
    effect(serial, asked).map(Effect::Fleet).into_iter().collect()
}

fn ask_to_remove(model: &mut Model) {
    let Some(cluster) = selected(model) else { return };
    let Some(record) = cluster.info.record.clone() else { return };
    let care = model.policy.care(&cluster.info, cluster.insecure);
    let place = Place {
        cluster: record.name.clone(),
        environment: care.environment,
        protected: care.protected,
        unread: false,
        read_only: None,
    };
    let mut lines = vec![
        format!("{} goes with its kubeconfig and everything that was seen of it:", record.name),
        "  snapshots, how it stood over time, finished Jobs with their last lines.".to_owned(),
        "The cluster itself stays as it is.".to_owned(),
    ];
    let others: Vec<&str> =
        cluster.info.ways.iter().filter(|way| **way != WayIn::Registered).map(|way| way.word()).collect();
    lines.push(match others.as_slice() {
        [] => "Nothing else that is known here leads to it: its row goes too.".to_owned(),
        others => format!("Its row stays: {} leads to it too.", others.join(" and ")),
    });
    let is_plain = |char: char| char.is_ascii_alphanumeric() || "-_.".contains(char);
    let name: String = record.name.chars().map(|char| if is_plain(char) { char } else { '-' }).collect();
    let about = About::Remove { place, lines, file: format!("~/{name}.eksdeck.json"), is_exported: false };
    model.serial += 1;
    model.layers.push(Layer::Question(Box::new(Question::new(model.serial, about, Stage::Asked))));
}

/// The answer to a question of the fleet.
pub fn answer(model: &mut Model, now_ms: i64) -> Vec<Effect> {
    let Some(Layer::Question(question)) = model.layers.last_mut() else { return Vec::new() };
    let serial = question.serial;
    let effect = question.answer(now_ms).map(|agreed| match agreed {
        Agreed::Remove(request) => FleetEffect::Remove { serial, request },
        Agreed::Access(approved) => FleetEffect::ChangeAccess { serial, approved: *approved },
    });
    effect.map(Effect::Fleet).into_iter().collect()
}

/// The next of the ways into the selected cluster; a session that is open begins anew.
fn next_way(model: &mut Model, now_ms: i64) -> Vec<Effect> {
    const ORDER: [WayIn; 3] = [WayIn::Context, WayIn::Registered, WayIn::Iam];
    let Some(cluster) = selected(model) else { return Vec::new() };
    let (id, ways) = (cluster.id, &cluster.info.ways);
    let Some(now) = ways.first().and_then(|way| ORDER.iter().position(|known| known == way)) else {
        return Vec::new();
    };
    let after = (1..ORDER.len()).map(|by| ORDER[(now + by) % ORDER.len()]);
    let Some(way) = after.into_iter().find(|way| ways.contains(way)) else { return Vec::new() };
    let (name, is_open) = (cluster.info.name.clone(), cluster.is_open());
    model.toast(format!("{name} is reached by {} from now on", way.word()), now_ms);
    let mut effects = if is_open { sessions::close(model, id) } else { Vec::new() };
    effects.push(Effect::Fleet(FleetEffect::Choose { cluster: id, way }));
    if is_open {
        effects.extend(sessions::open(model, id, now_ms));
    }
    effects
}

/// Something that was asked has ended.
pub fn answered(model: &mut Model, serial: u64, answer: FleetAnswer, now_ms: i64) -> Vec<Effect> {
    match answer {
        FleetAnswer::Registered(result) => registered(model, serial, result, now_ms),
        FleetAnswer::Edited(result) => {
            let result = result.map(|record| format!("{} is changed", record.name));
            form_ended(model, serial, result, now_ms);
        }
        FleetAnswer::Removed(result) => removed(model, serial, result, now_ms),
        FleetAnswer::AccessProposed(result) => access::proposed(model, serial, result),
        FleetAnswer::AccessChanged(report) => return access::reported(model, serial, report, now_ms),
    }
    Vec::new()
}

fn registered(model: &mut Model, serial: u64, result: Result<Box<ClusterRecord>, NotRegistered>, now_ms: i64) {
    let result = match result {
        Ok(record) => Ok(format!("registered {}{}", record.name, found(&record))),
        Err(NotRegistered::Trouble(trouble)) => Err(trouble),
        Err(NotRegistered::WhichContext(names)) => {
            let form = model.layers.last_mut().and_then(|layer| match layer {
                Layer::Form(form) if is_sent(form, serial) => Some(form),
                _ => None,
            });
            let Some(form) = form else {
                let trouble = Trouble::new("the kubeconfig has several contexts: name the one that is meant");
                return form_ended(model, serial, Err(trouble), now_ms);
            };
            form.stage = FormStage::Filled;
            let choices = names.iter().cloned().map(RegisterChoice::Context).collect();
            return pick(model, "which of its contexts?", names, choices);
        }
        Err(NotRegistered::NeedsConsent(request)) => {
            let trouble = Trouble::new("it logs in with a program that nobody agreed to; nothing was run or kept");
            let on_top = matches!(model.layers.last(), Some(Layer::Form(form)) if is_sent(form, serial));
            form_ended(model, serial, Err(trouble), now_ms);
            if on_top {
                let cluster_name = "the new cluster".to_owned();
                model.layers.push(Layer::Consent(Consent { cluster: None, cluster_name, request, shown_ms: None }));
            }
            return;
        }
    };
    form_ended(model, serial, result, now_ms);
}

/// `: EKS, 1.34`, as far as it is known.
fn found(record: &ClusterRecord) -> String {
    let provider = record.provider.map(|provider| provider.name().to_owned());
    let version = record.version.as_deref().map(|version| short_version(version).to_owned());
    let words: Vec<String> = provider.into_iter().chain(version).collect();
    if words.is_empty() { String::new() } else { format!(": {}", words.join(", ")) }
}

/// The program that the form's kubeconfig logs in with may be run: the form is sent once more.
pub fn agreed(model: &mut Model) -> Vec<Effect> {
    let Some(Layer::Form(form)) = model.layers.last_mut() else { return Vec::new() };
    let Some(Asked::Register(request)) = form.asked() else { return Vec::new() };
    model.serial += 1;
    let serial = model.serial;
    form.stage = FormStage::Sent { serial, words: "asking the cluster what it is\u{2026}" };
    let request = Box::new(Register { test: Test::Connect { agreed: true }, ..*request });
    vec![Effect::Fleet(FleetEffect::Register { serial, request })]
}

fn is_sent(form: &Form, serial: u64) -> bool {
    matches!(form.stage, FormStage::Sent { serial: sent, .. } if sent == serial)
}

/// The form goes with what it asked for, or tells why it stays. One that was left meanwhile is told about below.
fn form_ended(model: &mut Model, serial: u64, result: Result<String, Trouble>, now_ms: i64) {
    let place = model.layers.iter().position(|layer| matches!(layer, Layer::Form(form) if is_sent(form, serial)));
    match (result, place) {
        (Ok(words), place) => {
            if let Some(place) = place {
                model.layers.remove(place);
            }
            model.toast(words, now_ms);
        }
        (Err(trouble), Some(place)) => {
            if let Some(Layer::Form(form)) = model.layers.get_mut(place) {
                form.stage = FormStage::Failed(trouble);
            }
        }
        (Err(trouble), None) => model.warn(trouble.words, now_ms),
    }
}

fn removed(model: &mut Model, serial: u64, result: Result<(), Trouble>, now_ms: i64) {
    let Some(place) = question_at(model, serial) else {
        match result {
            Ok(()) => model.toast("the cluster is no longer registered", now_ms),
            Err(trouble) => model.warn(trouble.words, now_ms),
        }
        return;
    };
    let Some(Layer::Question(question)) = model.layers.get_mut(place) else { return };
    match result {
        Ok(()) => {
            let words = match &question.about {
                About::Remove { place, file, is_exported: true, .. } => {
                    format!("{} is no longer registered; {file} has a copy", place.cluster)
                }
                About::Remove { place, .. } => format!("{} is no longer registered", place.cluster),
                About::Access { .. } => String::new(),
            };
            model.layers.remove(place);
            model.toast(words, now_ms);
        }
        Err(trouble) => question.stage = Stage::Failed(trouble),
    }
}

/// Where a question lies among the layers.
pub fn question_at(model: &Model, serial: u64) -> Option<usize> {
    let is_it = |layer: &Layer| matches!(layer, Layer::Question(question) if question.serial == serial);
    model.layers.iter().position(is_it)
}

/// What is known of a cluster changed: one that only the registry knew, and knows no longer, is left alone.
pub fn renewed(model: &mut Model, id: ClusterId) -> Vec<Effect> {
    let is_left = model.fleet.get(id).is_some_and(|cluster| cluster.is_removed() && cluster.is_open());
    if is_left { sessions::close(model, id) } else { Vec::new() }
}
