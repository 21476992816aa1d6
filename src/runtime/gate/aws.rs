//! The one way to change who may enter an EKS cluster: propose, have it confirmed, execute.

use std::sync::Arc;

use tokio_util::sync::CancellationToken;

use super::questions::Questions;
use crate::domain::audit::{Object, Outcome, Record};
use crate::domain::aws::arn::ClusterArn;
use crate::domain::cluster::ClusterInfo;
use crate::domain::gate::ask::Verb;
use crate::domain::gate::aws::{AccessAsk, AccessProposal, ApprovedAccess, ApprovedMutation, Mutation};
use crate::domain::gate::{Care, Fate, Policy, Report};
use crate::domain::health::Trouble;
use crate::domain::request::{PortError, WriteError};
use crate::runtime::ports::{AccessPort, AuditPort};

/// As the audit's lines name the API that is written to.
const API: &str = "eks.amazonaws.com/2017-11-01";

/// The gate for AWS. Cheap to clone; clones share what was proposed.
#[derive(Clone)]
pub struct AwsGate {
    port: Arc<dyn AccessPort>,
    audit: Arc<dyn AuditPort>,
    policy: Arc<Policy>,
    questions: Arc<Questions>,
    /// What the fleet knows of a cluster, the registry's words with it.
    infos: Arc<Infos>,
}

type Infos = dyn Fn(&ClusterArn) -> Option<ClusterInfo> + Send + Sync;

/// Who writes where: the same for every request of an approval.
struct Errand {
    cluster: String,
    /// The caller's ARN.
    caller: String,
    verb: Verb,
}

impl AwsGate {
    pub fn new(port: Arc<dyn AccessPort>, audit: Arc<dyn AuditPort>, policy: Policy) -> Self {
        Self { port, audit, policy: Arc::new(policy), questions: Arc::default(), infos: Arc::new(|_| None) }
    }

    /// With what the fleet knows of clusters: what the registry says of one counts here too.
    pub fn with_infos(self, infos: impl Fn(&ClusterArn) -> Option<ClusterInfo> + Send + Sync + 'static) -> Self {
        Self { infos: Arc::new(infos), ..self }
    }

    fn care(&self, cluster: &ClusterArn) -> Care {
        self.policy.care_of_eks(&cluster.name, (self.infos)(cluster).as_ref())
    }

    /// Reads who may enter the cluster, and changes nothing.
    ///
    /// # Errors
    /// That cannot be read.
    pub async fn propose(&self, ask: AccessAsk) -> Result<AccessProposal, PortError> {
        let known = self.port.known(ask.cluster.clone()).await?;
        let care = self.care(&ask.cluster);
        Ok(AccessProposal::new(self.questions.issue(), ask, &known, care, &self.policy))
    }

    /// Spends the approval. `cancel` ends it between two requests; the first that fails ends it too.
    pub async fn execute(&self, approved: ApprovedAccess, cancel: CancellationToken) -> Report {
        let ask = approved.ask().clone();
        let (verb, cluster) = (ask.verb(), ask.cluster.name.clone());
        let mut report = Report { verb, cluster: cluster.clone(), fates: Vec::new(), trouble: None, cancelled: false };
        let fresh = self.questions.spend(approved.proposal());
        let mut stop = match self.care(&ask.cluster).read_only {
            _ if !fresh => Some("the question is too old, or was answered before; ask again".to_owned()),
            Some(why) => Some(format!("{cluster} is read-only: {why}")),
            None => None,
        };
        report.trouble = stop.clone().map(Trouble::new);
        let mut errand = Errand { cluster, caller: String::new(), verb };
        let mut compared = None;
        if stop.is_none() {
            match self.unchanged(&ask.cluster, &approved).await {
                Ok(caller) => errand.caller = caller,
                Err(fate) => compared = Some(fate),
            }
        }
        for mutation in approved.into_mutations() {
            let object = mutation.mutation().object_words();
            if stop.is_none() && cancel.is_cancelled() {
                report.cancelled = true;
                stop = Some("you stopped it".to_owned());
            }
            let fate = match (&stop, &compared) {
                (Some(why), _) => Fate::NotSent(why.clone()),
                (None, Some(fate)) => fate.clone(),
                (None, None) => {
                    let (fate, trouble) = self.one(&errand, mutation).await;
                    if !fate.is_done() || trouble.is_some() {
                        let why = trouble.as_ref().map(|trouble| trouble.words.clone());
                        stop = Some(why.unwrap_or_else(|| "the one before it did not come through".to_owned()));
                    }
                    report.trouble = report.trouble.or(trouble);
                    fate
                }
            };
            report.fates.push((object, fate));
        }
        report
    }

