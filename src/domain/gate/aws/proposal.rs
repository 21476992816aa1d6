//! Everything that a person sees before they answer.

use super::approved::ApprovedAccess;
use super::ask::{AccessAsk, AccessKnown, AccessWanted};
use super::mutation::{AccessChange, Mutation};
use super::stakes::{Stakes, stakes};
use crate::domain::eks::auth_map;
use crate::domain::eks::principal;
use crate::domain::eks::{AccessEntry, AccessPolicy};
use crate::domain::gate::approved::{Answer, NotConfirmed};
use crate::domain::gate::ask::Verb;
use crate::domain::gate::environment::{Care, Environment, Policy};
use crate::domain::gate::level::Level;
use crate::domain::gate::proposal::{Place, ProposalId};
use crate::domain::health::Trouble;
use crate::domain::shell::command_line;

/// A change of access that waits for its answer.
#[derive(Debug, Clone, PartialEq)]
pub struct AccessProposal {
    pub id: ProposalId,
    pub ask: AccessAsk,
    pub place: Place,
    /// As whom AWS knows whoever asks: an ARN.
    pub caller: String,
    /// The principal's entry now.
    pub seen: Option<AccessEntry>,
    /// The requests, in their order.
    pub mutations: Vec<Mutation>,
    /// What a person should know before they answer.
    pub warnings: Vec<String>,
    /// The caller, the last cluster-admin or the nodes lose access: the cluster's name is to be typed.
    pub severe: bool,
    /// Why nothing of this can be done.
    pub refusal: Option<Trouble>,
}

impl AccessProposal {
    /// The requests that lead from what is known to what is asked for, and what they come to. `care`: what the fleet
    /// knows of the cluster; `policy` tells which of its tags count.
    pub fn new(id: ProposalId, ask: AccessAsk, known: &AccessKnown, care: Care, policy: &Policy) -> Self {
        let ask = with_arns(ask);
        let seen = known.entry(&ask.principal).cloned();
        let refusal = refusal(&ask, known).or_else(|| kept(&ask, seen.as_ref()?));
        let mutations = if refusal.is_none() { mutations(&ask, seen.as_ref()) } else { Vec::new() };
        let Stakes { warnings, severe } = stakes(&mutations, seen.as_ref(), known);
        Self {
            id,
            place: place(&ask, known, care, policy),
            caller: known.caller.clone(),
            ask,
            seen,
            mutations,
            warnings,
            severe,
            refusal,
        }
    }

    pub fn verb(&self) -> Verb {
        self.ask.verb()
    }

    /// It is as it is wanted already, in words; `None` if there is something to do.
    pub fn as_wanted(&self) -> Option<String> {
        let nothing = self.refusal.is_none() && self.mutations.is_empty();
        nothing.then(|| match self.verb() {
            Verb::Revoke => format!("{} has no such access to {}", self.ask.principal, self.place.cluster),
            _ => format!("{} has that access to {} already", self.ask.principal, self.place.cluster),
        })
    }

    /// Why the question cannot be answered with yes; `None` if it can.
    pub fn hindrance(&self) -> Option<Trouble> {
        let read_only = || {
            let why = self.place.read_only?;
            Some(Trouble::new(format!("{} is read-only: {why}", self.place.cluster)))
        };
        self.refusal.clone().or_else(read_only).or_else(|| self.as_wanted().map(Trouble::new))
    }

    /// Production, a protected cluster, and whatever locks somebody out: the cluster's name. Else one key.
    pub fn level(&self) -> Level {
        let careful = self.place.protected || self.place.environment == Environment::Production;
        match careful || self.severe {
            true => Level::Word { word: self.place.cluster.clone(), is: "the cluster's name" },
            false => Level::Yes,
        }
    }

    /// Takes an answer. Only the right one, given to what was on the screen, becomes an [`ApprovedAccess`].
    ///
    /// # Errors
    /// See [`NotConfirmed`].
    pub fn confirm(&self, answer: &Answer<'_>) -> Result<ApprovedAccess, NotConfirmed> {
        ApprovedAccess::of(self, answer)
    }

    /// The whole question in lines.
    pub fn told(&self) -> Vec<String> {
        let (place, cluster) = (&self.place, &self.ask.cluster);
        let protected = if place.protected { ", protected" } else { "" };
        let mut lines = vec![format!(
            "{} access to {} ({}{protected}; {} in account {}):",
            self.verb().word(),
            place.cluster,
            place.environment,
            cluster.region,
            cluster.account,
        )];
        lines.extend(self.mutations.iter().map(|mutation| format!("  {}", step(mutation, self.seen.as_ref()))));
        lines.extend(self.warnings.iter().map(|warning| format!("    {warning}")));
        lines
    }
}

/// One request in words.
fn step(mutation: &Mutation, seen: Option<&AccessEntry>) -> String {
    match &mutation.change {
        AccessChange::Create { groups, .. } if groups.is_empty() => format!("create {}", mutation.object_words()),
        AccessChange::Create { groups, .. } => {
            format!("create {} with groups {}", mutation.object_words(), groups.join(", "))
        }
        AccessChange::Delete => {
            let policies = seen.map(|entry| entry.policies.iter().map(AccessPolicy::words).collect::<Vec<_>>());
            match policies.filter(|policies| !policies.is_empty()) {
                Some(policies) => format!("delete {} with {}", mutation.object_words(), policies.join(", ")),
                None => format!("delete {}", mutation.object_words()),
            }
        }
        AccessChange::Associate { policy, .. } => {
            let before = seen.and_then(|entry| entry.policies.iter().find(|held| held.arn == *policy));
            match before {
                Some(held) => format!("associate {}, until now on {}", mutation.object_words(), held.scope.words()),
                None => format!("associate {}", mutation.object_words()),
            }
        }
        AccessChange::Dissociate { .. } => format!("dissociate {}", mutation.object_words()),
    }
}

