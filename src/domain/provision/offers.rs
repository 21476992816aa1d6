//! What AWS offers an account in a region, and what of a cluster's values it does not take.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use super::instance_types::{InstanceTypeAt, instance_types};
use crate::domain::eks::support::{Phase, Support, Versions};
use crate::domain::health::Trouble;

/// Variables by name.
type Values = Map<String, Value>;

/// As far as it was told: a part that was refused says so alone. Text in here has passed `clean`.
#[derive(Debug, Clone, PartialEq)]
pub struct Offers {
    pub account: String,
    pub region: String,
    pub versions: Result<Versions, Trouble>,
    /// Regions that are enabled for the account, sorted.
    pub regions: Result<Vec<String>, Trouble>,
    pub instance_types: Result<BTreeSet<String>, Trouble>,
    pub vpcs: Result<Vec<Vpc>, Trouble>,
    pub subnets: Result<Vec<Subnet>, Trouble>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Vpc {
    pub id: String,
    pub cidr: String,
    /// The tag `Name`; empty where there is none.
    pub name: String,
    pub is_default: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Subnet {
    pub id: String,
    pub vpc: String,
    pub cidr: String,
    pub zone: String,
    pub free_addresses: Option<u32>,
    /// The tag `Name`; empty where there is none.
    pub name: String,
}

/// Variables of our modules.
pub const VERSION: &str = "kubernetes_version";
pub const VPC: &str = "vpc_id";
pub const SUBNETS: &str = "subnet_ids";

impl Vpc {
    /// `vpc-0f6 · main · 10.0.0.0/16`.
    pub fn words(&self) -> String {
        let default = if self.is_default { "default" } else { "" };
        joined(&[&self.id, &self.name, &self.cidr, default])
    }
}

impl Subnet {
    /// `subnet-0a1 · private-a · 10.0.0.0/24 · eu-west-1a · 250 free`.
    pub fn words(&self) -> String {
        let free = self.free_addresses.map(|free| format!("{free} free")).unwrap_or_default();
        joined(&[&self.id, &self.name, &self.cidr, &self.zone, &free])
    }
}

fn joined(parts: &[&str]) -> String {
    parts.iter().copied().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" · ")
}

impl Offers {
    /// Nobody could be asked.
    pub fn refused(account: String, region: String, trouble: &Trouble) -> Self {
        Self {
            account,
            region,
            versions: Err(trouble.clone()),
            regions: Err(trouble.clone()),
            instance_types: Err(trouble.clone()),
            vpcs: Err(trouble.clone()),
            subnets: Err(trouble.clone()),
        }
    }

    /// Versions that a new cluster may have, newest first; empty where AWS did not tell. `now`: Unix seconds.
    pub fn versions(&self, now: i64) -> Vec<(String, Support)> {
        let Ok(versions) = &self.versions else { return Vec::new() };
        let offered = versions.0.iter().filter(|(_, support)| !matches!(support.phase(now), Phase::Ended { .. }));
        let mut offered: Vec<(String, Support)> =
            offered.map(|(version, support)| (version.clone(), *support)).collect();
        offered.sort_by_key(|(version, _)| std::cmp::Reverse(number(version)));
        offered
    }

    /// The subnets of a VPC.
    pub fn subnets_of<'a>(&'a self, vpc: &'a str) -> impl Iterator<Item = &'a Subnet> {
        self.subnets.iter().flatten().filter(move |subnet| subnet.vpc == vpc)
    }

    /// What is not offered: the variable, and what is wrong in words. Nothing is said of what AWS did not tell, and
    /// what the cluster that is there has already may stay. `before`: what it was given; `now`: Unix seconds.
    pub fn wrong(&self, given: &Values, before: Option<&Values>, now: i64) -> Vec<(String, String)> {
        let mut wrong = Vec::new();
        let versions = self.versions(now);
        if let Some(version) = given.get(VERSION).and_then(Value::as_str).filter(|_| !versions.is_empty())
            && is_new(VERSION, given, before)
            && !versions.iter().any(|(offered, _)| offered == version)
        {
            let all: Vec<&str> = versions.iter().map(|(offered, _)| offered.as_str()).collect();
            let words = format!("EKS does not offer {version} in {}; it offers {}", self.region, all.join(", "));
            wrong.push((VERSION.to_owned(), words));
        }
        wrong.extend(self.wrong_beside_version(given, before));
        wrong
    }

