//! Commands: what each does to the model. A command's place in the table says where it works; here is what it does.

use super::{changes, consent, fleet, forms, layers, logs, pods, provision, sessions};
use crate::app::model::{Model, Visit};
use crate::domain::effect::Effect;
use crate::domain::health::Health;
use crate::domain::logs::{LogScope, LogTarget};
use crate::input::commands::CommandId;
use crate::input::context::{Pane, Screen};
use crate::layers::Layer;
use crate::layers::detail::{Section, Subject};
use crate::layers::help::Help;
use crate::layers::palette::Palette;
use crate::layers::prompt::{Prompt, Purpose};
use crate::screens::deck::Scene;

/// Runs a command, if it may run now; else says why not.
pub fn run(model: &mut Model, command: CommandId, now_ms: i64) -> Vec<Effect> {
    let context = model.context();
    if let Some(why) = command.command().why_not(&context) {
        // Which of the reasons a cluster has to be read-only, the table of commands cannot know.
        let read_only = model.read_only(model.deck.cluster).filter(|_| command.command().is_denied(&context));
        let why = read_only.unwrap_or(why);
        model.toast(format!("{}: {why}", command.command().short), now_ms);
        return Vec::new();
    }
    let effects = match command {
        CommandId::Quit => return vec![Effect::Quit],
        CommandId::Suspend => return vec![Effect::Suspend],
        CommandId::Redraw => return vec![Effect::Repaint],
        CommandId::MouseToggle => mouse(model, now_ms),
        CommandId::ThemePicker => layers::theme_picker(model),
        CommandId::Help if model.layers.is_empty() => push(model, Layer::Help(Help::default())),
        CommandId::Help => Vec::new(),
        CommandId::Palette => push(model, Layer::Palette(Palette::default())),
        _ if !model.layers.is_empty() => layers::command(model, command, now_ms),
        CommandId::ProvisionOpen => provision::open(model),
        _ if model.screen == Screen::Provision => provision::command(model, command, now_ms),
        _ if model.screen == Screen::Fleet => fleet::command(model, command, now_ms),
        _ => deck(model, command, now_ms),
    };
    if model.layers.is_empty() && model.screen == Screen::Deck {
        let deck = &model.deck;
        model.history.visit(Visit { cluster: deck.cluster, namespace: deck.namespace.clone(), focus: deck.focus });
    }
    effects
}

fn push(model: &mut Model, layer: Layer) -> Vec<Effect> {
    model.layers.push(layer);
    Vec::new()
}

fn mouse(model: &mut Model, now_ms: i64) -> Vec<Effect> {
    model.mouse = !model.mouse;
    model.toast(if model.mouse { "the mouse is eksdeck's" } else { "the mouse is the terminal's" }, now_ms);
    vec![Effect::Mouse(model.mouse)]
}

