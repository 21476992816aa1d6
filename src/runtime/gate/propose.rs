//! Makes a question of what was asked for. Nothing is changed.

use std::collections::{BTreeMap, BTreeSet};

use futures::StreamExt;
use futures::stream;

use super::resolve::Resolved;
use super::target::Before;
use super::{AT_ONCE, Gate, TRIED};
use crate::domain::gate::write::refused_outright;
use crate::domain::gate::{Ask, Care, Change, Environment, Place, Proposal, ProposalId, Write};
use crate::domain::health::Trouble;
use crate::domain::ids::ClusterId;
use crate::domain::request::{FetchReply, FetchRequest, PortError, PortErrorKind};

impl Gate {
    /// Reads what is to be shown before `ask` is answered. Whatever stands in the way is in the proposal, in words.
    pub async fn propose(&self, ask: Ask) -> Proposal {
        self.propose_anew(ask, Vec::new()).await
    }

    /// The same question again, with what was different from what had been shown.
    pub async fn propose_anew(&self, ask: Ask, anew: Vec<String>) -> Proposal {
        let mut proposal = Proposal {
            id: ProposalId(0),
            place: self.place(&ask),
            ask,
            targets: Vec::new(),
            left_out: Vec::new(),
            refusal: None,
            refusal_kind: PortErrorKind::Other,
            anew,
        };
        if proposal.place.read_only.is_none() {
            self.fill(&mut proposal).await;
        }
        // The time to answer begins when the question is there.
        proposal.id = self.inner.questions.issue();
        proposal
    }

    fn place(&self, ask: &Ask) -> Place {
        let info = self.inner.fleet.clusters().into_iter().nth(ask.cluster.0 as usize);
        let policy = &self.inner.policy;
        let unknown =
            || Care { environment: Environment::default(), protected: false, read_only: policy.read_only("", false) };
        let Care { environment, protected, read_only } =
            info.as_ref().map_or_else(unknown, |info| policy.care(info, info.insecure));
        Place {
            environment,
            protected,
            unread: false,
            read_only,
            cluster: info.map(|info| info.name).unwrap_or_default(),
        }
    }

    async fn fill(&self, proposal: &mut Proposal) {
        let Resolved { writes, left_out } = match self.resolve(&proposal.ask).await {
            Ok(resolved) => resolved,
            Err(error) => {
                proposal.refusal = Some(error.trouble().clone());
                proposal.refusal_kind = error.kind();
                return;
            }
        };
        proposal.left_out = left_out;
        if let Some(words) = writes.iter().find_map(refused_outright) {
            proposal.refusal = Some(Trouble::new(words));
            return;
        }
        let (denied, environment) = futures::join!(self.denied(proposal, &writes), self.environment(proposal, &writes));
        (proposal.place.environment, proposal.place.unread) = environment;
        let made_before = namespaces_made(&writes);
        let cluster = proposal.ask.cluster;
        let mut listed = self.listed(cluster, &writes).await;
        let (all, verb) = (writes.len(), proposal.verb());
        let targets = stream::iter(writes).enumerate().map(|(place, write)| {
            let denied = denied.get(&question(&write)).cloned().flatten();
            // Of what belongs together each is tried.
            let tries_all = verb.is_whole();
            let is_made_before = made_before.get(&write.namespace).is_some_and(|made| *made < place);
            let untried = if is_made_before {
                Some(format!("namespace {} is made first", write.namespace))
            } else {
                (place >= TRIED && !tries_all).then(|| format!("of {all} the first {TRIED} are tried"))
            };
            let object = listed.remove(&write.path());
            self.target(cluster, write, Before { denied, untried, object })
        });
        let targets: Vec<_> = targets.buffered(AT_ONCE).collect().await;
        for target in targets {
            match target {
                Ok(target) => proposal.targets.push(target),
                Err(left_out) => proposal.left_out.push(left_out),
            }
        }
        self.count_pods(cluster, &mut proposal.targets).await;
    }

    /// For each kind of write and namespace: why it may not be done.
    async fn denied(&self, proposal: &Proposal, writes: &[Write]) -> BTreeMap<Question, Option<String>> {
        let questions: BTreeSet<Question> = writes.iter().map(question).collect();
        let cluster = proposal.ask.cluster;
        let asked = stream::iter(questions).map(|question| self.may_not(cluster, question));
        asked.buffer_unordered(AT_ONCE).collect().await
    }

