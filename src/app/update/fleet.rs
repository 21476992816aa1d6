//! The fleet's screen: what the background tells, and what commands do.

use std::collections::BTreeSet;

use super::{layers, registry, sessions};
use crate::app::model::Model;
use crate::domain::aws::arn::ClusterArn;
use crate::domain::aws::login::{LoginKey, LoginState};
use crate::domain::cloud::{LaneKey, LaneRow};
use crate::domain::cluster::Source;
use crate::domain::effect::{Effect, FleetEffect};
use crate::domain::fleet::FleetNews;
use crate::domain::health::Health;
use crate::domain::ids::ClusterId;
use crate::domain::registry::Way;
use crate::domain::sync::Target;
use crate::input::commands::CommandId;
use crate::input::context::{FleetPane, Pane, Screen};
use crate::layers::Layer;
use crate::layers::detail::{Section, Subject};
use crate::layers::prompt::{Prompt, Purpose};
use crate::screens::deck::Scene;
use crate::screens::fleet::FleetScene;
use crate::screens::table_action::Action;
use crate::store::fleet::ClusterState;
use crate::store::survey::survey;

/// Takes news in.
pub fn news(model: &mut Model, news: Vec<FleetNews>, now_ms: i64) -> Vec<Effect> {
    let mut logins_changed = false;
    let mut effects = Vec::new();
    for piece in news {
        if let FleetNews::Runs(told) = piece {
            effects.extend(super::provision::news(model, told, now_ms));
            continue;
        }
        if let FleetNews::Answered { serial, answer } = piece {
            effects.extend(registry::answered(model, serial, answer, now_ms));
            continue;
        }
        logins_changed |= matches!(piece, FleetNews::Logins(_));
        let described = match &piece {
            FleetNews::Described { cluster, eks } => {
                effects.extend(parts(model, *cluster, &eks.id));
                Some(*cluster)
            }
            FleetNews::Found { .. } => {
                has_a_way(model);
                None
            }
            FleetNews::Logins(rows) if rows.iter().any(LaneRow::is_contacted) => {
                has_a_way(model);
                None
            }
            _ => None,
        };
        if let FleetNews::Ring(ring, words) = &piece {
            effects.push(Effect::Ring(*ring, words.clone()));
        }
        for id in model.fleet.news(piece) {
            sessions::touch(model, id);
            effects.extend(registry::renewed(model, id));
            effects.extend(arrived(model, id, now_ms));
        }
        if let Some(id) = described.filter(|id| opens_by_itself(model, *id)) {
            effects.extend(sessions::begin(model, id, now_ms));
        }
    }
    if logins_changed {
        model.fleet_screen.logins.touch_all();
    }
    model.dirty = true;
    effects
}

/// A description that was opened before AWS had told of its cluster wants its parts now.
fn parts(model: &Model, cluster: ClusterId, arn: &ClusterArn) -> Option<Effect> {
    let is_told = model.fleet.get(cluster).is_some_and(|known| known.eks.is_some());
    let is_open = |layer: &Layer| matches!(layer, Layer::Detail(open) if open.subject == Subject::Cluster(cluster));
    let is_wanted = !is_told && model.layers.iter().any(is_open);
    is_wanted.then(|| Effect::Fleet(FleetEffect::Detail { cluster, arn: arn.clone() }))
}

/// Somebody waits for a cluster of this name: it was open when the program ended, or the configuration opens it.
fn arrived(model: &mut Model, id: ClusterId, now_ms: i64) -> Vec<Effect> {
    let Some(info) = model.fleet.get(id).map(|cluster| &cluster.info) else { return Vec::new() };
    let before = model.awaited.len();
    model.awaited.retain(|name| !info.is_called(name));
    let is_awaited = model.awaited.len() < before;
    if is_awaited { sessions::begin(model, id, now_ms) } else { Vec::new() }
}

/// It is no trouble any more that there was nothing to open.
fn has_a_way(model: &mut Model) {
    let bare = std::mem::take(&mut model.bare);
    model.problems.retain(|problem| !bare.contains(problem));
}

