//! From forms and editors to the gate and back: what is submitted, what the server says of it, and objects that are
//! opened for editing.

use serde_json::Value;

use super::{changes, editor};
use crate::app::model::Model;
use crate::domain::draft::DraftPurpose;
use crate::domain::effect::{Effect, Opens, Purpose, TaskKey};
use crate::domain::gate::ask::{Mode, Wanted, named};
use crate::domain::gate::{DryRun, Fate, Proposal, Report};
use crate::domain::ids::{ClusterId, KindId, ObjectKey};
use crate::domain::manifest::clone::clone;
use crate::domain::manifest::for_edit;
use crate::domain::manifest::yaml::{to_documents, to_yaml};
use crate::domain::request::{FetchReply, FetchRequest, PortError, PortErrorKind};
use crate::domain::suffix::suffix;
use crate::domain::text::clean;
use crate::kinds::table::{entry, entry_named};
use crate::layers::Layer;
use crate::layers::confirm::Origin;
use crate::layers::editor::{Editor, ServerMessage};
use crate::layers::form::{FormFor, Made};
use crate::layers::prompt::{Prompt, Purpose as PromptFor};
use crate::yaml::manifest::documents;

/// What a form made goes to the gate, or into the editor.
pub fn made(model: &mut Model, purpose: &FormFor, made: Made, edit: bool, now_ms: i64) -> Vec<Effect> {
    let (cluster, namespace) = match purpose {
        FormFor::Template { cluster, namespace, .. } | FormFor::Labels { cluster, namespace, .. } => {
            (*cluster, namespace.to_string())
        }
        FormFor::Namespace { cluster, .. } => (*cluster, String::new()),
        FormFor::Register(_) | FormFor::Edit(_) | FormFor::Access { .. } => return Vec::new(),
    };
    if edit {
        let text = match made {
            Made::Manifest(text) => text,
            Made::Objects(objects) => to_documents(&objects),
            Made::Patch(_) => {
                return open_object(Some(cluster), KindId::Namespace, ObjectKey::new("", namespace), Opens::Edit);
            }
        };
        model.layers.pop();
        let (title, origin) = match purpose {
            FormFor::Template { template, .. } => {
                ("new manifest".to_owned(), format!("from template {}", template.name))
            }
            _ => ("new namespace".to_owned(), String::new()),
        };
        let opening = editor::Opening { title, cluster, namespace, origin, text, purpose: DraftPurpose::New };
        return editor::open(model, opening, now_ms);
    }
    let wanted = match made {
        Made::Manifest(text) => {
            let read = documents(&text);
            if let Some(error) = read.first_error() {
                let words =
                    format!("what the template makes is no manifest: line {}: {}", error.place.line + 1, error.words);
                model.warn(words, now_ms);
                return Vec::new();
            }
            let manifests = read.documents.into_iter().map(|document| document.value).collect();
            Wanted::Submit { manifests, namespace: namespace.into(), mode: Mode::Create }
        }
        Made::Objects(manifests) => Wanted::Submit { manifests, namespace: namespace.into(), mode: Mode::Create },
        Made::Patch(Some(patch)) => Wanted::Label { namespace: namespace.into(), labels: labels_of(&patch) },
        Made::Patch(None) => {
            model.toast("no label was changed", now_ms);
            return Vec::new();
        }
    };
    changes::ask_in(model, cluster, wanted, 0, Origin::Form)
}

/// A file was read: its text is a new draft. One that could not be read is asked for again.
pub fn file_read(model: &mut Model, path: &str, result: Result<String, String>, now_ms: i64) -> Vec<Effect> {
    let Some(cluster) = model.deck.cluster else { return Vec::new() };
    match result {
        Ok(_) if asks(model) => {
            model.toast(format!("{} was read: open it again", clean(path)), now_ms);
            Vec::new()
        }
        Ok(text) => {
            let namespace = model.deck.namespace.as_deref().unwrap_or_default().to_owned();
            let (title, origin) = ("new manifest".to_owned(), format!("from {}", clean(path)));
            let opening = editor::Opening { title, cluster, namespace, origin, text, purpose: DraftPurpose::New };
            editor::open(model, opening, now_ms)
        }
        Err(why) => {
            model.warn(clean(&why), now_ms);
            model.layers.push(Layer::Prompt(Prompt::new(PromptFor::OpenFile, path)));
            Vec::new()
        }
    }
}

/// The labels of a merge patch; `None` takes one away.
fn labels_of(patch: &Value) -> Vec<(String, Option<String>)> {
    let labels = patch.pointer("/metadata/labels").and_then(Value::as_object);
    let labels = labels.into_iter().flatten();
    labels.map(|(key, value)| (key.clone(), value.as_str().map(str::to_owned))).collect()
}

