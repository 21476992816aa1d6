//! From what was asked for to the writes that it takes.

use std::collections::BTreeSet;

use futures::StreamExt;
use futures::stream;
use serde_json::{Value, json};

use super::{AT_ONCE, Gate};
use crate::domain::gate::ask::{Mode, Wanted, named};
use crate::domain::gate::write::is_path_part;
use crate::domain::gate::{Ask, Change, LeftOut, Missing, Resource, Write};
use crate::domain::health::Trouble;
use crate::domain::ids::{ClusterId, KindId, ObjectKey};
use crate::domain::manifest::clone::{from_cronjob, rerun};
use crate::domain::names::LABEL;
use crate::domain::request::PortError;
use crate::kinds::table::entry;

/// Names that a re-run tries.
const NAMES_TRIED: usize = 100;

/// The writes, and what was asked for but is not there.
pub(super) struct Resolved {
    pub writes: Vec<Write>,
    pub left_out: Vec<LeftOut>,
}

impl Gate {
    pub(super) async fn resolve(&self, ask: &Ask) -> Result<Resolved, PortError> {
        let whole = |writes| Ok(Resolved { writes, left_out: Vec::new() });
        match &ask.what {
            Wanted::Delete { kind, keys, propagation } => whole(
                keys.iter().map(|key| of_kind(*kind, key, Change::Delete { propagation: *propagation })).collect(),
            ),
            Wanted::Suspend { kind, keys, suspended } => {
                let change = || Change::Patch { patch: json!({"spec": {"suspend": suspended}}) };
                whole(keys.iter().map(|key| of_kind(*kind, key, change())).collect())
            }
            Wanted::Label { namespace, labels } => {
                let labels: serde_json::Map<String, Value> = labels
                    .iter()
                    .map(|(key, value)| (key.clone(), value.clone().map_or(Value::Null, Value::from)))
                    .collect();
                let patch = json!({"metadata": {"labels": labels}});
                whole(vec![of_kind(KindId::Namespace, &ObjectKey::new("", namespace.clone()), Change::Patch { patch })])
            }
            Wanted::Submit { manifests, namespace, mode } => {
                let mut writes = Vec::with_capacity(manifests.len());
                for manifest in manifests {
                    writes.push(self.submitted(ask.cluster, manifest, namespace, *mode).await?);
                }
                whole(writes)
            }
            Wanted::Run(change) => whole(change.writes.clone()),
            Wanted::Rerun { keys } => self.rerun(ask.cluster, keys).await,
            Wanted::Trigger { keys, suffix } => self.trigger(ask.cluster, keys, suffix).await,
        }
    }

    /// A new Job like each: its name is the first of `-r1`, `-r2`, … that no Job has.
    async fn rerun(&self, cluster: ClusterId, keys: &[ObjectKey]) -> Result<Resolved, PortError> {
        let (mut resolved, objects) = self.objects(cluster, KindId::Job, keys).await?;
        for (key, object) in objects {
            let mut taken: BTreeSet<String> = BTreeSet::new();
            let manifest = loop {
                let manifest = rerun(&object, |name| taken.contains(name));
                let name = named(&manifest);
                let made = |write: &Write| write.namespace == *key.namespace && write.name == name;
                let path = entry(KindId::Job).object(&ObjectKey::new(key.namespace.clone(), name.as_str()));
                if !resolved.writes.iter().any(made) {
                    match self.get(cluster, path).await {
                        Err(PortError::NotFound(_)) => break manifest,
                        Err(error) => return Err(error),
                        Ok(_) => {}
                    }
                }
                taken.insert(name);
                if taken.len() > NAMES_TRIED {
                    let words = format!("job {key}: {NAMES_TRIED} Jobs like it are there already");
                    return Err(PortError::Refused(
                        Trouble::new(words).with_remedy("delete some, or clone it under another name"),
                    ));
                }
            };
            let key = ObjectKey::new(key.namespace.clone(), named(&manifest));
            resolved.writes.push(of_kind(KindId::Job, &key, Change::Create { manifest }));
        }
        Ok(resolved)
    }

    /// A new Job from each, named after its CronJob.
    async fn trigger(&self, cluster: ClusterId, keys: &[ObjectKey], suffix: &str) -> Result<Resolved, PortError> {
        let (mut resolved, objects) = self.objects(cluster, KindId::CronJob, keys).await?;
        for (key, object) in objects {
            let room = LABEL - suffix.len() - 1;
            let base: String = key.name.chars().take(room).collect();
            let name = format!("{}-{suffix}", base.trim_end_matches(['-', '.']));
            let Some(manifest) = from_cronjob(&object, &name) else {
                return Err(PortError::Refused(Trouble::new(format!("cronjob {key} holds no Job to run"))));
            };
            let key = ObjectKey::new(key.namespace.clone(), name);
            resolved.writes.push(of_kind(KindId::Job, &key, Change::Create { manifest }));
        }
        Ok(resolved)
    }

