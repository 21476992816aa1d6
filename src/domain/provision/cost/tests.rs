use serde_json::{Value, json};

use super::*;
use crate::domain::terraform::plan::read;

const LARGE: InstanceSize = InstanceSize { vcpus: 2, memory_mib: 8_192 };

fn sizes() -> Sizes {
    [("m7i.large", LARGE), ("m7i.xlarge", InstanceSize { vcpus: 4, memory_mib: 16_384 })]
        .map(|(name, size)| (name.to_owned(), size))
        .into()
}

fn group(kind: &str, count: u64, capacity: &str) -> Value {
    json!({"instance_types": [kind, "m6i.large"], "capacity_type": capacity,
        "scaling_config": [{"desired_size": count, "min_size": 1, "max_size": 9}]})
}

fn change(address: &str, actions: &[&str], before: Value, after: Value) -> Value {
    let kind = address.rsplit_once('.').map_or(address, |(rest, _)| rest.rsplit('.').next().unwrap());
    json!({"address": address, "mode": "managed", "type": kind,
        "change": {"actions": actions, "before": before, "after": after}})
}

fn plan(changes: Vec<Value>) -> Plan {
    read(&json!({"format_version": "1.2", "resource_changes": changes}).to_string()).unwrap()
}

fn cost(changes: Vec<Value>) -> Cost {
    Cost::of(&plan(changes), Ok(&sizes()), &Versions::default(), 1_795_300_000)
}

fn cluster(version: &str) -> Value {
    change("aws_eks_cluster.main", &["create"], Value::Null, json!({"version": version}))
}

fn beside(cost: &Cost, address: &str) -> String {
    cost.beside().get(address).cloned().unwrap_or_default()
}

#[test]
fn a_new_cluster_costs_its_control_plane_and_its_nodes() {
    let nodes = "aws_eks_node_group.group[\"general\"]";
    let made = change(nodes, &["create"], Value::Null, group("m7i.large", 2, "ON_DEMAND"));
    let cost = cost(vec![cluster("1.35"), made, change("aws_nat_gateway.main", &["create"], Value::Null, json!({}))]);
    // 730 h × (2 × (2 × $0.031611 + 8 × $0.004237) + $0.10)
    assert!((cost.sum().unwrap() - 214.792_88).abs() < 1e-3, "{:?}", cost.sum());
    assert_eq!(cost.column(), "~$215");
    assert_eq!(beside(&cost, nodes), "+ 2 nodes, about $142 a month");
    assert_eq!(beside(&cost, "aws_eks_cluster.main"), "about $73 a month");
    assert_eq!(cost.notes(), [format!("adds ~$215 a month at default prices; {LEFT_OUT}")]);
}

#[test]
fn extended_support_and_spot_have_their_own_prices() {
    let spot = change("aws_eks_node_group.a", &["create"], Value::Null, group("m7i.large", 10, "SPOT"));
    let cost = cost(vec![cluster("1.33"), spot]);
    assert_eq!(beside(&cost, "aws_eks_cluster.main"), "about $438 a month");
    // 730 h × 10 × (2 × $0.006655 + 8 × $0.000892)
    assert_eq!(beside(&cost, "aws_eks_node_group.a"), "+ 10 nodes, about $149 a month");
}

#[test]
fn a_replaced_group_counts_once_and_what_goes_only_in_words() {
    let anew = change(
        "aws_eks_node_group.a",
        &["create", "delete"],
        group("m7i.large", 2, "ON_DEMAND"),
        group("m7i.xlarge", 3, "ON_DEMAND"),
    );
    let gone = change("aws_eks_node_group.b", &["delete"], group("m7i.large", 1, "ON_DEMAND"), Value::Null);
    let cost = cost(vec![anew, gone]);
    assert_eq!(cost.column(), "~$425");
    assert_eq!(beside(&cost, "aws_eks_node_group.a"), "3 nodes in place of 2, about $425 a month");
    assert_eq!(beside(&cost, "aws_eks_node_group.b"), "- 1 node, about $71 a month less");
    assert_eq!(cost.notes()[1], "what goes, about $213 a month, is not subtracted");
}

