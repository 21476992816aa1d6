//! What is to be known of one object before it is written.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::propose::question;
use super::{Gate, LISTED_FROM};
use crate::domain::gate::diff::differences;
use crate::domain::gate::owner::keepers;
use crate::domain::gate::{Along, Change, DryRun, LeftOut, Missing, Seen, Target, Write};
use crate::domain::ids::ClusterId;
use crate::domain::request::{FetchReply, FetchRequest, PortError, WriteError};
use crate::domain::text::clean;

/// Jobs whose pods are asked for in one question.
const JOBS_A_QUESTION: usize = 40;
/// Objects that are listed in one answer.
const PAGE: usize = 500;
/// Pods that are counted in one answer.
const PODS: usize = 1_000;

/// What is known of an object before it is looked at.
pub(super) struct Before {
    /// Why it may not be written.
    pub denied: Option<String>,
    /// Why the write is not tried.
    pub untried: Option<String>,
    /// Its metadata, where it was listed.
    pub object: Option<Value>,
}

impl Gate {
    /// The metadata of objects that are deleted by the dozen, by path: one list instead of a question each.
    pub(super) async fn listed(&self, cluster: ClusterId, writes: &[Write]) -> BTreeMap<String, Value> {
        let mut collections: BTreeMap<String, Vec<&Write>> = BTreeMap::new();
        let deletions = writes.iter().filter(|write| matches!(write.change, Change::Delete { .. }));
        for write in deletions.filter(|write| write.resource.kind != "Namespace") {
            collections.entry(write.resource.collection(&write.namespace)).or_default().push(write);
        }
        collections.retain(|_, writes| writes.len() >= LISTED_FROM);
        let mut found = BTreeMap::new();
        for (collection, writes) in collections {
            let wanted: BTreeSet<&str> = writes.iter().map(|write| write.name.as_str()).collect();
            let mut path = format!("{collection}?limit={PAGE}");
            // What is not found here is read by itself.
            while let Ok(FetchReply::Object(list)) = self.fetch(cluster, FetchRequest::Metadata { path }).await {
                for item in list["items"].as_array().into_iter().flatten() {
                    let name = item["metadata"]["name"].as_str().unwrap_or_default();
                    if wanted.contains(name) {
                        found.insert(format!("{collection}/{name}"), item.clone());
                    }
                }
                // Few among very many are read one by one.
                let left = list["metadata"]["remainingItemCount"].as_u64().unwrap_or_default() as usize;
                if writes.iter().all(|write| found.contains_key(&write.path())) || left / PAGE > writes.len() {
                    break;
                }
                let Some(next) = list["metadata"]["continue"].as_str().filter(|next| !next.is_empty()) else { break };
                path = format!("{collection}?limit={PAGE}&continue={}", escaped(next));
            }
        }
        found
    }

    pub(super) async fn target(&self, cluster: ClusterId, mut write: Write, given: Before) -> Result<Target, LeftOut> {
        let Before { mut denied, untried, object } = given;
        // A role may allow it for objects of certain names alone.
        if denied.is_some() && untried.is_none() && !matches!(write.change, Change::Create { .. }) {
            denied = self.why_not(cluster, &question(&write), &write.name).await;
        }
        let mut target = Target {
            seen: None,
            along: Vec::new(),
            volumes: Vec::new(),
            keepers: Vec::new(),
            warnings: Vec::new(),
            dry_run: DryRun::NotTried("it may not be done".to_owned()),
            denied,
            write: write.clone(),
        };
        let mut before = Value::Null;
        if !matches!(write.change, Change::Create { .. }) {
            let read = match object {
                Some(object) => Ok(object),
                None => self.get(cluster, write.object_path()).await,
            };
            match read {
                Ok(object) => before = object,
                Err(PortError::NotFound(_)) => return Err(left_out(&write, Missing::NotThere)),
                Err(error) => return Err(left_out(&write, Missing::Unread(error))),
            }
            if let Some(how) = done_already(&write, &before) {
                return Err(left_out(&write, Missing::AsWanted(how)));
            }
            if is_about_suspension(&write) && has_ended(&before) {
                return Err(left_out(&write, Missing::Ended));
            }
            pin(&mut write, &before);
            target.seen = Some(Seen::of(&before));
            target.keepers = keepers(&before);
            target.warnings = warnings(&write, &before);
        }
        if target.denied.is_none() {
            target.dry_run = match untried {
                Some(why) => DryRun::NotTried(why),
                None => self.try_dry(cluster, &write, &before).await,
            };
        }
        if write.resource.kind == "Namespace" && matches!(write.change, Change::Delete { .. }) {
            let contents = self.contents(cluster, &write.name).await;
            target.along = contents.along;
            target.volumes = contents.volumes;
            target.warnings.extend(contents.warnings);
        }
        target.write = write;
        Ok(target)
    }

