//! Who may enter an EKS cluster, as it is changed from the cluster's description.

use super::{forms, registry};
use crate::app::model::Model;
use crate::domain::aws::arn::ClusterArn;
use crate::domain::effect::{Effect, FleetEffect};
use crate::domain::eks::AccessEntry;
use crate::domain::gate::Report;
use crate::domain::gate::aws::{AccessAsk, AccessProposal, AccessWanted};
use crate::domain::health::Trouble;
use crate::domain::ids::ClusterId;
use crate::input::commands::CommandId;
use crate::layers::Layer;
use crate::layers::detail::Subject;
use crate::layers::form::{Form, FormFor};
use crate::layers::picker::{AccessChoice, Picker, PickerFor};
use crate::layers::question::{About, Question, Stage};
use crate::store::fleet::Fetched;

/// A command in a cluster's description that changes who may enter it; `None` if it is none.
pub fn command(model: &mut Model, command: CommandId, now_ms: i64) -> Option<Vec<Effect>> {
    if !matches!(command, CommandId::AccessGrant | CommandId::AccessScope | CommandId::AccessRevoke) {
        return None;
    }
    let Some((id, cluster)) = described(model) else { return Some(Vec::new()) };
    if command == CommandId::AccessGrant {
        return Some(forms::open(model, Form::for_access(cluster, None)));
    }
    let entries = match entries(model, id) {
        Ok(entries) => entries,
        Err(words) => {
            model.toast(words, now_ms);
            return Some(Vec::new());
        }
    };
    let (title, choices): (_, Vec<(String, AccessChoice)>) = match command {
        CommandId::AccessScope => ("change where a policy holds", entries.iter().flat_map(scopes).collect()),
        _ => ("take access away", entries.iter().flat_map(revocations).collect()),
    };
    if choices.is_empty() {
        model.toast("no entry has a policy of EKS", now_ms);
        return Some(Vec::new());
    }
    let (rows, choices) = choices.into_iter().unzip();
    let purpose = PickerFor::Access { cluster, choices };
    model.layers.push(Layer::Picker(Picker { title: title.to_owned(), rows, chosen: 0, purpose }));
    Some(Vec::new())
}

/// The EKS cluster whose description is on top.
pub fn described(model: &Model) -> Option<(ClusterId, ClusterArn)> {
    let Some(Layer::Detail(detail)) = model.layers.last() else { return None };
    let Subject::Cluster(id) = detail.subject else { return None };
    Some((id, model.fleet.get(id)?.eks.as_ref()?.id.clone()))
}

fn entries(model: &Model, id: ClusterId) -> Result<Vec<AccessEntry>, String> {
    let detail = model.fleet.get(id).map(|cluster| &cluster.detail);
    match detail {
        Some(Fetched::Got(detail)) => detail.access_entries.clone().map_err(|trouble| trouble.words),
        Some(Fetched::Failed(trouble)) => Err(trouble.words.clone()),
        Some(Fetched::Waiting) | None => Err("AWS has not told yet who may enter".to_owned()),
    }
}

fn scopes(entry: &AccessEntry) -> Vec<(String, AccessChoice)> {
    let choice = |policy: &crate::domain::eks::AccessPolicy| {
        let row = format!("{} \u{b7} {}", entry.principal, policy.words());
        (row, AccessChoice::Scope { principal: entry.principal.clone(), policy: policy.clone() })
    };
    entry.policies.iter().map(choice).collect()
}

fn revocations(entry: &AccessEntry) -> Vec<(String, AccessChoice)> {
    let principal = &entry.principal;
    let policy = |policy: &crate::domain::eks::AccessPolicy| {
        let choice = AccessChoice::Revoke { principal: principal.clone(), policy: Some(policy.arn.clone()) };
        (format!("{principal} \u{b7} {}", policy.words()), choice)
    };
    let whole = AccessChoice::Revoke { principal: principal.clone(), policy: None };
    let policies = entry.policies.iter().map(policy);
    policies.chain([(format!("{principal} \u{b7} the whole entry"), whole)]).collect()
}

/// Something of the list was chosen.
pub fn picked(model: &mut Model, cluster: ClusterArn, choice: Option<AccessChoice>) -> Vec<Effect> {
    match choice {
        Some(AccessChoice::Scope { principal, policy }) => {
            forms::open(model, Form::for_access(cluster, Some((principal, policy))))
        }
        Some(AccessChoice::Revoke { principal, policy }) => {
            let wanted = AccessWanted::Revoke { policies: policy.into_iter().collect() };
            ask(model, AccessAsk { cluster, principal, wanted })
        }
        None => Vec::new(),
    }
}

/// Puts the question up and reads what the change would do.
pub fn ask(model: &mut Model, ask: AccessAsk) -> Vec<Effect> {
    model.serial += 1;
    let (serial, about) = (model.serial, About::Access { ask: ask.clone(), proposal: None });
    model.layers.push(Layer::Question(Box::new(Question::new(serial, about, Stage::Looking))));
    vec![Effect::Fleet(FleetEffect::ProposeAccess { serial, ask })]
}

pub fn proposed(model: &mut Model, serial: u64, result: Result<Box<AccessProposal>, Trouble>) {
    let Some(place) = registry::question_at(model, serial) else { return };
    let Some(Layer::Question(question)) = model.layers.get_mut(place) else { return };
    match result {
        Ok(proposal) => question.put(proposal),
        Err(trouble) => question.stage = Stage::Failed(trouble),
    }
}

/// It was carried out: what hangs on the cluster is read anew.
pub fn reported(model: &mut Model, serial: u64, report: Box<Report>, now_ms: i64) -> Vec<Effect> {
    let place = registry::question_at(model, serial);
    let is_whole = report.is_whole();
    if is_whole || place.is_none() {
        let words = report.summary();
        if is_whole { model.toast(words, now_ms) } else { model.warn(words, now_ms) }
    }
    match (place, is_whole) {
        (Some(place), true) => {
            model.layers.remove(place);
            model
                .layers
                .retain(|layer| !matches!(layer, Layer::Form(form) if matches!(form.purpose, FormFor::Access { .. })));
        }
        (Some(place), false) => {
            if let Some(Layer::Question(question)) = model.layers.get_mut(place) {
                question.scroll = Default::default();
                question.stage = Stage::Told(report);
            }
        }
        (None, _) => {}
    }
    let described = described(model);
    described.into_iter().map(|(cluster, arn)| Effect::Fleet(FleetEffect::Detail { cluster, arn })).collect()
}
