//! The pages of a run and of its plan.

use super::ask;
use crate::app::model::Model;
use crate::domain::effect::Effect;
use crate::domain::health::Trouble;
use crate::domain::provision::cost::Cost;
use crate::domain::provision::news::{RunsEffect, SharedPlan};
use crate::domain::provision::{JobFacts, Phase, Run, State};
use crate::domain::terraform::lock::Lock;
use crate::input::commands::CommandId;
use crate::input::context::ProvisionPage;
use crate::layers::Layer;
use crate::layers::prompt::{Prompt, Purpose};
use crate::screens::provision::plan::{PlanAction, PlanHead, PlanPage};
use crate::screens::provision::run::{RunAction, RunPage, RunTab};
use crate::screens::provision::{OpenPlan, ProvisionScreen, RunTold};

/// Shows a run, and reads its log.
pub fn run(model: &mut Model, id: &str) -> Vec<Effect> {
    let screen = &mut model.provision;
    screen.run = Some(RunPage::new(id));
    screen.page = ProvisionPage::Run;
    screen.told = RunTold::default();
    model.screen = crate::input::context::Screen::Provision;
    follow(model)
}

/// Reads of the run's page what is there to be read and was not yet: its log, then its outputs. A pod whose container
/// does not run yet has no log.
pub fn follow(model: &mut Model) -> Vec<Effect> {
    let screen = &mut model.provision;
    let Some(page) = &screen.run else { return Vec::new() };
    let Some(run) = screen.runs.iter().find(|run| run.id == page.run_id()) else { return Vec::new() };
    let id = run.id.clone();
    let mut effects = Vec::new();
    let phase = page.wanted_log(Some(run));
    let has_log = matches!(facts(run, phase), JobFacts::Running | JobFacts::Ended(_));
    if has_log && screen.told.log != Some(phase) {
        screen.told.log = Some(phase);
        if let Some(page) = &mut screen.run {
            page.begin_log(phase);
        }
        effects.push(ask(RunsEffect::ReadLog { id: id.clone(), phase }));
    }
    let has_outputs = matches!(run.state(), State::Applied);
    if has_outputs && !std::mem::replace(&mut screen.told.outputs, true) {
        effects.push(ask(RunsEffect::ReadOutputs { id }));
    }
    effects
}

/// No more lines of a phase's log come. If the phase has not ended, the log has not either: the next listing asks for it
/// again.
pub fn log_ended(screen: &mut ProvisionScreen, id: &str, phase: Phase, trouble: Option<Trouble>) {
    let has_ended = screen.find(id).is_some_and(|run| matches!(facts(run, phase), JobFacts::Ended(_)));
    let Some(page) = screen.run.as_mut().filter(|page| page.run_id() == id) else { return };
    page.log_ended(phase, trouble);
    if !has_ended && screen.told.log == Some(phase) {
        screen.told.log = None;
    }
}

fn facts(run: &Run, phase: Phase) -> &JobFacts {
    if phase == Phase::Apply { &run.facts.apply } else { &run.facts.plan }
}

/// Shows the current run's plan; it is read first.
pub fn plan(model: &mut Model, now_ms: i64) -> Vec<Effect> {
    let from = model.provision.page;
    let Some(run) = model.provision.current() else { return Vec::new() };
    let Some(sha256) = run.facts.digest() else {
        let words = match run.facts.plan.outcome() {
            Some(outcome) if outcome.exit == 0 => "the plan found nothing to do".to_owned(),
            _ if run.state().is_over() => format!("run {} is {}: it left no plan", run.id, run.state().words()),
            _ => format!("run {} is {}: there is no plan yet", run.id, run.state().words()),
        };
        model.toast(words, now_ms);
        return Vec::new();
    };
    let (id, sha256) = (run.id.clone(), sha256.to_owned());
    model.provision.open_plan(OpenPlan { id: id.clone(), sha256, page: Err(None), from });
    vec![ask(RunsEffect::ReadPlan { id })]
}

