//! Editors of manifests: opened, kept, offered again, submitted.

use crate::app::model::Model;
use crate::domain::age::Age;
use crate::domain::draft::{Draft, DraftId, DraftPurpose};
use crate::domain::effect::{DraftEffect, Effect, Purpose, TaskKey};
use crate::domain::ids::ClusterId;
use crate::domain::request::{FetchReply, FetchRequest, PortError, PortErrorKind};
use crate::domain::text::{clean, width};
use crate::input::commands::CommandId;
use crate::input::context::Place;
use crate::input::event::Key;
use crate::input::keymap::Base;
use crate::layers::Layer;
use crate::layers::editor::{Asked, Editor, EditorStart, Fingers, SchemaState};
use crate::layers::picker::{Picker, PickerFor};
use crate::yaml::manifest::documents;

/// What an editor is opened for; the rest follows from the model.
#[derive(Debug, Clone, PartialEq)]
pub struct Opening {
    pub title: String,
    pub cluster: ClusterId,
    pub namespace: String,
    pub origin: String,
    pub text: String,
    pub purpose: DraftPurpose,
}

/// Opens an editor on a new draft.
pub fn open(model: &mut Model, opening: Opening, now_ms: i64) -> Vec<Effect> {
    model.manifests.opened += 1;
    let id = DraftId::new(now_ms, model.manifests.process, model.manifests.opened);
    open_as(model, opening, id)
}

fn open_as(model: &mut Model, opening: Opening, draft: DraftId) -> Vec<Effect> {
    let Some(cluster) = model.fleet.get(opening.cluster) else { return Vec::new() };
    let fingers = match model.keymap.base() {
        Base::Default => Fingers::Plain,
        Base::Vim => Fingers::Vim,
        Base::Emacs => Fingers::Emacs,
    };
    let Opening { title, cluster: id, namespace, origin, text, purpose } = opening;
    let cluster_name = cluster.info.name.clone();
    let server_version = cluster.git_version.clone().unwrap_or_default();
    let start = EditorStart {
        server_version,
        title,
        cluster: id,
        cluster_name,
        namespace,
        origin,
        text,
        purpose,
        draft,
        fingers,
    };
    model.layers.push(Layer::Editor(Box::new(Editor::new(start))));
    Vec::new()
}

/// An empty page for the chosen cluster and namespace.
pub fn new_empty(model: &mut Model, now_ms: i64) -> Vec<Effect> {
    let Some(cluster) = model.deck.cluster else { return Vec::new() };
    let namespace = model.deck.namespace.as_deref().unwrap_or_default().to_owned();
    let title = "new manifest".to_owned();
    let opening =
        Opening { title, cluster, namespace, origin: String::new(), text: String::new(), purpose: DraftPurpose::New };
    open(model, opening, now_ms)
}

/// A command while an editor is on top.
pub fn command(model: &mut Model, command: CommandId, now_ms: i64) -> Vec<Effect> {
    let Some(Layer::Editor(editor)) = model.layers.last_mut() else { return Vec::new() };
    match command {
        CommandId::EditorApply => return submit(model, false, now_ms),
        CommandId::EditorDryRun => return submit(model, true, now_ms),
        CommandId::EditorClose if editor.escape() => {}
        CommandId::EditorClose => return close(model, now_ms),
        CommandId::EditorExternal => return vec![Effect::ExternalEditor { text: editor.text() }],
        CommandId::EditorComplete => editor.complete(),
        CommandId::EditorFind => editor.open_find(),
        CommandId::EditorFindNext => editor.find_again(true),
        CommandId::EditorFindPrevious => editor.find_again(false),
        CommandId::NextProblem => editor.go_problem(true),
        CommandId::PreviousProblem => editor.go_problem(false),
        CommandId::EditorIndent => editor.indent(1, now_ms),
        CommandId::EditorDedent => editor.indent(-1, now_ms),
        CommandId::EditorUndo => editor.undo(now_ms),
        CommandId::EditorRedo => editor.redo(now_ms),
        CommandId::TakeTheirs => {
            let version = editor.take_theirs(now_ms);
            rest_on(editor, version);
        }
        CommandId::KeepMine => {
            let version = editor.keep_mine();
            rest_on(editor, version);
        }
        _ => {}
    }
    Vec::new()
}

/// The text is an edit of this version from now on.
fn rest_on(editor: &mut Editor, version: Option<String>) {
    if let (DraftPurpose::Edit { resource_version, .. }, Some(version)) = (&mut editor.purpose, version) {
        *resource_version = version;
    }
}

/// A key that is no command.
pub fn key(model: &mut Model, key: Key, now_ms: i64) -> Vec<Effect> {
    let Some(Layer::Editor(editor)) = model.layers.last_mut() else { return Vec::new() };
    match editor.key(key, now_ms) {
        Asked::Nothing => Vec::new(),
        Asked::Apply => submit(model, false, now_ms),
        Asked::DryRun => submit(model, true, now_ms),
        Asked::Close => close(model, now_ms),
    }
}

