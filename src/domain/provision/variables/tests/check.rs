use rstest::rstest;

use super::*;

#[test]
fn a_rule_that_only_terraform_can_tell_is_left_to_it() {
    let variables = module(
        r#"
variable "a" {
  validation {
    condition     = contains(data.aws_regions.all.names, var.a)
    error_message = "no"
  }
  validation {
    condition     = can(data.aws_regions.all.names[var.a])
    error_message = "no"
  }
  validation {
    condition     = local.is_fine
    error_message = "no"
  }
  validation {
    condition     = bcrypt(var.a) == "x"
    error_message = "no"
  }
  validation {
    condition     = can(regex("\\p{Greek}\\C", var.a))
    error_message = "no"
  }
  validation {
    condition     = var.b == [] || provider::aws::arn_parse(var.a).region == "x"
    error_message = "no"
  }
}
variable "b" {
  type    = list(string)
  default = []
}"#,
    );
    assert_eq!(problems(&variables, &given("a = 1")), Vec::<String>::new());
}

#[test]
fn a_rule_is_not_asked_about_a_value_that_is_wrong_already() {
    let variables = module(
        r#"
variable "a" {
  type = number
}
variable "b" {
  type    = number
  default = 1
  validation {
    condition     = var.b > var.a
    error_message = "b is over a, ${var.a} here"
  }
}"#,
    );
    assert_eq!(problems(&variables, &given(r#"a = "x""#)), ["a: wants a number, not text"]);
    assert_eq!(problems(&variables, &Map::new()), ["a: is wanted; it has no default"]);
    assert_eq!(problems(&variables, &given("a = 4")), ["b: b is over a, 4 here"]);
    assert_eq!(problems(&variables, &given(r#"a = "0.5""#)), Vec::<String>::new());
}

#[test]
fn null_is_a_value_unless_the_variable_says_otherwise() {
    let variables = module(
        r#"
variable "a" {
  type = string
  validation {
    condition     = var.a == null
    error_message = "a is ${var.a}"
  }
}
variable "b" {
  type     = string
  default  = "x"
  nullable = false
  validation {
    condition     = var.b == "x"
    error_message = "b is x"
  }
}
variable "c" {
  nullable = false
}"#,
    );
    assert_eq!(problems(&variables, &given("a = null\nb = null\nc = null")), ["c: is wanted; it has no default"]);
    assert_eq!(problems(&variables, &given("a = 1\nc = 1")), ["a: a is 1"]);
}

#[test]
fn what_an_object_leaves_out_is_filled_in_before_a_rule_sees_it() {
    let variables = module(
        r#"
variable "a" {
  type = map(object({
    kind  = optional(string, "small")
    disks = optional(list(object({ size = optional(number, 8), name = string })), [{ name = "root" }])
    note  = optional(string)
  }))
  validation {
    condition = alltrue(flatten([
      for name, one in var.a : [one.kind == "small", one.note == null, [for disk in one.disks : disk.size == 8]]
    ]))
    error_message = <<-EOT
      Not as
        expected: %{for name, one in var.a~} ${name}=${one.kind} %{endfor~}
    EOT
  }
}"#,
    );
    assert_eq!(
        problems(&variables, &given(r#"a = { x = {}, y = { kind = null, disks = [{ name = "z" }] } }"#)),
        [""; 0]
    );
    let words = problems(&variables, &given("a = { z = {}, b = { kind = \"big\" } }"));
    assert_eq!(words, ["a: Not as\n  expected: b=big z=small"]);
}

#[rstest]
#[case("set(string)", r#"["b", "a", "b"]"#, r#"["a", "b"]"#)]
#[case("set(number)", r#"[10, 9, "9"]"#, "[9, 10]")]
#[case("list(string)", "[1.0, true, null]", r#"["1", "true", null]"#)]
#[case("map(bool)", r#"{ b = "true", a = false }"#, "{ a = false, b = true }")]
#[case("tuple([string, number])", r#"[1, "2"]"#, r#"["1", 2]"#)]
#[case("object({ a = string })", "{ a = 1, other = 2 }", r#"{ a = "1" }"#)]
#[case("any", r#"{ a = [1, "x"] }"#, r#"{ a = [1, "x"] }"#)]
fn a_value_becomes_what_its_type_says(#[case] kind: &str, #[case] text: &str, #[case] wanted: &str) {
    let variable = &module(&format!("variable \"a\" {{\n  type = {kind}\n}}"))[0];
    let value = given(&format!("a = {text}"))["a"].clone();
    assert_eq!(write::inline(&variable.kind.convert(&value).unwrap()), wanted);
}

#[rstest]
#[case("bool", "1", "a: wants true or false, not a number")]
#[case("tuple([string])", "[1, 2]", "a: wants 1 values, not 2")]
#[case("list(list(number))", r#"[[1], ["x"]]"#, "a: a[1][0]: wants a number, not text")]
#[case("map(string)", "[]", "a: wants a map, not a list")]
#[case("object({ b = string })", "{}", "a: a.b: is missing")]
#[case("map(number)", r#"{ "x y" = [] }"#, "a: a[\"x y\"]: wants a number, not a list")]
fn what_does_not_fit_is_said_with_its_place(#[case] kind: &str, #[case] text: &str, #[case] words: &str) {
    let variables = module(&format!("variable \"a\" {{\n  type = {kind}\n}}"));
    assert_eq!(problems(&variables, &given(&format!("a = {text}"))), [words]);
}