    async fn try_dry(&self, cluster: ClusterId, write: &Write, before: &Value) -> DryRun {
        if matches!(write.change, Change::Exec { .. }) {
            return DryRun::NotTried("a command is not tried before".to_owned());
        }
        match self.inner.fleet.dry_run(cluster, with_owners(write)).await {
            Ok(reply) => {
                let changes = match &write.change {
                    Change::Patch { .. } | Change::Replace { .. } => differences(before, &reply.object),
                    Change::Create { .. } | Change::Delete { .. } | Change::Exec { .. } => Vec::new(),
                };
                DryRun::Passed { object: reply.object, changes, warnings: reply.warnings }
            }
            Err(WriteError { error, causes, .. }) => {
                DryRun::Refused { trouble: error.trouble().clone(), causes, kind: error.kind() }
            }
        }
    }

    /// How many pods go with each Job, and how many of them run.
    pub(super) async fn count_pods(&self, cluster: ClusterId, targets: &mut [Target]) {
        let mut by_namespace: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for target in targets.iter().filter(|target| deletes_a_job(target)) {
            let uid = target.write.uid.clone().unwrap_or_default();
            by_namespace.entry(target.write.namespace.clone()).or_default().push(uid);
        }
        let mut counts: BTreeMap<String, (u64, u64)> = BTreeMap::new();
        let mut unseen: Vec<String> = Vec::new();
        for (namespace, uids) in by_namespace {
            for some in uids.chunks(JOBS_A_QUESTION) {
                // `in (a,b)`, escaped. Servers label pods so since 1.27, and with the bare key before.
                let selector = format!("batch.kubernetes.io/controller-uid%20in%20%28{}%29", some.join("%2C"));
                let path = format!("/api/v1/namespaces/{namespace}/pods?limit={PODS}&labelSelector={selector}");
                let list = match self.get(cluster, path).await {
                    // A number that is too small would be a lie.
                    Ok(list) if list["metadata"]["continue"].as_str().is_none_or(str::is_empty) => list,
                    Ok(_) | Err(_) => {
                        unseen.extend(some.iter().cloned());
                        continue;
                    }
                };
                for pod in list["items"].as_array().into_iter().flatten() {
                    let uid = &pod["metadata"]["labels"]["batch.kubernetes.io/controller-uid"];
                    let (all, running) = counts.entry(uid.as_str().unwrap_or_default().to_owned()).or_default();
                    *all += 1;
                    *running += u64::from(pod["status"]["phase"] == "Running");
                }
            }
        }
        for target in targets.iter_mut().filter(|target| deletes_a_job(target)) {
            let uid = target.write.uid.clone().unwrap_or_default();
            let (all, running) = counts.get(&uid).copied().unwrap_or_default();
            target.along.push(Along {
                what: "pods".to_owned(),
                count: (!unseen.contains(&uid)).then_some(all),
                note: (running > 0).then(|| format!("{running} running")),
            });
        }
    }
}

