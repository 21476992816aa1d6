//! Plans for the tests: one with every kind of change, and large ones.

use std::sync::Arc;

use serde_json::{Value, json};

use crate::domain::terraform::plan::{Plan, read};
use crate::screens::provision::plan::{PlanHead, PlanPage};

/// In every sensitive value.
pub const SECRET: &str = "geheim";

pub const NOW_MS: i64 = 1_700_000_000_000;

fn change(address: &str, actions: &[&str], before: Value, after: Value) -> Value {
    let module = address.rsplit_once(".aws_").map_or("", |(module, _)| module);
    let module = if module == "data" { "" } else { module };
    let kind = address.strip_prefix(module).unwrap_or(address).trim_start_matches('.').split('.').next().unwrap();
    json!({"address": address, "module_address": module, "mode": "managed", "type": kind,
        "change": {"actions": actions, "before": before, "after": after, "after_unknown": {},
            "before_sensitive": {}, "after_sensitive": {}}})
}

fn with(mut change: Value, inside: Value, outside: Value) -> Value {
    let put = |into: &mut Value, from: Value| {
        from.as_object().unwrap().iter().for_each(|(key, value)| into[key] = value.clone());
    };
    put(&mut change["change"], inside);
    put(&mut change, outside);
    change
}

fn file(changes: Vec<Value>, drift: Vec<Value>, outputs: Value) -> Value {
    json!({"format_version": "1.2", "terraform_version": "1.11.4", "resource_changes": changes,
        "resource_drift": drift, "output_changes": outputs, "applyable": true, "complete": true, "errored": false})
}

pub fn plan(file: &Value) -> Arc<Plan> {
    Arc::new(read(&file.to_string()).unwrap())
}

pub fn head() -> PlanHead {
    PlanHead {
        title: "search-eu".to_owned(),
        place: "222222222222 eu-west-1 · role/eksdeck-provision".to_owned(),
        asked_by: "sre".to_owned(),
        asked_ms: NOW_MS - 130_000,
        sha256: "3f9c0a1b2c3d4e5f".to_owned(),
        notes: vec![
            "upgrade insight: 2 clients still ask for the API flowcontrol.apiserver.k8s.io/v1beta3, which 1.34 does not \
             serve any more"
                .to_owned(),
        ],
        beside: [(GPU.to_owned(), "+ 2 nodes, about $1,080 a month".to_owned())].into(),
        can_approve: Some("A approve this plan".to_owned()),
    }
}

pub const GPU: &str = "module.nodes[\"gpu\"].aws_eks_node_group.this";
pub const SPOT: &str = "module.nodes[\"spot\"].aws_eks_node_group.this";
pub const CLUSTER: &str = "module.cluster.aws_eks_cluster.this";
pub const ROLE: &str = "module.cluster.aws_iam_role.this";
pub const QUEUE: &str = "module.cluster.module.karpenter[\"a.b\"].aws_sqs_queue.this";