    /// The same without the version.
    pub fn wrong_beside_version(&self, given: &Values, before: Option<&Values>) -> Vec<(String, String)> {
        let mut wrong = self.wrong_types(given, before);
        if [VPC, SUBNETS].iter().any(|name| is_new(name, given, before)) {
            wrong.extend(self.wrong_network(given));
        }
        wrong
    }

    /// Types that the region does not have.
    fn wrong_types(&self, given: &Values, before: Option<&Values>) -> Vec<(String, String)> {
        let Ok(offered) = &self.instance_types else { return Vec::new() };
        let has: Vec<String> = before.map(instance_types).into_iter().flatten().map(|at| at.name).collect();
        let missing = instance_types(given)
            .into_iter()
            .filter(|at| at.is_well_written && !offered.contains(&at.name) && !has.contains(&at.name));
        missing
            .map(|InstanceTypeAt { variable, place, name, .. }| {
                (variable, format!("{place}: {name} is not offered in {}", self.region))
            })
            .collect()
    }

    /// A VPC that is not there, and subnets that are not in it.
    fn wrong_network(&self, given: &Values) -> Vec<(String, String)> {
        let place = format!("account {} in {}", self.account, self.region);
        let mut wrong = Vec::new();
        let vpc = given.get(VPC).and_then(Value::as_str).filter(|vpc| !vpc.is_empty());
        if let (Some(vpc), Ok(vpcs)) = (vpc, &self.vpcs)
            && !vpcs.iter().any(|known| known.id == vpc)
        {
            wrong.push((VPC.to_owned(), format!("{vpc} is not in {place}")));
        }
        let Ok(subnets) = &self.subnets else { return wrong };
        let ids = given.get(SUBNETS).and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str);
        let mut zones = Vec::new();
        for id in ids {
            match subnets.iter().find(|subnet| subnet.id == id) {
                None => {
                    zones.push("");
                    wrong.push((SUBNETS.to_owned(), format!("{id} is not in {place}")));
                }
                Some(subnet) => {
                    zones.push(subnet.zone.as_str());
                    if let Some(vpc) = vpc.filter(|vpc| subnet.vpc != *vpc) {
                        wrong.push((SUBNETS.to_owned(), format!("{id} belongs to {}, not to {vpc}", subnet.vpc)));
                    }
                }
            }
        }
        if let [zone, _, ..] = zones[..]
            && zones.iter().all(|other| *other == zone && !zone.is_empty())
        {
            wrong.push((SUBNETS.to_owned(), format!("all of them are in {zone}: EKS wants two zones")));
        }
        wrong
    }
}

fn is_new(variable: &str, given: &Values, before: Option<&Values>) -> bool {
    before.is_none_or(|before| before.get(variable) != given.get(variable))
}

