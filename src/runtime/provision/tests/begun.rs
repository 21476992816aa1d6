//! What a new run is asked for with, from what the management cluster still has.

use std::collections::BTreeMap;
use std::sync::Arc;

use futures::future::BoxFuture;
use serde_json::{Value, json};
use tokio_util::sync::CancellationToken;

use crate::domain::audit::Record;
use crate::domain::cluster::ClusterInfo;
use crate::domain::gate::ask::Wanted;
use crate::domain::gate::{ApprovedWrite, Change, Policy, RunChange, Write};
use crate::domain::health::Trouble;
use crate::domain::ids::ClusterId;
use crate::domain::logs::LogSource;
use crate::domain::provision::news::Begin;
use crate::domain::provision::site::{EnvironmentSettings, ModuleSource, Site};
use crate::domain::provision::tests::samples::*;
use crate::domain::provision::{Kind, Phase, Run, seen};
use crate::domain::request::{FetchReply, FetchRequest, NotWritten, PortError, WriteError, WriteReply};
use crate::runtime::gate::Gate;
use crate::runtime::news::NewsInbox;
use crate::runtime::ports::{
    AuditPort, FleetPort, LogReader, LogRequest, ModulePort, ModuleRead, OpenOptions, SessionSink, WritePort,
};
use crate::runtime::provision::Runs;
use crate::runtime::provision::begin::{ask_to_begin, module};
use crate::runtime::provision::desk::Tools;

const MODULE: &str = r#"
variable "name" { type = string }
variable "size" {
  type    = number
  default = 1
}
variable "password" {
  type      = string
  sensitive = true
  default   = "none"
}
"#;

/// A management cluster by the beginnings of its paths; what is not there is not found.
#[derive(Clone, Default)]
struct Cluster(BTreeMap<String, Result<Value, PortError>>);

impl Cluster {
    fn with(mut self, path: &str, answer: Result<Value, PortError>) -> Self {
        self.0.insert(path.to_owned(), answer);
        self
    }
}

impl FleetPort for Cluster {
    fn clusters(&self) -> Vec<ClusterInfo> {
        vec![ClusterInfo::sample("tools")]
    }

    fn open(&self, _: ClusterId, _: OpenOptions, _: Arc<dyn SessionSink>, _: CancellationToken) {}

    fn retry_now(&self, _: ClusterId) {}

    fn answer_consent(&self, _: ClusterId, _: String, _: bool) {}

    fn fetch(&self, _: ClusterId, request: FetchRequest) -> BoxFuture<'static, Result<FetchReply, PortError>> {
        let FetchRequest::Path { path } = request else { panic!("not asked for here: {request:?}") };
        let found = self.0.get(path.split('?').next().unwrap_or_default()).cloned();
        let answer = match found {
            Some(answer) => answer,
            None if path.contains('?') => Ok(json!({"metadata": {}, "items": []})),
            None => Err(PortError::NotFound(Trouble::new("not found"))),
        };
        Box::pin(async move { answer.map(|object| FetchReply::Object(Box::new(object))) })
    }

    fn open_log(&self, _: LogSource, _: LogRequest) -> BoxFuture<'static, Result<LogReader, PortError>> {
        panic!("no log is read here")
    }
}

impl WritePort for Cluster {
    fn dry_run(&self, _: ClusterId, _: Write) -> BoxFuture<'static, Result<WriteReply, WriteError>> {
        panic!("nothing is written here")
    }

    fn write(&self, _: ApprovedWrite) -> BoxFuture<'static, Result<WriteReply, NotWritten>> {
        panic!("nothing is written here")
    }
}

impl AuditPort for Cluster {
    fn record(&self, _: Record) -> BoxFuture<'static, Result<u64, Trouble>> {
        panic!("nothing is written here")
    }
}

struct Own;

impl ModulePort for Own {
    fn module(&self, _: ModuleSource) -> BoxFuture<'static, Result<ModuleRead, Trouble>> {
        let sources = vec![("main.tf".to_owned(), MODULE.to_owned())];
        Box::pin(async move { Ok(ModuleRead { name: "own".to_owned(), sources, packed: Ok("packed".to_owned()) }) })
    }

    fn script(&self) -> &'static str {
        "true"
    }
}

/// The run that made `one`, as the server lists it.
fn made() -> (Vec<Value>, Vec<Value>) {
    let spec = spec("aaaa1111", "one", Kind::Provision);
    let jobs = [job(&spec, Phase::Plan, 0), job(&spec, Phase::Apply, 1)].map(started);
    let pods = [pod(&jobs[0], ended(&planned(0))), pod(&jobs[1], ended(&applied()))];
    (jobs.to_vec(), pods.to_vec())
}

fn last() -> Run {
    let (jobs, pods) = made();
    seen::runs(&jobs, &pods).remove(0)
}

fn path(kind: &str) -> String {
    format!("/api/v1/namespaces/eksdeck/{kind}/{}", last().plan.unwrap().job)
}

/// With what the run was given still there.
fn remembering() -> Cluster {
    let given = json!({"data": {"tfvars.json": json!({"name": "one", "size": 7}).to_string()}});
    Cluster::default().with(&path("configmaps"), Ok(given))
}

