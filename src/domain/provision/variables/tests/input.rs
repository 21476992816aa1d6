use rstest::rstest;
use serde_json::json;

use super::*;

fn kind(words: &str) -> Type {
    module(&format!("variable \"a\" {{\n  type = {words}\n}}"))[0].kind.clone()
}

#[rstest]
#[case("string", " $(rm) ${x} ", json!(" $(rm) ${x} "))]
#[case("number", " 1.50 ", json!(1.5))]
#[case("bool", "Yes", json!(true))]
#[case("list(string)", "a, b c ,d", json!(["a", "b c", "d"]))]
#[case("list(string)", "a,", json!(["a"]))]
#[case("list(string)", r#""a, b", "c""#, json!(["a, b", "c"]))]
#[case("list(string)", r#"["a", "$${x}"]"#, json!(["a", "${x}"]))]
#[case("list(string)", r#"["a", "${x}"]"#, json!(["a", "${x}"]))]
#[case("set(number)", "1, 2.5", json!([1, 2.5]))]
#[case("list(bool)", "yes, no", json!([true, false]))]
#[case("map(string)", "a=1, b = x=y", json!({"a": "1", "b": "x=y"}))]
#[case("map(string)", r#"a = "1, 2""#, json!({"a": "1, 2"}))]
#[case("map(number)", r#"{"a": 1}"#, json!({"a": 1}))]
#[case("map(object({ a = optional(number, 1) }))", "{ x = {}, y = { a = 2 } }", json!({"x": {}, "y": {"a": 2}}))]
#[case("list(list(string))", r#"[["a"], []]"#, json!([["a"], []]))]
#[case("any", "plain words", json!("plain words"))]
#[case("any", "-5", json!(-5))]
fn what_is_typed_is_understood(#[case] words: &str, #[case] text: &str, #[case] value: Value) {
    assert_eq!(kind(words).parse_input(text), Ok(value));
}

#[rstest]
#[case("number", "many", "wants a number")]
#[case("number", "inf", "wants a number")]
#[case("bool", "maybe", "wants true or false")]
#[case("list(string)", "a,,b", "there is nothing between two commas; write \"\" for empty text")]
#[case("list(number)", "1, x", "x: wants a number")]
#[case("map(string)", "a", "a: wants a key=value")]
#[case("map(number)", "{ a = \"x\" }", "[\"a\"]: wants a number, not text")]
#[case("object({ a = string })", "{}", "a: is missing")]
#[case("object({ a = string })", "{ a = b }", "b is not a value; text stands in quotes")]
#[case("object({ a = string })", "{ a = file(\"x\") }", "file(…) cannot be used here")]
#[case("object({ a = string })", "words", "words is not a value; text stands in quotes")]
fn what_is_not_understood_is_said(#[case] words: &str, #[case] text: &str, #[case] problem: &str) {
    assert_eq!(kind(words).parse_input(text), Err(problem.to_owned()));
}

#[test]
fn broken_text_is_said_with_its_place() {
    let problem = kind("map(list(string))").parse_input("{ a = [\n").unwrap_err();
    assert!(problem.starts_with("line 1, column "), "{problem}");
}

#[rstest]
#[case("list(string)", json!(["a", "b c"]), "a, b c")]
#[case("list(string)", json!(["a,b"]), r#"["a,b"]"#)]
#[case("list(string)", json!([]), "[]")]
#[case("map(string)", json!({"a": "x", "b": "1"}), "a=x, b=1")]
#[case("map(string)", json!({"a=": "${x}"}), r#"{ "a=" = "$${x}" }"#)]
#[case("map(object({}))", json!({"general": {}}), "{ general = {} }")]
#[case("number", json!(2), "2")]
#[case("string", json!(null), "")]
fn a_value_is_shown_as_it_is_typed(#[case] words: &str, #[case] value: Value, #[case] text: &str) {
    assert_eq!(kind(words).show_input(&value), text);
}

fn plain() -> impl Strategy<Value = (Type, BoxedStrategy<Value>)> {
    let number = prop_oneof![
        any::<i32>().prop_map(Value::from),
        (-1e9..1e9_f64).prop_map(|number| number::from_f64(number).unwrap())
    ];
    prop_oneof![
        Just((Type::Text, nasty().prop_map(Value::from).boxed())),
        Just((Type::Number, number.boxed())),
        Just((Type::Truth, any::<bool>().prop_map(Value::from).boxed())),
    ]
}

fn of_any_kind() -> impl Strategy<Value = (Type, BoxedStrategy<Value>)> {
    plain().prop_recursive(3, 12, 3, |inner| {
        let list = |items: BoxedStrategy<Value>| proptest::collection::vec(items, 0..4).prop_map(Value::Array).boxed();
        let map = |items: BoxedStrategy<Value>| {
            proptest::collection::vec((nasty(), items), 0..4)
                .prop_map(|entries| Value::Object(entries.into_iter().collect()))
                .boxed()
        };
        prop_oneof![
            inner.clone().prop_map(move |(kind, values)| (Type::List(Box::new(kind)), list(values))),
            inner.clone().prop_map(move |(kind, values)| (Type::Map(Box::new(kind)), map(values))),
            inner.clone().prop_map(move |(kind, values)| {
                let attribute = Attribute { name: "for".to_owned(), kind, optional: true, default: None };
                let value = values.prop_map(|value| json!({ "for": value })).boxed();
                (Type::Object(vec![attribute]), value)
            }),
            inner.prop_map(|(_, values)| (Type::Any, values)),
        ]
    })
}

proptest! {
    #[test]
    fn what_is_shown_is_read_back_as_the_same(
        (kind, value) in of_any_kind().prop_flat_map(|(kind, values)| (Just(kind), values))
    ) {
        let shown = kind.show_input(&value);
        prop_assert_eq!(kind.parse_input(&shown), Ok(value), "{}: {}", kind.words(), shown);
    }
}
