//! What happens in and to layers.

use super::changes;
use crate::app::model::Model;
use crate::domain::effect::{Effect, FleetEffect, Purpose as TaskPurpose, TaskKey};
use crate::domain::ids::{KindId, ObjectKey};
use crate::domain::request::{FetchReply, FetchRequest, PortError};
use crate::input::commands::CommandId;
use crate::input::context::{LayerKind, Pane};
use crate::layers::Layer;
use crate::layers::detail::{Detail, Fetched, Section, Subject};
use crate::layers::picker::{Picker, PickerFor};
use crate::layers::prompt::{Prompt, Purpose};
use crate::screens::deck::Scene;
use crate::screens::layout::LayerBox;
use crate::screens::table_action::Action;
use crate::store::cluster::Unexplained;

/// Rows whose events are asked for at once, so that a screen of failures does not storm a server.
const EXPLAINED_AT_ONCE: usize = 4;
/// Pods whose events stand in a Job's description.
const PODS_DESCRIBED: usize = 8;

/// A command while a layer is on top.
pub fn command(model: &mut Model, command: CommandId, now_ms: i64) -> Vec<Effect> {
    if let Some(Layer::CronJobs(cronjobs)) = model.layers.last_mut() {
        match command {
            CommandId::Up => cronjobs.step(&model.fleet, -1),
            CommandId::Down => cronjobs.step(&model.fleet, 1),
            CommandId::PageUp | CommandId::HalfPageUp => cronjobs.step(&model.fleet, -10),
            CommandId::PageDown | CommandId::HalfPageDown => cronjobs.step(&model.fleet, 10),
            CommandId::Top => cronjobs.step(&model.fleet, isize::MIN / 2),
            CommandId::Bottom => cronjobs.step(&model.fleet, isize::MAX / 2),
            CommandId::Cancel => return cancel(model, now_ms),
            _ => return changes::cronjob_command(model, command, now_ms),
        }
        return Vec::new();
    }
    if matches!(model.layers.last(), Some(Layer::Editor(_))) {
        return super::editor::command(model, command, now_ms);
    }
    let Some(layer) = model.layers.last_mut() else { return Vec::new() };
    match command {
        CommandId::Cancel => return cancel(model, now_ms),
        CommandId::Accept => return accept(model, now_ms),
        CommandId::Agree => return super::consent::agree(model, now_ms),
        CommandId::Confirm if matches!(layer, Layer::Question(_)) => return super::registry::answer(model, now_ms),
        CommandId::Confirm => return changes::answer(model, now_ms),
        CommandId::Propagation => {
            if let Layer::Question(question) = layer {
                question.toggle_export();
                return Vec::new();
            }
            return changes::propagation(model);
        }
        CommandId::DraftDiscard => super::editor::doom(model),
        _ if matches!(layer, Layer::Form(_)) => return super::forms::command(model, command, now_ms),
        CommandId::Up => scroll(layer, -1),
        CommandId::Down => scroll(layer, 1),
        CommandId::PageUp => page(layer, -1),
        CommandId::PageDown => page(layer, 1),
        CommandId::HalfPageUp => scroll(layer, -10),
        CommandId::HalfPageDown => scroll(layer, 10),
        CommandId::Top => scroll(layer, isize::MIN / 2),
        CommandId::Bottom => scroll(layer, isize::MAX / 2),
        _ => {}
    }
    if let Some(effects) = super::access::command(model, command, now_ms) {
        return effects;
    }
    let Some(Layer::Detail(detail)) = model.layers.last_mut() else { return preview_theme(model) };
    match command {
        CommandId::NextSection => detail.go_section(1),
        CommandId::PreviousSection => detail.go_section(-1),
        CommandId::Detail => detail.go_to(Section::Summary),
        CommandId::Yaml => detail.go_to(Section::Manifest),
        CommandId::Events => detail.go_to(Section::Events),
        CommandId::FindInDetail => {
            let text = detail.search.clone();
            model.layers.push(Layer::Prompt(Prompt::new(Purpose::DetailSearch, &text)));
        }
        CommandId::FindNext | CommandId::FindPrevious => {
            let by = if command == CommandId::FindNext { 1 } else { -1 };
            if !detail.go_found(by) {
                model.toast("nothing is searched for, or nothing found: / searches", now_ms);
            }
        }
        CommandId::WrapDetail => detail.wrap = !detail.wrap,
        CommandId::Left => detail.shift = detail.shift.saturating_sub(8),
        CommandId::Right => detail.shift += 8,
        CommandId::CopyDetail => {
            let text = detail.plain(&model.fleet, now_ms / 1_000);
            model.toast("copied the section", now_ms);
            return vec![Effect::Copy(text)];
        }
        _ => {}
    }
    Vec::new()
}