/// The editor's text, document by document, to the gate. The text parses.
pub fn submit(model: &mut Model, dry_run: bool) -> Vec<Effect> {
    let Some(editor) = model.editor_mut() else { return Vec::new() };
    if let Some(words) = another_object(editor) {
        editor.say(words);
        return Vec::new();
    }
    let manifests = editor.documents().iter().map(|document| document.value.clone());
    let (manifests, mode) = match &editor.purpose {
        DraftPurpose::New => (manifests.collect(), Mode::Create),
        DraftPurpose::Edit { resource_version, .. } => {
            let versioned = manifests.map(|mut manifest| {
                if let Some(metadata) = manifest.get_mut("metadata").and_then(Value::as_object_mut) {
                    metadata.insert("resourceVersion".to_owned(), resource_version.as_str().into());
                }
                manifest
            });
            (versioned.collect(), Mode::Replace)
        }
    };
    let (cluster, namespace) = (editor.cluster, editor.namespace.as_str().into());
    changes::ask_in(model, cluster, Wanted::Submit { manifests, namespace, mode }, 0, Origin::Editor { dry_run })
}

/// Why the text is no edit of the object that was opened.
fn another_object(editor: &Editor) -> Option<String> {
    let DraftPurpose::Edit { api_version, kind, namespace, name, .. } = &editor.purpose else { return None };
    let [document] = editor.documents() else {
        return Some(format!("this is an edit of {kind} {name} alone: other documents go on a page of their own"));
    };
    let own = document.namespace.as_deref().unwrap_or(namespace);
    let group = |api_version: &str| api_version.split_once('/').map_or("", |(group, _)| group).to_owned();
    let same = group(&document.api_version) == group(api_version)
        && document.kind == *kind
        && document.name.as_deref() == Some(name)
        && own == namespace;
    (!same).then(|| format!("kind, namespace and name cannot be changed: this is an edit of {kind} {name}"))
}

/// What the cluster says of an editor's text before anything is sent: true if there is no question to be put.
pub fn proposed(model: &mut Model, proposal: &Proposal, dry_run: bool) -> (bool, Vec<Effect>) {
    let messages: Vec<ServerMessage> = proposal.targets.iter().enumerate().map(said).collect();
    let conflict = proposal
        .targets
        .iter()
        .any(|target| matches!(target.dry_run, DryRun::Refused { kind: PortErrorKind::Conflict, .. }));
    let hindrance = proposal.hindrance();
    let Some(editor) = model.editor_mut() else { return (false, Vec::new()) };
    let is_edit = matches!(editor.purpose, DraftPurpose::Edit { .. });
    editor.server_said(messages.into_iter().filter(|message| !message.fields.is_empty()).collect());
    if let Some(trouble) = hindrance {
        let remedy = trouble.remedy.map(|remedy| format!(" ({remedy})")).unwrap_or_default();
        editor.say(format!("{}{remedy}", trouble.words));
        let effects = if conflict && is_edit { theirs(editor) } else { Vec::new() };
        return (true, effects);
    }
    if !dry_run {
        return (false, Vec::new());
    }
    let count = proposal.targets.len();
    let untried = proposal.targets.iter().filter(|target| matches!(target.dry_run, DryRun::NotTried(_))).count();
    let changes: usize = proposal.targets.iter().map(|target| changes_of(&target.dry_run)).sum();
    let objects = if count == 1 { "1 object".to_owned() } else { format!("{count} objects") };
    let changed = if is_edit { format!(", {changes} fields would change") } else { String::new() };
    let rest =
        if untried > 0 { format!(", {untried} not tried: their namespace is made first") } else { String::new() };
    editor.say(format!("the server takes it: {objects}{changed}{rest}; nothing was written"));
    (true, Vec::new())
}

fn changes_of(dry_run: &DryRun) -> usize {
    match dry_run {
        DryRun::Passed { changes, .. } => changes.len(),
        DryRun::Refused { .. } | DryRun::NotTried(_) => 0,
    }
}

/// What the server said of one document.
fn said((document, target): (usize, &crate::domain::gate::Target)) -> ServerMessage {
    let fields = match &target.dry_run {
        DryRun::Refused { trouble, causes, .. } => told(trouble, causes),
        DryRun::Passed { warnings, .. } => warnings.iter().map(|words| (None, words.clone())).collect(),
        DryRun::NotTried(_) => Vec::new(),
    };
    ServerMessage { document, fields }
}

