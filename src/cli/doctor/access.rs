//! What the deck wants to read, and whether it may.

use std::sync::Arc;

use futures::future::join_all;

use super::report::{Check, Level};
use crate::cli::exit::FORBIDDEN;
use crate::domain::ids::{ClusterId, KindId};
use crate::domain::request::{FetchReply, FetchRequest, PortError};
use crate::kinds::table::entry;
use crate::runtime::ports::FleetPort;

/// One thing that is read.
struct Wish {
    kind: KindId,
    subresource: &'static str,
    verbs: &'static [&'static str],
    /// What is missing without it; `None`: the deck is of little use without it.
    without: Option<&'static str>,
}

const READ: &[&str] = &["list", "watch"];

const WISHES: [Wish; 7] = [
    Wish { kind: KindId::Job, subresource: "", verbs: READ, without: None },
    Wish { kind: KindId::Pod, subresource: "", verbs: READ, without: None },
    Wish { kind: KindId::Pod, subresource: "log", verbs: &["get"], without: None },
    Wish { kind: KindId::Namespace, subresource: "", verbs: READ, without: Some("namespaces must be named with -n") },
    Wish { kind: KindId::CronJob, subresource: "", verbs: READ, without: Some("CronJobs are not shown") },
    Wish { kind: KindId::Node, subresource: "", verbs: READ, without: Some("nodes are not counted") },
    Wish {
        kind: KindId::Event,
        subresource: "",
        verbs: &["list"],
        without: Some("causes that only events tell stay unknown"),
    },
];

impl Wish {
    fn resource(&self) -> String {
        let plural = entry(self.kind).plural;
        if self.subresource.is_empty() { plural.to_owned() } else { format!("{plural}/{}", self.subresource) }
    }

    fn request(&self, verb: &str, namespace: &str) -> FetchRequest {
        let kind = entry(self.kind);
        FetchRequest::Access {
            verb: verb.to_owned(),
            group: kind.group.to_owned(),
            resource: kind.plural.to_owned(),
            subresource: self.subresource.to_owned(),
            namespace: namespace.to_owned(),
            name: String::new(),
        }
    }
}

/// One check for each thing that the deck reads. `namespaces` are looked into where a right does not hold over the whole
/// cluster.
pub async fn checks(port: &Arc<dyn FleetPort>, cluster: ClusterId, namespaces: &[Arc<str>]) -> Vec<Check> {
    once(join_all(WISHES.iter().map(|wish| check(port, cluster, wish, namespaces))).await)
}

/// Who may not even ask what they may do is told so once, not for each thing.
fn once(checks: Vec<Check>) -> Vec<Check> {
    match checks.as_slice() {
        [first, rest @ ..]
            if first.level == Level::Wrong
                && rest.iter().all(|check| (check.level, &check.words) == (first.level, &first.words)) =>
        {
            vec![Check { name: "permissions".to_owned(), ..first.clone() }]
        }
        _ => checks,
    }
}

async fn check(port: &Arc<dyn FleetPort>, cluster: ClusterId, wish: &Wish, namespaces: &[Arc<str>]) -> Check {
    let name = wish.resource();
    let everywhere = may(port, cluster, wish, "").await;
    let missing = match everywhere {
        Ok(missing) if missing.is_empty() => return Check::fine(&name, wish.verbs.join(", ")),
        Ok(missing) => missing,
        Err(error) => return Check::wrong(&name, FORBIDDEN, "").because(error.trouble()),
    };
    let asked: &[Arc<str>] = if entry(wish.kind).namespaced { namespaces } else { &[] };
    let answers = join_all(asked.iter().map(|namespace| may(port, cluster, wish, namespace))).await;
    let allowed: Vec<&str> = asked
        .iter()
        .zip(&answers)
        .filter(|(_, answer)| answer.as_ref().is_ok_and(Vec::is_empty))
        .map(|(namespace, _)| &**namespace)
        .collect();
    told(wish, &missing, &allowed, asked)
}

/// The verbs that are not allowed.
async fn may(
    port: &Arc<dyn FleetPort>,
    cluster: ClusterId,
    wish: &Wish,
    namespace: &str,
) -> Result<Vec<&'static str>, PortError> {
    let answers = join_all(wish.verbs.iter().map(|verb| port.fetch(cluster, wish.request(verb, namespace)))).await;
    let mut missing = Vec::new();
    for (verb, answer) in wish.verbs.iter().zip(answers) {
        if !matches!(answer?, FetchReply::Access { allowed: true, .. }) {
            missing.push(*verb);
        }
    }
    Ok(missing)
}

fn told(wish: &Wish, missing: &[&str], allowed: &[&str], asked: &[Arc<str>]) -> Check {
    let name = wish.resource();
    if !allowed.is_empty() {
        return Check::note(&name, format!("{} only in {}", wish.verbs.join(", "), allowed.join(", ")));
    }
    let nor = if asked.is_empty() { String::new() } else { format!(", nor in {}", asked.join(", ")) };
    let place = if entry(wish.kind).namespaced { format!(" in all namespaces{nor}") } else { String::new() };
    let words = format!("no permission to {} {name}{place}", missing.join(" and "));
    match wish.without {
        Some(without) => Check::note(&name, format!("{words}: {without}")),
        None => Check::wrong(&name, FORBIDDEN, words)
            .remedy(format!("ask for a role with {} on {name}, or name a namespace with -n", wish.verbs.join(", "))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wish(kind: KindId) -> &'static Wish {
        WISHES.iter().find(|wish| wish.kind == kind).unwrap()
    }

    #[test]
    fn a_person_of_two_namespaces_is_not_told_that_something_is_wrong() {
        let check = told(wish(KindId::Job), &["list", "watch"], &["a", "b"], &["a".into(), "b".into(), "c".into()]);
        assert_eq!((check.level, check.words.as_str()), (Level::Note, "list, watch only in a, b"));
    }

    #[test]
    fn one_refusal_of_all_questions_is_told_once() {
        let refused = |name: &str| Check::wrong(name, FORBIDDEN, "no permission to ask");
        let told = once(vec![refused("jobs"), refused("pods")]);
        assert_eq!(told, [refused("permissions")]);
        let mixed = vec![refused("jobs"), Check::fine("pods", "list, watch")];
        assert_eq!(once(mixed.clone()), mixed);
    }

    #[test]
    fn jobs_are_needed_and_nodes_are_not() {
        let jobs = told(wish(KindId::Job), &["list", "watch"], &[], &["a".into()]);
        assert_eq!((jobs.level, jobs.code), (Level::Wrong, FORBIDDEN));
        assert_eq!(jobs.words, "no permission to list and watch jobs in all namespaces, nor in a");
        let nodes = told(wish(KindId::Node), &["watch"], &[], &[]);
        assert_eq!(nodes.level, Level::Note);
        assert_eq!(nodes.words, "no permission to watch nodes: nodes are not counted");
    }
}