/// Scrolls or moves the choice of a layer.
pub fn scroll(layer: &mut Layer, by: isize) {
    match layer {
        Layer::Help(help) => help.scroll.by(by),
        Layer::Detail(detail) => detail.scroll.by(by),
        Layer::Palette(palette) => palette.step(by),
        Layer::Picker(picker) => picker.step(by),
        Layer::Confirm(confirm) => confirm.scroll.by(by),
        Layer::Question(question) => question.scroll.by(by),
        Layer::Form(form) => form.step(by.signum()),
        Layer::Editor(editor) => {
            for _ in 0..by.unsigned_abs().min(10) {
                editor.scroll(by.signum());
            }
        }
        Layer::Prompt(_) | Layer::Consent(_) | Layer::CronJobs(_) => {}
    }
}

fn page(layer: &mut Layer, by: isize) {
    match layer {
        Layer::Help(help) => help.scroll.page_by(by),
        Layer::Detail(detail) => detail.scroll.page_by(by),
        Layer::Confirm(confirm) => confirm.scroll.page_by(by),
        Layer::Question(question) => question.scroll.page_by(by),
        _ => scroll(layer, by * 10),
    }
}

/// A layer was drawn. True: it is to be drawn anew, since it found less room than it was laid out for.
pub fn drawn(layer: &mut Layer, drawn: &LayerBox, now_ms: i64) -> bool {
    match layer {
        Layer::Help(help) => help.scroll.drawn(drawn.lines, drawn.page),
        Layer::Detail(detail) => detail.drawn(drawn),
        Layer::Consent(consent) => {
            consent.shown_ms.get_or_insert(now_ms);
        }
        Layer::Confirm(confirm) => {
            confirm.scroll.drawn(drawn.lines, drawn.page);
            confirm.drawn(now_ms);
        }
        Layer::Question(question) => {
            question.scroll.drawn(drawn.lines, drawn.page);
            question.drawn(now_ms);
        }
        Layer::Editor(editor) => return editor.drawn(drawn.page, drawn.area.width as usize),
        Layer::Palette(_) | Layer::Prompt(_) | Layer::Picker(_) | Layer::CronJobs(_) | Layer::Form(_) => {}
    }
    false
}

/// The text of a layer's line changed.
pub fn line_changed(model: &mut Model, now_ms: i64) -> Vec<Effect> {
    match model.layers.last_mut() {
        Some(Layer::Palette(palette)) => {
            palette.chosen = 0;
            Vec::new()
        }
        Some(Layer::Prompt(prompt)) => {
            let (purpose, text) = (prompt.purpose, prompt.line.text().to_owned());
            prompt_text(model, purpose, text, now_ms)
        }
        Some(Layer::Confirm(confirm)) => {
            confirm.wrong = None;
            Vec::new()
        }
        Some(Layer::Question(question)) => {
            question.wrong = None;
            Vec::new()
        }
        Some(Layer::Form(_)) => super::forms::changed(model),
        _ => Vec::new(),
    }
}

