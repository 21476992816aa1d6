use serde_json::{Value, json};

use super::*;

fn change(address: &str, module: &str, actions: &[&str], before: Value, after: Value) -> Value {
    json!({"address": address, "module_address": module, "mode": "managed", "type": "aws_thing",
        "change": {"actions": actions, "before": before, "after": after, "after_unknown": {},
            "before_sensitive": {}, "after_sensitive": {}}})
}

fn plan(changes: Vec<Value>) -> Plan {
    let file = json!({"format_version": "1.2", "terraform_version": "1.11.4", "resource_changes": changes,
        "planned_values": {"root_module": {}}, "prior_state": {"values": [1, 2]}, "configuration": {}});
    read(&file.to_string()).unwrap()
}

fn attributes(before: Value, after: Value, marks: Value) -> Vec<(String, String, String, bool)> {
    let mut one = change("a.b", "", &["update"], before, after);
    for (key, value) in marks.as_object().unwrap() {
        one["change"][key] = value.clone();
    }
    let plan = plan(vec![one]);
    let all = plan.changes[0].attributes().into_iter();
    all.map(|it| (it.path, it.before.words().to_owned(), it.after.words().to_owned(), it.forces_replacement)).collect()
}

fn row(path: &str, before: &str, after: &str) -> (String, String, String, bool) {
    (path.to_owned(), before.to_owned(), after.to_owned(), false)
}

#[test]
fn a_plan_is_counted_as_terraform_counts_it() {
    let plan = plan(vec![
        change("a.new", "", &["create"], Value::Null, json!({})),
        change("a.same", "", &["no-op"], json!({}), json!({})),
        change("a.anew", "", &["delete", "create"], json!({}), json!({})),
        change("a.gone", "", &["delete"], json!({}), Value::Null),
        change("a.other", "", &["update"], json!({}), json!({})),
        change("a.left", "", &["forget"], json!({}), Value::Null),
    ]);
    let sum = plan.summary();
    assert_eq!((sum.short(), plan.unchanged), ("+2 ~1 -2".to_owned(), 1));
    assert_eq!(sum.words(), "2 to add, 1 to change, 2 to destroy, 1 to forget");
    let gone: Vec<&str> = plan.destroyed().map(|change| &*change.address).collect();
    assert_eq!((gone, plan.is_dangerous()), (vec!["a.anew", "a.gone"], true));
}

#[test]
fn what_moves_or_is_imported_is_told_though_nothing_else_happens() {
    let mut moved = change("a.to", "", &["no-op"], json!({}), json!({}));
    moved["previous_address"] = json!("a.from");
    let mut imported = change("a.in", "", &["no-op"], json!({}), json!({}));
    imported["change"]["importing"] = json!({"id": "sg-1"});
    let plan = plan(vec![moved, imported]);
    assert_eq!(plan.summary().words(), "0 to add, 0 to change, 0 to destroy, 1 to import, 1 moved");
    assert_eq!(plan.changes[0].moved_from.as_deref(), Some("a.from"));
    assert_eq!(plan.changes[1].imported.as_deref(), Some("sg-1"));
}

#[test]
fn an_action_that_nobody_knows_is_told_and_asks_hard() {
    let plan = plan(vec![change("a.b", "", &["defer"], json!({}), json!({}))]);
    assert!(plan.is_dangerous() && plan.changes[0].action.words().starts_with("defer: not known"));
}

