//! What AWS offers behind the form: asked once for each place, then versions, problems and a list to pick from.

use std::sync::Arc;

use serde_json::Map;

use super::*;
use crate::app::model::Model;
use crate::app::update::provision;
use crate::domain::effect::FleetEffect;
use crate::domain::eks::{Support, Versions};
use crate::domain::fleet::FleetNews;
use crate::domain::provision::Kind;
use crate::domain::provision::news::{ModuleKnown, RunsEffect, RunsNews};
use crate::domain::provision::offers::{Offers, Subnet, Vpc};
use crate::domain::provision::site::{EnvironmentSettings, Site};
use crate::domain::provision::variables::read;

const MODULE: &str = r#"
variable "kubernetes_version" { type = string }
variable "vpc_id" { type = string }
variable "subnet_ids" { type = list(string) }
"#;

fn offers() -> Offers {
    let subnet = |id: &str, vpc: &str, zone: &str| Subnet {
        id: id.to_owned(),
        vpc: vpc.to_owned(),
        cidr: "10.0.1.0/24".to_owned(),
        zone: zone.to_owned(),
        free_addresses: Some(250),
        name: "private".to_owned(),
    };
    let until = Support { standard_until: Some(NOW / 1_000 + 86_400 * 90), extended_until: None };
    Offers {
        account: "111111111111".to_owned(),
        region: "eu-west-1".to_owned(),
        versions: Ok(Versions([("1.99".to_owned(), until)].into())),
        regions: Ok(vec!["eu-west-1".to_owned()]),
        instance_types: Ok(["m7i.large".to_owned()].into()),
        vpcs: Ok(vec![Vpc {
            id: "vpc-1".to_owned(),
            cidr: "10.0.0.0/16".to_owned(),
            name: "main".to_owned(),
            is_default: false,
        }]),
        subnets: Ok(vec![
            subnet("subnet-1", "vpc-1", "a"),
            subnet("subnet-2", "vpc-1", "b"),
            subnet("subnet-3", "x", "b"),
        ]),
    }
}

fn tell(model: &mut Model, news: RunsNews) -> Vec<Effect> {
    update(model, Message::Fleet(vec![FleetNews::Runs(news)]), NOW)
}

fn asked(effects: &[Effect]) -> Vec<(&str, &str)> {
    let of = |effect| match effect {
        &Effect::Fleet(FleetEffect::Runs(RunsEffect::Offers { ref account, ref region })) => {
            Some((account.as_str(), region.as_str()))
        }
        _ => None,
    };
    effects.iter().filter_map(of).collect()
}

/// A new form in an environment whose account and region are known.
fn form() -> (Model, Vec<Effect>) {
    let mut model = model();
    let dev = EnvironmentSettings {
        account: "111111111111".to_owned(),
        region: "eu-west-1".to_owned(),
        ..EnvironmentSettings::default()
    };
    model.provision.site = Arc::new(Site { environments: [("dev".to_owned(), dev)].into(), ..Site::default() });
    model.provision.is_there = true;
    provision::open(&mut model);
    press(&mut model, &["n"]);
    let module = ModuleKnown {
        environment: "dev".to_owned(),
        name: "own".to_owned(),
        variables: Arc::new(read(&[("main.tf".to_owned(), MODULE.to_owned())]).unwrap()),
        given: Map::new(),
        has_past: false,
        is_hidden: false,
        is_lost: false,
    };
    let effects = tell(&mut model, RunsNews::Module { environment: "dev".to_owned(), module: Ok(Box::new(module)) });
    assert_eq!(model.provision.form_of.as_ref().map(|of| of.kind), Some(Kind::Provision));
    (model, effects)
}

#[test]
fn a_place_is_asked_about_once_and_what_comes_is_what_the_form_goes_by() {
    let (mut model, effects) = form();
    assert_eq!(asked(&effects), [("111111111111", "eu-west-1")]);
    let effects = press(&mut model, &["a", "b", "c", "down"]);
    assert_eq!(asked(&effects), []);
    assert!(!draw(&mut model, 160, 50).contains("1.99"));
    tell(&mut model, RunsNews::Offers(Arc::new(offers())));
    press(&mut model, &["down"]);
    let drawn = draw(&mut model, 160, 50);
    assert!(drawn.contains("1.99"), "{drawn}");
    // Of another place than the form's: nothing changes.
    let other = Offers { region: "us-east-1".to_owned(), versions: Ok(Versions::default()), ..offers() };
    tell(&mut model, RunsNews::Offers(Arc::new(other)));
    assert!(draw(&mut model, 160, 50).contains("1.99"));
}

#[test]
fn a_vpc_is_picked_from_a_list_and_its_subnets_one_after_the_other() {
    let (mut model, _) = form();
    press(&mut model, &["f2"]);
    assert!(model.layers.is_empty(), "the name has no list");
    tell(&mut model, RunsNews::Offers(Arc::new(offers())));
    press(&mut model, &["down", "down", "down", "f2"]);
    let drawn = draw(&mut model, 160, 50);
    assert!(drawn.contains("vpc-1 · main · 10.0.0.0/16"), "{drawn}");
    press(&mut model, &["enter"]);
    assert!(model.layers.is_empty());
    press(&mut model, &["down", "f2", "enter", "down", "enter"]);
    let drawn = draw(&mut model, 160, 50);
    assert!(drawn.contains("[x] subnet-1 · private") && drawn.contains("[x] subnet-2 · private"), "{drawn}");
    assert!(!drawn.contains("subnet-3"), "{drawn}");
    press(&mut model, &["esc"]);
    assert!(draw(&mut model, 160, 50).contains("subnet-1, subnet-2"));
}

#[test]
fn a_cost_stands_in_the_list_and_goes_with_its_run() {
    let mut model = model();
    let cost = crate::domain::provision::cost::Cost::default();
    tell(&mut model, RunsNews::Cost { id: "aaaa".to_owned(), cost: Box::new(cost) });
    assert_eq!(model.provision.costs.get("aaaa").map(String::as_str), Some("~$0"));
    tell(&mut model, RunsNews::Listed(Ok(Arc::new([]))));
    assert!(model.provision.costs.is_empty());
}