fn deck(model: &mut Model, command: CommandId, now_ms: i64) -> Vec<Effect> {
    let focus = model.deck.focus;
    if focus == Pane::Logs
        && let Some(effects) = logs::command(model, command, now_ms)
    {
        return effects;
    }
    if let Some(action) = model.deck.action(focus, command) {
        model.deck.act(focus, action, Scene { fleet: &model.fleet, now_ms });
        return Vec::new();
    }
    if let Some(effects) = changes::command(model, command, now_ms) {
        return effects;
    }
    match command {
        CommandId::FocusClusters => focus_on(model, Pane::Clusters),
        CommandId::FocusNamespaces => focus_on(model, Pane::Namespaces),
        CommandId::FocusJobs => focus_on(model, Pane::Jobs),
        CommandId::FocusLogs => focus_on(model, Pane::Logs),
        CommandId::NextPane => focus_on(model, beside(focus, 1)),
        CommandId::PreviousPane => focus_on(model, beside(focus, -1)),
        CommandId::Zoom => {
            model.deck.zoomed = !model.deck.zoomed;
            Vec::new()
        }
        CommandId::FleetOpen => fleet::open(model, now_ms),
        CommandId::HistoryBack => visit(model, -1, now_ms),
        CommandId::HistoryForward => visit(model, 1, now_ms),
        CommandId::LastView => {
            let by = if model.history.at + 1 < model.history.visits.len() { 1 } else { -1 };
            visit(model, by, now_ms)
        }
        CommandId::Filter => {
            let text = model.deck.filter_text(focus).to_owned();
            push(model, Layer::Prompt(Prompt::new(Purpose::Filter(focus), &text)))
        }
        CommandId::ClearFilter => clear_filter(model, now_ms),
        CommandId::Back => back(model, now_ms),
        CommandId::Drill => drill(model, now_ms),
        CommandId::Logs => read_logs(model, false, now_ms),
        CommandId::PickPod => pods::pick(model, now_ms),
        CommandId::LogsPrevious => read_logs(model, true, now_ms),
        CommandId::Detail => layers::open_detail(model, subject(model), Section::Summary),
        CommandId::Yaml => layers::open_detail(model, subject(model), Section::Manifest),
        CommandId::Events => layers::open_detail(model, subject(model), Section::Events),
        CommandId::OwnerJump => owner(model, now_ms),
        CommandId::CopyName => copy_name(model, now_ms),
        CommandId::NewEmptyJob => super::editor::new_empty(model, now_ms),
        CommandId::JobFromFile => push(model, Layer::Prompt(Prompt::new(Purpose::OpenFile, ""))),
        CommandId::Drafts => super::editor::offer(model, now_ms),
        CommandId::OpenCluster => open(model, now_ms),
        CommandId::JobNew => forms::pick_template(model, now_ms),
        CommandId::NamespaceNew => forms::new_namespace(model, now_ms),
        CommandId::NamespaceLabels => forms::edit_labels(model, now_ms),
        CommandId::CloseCluster => chosen(model).map_or_else(Vec::new, |id| sessions::close(model, id)),
        CommandId::RetryCluster | CommandId::Refresh => chosen(model).map_or_else(Vec::new, |id| {
            model.toast("trying again now", now_ms);
            vec![Effect::RetryNow(id)]
        }),
        _ => Vec::new(),
    }
}

fn chosen(model: &Model) -> Option<crate::domain::ids::ClusterId> {
    model.deck.cluster
}

fn open(model: &mut Model, now_ms: i64) -> Vec<Effect> {
    model.opening = chosen(model);
    model.opening.map_or_else(Vec::new, |id| sessions::open(model, id, now_ms))
}

fn focus_on(model: &mut Model, pane: Pane) -> Vec<Effect> {
    model.deck.focus = pane;
    Vec::new()
}

fn beside(focus: Pane, by: isize) -> Pane {
    let place = Pane::ALL.iter().position(|pane| *pane == focus).unwrap_or(0) as isize;
    Pane::ALL[(place + by).rem_euclid(Pane::ALL.len() as isize) as usize]
}

fn visit(model: &mut Model, by: isize, now_ms: i64) -> Vec<Effect> {
    match model.history.go(by) {
        Some(visit) => {
            model.deck.go(visit.cluster, visit.namespace.as_ref(), Scene { fleet: &model.fleet, now_ms });
            model.deck.focus = visit.focus;
        }
        None => model.toast(if by < 0 { "nothing before this" } else { "nothing after this" }, now_ms),
    }
    Vec::new()
}

fn clear_filter(model: &mut Model, now_ms: i64) -> Vec<Effect> {
    let focus = model.deck.focus;
    if focus == Pane::Logs {
        model.deck.logs.include_text.clear();
        model.deck.logs.exclude_text.clear();
        return vec![logs::query(model)];
    }
    model.deck.clear_filter(focus, Scene { fleet: &model.fleet, now_ms });
    Vec::new()
}

/// One step back: a search, the filter, the zoom, then the pane to the left.
fn back(model: &mut Model, now_ms: i64) -> Vec<Effect> {
    let focus = model.deck.focus;
    if focus == Pane::Logs && !model.deck.logs.search_text.is_empty() {
        model.deck.logs.search_text.clear();
        return vec![logs::query(model)];
    }
    if model.deck.is_filtered(focus) {
        return clear_filter(model, now_ms);
    }
    if model.deck.zoomed {
        model.deck.zoomed = false;
    } else if focus == Pane::Clusters {
        model.toast("this is the first pane; ctrl-c leaves eksdeck", now_ms);
    } else {
        model.deck.focus = beside(focus, -1);
    }
    Vec::new()
}