fn prompt_text(model: &mut Model, purpose: Purpose, text: String, now_ms: i64) -> Vec<Effect> {
    match purpose {
        Purpose::Filter(pane) => {
            model.deck.act(pane, Action::Filter(text), Scene { fleet: &model.fleet, now_ms });
            Vec::new()
        }
        Purpose::RunsFilter | Purpose::ProvisionFilter => {
            super::provision::filter_typed(model, &text, now_ms);
            Vec::new()
        }
        Purpose::ProvisionSearch => {
            super::provision::search_typed(model, &text, now_ms);
            Vec::new()
        }
        Purpose::FleetFilter => {
            super::fleet::filter(model, text, now_ms);
            Vec::new()
        }
        Purpose::MfaCode => Vec::new(),
        Purpose::DetailSearch => {
            if let Some(Layer::Detail(detail)) =
                model.layers.iter_mut().rfind(|layer| layer.kind() == LayerKind::Detail)
            {
                detail.search_for(&text);
            }
            Vec::new()
        }
        _ => super::logs::typed(model, purpose, &text),
    }
}

fn cancel(model: &mut Model, now_ms: i64) -> Vec<Effect> {
    if let Some(Layer::Confirm(confirm)) = model.layers.last_mut() {
        let (closes, effects) = changes::cancel(confirm);
        if closes {
            model.layers.pop();
        }
        return effects;
    }
    let Some(layer) = model.layers.pop() else { return Vec::new() };
    match layer {
        Layer::Prompt(prompt) => prompt_text(model, prompt.purpose, prompt.before, now_ms),
        Layer::Picker(mut picker) if picker.doomed().is_some() => {
            picker.go(picker.chosen);
            model.layers.push(Layer::Picker(picker));
            Vec::new()
        }
        Layer::Picker(Picker { purpose: PickerFor::Theme { before }, .. }) => {
            model.theme = before;
            Vec::new()
        }
        Layer::Consent(consent) => {
            let fingerprint = consent.request.fingerprint;
            let answer = |cluster| Effect::AnswerConsent { cluster, fingerprint, agreed: false };
            consent.cluster.map(answer).into_iter().collect()
        }
        Layer::Detail(detail) => {
            let cluster = detail.subject.cluster();
            let purposes = [TaskPurpose::DetailObject, TaskPurpose::DetailEvents, TaskPurpose::DetailQuotas];
            purposes.into_iter().map(|purpose| Effect::Cancel(TaskKey { cluster, kind: None, purpose })).collect()
        }
        Layer::Form(form) => super::forms::left(model, form, now_ms),
        Layer::Editor(editor) => {
            model.layers.push(Layer::Editor(editor));
            super::editor::close(model, now_ms)
        }
        Layer::Help(_)
        | Layer::Palette(_)
        | Layer::Picker(_)
        | Layer::CronJobs(_)
        | Layer::Confirm(_)
        | Layer::Question(_) => Vec::new(),
    }
}

fn accept(model: &mut Model, now_ms: i64) -> Vec<Effect> {
    match model.layers.pop() {
        Some(Layer::Prompt(prompt)) if prompt.purpose == Purpose::MfaCode => {
            super::fleet::code_typed(model, prompt.line.text(), now_ms)
        }
        Some(Layer::Prompt(prompt)) => super::logs::accepted(model, prompt.purpose, prompt.line.text()),
        Some(Layer::Palette(palette)) => match palette.command(&model.keymap, &model.context()) {
            Some(command) => super::commands::run(model, command, now_ms),
            None => {
                model.toast("no such command", now_ms);
                Vec::new()
            }
        },
        Some(Layer::Picker(picker)) if picker.doomed().is_some() => {
            let place = picker.chosen;
            super::editor::discard(model, picker, place)
        }
        Some(Layer::Picker(picker)) => match &picker.purpose {
            PickerFor::Template { .. } => super::forms::picked(model, &picker, now_ms),
            PickerFor::Register { choices } => {
                super::registry::picked(model, choices.get(picker.chosen).cloned(), now_ms)
            }
            PickerFor::Access { cluster, choices } => {
                super::access::picked(model, cluster.clone(), choices.get(picker.chosen).cloned())
            }
            PickerFor::Offered { .. } => super::provision::picked(model, &picker, now_ms),
            PickerFor::Draft { drafts, .. } => super::editor::picked(model, drafts.get(picker.chosen), now_ms),
            PickerFor::Pod { .. } | PickerFor::Theme { .. } => super::pods::picked(model, &picker, now_ms),
        },
        None => Vec::new(),
        Some(other) => {
            model.layers.push(other);
            Vec::new()
        }
    }
}

