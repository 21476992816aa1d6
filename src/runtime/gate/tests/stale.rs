//! An answer counts once, in time, at the gate that asked, for the cluster that was named.

use proptest::prelude::*;
use tokio_util::sync::CancellationToken;

use super::*;

/// The question was put so long ago that no answer counts any more.
fn grow_old(gate: &Gate, proposal: &Proposal) {
    gate.inner.questions.grow_old(proposal.id);
}

#[tokio::test]
async fn the_second_use_of_an_answer_writes_nothing() {
    let world = World::with_jobs(&["a"]);
    let gate = world.gate();
    let proposal = propose(&gate, delete(&["a"])).await;
    assert!(execute(&gate, &proposal).await.is_whole());
    let again = World::with_jobs(&["a"]).object(&job_path("a"));
    world.put(&job_path("a"), again);
    let report = execute(&gate, &proposal).await;
    assert!(report.trouble.unwrap().words.contains("answered before"));
    assert_eq!(world.sent(), ["DELETE a"]);
}

#[tokio::test]
async fn an_answer_that_comes_too_late_writes_nothing() {
    let world = World::with_jobs(&["a"]);
    let gate = world.gate();
    let proposal = propose(&gate, delete(&["a"])).await;
    grow_old(&gate, &proposal);
    let report = execute(&gate, &proposal).await;
    assert!(report.trouble.unwrap().words.contains("too old"));
    assert_eq!(world.said(), [""; 0]);
}

#[tokio::test]
async fn an_answer_to_another_gate_writes_nothing() {
    let world = World::with_jobs(&["a", "b"]);
    let (ours, theirs) = (world.gate(), world.gate());
    let (asked_here, _) = (propose(&ours, delete(&["a"])).await, propose(&theirs, delete(&["b"])).await);
    let report = execute(&theirs, &asked_here).await;
    assert!(report.trouble.is_some(), "{report:?}");
    assert_eq!(world.said(), [""; 0]);
}

#[tokio::test]
async fn an_answer_writes_in_the_cluster_that_the_question_named() {
    let world = World::with_jobs(&["a"]);
    let gate = world.gate();
    let proposal = gate.propose(Ask { cluster: ClusterId(1), what: delete(&["a"]), hidden: 0 }).await;
    assert!(execute(&gate, &proposal).await.is_whole());
    assert_eq!(world.sent(), ["DELETE a in cluster 1"]);
}

/// One step of somebody who holds proposals and answers of two gates and uses them as they like.
#[derive(Debug, Clone, Copy)]
enum Step {
    Propose {
        gate: usize,
    },
    /// The held proposal of this number is answered and carried out at this gate, now or a second time.
    Execute {
        held: usize,
        gate: usize,
    },
    Age {
        held: usize,
    },
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        2 => (0usize..2).prop_map(|gate| Step::Propose { gate }),
        4 => (0usize..6, 0usize..2).prop_map(|(held, gate)| Step::Execute { held, gate }),
        1 => (0usize..6).prop_map(|held| Step::Age { held }),
    ]
}

struct Held {
    proposal: Proposal,
    gate: usize,
    usable: bool,
}

async fn run(steps: Vec<Step>) -> Result<(), TestCaseError> {
    let world = World::with_jobs(&["a"]);
    let gates = [world.gate(), world.gate()];
    let mut held: Vec<Held> = Vec::new();
    let mut due = 0;
    for step in steps {
        match step {
            Step::Propose { gate } => {
                let proposal = propose(&gates[gate], delete(&["a"])).await;
                held.push(Held { proposal, gate, usable: true });
            }
            Step::Age { held: at } => {
                if let Some(held) = held.get_mut(at).filter(|held| held.usable) {
                    grow_old(&gates[held.gate], &held.proposal);
                    held.usable = false;
                }
            }
            Step::Execute { held: at, gate } => {
                let Some(held) = held.get_mut(at) else { continue };
                let cancel = CancellationToken::new();
                gates[gate].execute(yes(&held.proposal), |_| {}, cancel).await;
                let here = gate == held.gate;
                due += usize::from(here && held.usable);
                // Whatever came of it, the gate that asked takes an answer once.
                held.usable &= !here;
                world.put(&job_path("a"), job("a"));
            }
        }
        prop_assert_eq!(world.sent().len(), due);
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn no_order_of_answers_writes_more_than_was_agreed_to(steps in prop::collection::vec(step(), 1..40)) {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(run(steps))?;
    }
}