#[test]
fn files_that_are_no_plan_say_why() {
    let whole =
        json!({"format_version": "1.2", "resource_changes": [change("a", "", &["create"], json!({}), json!({}))]});
    let text = whole.to_string();
    assert!(matches!(read(&text[..text.len() / 2]), Err(PlanError::CutOff(_))));
    assert!(matches!(read("[]"), Err(PlanError::Malformed(_))));
    let newer = read(r#"{"format_version": "2.0"}"#).unwrap_err();
    assert_eq!(newer, PlanError::Newer("2.0".to_owned()));
    assert!(read(r#"{"format_version": "1.9", "what_is_new": 1}"#).is_ok());
}

#[test]
fn attributes_that_differ_are_told_by_their_paths() {
    let before = json!({"version": "1.33", "same": 1, "gone": true, "tags": {"team.x": "a"}, "subnets": ["a", "b"]});
    let after = json!({"version": "1.34", "same": 1, "tags": {"team.x": "b"}, "subnets": ["a", "c"], "new": 2});
    assert_eq!(
        attributes(before, after, json!({})),
        [
            row("version", "\"1.33\"", "\"1.34\""),
            row("gone", "true", ""),
            row("tags[\"team.x\"]", "\"a\"", "\"b\""),
            row("subnets", "[\"a\",\"b\"]", "[\"a\",\"c\"]"),
            row("new", "", "2"),
        ]
    );
}

#[test]
fn blocks_that_only_changed_their_places_are_left_out() {
    let before = json!({"rule": [{"port": 1}, {"port": 2}, {"port": 3}]});
    let after = json!({"rule": [{"port": 3}, {"port": 1}, {"port": 4}]});
    assert_eq!(attributes(before, after, json!({})), [row("rule[2].port", "2", "4")]);
}

#[test]
fn unknown_values_are_told_and_what_forces_a_replacement_is_marked() {
    let marks = json!({"after_unknown": {"id": true, "net": {"arn": true}}, "replace_paths": [["types"], ["disk", 0]]});
    let before = json!({"id": "i-1", "types": ["a"], "net": {"arn": "x", "cidr": "y"}, "disk": [{"size": 1}]});
    let after = json!({"types": ["b"], "net": {"cidr": "y"}, "disk": [{"size": 2}]});
    let told = attributes(before, after, marks);
    assert_eq!(told[0], row("id", "\"i-1\"", "(known after apply)"));
    let forced: Vec<&str> = told.iter().filter(|it| it.3).map(|it| it.0.as_str()).collect();
    assert_eq!(forced, ["types", "disk[0].size"]);
    assert!(told.contains(&row("net.arn", "\"x\"", "(known after apply)")));
}

#[test]
fn a_sensitive_value_is_in_no_word() {
    for marks in [
        json!({"after_sensitive": {"password": true, "users": [{"key": true}]}}),
        json!({"before_sensitive": {"password": true, "users": [{"key": true}]}}),
        json!({"before_sensitive": true}),
        json!({"after_sensitive": {"password": true, "users": true}}),
    ] {
        let before = json!({"password": "geheim1", "users": [{"key": "geheim2"}]});
        let after = json!({"password": "geheim3", "users": [{"key": "geheim4"}]});
        let told = attributes(before, after, marks.clone());
        assert!(!told.is_empty() && !format!("{told:?}").contains("geheim"), "{marks}: {told:?}");
    }
    let marks = json!({"after_sensitive": {"list": [false, true]}});
    let told = attributes(json!({"list": ["a"]}), json!({"list": ["a", "geheim"]}), marks);
    assert!(!format!("{told:?}").contains("geheim"), "{told:?}");
}

#[test]
fn the_tree_goes_by_modules_with_what_is_destroyed_first() {
    let plan = plan(vec![
        change("module.net.a.z", "module.net", &["create"], Value::Null, json!({})),
        change("a.root", "", &["create"], Value::Null, json!({})),
        change("module.net.a.gone", "module.net", &["delete"], json!({}), Value::Null),
        change(
            "module.net.module.sub[\"x.module.y\"].a.b",
            "module.net.module.sub[\"x.module.y\"]",
            &["update"],
            json!({}),
            json!({}),
        ),
    ]);
    let tree = Tree::of(&plan);
    let told: Vec<String> = tree
        .entries()
        .iter()
        .map(|entry| match entry {
            Entry::Module { address, depth, summary, within } => {
                format!("{depth} {address} {} {within}", summary.short())
            }
            Entry::Change { place, depth } => format!("{depth} {}", plan.changes[*place].address),
        })
        .collect();
    assert_eq!(
        told,
        [
            "0 a.root",
            "0 module.net +1 ~1 -1 4",
            "1 module.net.a.gone",
            "1 module.net.a.z",
            "1 module.net.module.sub[\"x.module.y\"] +0 ~1 -0 1",
            "2 module.net.module.sub[\"x.module.y\"].a.b",
        ]
    );
}
