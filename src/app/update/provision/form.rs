//! The form that begins a run.

use std::collections::BTreeSet;
use std::collections::hash_map::Entry;
use std::sync::Arc;

use super::{ask, prepare};
use crate::app::model::Model;
use crate::domain::effect::Effect;
use crate::domain::eks::support::{Phase, Support};
use crate::domain::health::Trouble;
use crate::domain::provision::given::{Past, unknown};
use crate::domain::provision::news::{Begin, ModuleKnown, RunsEffect};
use crate::domain::provision::offers::Offers;
use crate::domain::provision::{Identity, Kind, Run};
use crate::input::commands::CommandId;
use crate::input::context::{ProvisionPage, Screen};
use crate::input::event::{Code, Key};
use crate::layers::Layer;
use crate::layers::picker::{Picker, PickerFor};
use crate::screens::provision::FormOf;
use crate::screens::provision::form::{FormAction, FormPage, FormSubject, FormYield, OfferedVersion};

/// Opens a form; its module is read first. One that was left is gone on with.
pub fn begin(model: &mut Model, kind: Kind, before: Option<Run>, now_ms: i64) -> Vec<Effect> {
    if !model.provision.is_there {
        model.toast("no management cluster is configured: set provision.cluster", now_ms);
        return Vec::new();
    }
    let screen = &mut model.provision;
    let same =
        |of: &FormOf| of.kind == kind && of.before.as_ref().map(|run| &run.id) == before.as_ref().map(|run| &run.id);
    if screen.form.is_some() && screen.form_of.as_ref().is_some_and(same) {
        screen.page = ProvisionPage::Form;
        return Vec::new();
    }
    let environment = match &before {
        Some(run) => run.environment.clone(),
        None => screen.site.names().into_iter().next().unwrap_or_default(),
    };
    screen.form = None;
    // A form that is begun anew asks anew.
    screen.offers.clear();
    screen.page = ProvisionPage::Form;
    model.screen = Screen::Provision;
    read(model, FormOf { kind, before: before.map(Box::new), environment, trouble: None })
}

fn read(model: &mut Model, of: FormOf) -> Vec<Effect> {
    let (environment, before) = (of.environment.clone(), of.before.as_ref().map(|run| run.id.clone()));
    model.provision.form_of = Some(of);
    vec![ask(RunsEffect::Module { environment, before })]
}

/// The module of an environment was read.
pub fn module_came(model: &mut Model, environment: &str, module: Result<Box<ModuleKnown>, Trouble>, now_ms: i64) {
    let offered = versions(now_ms);
    let regions = regions(model);
    let Some(of) = model.provision.form_of.as_mut().filter(|of| of.environment == environment) else { return };
    let module = match module {
        Ok(module) => module,
        Err(trouble) => {
            of.trouble = Some(trouble);
            return;
        }
    };
    of.trouble = None;
    if let Some(run) = of.before.as_ref().filter(|_| module.is_lost && Past::of(of.kind) == Past::Needed) {
        of.trouble = Some(Trouble::new(unknown(of.kind, &run.identity, Some(run))));
        return;
    }
    let of = of.clone();
    let screen = &mut model.provision;
    let settings = screen.site.environment(Some(environment)).map(|(_, settings)| settings).unwrap_or_default();
    let identity = match &of.before {
        Some(run) => run.identity.clone(),
        None => Identity {
            organisation: screen.organisation.clone(),
            account: settings.account.clone(),
            region: settings.region.clone(),
            name: String::new(),
        },
    };
    let environments =
        screen.site.names().into_iter().filter_map(|name| screen.site.environment(Some(&name)).ok()).collect();
    let running = module.given.get("kubernetes_version").and_then(|value| value.as_str()).map(str::to_owned);
    let page = FormPage::new(FormSubject {
        kind: of.kind,
        environments,
        environment: module.environment.clone(),
        identity,
        variables: module.variables.clone(),
        given: module.given.clone(),
        is_hidden: module.is_hidden,
        before: module.has_past.then(|| module.given.clone()),
        running_version: running.filter(|_| of.kind == Kind::Update),
        versions: offered,
        regions,
        runs: screen.runs.clone(),
    });
    screen.form = Some(match screen.form.take() {
        Some(before) => page.with_kept(before.kept()),
        None => page,
    });
}

/// Asks what AWS offers where the form's cluster is to be, once for each place, and gives the form what is known.
pub fn ask_for_offers(model: &mut Model, now_ms: i64) -> Vec<Effect> {
    let Some(place) = model.provision.form.as_ref().and_then(FormPage::place_wanted) else { return Vec::new() };
    let effects = match model.provision.offers.entry(place) {
        Entry::Occupied(_) => Vec::new(),
        Entry::Vacant(new) => {
            let (account, region) = new.key().clone();
            new.insert(None);
            vec![ask(RunsEffect::Offers { account, region })]
        }
    };
    show_offers(model, now_ms);
    effects
}

/// AWS has told what it offers.
pub fn offers_came(model: &mut Model, offers: Arc<Offers>, now_ms: i64) {
    let place = (offers.account.clone(), offers.region.clone());
    model.provision.offers.insert(place, Some(offers));
    show_offers(model, now_ms);
}