#[test]
fn a_change_in_place_costs_what_it_adds() {
    let sized = |from, to| {
        let (before, after) = (group("m7i.large", from, "ON_DEMAND"), group("m7i.large", to, "ON_DEMAND"));
        cost(vec![change("aws_eks_node_group.a", &["update"], before, after)])
    };
    assert_eq!(beside(&sized(2, 3), "aws_eks_node_group.a"), "+ 1 node, about $71 a month");
    assert_eq!(
        (beside(&sized(3, 1), "aws_eks_node_group.a"), sized(3, 1).column()),
        ("- 2 nodes, about $142 a month less".to_owned(), "~$0".to_owned())
    );
    assert_eq!((sized(2, 2).parts.len(), sized(2, 2).notes().len()), (0, 0));
}

#[test]
fn an_unknown_type_leaves_the_sum_open() {
    let strange = change("aws_eks_node_group.a", &["create"], Value::Null, group("m9z.large", 2, "ON_DEMAND"));
    let of = |sizes: Result<&Sizes, &Trouble>| {
        let plan = plan(vec![cluster("1.35"), strange.clone()]);
        assert!(types_of(&plan).into_iter().eq(["m9z.large".to_owned()]));
        Cost::of(&plan, sizes, &Versions::default(), 1_795_300_000)
    };
    let cost = of(Ok(&sizes()));
    assert_eq!((cost.sum(), cost.column()), (None, "—".to_owned()));
    assert_eq!(beside(&cost, "aws_eks_node_group.a"), "+ 2 nodes, cost not known: m9z.large");
    let words = "adds ~$73 + ? a month at default prices (AWS does not know m9z.large there); ";
    assert!(cost.notes()[0].starts_with(words), "{:?}", cost.notes());
    let silent = of(Err(&Trouble::new("no login of 111111111111")));
    assert!(silent.notes()[0].contains("(AWS did not tell how large m9z.large is: no login of 111111111111)"));
    // A size that is known only after the apply.
    let open = change("aws_eks_node_group.a", &["create"], Value::Null, json!({"instance_types": ["m7i.large"]}));
    assert_eq!(self::cost(vec![open]).column(), "—");
}

#[test]
fn the_module_without_a_provider_is_reckoned_alike() {
    let after = json!({"input": {"desired_size": 2, "min_size": 1, "version": "1.35"},
        "triggers_replace": {"capacity_type": "ON_DEMAND", "instance_types": ["m7i.large"]}});
    let mut nodes = change("module.eks.terraform_data.node_group[\"a.b\"]", &["create"], Value::Null, after);
    nodes["module_address"] = json!("module.eks");
    nodes["type"] = json!("terraform_data");
    let cluster = change("terraform_data.cluster", &["create"], Value::Null, json!({"input": {"version": "1.35"}}));
    let role = change("terraform_data.cluster_role", &["create"], Value::Null, json!({"input": {}}));
    assert_eq!(cost(vec![nodes, cluster, role]).column(), "~$215");
}

#[test]
fn what_is_sensitive_is_not_told() {
    let mut hidden = change("aws_eks_node_group.a", &["create"], Value::Null, group("m9z.secret", 2, "SPOT"));
    hidden["change"]["after_sensitive"] = json!({"instance_types": true});
    let plan = plan(vec![hidden]);
    assert!(types_of(&plan).is_empty());
    let cost = Cost::of(&plan, Ok(&sizes()), &Versions::default(), 0);
    assert!(!format!("{cost:?} {:?}", cost.notes()).contains("m9z.secret"));
}

#[test]
fn dollars_are_whole_and_grouped() {
    assert_eq!([0.4, 999.5, 1_080.2, 1_234_567.0].map(dollars), ["$0", "$1,000", "$1,080", "$1,234,567"]);
}
