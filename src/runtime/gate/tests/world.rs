//! A cluster and an audit that do what a test says, and remember in which order they were spoken to.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use futures::future::BoxFuture;
use serde_json::{Value, json};
use tokio_util::sync::CancellationToken;

use crate::domain::audit::Record;
use crate::domain::cluster::ClusterInfo;
use crate::domain::gate::{ApprovedWrite, Change, Policy, Resource, Write};
use crate::domain::health::Trouble;
use crate::domain::ids::ClusterId;
use crate::domain::logs::LogSource;
use crate::domain::request::{NotWritten, Served, ServedResource, WriteError, WriteReply};
use crate::runtime::gate::Gate;
use crate::runtime::ports::{
    AuditPort, FetchReply, FetchRequest, FleetPort, LogReader, LogRequest, OpenOptions, PortError, SessionSink,
    WritePort,
};

/// What is about to happen.
pub enum Moment<'a> {
    /// Of an object by this path.
    Read(&'a str),
    Record(&'a Record),
    Write(&'a Write),
}

/// What goes wrong instead.
pub enum Mishap {
    Read(PortError),
    Audit(Trouble),
    Write(WriteError),
}

/// Hears of everything before it happens, may change the objects, and may make it fail.
type Hook = Box<dyn FnMut(&Moment<'_>, &mut BTreeMap<String, Value>) -> Option<Mishap> + Send>;

#[derive(Default)]
struct State {
    objects: BTreeMap<String, Value>,
    lines: u64,
    said: Vec<String>,
    hook: Option<Hook>,
}

#[derive(Clone, Default)]
pub struct World {
    state: Arc<Mutex<State>>,
}

pub fn job_path(name: &str) -> String {
    format!("/apis/batch/v1/namespaces/web/jobs/{name}")
}

pub fn job(name: &str) -> Value {
    json!({
        "apiVersion": "batch/v1",
        "kind": "Job",
        "metadata": {"name": name, "namespace": "web", "uid": format!("uid-{name}"), "generation": 1, "resourceVersion": "1"},
        "spec": {"suspend": false},
    })
}

/// The object is there in a newer version.
pub fn touch(object: &mut Value) {
    let version: u64 = object["metadata"]["resourceVersion"].as_str().unwrap().parse().unwrap();
    object["metadata"]["resourceVersion"] = (version + 1).to_string().into();
    object["status"]["ready"] = version.into();
}

pub fn failed(error: PortError, may_be_done: bool) -> WriteError {
    WriteError { error, causes: Vec::new(), reason: String::new(), may_be_done }
}

pub fn unreachable() -> PortError {
    PortError::Unreachable(Trouble::new("connection refused by 127.0.0.1:1"))
}

impl World {
    pub fn with_jobs(names: &[&str]) -> Self {
        let world = Self::default();
        world.state.lock().unwrap().objects = names.iter().map(|name| (job_path(name), job(name))).collect();
        world
    }

    pub fn gate(&self) -> Gate {
        self.gate_with(Policy::default())
    }

    pub fn gate_with(&self, policy: Policy) -> Gate {
        Gate::new(Arc::new(self.clone()), Arc::new(self.clone()), policy)
    }

    pub fn on(&self, hook: impl FnMut(&Moment<'_>, &mut BTreeMap<String, Value>) -> Option<Mishap> + Send + 'static) {
        self.state.lock().unwrap().hook = Some(Box::new(hook));
    }

    pub fn change(&self, path: &str, change: impl FnOnce(&mut Value)) {
        change(self.state.lock().unwrap().objects.get_mut(path).unwrap());
    }

    pub fn put(&self, path: &str, object: Value) {
        self.state.lock().unwrap().objects.insert(path.to_owned(), object);
    }

    pub fn remove(&self, path: &str) {
        self.state.lock().unwrap().objects.remove(path).unwrap();
    }

    /// What was recorded and sent, in order: `intent delete a`, `DELETE a`, `done a`.
    pub fn said(&self) -> Vec<String> {
        self.state.lock().unwrap().said.clone()
    }

    /// What was sent.
    pub fn sent(&self) -> Vec<String> {
        self.said().into_iter().filter(|said| said.chars().next().is_some_and(char::is_uppercase)).collect()
    }

    pub fn has(&self, path: &str) -> bool {
        self.state.lock().unwrap().objects.contains_key(path)
    }

    pub fn object(&self, path: &str) -> Value {
        self.state.lock().unwrap().objects[path].clone()
    }

    fn met(&self, moment: &Moment<'_>) -> Option<Mishap> {
        let mut state = self.state.lock().unwrap();
        let mut hook = state.hook.take()?;
        let mishap = hook(moment, &mut state.objects);
        state.hook = Some(hook);
        mishap
    }

    fn read(&self, path: String) -> Result<FetchReply, PortError> {
        if let Some(Mishap::Read(error)) = self.met(&Moment::Read(&path)) {
            return Err(error);
        }
        let object = self.state.lock().unwrap().objects.get(&path).cloned();
        let missing = || PortError::NotFound(Trouble::new("not found"));
        object.map(|object| FetchReply::Object(Box::new(object))).ok_or_else(missing)
    }

    /// As an API server would: uid and resourceVersion are preconditions where they are given.
    fn carry_out(&self, write: &Write) -> Result<Value, PortError> {
        let objects = &mut self.state.lock().unwrap().objects;
        let conflict = || PortError::Conflict(Trouble::new("the object has been modified"));
        let body = write.body();
        let path = match &write.change {
            Change::Create { .. } => write.resource.object(&write.namespace, &write.name),
            _ => write.path(),
        };
        if matches!(write.change, Change::Create { .. }) {
            if objects.contains_key(&path) {
                return Err(conflict());
            }
            objects.insert(path, body.clone());
            return Ok(body);
        }
        let object = objects.get_mut(&path).ok_or_else(|| PortError::NotFound(Trouble::new("not found")))?;
        let (uid, version) = (&body["preconditions"]["uid"], &body["metadata"]["resourceVersion"]);
        if (uid.is_string() && *uid != object["metadata"]["uid"])
            || (version.is_string() && *version != object["metadata"]["resourceVersion"])
        {
            return Err(conflict());
        }
        match &write.change {
            Change::Delete { .. } => Ok(objects.remove(&path).unwrap()),
            Change::Patch { patch } => {
                object["spec"]["suspend"] = patch["spec"]["suspend"].clone();
                touch(object);
                Ok(object.clone())
            }
            Change::Replace { manifest } => {
                *object = manifest.clone();
                Ok(body)
            }
            Change::Create { .. } | Change::Exec { .. } => unreachable!(),
        }
    }
}

impl FleetPort for World {
    fn clusters(&self) -> Vec<ClusterInfo> {
        vec![ClusterInfo::sample("dev-1"), ClusterInfo::sample("dev-2")]
    }

    fn open(&self, _: ClusterId, _: OpenOptions, _: Arc<dyn SessionSink>, _: CancellationToken) {}

    fn retry_now(&self, _: ClusterId) {}

    fn answer_consent(&self, _: ClusterId, _: String, _: bool) {}

    fn fetch(&self, _: ClusterId, request: FetchRequest) -> BoxFuture<'static, Result<FetchReply, PortError>> {
        let job = Resource {
            group: "batch".into(),
            version: "v1".into(),
            plural: "jobs".into(),
            kind: "Job".into(),
            namespaced: true,
        };
        let answer = match request {
            FetchRequest::Path { path } => self.read(path),
            FetchRequest::Access { .. } => Ok(FetchReply::Access { allowed: true, reason: String::new() }),
            FetchRequest::WhoAmI => Ok(FetchReply::User { name: "sre".to_owned(), arn: None }),
            FetchRequest::Resources => {
                let resources = vec![ServedResource { resource: job, verbs: Vec::new() }];
                Ok(FetchReply::Resources(Served { resources, unread: Vec::new() }))
            }
            FetchRequest::Metadata { path } => {
                let collection = path.split('?').next().unwrap_or_default();
                let objects = &self.state.lock().unwrap().objects;
                let under = |path: &&String| path.strip_prefix(collection).is_some_and(|rest| rest.starts_with('/'));
                let items: Vec<Value> = objects.keys().filter(under).map(|path| objects[path].clone()).collect();
                Ok(FetchReply::Object(Box::new(json!({"metadata": {}, "items": items}))))
            }
            request => panic!("not asked for here: {request:?}"),
        };
        Box::pin(async move { answer })
    }

    fn open_log(&self, _: LogSource, _: LogRequest) -> BoxFuture<'static, Result<LogReader, PortError>> {
        Box::pin(async { Err(unreachable()) })
    }
}

impl WritePort for World {
    fn dry_run(&self, _: ClusterId, write: Write) -> BoxFuture<'static, Result<WriteReply, WriteError>> {
        Box::pin(async move { Ok(WriteReply { object: Box::new(write.body()), warnings: Vec::new() }) })
    }

    fn write(&self, approved: ApprovedWrite) -> BoxFuture<'static, Result<WriteReply, NotWritten>> {
        let write = approved.write().clone();
        let verb = match &write.change {
            Change::Create { .. } | Change::Exec { .. } => "POST",
            Change::Replace { .. } => "PUT",
            Change::Patch { .. } => "PATCH",
            Change::Delete { .. } => "DELETE",
        };
        let cluster = approved.cluster();
        let elsewhere = if cluster == ClusterId(0) { String::new() } else { format!(" in cluster {}", cluster.0) };
        self.state.lock().unwrap().said.push(format!("{verb} {}{elsewhere}", write.name));
        let answer = match self.met(&Moment::Write(&write)) {
            Some(Mishap::Write(error)) => Err(NotWritten { error, unspent: None }),
            _ => self.carry_out(&write).map_err(|error| {
                let raced = matches!((&write.change, &error), (Change::Patch { .. }, PortError::Conflict(_)));
                NotWritten { error: failed(error, false), unspent: raced.then_some(approved) }
            }),
        };
        let reply = |object: Value| WriteReply { object: Box::new(object), warnings: Vec::new() };
        Box::pin(async move { answer.map(reply) })
    }
}

impl AuditPort for World {
    fn record(&self, record: Record) -> BoxFuture<'static, Result<u64, Trouble>> {
        let mishap = self.met(&Moment::Record(&record));
        let mut state = self.state.lock().unwrap();
        let name = &record.object.name;
        let words = match record.outcome {
            None => format!("intent {} {name}", record.verb),
            Some(outcome) => format!("{outcome:?} {name}").to_lowercase(),
        };
        let answer = match mishap {
            Some(Mishap::Audit(trouble)) => Err(trouble),
            _ => {
                state.said.push(words);
                state.lines += 1;
                Ok(state.lines)
            }
        };
        Box::pin(async move { answer })
    }
}