/// Whether a cluster that was found is opened without being asked for: nothing is run and nobody is prompted for it.
fn opens_by_itself(model: &Model, id: ClusterId) -> bool {
    let open = model.fleet.iter().filter(|cluster| cluster.is_open()).count();
    model.fleet.get(id).is_some_and(|cluster| {
        let serves = cluster.eks.as_ref().is_some_and(|eks| eks.status.serves());
        serves && !cluster.is_closed && matches!(cluster.info.source, Source::Iam { .. }) && open < model.open_found
    })
}

/// Every so many seconds a session's rows are told to the worker as one look.
const SURVEY_EVERY: i64 = 30;

/// Once a second: what the worker looks at, and what sessions see of it. Each cluster has a second of its own.
pub fn tick(model: &mut Model, now_ms: i64) -> Vec<Effect> {
    if !model.syncs {
        return Vec::new();
    }
    let second = now_ms.div_euclid(1_000);
    let mut effects = Vec::new();
    if second == std::mem::replace(&mut model.surveyed_s, second) {
        return effects;
    }
    let known: BTreeSet<ClusterId> = model.targets.iter().map(|target| target.id).collect();
    let is_due = |cluster: &&ClusterState| known.contains(&cluster.id) || !cluster.is_filling();
    let looked_at = model.fleet.iter().filter(|cluster| is_looked_at(cluster)).filter(is_due);
    let targets: Vec<Target> = looked_at.map(|cluster| target(model, cluster)).collect();
    if targets != model.targets {
        model.targets.clone_from(&targets);
        effects.push(Effect::Fleet(FleetEffect::Targets(targets)));
    }
    let due = model.fleet.iter_mut().filter(|cluster| {
        let first = cluster.told_ms == 0 && cluster.health == Health::Live;
        first || cluster.is_back || (second + i64::from(cluster.id.0)).rem_euclid(SURVEY_EVERY) == 0
    });
    let mut back = Vec::new();
    for cluster in due {
        if let Some(survey) = survey(cluster, &model.space) {
            cluster.told_ms = now_ms;
            back.extend(std::mem::take(&mut cluster.is_back).then_some(cluster.id));
            effects.push(Effect::Fleet(FleetEffect::Watched { cluster: cluster.id, survey: Box::new(survey) }));
        }
    }
    if !back.is_empty() {
        effects.push(Effect::Fleet(FleetEffect::Sync(back)));
    }
    effects
}

/// Clusters that are registered, open, or reached without running a program; a kubeconfig's wait until they are opened.
fn is_looked_at(cluster: &ClusterState) -> bool {
    let by_iam = matches!(cluster.info.source, Source::Iam { .. });
    let serves = cluster.eks.as_ref().is_none_or(|eks| eks.status.serves());
    let by_hand = cluster.info.record.as_ref().is_some_and(|record| record.way == Way::None);
    let has_way = cluster.info.broken.is_none() && !cluster.is_gone && (!by_hand || !cluster.info.ways.is_empty());
    let asks = cluster.health == Health::NeedsConsent;
    has_way && serves && !asks && (cluster.is_open() || cluster.info.record.is_some() || by_iam)
}

fn target(model: &Model, cluster: &ClusterState) -> Target {
    let environment = model.policy.care(&cluster.info, cluster.insecure).environment;
    let registered = cluster.info.record.as_ref().map(|record| record.id.clone());
    Target { id: cluster.id, name: cluster.info.name.clone(), environment, registered }
}

/// Brings the screen in step, as long as it is shown.
pub fn settle(model: &mut Model, now_ms: i64) {
    if model.screen == Screen::Fleet {
        on(model, now_ms, |screen, scene| screen.settle(scene));
    }
}