fn drill(model: &mut Model, now_ms: i64) -> Vec<Effect> {
    match model.deck.focus {
        Pane::Clusters => {
            let Some(cluster) = chosen(model).and_then(|id| model.fleet.get(id)) else { return Vec::new() };
            match &cluster.health {
                Health::NotOpened => open(model, now_ms),
                Health::NeedsConsent => {
                    let id = cluster.id;
                    consent::ask(model, id);
                    Vec::new()
                }
                Health::Broken { .. } => layers::open_detail(model, subject(model), Section::Summary),
                _ => focus_on(model, Pane::Namespaces),
            }
        }
        Pane::Namespaces => focus_on(model, Pane::Jobs),
        Pane::Jobs => layers::open_detail(model, subject(model), Section::Summary),
        Pane::Logs => Vec::new(),
    }
}

/// What the detail layer would describe: the selected row.
fn subject(model: &Model) -> Option<Subject> {
    let cluster = chosen(model)?;
    match model.deck.focus {
        Pane::Clusters => Some(Subject::Cluster(cluster)),
        Pane::Namespaces => Some(match &model.deck.namespace {
            Some(name) => Subject::Namespace(cluster, name.clone()),
            None => Subject::Cluster(cluster),
        }),
        Pane::Jobs => model.deck.jobs.selected().map(|key| Subject::Job(cluster, key.clone())),
        Pane::Logs => None,
    }
}

fn read_logs(model: &mut Model, previous: bool, now_ms: i64) -> Vec<Effect> {
    let whole_namespace = model.deck.focus == Pane::Namespaces;
    let target = match (whole_namespace, &model.deck.namespace, chosen(model)) {
        (true, Some(namespace), Some(cluster)) => {
            Some(LogTarget { cluster, namespace: namespace.clone(), what: LogScope::Namespace })
        }
        (true, ..) => None,
        (false, ..) => model.deck.log_target(Scene { fleet: &model.fleet, now_ms }, false),
    };
    match target {
        Some(target)
            if !previous && model.deck.logs.target.as_ref() == Some(&target) && !model.deck.logs.options.previous =>
        {
            focus_on(model, Pane::Logs)
        }
        Some(target) => logs::pin(model, target, previous, now_ms),
        None => {
            model.toast("choose a namespace or a Job to read its logs", now_ms);
            Vec::new()
        }
    }
}

fn owner(model: &mut Model, now_ms: i64) -> Vec<Effect> {
    let Some(Subject::Job(cluster, key)) = subject(model) else { return Vec::new() };
    let tables = model.fleet.get(cluster).map(|cluster| &cluster.tables);
    let owner = tables.and_then(|tables| tables.jobs.by_key(&key)).and_then(|job| job.meta.owner.clone());
    match owner {
        Some(owner) if &*owner.kind == "CronJob" => {
            let key = crate::domain::ids::ObjectKey::new(key.namespace, owner.name.clone());
            layers::open_detail(model, Some(Subject::CronJob(cluster, key)), Section::Summary)
        }
        Some(owner) => {
            model.toast(format!("its owner is {} {}", owner.kind, owner.name), now_ms);
            Vec::new()
        }
        None => Vec::new(),
    }
}

fn copy_name(model: &mut Model, now_ms: i64) -> Vec<Effect> {
    let cluster = || chosen(model).and_then(|id| model.fleet.get(id)).map(|cluster| cluster.info.name.clone());
    let name = match model.deck.focus {
        Pane::Clusters => cluster(),
        Pane::Namespaces => model.deck.namespace.as_deref().map(str::to_owned),
        Pane::Jobs => model.deck.jobs.selected().map(|key| key.name.to_string()),
        Pane::Logs => None,
    };
    let Some(name) = name else { return Vec::new() };
    model.toast(format!("copied {name}"), now_ms);
    vec![Effect::Copy(name)]
}