/// The plan was read, or could not be.
pub fn plan_came(model: &mut Model, id: &str, plan: Result<SharedPlan, Trouble>) {
    let screen = &mut model.provision;
    let head = screen.find(id).map(head);
    let (Some(open), Some(head)) = (screen.plan.as_mut().filter(|open| open.id == id), head) else { return };
    open.page = match plan {
        Ok(SharedPlan(plan)) => Ok(PlanPage::new(plan, head)),
        Err(trouble) => Err(Some(trouble)),
    };
}

/// What a plan that was read costs was reckoned.
pub fn cost_came(model: &mut Model, id: String, cost: &Cost) {
    let screen = &mut model.provision;
    if let Some(OpenPlan { page: Ok(page), .. }) = screen.plan.as_mut().filter(|open| open.id == id) {
        page.add(&cost.notes(), cost.beside());
    }
    screen.costs.insert(id, cost.column());
}

fn head(run: &Run) -> PlanHead {
    let identity = &run.identity;
    let waits = run.state() == State::AwaitingApproval;
    let hard = if run.is_protected { " · protected" } else { "" };
    PlanHead {
        title: identity.name.clone(),
        place: format!("account {} · {} · {}{hard}", identity.account, identity.region, run.environment),
        asked_by: run.asked_by.clone(),
        asked_ms: run.asked_ms,
        sha256: run.facts.digest().unwrap_or_default().to_owned(),
        can_approve: waits.then(|| match (run.facts.people(), run.facts.wanted) {
            (_, 0 | 1) => "A approve this plan".to_owned(),
            (agreed, wanted) => format!("A approve this plan ({agreed} of {wanted} people agreed)"),
        }),
        ..PlanHead::default()
    }
}

/// Whether the command was one of the plan's page.
pub fn plan_command(model: &mut Model, command: CommandId) -> bool {
    let action = match command {
        CommandId::Up => PlanAction::Step(-1),
        CommandId::Down => PlanAction::Step(1),
        CommandId::PageUp => PlanAction::Page(-1),
        CommandId::PageDown => PlanAction::Page(1),
        CommandId::HalfPageUp => PlanAction::Step(-10),
        CommandId::HalfPageDown => PlanAction::Step(10),
        CommandId::Top => PlanAction::Home,
        CommandId::Bottom => PlanAction::End,
        CommandId::Left => PlanAction::Fold,
        CommandId::Right => PlanAction::Unfold,
        CommandId::PlanToggle => PlanAction::Toggle,
        CommandId::PlanUnfoldAll => PlanAction::UnfoldAll,
        CommandId::PlanFoldAll => PlanAction::FoldAll,
        CommandId::PlanOnly => PlanAction::CycleOnly,
        CommandId::PlanNext => PlanAction::Next,
        CommandId::PlanPrevious => PlanAction::Previous,
        CommandId::PlanDestroyed => PlanAction::NextDestroyed,
        CommandId::PlanFilter | CommandId::PlanFind => {
            let page = model.provision.plan.as_ref().and_then(|open| open.page.as_ref().ok());
            let (purpose, text) = match command {
                CommandId::PlanFilter => (Purpose::ProvisionFilter, page.map(PlanPage::filter_text)),
                _ => (Purpose::ProvisionSearch, page.map(PlanPage::search_text)),
            };
            let prompt = Prompt::new(purpose, text.unwrap_or_default());
            model.layers.push(Layer::Prompt(prompt));
            return true;
        }
        _ => return false,
    };
    act_on_plan(model, action);
    true
}

pub fn act_on_plan(model: &mut Model, action: PlanAction) {
    let rows = model.provision.page_rows;
    if let Some(OpenPlan { page: Ok(page), .. }) = &mut model.provision.plan {
        page.act(action, rows);
    }
}