/// Shows the screen, with the deck's cluster selected.
pub fn open(model: &mut Model, now_ms: i64) -> Vec<Effect> {
    model.screen = Screen::Fleet;
    // Environments and ages are read as the rows are: whatever changed meanwhile is looked at anew.
    model.fleet_screen.clusters.touch_all();
    model.fleet_screen.logins.touch_all();
    let chosen = model.deck.cluster;
    // Without clusters it is the credentials that somebody comes for.
    if model.fleet.is_empty() && !model.fleet.logins.is_empty() {
        model.fleet_screen.focus = FleetPane::Logins;
    }
    on(model, now_ms, |screen, scene| {
        screen.settle(scene);
        if let Some(place) = chosen.and_then(|id| screen.position(id)) {
            screen.act(FleetPane::Clusters, Action::To(place), scene);
        }
    });
    Vec::new()
}

/// The filter of the clusters was typed.
pub fn filter(model: &mut Model, text: String, now_ms: i64) {
    on(model, now_ms, |screen, scene| screen.act(FleetPane::Clusters, Action::Filter(text), scene));
}

pub fn command(model: &mut Model, command: CommandId, now_ms: i64) -> Vec<Effect> {
    if let Some(action) = model.fleet_screen.action(command) {
        on(model, now_ms, |screen, scene| screen.act(screen.focus, action, scene));
        return Vec::new();
    }
    if let Some(effects) = registry::command(model, command, now_ms) {
        return effects;
    }
    match command {
        CommandId::FleetClose => model.screen = Screen::Deck,
        CommandId::FleetNextPane => {
            model.fleet_screen.focus = match model.fleet_screen.focus {
                FleetPane::Clusters => FleetPane::Logins,
                FleetPane::Logins => FleetPane::Clusters,
            };
        }
        CommandId::Filter => {
            let text = model.fleet_screen.clusters.filter_text.clone();
            model.layers.push(Layer::Prompt(Prompt::new(Purpose::FleetFilter, &text)));
        }
        CommandId::ClearFilter => on(model, now_ms, |screen, scene| screen.clear_filter(scene)),
        CommandId::FleetCards => model.fleet_screen.as_cards = !model.fleet_screen.as_cards,
        CommandId::FleetDetail => {
            let subject = model.fleet_screen.clusters.selected().map(|id| Subject::Cluster(*id));
            return layers::open_detail(model, subject, Section::Summary);
        }
        CommandId::FleetDeck => return to_deck(model, now_ms),
        CommandId::FleetSync => return sync(model, now_ms),
        CommandId::FleetDiscover => {
            model.toast("looking for clusters at AWS", now_ms);
            return vec![Effect::Fleet(FleetEffect::Discover)];
        }
        CommandId::LoginAgain => return again(model, now_ms),
        CommandId::LoginCode => code(model, now_ms),
        CommandId::LoginCopy => return copy(model, now_ms),
        _ => {}
    }
    Vec::new()
}

/// The code of an MFA device was typed.
pub fn code_typed(model: &mut Model, code: &str, now_ms: i64) -> Vec<Effect> {
    let Some(login): Option<LoginKey> = model.fleet_screen.asked.take() else { return Vec::new() };
    let code: String = code.chars().filter(|letter| !letter.is_whitespace()).collect();
    // STS takes six digits (AssumeRole, parameter TokenCode).
    if code.len() != 6 || !code.bytes().all(|byte| byte.is_ascii_digit()) {
        model.warn("a code has six digits: m asks for it again", now_ms);
        return Vec::new();
    }
    checking(model, &LaneKey::Login(login.clone()));
    vec![Effect::Fleet(FleetEffect::MfaCode { login, code })]
}

pub fn click(model: &mut Model, x: u16, y: u16, now_ms: i64) -> Vec<Effect> {
    let Some(pane) = model.layout.fleet_at(x, y) else { return Vec::new() };
    let name = pane.pane;
    let card = model.layout.card_at(x, y).map(Action::To);
    let action =
        card.or_else(|| pane.heading_at(x, y).map(Action::SortBy)).or_else(|| pane.position_at(y).map(Action::To));
    model.fleet_screen.focus = name;
    if let Some(action) = action {
        on(model, now_ms, |screen, scene| screen.act(name, action, scene));
    }
    Vec::new()
}

