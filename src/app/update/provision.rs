//! The screen of clusters by Terraform: what commands do, what is told of runs.

mod form;
mod open;

use super::{changes, registry, sessions};
use crate::app::model::Model;
use crate::domain::effect::{Effect, FleetEffect};
use crate::domain::gate::ask::Wanted;
use crate::domain::gate::{Report, RunChange, Verb};
use crate::domain::provision::manifests::RUN;
use crate::domain::provision::news::{Begin, RunsEffect, RunsNews, SharedPlan};
use crate::domain::provision::{Kind, Run, State, asks};
use crate::input::commands::CommandId;
use crate::input::context::{ProvisionPage, Screen};
use crate::layers::Layer;
use crate::layers::confirm::Origin;
use crate::layers::prompt::{Prompt, Purpose};
use crate::screens::provision::form::FormAction;
use crate::screens::provision::plan::PlanAction;
use crate::screens::table_action::Action;
use crate::store::fleet::ClusterState;

pub use form::{key, paste, picked};
pub use open::{copy, filter_typed, search_typed};

/// What is said until a question is there.
const PUTTING_TOGETHER: &str = "putting it together …";

/// An effect about runs.
pub fn ask(effect: RunsEffect) -> Effect {
    Effect::Fleet(FleetEffect::Runs(effect))
}

/// Shows the screen.
pub fn open(model: &mut Model) -> Vec<Effect> {
    model.screen = Screen::Provision;
    model.provision.page = ProvisionPage::List;
    model.provision.list.touch_all();
    model.provision.settle();
    vec![ask(RunsEffect::Look(true))]
}

/// Takes in what is told of runs.
pub fn news(model: &mut Model, news: RunsNews, now_ms: i64) -> Vec<Effect> {
    model.dirty = true;
    let screen = &mut model.provision;
    match news {
        RunsNews::Listed(told) => {
            let is_answered = told.is_ok();
            let done = screen.listed(told, now_ms);
            let mut effects = ended(model, &done, now_ms);
            if is_answered {
                effects.extend(open::follow(model));
            }
            return effects;
        }
        RunsNews::Remembered(runs) => screen.remembered(runs),
        RunsNews::Progress { id, progress } => drop(screen.progress.insert(id, progress)),
        RunsNews::Settled(words) => model.toast(words, now_ms),
        RunsNews::Queue(trouble) => screen.queue_trouble = trouble,
        RunsNews::Plan { id, plan } => open::plan_came(model, &id, plan),
        RunsNews::Cost { id, cost } => open::cost_came(model, id, &cost),
        RunsNews::Offers(offers) => form::offers_came(model, offers, now_ms),
        RunsNews::Outputs { id, outputs } => {
            if let Some(page) = screen.run.as_mut().filter(|page| page.run_id() == id) {
                page.take_outputs(outputs);
            }
        }
        RunsNews::Log { id, phase, lines } => {
            if let Some(page) = screen.run.as_mut().filter(|page| page.run_id() == id) {
                page.take_log(phase, lines);
            }
        }
        RunsNews::LogEnded { id, phase, trouble } => open::log_ended(screen, &id, phase, trouble),
        RunsNews::Module { environment, module } => {
            form::module_came(model, &environment, module, now_ms);
            return form::ask_for_offers(model, now_ms);
        }
        RunsNews::NothingLeft { serial, id } => {
            if screen.asked == Some(serial) {
                screen.asked = None;
                model.toast(format!("run {id} is forgotten: nothing else was left of it"), now_ms);
                return vec![ask(RunsEffect::Forget { id })];
            }
        }
        RunsNews::Prepared { serial, ask } => {
            if screen.asked != Some(serial) {
                return Vec::new();
            }
            screen.asked = None;
            model.toasts.retain(|toast| toast.words != PUTTING_TOGETHER);
            match ask {
                Ok(ask) => return changes::ask_in(model, ask.cluster, ask.what, ask.hidden, Origin::Row),
                Err(trouble) => model.warn(trouble.told(), now_ms),
            }
        }
    }
    Vec::new()
}