fn told(trouble: &crate::domain::health::Trouble, causes: &[(String, String)]) -> Vec<(Option<String>, String)> {
    match causes.is_empty() {
        true => vec![(None, trouble.words.clone())],
        false => causes.iter().map(|(field, words)| (Some(field.clone()), words.clone())).collect(),
    }
}

/// A change of an editor's text has ended: its draft goes with a whole one; else the words go on their lines.
pub fn reported(model: &mut Model, report: &Report) -> Vec<Effect> {
    if report.is_whole() {
        let Some(place) = model.layers.iter().rposition(|layer| matches!(layer, Layer::Editor(_))) else {
            return Vec::new();
        };
        let Layer::Editor(editor) = model.layers.remove(place) else { return Vec::new() };
        return editor::forget(model, &editor.draft);
    }
    let Some(editor) = model.editor_mut() else { return Vec::new() };
    let messages = report.fates.iter().enumerate().filter_map(|(document, (_, fate))| match fate {
        Fate::Refused { trouble, causes, .. } => Some(ServerMessage { document, fields: told(trouble, causes) }),
        _ => None,
    });
    let messages: Vec<ServerMessage> = messages.collect();
    editor.server_said(messages);
    let conflict =
        report.fates.iter().any(|(_, fate)| matches!(fate, Fate::Refused { kind: PortErrorKind::Conflict, .. }));
    let is_edit = matches!(editor.purpose, DraftPurpose::Edit { .. });
    if conflict && is_edit { theirs(editor) } else { Vec::new() }
}

/// Whether a question is on top: nothing is laid over it.
fn asks(model: &Model) -> bool {
    matches!(model.layers.last(), Some(Layer::Confirm(_)))
}

/// Asks for the version that somebody else made of what is edited.
fn theirs(editor: &Editor) -> Vec<Effect> {
    let DraftPurpose::Edit { api_version, kind, namespace, name, .. } = &editor.purpose else { return Vec::new() };
    let Some(found) = entry_named(api_version, kind) else { return Vec::new() };
    let key = ObjectKey::new(namespace.as_str(), name.as_str());
    fetch(editor.cluster, found.id, key, Opens::Theirs)
}

/// Reads an object to open it in the editor.
pub fn open_object(cluster: Option<ClusterId>, kind: KindId, key: ObjectKey, opens: Opens) -> Vec<Effect> {
    cluster.map_or_else(Vec::new, |cluster| fetch(cluster, kind, key, opens))
}

fn fetch(cluster: ClusterId, kind: KindId, key: ObjectKey, opens: Opens) -> Vec<Effect> {
    let purpose = Purpose::Open { key: key.clone(), opens };
    let task = TaskKey { cluster, kind: Some(kind), purpose };
    vec![Effect::Fetch { task, request: FetchRequest::Object { kind, key } }]
}

/// The object came that was to be opened.
pub fn opened(
    model: &mut Model,
    cluster: ClusterId,
    kind: KindId,
    key: &ObjectKey,
    opens: Opens,
    result: Result<FetchReply, PortError>,
    now_ms: i64,
) -> Vec<Effect> {
    let object = match result {
        Ok(FetchReply::Object(object)) => object,
        Ok(_) => return Vec::new(),
        Err(error) => {
            model.warn(error.trouble().words.clone(), now_ms);
            return Vec::new();
        }
    };
    if asks(model) && opens != Opens::Theirs {
        model.toast(format!("{key} was read while a question stood here: open it again"), now_ms);
        return Vec::new();
    }
    let version = object.pointer("/metadata/resourceVersion").and_then(Value::as_str).unwrap_or_default().to_owned();
    let text = to_yaml(&for_edit(&object));
    let word = entry(kind).kind_name;
    let opening = match opens {
        Opens::Theirs => {
            if let Some(editor) = model.editor_mut() {
                editor.conflict(text, Some(version));
            }
            return Vec::new();
        }
        Opens::Edit => editor::Opening {
            title: format!("edit {word} {}", key.name),
            cluster,
            namespace: key.namespace.to_string(),
            origin: String::new(),
            text,
            purpose: DraftPurpose::Edit {
                api_version: object["apiVersion"].as_str().unwrap_or_default().to_owned(),
                kind: word.to_owned(),
                namespace: key.namespace.to_string(),
                name: key.name.to_string(),
                resource_version: version,
            },
        },
        Opens::Clone => {
            let copy = clone(&object, &suffix(now_ms));
            editor::Opening {
                title: format!("new {word} {}", named(&copy)),
                cluster,
                namespace: key.namespace.to_string(),
                origin: format!("clone of {}", key.name),
                text: to_yaml(&copy),
                purpose: DraftPurpose::New,
            }
        }
    };
    editor::open(model, opening, now_ms)
}