/// Sends the text on, unless it does not parse: then the cursor goes to the first fault.
pub fn submit(model: &mut Model, dry_run: bool, now_ms: i64) -> Vec<Effect> {
    let Some(editor) = model.editor_mut() else { return Vec::new() };
    if let Some(error) = editor.first_error() {
        editor.go_to(error.line, error.column);
        editor.say(format!("line {}: {}", error.line + 1, error.words));
        return Vec::new();
    }
    let count = editor.documents().len();
    if count == 0 {
        editor.say("there is nothing to submit: the page is empty");
        return Vec::new();
    }
    let mut effects = keep_all(model, now_ms);
    effects.extend(super::manifests::submit(model, dry_run));
    effects
}

/// Closes the editor without a question: what was typed is kept.
pub fn close(model: &mut Model, now_ms: i64) -> Vec<Effect> {
    let Some(Layer::Editor(mut editor)) = model.layers.pop_if(|layer| matches!(layer, Layer::Editor(_))) else {
        return Vec::new();
    };
    if editor.is_unkept() && !editor.text().trim().is_empty() {
        editor.say("the draft could not be written: closing would lose the text");
        model.layers.push(Layer::Editor(editor));
        return Vec::new();
    }
    let id = editor.draft.clone();
    let was_kept = model.manifests.drafts.iter().any(|draft| draft.id == id);
    if editor.text().trim().is_empty() {
        return if editor.is_changed() || was_kept { forget(model, &id) } else { Vec::new() };
    }
    if !editor.is_changed() {
        return Vec::new();
    }
    let key = model.keymap.key_text(CommandId::Drafts, Place::Jobs).unwrap_or_default();
    model.toast(format!("the draft is kept · {key} goes on with it"), now_ms);
    let draft = editor.draft(now_ms);
    model.manifests.drafts.retain(|kept| kept.id != draft.id);
    model.manifests.drafts.insert(0, draft);
    editor.draft_now(now_ms).map_or_else(Vec::new, |draft| vec![Effect::Draft(DraftEffect::Keep(Box::new(draft)))])
}

/// The text was submitted or thrown away: its draft goes.
pub fn forget(model: &mut Model, id: &DraftId) -> Vec<Effect> {
    model.manifests.drafts.retain(|draft| draft.id != *id);
    vec![Effect::Draft(DraftEffect::Forget(id.clone()))]
}

/// Drafts of every open editor that changed since they were last written.
pub fn keep_all(model: &mut Model, now_ms: i64) -> Vec<Effect> {
    let editors = model.layers.iter_mut().filter_map(|layer| match layer {
        Layer::Editor(editor) => Some(editor),
        _ => None,
    });
    let drafts = editors.filter_map(|editor| editor.draft_now(now_ms));
    drafts.map(|draft| Effect::Draft(DraftEffect::Keep(Box::new(draft)))).collect()
}

/// After every message: problems, drafts and schemas that are due.
pub fn settle(model: &mut Model, now_ms: i64, effects: &mut Vec<Effect>) {
    let known = &model.manifests.schemas;
    for layer in &mut model.layers {
        let Layer::Editor(editor) = layer else { continue };
        editor.tick(now_ms);
        if let Some(draft) = editor.draft_due(now_ms) {
            effects.push(Effect::Draft(DraftEffect::Keep(Box::new(draft))));
        }
        let cluster = editor.cluster;
        // A cluster that nobody opened is not spoken to.
        if !model.fleet.get(cluster).is_some_and(|cluster| cluster.is_open()) {
            continue;
        }
        for api_version in editor.wanted_schemas(now_ms) {
            if let Some(schema) = known.get(&(cluster, api_version.clone())) {
                editor.put_schema(&api_version, SchemaState::Got(schema.clone()));
                continue;
            }
            let task = TaskKey { cluster, kind: None, purpose: Purpose::Schema(api_version.clone()) };
            effects.push(Effect::Fetch { task, request: FetchRequest::Schema { api_version } });
        }
    }
}

/// How long after a schema could not be had it is asked for again, in milliseconds.
const SCHEMA_AGAIN_MS: i64 = 10_000;

/// A schema came, or did not: then it is asked for again, unless the cluster does not have it.
pub fn schema(
    model: &mut Model,
    cluster: ClusterId,
    api_version: &str,
    result: Result<FetchReply, PortError>,
    now_ms: i64,
) {
    let state = match result {
        Ok(FetchReply::Schema(schema)) => {
            model.manifests.schemas.insert((cluster, api_version.to_owned()), schema.clone());
            SchemaState::Got(schema)
        }
        Ok(_) => return,
        Err(error) => {
            let is_passing = !matches!(error.kind(), PortErrorKind::NotFound | PortErrorKind::Forbidden);
            let again_ms = is_passing.then_some(now_ms + SCHEMA_AGAIN_MS);
            SchemaState::Failed { words: error.trouble().words.clone(), again_ms }
        }
    };
    for layer in &mut model.layers {
        if let Layer::Editor(editor) = layer
            && editor.cluster == cluster
        {
            editor.put_schema(api_version, state.clone());
        }
    }
}