    async fn may_not(&self, cluster: ClusterId, question: Question) -> (Question, Option<String>) {
        let why = self.why_not(cluster, &question, "").await;
        (question, why)
    }

    /// Why it may not be done to the objects, or to the one of this name; `None` if it may.
    pub(super) async fn why_not(&self, cluster: ClusterId, question: &Question, name: &str) -> Option<String> {
        let (verb, group, resource, namespace) = question.clone();
        let (resource, subresource) = match resource.split_once('/') {
            Some((resource, subresource)) => (resource.to_owned(), subresource.to_owned()),
            None => (resource, String::new()),
        };
        let name = name.to_owned();
        let request = FetchRequest::Access { verb, group, resource, subresource, namespace, name };
        match self.fetch(cluster, request).await {
            Ok(FetchReply::Access { allowed: false, reason }) => {
                let (verb, _, resource, namespace) = question;
                let place = if namespace.is_empty() { String::new() } else { format!(" in {namespace}") };
                let told = if reason.is_empty() { String::new() } else { format!(" ({reason})") };
                Some(format!("you may not {verb} {resource}{place}{told}"))
            }
            // What cannot be asked is left to the server's own answer.
            _ => None,
        }
    }

    /// The most careful environment of the cluster and the namespaces that are written to, and whether one of these
    /// could not be read.
    async fn environment(&self, proposal: &Proposal, writes: &[Write]) -> (Environment, bool) {
        let policy = &self.inner.policy;
        let cluster = proposal.place.environment;
        let is_namespace = |write: &Write| write.resource.kind == "Namespace";
        let names: BTreeSet<String> = writes
            .iter()
            .map(|write| if is_namespace(write) { write.name.as_str() } else { write.namespace.as_str() })
            .filter(|name| !name.is_empty())
            .map(str::to_owned)
            .collect();
        let made = writes.iter().filter(|write| is_namespace(write)).filter_map(|write| match &write.change {
            Change::Create { manifest } => Some(manifest.clone()),
            _ => None,
        });
        let read = stream::iter(names).map(|name| self.get(proposal.ask.cluster, format!("/api/v1/namespaces/{name}")));
        let objects: Vec<_> = read.buffer_unordered(AT_ONCE).collect().await;
        // One that may not be read counts as the cluster does; one that is not there is made, or fails later.
        let is_hidden =
            objects.iter().any(|read| matches!(read, Err(error) if !matches!(error, PortError::NotFound(_))));
        // What belongs to no namespace is as careful as the cluster, whatever a namespace says.
        let is_shared = writes.iter().any(|write| write.namespace.is_empty() && !is_namespace(write));
        let shared = (is_hidden || is_shared).then_some(cluster);
        let objects = objects.into_iter().filter_map(Result::ok).chain(made);
        let of_object = |object: serde_json::Value| {
            let labels = &object["metadata"]["labels"];
            let label = policy.environment_labels.iter().find_map(|key| labels[key.as_str()].as_str());
            policy.with_label(cluster, label)
        };
        // Unclassified becomes what every namespace says; else the most careful one counts.
        (objects.map(of_object).chain(shared).max().unwrap_or(cluster), is_hidden)
    }
}

/// Verb, group, resource and namespace of a review.
pub(super) type Question = (String, String, String, String);

pub(super) fn question(write: &Write) -> Question {
    let resource = &write.resource;
    // A namespace's own review is asked inside it, so that who may change just this one is told so.
    let namespace = match (&write.change, resource.kind.as_str()) {
        (Change::Create { .. }, "Namespace") => String::new(),
        (_, "Namespace") => write.name.clone(),
        _ => write.namespace.clone(),
    };
    match &write.change {
        // A command is asked about as the server does it.
        Change::Exec { .. } => ("create".to_owned(), String::new(), format!("{}/exec", resource.plural), namespace),
        change => (change.api_verb().to_owned(), resource.group.clone(), resource.plural.clone(), namespace),
    }
}

/// Namespaces that these writes make themselves: what goes into them cannot be tried before.
fn namespaces_made(writes: &[Write]) -> BTreeMap<String, usize> {
    let made = writes
        .iter()
        .enumerate()
        .filter(|(_, write)| write.resource.kind == "Namespace" && matches!(write.change, Change::Create { .. }));
    made.map(|(place, write)| (write.name.clone(), place)).collect()
}