/// Runs that have ended since the last listing: a new cluster is looked for and opened, one that is gone is forgotten.
fn ended(model: &mut Model, done: &[String], now_ms: i64) -> Vec<Effect> {
    let told: Vec<(String, Kind, bool)> = done
        .iter()
        .filter_map(|id| model.provision.find(id))
        .map(|run| (run.identity.name.clone(), run.kind(), model.provision.site.is_trial(run)))
        .collect();
    for (name, kind, is_trial) in &told {
        match kind {
            Kind::Destroy => model.toast(format!("{name} is destroyed"), now_ms),
            Kind::Provision if !*is_trial => {
                model.toast(format!("{name} is there: it is opened as soon as AWS lists it"), now_ms);
                model.awaited.push(name.clone());
            }
            _ => model.toast(format!("{name} is applied"), now_ms),
        }
    }
    let is_about_a_cluster = |kind: &Kind| matches!(kind, Kind::Provision | Kind::Destroy);
    let mut effects = left(model, done);
    if told.iter().any(|(_, kind, is_trial)| is_about_a_cluster(kind) && !is_trial) {
        effects.push(Effect::Fleet(FleetEffect::Discover));
    }
    effects
}

/// What was destroyed leaves the fleet, at the latest when AWS does not list it any more.
fn left(model: &mut Model, done: &[String]) -> Vec<Effect> {
    let runs = done.iter().filter_map(|id| model.provision.find(id));
    let arns: Vec<_> = runs.filter(|run| run.kind() == Kind::Destroy).map(|run| run.identity.arn()).collect();
    let is_meant = |cluster: &&mut ClusterState| cluster.eks.as_ref().is_some_and(|eks| arns.contains(&eks.id));
    let mut destroyed = Vec::new();
    for cluster in model.fleet.iter_mut().filter(is_meant) {
        cluster.is_destroyed = true;
        destroyed.push(cluster.id);
    }
    destroyed
        .into_iter()
        .flat_map(|id| {
            sessions::touch(model, id);
            registry::renewed(model, id)
        })
        .collect()
}

/// A change of a run was carried out: what it made is what one wants to see now.
pub fn reported(model: &mut Model, report: &Report) -> Vec<Effect> {
    let refresh = ask(RunsEffect::Refresh);
    match report.verb {
        Verb::Plan | Verb::Unlock => {
            let made = report.fates.iter().find_map(|(_, fate)| match fate {
                crate::domain::gate::Fate::Done { object } => object["metadata"]["labels"][RUN].as_str(),
                _ => None,
            });
            let Some(id) = made.map(str::to_owned) else { return vec![refresh] };
            model.provision.form = None;
            [refresh].into_iter().chain(open::run(model, &id)).collect()
        }
        Verb::Approve => {
            let id = model.provision.plan.take().map(|plan| plan.id);
            let opened = id.map_or_else(Vec::new, |id| open::run(model, &id));
            [refresh].into_iter().chain(opened).collect()
        }
        Verb::CleanUp => {
            let id = model.provision.cleaning.take().filter(|_| report.is_whole());
            vec![id.map_or(refresh, |id| ask(RunsEffect::Forget { id }))]
        }
        Verb::Stop | Verb::Move => vec![refresh],
        _ => Vec::new(),
    }
}

