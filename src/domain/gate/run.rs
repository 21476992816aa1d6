//! What is asked before something happens to a Terraform run, and what goes on by itself after a person agreed.

use serde_json::Value;

use super::ask::Verb;
use super::environment::Environment;
use super::level::Level;
use super::proposal::Target;
use super::write::{Change, Write};
use crate::domain::provision::manifests::{MANAGED_BY, QUEUE, READER};

/// A change of what a run is in its management cluster.
#[derive(Debug, Clone, PartialEq)]
pub struct RunChange {
    pub verb: Verb,
    /// In order; what has an owner without a uid belongs to what was made before it.
    pub writes: Vec<Write>,
    /// The cluster that Terraform works on.
    pub subject: String,
    pub environment: Environment,
    pub is_protected: bool,
    /// Why nothing may happen to it.
    pub read_only: Option<&'static str>,
    /// Something is destroyed or replaced.
    pub is_dangerous: bool,
    /// Nobody could look inside what is destroyed.
    pub is_blind: bool,
    /// What is to be known before the answer, line by line.
    pub notes: Vec<String>,
}

impl RunChange {
    /// A plan changes nothing and takes `y`. An approval of what destroys, and whatever changes something protected or
    /// in production, wants the cluster's name; so does freeing a lock, which may be somebody's.
    pub fn level(&self) -> Level {
        let careful = self.is_protected || self.environment == Environment::Production;
        let wants_name = match self.verb {
            Verb::Approve | Verb::Stop | Verb::CleanUp => careful || self.is_dangerous,
            Verb::Unlock => true,
            _ => false,
        };
        match wants_name {
            true if self.is_blind => {
                Level::Word { word: format!("{} unseen", self.subject), is: "the cluster's name and the word unseen" }
            }
            true => Level::Word { word: self.subject.clone(), is: "the cluster's name" },
            false => Level::Yes,
        }
    }

    /// Whether it follows from what was agreed to before, so that nobody is asked again: a queued Job of ours starts, a
    /// pod that only reads our files comes and goes, what nobody needs any more is swept away.
    pub(super) fn is_standing(&self, targets: &[Target]) -> bool {
        matches!(self.verb, Verb::Proceed | Verb::Read) && targets.iter().all(follows)
    }
}

fn follows(target: &Target) -> bool {
    let labels = target.seen.as_ref().map(|seen| &seen.labels);
    let is_ours = |key: &str| labels.is_some_and(|labels| labels[key] == MANAGED_BY);
    let managed = || is_ours("app.kubernetes.io/managed-by");
    match (target.write.resource.kind.as_str(), &target.write.change) {
        ("Job", Change::Patch { patch }) => managed() && starts(patch),
        ("Pod", Change::Create { manifest }) => manifest["metadata"]["labels"][READER] == MANAGED_BY,
        ("Pod", Change::Delete { .. }) => is_ours(READER),
        ("Pod", Change::Exec { command, .. }) => is_ours(READER) && command.first().is_some_and(|word| word == "cat"),
        ("Lease", Change::Create { .. } | Change::Replace { .. }) => target.write.name == QUEUE,
        ("PersistentVolumeClaim", Change::Delete { .. }) => managed(),
        _ => false,
    }
}

/// The patch lets a Job go, says when it is forgotten, or notes something on it.
fn starts(patch: &Value) -> bool {
    let Some(parts) = patch.as_object() else { return false };
    parts.iter().all(|(part, value)| match part.as_str() {
        "spec" => value.as_object().is_some_and(|spec| {
            let is_known = |(key, value): (&String, &Value)| match key.as_str() {
                "suspend" => *value == false,
                "ttlSecondsAfterFinished" => value.is_u64(),
                _ => false,
            };
            spec.iter().all(is_known)
        }),
        "metadata" => value.as_object().is_some_and(|meta| meta.keys().all(|key| key == "annotations")),
        _ => false,
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::domain::gate::ask::Wanted;
    use crate::domain::gate::samples::proposal;
    use crate::domain::gate::{Answer, Ask, NotConfirmed, Seen};
    use crate::domain::ids::ClusterId;
    use crate::domain::provision::asks;
    use crate::domain::provision::tests::samples::awaiting;
    use crate::domain::provision::tests::samples::spec;
    use crate::domain::provision::{Kind, Phase};

    fn proposed(change: RunChange, label: Option<&str>) -> crate::domain::gate::Proposal {
        let ask = Ask { cluster: ClusterId(0), what: Wanted::Run(Box::new(change)), hidden: 0 };
        let mut proposal = proposal(&ask, "tools", Environment::Production);
        for target in &mut proposal.targets {
            let labels = json!({"app.kubernetes.io/managed-by": label, READER: label});
            target.seen = Some(Seen { labels, ..Seen::default() });
        }
        proposal
    }

    #[test]
    fn nobody_is_asked_again_for_what_follows_from_an_answer() {
        let run = awaiting(&spec("aaaa1111", "one", Kind::Provision), 0);
        let ours = Some(MANAGED_BY);
        for change in [
            asks::start(&run, Phase::Plan).unwrap(),
            asks::forget_after(&run, 60),
            asks::read(&run.spec(), "read-x", "plan.json"),
            asks::drop_reader(&run.spec(), "read-x"),
            asks::reader(&run.spec(), "read-x"),
            asks::drop_old_reader("eksdeck", "read-x"),
            asks::hold("eksdeck", "me", "now", 15, None),
            asks::sweep(&run, "work-x"),
        ] {
            let words = format!("{change:?}");
            assert!(proposed(change, ours).confirm(&Answer::Standing).is_ok(), "{words}");
        }
        // The same of what is not ours.
        for change in
            [asks::start(&run, Phase::Plan).unwrap(), asks::read(&run.spec(), "x", "y"), asks::sweep(&run, "x")]
        {
            let proposal = proposed(change, Some("helm"));
            assert_eq!(proposal.confirm(&Answer::Standing), Err(NotConfirmed::WantsYes));
        }
    }

    #[test]
    fn whatever_a_person_has_to_agree_to_is_never_carried_out_by_itself() {
        let run = awaiting(&spec("aaaa1111", "one", Kind::Provision), 0);
        let approval = crate::domain::provision::tests::samples::approval("ann", None);
        let approve = asks::approve(&run, approval, "", Default::default()).unwrap();
        let mut disguised = approve.clone();
        disguised.verb = Verb::Proceed;
        let mut patched = asks::start(&run, Phase::Plan).unwrap();
        for write in &mut patched.writes {
            write.change = Change::Patch { patch: json!({"spec": {"suspend": false, "template": {}}}) };
        }
        let clean_up = RunChange { verb: Verb::Proceed, ..asks::clean_up(&run, &[], &[]).unwrap_or(approve.clone()) };
        let mut shell = asks::read(&run.spec(), "read-x", "plan.json");
        for write in &mut shell.writes {
            let command = ["rm", "-rf", "/work"].map(str::to_owned).to_vec();
            write.change = Change::Exec { container: "reader".to_owned(), command };
        }
        let nothing = RunChange { verb: Verb::Proceed, writes: Vec::new(), ..approve.clone() };
        let files = asks::with_files(nothing, &run);
        for change in [approve, disguised, patched, clean_up, shell, files] {
            let words = format!("{change:?}");
            assert!(proposed(change, Some(MANAGED_BY)).confirm(&Answer::Standing).is_err(), "{words}");
        }
    }
}