/// The list of themes; moving through it shows each.
pub fn theme_picker(model: &mut Model) -> Vec<Effect> {
    let names: Vec<String> = model.themes.iter().map(|theme| theme.name().to_owned()).collect();
    let chosen = names.iter().position(|name| name == model.theme.name()).unwrap_or(0);
    let purpose = PickerFor::Theme { before: model.theme.clone() };
    model.layers.push(Layer::Picker(Picker { title: "theme".to_owned(), rows: names, chosen, purpose }));
    Vec::new()
}

pub fn preview_theme(model: &mut Model) -> Vec<Effect> {
    if let Some(Layer::Picker(Picker { chosen, purpose: PickerFor::Theme { .. }, .. })) = model.layers.last()
        && let Some(theme) = model.themes.get(*chosen)
    {
        model.theme = theme.clone();
    }
    Vec::new()
}

/// Describes a row, and asks its cluster for what the tables do not hold.
pub fn open_detail(model: &mut Model, subject: Option<Subject>, section: Section) -> Vec<Effect> {
    let Some(subject) = subject else { return Vec::new() };
    let cluster = subject.cluster();
    let open = model.fleet.get(cluster).is_some_and(|cluster| cluster.is_open());
    let mut effects = Vec::new();
    if let Subject::Cluster(_) = subject
        && let Some(eks) = model.fleet.get(cluster).and_then(|cluster| cluster.eks.as_ref())
    {
        effects.push(Effect::Fleet(FleetEffect::Detail { cluster, arn: eks.id.clone() }));
    }
    let mut fetch = |kind: KindId, purpose: TaskPurpose, request: FetchRequest| {
        effects.push(Effect::Fetch { task: TaskKey { cluster, kind: Some(kind), purpose }, request });
    };
    let tables = model.fleet.get(cluster).map(|cluster| &cluster.tables);
    match &subject {
        Subject::Job(_, key) if open => {
            fetch(KindId::Job, TaskPurpose::DetailObject, FetchRequest::Object { kind: KindId::Job, key: key.clone() });
            if let Some(job) = tables.and_then(|tables| tables.jobs.by_key(key)) {
                let pods = tables.into_iter().flat_map(|tables| tables.job_pods(job.meta.uid)).map(|pod| pod.meta.uid);
                let objects = std::iter::once(job.meta.uid).chain(pods.take(PODS_DESCRIBED)).collect();
                let request = FetchRequest::Events { namespace: key.namespace.clone(), objects };
                fetch(KindId::Event, TaskPurpose::DetailEvents, request);
            }
        }
        Subject::CronJob(_, key) if open => {
            fetch(
                KindId::CronJob,
                TaskPurpose::DetailObject,
                FetchRequest::Object { kind: KindId::CronJob, key: key.clone() },
            );
            if let Some(cronjob) = tables.and_then(|tables| tables.cronjobs.by_key(key)) {
                let request =
                    FetchRequest::Events { namespace: key.namespace.clone(), objects: vec![cronjob.meta.uid] };
                fetch(KindId::Event, TaskPurpose::DetailEvents, request);
            }
        }
        Subject::Namespace(_, name) if open => {
            let key = ObjectKey::new("", name.clone());
            fetch(KindId::Namespace, TaskPurpose::DetailObject, FetchRequest::Object { kind: KindId::Namespace, key });
            let path = format!("/api/v1/namespaces/{name}/resourcequotas");
            fetch(KindId::Namespace, TaskPurpose::DetailQuotas, FetchRequest::Path { path });
        }
        _ => {}
    }
    model.layers.retain(|layer| !matches!(layer, Layer::Detail(_)));
    model.layers.push(Layer::Detail(Box::new(Detail::new(subject, section))));
    effects
}