pub fn command(model: &mut Model, command: CommandId, now_ms: i64) -> Vec<Effect> {
    match model.provision.page {
        ProvisionPage::Form => return form::command(model, command, now_ms),
        ProvisionPage::Plan => {
            if open::plan_command(model, command) {
                return Vec::new();
            }
        }
        ProvisionPage::Run => {
            if let Some(effects) = open::run_command(model, command, now_ms) {
                return effects;
            }
        }
        ProvisionPage::List => {
            if let Some(action) = model.provision.action(command) {
                model.provision.act(action);
                return Vec::new();
            }
        }
    }
    match command {
        CommandId::ProvisionClose => close(model),
        CommandId::Filter => {
            let text = model.provision.list.filter_text.clone();
            model.layers.push(Layer::Prompt(Prompt::new(Purpose::RunsFilter, &text)));
            Vec::new()
        }
        CommandId::ClearFilter => {
            model.provision.clear_filter();
            Vec::new()
        }
        CommandId::ProvisionRun => {
            let id = model.provision.current().map(|run| run.id.clone());
            id.map_or_else(Vec::new, |id| open::run(model, &id))
        }
        CommandId::ProvisionPlan => open::plan(model, now_ms),
        CommandId::ProvisionApprove => approve(model, now_ms),
        CommandId::ProvisionNew => form::begin(model, Kind::Provision, None, now_ms),
        CommandId::ProvisionTest => {
            let before = model.provision.current().cloned();
            form::begin(model, Kind::Test, before, now_ms)
        }
        CommandId::ProvisionUpdate => {
            let before = model.provision.current().cloned();
            form::begin(model, Kind::Update, before, now_ms)
        }
        CommandId::ProvisionDrift => again(model, Kind::Drift, None, None, now_ms),
        CommandId::ProvisionDestroy => again(model, Kind::Destroy, None, None, now_ms),
        CommandId::ProvisionUnlock => unlock(model, now_ms),
        CommandId::ProvisionPush => push(model, now_ms),
        CommandId::ProvisionCancel => {
            let by = model.provision.os_user.clone();
            change(model, now_ms, |run| asks::cancel(run, &by))
        }
        CommandId::ProvisionSooner => {
            let least = model.provision.runs.iter().map(|run| run.place).min().unwrap_or_default();
            change(model, now_ms, |run| asks::move_to(run, least - 1))
        }
        CommandId::ProvisionLater => {
            let most = model.provision.runs.iter().map(|run| run.place).max().unwrap_or_default();
            change(model, now_ms, |run| asks::move_to(run, most + 1))
        }
        CommandId::ProvisionCleanup => clean_up(model, false, now_ms),
        CommandId::ProvisionVolumes => clean_up(model, true, now_ms),
        CommandId::ProvisionCopy => copy(model, now_ms),
        _ => Vec::new(),
    }
}

fn close(model: &mut Model) -> Vec<Effect> {
    let screen = &mut model.provision;
    match screen.page {
        ProvisionPage::List if screen.list.is_filtered() => {
            screen.clear_filter();
            Vec::new()
        }
        ProvisionPage::List => {
            model.screen = Screen::Deck;
            vec![ask(RunsEffect::Look(false)), ask(RunsEffect::StopLog)]
        }
        ProvisionPage::Plan => {
            let from = screen.plan.take().map_or(ProvisionPage::List, |plan| plan.from);
            screen.page = if screen.run.is_some() { from } else { ProvisionPage::List };
            Vec::new()
        }
        ProvisionPage::Run | ProvisionPage::Form => {
            if let Some(page) = screen.run.take() {
                screen.choose_cluster_of(page.run_id());
            }
            screen.page = ProvisionPage::List;
            vec![ask(RunsEffect::StopLog)]
        }
    }
}

/// Asks what a change of the current run would do.
fn change(model: &mut Model, now_ms: i64, of: impl FnOnce(&Run) -> Result<RunChange, asks::NotNow>) -> Vec<Effect> {
    let (Some(run), Some(cluster)) = (model.provision.current(), model.provision.management) else {
        return Vec::new();
    };
    match of(run) {
        Ok(change) => changes::ask_in(model, cluster, Wanted::Run(Box::new(change)), 0, Origin::Row),
        Err(error) => {
            model.toast(error.to_string(), now_ms);
            Vec::new()
        }
    }
}

/// Another run of the cluster, with what its last one was given.
fn again(model: &mut Model, kind: Kind, lock: Option<String>, errored: Option<String>, now_ms: i64) -> Vec<Effect> {
    let Some(run) = model.provision.current() else { return Vec::new() };
    let order = Begin {
        kind,
        environment: run.environment.clone(),
        identity: run.identity.clone(),
        variables: None,
        secret: None,
        before: Some(run.id.clone()),
        lock,
        errored,
    };
    prepare(model, now_ms, |serial| RunsEffect::Begin { serial, order: Box::new(order) })
}