    /// The caller's ARN, if the principal's entry still is what was shown.
    async fn unchanged(&self, cluster: &ClusterArn, approved: &ApprovedAccess) -> Result<String, Fate> {
        let known = self.port.known(cluster.clone()).await.map_err(|error| match error {
            PortError::Unreachable(trouble) => Fate::NotSent(trouble.words),
            error => Fate::Refused { trouble: error.trouble().clone(), causes: Vec::new(), kind: error.kind() },
        })?;
        match (approved.seen(), known.entry(&approved.ask().principal)) {
            (seen, now) if seen == now => Ok(known.caller),
            (Some(_), None) => Err(Fate::Changed(vec!["the entry is gone"])),
            (None, Some(_)) => Err(Fate::Changed(vec!["the entry was made by somebody else"])),
            _ => Err(Fate::Changed(vec!["the entry was changed"])),
        }
    }

    /// One request: recorded, sent, recorded.
    async fn one(&self, errand: &Errand, approved: ApprovedMutation) -> (Fate, Option<Trouble>) {
        let mutation = approved.mutation().clone();
        let intent = record(errand, &mutation);
        let number = match self.audit.record(intent.clone()).await {
            Ok(number) => number,
            Err(trouble) => return (Fate::NotSent("it could not be recorded".to_owned()), Some(trouble)),
        };
        let answer = self.port.mutate(approved).await;
        let fate = fate(&mutation, &answer);
        let (outcome, words) = outcome(&fate);
        let after = Record { intent: Some(number), outcome: Some(outcome), words, ..intent };
        let trouble = self.audit.record(after).await.err().map(|trouble| Trouble {
            words: format!("it was sent, but what came of it could not be recorded: {}", trouble.words),
            remedy: trouble.remedy,
        });
        (fate, trouble)
    }
}

fn record(errand: &Errand, mutation: &Mutation) -> Record {
    Record {
        intent: None,
        cluster: errand.cluster.clone(),
        cluster_user: errand.caller.clone(),
        object: Object {
            api_version: API.to_owned(),
            kind: "AccessEntry".to_owned(),
            namespace: String::new(),
            name: mutation.principal.clone(),
            uid: String::new(),
        },
        verb: format!("{} ({})", errand.verb.word(), mutation.operation()),
        request: mutation.request().to_string().into_bytes(),
        outcome: None,
        words: String::new(),
    }
}

fn fate(mutation: &Mutation, answer: &Result<(), WriteError>) -> Fate {
    use crate::domain::gate::aws::AccessChange::{Delete, Dissociate};
    let takes = matches!(mutation.change, Delete | Dissociate { .. });
    match answer {
        Ok(()) => Fate::Done { object: Box::new(mutation.request()) },
        Err(WriteError { error: PortError::NotFound(_), .. }) if takes => Fate::Gone,
        Err(error) if error.may_be_done => Fate::Unknown(error.error.trouble().clone()),
        Err(WriteError { error: PortError::Unreachable(trouble), .. }) => Fate::NotSent(trouble.words.clone()),
        Err(WriteError { error, causes, .. }) => {
            Fate::Refused { trouble: error.trouble().clone(), causes: causes.clone(), kind: error.kind() }
        }
    }
}

fn outcome(fate: &Fate) -> (Outcome, String) {
    match fate {
        Fate::Done { .. } => (Outcome::Done, String::new()),
        Fate::Gone => (Outcome::Done, "it was gone already".to_owned()),
        Fate::Refused { trouble, .. } => (Outcome::Refused, trouble.words.clone()),
        Fate::Unknown(trouble) => (Outcome::Unknown, trouble.words.clone()),
        Fate::NotSent(why) => (Outcome::Unsent, why.clone()),
        Fate::Changed(changes) => (Outcome::Unsent, changes.join(", ")),
    }
}

#[cfg(test)]
mod tests;
