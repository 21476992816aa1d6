//! What is answered to questions about one run: its plan, its outputs, what it takes to agree to it or to clean it up.

use std::sync::Arc;

use jiff::Timestamp;

use super::desk::Tools;
use crate::domain::gate::Ask;
use crate::domain::health::Trouble;
use crate::domain::provision::news::{RunsNews, SharedPlan};
use crate::domain::provision::{Identity, Run, asks, outputs};
use crate::domain::terraform::plan::{Plan, read};

pub(super) async fn reckon(tools: &Tools, id: String, identity: &Identity, plan: &Plan) {
    let cost = tools.runs.cost(identity, plan).await;
    tools.tell(RunsNews::Cost { id, cost: Box::new(cost) });
}

pub(super) async fn read_plan(tools: &Tools, run: Result<Run, Trouble>) -> Result<SharedPlan, Trouble> {
    let run = run?;
    let files = tools.runs.files(&run, &["plan.json"]).await?;
    let Some(text) = files.into_iter().next().flatten() else {
        return Err(Trouble::new(format!("run {} left no plan", run.id)));
    };
    // A plan of 30 MB takes a moment: nothing else waits for it.
    let plan = tokio::task::spawn_blocking(move || read(&text)).await;
    let plan = plan.map_err(|error| Trouble::new(error.to_string()))?;
    plan.map(|plan| SharedPlan(Arc::new(plan))).map_err(|error| Trouble::new(error.to_string()))
}

pub(super) async fn read_outputs(tools: &Tools, run: Result<Run, Trouble>) -> Result<serde_json::Value, Trouble> {
    let run = run?;
    let files = tools.runs.files(&run, &["outputs.json"]).await?;
    let Some(text) = files.into_iter().next().flatten() else {
        return Err(Trouble::new(format!("run {} has applied nothing: there are no outputs", run.id)));
    };
    let told = serde_json::from_str(&text).map_err(|error| Trouble::new(format!("the outputs: {error}")))?;
    Ok(outputs::masked(told))
}

pub(super) async fn approve(
    tools: &Tools,
    run: Result<Run, Trouble>,
    sha256: &str,
    plan: Option<Arc<Plan>>,
) -> Result<Ask, Trouble> {
    // As it stands now: an approval is bound to the Job that was listed.
    let id = run?.id;
    let listed = tools.runs.list().await.map_err(|error| error.trouble().clone())?;
    let run = listed.into_iter().find(|run| run.id == id);
    let run = run.ok_or_else(|| Trouble::new(format!("run {id} is not there any more")))?;
    let (approval, mut checks) = futures::join!(
        tools.runs.approval(sha256, Timestamp::now().as_millisecond()),
        tools.runs.checks(&run, plan.as_deref()),
    );
    if let Some(plan) = &plan {
        checks.notes = asks::notes(&run, plan, checks.notes);
    }
    let change = asks::approve(&run, approval, tools.modules.script(), checks);
    let change = change.map_err(|error| Trouble::new(error.to_string()))?;
    Ok(tools.runs.ask(change))
}

/// What it takes to take a run away; `None` if nothing of it is left but what is remembered.
pub(super) async fn clean_up(
    tools: &Tools,
    run: Result<Run, Trouble>,
    takes_volumes: bool,
    runs: &[Run],
) -> Option<Result<Ask, Trouble>> {
    match run {
        Ok(run) => match tools.runs.clean_up(&run, takes_volumes, runs).await {
            Ok(change) => change.map(|change| Ok(tools.runs.ask(change))),
            Err(error) => Some(Err(Trouble::new(error.to_string()))),
        },
        Err(trouble) => Some(Err(trouble)),
    }
}