/// Asks for what a person is to be asked; the question comes up when it is there.
fn prepare(model: &mut Model, now_ms: i64, effect: impl FnOnce(u64) -> RunsEffect) -> Vec<Effect> {
    model.serial += 1;
    model.provision.asked = Some(model.serial);
    model.toast(PUTTING_TOGETHER, now_ms);
    vec![ask(effect(model.serial))]
}

/// Asks to take the current run away, and the volumes of its cluster where they are to go too.
fn clean_up(model: &mut Model, takes_volumes: bool, now_ms: i64) -> Vec<Effect> {
    let Some(id) = model.provision.current().map(|run| run.id.clone()) else { return Vec::new() };
    model.provision.cleaning = Some(id.clone());
    prepare(model, now_ms, |serial| RunsEffect::CleanUp { serial, id, takes_volumes })
}

/// On the plan it agrees; elsewhere it shows the plan first: nobody agrees to what they have not seen.
fn approve(model: &mut Model, now_ms: i64) -> Vec<Effect> {
    if model.provision.page != ProvisionPage::Plan {
        return open::plan(model, now_ms);
    }
    let Some((run, plan)) = model.provision.current().zip(model.provision.plan.as_ref()) else { return Vec::new() };
    let Ok(page) = &plan.page else {
        model.toast("the plan is not read yet", now_ms);
        return Vec::new();
    };
    if run.state() != State::AwaitingApproval {
        let words = format!("run {} is {}: there is nothing to approve", run.id, run.state().words());
        model.toast(words, now_ms);
        return Vec::new();
    }
    let (id, sha256) = (plan.id.clone(), plan.sha256.clone());
    let plan = Some(SharedPlan(page.shared()));
    prepare(model, now_ms, |serial| RunsEffect::Approve { serial, id, sha256, plan })
}

/// Writes the state that a run kept because it could not.
fn push(model: &mut Model, now_ms: i64) -> Vec<Effect> {
    let kept = model.provision.current().filter(|run| run.outcome().is_some_and(|outcome| outcome.errored_state));
    match kept.map(|run| run.id.clone()) {
        Some(id) => again(model, Kind::Push, None, Some(id), now_ms),
        None => {
            model.toast("this run kept no state that could not be written", now_ms);
            Vec::new()
        }
    }
}

fn unlock(model: &mut Model, now_ms: i64) -> Vec<Effect> {
    match open::lock(model, now_ms) {
        Some(lock) => again(model, Kind::Unlock, Some(lock.id), None, now_ms),
        None => {
            model.toast("its log tells of no lock", now_ms);
            Vec::new()
        }
    }
}

pub fn click(model: &mut Model, x: u16, y: u16, now_ms: i64) -> Vec<Effect> {
    if let Some((tab, _)) = model.layout.run_tabs.iter().find(|(_, area)| area.contains((x, y).into())) {
        let tab = *tab;
        open::go_to_tab(model, tab, now_ms);
        return Vec::new();
    }
    if let Some((_, row)) = model.layout.form_rows.iter().find(|(area, _)| area.contains((x, y).into())) {
        let row = *row;
        return form::act(model, FormAction::To(row), now_ms);
    }
    let Some(drawn) = model.layout.provision.clone() else { return Vec::new() };
    if !drawn.area.contains((x, y).into()) {
        return Vec::new();
    }
    match model.provision.page {
        ProvisionPage::List => {
            let action = drawn.heading_at(x, y).map(Action::SortBy).or_else(|| drawn.position_at(y).map(Action::To));
            if let Some(action) = action {
                model.provision.act(action);
            }
        }
        _ => {
            if let Some(row) = drawn.position_at(y) {
                open::go_to(model, row, now_ms);
            }
        }
    }
    Vec::new()
}

pub fn scroll(model: &mut Model, by: isize, now_ms: i64) -> Vec<Effect> {
    match model.provision.page {
        ProvisionPage::List => model.provision.act(Action::Step(by)),
        ProvisionPage::Plan => open::act_on_plan(model, PlanAction::Step(by)),
        ProvisionPage::Run => open::step_run(model, by, now_ms),
        ProvisionPage::Form => return form::act(model, FormAction::Step(by.signum()), now_ms),
    }
    Vec::new()
}
