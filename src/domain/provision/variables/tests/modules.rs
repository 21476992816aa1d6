//! Our own modules, held against what their own tests say.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use hcl_edit::expr::Expression;
use hcl_edit::structure::Body;
use rstest::rstest;

use super::super::evaluate::{Scope, evaluate};
use super::*;

fn folder(module: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/terraform").join(module)
}

/// Names and texts of the files that end so.
fn files(folder: &Path, end: &str) -> Vec<(String, String)> {
    let mut paths: Vec<PathBuf> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.retain(|path| path.to_string_lossy().ends_with(end));
    paths.sort();
    let name = |path: &Path| path.file_name().unwrap().to_string_lossy().into_owned();
    paths.iter().map(|path| (name(path), std::fs::read_to_string(path).unwrap())).collect()
}

pub(super) fn variables(module: &str) -> Vec<Variable> {
    read(&files(&folder(module), ".tf")).unwrap()
}

/// What the module's tests give to every run.
pub(super) fn usual(module: &str) -> Map<String, Value> {
    std::fs::read_to_string(folder(module).join("tests/terraform.tfvars"))
        .map_or_else(|_| Map::new(), |text| given(&text))
}

/// As a test's `variables` block has them, with functions.
fn block(body: &Body) -> Map<String, Value> {
    let none = Map::new();
    let lines = body.get_blocks("variables").flat_map(|block| block.body.attributes());
    lines.map(|line| (line.key.to_string(), evaluate(&line.value, &Scope::Module(&none)).unwrap())).collect()
}

/// The variables among `expect_failures`.
fn expected(body: &Body) -> BTreeSet<String> {
    let Some(Expression::Array(items)) = body.get_attribute("expect_failures").map(|line| &line.value) else {
        return BTreeSet::new();
    };
    items.iter().filter_map(|item| Some(item.to_string().trim().strip_prefix("var.")?.to_owned())).collect()
}

#[rstest]
#[case("eks", 75)]
#[case("trial", 5)]
#[case("bootstrap", 2)]
fn what_the_tests_of_a_module_refuse_is_refused_here_and_nothing_else(#[case] module: &str, #[case] least: usize) {
    let variables = variables(module);
    let mut runs = 0;
    for (file, text) in files(&folder(module).join("tests"), ".tftest.hcl") {
        let body: Body = text.parse().unwrap();
        let mut of_file = usual(module);
        of_file.extend(block(&body));
        for run in body.get_blocks("run") {
            if run.body.has_blocks("module") {
                continue;
            }
            let mut given = of_file.clone();
            given.extend(block(&run.body));
            let found = problems(&variables, &given);
            let refused: BTreeSet<String> = check(&variables, &given).into_iter().map(|found| found.variable).collect();
            assert_eq!(refused, expected(&run.body), "{file}, {}: {found:#?}", run.labels[0].as_str());
            runs += 1;
        }
    }
    assert!(runs >= least, "{runs}");
}

#[test]
fn every_variable_of_the_module_is_read_with_its_type() {
    let variables = variables("eks");
    let all: Vec<String> = variables
        .iter()
        .map(|one| {
            let default = one.default.as_ref().map(|value| format!(" = {}", write::inline(value))).unwrap_or_default();
            format!("{}: {}{default} ({} rules)", one.name, one.kind.words(), one.validations.len())
        })
        .collect();
    insta::assert_snapshot!(all.join("\n"));
    assert!(variables.iter().all(|one| !one.description.is_empty()));
    assert_eq!(super::modules::variables("trial").len(), variables.len() + 1);
}

#[test]
fn defaults_with_what_is_required_are_fine_and_what_is_required_is_named() {
    assert_eq!(problems(&variables("eks"), &usual("eks")), Vec::<String>::new());
    let missing: Vec<String> = check(&variables("eks"), &Map::new()).into_iter().map(|found| found.variable).collect();
    assert_eq!(missing, ["organisation", "account_id", "region", "name", "kubernetes_version"]);
}

const NAME: &str = "A cluster's name is 1 to 100 letters";
const RANGE: &str = "Each range is written in CIDR form";