/// 1.9 stands before 1.10.
fn number(version: &str) -> Vec<u32> {
    version.split('.').map(|part| part.parse().unwrap_or_default()).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn offers() -> Offers {
        let until = |until| Support { standard_until: Some(until), extended_until: None };
        let versions = [("1.9", 20), ("1.10", 20), ("1.8", 5)];
        let subnet = |id: &str, vpc: &str, zone: &str| Subnet {
            id: id.to_owned(),
            vpc: vpc.to_owned(),
            cidr: "10.0.0.0/24".to_owned(),
            zone: zone.to_owned(),
            free_addresses: Some(250),
            name: String::new(),
        };
        let vpc = |id: &str| Vpc {
            id: id.to_owned(),
            cidr: "10.0.0.0/16".to_owned(),
            name: "main".to_owned(),
            is_default: false,
        };
        Offers {
            account: "111111111111".to_owned(),
            region: "eu-west-1".to_owned(),
            versions: Ok(Versions(versions.map(|(version, at)| (version.to_owned(), until(at))).into())),
            regions: Ok(Vec::new()),
            instance_types: Ok(["m7i.large".to_owned()].into()),
            vpcs: Ok(vec![vpc("vpc-1"), vpc("vpc-2")]),
            subnets: Ok(vec![
                subnet("subnet-1", "vpc-1", "a"),
                subnet("subnet-2", "vpc-1", "a"),
                subnet("subnet-3", "vpc-1", "b"),
                subnet("subnet-4", "vpc-2", "b"),
            ]),
        }
    }

    fn wrong(offers: &Offers, given: Value) -> Vec<String> {
        let told = offers.wrong(given.as_object().unwrap(), None, 10).into_iter();
        told.map(|(variable, words)| format!("{variable} | {words}")).collect()
    }

    #[test]
    fn versions_stand_newest_first_without_those_that_ended() {
        let names: Vec<String> = offers().versions(10).into_iter().map(|(version, _)| version).collect();
        assert_eq!(names, ["1.10", "1.9"]);
        assert_eq!(
            wrong(&offers(), json!({"kubernetes_version": "1.8"})),
            ["kubernetes_version | EKS does not offer 1.8 in eu-west-1; it offers 1.10, 1.9"]
        );
        assert!(wrong(&offers(), json!({"kubernetes_version": "1.9"})).is_empty());
    }

    #[test]
    fn an_instance_type_that_the_region_does_not_have_is_told_with_its_place() {
        let given = json!({"node_groups": {"a": {"instance_types": ["m7i.large", "m9z.large", "M9"]}}});
        let words = "node_groups | node_groups.a.instance_types: m9z.large is not offered in eu-west-1";
        assert_eq!(wrong(&offers(), given), [words]);
    }

    #[test]
    fn subnets_of_another_vpc_are_told() {
        let of = |vpc: &str, subnets: &[&str]| wrong(&offers(), json!({"vpc_id": vpc, "subnet_ids": subnets}));
        assert!(of("vpc-1", &["subnet-1", "subnet-3"]).is_empty());
        assert_eq!(of("vpc-1", &["subnet-1", "subnet-4"]), ["subnet_ids | subnet-4 belongs to vpc-2, not to vpc-1"]);
        let all_in_one = "subnet_ids | all of them are in a: EKS wants two zones";
        assert_eq!(of("vpc-1", &["subnet-1", "subnet-2"]), [all_in_one]);
        let place = "account 111111111111 in eu-west-1";
        assert_eq!(
            of("vpc-9", &["subnet-9"]),
            [format!("vpc_id | vpc-9 is not in {place}"), format!("subnet_ids | subnet-9 is not in {place}"),]
        );
    }

    #[test]
    fn what_a_cluster_has_already_may_stay() {
        let group = |types: &[&str]| json!({"a": {"instance_types": types}});
        let before = json!({"kubernetes_version": "1.8", "vpc_id": "vpc-9", "node_groups": group(&["m1.small"])});
        let told = |change: Value| {
            let (mut given, before) = (before.as_object().unwrap().clone(), before.as_object());
            given.extend(change.as_object().unwrap().clone());
            offers().wrong(&given, before, 10).into_iter().map(|(_, words)| words).collect::<Vec<_>>()
        };
        assert!(told(json!({})).is_empty());
        let words = "node_groups.a.instance_types: m9z.large is not offered in eu-west-1";
        assert_eq!(told(json!({"node_groups": group(&["m1.small", "m9z.large"])})), [words]);
        assert_eq!(told(json!({"kubernetes_version": "1.7"})).len(), 1);
        assert_eq!(told(json!({"vpc_id": "vpc-8"})).len(), 1);
    }

    #[test]
    fn nothing_is_said_of_what_aws_did_not_tell() {
        let silent = Offers::refused("1".to_owned(), "eu-west-1".to_owned(), &Trouble::new("no"));
        let given = json!({"kubernetes_version": "1.8", "vpc_id": "vpc-9", "subnet_ids": ["subnet-9"],
            "node_groups": {"a": {"instance_types": ["m9z.large"]}}});
        assert!(wrong(&silent, given).is_empty());
        assert!(silent.versions(10).is_empty());
    }

    #[test]
    fn rows_say_what_a_person_tells_them_by() {
        let offers = offers();
        assert_eq!(offers.vpcs.as_ref().unwrap()[0].words(), "vpc-1 · main · 10.0.0.0/16");
        let words: Vec<String> = offers.subnets_of("vpc-2").map(Subnet::words).collect();
        assert_eq!(words, ["subnet-4 · 10.0.0.0/24 · b · 250 free"]);
    }
}
