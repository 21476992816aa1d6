//! `eksdeck job create -f FILE|-` and `--template NAME`.

use std::io::Read;
use std::path::Path;
use std::process::ExitCode;

use clap::{ArgGroup, Args};
use tokio::runtime::Runtime;

use crate::app::clock::now_ms;
use crate::cli::Global;
use crate::cli::exit::{self, FAILED, Failure, NOT_FOUND, USAGE, say};
use crate::cli::scope::Asked;
use crate::cli::setup;
use crate::cli::write::{self, Places, Writing};
use crate::config::own_templates;
use crate::domain::field::FieldKind;
use crate::domain::field_path::Step;
use crate::domain::gate::ask::{Mode, Wanted};
use crate::domain::ids::{ClusterId, KindId, ObjectKey};
use crate::domain::request::{FetchReply, FetchRequest};
use crate::domain::suffix::suffix;
use crate::domain::template::{Given, Template, Templates, Values, parse};
use crate::yaml::manifest::{Severity, documents, read_bytes};

#[derive(Debug, Args)]
#[command(group(ArgGroup::new("source").required(true).args(["file", "template"])))]
pub struct Create {
    /// Manifests, or a template, in a file; `-` reads standard input
    #[arg(short, long, value_name = "FILE")]
    file: Option<String>,
    /// A template by its name: plain, parallel, indexed, volume, cronjob, from-cronjob, debug-pod, or one of your own
    #[arg(long, value_name = "NAME")]
    template: Option<String>,
    /// A value of the template, such as image=busybox:1.36; several times for several
    #[arg(long, value_name = "FIELD=VALUE", value_parser = setting)]
    set: Vec<(String, String)>,
    #[command(flatten)]
    writing: Writing,
}

/// What is made, and how its text is called.
struct Source {
    name: String,
    text: String,
}

pub fn run(global: &Global, flags: &Create) -> Result<ExitCode, Failure> {
    let (asked, runtime) = (Asked::read(global)?, setup::runtime()?);
    let result = create(global, flags, &asked, &runtime);
    runtime.shutdown_background();
    result
}

fn create(global: &Global, flags: &Create, asked: &Asked, runtime: &Runtime) -> Result<ExitCode, Failure> {
    let cluster = write::cluster(asked)?;
    let namespace = write::namespace(asked, cluster, &global.namespace)?;
    let source = match (&flags.file, &flags.template) {
        (Some(file), _) => from_file((asked, runtime), cluster, file, &flags.set, &namespace)?,
        (None, Some(name)) => {
            let templates = Templates::with_own(own_templates(&asked.setup.loaded.paths));
            let template = templates.named(name).ok_or_else(|| unknown(&templates, name))?;
            from_template((asked, runtime), cluster, template, &flags.set, &namespace)?
        }
        (None, None) => return Err(Failure::new(USAGE, "wants -f FILE or --template NAME")),
    };
    let read = documents(&source.text);
    for problem in &read.problems {
        let (line, column) = (problem.place.line + 1, problem.place.column + 1);
        let remedy = if problem.remedy.is_empty() { String::new() } else { format!(" ({})", problem.remedy) };
        say(&format!("{}:{line}:{column}: {}{remedy}", source.name, problem.words));
    }
    if read.problems.iter().any(|problem| problem.severity == Severity::Error) {
        return Err(Failure::new(FAILED, format!("{}: nothing was sent", source.name)));
    }
    if read.documents.is_empty() {
        return Err(Failure::new(USAGE, format!("{}: there is no manifest in it", source.name)));
    }
    let manifests = read.documents.iter().map(|document| document.value.clone()).collect();
    let places: Places<'_> = Box::new(|document: usize, field: &[Step]| {
        let document = read.documents.get(document)?;
        let place = document.place_told(&document.places(&source.text), field)?;
        Some(format!("{}:{}:{}", source.name, place.line + 1, place.column + 1))
    });
    let wanted = Wanted::Submit { manifests, namespace: namespace.into(), mode: Mode::Create };
    write::run_at((asked, runtime), wanted, &flags.writing, &places)
}

