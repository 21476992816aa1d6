//! Who may enter an EKS cluster, as it is changed from the cluster's description.

use std::sync::Arc;

use insta::assert_snapshot;

use super::fleet::{shown, told_by_aws};
use super::*;
use crate::domain::aws::arn::ClusterArn;
use crate::domain::effect::{Effect, FleetEffect};
use crate::domain::eks::{AccessEntry, AccessScope};
use crate::domain::fleet::{FleetAnswer, FleetNews};
use crate::domain::gate::aws::{AccessAsk, AccessKnown, AccessProposal, AccessWanted};
use crate::domain::gate::{Fate, ProposalId, Report};

const OTHER: &str = "arn:aws:iam::111111111111:role/on-call";
const SRE: &str = "arn:aws:iam::111111111111:user/sre";
const LATER: i64 = NOW + 10_000;

/// The description of payments-prod, with what AWS says of it.
fn described() -> (Model, ClusterArn, Vec<AccessEntry>) {
    let mut model = shown();
    let (arn, eks, detail) = told_by_aws();
    let entries = detail.access_entries.clone().unwrap();
    let eks = Arc::new(eks);
    update(&mut model, Message::Fleet(vec![FleetNews::Described { cluster: ClusterId(0), eks }]), NOW);
    press(&mut model, &["d"]);
    let detailed = FleetNews::Detailed { cluster: ClusterId(0), detail: Ok(Arc::new(detail)) };
    update(&mut model, Message::Fleet(vec![detailed]), NOW);
    (model, arn, entries)
}

fn told(model: &mut Model, serial: u64, answer: FleetAnswer) -> Vec<Effect> {
    let effects = update(model, Message::Fleet(vec![FleetNews::Answered { serial, answer }]), NOW);
    draw(model, LARGE.0, LARGE.1);
    effects
}

fn asked(mut effects: Vec<Effect>) -> (u64, AccessAsk) {
    match effects.remove(0) {
        Effect::Fleet(FleetEffect::ProposeAccess { serial, ask }) => (serial, ask),
        other => panic!("{other:?}"),
    }
}

fn propose(model: &Model, ask: AccessAsk, entries: Vec<AccessEntry>) -> FleetAnswer {
    let auth_mode = crate::domain::eks::AuthMode::Api;
    let known = AccessKnown { auth_mode, entries, caller: SRE.to_owned(), tags: Default::default() };
    let care = model.policy.care_of_eks(&ask.cluster.name, None);
    FleetAnswer::AccessProposed(Ok(Box::new(AccessProposal::new(ProposalId(1), ask, &known, care, &model.policy))))
}

fn type_name(model: &mut Model) -> Vec<Effect> {
    let mut effects = Vec::new();
    for (place, letter) in "payments-prod".chars().enumerate() {
        effects.extend(press_at(model, &[&letter.to_string()], LATER + place as i64));
    }
    effects.extend(press_at(model, &["enter"], LATER + 1_000));
    effects
}

#[test]
fn an_entry_may_have_groups_alone() {
    let (mut model, ..) = described();
    press(&mut model, &["a"]);
    update(&mut model, paste(OTHER), NOW);
    press(&mut model, &["tab", "n", "ctrl-s"]);
    assert!(draw(&mut model, LARGE.0, LARGE.1).contains("without a policy its groups are all that it has"));
    update(&mut model, paste("auditors, on-call"), NOW);
    let (_, ask) = asked(press(&mut model, &["ctrl-s"]));
    let groups = vec!["auditors".to_owned(), "on-call".to_owned()];
    assert_eq!(ask.wanted, AccessWanted::Grant { policies: Vec::new(), groups, username: None });
}

