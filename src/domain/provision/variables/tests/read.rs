use rstest::rstest;

use super::*;

fn file(name: &str, text: &str) -> (String, String) {
    (name.to_owned(), text.to_owned())
}

#[rstest]
#[case::broken("resource \"a\" \"b\" {\n  x = [1, 2\n}\n", "main.tf:3:1: ")]
#[case::no_type("variable \"a\" {\n  type = strin\n}\n", "main.tf:2:10: strin is no type")]
#[case::no_type_inside(
    "variable \"a\" {\n  type = map(object({ b = lst(string) }))\n}\n",
    "main.tf:2:27: lst(…) is no type"
)]
#[case::no_constant(
    "variable \"a\" {\n  default = var.b\n}\n",
    "main.tf:2:13: var is not a value; text stands in quotes"
)]
#[case::twice("variable \"a\" {}\n\nvariable \"a\" {}\n", "main.tf:3:1: the variable a is there twice")]
#[case::no_name("variable {}\n", "main.tf:1:1: a variable has one name")]
fn what_is_no_module_is_said_with_its_place(#[case] text: &str, #[case] words: &str) {
    let problem = read(&[file("fine.tf", "locals {}\n"), file("main.tf", text)]).unwrap_err();
    assert!(problem.to_string().starts_with(words), "{problem}");
}

#[test]
fn json_says_the_same_as_hcl() {
    let hcl = module(
        r#"
variable "size" {
  type        = object({ least = number, most = optional(number, 3) })
  default     = { least = 1 }
  description = "How many."
  nullable    = false
  sensitive   = true
  validation {
    condition     = var.size.least <= var.size.most
    error_message = "at most ${var.size.most}"
  }
}"#,
    );
    let json = serde_json::json!({ "variable": { "size": {
        "type": "object({ least = number, most = optional(number, 3) })",
        "default": { "least": 1 },
        "description": "How many.",
        "nullable": false,
        "sensitive": true,
        "validation": {
            "condition": "${var.size.least <= var.size.most}",
            "error_message": "at most ${var.size.most}"
        }
    } } });
    let json = read(&[file("main.tf.json", &json.to_string())]).unwrap();
    let without_rules = |variable: &Variable| Variable { validations: Vec::new(), ..variable.clone() };
    assert_eq!(without_rules(&json[0]), without_rules(&hcl[0]));
    let wrong = given("size = { least = 5 }");
    assert_eq!(problems(&json, &wrong), ["size: at most 3"]);
    assert_eq!(problems(&json, &wrong), problems(&hcl, &wrong));
    let problem = read(&[file("a.tf.json", "{\n\"variable\": }")]).unwrap_err();
    assert_eq!(problem.to_string(), "a.tf.json:2:13: expected value");
}

#[test]
fn files_that_override_go_before_and_others_than_terraforms_are_left_out() {
    let files = [
        file("a_override.tf", "variable \"a\" {\n default = 2\n}\n"),
        file("a.tf", "variable \"a\" {\n type = number\n default = 1\n}\nvariable \"b\" {}\n"),
        file("README.md", "variable \"c\" {"),
        file("tests/x.tftest.hcl", "variables {}"),
    ];
    let all = read(&files).unwrap();
    assert_eq!(all.iter().map(|one| one.name.as_str()).collect::<Vec<_>>(), ["a", "b"]);
    assert_eq!((&all[0].kind, &all[0].default), (&Type::Number, &Some(Value::from(2))));
    assert_eq!((&all[1].kind, &all[1].default, all[1].nullable), (&Type::Any, &None, true));
    let alone = read(&[file("override.tf", "\nvariable \"z\" {}\n")]).unwrap_err();
    assert_eq!(alone.to_string(), "override.tf:2:1: it overrides the variable z, which is nowhere");
}

#[rstest]
#[case("list(string)")]
#[case("set(bool)")]
#[case("map(list(number))")]
#[case("tuple([string, number])")]
#[case("object({})")]
#[case(
    "map(object({ a = string, b = optional(list(string)), c = optional(number, 3), d = optional(string, \"$${x}\") }))"
)]
fn a_type_is_written_as_terraform_writes_it(#[case] words: &str) {
    let read = module(&format!("variable \"a\" {{\n  type = {words}\n}}\n"));
    assert_eq!(read[0].kind.words(), words);
}

#[test]
fn variables_go_from_one_thread_to_another() {
    fn sent<T: Send + Sync + 'static>(_: &[T]) {}
    sent(&module("variable \"a\" {}\n"));
}

proptest! {
    #[test]
    fn no_text_breaks_the_reader(text in nasty(), rest in "\\PC*") {
        let _ = read(&[file("a.tf", &text), file("b.tf.json", &rest)]);
        let _ = from_text(&text);
        let _ = from_text(&rest);
    }
}
