use super::*;
use crate::domain::aws::arn::ClusterArn;
use crate::domain::eks::{AccessEntry, AccessPolicy, AccessScope, AuthMode};
use crate::domain::gate::environment::Policy;
use crate::domain::gate::{Answer, Level, NotConfirmed, ProposalId};

const ADMIN: &str = "AmazonEKSClusterAdminPolicy";
const VIEW: &str = "AmazonEKSViewPolicy";
const SRE: &str = "arn:aws:iam::111111111111:user/sre";
const OTHER: &str = "arn:aws:iam::111111111111:user/other";

fn cluster(name: &str) -> ClusterArn {
    ClusterArn::parse(&format!("arn:aws:eks:us-west-2:111111111111:cluster/{name}")).unwrap()
}

fn entry(principal: &str, policies: &[(&str, AccessScope)]) -> AccessEntry {
    let policy = |(name, scope): &(&str, AccessScope)| AccessPolicy {
        arn: AccessPolicy::arn_of("aws", name),
        scope: scope.clone(),
    };
    AccessEntry {
        principal: principal.to_owned(),
        kind: "STANDARD".to_owned(),
        username: principal.to_owned(),
        groups: Vec::new(),
        policies: policies.iter().map(policy).collect(),
        created: None,
    }
}

fn known(entries: Vec<AccessEntry>) -> AccessKnown {
    AccessKnown { auth_mode: AuthMode::Api, entries, caller: SRE.to_owned(), tags: Default::default() }
}

fn ask(principal: &str, wanted: AccessWanted) -> AccessAsk {
    AccessAsk { cluster: cluster("batch-dev"), principal: principal.to_owned(), wanted }
}

fn grant(policy: &str, scope: AccessScope) -> AccessWanted {
    AccessWanted::Grant { policies: vec![(policy.to_owned(), scope)], groups: Vec::new(), username: None }
}

fn revoke(policies: &[&str]) -> AccessWanted {
    AccessWanted::Revoke { policies: policies.iter().map(|policy| (*policy).to_owned()).collect() }
}

fn space(name: &str) -> AccessScope {
    AccessScope::Namespaces(vec![name.to_owned()])
}

fn proposed(ask: AccessAsk, known: &AccessKnown) -> AccessProposal {
    of(ask, known, &Policy::default())
}

fn operations(proposal: &AccessProposal) -> Vec<&'static str> {
    proposal.mutations.iter().map(Mutation::operation).collect()
}

const YES: Answer<'static> = Answer::Flags { yes: true, word: None };

fn of(ask: AccessAsk, known: &AccessKnown, policy: &Policy) -> AccessProposal {
    let care = policy.care_of_eks(&ask.cluster.name, None);
    AccessProposal::new(ProposalId(1), ask, known, care, policy)
}

#[test]
fn a_grant_makes_the_entry_only_where_there_is_none() {
    let fresh = proposed(ask(OTHER, grant(VIEW, AccessScope::Cluster)), &known(Vec::new()));
    assert_eq!(operations(&fresh), ["CreateAccessEntry", "AssociateAccessPolicy"]);
    let there = known(vec![entry(OTHER, &[])]);
    assert_eq!(operations(&proposed(ask(OTHER, grant(VIEW, space("web"))), &there)), ["AssociateAccessPolicy"]);
    let done = proposed(ask(OTHER, grant(VIEW, space("web"))), &known(vec![entry(OTHER, &[(VIEW, space("web"))])]));
    assert!(done.as_wanted().unwrap().contains("already"), "{done:?}");
    assert!(matches!(done.confirm(&YES), Err(NotConfirmed::Hindered(_))));
}

#[test]
fn what_was_approved_is_what_was_shown() {
    let proposal = proposed(ask(OTHER, grant(VIEW, AccessScope::Cluster)), &known(Vec::new()));
    assert_eq!(proposal.level(), Level::Yes);
    let approved = proposal.confirm(&YES).unwrap();
    let mutations: Vec<_> = approved.into_mutations().map(|one| one.mutation().clone()).collect();
    assert_eq!(mutations, proposal.mutations);
    let request = mutations[1].request();
    assert_eq!(request["policyArn"], "arn:aws:eks::aws:cluster-access-policy/AmazonEKSViewPolicy");
}

#[test]
fn ones_own_entry_and_the_last_cluster_admin_want_the_clusters_name() {
    let own = known(vec![entry(SRE, &[(ADMIN, AccessScope::Cluster)]), entry(OTHER, &[(ADMIN, AccessScope::Cluster)])]);
    let proposal = proposed(ask(SRE, revoke(&[])), &own);
    assert!(proposal.warnings[0].contains("your own entry"), "{:?}", proposal.warnings);
    assert_eq!(proposal.warnings.len(), 1, "another cluster-admin is there: {:?}", proposal.warnings);
    assert!(matches!(proposal.confirm(&YES), Err(NotConfirmed::WantsWord { word, .. }) if word == "batch-dev"));
    assert!(proposal.confirm(&Answer::Flags { yes: false, word: Some("batch-dev") }).is_ok());

    let last = known(vec![entry(OTHER, &[(ADMIN, AccessScope::Cluster)]), entry(SRE, &[(VIEW, AccessScope::Cluster)])]);
    for wanted in [revoke(&[]), revoke(&[ADMIN]), grant(ADMIN, space("web"))] {
        let proposal = proposed(ask(OTHER, wanted.clone()), &last);
        assert!(proposal.severe && proposal.warnings[0].contains("last cluster-admin"), "{wanted:?}");
    }
}