fn show_offers(model: &mut Model, now_ms: i64) {
    let known = regions(model);
    let screen = &mut model.provision;
    let Some(page) = &mut screen.form else { return };
    let offers = page.place_wanted().and_then(|place| screen.offers.get(&place).cloned().flatten());
    let is_same = match (&offers, page.offers()) {
        (Some(offers), Some(shown)) => Arc::ptr_eq(offers, shown),
        (None, None) => true,
        _ => false,
    };
    if is_same {
        return;
    }
    let offered = match offers.as_ref().map(|offers| offers.versions(now_ms / 1_000)) {
        Some(told) if !told.is_empty() => {
            told.into_iter().map(|(version, support)| offered(&version, &support, now_ms)).collect()
        }
        _ => versions(now_ms),
    };
    let told = offers.as_ref().and_then(|offers| offers.regions.clone().ok()).filter(|regions| !regions.is_empty());
    page.offer(offered, told.unwrap_or(known));
    page.stand_on(offers);
}

fn offered(version: &str, support: &Support, now_ms: i64) -> OfferedVersion {
    let now = now_ms / 1_000;
    OfferedVersion {
        version: version.to_owned(),
        is_extended: matches!(support.phase(now), Phase::Extended { .. }),
        note: support.words(now, None),
    }
}

/// What EKS offers as far as it is known without asking it.
fn versions(now_ms: i64) -> Vec<OfferedVersion> {
    let known = Support::known_versions().map(|version| (version, Support::by_table(version)));
    let offered_still = known.filter(|(_, support)| !matches!(support.phase(now_ms / 1_000), Phase::Ended { .. }));
    offered_still.map(|(version, support)| offered(version, &support, now_ms)).collect()
}

/// Regions in which the fleet has clusters, and those of the environments.
fn regions(model: &Model) -> Vec<String> {
    let of_fleet = model.fleet.iter().filter_map(|cluster| cluster.info.region.clone());
    let of_site = model.provision.site.environments.values().map(|settings| settings.region.clone());
    let all: BTreeSet<String> = of_fleet.chain(of_site).filter(|region| !region.is_empty()).collect();
    all.into_iter().collect()
}

pub fn command(model: &mut Model, command: CommandId, now_ms: i64) -> Vec<Effect> {
    let action = match command {
        CommandId::FormClose => {
            model.provision.page = ProvisionPage::List;
            return Vec::new();
        }
        CommandId::FormPick => return pick(model, None, now_ms),
        CommandId::FormEnter => FormAction::Key(Key::of(Code::Enter)),
        CommandId::FormNext => FormAction::Step(1),
        CommandId::FormPrevious => FormAction::Step(-1),
        CommandId::FormText => FormAction::ToggleText,
        CommandId::FormFold => FormAction::ToggleFold,
        CommandId::FormAccept => FormAction::Submit,
        _ => return Vec::new(),
    };
    act(model, action, now_ms)
}

/// Lists what the account has for the field. `at`: the row that one stands on.
fn pick(model: &mut Model, at: Option<usize>, now_ms: i64) -> Vec<Effect> {
    let Some(page) = &model.provision.form else { return Vec::new() };
    match page.choices() {
        Ok(choices) => {
            let (ids, rows) = choices.rows.into_iter().unzip();
            let purpose = PickerFor::Offered { ids, is_many: choices.is_many };
            let chosen = at.unwrap_or(choices.at);
            model.layers.push(Layer::Picker(Picker { title: choices.title, rows, chosen, purpose }));
        }
        Err(words) => model.toast(words, now_ms),
    }
    Vec::new()
}

/// Something of the list was chosen.
pub fn picked(model: &mut Model, picker: &Picker, now_ms: i64) -> Vec<Effect> {
    let PickerFor::Offered { ids, is_many } = &picker.purpose else { return Vec::new() };
    if let (Some(page), Some(id)) = (&mut model.provision.form, ids.get(picker.chosen)) {
        page.pick(id);
    }
    if *is_many { pick(model, Some(picker.chosen), now_ms) } else { Vec::new() }
}

pub fn key(model: &mut Model, key: Key, now_ms: i64) -> Vec<Effect> {
    let page = model.provision.page_rows as isize;
    let action = match key.code {
        Code::PageDown => FormAction::Step(page),
        Code::PageUp => FormAction::Step(-page),
        _ => FormAction::Key(key),
    };
    act(model, action, now_ms)
}

pub fn paste(model: &mut Model, text: &str, now_ms: i64) -> Vec<Effect> {
    act(model, FormAction::Paste(text.to_owned()), now_ms)
}

pub fn act(model: &mut Model, action: FormAction, now_ms: i64) -> Vec<Effect> {
    model.dirty = true;
    let Some(page) = &mut model.provision.form else { return Vec::new() };
    match page.act(action) {
        None | Some(FormYield::Invalid) => ask_for_offers(model, now_ms),
        Some(FormYield::Environment(name)) => {
            let Some(of) = model.provision.form_of.clone() else { return Vec::new() };
            read(model, FormOf { environment: name, trouble: None, ..of })
        }
        Some(FormYield::Plan(values)) => {
            let before = model.provision.form_of.as_ref().and_then(|of| of.before.as_ref()).map(|run| run.id.clone());
            let order = Begin {
                kind: values.kind,
                environment: values.environment,
                identity: values.identity,
                variables: Some(values.variables),
                secret: values.secret,
                before: before.filter(|_| values.kind != Kind::Provision),
                lock: None,
                errored: None,
            };
            prepare(model, now_ms, |serial| RunsEffect::Begin { serial, order: Box::new(order) })
        }
    }
}
