//! What is looked at before a run begins and before its plan is agreed to.

use serde_json::{Map, Value};

use super::fleet::stands;
use super::variables::Variable;
use super::{Identity, Kind, Run};
use crate::domain::eks::{EksDetail, InsightStatus};
use crate::domain::terraform::plan::Plan;

/// What a person is told before they agree.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Checks {
    pub notes: Vec<String>,
    /// Something is done that asks for the cluster's name.
    pub is_dangerous: bool,
    /// Nobody could look inside the cluster.
    pub is_blind: bool,
    /// About what a month costs of what the plan adds, for a column.
    pub cost: Option<String>,
}

/// The variable of ours that keeps EKS from deleting a cluster.
const GUARD: &str = "deletion_protection";

/// Whether the cluster is guarded against deletion, as its variables say.
pub fn is_guarded(variables: &[Variable], given: &Map<String, Value>) -> bool {
    let default = variables.iter().find(|variable| variable.name == GUARD).and_then(|known| known.default.as_ref());
    let said = given.get(GUARD).filter(|value| !value.is_null());
    said.or(default) == Some(&Value::Bool(true))
}

/// What keeps a run from making a cluster: it stands, and only an update knows what it was given and goes by the rules
/// of a change. A first apply that failed may be repeated. `runs`: all that are known, the newest first.
///
/// # Errors
/// In words, with what to do.
pub fn may_make(kind: Kind, identity: &Identity, runs: &[Run]) -> Result<(), String> {
    if kind != Kind::Provision || !stands(runs, identity) {
        return Ok(());
    }
    Err(format!(
        "{identity} stands already: change it by an update, which keeps what is not given anew \
         (u, or eksdeck provision update {})",
        identity.name
    ))
}

/// What keeps a run from beginning. `before`: what the cluster's last run was given.
///
/// # Errors
/// In words, with what to do.
pub fn may_begin(
    kind: Kind,
    name: &str,
    variables: &[Variable],
    before: Option<&Map<String, Value>>,
    now: &Map<String, Value>,
) -> Result<(), String> {
    if kind == Kind::Destroy && is_guarded(variables, now) {
        return Err(format!(
            "{name} is guarded against deletion: switch {GUARD} off in a run of its own first \
             (eksdeck provision update {name} --var {GUARD}=false), then destroy it"
        ));
    }
    let Some(before) = before.filter(|_| kind == Kind::Update) else { return Ok(()) };
    let falls = is_guarded(variables, before) && !is_guarded(variables, now);
    let others = now.iter().any(|(key, value)| key != GUARD && before.get(key) != Some(value));
    if falls && others {
        return Err(format!("{GUARD} is switched off in a run of its own: change nothing else with it"));
    }
    match (text(before, "kubernetes_version"), text(now, "kubernetes_version")) {
        (Some(from), Some(to)) => super::version_step(from, to),
        _ => Ok(()),
    }
}

fn text<'a>(values: &'a Map<String, Value>, key: &str) -> Option<&'a str> {
    values.get(key)?.as_str()
}

/// What a plan does that asks for more care than its counts tell.
pub fn of_plan(plan: &Plan) -> Checks {
    let lifts_guard = plan.changes.iter().any(|change| {
        let is_guard = |attribute: &crate::domain::terraform::plan::Attribute| {
            let (before, after) = attribute.sides();
            attribute.name().ends_with(GUARD) && before.contains("true") && after.contains("false")
        };
        change.attributes().iter().any(is_guard)
    });
    let notes = lifts_guard.then(|| "the guard against deletion is switched off".to_owned());
    Checks { notes: notes.into_iter().collect(), is_dangerous: lifts_guard, ..Checks::default() }
}

/// What AWS says of a cluster before its version changes: checks that do not pass, nodes that lag behind.
pub fn before_update(detail: &EksDetail, version: &str) -> Vec<String> {
    let mut notes = Vec::new();
    match &detail.insights {
        Ok(insights) => {
            let bad = insights.iter().filter(|insight| {
                let is_bad = matches!(insight.status, InsightStatus::Error | InsightStatus::Warning);
                is_bad && insight.category == "UPGRADE_READINESS"
            });
            notes.extend(
                bad.map(|insight| format!("upgrade insight {}: {}: {}", insight.name, insight.status, insight.reason)),
            );
        }
        Err(trouble) => notes.push(format!("upgrade insights could not be read: {}", trouble.words)),
    }
    match &detail.nodegroups {
        Ok(groups) => {
            let lagging = groups.iter().filter(|group| !group.version.is_empty() && group.version != version);
            notes.extend(
                lagging.map(|group| {
                    format!("node group {} runs {}, the control plane {version}", group.name, group.version)
                }),
            );
        }
        Err(trouble) => notes.push(format!("node groups could not be read: {}", trouble.words)),
    }
    notes
}
