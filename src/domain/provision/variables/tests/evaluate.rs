use hcl_edit::expr::Expression;
use rstest::rstest;
use serde_json::json;

use super::super::evaluate::{Scope, Stop, evaluate};
use super::*;

fn outcome(text: &str) -> Result<Value, Stop> {
    let Value::Object(variables) = json!({
        "text": "abc", "none": null, "list": ["b", "a"], "map": {"z": {"n": 1}, "a": {"n": 2}}, "size": 3,
    }) else {
        panic!("an object")
    };
    let expression: Expression = text.parse().unwrap();
    evaluate(&expression, &Scope::Module(&variables))
}

/// The right sides are what `terraform console` says; `||` leaves its right side out since 1.12 only.
#[rstest]
#[case("1 + 2 * 3 - 4 / 8", "6.5")]
#[case("-7 % 3", "-1")]
#[case("!false && \"true\"", "true")]
#[case("\"a\" == 1", "false")]
#[case("1 == 1.0", "true")]
#[case("\"5\" > 3", "true")]
#[case("var.size >= 3 ? \"yes\" : \"no\"", "\"yes\"")]
#[case("var.none == null || var.none > 3", "true")]
#[case("var.none[*]", "[]")]
#[case("var.text[*]", "[\"abc\"]")]
#[case("values(var.map)[*].n", "[2, 1]")]
#[case("values(var.map).*.n", "[2, 1]")]
#[case("var.map[\"z\"].n", "1")]
#[case("var.list[1]", "\"a\"")]
#[case("[for key, one in var.map : \"${key}${one.n}\" if one.n > 1]", "[\"a2\"]")]
#[case("{ for key, one in var.map : one.n => key }", "{ \"2\" = \"a\", \"1\" = \"z\" }")]
#[case("{ for one in [\"a\", \"b\", \"ab\"] : length(one) => one... }", "{ \"1\" = [\"a\", \"b\"], \"2\" = [\"ab\"] }")]
#[case("[for var in [{ text = 1 }] : var.text]", "[1]")]
#[case("[for at, one in [\"x\"] : can(regex(\"^${one}$\", \"x\")) && try(one.nothing, at == 0)]", "[true]")]
#[case("can(var.none.x)", "false")]
#[case("can(length(null))", "false")]
#[case("try(var.map.nothing, tonumber(\"x\"), 7)", "7")]
#[case("\"%{if var.size > 2}big%{else}small%{endif} %{for one in var.list}${one},%{endfor}\"", "\"big b,a,\"")]
#[case("lower(\"AbC\")", "\"abc\"")]
#[case("upper(\"AbC\")", "\"ABC\"")]
#[case("title(\"ab cd\")", "\"Ab Cd\"")]
#[case("trimspace(\" a \")", "\"a\"")]
#[case("trim(\"xxaxx\", \"x\")", "\"a\"")]
#[case("trimprefix(\"eu-west-1a\", \"eu-west-1\")", "\"a\"")]
#[case("trimsuffix(\"a.\", \".\")", "\"a\"")]
#[case("startswith(\"abc\", \"ab\") && endswith(\"abc\", \"bc\") && strcontains(\"abc\", \"b\")", "true")]
#[case("replace(\"a.b.a\", \"/a(.)/\", \"$1\")", "\".b.a\"")]
#[case("replace(\"a.b\", \".\", \"-\")", "\"a-b\"")]
#[case("split(\",\", \"a,b\")", "[\"a\", \"b\"]")]
#[case("join(\"-\", [1, true], [\"x\"])", "\"1-true-x\"")]
#[case("substr(\"hello\", -3, 2)", "\"ll\"")]
#[case("length(\"é👍\")", "2")]
#[case(
    "format(\"%5.1f|%-5s|%q|%v|%03d|%%\", 1.5, \"a\", \"b\", [1, \"x\"], 7)",
    "\"  1.5|a    |\\\"b\\\"|[1,\\\"x\\\"]|007|%\""
)]
#[case("regex(\"a(b)?(c)\", \"ac\")", "[null, \"c\"]")]
#[case("regex(\"(?P<y>[0-9]+)\", 12)", "{ y = \"12\" }")]
#[case("regexall(\"a(.)\", \"abac\")", "[[\"b\"], [\"c\"]]")]
#[case("can(regex(\"^\\\\w$\", \"é\"))", "false")]
#[case("can(regex(\"^[[a&&~]+$\", \"[&~a\"))", "true")]
#[case("can(regex(\"^[[:alpha:]\\\\d]+$\", \"a1\"))", "true")]
#[case("can(regex(\"^a$\", \"a\\n\"))", "false")]
#[case("can(regex(\"^[]a]$\", \"]\"))", "true")]
#[case("[for one in [\"\", \"aé\", \"aéa\"] : can(regex(\"^[\\\\pL]{1,2}$\", one))]", "[false, true, false]")]
#[case("can(regex(\"^[a]{1}[]]{0,2}$\", \"a]]\"))", "true")]
#[case("contains([1, 2], \"1\")", "false")]
#[case("lookup({ a = 1 }, \"b\", null)", "null")]
#[case("merge({ a = 1 }, null, { b = 2 })", "{ a = 1, b = 2 }")]
#[case("concat([1], [2, 3])", "[1, 2, 3]")]
#[case("flatten([1, [2, [3]]])", "[1, 2, 3]")]
#[case("distinct([1, \"1\"])", "[\"1\"]")]
#[case("compact([\"\", null, \"a\"])", "[\"a\"]")]
#[case("sort([\"b\", \"a\"])", "[\"a\", \"b\"]")]
#[case("reverse([1, 2])", "[2, 1]")]
#[case("slice([1, 2, 3], 1, 2)", "[2]")]
#[case("element([1, 2], 5)", "2")]
#[case("index([\"a\", \"b\"], \"b\")", "1")]
#[case("one([])", "null")]
#[case("coalesce(\"\", \"b\")", "\"b\"")]
#[case("range(5, 0, -2)", "[5, 3, 1]")]
#[case("keys({ b = 1, a = 2 })", "[\"a\", \"b\"]")]
#[case("zipmap([\"a\"], [1])", "{ a = 1 }")]
#[case("alltrue([]) && !anytrue([]) && alltrue([\"true\"])", "true")]
#[case("setsubtract([\"b\", \"a\"], [\"a\"])", "[\"b\"]")]
#[case("setunion([\"b\"], [\"a\"])", "[\"a\", \"b\"]")]
#[case("setintersection([\"b\", \"a\"], [\"a\"])", "[\"a\"]")]
#[case("sum([1, \"2\"]) + min(1, 2) + max(3, 4) + abs(-1) + ceil(0.2) + floor(1.9) + pow(2, 3)", "19")]
#[case("max([1, 5]...)", "5")]
#[case("tonumber(\"1e3\")", "1000")]
#[case("tostring(1.10)", "\"1.1\"")]
#[case("tobool(\"1\")", "true")]
#[case("parseint(\"ff\", 16)", "255")]
#[case("jsondecode(\"{\\\"a\\\": [1]}\").a[0]", "1")]
#[case("cidrsubnet(\"203.0.113.7/24\", 0, 0)", "\"203.0.113.0/24\"")]
#[case("cidrsubnet(\"10.0.0.0/16\", 3, 7)", "\"10.0.224.0/19\"")]
#[case("cidrsubnet(\"fd00:fd12:3456:7890::/56\", 16, 162)", "\"fd00:fd12:3456:7800:a200::/72\"")]
#[case("cidrsubnet(\"0.0.0.0/0\", 0, 0)", "\"0.0.0.0/0\"")]
#[case("cidrsubnet(\"::/0\", 0, 0)", "\"::/0\"")]
#[case("cidrhost(\"10.0.0.0/8\", -1)", "\"10.255.255.255\"")]
#[case("cidrhost(\"fd00::/8\", 5)", "\"fd00::5\"")]
#[case("cidrnetmask(\"172.16.0.0/12\")", "\"255.240.0.0\"")]
#[case(
    "cidrsubnets(\"10.1.0.0/16\", 4, 4, 8, 4)",
    "[\"10.1.0.0/20\", \"10.1.16.0/20\", \"10.1.32.0/24\", \"10.1.48.0/20\"]"
)]
#[case("can(cidrhost(\"10.0.0.256/8\", 0))", "false")]
#[case("can(cidrhost(\"1:2:3::4:5:6:7:8/64\", 0))", "false")]
fn an_expression_comes_to_what_terraform_says(#[case] text: &str, #[case] wanted: &str) {
    assert_eq!(outcome(text).map(|value| write::inline(&value)), Ok(wanted.to_owned()));
}

