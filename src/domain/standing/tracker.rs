//! From judgements to transitions.

use std::collections::BTreeSet;

use super::judge::{Cause, Judgement};
use super::thresholds::AGREEING;
use crate::domain::registry::{Status, Transition};

/// One cluster's standing over time. A change is told once looks agree on it, and counts from the first of them; the
/// first look ever is told at once, and so is a cluster that answers again.
#[derive(Debug, Clone, Default)]
pub struct Tracker {
    told: Option<Told>,
    doubt: Option<Doubt>,
}

#[derive(Debug, Clone)]
struct Told {
    transition: Transition,
    /// `None`: told before this tracker was there, so that the next look says which causes are meant.
    causes: Option<BTreeSet<Cause>>,
}

#[derive(Debug, Clone)]
struct Doubt {
    status: Status,
    causes: BTreeSet<Cause>,
    since_ms: i64,
    looks: u32,
}

impl Tracker {
    /// Goes on from what was told last, by whomever.
    pub fn after(last: Option<Transition>) -> Self {
        Self { told: last.map(|transition| Told { transition, causes: None }), doubt: None }
    }

    /// What was told last.
    pub fn standing(&self) -> Option<&Transition> {
        self.told.as_ref().map(|told| &told.transition)
    }

    /// Whether the last look said something else than what is told: the next one had better come soon.
    pub fn is_in_doubt(&self) -> bool {
        self.doubt.is_some()
    }

    /// Takes one look in. `at_ms` is Unix milliseconds.
    pub fn look(&mut self, cluster: &str, judgement: &Judgement, at_ms: i64) -> Option<Transition> {
        let Some(told) = &mut self.told else { return Some(self.tell(cluster, judgement, at_ms)) };
        let last = told.transition.status;
        let same_causes = told.causes.as_ref().is_none_or(|causes| *causes == judgement.causes);
        if last == judgement.status && same_causes {
            told.causes = Some(judgement.causes.clone());
            self.doubt = None;
            return None;
        }
        if last == Status::Down && judgement.status != Status::Down {
            return Some(self.tell(cluster, judgement, at_ms));
        }
        let doubt = match self.doubt.take() {
            // Causes that come and go within one status must agree too; a status need not have the same causes twice.
            Some(doubt)
                if doubt.status == judgement.status && (last != doubt.status || doubt.causes == judgement.causes) =>
            {
                Doubt { looks: doubt.looks + 1, causes: judgement.causes.clone(), ..doubt }
            }
            _ => Doubt { status: judgement.status, causes: judgement.causes.clone(), since_ms: at_ms, looks: 1 },
        };
        if doubt.looks >= AGREEING {
            return Some(self.tell(cluster, judgement, doubt.since_ms));
        }
        self.doubt = Some(doubt);
        None
    }

    fn tell(&mut self, cluster: &str, judgement: &Judgement, since_ms: i64) -> Transition {
        let transition =
            Transition { cluster: cluster.to_owned(), status: judgement.status, since_ms, why: judgement.why.clone() };
        self.told = Some(Told { transition: transition.clone(), causes: Some(judgement.causes.clone()) });
        self.doubt = None;
        transition
    }
}
