use rstest::rstest;
use serde_json::json;

use super::fixture::*;
use super::*;

#[rstest]
#[case("name", "prod.eu", "is no name of an EKS cluster")]
#[case("name", &"a".repeat(101), "is no name of an EKS cluster")]
#[case("name", "-a", "is no name of an EKS cluster")]
#[case("name", "a-", "starts and ends with a letter or a digit")]
#[case("name", "$(reboot)", "is no name of an EKS cluster")]
#[case("region", "eu-west-1a", "is no name of a region")]
#[case("region", "europe", "is no name of a region")]
#[case("kubernetes_version", "1.30", "EKS does not offer 1.30; it offers 1.35, 1.34, 1.33, 1.32")]
#[case("kubernetes_version", "latest", "EKS does not offer latest")]
#[case("kubernetes_version", "1.32", "the environment allows 1.33, 1.34, 1.35, not \"1.32\"")]
#[case(
    "node_groups",
    "{ a = { instance_types = [\"m7i\"] } }",
    "node_groups.a.instance_types: \"m7i\" is no instance type; one reads like m7i.large"
)]
#[case(
    "node_groups",
    "{ a = { instance_types = [\"p5.48xlarge\"] } }",
    "the environment allows m7i.*, m6i.*, not \"p5.48xlarge\""
)]
#[case("node_groups", "{ a = { min_size = 3 } }", "A node group's sizes go up")]
#[case("node_groups", "{ a = ", "line 1, column")]
#[case("node_groups", "general", "general is not a value; text stands in quotes")]
#[case("node_groups", "[1]", "wants")]
#[case("ip_family", "ipv5", "ip_family is ipv4 or ipv6.")]
#[case("subnet_ids", "subnet-0123456789abcdef0", "Subnets belong to a VPC; give its vpc_id as well")]
#[case("subnet_ids", "eu-west-1a", "A subnet's id reads like subnet-0123456789abcdef0.")]
#[case("kms_key_arn", "alias/key", "kms_key_arn is null, \"none\" or the ARN of a key")]
#[case("tags", "team", "wants a key=value")]
fn what_is_wrong_is_said_beside_its_field(#[case] label: &str, #[case] text: &str, #[case] words: &str) {
    let mut page = filled();
    fill(&mut page, label, text);
    assert!(told(&page, label).contains(words), "{}", told(&page, label));
    let others = (0..page.fields.len()).filter(|at| !page.told(*at).is_empty()).count();
    assert_eq!(others, 1, "{:?}", page.problems);
    assert_eq!(page.act(FormAction::Submit), Some(FormYield::Invalid));
    let drawn = seen(&page);
    let field = drawn.lines().position(|line| line.contains(&format!("▌ {label}"))).unwrap();
    assert!(drawn.lines().nth(field + 1).unwrap().contains("▲ "), "{drawn}");
}

#[rstest]
#[case("1234")]
#[case("1111-1111-1111")]
#[case("arn:aws:iam::1:root")]
fn an_account_has_twelve_digits(#[case] account: &str) {
    let mut page = page("dev");
    fill(&mut page, "account", account);
    assert!(told(&page, "account").contains("an account has twelve digits"), "{}", told(&page, "account"));
}

#[test]
fn a_rule_of_two_variables_stands_at_the_one_that_it_belongs_to() {
    let mut page = filled();
    fill(&mut page, "endpoint_public_access", "t");
    assert!(told(&page, "endpoint_public_cidrs").contains("A public endpoint wants the ranges"));
    fill(&mut page, "endpoint_public_cidrs", "203.0.113.0/24");
    assert_eq!(told(&page, "endpoint_public_cidrs"), "");
}

#[rstest]
#[case("1.33", "")]
#[case("1.34", "")]
#[case("1.35", "the cluster runs 1.33; EKS goes up one minor at a time, to 1.34 next")]
#[case("1.32", "the cluster runs 1.33; EKS does not go back to 1.32")]
fn an_update_goes_up_one_minor(#[case] version: &str, #[case] words: &str) {
    let mut page = FormPage::new(update());
    fill(&mut page, "kubernetes_version", version);
    let told = told(&page, "kubernetes_version");
    assert!(told.starts_with(words) && told.is_empty() == words.is_empty(), "{told}");
}

#[test]
fn a_version_that_is_offered_no_more_may_stay() {
    let mut subject = update();
    (subject.running_version, subject.given["kubernetes_version"]) = (Some("1.31".to_owned()), json!("1.31"));
    subject.environments[1].1.limits.clear();
    assert!(FormPage::new(subject).problems.is_empty());
}

#[test]
fn an_update_offers_the_versions_that_it_leads_to() {
    let offered = |subject: FormSubject| {
        let page = FormPage::new(subject);
        let field = page.fields.iter().find(|field| field.id == Id::Variable("kubernetes_version".to_owned()));
        field.map(|field| field.options.clone()).unwrap_or_default()
    };
    assert_eq!(offered(update()), ["1.34", "1.33"]);
    assert_eq!(offered(subject("prod")), ["1.35", "1.34", "1.33", "1.32"]);
}

#[test]
fn what_the_module_does_not_know_is_shown_and_can_be_taken_away() {
    let mut subject = subject("prod");
    subject.given.insert("node_group".to_owned(), json!({}));
    let mut page = FormPage::new(subject);
    let words = "the module has no variable node_group; did you mean node_groups?";
    assert_eq!(told(&page, "node_group"), words);
    fill(&mut page, "node_group", "");
    assert_eq!(told(&page, "node_group"), "");
    assert!(!page.values().contains_key("node_group"));
}