#[rstest]
#[case("length(null)")]
#[case("\"${var.none}x\"")]
#[case("concat([1], null)")]
#[case("var.map.nothing")]
#[case("1 / 0")]
#[case("\"a\" < \"b\"")]
#[case("tonumber(\"0x10\")")]
#[case("startswith(\"ab\", null)")]
#[case("range(0, 5000)")]
#[case("regex(\"b\", \"a\")")]
fn what_terraform_cannot_tell_fails(#[case] text: &str) {
    assert!(matches!(outcome(text), Err(Stop::Failed(_))), "{:?}", outcome(text));
}

#[rstest]
#[case("local.x")]
#[case("try(data.x.y, 1)")]
#[case("can(timestamp())")]
#[case("var.missing")]
#[case("[1] == [1]")]
#[case("file(\"/etc/passwd\")")]
#[case("regex(\"(?=a)\", \"a\")")]
fn what_only_terraform_can_tell_is_not_known(#[case] text: &str) {
    assert!(matches!(outcome(text), Err(Stop::Unknown(_))), "{:?}", outcome(text));
}

#[test]
fn a_long_row_of_letters_of_all_scripts_is_judged_at_once() {
    let pattern = "^[\\\\pL\\\\pN _.:/=+@-]{0,256}$";
    let rule = format!("alltrue([for at in range(200) : can(regex(\"{pattern}\", \"Größe ${{at}}\"))])");
    let start = std::time::Instant::now();
    assert_eq!(outcome(&rule), Ok(Value::from(true)));
    assert!(start.elapsed().as_secs() < 5, "{:?}", start.elapsed());
}