#[test]
fn somebody_is_let_in_once_the_clusters_name_was_typed() {
    let (mut model, arn, entries) = described();
    press(&mut model, &["a"]);
    update(&mut model, paste("on-call"), NOW);
    press(&mut model, &["ctrl-s"]);
    assert_snapshot!("grant_160x50", draw(&mut model, LARGE.0, LARGE.1));
    press(&mut model, &["ctrl-u"]);
    update(&mut model, paste(OTHER), NOW);
    press(&mut model, &["tab", "tab", "right", "tab"]);
    update(&mut model, paste("web, team-*"), NOW);
    let (serial, ask) = asked(press(&mut model, &["ctrl-s"]));
    let scope = AccessScope::Namespaces(vec!["web".to_owned(), "team-*".to_owned()]);
    let policies = vec![("view".to_owned(), scope)];
    let wanted = AccessWanted::Grant { policies, groups: Vec::new(), username: None };
    assert_eq!(ask, AccessAsk { cluster: arn.clone(), principal: OTHER.to_owned(), wanted });
    let proposal = propose(&model, ask, entries);
    told(&mut model, serial, proposal);
    assert_snapshot!("grant_asked_160x50", draw(&mut model, LARGE.0, LARGE.1));
    assert_snapshot!("grant_asked_80x24", draw(&mut model, SMALL.0, SMALL.1));
    update(&mut model, paste("payments-prod"), LATER - 5_000);
    assert!(press_at(&mut model, &["enter"], LATER - 4_000).is_empty(), "pasted text answers nothing");
    let changed = type_name(&mut model);
    let [Effect::Fleet(FleetEffect::ChangeAccess { serial, approved })] = changed.as_slice() else {
        panic!("{changed:?}")
    };
    assert_eq!(approved.ask().principal, OTHER);
    let fates = vec![("access entry".to_owned(), Fate::Done { object: Box::default() })];
    let report = Report {
        verb: crate::domain::gate::Verb::Grant,
        cluster: "payments-prod".to_owned(),
        fates,
        trouble: None,
        cancelled: false,
    };
    let again = told(&mut model, *serial, FleetAnswer::AccessChanged(Box::new(report)));
    assert_eq!(again, [Effect::Fleet(FleetEffect::Detail { cluster: ClusterId(0), arn })]);
    assert_eq!(model.layers.len(), 1, "the description is on top again");
}

#[test]
fn the_last_admins_own_entry_asks_for_the_clusters_name_and_says_why() {
    let (mut model, _, entries) = described();
    press(&mut model, &["ctrl-d", "down"]);
    let (serial, ask) = asked(press(&mut model, &["enter"]));
    assert_eq!(ask.wanted, AccessWanted::Revoke { policies: Vec::new() });
    let proposal = propose(&model, ask, entries);
    told(&mut model, serial, proposal);
    assert_snapshot!("revoke_own_80x24", draw(&mut model, SMALL.0, SMALL.1));
    let answered = press_at(&mut model, &["y", "enter"], LATER);
    assert!(!answered.iter().any(|effect| matches!(effect, Effect::Fleet(_))), "{answered:?}");
    assert!(draw(&mut model, LARGE.0, LARGE.1).contains("type the cluster's name, payments-prod, exactly"));
    press_at(&mut model, &["esc"], LATER);
    // Another scope of the same policy is a form that holds what is there.
    press_at(&mut model, &["e", "enter"], LATER);
    assert!(draw(&mut model, LARGE.0, LARGE.1).contains("scope of AmazonEKSClusterAdminPolicy"));
    press_at(&mut model, &["right", "tab"], LATER);
    update(&mut model, paste("web"), LATER);
    let (_, ask) = asked(press_at(&mut model, &["ctrl-s"], LATER));
    let AccessWanted::Grant { policies, .. } = ask.wanted else { panic!() };
    assert_eq!(policies[0].1, AccessScope::Namespaces(vec!["web".to_owned()]));
}

#[test]
fn what_cannot_be_read_is_told_and_nothing_is_asked() {
    let (mut model, ..) = described();
    press(&mut model, &["ctrl-d"]);
    let (serial, _) = asked(press(&mut model, &["enter"]));
    let trouble = Trouble::new("eks:ListAccessEntries is denied");
    told(&mut model, serial, FleetAnswer::AccessProposed(Err(trouble)));
    assert!(draw(&mut model, LARGE.0, LARGE.1).contains("eks:ListAccessEntries is denied"));
    press_at(&mut model, &["esc"], LATER);
    model.policy.all_read_only = true;
    assert!(press_at(&mut model, &["a"], LATER).is_empty());
    assert_eq!(model.layers.len(), 1);
}