/// As it can be tried: an owner that is made just before has no uid yet, and the server wants one.
fn with_owners(write: &Write) -> Write {
    let mut write = write.clone();
    if let Change::Create { manifest } = &mut write.change {
        let owners = manifest.pointer_mut("/metadata/ownerReferences").and_then(Value::as_array_mut);
        owners.into_iter().flatten().filter(|owner| owner["uid"] == "").for_each(|owner| owner["uid"] = UNMADE.into());
    }
    write
}

/// Stands for a uid in a dry run.
const UNMADE: &str = "00000000-0000-0000-0000-000000000000";

/// A continue token in a query: base64 for URLs, which may end in `=`.
pub fn escaped(token: &str) -> String {
    token.replace('+', "%2B").replace('/', "%2F").replace('=', "%3D")
}

fn left_out(write: &Write, why: Missing) -> LeftOut {
    LeftOut { object: write.object_words(), why }
}

fn deletes_a_job(target: &Target) -> bool {
    target.write.resource.kind == "Job" && matches!(target.write.change, Change::Delete { .. })
}

/// Binds the write to the object that was read.
fn pin(write: &mut Write, object: &Value) {
    let text = |name: &str| object["metadata"][name].as_str().map(str::to_owned);
    write.uid = text("uid");
    if matches!(write.change, Change::Patch { .. }) {
        write.version = text("resourceVersion");
    }
}

/// How the object is already what is wanted of it.
fn done_already(write: &Write, object: &Value) -> Option<&'static str> {
    match &write.change {
        Change::Patch { patch } if holds(patch, object) => Some(match &patch["spec"]["suspend"] {
            Value::Bool(true) => "is suspended already",
            Value::Bool(false) => "is not suspended",
            _ => "has these labels already",
        }),
        // Other deletions can still be made in another way: at once, or as an orphan.
        Change::Delete { .. }
            if write.resource.kind == "Namespace" && object["metadata"]["deletionTimestamp"].is_string() =>
        {
            Some("is being deleted already")
        }
        _ => None,
    }
}

fn is_about_suspension(write: &Write) -> bool {
    write.resource.kind == "Job"
        && matches!(&write.change, Change::Patch { patch } if patch["spec"]["suspend"].is_boolean())
}

fn has_ended(job: &Value) -> bool {
    let conditions = job["status"]["conditions"].as_array().into_iter().flatten();
    conditions.into_iter().any(|condition| {
        condition["status"] == "True" && (condition["type"] == "Complete" || condition["type"] == "Failed")
    })
}

/// Whether every field of a merge patch is in the object as the patch has it.
fn holds(patch: &Value, object: &Value) -> bool {
    match patch {
        Value::Object(fields) => fields.iter().all(|(name, value)| match value {
            Value::Null => object[name.as_str()].is_null(),
            // A Job that says nothing of suspension is not suspended.
            Value::Bool(false) => object[name.as_str()].is_null() || object[name.as_str()] == false,
            value => holds(value, &object[name.as_str()]),
        }),
        value => value == object,
    }
}

/// What a person should know of the object itself.
fn warnings(write: &Write, object: &Value) -> Vec<String> {
    let meta = &object["metadata"];
    let mut found = Vec::new();
    let deletes = matches!(write.change, Change::Delete { .. });
    if meta["deletionTimestamp"].is_string() {
        found.push("it is being deleted already".to_owned());
    }
    let own = ["foregroundDeletion", "orphan", "batch.kubernetes.io/job-tracking"];
    let finalizers = meta["finalizers"].as_array().into_iter().flatten().filter_map(Value::as_str);
    let finalizers: Vec<_> = finalizers.filter(|name| !own.contains(name)).map(clean).collect();
    if deletes && !finalizers.is_empty() {
        found.push(format!("it goes only when {} lets it go (finalizer)", finalizers.join(", ")));
    }
    let active = object["status"]["active"].as_i64().unwrap_or_default();
    if matches!(&write.change, Change::Patch { patch } if patch["spec"]["suspend"] == true) && active > 0 {
        found.push(if active == 1 {
            "its active pod is ended".to_owned()
        } else {
            format!("its {active} active pods are ended")
        });
    }
    found
}