#[rstest]
#[case::dots(r#"name = "a.b""#, "name", NAME)]
#[case::too_long(&format!("name = \"{}\"", "a".repeat(101)), "name", NAME)]
#[case::shell(r#"name = "$(rm -rf /)""#, "name", NAME)]
#[case::template(r#"name = "$${x}""#, "name", NAME)]
#[case::line(r#"name = "a\n""#, "name", NAME)]
#[case::shell_in_a_tag(r#"tags = { owner = "`id`; $(rm -rf /)" }"#, "tags", "A tag's key has 1 to 128 characters")]
#[case::tag_of_aws(r#"tags = { "AWS:x" = "1" }"#, "tags", "Keys that begin with aws: belong to AWS")]
#[case::version("kubernetes_version = 1.30", "kubernetes_version", "A Kubernetes version is written as major.minor")]
#[case::no_range(
    "endpoint_public_access = true\nendpoint_public_cidrs = [\"10.0.0.0\"]",
    "endpoint_public_cidrs",
    RANGE
)]
#[case::wide_range(
    "endpoint_public_access = true\nendpoint_public_cidrs = [\"10.0.0.0/33\"]",
    "endpoint_public_cidrs",
    RANGE
)]
#[case::range_of_names(
    "endpoint_public_access = true\nendpoint_public_cidrs = [\"office/24\"]",
    "endpoint_public_cidrs",
    RANGE
)]
#[case::network(r#"vpc_cidr = "10.0.0.1/16""#, "vpc_cidr", "vpc_cidr is an IPv4 range from /16 to /19")]
#[case::network_of_ipv6(r#"vpc_cidr = "fd00::/16""#, "vpc_cidr", "vpc_cidr is an IPv4 range from /16 to /19")]
#[case::role(r#"role_arn = "arn:aws:iam::222222222222:role/x""#, "role_arn", "role_arn must be the ARN")]
#[case::key(r#"kms_key_arn = "arn:aws:kms:us-east-1:111111111111:key/a""#, "kms_key_arn", "kms_key_arn is null")]
#[case::sizes("node_groups = { a = { min_size = 3 } }", "node_groups", "A node group's sizes go up")]
#[case::size_of_a_word(
    r#"node_groups = { a = { max_size = "many" } }"#,
    "node_groups",
    r#"node_groups["a"].max_size: wants a number, not text"#
)]
#[case::list_of_types(
    r#"node_groups = { a = { instance_types = "m6i.large" } }"#,
    "node_groups",
    r#"node_groups["a"].instance_types: wants a list, not text"#
)]
#[case::mistyped(
    "node_groups = { a = { max_sise = 4 } }",
    "node_groups",
    r#"node_groups["a"].max_sise: there is no such attribute; did you mean max_size?"#
)]
#[case::zones(r#"zones = "eu-west-1a""#, "zones", "wants a list, not text")]
#[case::truth(r#"irsa = "maybe""#, "irsa", "wants true or false, not text")]
#[case::missing_inside(
    "access_entries = { me = {} }",
    "access_entries",
    r#"access_entries["me"].principal_arn: is missing"#
)]
#[case::stranger(r#"nmae = "a""#, "nmae", "the module has no variable nmae; did you mean name?")]
fn what_is_wrong_is_said_beside_its_variable(#[case] text: &str, #[case] variable: &str, #[case] words: &str) {
    let mut all = usual("eks");
    all.extend(given(text));
    let problems = check(&variables("eks"), &all);
    assert!(problems[0].words.starts_with(words), "{problems:#?}");
    assert!(problems.iter().all(|found| found.variable == variable), "{problems:#?}");
}

#[rstest]
#[case::capitals(r#"name = "Payments_PROD-1""#)]
#[case::number_for_text("account_id = 111111111111")]
#[case::text_for_numbers(r#"node_groups = { a = { min_size = "1", desired_size = "2" } }"#)]
#[case::null_for_a_default("node_groups = null\ntags = null")]
#[case::other_letters(r#"tags = { Größe = "日本 + x" }"#)]
#[case::text_for_truth(r#"irsa = "false""#)]
fn what_terraform_takes_is_taken(#[case] text: &str) {
    let mut all = usual("eks");
    all.extend(given(text));
    assert_eq!(problems(&variables("eks"), &all), Vec::<String>::new());
}
