//! Carries out what was approved, object by object.

use tokio_util::sync::CancellationToken;

use super::Gate;
use crate::domain::audit::{Object, Outcome, Record};
use crate::domain::gate::ask::named;
use crate::domain::gate::{Approved, ApprovedWrite, Change, Fate, Progress, Report, Seen, Target, Verb, Write};
use crate::domain::health::Trouble;
use crate::domain::request::{NotWritten, PortError, WriteError, WriteReply};

/// How often a patch is tried when its object's status changes under it.
pub(super) const PATCH_TRIES: usize = 8;

/// Who writes where and why: the same for every object of an approval.
struct Errand {
    verb: Verb,
    /// The cluster's name, and as whom it knows us.
    cluster: String,
    user: String,
}

impl Gate {
    /// Spends the approval. `progress` hears before each object; `cancel` ends it between two objects.
    pub async fn execute(
        &self,
        approved: Approved,
        progress: impl Fn(Progress) + Send,
        cancel: CancellationToken,
    ) -> Report {
        let (id, verb) = (approved.cluster(), approved.verb());
        let info = self.inner.fleet.clusters().into_iter().nth(id.0 as usize);
        let policy = &self.inner.policy;
        let read_only = info
            .as_ref()
            .map_or_else(|| policy.read_only("", false), |info| policy.care(info, info.insecure).read_only);
        let cluster = info.map(|info| info.name).unwrap_or_default();
        let mut report = Report { verb, cluster: cluster.clone(), fates: Vec::new(), trouble: None, cancelled: false };
        let fresh = self.inner.questions.spend(approved.proposal());
        let writes = approved.into_writes();
        let all = writes.len();
        let mut stop: Option<String> = match read_only {
            _ if !fresh => Some("the question is too old, or was answered before; ask again".to_owned()),
            Some(why) => Some(format!("{cluster} is read-only: {why}")),
            None => None,
        };
        if let Some(words) = &stop {
            report.trouble = Some(Trouble::new(words.clone()));
        }
        let user = if stop.is_none() { self.user(id).await } else { String::new() };
        let errand = Errand { verb, cluster, user };
        let mut made: Vec<(String, String, String)> = Vec::new();
        for (write, target) in writes {
            let object = write.write().object_words();
            if stop.is_none() && cancel.is_cancelled() {
                report.cancelled = true;
                stop = Some("you stopped it".to_owned());
            }
            if let Some(why) = &stop {
                report.fates.push((object, Fate::NotSent(why.clone())));
                continue;
            }
            let done = report.done();
            progress(Progress { done, failed: report.fates.len() - done, all, now: object.clone() });
            let write = made.iter().fold(write, |write, (kind, name, uid)| write.owned_by(kind, name, uid));
            let (fate, trouble) = self.one(&errand, write, &target).await;
            made.extend(created(&fate));
            stop = stop_after(&fate, trouble.as_ref(), verb);
            report.trouble = report.trouble.or(trouble);
            report.fates.push((object, fate));
        }
        report
    }

    /// One object: compared, recorded, sent, recorded.
    async fn one(&self, errand: &Errand, mut write: ApprovedWrite, target: &Target) -> (Fate, Option<Trouble>) {
        for round in 1..=PATCH_TRIES {
            match self.unchanged(&write, target).await {
                Ok(version) => write = write.for_version(version),
                Err(fate) => return (fate, None),
            }
            let plain = write.write().clone();
            let intent = record(errand, &plain);
            let number = match self.inner.audit.record(intent.clone()).await {
                Ok(number) => number,
                Err(trouble) => return (Fate::NotSent("it could not be recorded".to_owned()), Some(trouble)),
            };
            let (answer, unspent) = match self.inner.fleet.write(write).await {
                Ok(reply) => (Ok(reply), None),
                Err(NotWritten { error, unspent }) => (Err(error), unspent),
            };
            let (outcome, words) = outcome(&plain, &answer);
            let after = Record { intent: Some(number), outcome: Some(outcome), words, ..intent };
            let trouble = self.inner.audit.record(after).await.err().map(|trouble| Trouble {
                words: format!("it was sent, but what came of it could not be recorded: {}", trouble.words),
                remedy: trouble.remedy,
            });
            match unspent.filter(|_| trouble.is_none() && round < PATCH_TRIES) {
                // Somebody was quicker. Of the object that is there now only the version may be different.
                Some(unspent) => write = unspent,
                None => return (fate(&plain, answer), trouble),
            }
        }
        (Fate::NotSent("it was never tried".to_owned()), None)
    }

