//! The six calls.

use super::endpoint::Service;
use super::xml::Element;
use super::{Call, QueryClient};
use crate::adapters::kube::errors::say;
use crate::domain::eks::LaneFault;

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

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InstanceType {
    pub name: String,
    pub vcpus: Option<u32>,
    pub memory_mib: Option<u64>,
}

impl QueryClient {
    /// The regions that are enabled for the account, sorted.
    ///
    /// # Errors
    /// See [`LaneFault`]; as of all calls.
    pub async fn regions(&self) -> Result<Vec<String>, LaneFault> {
        let home = self.home();
        let call = Call { service: Service::Ec2, action: "DescribeRegions", region: &home, parameters: Vec::new() };
        let mut regions = self.pages(call, |answer| names(answer.rows("regionInfo"), "regionName")).await?;
        regions.sort_unstable();
        Ok(regions)
    }

    /// # Errors
    /// See [`LaneFault`].
    pub async fn vpcs(&self, region: &str) -> Result<Vec<Vpc>, LaneFault> {
        let call = Call { service: Service::Ec2, action: "DescribeVpcs", region, parameters: Vec::new() };
        let vpc = |row: &Element| Vpc {
            id: say(row.text("vpcId")),
            cidr: say(row.text("cidrBlock")),
            name: name_tag(row),
            is_default: row.text("isDefault").eq_ignore_ascii_case("true"),
        };
        self.pages(call, |answer| answer.rows("vpcSet").iter().map(vpc).collect()).await
    }

    /// Of one VPC, or of all.
    ///
    /// # Errors
    /// See [`LaneFault`].
    pub async fn subnets(&self, region: &str, vpc: Option<&str>) -> Result<Vec<Subnet>, LaneFault> {
        let parameters = vpc.map(|vpc| filter("vpc-id", vpc)).unwrap_or_default();
        let call = Call { service: Service::Ec2, action: "DescribeSubnets", region, parameters };
        let subnet = |row: &Element| Subnet {
            id: say(row.text("subnetId")),
            vpc: say(row.text("vpcId")),
            cidr: say(row.text("cidrBlock")),
            zone: say(row.text("availabilityZone")),
            free_addresses: row.text("availableIpAddressCount").parse().ok(),
            name: name_tag(row),
        };
        self.pages(call, |answer| answer.rows("subnetSet").iter().map(subnet).collect()).await
    }

    /// The types that a region offers, sorted.
    ///
    /// # Errors
    /// See [`LaneFault`].
    pub async fn offered_types(&self, region: &str) -> Result<Vec<String>, LaneFault> {
        let parameters = vec![("LocationType".to_owned(), "region".to_owned())];
        let call = Call { service: Service::Ec2, action: "DescribeInstanceTypeOfferings", region, parameters };
        let mut types =
            self.pages(call, |answer| names(answer.rows("instanceTypeOfferingSet"), "instanceType")).await?;
        types.sort_unstable();
        Ok(types)
    }

    /// # Errors
    /// See [`LaneFault`].
    pub async fn instance_types(&self, region: &str) -> Result<Vec<InstanceType>, LaneFault> {
        let call = Call { service: Service::Ec2, action: "DescribeInstanceTypes", region, parameters: Vec::new() };
        let number =
            |row: &Element, part: &str, field: &str| row.child(part).and_then(|it| it.text(field).parse().ok());
        let kind = |row: &Element| InstanceType {
            name: say(row.text("instanceType")),
            vcpus: number(row, "vCpuInfo", "defaultVCpus").and_then(|count: u64| u32::try_from(count).ok()),
            memory_mib: number(row, "memoryInfo", "sizeInMiB"),
        };
        self.pages(call, |answer| answer.rows("instanceTypeSet").iter().map(kind).collect()).await
    }

    /// ARNs of the account's OIDC providers.
    ///
    /// # Errors
    /// See [`LaneFault`].
    pub async fn oidc_providers(&self, region: &str) -> Result<Vec<String>, LaneFault> {
        let call = Call { service: Service::Iam, action: "ListOpenIDConnectProviders", region, parameters: Vec::new() };
        let list = |answer: &Element| {
            let result = answer.child("ListOpenIDConnectProvidersResult").unwrap_or(answer);
            names(result.rows("OpenIDConnectProviderList"), "Arn")
        };
        self.pages(call, list).await
    }
}

fn names(rows: &[Element], field: &str) -> Vec<String> {
    rows.iter().map(|row| say(row.text(field))).filter(|name| !name.is_empty()).collect()
}

fn name_tag(row: &Element) -> String {
    let tag = row.rows("tagSet").iter().find(|tag| tag.text("key") == "Name");
    tag.map(|tag| say(tag.text("value"))).unwrap_or_default()
}

fn filter(name: &str, value: &str) -> Vec<(String, String)> {
    vec![("Filter.1.Name".to_owned(), name.to_owned()), ("Filter.1.Value.1".to_owned(), value.to_owned())]
}
