//! Questions for tests, as a cluster would have answered.

use std::sync::atomic::{AtomicU64, Ordering};

use serde_json::json;

use super::ask::{Mode, Wanted, named};
use super::*;
use crate::domain::ids::{ClusterId, KindId, ObjectKey};
use crate::domain::request::PortErrorKind;

static LAST: AtomicU64 = AtomicU64::new(1 << 32);

pub fn resource(kind: KindId) -> Resource {
    let (group, plural, kind, namespaced) = match kind {
        KindId::CronJob => ("batch", "cronjobs", "CronJob", true),
        KindId::Namespace => ("", "namespaces", "Namespace", false),
        _ => ("batch", "jobs", "Job", true),
    };
    Resource { group: group.into(), version: "v1".into(), plural: plural.into(), kind: kind.into(), namespaced }
}

pub fn target(kind: KindId, key: &ObjectKey, change: Change) -> Target {
    let is_new = matches!(change, Change::Create { .. });
    let write = Write {
        resource: resource(kind),
        namespace: key.namespace.to_string(),
        name: key.name.to_string(),
        change,
        uid: (!is_new).then(|| format!("uid-of-{}", key.name)),
        version: None,
        expects: Vec::new(),
    };
    Target {
        write,
        seen: (!is_new).then(Seen::default),
        along: Vec::new(),
        volumes: Vec::new(),
        keepers: Vec::new(),
        warnings: Vec::new(),
        dry_run: DryRun::Passed { object: Box::default(), changes: Vec::new(), warnings: Vec::new() },
        denied: None,
    }
}

/// What goes through without a word, in a cluster of this name and environment.
pub fn proposal(ask: &Ask, cluster: &str, environment: Environment) -> Proposal {
    let made = |key: &ObjectKey| {
        let manifest = json!({"kind": "Job", "metadata": {"name": key.name.to_string()}});
        target(KindId::Job, key, Change::Create { manifest })
    };
    let targets = match &ask.what {
        Wanted::Delete { kind, keys, propagation } => {
            keys.iter().map(|key| target(*kind, key, Change::Delete { propagation: *propagation })).collect()
        }
        Wanted::Suspend { kind, keys, suspended } => {
            let patch = json!({"spec": {"suspend": suspended}});
            keys.iter().map(|key| target(*kind, key, Change::Patch { patch: patch.clone() })).collect()
        }
        Wanted::Rerun { keys } | Wanted::Trigger { keys, .. } => keys.iter().map(made).collect(),
        Wanted::Label { namespace, .. } => {
            let key = ObjectKey::new("", namespace.clone());
            vec![target(KindId::Namespace, &key, Change::Patch { patch: json!({}) })]
        }
        Wanted::Submit { manifests, namespace, mode } => manifests
            .iter()
            .map(|manifest| {
                let key = ObjectKey::new(namespace.clone(), named(manifest));
                let manifest = manifest.clone();
                let change = match mode {
                    Mode::Create => Change::Create { manifest },
                    Mode::Replace => Change::Replace { manifest },
                };
                target(KindId::Job, &key, change)
            })
            .collect(),
        Wanted::Run(change) => change
            .writes
            .iter()
            .map(|write| {
                let key = ObjectKey::new(write.namespace.as_str(), write.name.as_str());
                Target { write: write.clone(), ..target(KindId::Job, &key, write.change.clone()) }
            })
            .collect(),
    };
    Proposal {
        id: ProposalId(LAST.fetch_add(1, Ordering::Relaxed)),
        ask: ask.clone(),
        place: Place { cluster: cluster.to_owned(), environment, protected: false, unread: false, read_only: None },
        targets,
        left_out: Vec::new(),
        refusal: None,
        refusal_kind: PortErrorKind::Other,
        anew: Vec::new(),
    }
}

/// A question of `names` in the namespace `checkout`, in the fleet's first cluster.
pub fn deletion(names: &[&str], environment: Environment) -> Proposal {
    let keys = names.iter().map(|name| ObjectKey::new("checkout", *name)).collect();
    let what = Wanted::Delete { kind: KindId::Job, keys, propagation: Propagation::Background };
    proposal(&Ask { cluster: ClusterId(0), what, hidden: 0 }, "payments", environment)
}

/// What became of a proposal: each object's fate as `fate` has it.
pub fn report(proposal: &Proposal, fate: impl Fn(&str) -> Fate) -> Report {
    let objects = proposal.possible().map(|target| target.write.object_words());
    Report {
        verb: proposal.verb(),
        cluster: proposal.place.cluster.clone(),
        fates: objects.map(|object| (object.clone(), fate(&object))).collect(),
        trouble: None,
        cancelled: false,
    }
}

/// Done, and nothing more to say.
pub fn done() -> Fate {
    Fate::Done { object: Box::default() }
}