fn tools(cluster: Cluster) -> Tools {
    let fleet = Arc::new(cluster);
    let gate = Gate::new(fleet.clone(), fleet.clone(), Policy::default());
    let dev = EnvironmentSettings {
        account: "111111111111".to_owned(),
        region: "eu-west-1".to_owned(),
        ..EnvironmentSettings::default()
    };
    let site = Arc::new(Site { environments: [("dev".to_owned(), dev)].into(), ..Site::default() });
    let runs = Runs::new(gate, fleet, ClusterId(0), site, ("me".to_owned(), "ann".to_owned()));
    Tools { runs, modules: Arc::new(Own), kept: None, news: NewsInbox::new() }
}

async fn begun(cluster: Cluster, kind: Kind, secret: Option<Value>) -> Result<Box<RunChange>, String> {
    let run = last();
    let order = Begin {
        kind,
        environment: "dev".to_owned(),
        identity: run.identity.clone(),
        variables: secret.is_some().then(|| json!({"name": "one", "size": 7}).as_object().unwrap().clone()),
        secret: secret.map(|secret| secret.as_object().unwrap().clone()),
        before: Some(run.id.clone()),
        lock: (kind == Kind::Unlock).then(|| "00000000-0000-0000-0000-000000000000".to_owned()),
        errored: (kind == Kind::Push).then(|| run.id.clone()),
    };
    match ask_to_begin(&tools(cluster), order, Some(&run)).await {
        Ok(ask) => match ask.what {
            Wanted::Run(change) => Ok(change),
            other => panic!("{other:?}"),
        },
        Err(trouble) => Err(trouble.words),
    }
}

/// The variables that a run's ConfigMap would have.
fn variables(change: &RunChange) -> Value {
    let config = change.writes.iter().find(|write| write.resource.kind == "ConfigMap").unwrap();
    let Change::Create { manifest } = &config.change else { panic!("{config:?}") };
    serde_json::from_str(manifest["data"]["tfvars.json"].as_str().unwrap()).unwrap()
}

#[tokio::test]
async fn a_cluster_that_somebody_else_made_meanwhile_is_not_made_anew() {
    let (jobs, pods) = made();
    let list = |items: Vec<Value>| Ok(json!({"metadata": {}, "items": items}));
    let cluster = Cluster::default()
        .with("/apis/batch/v1/namespaces/eksdeck/jobs", list(jobs))
        .with("/api/v1/namespaces/eksdeck/pods", list(pods));
    let words = begun(cluster, Kind::Provision, None).await.unwrap_err();
    assert!(words.contains("eksdeck provision update one"), "{words}");
    let change = begun(Cluster::default(), Kind::Provision, Some(json!({}))).await.unwrap();
    assert_eq!(variables(&change)["name"], "one", "nothing of it is there");
}

#[tokio::test]
async fn what_a_cluster_was_given_and_nobody_knows_any_more_keeps_only_its_change_from_beginning() {
    let known = begun(remembering(), Kind::Update, None).await.unwrap();
    assert_eq!(variables(&known)["size"], 7);
    let noted = |change: &RunChange| change.notes.iter().any(|note| note.contains("is gone with its Job"));
    assert!(!noted(&known));
    for kind in [Kind::Update, Kind::Destroy] {
        let words = begun(Cluster::default(), kind, None).await.unwrap_err();
        let remedy = format!("eksdeck provision {} one --var-file FILE", kind.word());
        assert!(
            words.contains("what run aaaa1111 was given is gone with its Job") && words.contains(&remedy),
            "{words}"
        );
    }
    for kind in [Kind::Test, Kind::Drift] {
        let change = begun(Cluster::default(), kind, None).await.unwrap();
        assert_eq!(variables(&change)["name"], "one");
        assert!(noted(&change), "{kind:?}: {:?}", change.notes);
    }
    let unreachable = Err(PortError::Unreachable(Trouble::new("refused")));
    let silent = Cluster::default().with(&path("configmaps"), unreachable);
    for kind in [Kind::Unlock, Kind::Push] {
        for cluster in [Cluster::default(), remembering(), silent.clone()] {
            assert_eq!(variables(&begun(cluster, kind, None).await.unwrap()), json!({}), "{kind:?}");
        }
    }
    assert!(begun(silent, Kind::Drift, None).await.is_err(), "it may be there: nobody could look");
    let form = module(&tools(Cluster::default()), "dev", Some(&last())).await.unwrap();
    assert!(form.is_lost && !form.has_past, "a test is filled in all the same");
}

#[tokio::test]
async fn a_secret_that_may_not_be_read_is_not_taken_for_none() {
    let hidden = || {
        let forbidden = Err(PortError::Forbidden(Trouble::new("secrets is forbidden")));
        remembering().with(&path("secrets"), forbidden)
    };
    for kind in [Kind::Update, Kind::Destroy, Kind::Drift] {
        let words = begun(hidden(), kind, None).await.unwrap_err();
        assert!(words.starts_with("password: ") && words.ends_with("give it again"), "{words}");
    }
    assert!(begun(hidden(), Kind::Update, Some(json!({"password": "anew"}))).await.is_ok());
    assert!(begun(hidden(), Kind::Unlock, None).await.is_ok());
    assert!(begun(remembering(), Kind::Update, None).await.is_ok(), "there was none");
    assert!(module(&tools(hidden()), "dev", Some(&last())).await.unwrap().is_hidden);
}
