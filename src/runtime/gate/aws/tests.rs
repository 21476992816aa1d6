use std::sync::Mutex;

use futures::future::BoxFuture;

use super::*;
use crate::domain::eks::{AccessEntry, AccessScope, AuthMode};
use crate::domain::gate::aws::{AccessKnown, AccessWanted};
use crate::domain::gate::{Answer, Level};
use crate::domain::registry::ClusterRecord;

const OTHER: &str = "arn:aws:iam::111111111111:user/other";

/// An account, and a journal, that remember what came to them in which order.
#[derive(Default)]
struct World {
    entries: Mutex<Vec<AccessEntry>>,
    told: Mutex<Vec<String>>,
    /// No line can be written.
    full: bool,
    refuses: Option<PortError>,
}

impl World {
    fn tell(&self, words: String) {
        self.told.lock().unwrap().push(words);
    }
}

struct Handle(Arc<World>);

impl AccessPort for Handle {
    fn known(&self, _cluster: ClusterArn) -> BoxFuture<'static, Result<AccessKnown, PortError>> {
        let entries = self.0.entries.lock().unwrap().clone();
        let caller = "arn:aws:iam::111111111111:user/sre".to_owned();
        let known = AccessKnown { auth_mode: AuthMode::Api, entries, caller, tags: Default::default() };
        Box::pin(async move { Ok(known) })
    }

    fn mutate(&self, mutation: ApprovedMutation) -> BoxFuture<'static, Result<(), WriteError>> {
        self.0.tell(mutation.mutation().operation().to_owned());
        let answer = match self.0.refuses.clone() {
            Some(error) => Err(WriteError { error, causes: Vec::new(), reason: String::new(), may_be_done: false }),
            None => Ok(()),
        };
        Box::pin(async move { answer })
    }
}

impl AuditPort for Handle {
    fn record(&self, record: Record) -> BoxFuture<'static, Result<u64, Trouble>> {
        self.0.tell(format!("{:?} by {}", record.outcome, record.cluster_user));
        let answer = if self.0.full { Err(Trouble::new("the disk is full")) } else { Ok(7) };
        Box::pin(async move { answer })
    }
}

fn gate(world: &Arc<World>) -> AwsGate {
    AwsGate::new(Arc::new(Handle(world.clone())), Arc::new(Handle(world.clone())), Policy::default())
}

#[tokio::test]
async fn what_the_registry_says_of_a_cluster_counts_here_too() {
    let told = |record: ClusterRecord| {
        let info = ClusterInfo { record: Some(Arc::new(record)), ..ClusterInfo::sample("called otherwise") };
        gate(&Arc::default()).with_infos(move |_| Some(info.clone()))
    };
    let ask = || AccessAsk {
        cluster: ClusterArn::parse("arn:aws:eks:us-west-2:111111111111:cluster/batch-dev").unwrap(),
        principal: OTHER.to_owned(),
        wanted: AccessWanted::Grant {
            policies: vec![("view".to_owned(), AccessScope::Cluster)],
            groups: Vec::new(),
            username: None,
        },
    };
    let yes = |gate: AwsGate| async move { gate.propose(ask()).await.unwrap() };
    assert_eq!(yes(gate(&Arc::default())).await.level(), Level::Yes);
    let protected = yes(told(ClusterRecord { protected: true, ..ClusterRecord::sample("batch-dev") })).await;
    assert_eq!(protected.level(), Level::Word { word: "batch-dev".to_owned(), is: "the cluster's name" });
    let closed = told(ClusterRecord { read_only: true, ..ClusterRecord::sample("batch-dev") });
    assert!(yes(closed).await.hindrance().unwrap().words.contains("the registry makes this cluster read-only"));
}

fn entry() -> AccessEntry {
    AccessEntry {
        principal: OTHER.to_owned(),
        kind: "STANDARD".to_owned(),
        username: OTHER.to_owned(),
        groups: Vec::new(),
        policies: Vec::new(),
        created: None,
    }
}

async fn approved(gate: &AwsGate) -> ApprovedAccess {
    let policies = vec![("AmazonEKSViewPolicy".to_owned(), AccessScope::Cluster)];
    let ask = AccessAsk {
        cluster: ClusterArn::parse("arn:aws:eks:us-west-2:111111111111:cluster/batch-dev").unwrap(),
        principal: OTHER.to_owned(),
        wanted: AccessWanted::Grant { policies, groups: Vec::new(), username: None },
    };
    gate.propose(ask).await.unwrap().confirm(&Answer::Flags { yes: true, word: None }).unwrap()
}

#[tokio::test]
async fn each_request_stands_between_two_lines_that_name_the_caller() {
    let world = Arc::new(World::default());
    let gate = gate(&world);
    let report = gate.execute(approved(&gate).await, CancellationToken::new()).await;
    assert!(report.is_whole(), "{report:?}");
    let caller = "arn:aws:iam::111111111111:user/sre";
    let told = world.told.lock().unwrap().clone();
    let (before, after) = (format!("None by {caller}"), format!("Some(Done) by {caller}"));
    let wanted = [&before, "CreateAccessEntry", &after, &before, "AssociateAccessPolicy", &after];
    assert_eq!(told, wanted);
}

#[tokio::test]
async fn without_a_line_nothing_is_sent() {
    let world = Arc::new(World { full: true, ..World::default() });
    let gate = gate(&world);
    let report = gate.execute(approved(&gate).await, CancellationToken::new()).await;
    assert_eq!(report.done(), 0);
    assert!(report.trouble.unwrap().words.contains("the disk is full"));
    assert!(!world.told.lock().unwrap().iter().any(|told| told.contains("Access")));
}

#[tokio::test]
async fn an_entry_that_came_meanwhile_is_not_overwritten() {
    let world = Arc::new(World::default());
    let gate = gate(&world);
    let approved = approved(&gate).await;
    world.entries.lock().unwrap().push(entry());
    let report = gate.execute(approved, CancellationToken::new()).await;
    assert_eq!(report.changed().len(), 2, "{report:?}");
    assert!(world.told.lock().unwrap().is_empty());
}

#[tokio::test]
async fn the_first_refusal_ends_it_and_is_recorded() {
    let refuses = Some(PortError::Forbidden(Trouble::new("you may not")));
    let world = Arc::new(World { refuses, ..World::default() });
    let gate = gate(&world);
    let report = gate.execute(approved(&gate).await, CancellationToken::new()).await;
    assert!(matches!(report.fates[0].1, Fate::Refused { .. }), "{report:?}");
    assert!(matches!(report.fates[1].1, Fate::NotSent(_)), "{report:?}");
    assert!(world.told.lock().unwrap().iter().any(|told| told.starts_with("Some(Refused)")));
}

#[tokio::test]
async fn an_answer_counts_only_at_the_gate_that_asked() {
    let world = Arc::new(World::default());
    let approved = approved(&gate(&world)).await;
    let report = gate(&world).execute(approved, CancellationToken::new()).await;
    assert_eq!(report.done(), 0);
    assert!(report.trouble.unwrap().words.contains("ask again"));
}