pub fn scroll(model: &mut Model, x: u16, y: u16, by: isize, now_ms: i64) -> Vec<Effect> {
    if let Some(name) = model.layout.fleet_at(x, y).map(|pane| pane.pane) {
        on(model, now_ms, |screen, scene| screen.act(name, Action::Step(by), scene));
    }
    Vec::new()
}

fn on(model: &mut Model, now_ms: i64, work: impl FnOnce(&mut crate::screens::fleet::FleetScreen, FleetScene<'_>)) {
    let scene = FleetScene { scene: Scene { fleet: &model.fleet, now_ms }, policy: &model.policy };
    work(&mut model.fleet_screen, scene);
}

/// Opens the selected cluster and shows it on the deck.
fn to_deck(model: &mut Model, now_ms: i64) -> Vec<Effect> {
    let Some(id) = model.fleet_screen.clusters.selected().copied() else { return Vec::new() };
    model.screen = Screen::Deck;
    // A filter on the deck must not hide where one wants to go.
    if model.deck.is_filtered(Pane::Clusters) {
        model.deck.clear_filter(Pane::Clusters, Scene { fleet: &model.fleet, now_ms });
    }
    model.opening = Some(id);
    let effects = sessions::open(model, id, now_ms);
    model.deck.go(Some(id), None, Scene { fleet: &model.fleet, now_ms });
    let is_broken = model.fleet.get(id).is_some_and(|cluster| matches!(cluster.health, Health::Broken { .. }));
    model.deck.focus = if is_broken { Pane::Clusters } else { Pane::Namespaces };
    effects
}

fn sync(model: &mut Model, now_ms: i64) -> Vec<Effect> {
    let targets: Vec<ClusterId> = model.fleet_screen.targets();
    let words = match targets.as_slice() {
        [] => return Vec::new(),
        [only] => model.fleet.get(*only).map_or_else(String::new, |cluster| cluster.info.name.clone()),
        more => format!("{} clusters", more.len()),
    };
    model.toast(format!("looking at {words} now"), now_ms);
    vec![Effect::Fleet(FleetEffect::Sync(targets))]
}

fn selected(model: &Model) -> Option<&LaneRow> {
    let key = model.fleet_screen.logins.selected()?;
    model.fleet.logins.iter().find(|row| row.key == *key)
}

/// Until the background tells more.
fn checking(model: &mut Model, login: &LaneKey) {
    let rows = model.fleet.logins.iter().cloned().map(|row| match row.key == *login {
        true => LaneRow { state: LoginState::Checking, fault: None, ..row },
        false => row,
    });
    model.fleet.logins = rows.collect();
}

fn again(model: &mut Model, now_ms: i64) -> Vec<Effect> {
    let Some(row) = selected(model) else { return Vec::new() };
    if row.wants_code() {
        code(model, now_ms);
        return Vec::new();
    }
    let login = row.key.clone();
    checking(model, &login);
    vec![Effect::Fleet(FleetEffect::LoginAgain(login))]
}

fn code(model: &mut Model, now_ms: i64) {
    match selected(model).filter(|row| row.wants_code()).map(|row| &row.key) {
        Some(LaneKey::Login(login)) => {
            model.fleet_screen.asked = Some(login.clone());
            model.layers.push(Layer::Prompt(Prompt::new(Purpose::MfaCode, "")));
        }
        _ => model.toast("this login wants no code", now_ms),
    }
}

fn copy(model: &mut Model, now_ms: i64) -> Vec<Effect> {
    match selected(model).and_then(LaneRow::trouble).and_then(|trouble| trouble.remedy) {
        Some(remedy) => {
            model.toast(format!("copied {remedy}"), now_ms);
            vec![Effect::Copy(remedy)]
        }
        None => {
            model.toast("there is nothing to mend", now_ms);
            Vec::new()
        }
    }
}