/// Policies that are given by their names get their ARNs.
fn with_arns(mut ask: AccessAsk) -> AccessAsk {
    let partition = ask.cluster.partition.clone();
    let whole = |policy: &mut String| *policy = AccessPolicy::arn_of(&partition, policy);
    match &mut ask.wanted {
        AccessWanted::Grant { policies, .. } => policies.iter_mut().for_each(|(policy, _)| whole(policy)),
        AccessWanted::Revoke { policies } => policies.iter_mut().for_each(whole),
    }
    ask
}

fn refusal(ask: &AccessAsk, known: &AccessKnown) -> Option<Trouble> {
    if !known.auth_mode.has_entries() {
        let remedy = auth_map::remedy(&ask.cluster.name, &ask.cluster.region);
        return Some(Trouble::new(auth_map::READ_ONLY).with_remedy(remedy));
    }
    if let Some(problem) = principal::problem(&ask.principal) {
        return Some(Trouble::new(crate::domain::text::clean(&problem)));
    }
    let AccessWanted::Grant { groups, .. } = &ask.wanted else { return None };
    const RESERVED: [&str; 5] = ["system:", "eks:", "aws:", "amazon:", "iam:"];
    let reserved = groups.iter().find(|group| RESERVED.iter().any(|prefix| group.starts_with(prefix)))?;
    let words = format!("EKS takes no group {reserved}: groups that begin with {} are reserved", RESERVED.join(", "));
    Some(Trouble::new(crate::domain::text::clean(&words)))
}

/// Groups and username are given to an entry that is made. One that is there keeps its own: that is not passed over.
fn kept(ask: &AccessAsk, seen: &AccessEntry) -> Option<Trouble> {
    let AccessWanted::Grant { groups, username, .. } = &ask.wanted else { return None };
    let has_groups = groups.iter().all(|group| seen.groups.contains(group));
    let has_name = username.as_ref().is_none_or(|name| *name == seen.username);
    if has_groups && has_name {
        return None;
    }
    let cluster = &ask.cluster;
    let own = if seen.groups.is_empty() { "no groups".to_owned() } else { seen.groups.join(", ") };
    let words = format!(
        "{} has an entry already, with {own} and the username {}: groups and username are given when one is made",
        ask.principal, seen.username
    );
    let mut remedy: Vec<String> = ["aws", "eks", "update-access-entry", "--cluster-name"].map(str::to_owned).to_vec();
    remedy.extend([cluster.name.clone(), "--region".to_owned(), cluster.region.clone()]);
    remedy.extend(["--principal-arn".to_owned(), ask.principal.clone()]);
    if !has_groups {
        // What is given takes the place of what was there.
        let own = seen.groups.iter().filter(|group| !groups.contains(group));
        remedy.extend(["--kubernetes-groups".to_owned()].into_iter().chain(own.chain(groups).cloned()));
    }
    if let Some(name) = username.as_ref().filter(|_| !has_name) {
        remedy.extend(["--username".to_owned(), name.clone()]);
    }
    Some(Trouble::new(crate::domain::text::clean(&words)).with_remedy(command_line(&remedy)))
}

fn mutations(ask: &AccessAsk, seen: Option<&AccessEntry>) -> Vec<Mutation> {
    let held = |policy: &str| seen.and_then(|entry| entry.policies.iter().find(|held| held.arn == policy));
    let changes: Vec<AccessChange> = match &ask.wanted {
        AccessWanted::Grant { policies, groups, username } => {
            let entry = AccessChange::Create { groups: groups.clone(), username: username.clone() };
            let missing =
                policies.iter().filter(|(policy, scope)| !held(policy).is_some_and(|it| it.scope.is_same(scope)));
            let associate = |(policy, scope): &(String, _)| AccessChange::Associate {
                policy: policy.clone(),
                scope: Clone::clone(scope),
            };
            let entry = seen.is_none().then_some(entry);
            entry.into_iter().chain(missing.map(associate)).collect()
        }
        AccessWanted::Revoke { policies } if policies.is_empty() => {
            seen.map(|_| AccessChange::Delete).into_iter().collect()
        }
        AccessWanted::Revoke { policies } => {
            let held = policies.iter().filter(|policy| held(policy).is_some());
            held.map(|policy| AccessChange::Dissociate { policy: policy.clone() }).collect()
        }
    };
    let mutation = |change| Mutation { cluster: ask.cluster.clone(), principal: ask.principal.clone(), change };
    changes.into_iter().map(mutation).collect()
}

fn place(ask: &AccessAsk, known: &AccessKnown, care: Care, policy: &Policy) -> Place {
    let name = &ask.cluster.name;
    let tag = policy.environment_labels.iter().find_map(|label| known.tags.get(label));
    Place {
        cluster: name.clone(),
        environment: policy.with_label(care.environment, tag.map(String::as_str)),
        protected: care.protected,
        unread: false,
        read_only: care.read_only,
    }
}