/// What a command does to the page of a run; `None` if it is none of its own.
pub fn run_command(model: &mut Model, command: CommandId, now_ms: i64) -> Option<Vec<Effect>> {
    let action = match command {
        CommandId::Up => RunAction::Step(-1),
        CommandId::Down => RunAction::Step(1),
        CommandId::PageUp => RunAction::Page(-1),
        CommandId::PageDown => RunAction::Page(1),
        CommandId::HalfPageUp => RunAction::Step(-10),
        CommandId::HalfPageDown => RunAction::Step(10),
        CommandId::Top => RunAction::Home,
        CommandId::Bottom => RunAction::End,
        CommandId::RunNextTab | CommandId::Right => RunAction::NextTab,
        CommandId::RunPreviousTab | CommandId::Left => RunAction::PreviousTab,
        CommandId::RunPhase => RunAction::TogglePhase,
        CommandId::RunRaw => RunAction::ToggleRaw,
        CommandId::RunFollow => RunAction::ToggleFollow,
        CommandId::RunWrap => RunAction::ToggleWrap,
        CommandId::PlanNext => RunAction::Next,
        CommandId::PlanPrevious => RunAction::Previous,
        CommandId::RunEnter => {
            let chosen =
                model.provision.on_run(now_ms, |page, scene| page.selected_run(scene).map(|run| run.id.clone()));
            return Some(chosen.flatten().map_or_else(Vec::new, |id| run(model, &id)));
        }
        CommandId::PlanFilter | CommandId::PlanFind => {
            let page = model.provision.run.as_ref()?;
            let (purpose, text) = match command {
                CommandId::PlanFilter => (Purpose::ProvisionFilter, page.filter_text()),
                _ => (Purpose::ProvisionSearch, page.search_text()),
            };
            let prompt = Prompt::new(purpose, text);
            model.layers.push(Layer::Prompt(prompt));
            return Some(Vec::new());
        }
        _ => return None,
    };
    act_on_run(model, action, now_ms);
    Some(follow(model))
}

pub fn step_run(model: &mut Model, by: isize, now_ms: i64) {
    act_on_run(model, RunAction::Step(by), now_ms);
}

fn act_on_run(model: &mut Model, action: RunAction, now_ms: i64) {
    let rows = model.provision.page_rows;
    model.provision.on_run(now_ms, |page, scene| page.act(action, rows, scene));
}

/// A tab of the run's page that a click chose.
pub fn go_to_tab(model: &mut Model, tab: RunTab, now_ms: i64) {
    act_on_run(model, RunAction::Tab(tab), now_ms);
}

/// A row of the page that a click chose.
pub fn go_to(model: &mut Model, row: usize, now_ms: i64) {
    match model.provision.page {
        ProvisionPage::Plan => act_on_plan(model, PlanAction::To(row)),
        ProvisionPage::Run => act_on_run(model, RunAction::To(row), now_ms),
        ProvisionPage::List | ProvisionPage::Form => {}
    }
}

pub fn filter_typed(model: &mut Model, text: &str, now_ms: i64) {
    match model.provision.page {
        ProvisionPage::Plan => act_on_plan(model, PlanAction::Filter(text.to_owned())),
        ProvisionPage::Run => act_on_run(model, RunAction::Filter(text.to_owned()), now_ms),
        ProvisionPage::List => model.provision.act(crate::screens::table_action::Action::Filter(text.to_owned())),
        ProvisionPage::Form => {}
    }
}

pub fn search_typed(model: &mut Model, text: &str, now_ms: i64) {
    match model.provision.page {
        ProvisionPage::Plan => act_on_plan(model, PlanAction::Search(text.to_owned())),
        ProvisionPage::Run => act_on_run(model, RunAction::Search(text.to_owned()), now_ms),
        ProvisionPage::List | ProvisionPage::Form => {}
    }
}

pub fn copy(model: &mut Model, now_ms: i64) -> Vec<Effect> {
    let screen = &mut model.provision;
    let text = match screen.page {
        ProvisionPage::Plan => {
            let page = screen.plan.as_ref().and_then(|open| open.page.as_ref().ok());
            page.and_then(PlanPage::selected_address).map(str::to_owned)
        }
        ProvisionPage::Run => screen.on_run(now_ms, |page, scene| page.selected_text(scene)).flatten(),
        ProvisionPage::List | ProvisionPage::Form => None,
    };
    match text {
        Some(text) => {
            model.toast(format!("copied {text}"), now_ms);
            vec![Effect::Copy(text)]
        }
        None => {
            model.toast("there is nothing to copy here", now_ms);
            Vec::new()
        }
    }
}

/// The lock that kept the current run from its state.
pub fn lock(model: &mut Model, now_ms: i64) -> Option<Lock> {
    model.provision.on_run(now_ms, |page, scene| page.lock(scene)).flatten()
}