/// Every kind of change, values of every kind, outputs and drift.
pub fn every_action() -> Value {
    let policy = |action: &str| {
        json!({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": [action, "ec2:Describe*"],
            "Resource": "*"}]})
        .to_string()
    };
    let id = || json!({"after_unknown": {"id": true, "arn": true}});
    let spot = with(
        change(
            SPOT,
            &["delete", "create"],
            json!({"instance_types": ["m7i.large"], "arn": "arn:aws:eks:eu-west-1:222222222222:nodegroup/spot"}),
            json!({"instance_types": ["m7i.xlarge"]}),
        ),
        json!({"after_unknown": {"arn": true}, "replace_paths": [["instance_types"]]}),
        json!({"action_reason": "replace_because_cannot_update"}),
    );
    let database = with(
        change(
            "module.data.aws_db_instance.main",
            &["update"],
            json!({"password": format!("{SECRET}-1"), "engine": "15.4"}),
            json!({"password": format!("{SECRET}-2"), "engine": "16.1"}),
        ),
        json!({"before_sensitive": {"password": true}, "after_sensitive": {"password": true}}),
        json!({}),
    );
    let node = |disk: i32| json!({"disk": disk});
    let changes = vec![
        change(
            CLUSTER,
            &["update"],
            json!({"version": "1.33", "name": "search-eu"}),
            json!({"version": "1.34", "name": "search-eu"}),
        ),
        change(
            ROLE,
            &["update"],
            json!({"policy": policy("eks:List*")}),
            json!({"policy": policy("eks:DescribeCluster")}),
        ),
        with(
            change(QUEUE, &["create"], Value::Null, json!({"name": "karpenter", "delay": 5, "fifo": false})),
            id(),
            json!({}),
        ),
        spot,
        with(
            change(
                GPU,
                &["create"],
                Value::Null,
                json!({"instance_types": ["g6.xlarge"], "scaling": [{"min": 0, "max": 2}]}),
            ),
            id(),
            json!({}),
        ),
        database,
        with(
            change("module.data.aws_s3_bucket.old", &["delete"], json!({"bucket": "old-logs"}), Value::Null),
            json!({}),
            json!({"action_reason": "delete_because_no_resource_config"}),
        ),
        with(
            change("aws_security_group.nodes", &["create", "delete"], node(1), node(1)),
            json!({}),
            json!({"action_reason": "replace_because_tainted"}),
        ),
        with(
            change("aws_subnet.a", &["no-op"], node(1), node(1)),
            json!({}),
            json!({"previous_address": "aws_subnet.private[0]"}),
        ),
        with(change("aws_vpc.main", &["no-op"], node(1), node(1)), json!({"importing": {"id": "vpc-0a1b"}}), json!({})),
        change("aws_ecr_repository.keep", &["forget"], node(1), Value::Null),
        with(
            change("data.aws_ami.node", &["read"], Value::Null, json!({"owner": "amazon"})),
            json!({"after_unknown": {"id": true}}),
            json!({"mode": "data", "action_reason": "read_because_config_unknown"}),
        ),
        change("aws_thing.later", &["defer"], Value::Null, json!({})),
        change("aws_kms_key.same", &["no-op"], node(1), node(1)),
        change(
            "aws_instance.jump",
            &["update"],
            json!({"tags": {"team": "a"}, "user_data": "#!/bin/sh\necho one\necho two\n", "size": 1}),
            json!({"tags": {"team": "b", "näme→": "ü"}, "user_data": "#!/bin/sh\necho one\necho three\u{1b}[31m\n", "size": 2}),
        ),
    ];
    let drift = vec![change("module.data.aws_db_instance.main", &["update"], json!({"size": 20}), json!({"size": 40}))];
    let output = |actions: &[&str], before: Value, after: Value, secret: bool| {
        json!({"actions": actions, "before": before, "after": after, "after_unknown": false,
            "before_sensitive": secret, "after_sensitive": secret})
    };
    let outputs = json!({
        "version": output(&["update"], json!("1.33"), json!("1.34"), false),
        "token": output(&["create"], Value::Null, json!(format!("{SECRET}-3")), true),
        "same": output(&["no-op"], json!(1), json!(1), false),
    });
    file(changes, drift, outputs)
}

/// So many changes in modules of a hundred, one in fifty destroyed.
pub fn large(changes: usize) -> Value {
    let one = |number: usize| {
        let address = format!("module.part[\"{}\"].aws_instance.this[{number}]", number / 100);
        let (before, after) =
            (json!({"size": number, "tags": {"a": "b"}}), json!({"size": number + 1, "tags": {"a": "b"}}));
        match number % 50 {
            0 => change(&address, &["delete"], before, Value::Null),
            number if number % 2 == 0 => change(&address, &["create"], Value::Null, after),
            _ => change(&address, &["update"], before, after),
        }
    };
    file((0..changes).map(one).collect(), Vec::new(), json!({}))
}

pub fn page() -> PlanPage {
    PlanPage::new(plan(&every_action()), head())
}
