use std::sync::Arc;

use serde_json::json;

use super::fixture::*;
use super::*;
use crate::domain::eks::Versions;
use crate::domain::health::Trouble;
use crate::domain::provision::offers::{Offers, Subnet, Vpc};

const ONE: &str = "vpc-00000001";
const OTHER: &str = "vpc-00000002";
const SUBNETS: [(&str, &str, &str); 4] = [
    ("subnet-0000000a", ONE, "eu-west-1a"),
    ("subnet-0000000b", ONE, "eu-west-1b"),
    ("subnet-0000000c", OTHER, "eu-west-1a"),
    ("subnet-0000000d", ONE, "eu-west-1a"),
];

fn offers() -> Offers {
    let vpc = |id: &str| Vpc {
        id: id.to_owned(),
        cidr: "10.0.0.0/16".to_owned(),
        name: "main".to_owned(),
        is_default: false,
    };
    let subnet = |(id, vpc, zone): (&str, &str, &str)| Subnet {
        id: id.to_owned(),
        vpc: vpc.to_owned(),
        cidr: "10.0.0.0/24".to_owned(),
        zone: zone.to_owned(),
        free_addresses: Some(250),
        name: "private".to_owned(),
    };
    Offers {
        account: "111111111111".to_owned(),
        region: "eu-west-1".to_owned(),
        versions: Ok(Versions::default()),
        regions: Ok(Vec::new()),
        instance_types: Ok(["m7i.large".to_owned()].into()),
        vpcs: Ok(vec![vpc(ONE), vpc(OTHER)]),
        subnets: Ok(SUBNETS.map(subnet).into()),
    }
}

fn offered() -> FormPage {
    let mut page = page("dev");
    fill(&mut page, "account", "111111111111");
    fill(&mut page, "name", "payments");
    assert_eq!(page.place_wanted(), Some(("111111111111".to_owned(), "eu-west-1".to_owned())));
    page.stand_on(Some(Arc::new(offers())));
    page
}

#[test]
fn a_place_is_wanted_once_account_and_region_are_whole() {
    let mut page = page("dev");
    assert_eq!(page.place_wanted(), None);
    fill(&mut page, "account", "11111111111");
    assert_eq!(page.place_wanted(), None);
    type_text(&mut page, "1");
    assert!(page.place_wanted().is_some());
    fill(&mut page, "region", "eu-");
    assert_eq!(page.place_wanted(), None);
}

#[test]
fn what_the_region_does_not_offer_is_said_beside_its_field() {
    let mut page = offered();
    fill(&mut page, "node_groups", "{ a = { instance_types = [\"m7i.large\", \"m9z.large\"] } }");
    let words = "node_groups.a.instance_types: m9z.large is not offered in eu-west-1";
    assert_eq!(told(&page, "node_groups"), words);
    // Nothing is said of it where AWS does not answer.
    let silent = Offers::refused("111111111111".to_owned(), "eu-west-1".to_owned(), &Trouble::new("no"));
    page.stand_on(Some(Arc::new(silent)));
    assert_eq!(told(&page, "node_groups"), "");
}

#[test]
fn a_vpc_and_its_subnets_are_picked_from_the_account() {
    let mut page = offered();
    go(&mut page, "name");
    assert!(page.choices().unwrap_err().contains("vpc_id and subnet_ids have one"));
    go(&mut page, "subnet_ids");
    assert!(page.choices().unwrap_err().contains("choose vpc_id first"));
    go(&mut page, "vpc_id");
    let vpcs = page.choices().unwrap();
    assert_eq!((vpcs.rows[0].1.as_str(), vpcs.is_many), ("vpc-00000001 · main · 10.0.0.0/16", false));
    page.pick(ONE);
    assert!(told(&page, "subnet_ids").contains("at least two subnets"));
    go(&mut page, "subnet_ids");
    assert_eq!(page.choices().unwrap().rows.len(), 3, "only those of the VPC");
    page.pick("subnet-0000000a");
    page.pick("subnet-0000000d");
    assert_eq!(told(&page, "subnet_ids"), "all of them are in eu-west-1a: EKS wants two zones");
    page.pick("subnet-0000000d");
    page.pick("subnet-0000000b");
    assert_eq!(told(&page, "subnet_ids"), "");
    let marks: Vec<String> = page.choices().unwrap().rows.into_iter().map(|(_, row)| row[..3].to_owned()).collect();
    assert_eq!(marks, ["[x]", "[x]", "[ ]"]);
    assert_eq!(page.values()["subnet_ids"], json!(["subnet-0000000a", "subnet-0000000b"]));
    // Another VPC: they are not its.
    go(&mut page, "vpc_id");
    page.pick(OTHER);
    assert!(told(&page, "subnet_ids").contains("subnet-0000000a belongs to vpc-00000001, not to vpc-00000002"));
}