fn from_file(
    with: (&Asked, &Runtime),
    cluster: ClusterId,
    file: &str,
    set: &[(String, String)],
    namespace: &str,
) -> Result<Source, Failure> {
    let shown = if file == "-" { "standard input" } else { file };
    let unread = |words: &dyn std::fmt::Display| Failure::new(FAILED, format!("{shown}: {words}"));
    let mut bytes = Vec::new();
    match file {
        "-" => std::io::stdin().lock().read_to_end(&mut bytes).map(|_| ()),
        path => std::fs::read(path).map(|read| bytes = read),
    }
    .map_err(|error| match error.kind() {
        std::io::ErrorKind::NotFound => Failure::new(NOT_FOUND, format!("{shown}: {error}")),
        _ => unread(&error),
    })?;
    let text = read_bytes(&bytes).map_err(|error| unread(&error))?;
    // A file that declares fields is a template, as one in the templates folder would be.
    if text.lines().any(|line| line.starts_with("# @field ")) {
        let name = Path::new(file).file_stem().unwrap_or_default().to_string_lossy();
        let template = parse(&name, &text).map_err(|error| unread(&error))?;
        return from_template(with, cluster, &template, set, namespace);
    }
    if let Some((field, _)) = set.first() {
        let words = format!("--set {field}: the file declares no field (# @field), so there is nothing to set");
        return Err(Failure::new(USAGE, format!("{shown}: {words}")));
    }
    Ok(Source { name: shown.to_owned(), text })
}

fn from_template(
    with: (&Asked, &Runtime),
    cluster: ClusterId,
    template: &Template,
    set: &[(String, String)],
    namespace: &str,
) -> Result<Source, Failure> {
    let mut values: Values = set.iter().cloned().collect();
    if let Some(unknown) = values.keys().find(|id| template.field(id).is_none()) {
        let known: Vec<&str> = template.fields.iter().map(|field| field.id.as_str()).collect();
        let words = format!("--set {unknown}: template {} has no such field: {}", template.name, known.join(", "));
        return Err(Failure::new(USAGE, words));
    }
    for field in template.fields.iter().filter(|field| field.kind == FieldKind::Namespace) {
        values.entry(field.id.clone()).or_insert_with(|| namespace.to_owned());
    }
    let source = template.fields.iter().find(|field| field.kind == FieldKind::CronJob);
    let cronjob = match source.and_then(|field| values.get(&field.id)) {
        Some(name) => Some(cronjob(with, cluster, namespace, name)?),
        None => None,
    };
    let suffix = suffix(now_ms());
    let text = template.instantiate(&values, Given { suffix: &suffix, cronjob: cronjob.as_ref() });
    let text = text.map_err(|problems| {
        problems.iter().for_each(|problem| say(&format!("--set {problem}")));
        Failure::new(USAGE, format!("template {}: nothing was sent", template.name))
    })?;
    Ok(Source { name: format!("template {}", template.name), text })
}

fn cronjob(
    (asked, runtime): (&Asked, &Runtime),
    cluster: ClusterId,
    namespace: &str,
    name: &str,
) -> Result<serde_json::Value, Failure> {
    let request = FetchRequest::Object { kind: KindId::CronJob, key: ObjectKey::new(namespace, name) };
    let answer = runtime.block_on(asked.port.fetch(cluster, request));
    match answer? {
        FetchReply::Object(object) => Ok(*object),
        _ => Err(Failure::new(exit::FAILED, format!("cronjob {namespace}/{name}: it could not be read"))),
    }
}

fn unknown(templates: &Templates, name: &str) -> Failure {
    if let Some(broken) = templates.broken.iter().find(|broken| *broken.name == *name) {
        return Failure::new(FAILED, format!("{}: {}", broken.file, broken.error));
    }
    let known: Vec<&str> = templates.all.iter().map(|template| &*template.name).collect();
    Failure::new(NOT_FOUND, format!("no template is named `{name}`: {}", known.join(", ")))
}

fn setting(text: &str) -> Result<(String, String), String> {
    let (field, value) = text.split_once('=').ok_or("wants FIELD=VALUE")?;
    Ok((field.trim().to_owned(), value.to_owned()))
}