/// A draft was written, or could not be: then the text is on the screen alone, and that is said.
pub fn kept(model: &mut Model, id: &DraftId, result: Result<(), String>, now_ms: i64) {
    if let Some(editor) = model.editor_mut().filter(|editor| editor.draft == *id) {
        editor.draft_kept(result.is_ok(), now_ms);
    }
    match result {
        Ok(()) => model.dirty = true,
        Err(why) => model.warn(format!("the draft is not kept: {}", clean(&why)), now_ms),
    }
}

/// `$EDITOR` is done.
pub fn edited(model: &mut Model, result: Result<String, String>, now_ms: i64) {
    match result {
        Ok(text) => {
            if let Some(editor) = model.editor_mut() {
                editor.replace_all(&text, now_ms);
            }
        }
        Err(why) => model.warn(clean(&why), now_ms),
    }
    model.dirty = true;
}

/// Says at the start that there are drafts.
pub fn tell_drafts(model: &mut Model, now_ms: i64) {
    let count = model.manifests.drafts.len();
    if count == 0 {
        return;
    }
    let key = model.keymap.key_text(CommandId::Drafts, Place::Jobs).unwrap_or_default();
    let words = if count == 1 { "1 draft was kept".to_owned() } else { format!("{count} drafts were kept") };
    let them = if count == 1 { "opens it" } else { "lists them" };
    model.toast(format!("{words} · {key} {them}"), now_ms);
}

/// The list of drafts.
pub fn offer(model: &mut Model, now_ms: i64) -> Vec<Effect> {
    let drafts = &model.manifests.drafts;
    if drafts.is_empty() {
        model.toast("no draft is kept", now_ms);
        return Vec::new();
    }
    let place = |draft: &Draft| match draft.namespace.as_str() {
        "" => clean(&draft.cluster).into_owned(),
        namespace => clean(&format!("{}/{namespace}", draft.cluster)).into_owned(),
    };
    let longest = drafts.iter().map(|draft| width(&draft.title)).max().unwrap_or(0);
    let widest = drafts.iter().map(|draft| width(&place(draft))).max().unwrap_or(0);
    let row = |draft: &Draft| {
        let age = Age((now_ms - draft.changed_ms) / 1_000).to_string();
        let lines = draft.text.lines().count();
        let what = speaks_of(draft);
        format!("{:longest$}  {:widest$}  {age:>5} ago  {lines:>5} lines  {what}", clean(&draft.title), place(draft))
    };
    let rows = drafts.iter().map(row).collect();
    let purpose = PickerFor::Draft { drafts: drafts.iter().map(|draft| draft.id.clone()).collect(), doomed: None };
    let title = "drafts · enter goes on with one".to_owned();
    model.layers.push(Layer::Picker(Picker { title, rows, chosen: 0, purpose }));
    Vec::new()
}

/// Kind and name of a draft's first object, as far as they are written, and how many more there are.
fn speaks_of(draft: &Draft) -> String {
    let read = documents(&draft.text);
    let Some(first) = read.documents.first() else { return String::new() };
    let name = first.name.as_deref().unwrap_or_default();
    let more = match read.documents.len() {
        1 => String::new(),
        all => format!(" and {} more", all - 1),
    };
    clean(&format!("{} {name}{more}", first.kind)).trim().to_owned()
}

/// Asks in the chosen row whether its draft is to be thrown away.
pub fn doom(model: &mut Model) {
    if let Some(Layer::Picker(Picker { chosen, purpose: PickerFor::Draft { doomed, .. }, .. })) =
        model.layers.last_mut()
    {
        *doomed = Some(*chosen);
    }
}

/// It was agreed to: the draft is thrown away, the list stays while it has another.
pub fn discard(model: &mut Model, mut picker: Picker, place: usize) -> Vec<Effect> {
    let PickerFor::Draft { drafts, .. } = &mut picker.purpose else { return Vec::new() };
    if place >= drafts.len() {
        return Vec::new();
    }
    let id = drafts.remove(place);
    picker.rows.remove(place);
    picker.go(place);
    if !picker.rows.is_empty() {
        model.layers.push(Layer::Picker(picker));
    }
    forget(model, &id)
}

/// Goes on with a draft, in the cluster that it was written for.
pub fn picked(model: &mut Model, id: Option<&DraftId>, now_ms: i64) -> Vec<Effect> {
    let Some(draft) = model.manifests.drafts.iter().find(|draft| Some(&draft.id) == id).cloned() else {
        return Vec::new();
    };
    let cluster = model.fleet.iter().find(|cluster| cluster.info.name == draft.cluster).map(|cluster| cluster.id);
    let Some(cluster) = cluster else {
        let name = clean(&draft.cluster).into_owned();
        model.warn(format!("{name} is not in this fleet: the draft is kept until it is"), now_ms);
        return Vec::new();
    };
    let Draft { id, title, namespace, origin, purpose, text, .. } = draft;
    open_as(model, Opening { title, cluster, namespace, origin, text, purpose }, id)
}

#[cfg(test)]
mod tests;