    /// The object's version now, if it still is what was shown.
    async fn unchanged(&self, write: &ApprovedWrite, target: &Target) -> Result<Option<String>, Fate> {
        let plain = write.write();
        let Some(seen) = &target.seen else { return Ok(None) };
        if matches!(plain.change, Change::Replace { .. }) {
            return Ok(None);
        }
        match self.get(write.cluster(), plain.object_path()).await {
            Ok(object) => {
                let mut changes = seen.changes(&Seen::of(&object));
                let version = object["metadata"]["resourceVersion"].as_str().map(str::to_owned);
                if !plain.is_as_expected(&object) {
                    changes.push("what is noted on it has changed");
                }
                if changes.is_empty() { Ok(version) } else { Err(Fate::Changed(changes)) }
            }
            Err(PortError::NotFound(_)) if matches!(plain.change, Change::Delete { .. }) => Err(Fate::Gone),
            Err(PortError::NotFound(_)) => Err(Fate::Changed(vec!["it is gone"])),
            Err(error @ PortError::Unreachable(_)) => Err(Fate::NotSent(error.trouble().words.clone())),
            Err(error) => {
                Err(Fate::Refused { trouble: error.trouble().clone(), causes: Vec::new(), kind: error.kind() })
            }
        }
    }
}

/// Kind, name and uid of an object that is there now.
fn created(fate: &Fate) -> Option<(String, String, String)> {
    let Fate::Done { object } = fate else { return None };
    let text = |pointer: &str| object.pointer(pointer)?.as_str().map(str::to_owned);
    Some((text("/kind")?, text("/metadata/name")?, text("/metadata/uid")?))
}

/// Whether what happened to one object ends it for those that follow.
fn stop_after(fate: &Fate, trouble: Option<&Trouble>, verb: Verb) -> Option<String> {
    let documents = verb.is_whole() && !fate.is_done();
    match (fate, trouble) {
        (_, Some(trouble)) => Some(trouble.words.clone()),
        (Fate::Unknown(trouble), None) => Some(trouble.words.clone()),
        (Fate::NotSent(why), None) => Some(why.clone()),
        (_, None) if documents => Some("the one before it did not come through".to_owned()),
        (_, None) => None,
    }
}

fn record(errand: &Errand, write: &Write) -> Record {
    let resource = &write.resource;
    let api_version = match resource.group.as_str() {
        "" => resource.version.clone(),
        group => format!("{group}/{}", resource.version),
    };
    let name = match (&write.change, write.name.as_str()) {
        (Change::Create { manifest }, "") => named(manifest),
        (_, name) => name.to_owned(),
    };
    let mut request = format!("{} {}\n", write.change.api_verb(), write.path()).into_bytes();
    request.extend(write.body().to_string().into_bytes());
    Record {
        intent: None,
        cluster: errand.cluster.clone(),
        cluster_user: errand.user.clone(),
        object: Object {
            api_version,
            kind: resource.kind.clone(),
            namespace: write.namespace.clone(),
            name,
            uid: write.uid.clone().unwrap_or_default(),
        },
        verb: errand.verb.word().to_owned(),
        request,
        outcome: None,
        words: String::new(),
    }
}

fn outcome(write: &Write, answer: &Result<WriteReply, WriteError>) -> (Outcome, String) {
    match answer {
        Ok(_) => (Outcome::Done, String::new()),
        Err(WriteError { error: PortError::NotFound(_), .. }) if matches!(write.change, Change::Delete { .. }) => {
            (Outcome::Done, "it was gone already".to_owned())
        }
        Err(error) if error.may_be_done => (Outcome::Unknown, error.error.trouble().words.clone()),
        Err(error) if matches!(error.error, PortError::Unreachable(_)) => {
            (Outcome::Unsent, error.error.trouble().words.clone())
        }
        Err(error) => (Outcome::Refused, error.error.trouble().words.clone()),
    }
}

fn fate(write: &Write, answer: Result<WriteReply, WriteError>) -> Fate {
    match answer {
        Ok(reply) => Fate::Done { object: reply.object },
        Err(WriteError { error: PortError::NotFound(_), .. }) if matches!(write.change, Change::Delete { .. }) => {
            Fate::Gone
        }
        Err(error) if error.may_be_done => Fate::Unknown(error.error.trouble().clone()),
        Err(WriteError { error: error @ PortError::Unreachable(_), .. }) => {
            Fate::NotSent(error.trouble().words.clone())
        }
        Err(WriteError { error, causes, .. }) => {
            Fate::Refused { trouble: error.trouble().clone(), causes, kind: error.kind() }
        }
    }
}