#[test]
fn narrowing_ones_own_scope_counts_and_widening_does_not() {
    let mine = known(vec![entry(SRE, &[(VIEW, space("web"))]), entry(OTHER, &[(ADMIN, AccessScope::Cluster)])]);
    assert!(proposed(ask(SRE, grant(VIEW, space("db"))), &mine).severe);
    assert!(!proposed(ask(SRE, grant(VIEW, AccessScope::Cluster)), &mine).severe);
    let session = AccessKnown {
        caller: "arn:aws:sts::111111111111:assumed-role/ops/me".to_owned(),
        ..known(vec![entry("arn:aws:iam::111111111111:role/team/ops", &[(VIEW, AccessScope::Cluster)])])
    };
    assert!(proposed(ask("arn:aws:iam::111111111111:role/team/ops", revoke(&[VIEW])), &session).severe);
}

#[test]
fn nodes_are_not_locked_out_by_the_way() {
    let mut nodes = entry("arn:aws:iam::111111111111:role/nodes", &[]);
    nodes.kind = "EC2_LINUX".to_owned();
    let proposal = proposed(ask(&nodes.principal.clone(), revoke(&[])), &known(vec![nodes]));
    assert!(proposal.severe && proposal.warnings[0].contains("EC2_LINUX"), "{:?}", proposal.warnings);
}

#[test]
fn production_and_read_only_clusters_are_treated_as_such() {
    let mut asked = ask(OTHER, grant(VIEW, AccessScope::Cluster));
    asked.cluster = cluster("payments-prod");
    let proposal = proposed(asked.clone(), &known(Vec::new()));
    assert!(matches!(proposal.level(), Level::Word { word, .. } if word == "payments-prod"));
    let policy = Policy { all_read_only: true, ..Policy::default() };
    let proposal = of(asked, &known(Vec::new()), &policy);
    assert!(proposal.hindrance().unwrap().words.contains("read-only"));
}

#[test]
fn a_clusters_tag_can_only_raise_the_care() {
    let policy = Policy { environment_labels: vec!["environment".to_owned()], ..Policy::default() };
    let mut tagged = known(Vec::new());
    tagged.tags.insert("environment".to_owned(), "production".to_owned());
    let proposal = of(ask(OTHER, grant(VIEW, AccessScope::Cluster)), &tagged, &policy);
    assert!(matches!(proposal.level(), Level::Word { .. }));
}

#[test]
fn a_cluster_of_config_map_mode_and_a_session_are_refused_with_the_way_out() {
    let mut old = known(Vec::new());
    old.auth_mode = AuthMode::ConfigMap;
    let refusal = proposed(ask(OTHER, grant(VIEW, AccessScope::Cluster)), &old).hindrance().unwrap();
    assert!(refusal.words.contains("aws-auth") && refusal.remedy.unwrap().contains("API_AND_CONFIG_MAP"));
    let session = ask("arn:aws:sts::111111111111:assumed-role/ops/me", grant(VIEW, AccessScope::Cluster));
    assert!(proposed(session, &known(Vec::new())).hindrance().unwrap().words.contains("role/ops"));
    let groups =
        AccessWanted::Grant { policies: Vec::new(), groups: vec!["system:masters".to_owned()], username: None };
    assert!(proposed(ask(OTHER, groups), &known(Vec::new())).hindrance().unwrap().words.contains("reserved"));
}

#[test]
fn an_entry_that_is_there_does_not_get_other_groups_behind_ones_back() {
    let mut held = entry(OTHER, &[]);
    held.groups = vec!["team".to_owned()];
    let known = known(vec![held]);
    let wanted = |groups: &[&str], username: Option<&str>| AccessWanted::Grant {
        policies: vec![(VIEW.to_owned(), AccessScope::Cluster)],
        groups: groups.iter().map(|group| (*group).to_owned()).collect(),
        username: username.map(str::to_owned),
    };
    let refused = proposed(ask(OTHER, wanted(&["on call"], None)), &known);
    let trouble = refused.hindrance().unwrap();
    assert!(trouble.words.contains("has an entry already, with team") && refused.mutations.is_empty(), "{trouble:?}");
    assert!(trouble.remedy.unwrap().ends_with("--kubernetes-groups team 'on call'"));
    assert!(
        proposed(ask(OTHER, wanted(&[], Some("ann"))), &known)
            .hindrance()
            .unwrap()
            .remedy
            .unwrap()
            .ends_with("--username ann")
    );
    let same = proposed(ask(OTHER, wanted(&["team"], Some(OTHER))), &known);
    assert_eq!((same.hindrance(), operations(&same)), (None, vec!["AssociateAccessPolicy"]));
}