    /// Objects that are there; those that are not, or cannot be read, are left out.
    async fn objects(
        &self,
        cluster: ClusterId,
        kind: KindId,
        keys: &[ObjectKey],
    ) -> Result<(Resolved, Vec<(ObjectKey, Value)>), PortError> {
        let mut resolved = Resolved { writes: Vec::new(), left_out: Vec::new() };
        let mut objects = Vec::with_capacity(keys.len());
        if let Some(key) = keys.iter().find(|key| !(is_path_part(&key.namespace) && is_path_part(&key.name))) {
            let words = format!("{key} is no name of a {}", entry(kind).resource().word());
            return Err(PortError::Refused(Trouble::new(words)));
        }
        let read = stream::iter(keys.to_vec()).map(|key| self.object(cluster, kind, key));
        let read: Vec<_> = read.buffered(AT_ONCE).collect().await;
        for (key, object) in read {
            match object {
                Ok(object) => objects.push((key, object)),
                Err(error) => {
                    let object = format!("{} {key}", entry(kind).resource().word());
                    let why = match error {
                        PortError::NotFound(_) => Missing::NotThere,
                        error => Missing::Unread(error),
                    };
                    resolved.left_out.push(LeftOut { object, why });
                }
            }
        }
        Ok((resolved, objects))
    }

    async fn object(&self, cluster: ClusterId, kind: KindId, key: ObjectKey) -> (ObjectKey, Result<Value, PortError>) {
        let object = self.get(cluster, entry(kind).object(&key)).await;
        (key, object)
    }

    async fn submitted(
        &self,
        cluster: ClusterId,
        manifest: &Value,
        namespace: &str,
        mode: Mode,
    ) -> Result<Write, PortError> {
        let text = |pointer: &str| manifest.pointer(pointer).and_then(Value::as_str).unwrap_or_default().to_owned();
        let (api_version, kind) = (text("/apiVersion"), text("/kind"));
        let resource = match self.resource(cluster, &api_version, &kind).await {
            Ok(resource) => resource,
            Err(PortError::Refused(_)) => {
                self.forget_served(cluster);
                self.resource(cluster, &api_version, &kind).await?
            }
            Err(error) => return Err(error),
        };
        if !manifest["metadata"].is_object() {
            let trouble = Trouble::new("metadata is no map of fields");
            return Err(PortError::Refused(trouble.with_remedy("write metadata: with a name below it")));
        }
        let mut manifest = manifest.clone();
        let own = text("/metadata/namespace");
        let namespace = match (resource.namespaced, own.as_str()) {
            (false, _) => String::new(),
            (true, "") => namespace.to_owned(),
            (true, own) => own.to_owned(),
        };
        if resource.namespaced && namespace.is_empty() {
            let name = named(&manifest);
            let words = format!("{} {name} says no namespace, and none is chosen", resource.word());
            return Err(PortError::Refused(
                Trouble::new(words).with_remedy("add metadata.namespace, or choose a namespace first"),
            ));
        }
        if resource.namespaced {
            manifest["metadata"]["namespace"] = namespace.clone().into();
        }
        let name = text("/metadata/name");
        let change = match mode {
            Mode::Create => Change::Create { manifest },
            Mode::Replace => Change::Replace { manifest },
        };
        Ok(Write { resource, namespace, name, change, uid: None, version: None, expects: Vec::new() })
    }

    /// Where the server has the objects of a manifest's kind.
    async fn resource(&self, cluster: ClusterId, api_version: &str, kind: &str) -> Result<Resource, PortError> {
        let (group, version) = api_version.split_once('/').unwrap_or(("", api_version));
        let served = self.served(cluster).await?;
        let of_kind =
            || served.resources.iter().map(|served| &served.resource).filter(|resource| resource.kind == kind);
        if let Some(found) = of_kind().find(|resource| resource.group == group && resource.version == version) {
            return Ok(found.clone());
        }
        let elsewhere = of_kind().next().map(|resource| match resource.group.as_str() {
            "" => resource.version.clone(),
            group => format!("{group}/{}", resource.version),
        });
        let words = format!("this cluster has no kind {kind} in {api_version}");
        let remedy = match elsewhere {
            Some(known) => format!("write apiVersion: {known}"),
            None => "install its CustomResourceDefinition first, or mend the kind".to_owned(),
        };
        Err(PortError::Refused(Trouble::new(words).with_remedy(remedy)))
    }
}

fn of_kind(kind: KindId, key: &ObjectKey, change: Change) -> Write {
    Write {
        resource: entry(kind).resource(),
        namespace: key.namespace.to_string(),
        name: key.name.to_string(),
        change,
        uid: None,
        version: None,
        expects: Vec::new(),
    }
}
