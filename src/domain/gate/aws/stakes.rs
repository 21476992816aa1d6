//! Who loses what by a change of access.

use super::ask::AccessKnown;
use super::mutation::{AccessChange, Mutation};
use crate::domain::eks::principal::is_own;
use crate::domain::eks::{AccessEntry, AccessPolicy, AuthMode};

/// What a person must know, and whether somebody is locked out.
#[derive(Debug, Default)]
pub struct Stakes {
    pub warnings: Vec<String>,
    pub severe: bool,
}

impl Stakes {
    fn severe(&mut self, words: String) {
        self.severe = true;
        self.warnings.push(words);
    }
}

/// `seen`: the principal's entry now.
pub fn stakes(mutations: &[Mutation], seen: Option<&AccessEntry>, known: &AccessKnown) -> Stakes {
    let mut stakes = Stakes::default();
    let makes_admin = mutations.iter().any(|mutation| match &mutation.change {
        AccessChange::Associate { policy, scope } => {
            AccessPolicy { arn: policy.clone(), scope: scope.clone() }.is_cluster_admin()
        }
        _ => false,
    });
    if makes_admin {
        stakes.warnings.push("it may do everything in the cluster then, read every Secret too".to_owned());
    }
    let Some(entry) = seen else { return stakes };
    let after = after(entry, mutations);
    let loses = is_less(entry, after.as_ref());
    if !loses {
        return stakes;
    }
    if is_own(&entry.principal, &known.caller) {
        stakes.severe(match &after {
            None => "this is your own entry: you lose access to this cluster".to_owned(),
            Some(_) => "this is your own entry: you lose part of your access to this cluster".to_owned(),
        });
    }
    if entry.is_of_nodes() && after.is_none() {
        stakes.severe(format!("nodes come in by this entry ({}): they can no longer join the cluster", entry.kind));
    }
    let others = known.entries.iter().filter(|other| other.principal != entry.principal);
    let stays = after.as_ref().is_some_and(AccessEntry::is_cluster_admin);
    if entry.is_cluster_admin() && !stays && !others.into_iter().any(AccessEntry::is_cluster_admin) {
        let beside = match known.auth_mode {
            AuthMode::ApiAndConfigMap => " (aws-auth may name others)",
            _ => "",
        };
        stakes.severe(format!("this is the last cluster-admin among the access entries{beside}"));
    }
    stakes
}

/// The entry as it will be; `None` when it goes.
fn after(entry: &AccessEntry, mutations: &[Mutation]) -> Option<AccessEntry> {
    mutations.iter().try_fold(entry.clone(), |mut entry, mutation| {
        match &mutation.change {
            AccessChange::Delete => return None,
            AccessChange::Create { .. } => {}
            AccessChange::Dissociate { policy } => entry.policies.retain(|held| held.arn != *policy),
            AccessChange::Associate { policy, scope } => {
                entry.policies.retain(|held| held.arn != *policy);
                entry.policies.push(AccessPolicy { arn: policy.clone(), scope: scope.clone() });
            }
        }
        Some(entry)
    })
}

/// Whether something that the entry allows now is gone afterwards.
fn is_less(now: &AccessEntry, after: Option<&AccessEntry>) -> bool {
    let Some(after) = after else { return true };
    now.policies.iter().any(|held| {
        let next = after.policies.iter().find(|next| next.arn == held.arn);
        next.is_none_or(|next| held.scope.is_narrowed_by(&next.scope))
    })
}