/// An answer came.
pub fn reply(model: &mut Model, task: &TaskKey, result: Result<FetchReply, PortError>, now_ms: i64) -> Vec<Effect> {
    model.dirty = true;
    if let TaskPurpose::Schema(api_version) = &task.purpose {
        super::editor::schema(model, task.cluster, api_version, result, now_ms);
        return Vec::new();
    }
    if let TaskPurpose::RowEvents(uid) = &task.purpose {
        if let (Ok(FetchReply::Events(events)), Some(cluster)) = (result, model.fleet.get_mut(task.cluster)) {
            cluster.tables.put_events(*uid, events);
            model.deck.touched(cluster);
        }
        return Vec::new();
    }
    if let (TaskPurpose::Open { key, opens }, Some(kind)) = (&task.purpose, task.kind) {
        return super::manifests::opened(model, task.cluster, kind, key, *opens, result, now_ms);
    }
    if let TaskPurpose::Rights(namespace) = &task.purpose {
        changes::rights(model, task.cluster, namespace.clone(), result);
        return Vec::new();
    }
    if task.purpose == TaskPurpose::FormCronJob {
        return super::forms::cronjob(model, task.cluster, result);
    }
    let Some(Layer::Detail(detail)) = model.layers.iter_mut().find(|layer| matches!(layer, Layer::Detail(_))) else {
        return Vec::new();
    };
    if detail.subject.cluster() != task.cluster {
        return Vec::new();
    }
    match (&task.purpose, result) {
        (TaskPurpose::DetailObject, Ok(FetchReply::Object(object))) => detail.put_object(*object),
        (TaskPurpose::DetailObject, Err(error)) => detail.object = Fetched::Failed(error.trouble().clone()),
        (TaskPurpose::DetailQuotas, Ok(FetchReply::Object(object))) => detail.quotas = Fetched::Got(*object),
        (TaskPurpose::DetailQuotas, Err(error)) => detail.quotas = Fetched::Failed(error.trouble().clone()),
        (TaskPurpose::DetailEvents, Ok(FetchReply::Events(events))) => detail.events = Fetched::Got(events),
        (TaskPurpose::DetailEvents, Err(error)) => detail.events = Fetched::Failed(error.trouble().clone()),
        _ => {}
    }
    Vec::new()
}

/// Asks for the events of Jobs on the screen that are not well and whose pods do not tell why.
pub fn explain_rows(model: &mut Model, now_ms: i64, effects: &mut Vec<Effect>) {
    let Some(cluster) = model.deck.cluster else { return };
    let Some(pane) = model.layout.pane(Pane::Jobs) else { return };
    let positions = pane.offset..pane.offset + pane.rows.len();
    let ids: Vec<u32> = positions.filter_map(|position| model.deck.jobs.at(position).flatten()).collect();
    let Some(state) = model.fleet.get_mut(cluster) else { return };
    let wanted = state.tables.unexplained(&ids, EXPLAINED_AT_ONCE, now_ms);
    effects.extend(wanted.into_iter().map(|unexplained| {
        let Unexplained { job, namespace, objects } = unexplained;
        let task = TaskKey { cluster, kind: Some(KindId::Event), purpose: TaskPurpose::RowEvents(job) };
        Effect::Fetch { task, request: FetchRequest::Events { namespace, objects } }
    }));
}