#[test]
fn values_of_a_wrong_type_are_told_from_the_start() {
    let mut subject = subject("prod");
    subject.given.insert("subnet_ids".to_owned(), json!({"a": 1}));
    assert!(told(&FormPage::new(subject), "subnet_ids").contains("wants a list"));
}

#[test]
fn a_role_of_another_account_is_said_at_the_environment() {
    let mut subject = subject("prod");
    subject.environments[1].1.role = Some("arn:aws:iam::333333333333:role/x".to_owned());
    let page = FormPage::new(subject);
    assert!(told(&page, "environment").starts_with("role_arn: role_arn must be"), "{}", told(&page, "environment"));
    let mut subject = update();
    subject.identity.organisation.clear();
    let mut page = FormPage::new(subject);
    assert_eq!(page.problems.at_large, ["the organisation has no name"]);
    assert!(seen(&page).contains("▲ the organisation has no name"));
    assert_eq!(page.act(FormAction::Submit), Some(FormYield::Invalid));
    let mut subject = update();
    subject.identity.organisation = "R&D".to_owned();
    let told = FormPage::new(subject).problems.at_large;
    assert!(told.len() == 1 && told[0].starts_with("\"R&D\" is no name of an organisation"), "{told:?}");
}

#[test]
fn a_limit_that_a_secret_breaks_does_not_tell_it() {
    let mut subject = subject("prod");
    subject.variables = of_text("variable \"kubernetes_version\" {\n sensitive = true\n}\n");
    subject.given = object(json!({"kubernetes_version": "hunter2"}));
    subject.versions.clear();
    let mut page = FormPage::new(subject);
    page.offer(update().versions, Vec::new());
    assert_eq!(told(&page, "kubernetes_version"), "the environment does not allow this");
}

#[test]
fn a_version_without_quotes_is_a_version_too() {
    let mut subject = update();
    subject.given["kubernetes_version"] = json!(1.35);
    assert!(told(&FormPage::new(subject), "kubernetes_version").contains("one minor at a time"));
}

#[test]
fn the_name_of_a_cluster_that_stands_is_told_at_its_field() {
    use crate::domain::provision::tests::samples::{applied, ended, job, planned, pod, spec, started};
    use crate::domain::provision::{Kind, Phase, seen};
    let spec = spec("aaaa1111", "one", Kind::Provision);
    let jobs = [job(&spec, Phase::Plan, 0), job(&spec, Phase::Apply, 1)].map(started);
    let pods = [pod(&jobs[0], ended(&planned(0))), pod(&jobs[1], ended(&applied()))];
    let mut subject = subject("dev");
    (subject.runs, subject.identity.organisation) = (seen::runs(&jobs, &pods).into(), spec.identity.organisation);
    subject.given = object(json!({"kubernetes_version": "1.34"}));
    let mut page = FormPage::new(subject);
    fill(&mut page, "account", "111111111111");
    fill(&mut page, "name", "one");
    assert!(told(&page, "name").contains("stands already"), "{}", told(&page, "name"));
    assert!(told(&page, "name").contains("u, or eksdeck provision update one"), "{}", told(&page, "name"));
    assert_eq!(page.act(FormAction::Submit), Some(FormYield::Invalid));
    fill(&mut page, "region", "eu-central-1");
    assert_eq!(told(&page, "name"), "", "there is none in another region");
}

#[test]
fn a_default_of_the_module_that_the_environment_does_not_allow_is_told_at_its_field() {
    let mut new = subject("prod");
    new.environments[1].1.limits[1].allowed = crate::domain::provision::limit::Allowed::OneOf(vec![json!("m7i.*")]);
    let limits = new.environments[1].1.limits.clone();
    let mut page = FormPage::new(new);
    fill(&mut page, "name", "payments-eu");
    let words = "node_groups.general.instance_types: the environment allows m7i.*, not \"m6i.large\"";
    assert!(told(&page, "node_groups").starts_with(words), "{}", told(&page, "node_groups"));
    assert_eq!(page.act(FormAction::Submit), Some(FormYield::Invalid));
    fill(&mut page, "node_groups", "{ general = { instance_types = [\"m7i.large\"] } }");
    assert!(matches!(page.act(FormAction::Submit), Some(FormYield::Plan(_))), "{:?}", page.problems);
    let mut there = update();
    there.environments[1].1.limits = limits;
    let mut page = FormPage::new(there);
    assert_eq!(told(&page, "node_groups"), "", "the cluster has it already");
    fill(&mut page, "node_groups", "{ other = {} }");
    assert!(told(&page, "node_groups").contains("not \"m6i.large\""), "{}", told(&page, "node_groups"));
}

#[test]
fn a_secret_that_may_not_be_read_is_given_again() {
    let variables = of_text("variable \"password\" {\n type = string\n sensitive = true\n default = \"none\"\n}\n");
    let given = serde_json::Map::new();
    let mut page = FormPage::new(FormSubject { variables, given, is_hidden: true, ..update() });
    assert!(told(&page, "password").contains("give it again"), "{}", told(&page, "password"));
    assert_eq!(page.act(FormAction::Submit), Some(FormYield::Invalid));
    fill(&mut page, "password", "hunter2");
    assert!(matches!(page.act(FormAction::Submit), Some(FormYield::Plan(_))), "{:?}", page.problems);
}
