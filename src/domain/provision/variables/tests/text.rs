use rstest::rstest;
use serde_json::json;

use super::*;

#[test]
fn the_text_is_in_the_order_of_the_variables() {
    let variables = module("variable \"b\" {}\nvariable \"a\" {}\nvariable \"c\" {}\n");
    let Value::Object(given) = json!({
        "other": null,
        "a": { "general": { "types": ["m6i.large"], "taints": [{ "key": "x" }], "labels": {} }, "for": 1 },
        "b": "${x} \"%{y}\" $5"
    }) else {
        panic!("an object")
    };
    let text = to_text(&variables, &given);
    insta::assert_snapshot!(text);
    assert_eq!(from_text(&text), Ok(given));
}

#[test]
fn json_is_taken_as_it_is() {
    assert_eq!(
        given(" {\"a\": \"${x} $${y}\", \"b\": [1]}"),
        *json!({"a": "${x} $${y}", "b": [1]}).as_object().unwrap()
    );
}

#[test]
fn comments_heredocs_and_signs_are_read() {
    let text = "# why\na = -1 // minus\nb = <<-EOT\n    one\n      two\n  EOT\nc = (true)\n/* x */ d = { \"k\" : 1, (\"l\") = 2 }\n";
    let wanted = json!({"a": -1, "b": "one\n  two\n", "c": true, "d": {"k": 1, "l": 2}});
    assert_eq!(given(text), *wanted.as_object().unwrap());
}

#[rstest]
#[case("a = 1\nb = [1,\n", "terraform.tfvars:")]
#[case("a = \"${file(\"/etc/passwd\")}\"\n", "terraform.tfvars:1:5: file(…) cannot be used here")]
#[case("x = 1\na = {\n  b = var.x\n}\n", "terraform.tfvars:2:5: var is not a value; text stands in quotes")]
#[case("tags {\n}\n", "terraform.tfvars:1:1: blocks cannot stand here; write tags = { … }")]
#[case("a = 1\na = 2\n", "terraform.tfvars:2:1: ")]
#[case("{\"a\": }", "terraform.tfvars.json:1:7: expected value")]
fn what_is_wrong_is_said_with_its_place(#[case] text: &str, #[case] words: &str) {
    let problem = from_text(text).unwrap_err().to_string();
    assert!(problem.starts_with(words), "{problem}");
}

#[test]
fn text_that_nests_without_end_is_refused() {
    assert!(from_text(&format!("a = {}", "[".repeat(100_000))).is_err());
    assert!(from_text(&format!("{{\"a\": {}", "[".repeat(100_000))).is_err());
}

fn values() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        4 => nasty().prop_map(Value::from),
        1 => any::<i64>().prop_map(Value::from),
        1 => any::<i32>().prop_map(|eighths| number::from_f64(f64::from(eighths) / 8.0).unwrap()),
        1 => any::<bool>().prop_map(Value::from),
        1 => Just(Value::Null),
    ];
    leaf.prop_recursive(3, 16, 4, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..4).prop_map(Value::Array),
            proptest::collection::vec((nasty(), inner), 0..4)
                .prop_map(|entries| Value::Object(entries.into_iter().collect())),
        ]
    })
}

proptest! {
    #[test]
    fn what_is_written_is_read_back_as_the_same(all in proptest::collection::vec(("[a-z_][a-z0-9_-]{0,8}", values()), 0..4)) {
        let given: Map<String, Value> = all.into_iter().collect();
        prop_assert_eq!(from_text(&to_text(&[], &given)).unwrap(), given.clone());
        let json = serde_json::to_string(&given).unwrap();
        prop_assert_eq!(from_text(&json).unwrap(), given);
    }
}
