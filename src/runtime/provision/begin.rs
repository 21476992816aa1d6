//! From what somebody wants to what they are asked: the module is read and packed, variables are put together.

use std::hash::{BuildHasher, RandomState};

use super::desk::Tools;
use super::given::noting;
use crate::domain::gate::Ask;
use crate::domain::health::Trouble;
use crate::domain::provision::checks::{may_begin, may_make};
use crate::domain::provision::given::{fixed, together};
use crate::domain::provision::manifests::Input;
use crate::domain::provision::news::{Begin, ModuleKnown};
use crate::domain::provision::seen::with_the_past;
use crate::domain::provision::site::{EnvironmentSettings, Order};
use crate::domain::provision::variables::{self, Variable};
use crate::domain::provision::{Kind, Run, run_id};
use crate::domain::request::PortError;

/// Reads an environment's module, off the loop.
///
/// # Errors
/// There is no such environment, or its module cannot be read.
pub(super) async fn module(tools: &Tools, environment: &str, before: Option<&Run>) -> Result<ModuleKnown, Trouble> {
    let (name, settings) = settings(tools, environment)?;
    let read = tools.modules.module(settings.module.clone()).await?;
    let known = known(&read.name, &read.sources)?;
    let (past, is_lost) = match before {
        None => (None, false),
        Some(run) => match tools.runs.given(run).await {
            Ok(past) => (Some(past), false),
            Err(PortError::NotFound(_)) => (None, true),
            Err(error) => return Err(error.trouble().clone()),
        },
    };
    let (has_past, is_hidden) = (past.is_some(), past.as_ref().is_some_and(|past| past.is_hidden));
    let given = past.map_or_else(|| settings.defaults.clone(), |past| past.values);
    Ok(ModuleKnown { environment: name, name: read.name, variables: known.into(), given, has_past, is_hidden, is_lost })
}

pub(super) async fn ask_to_begin(tools: &Tools, begin: Begin, before: Option<&Run>) -> Result<Ask, Trouble> {
    if begin.kind == Kind::Provision {
        // Somebody else may have made it since the runs were listed last.
        may_make(begin.kind, &begin.identity, &runs(tools).await?).map_err(Trouble::new)?;
    }
    let (environment, settings) = settings(tools, &begin.environment)?;
    let read = tools.modules.module(settings.module.clone()).await?;
    let known = known(&read.name, &read.sources)?;
    let asked = (begin.kind, &begin.identity);
    let (last, note) = tools.runs.before(asked, before, false).await.map_err(|error| error.trouble().clone())?;
    let given = match (begin.variables, &last) {
        (Some(variables), _) => variables.into_iter().chain(begin.secret.unwrap_or_default()).collect(),
        (None, Some(last)) => last.values.clone(),
        (None, None) => settings.defaults.clone(),
    };
    let known_before = last.as_ref().map(|last| &last.values);
    may_begin(begin.kind, &begin.identity.name, &known, known_before, &given).map_err(Trouble::new)?;
    let fixed = fixed(&known, &begin.identity, &settings);
    let given = together(begin.kind, &known, given, fixed, &settings, last.as_ref()).map_err(|problems| {
        let first = problems.first().map(|problem| format!("{}: {}", problem.variable, problem.words));
        Trouble::new(first.unwrap_or_default())
    })?;
    let order = Order {
        id: run_id(RandomState::new().hash_one(0_u8)),
        identity: begin.identity,
        kind: begin.kind,
        asked_by: tools.runs.os_user.clone(),
    };
    let mut spec = tools.runs.site().spec(order, (&environment, &settings));
    spec.lock = begin.lock;
    spec.errored = begin.errored;
    spec.check().map_err(Trouble::new)?;
    let module = read.packed?;
    let input =
        Input { module, variables: given.open, secret: given.secret, script: tools.modules.script().to_owned() };
    let ask = tools.runs.plan(&spec, &input).await.map_err(|error| error.trouble().clone())?;
    Ok(noting(ask, note))
}

/// Every run: those whose Jobs are there, and those that the registry remembers.
async fn runs(tools: &Tools) -> Result<Vec<Run>, Trouble> {
    let listed = tools.runs.list().await.map_err(|error| error.trouble().clone())?;
    let Some(kept) = &tools.kept else { return Ok(listed) };
    match tools.runs.past(&**kept).await {
        Ok(past) => Ok(with_the_past(listed, &past)),
        Err(trouble) => {
            tracing::info!(words = trouble.words, "past runs are not remembered");
            Ok(listed)
        }
    }
}

fn settings(tools: &Tools, environment: &str) -> Result<(String, EnvironmentSettings), Trouble> {
    let name = Some(environment).filter(|name| !name.is_empty());
    tools.runs.site().environment(name).map_err(|error| Trouble::new(error.to_string()))
}

fn known(name: &str, sources: &[(String, String)]) -> Result<Vec<Variable>, Trouble> {
    variables::read(sources).map_err(|error| Trouble::new(format!("module {name}: {error}")))
}
