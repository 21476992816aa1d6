//! The six calls.

use super::endpoint::Service;
use super::xml::Element;
use super::{Call, QueryClient};
use crate::adapters::kube::errors::say;
use crate::domain::eks::LaneFault;
use crate::domain::provision::cost::{InstanceSize, Sizes};
use crate::domain::provision::offers::{Subnet, Vpc};

/// Values that a filter of EC2 takes at once.
const FILTER: usize = 200;

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

    /// # Errors
    /// See [`LaneFault`].
    pub async fn subnets(&self, region: &str) -> Result<Vec<Subnet>, LaneFault> {
        let call = Call { service: Service::Ec2, action: "DescribeSubnets", region, parameters: Vec::new() };
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

    /// How large those of `names` are that the region has; a filter, for a name that is asked for and unknown would fail
    /// the whole call.
    ///
    /// # Errors
    /// See [`LaneFault`].
    pub async fn sizes(&self, region: &str, names: &[String]) -> Result<Sizes, LaneFault> {
        let mut known = Sizes::new();
        for names in names.chunks(FILTER) {
            let parameters = filter("instance-type", names);
            let call = Call { service: Service::Ec2, action: "DescribeInstanceTypes", region, parameters };
            let rows = self.pages(call, |answer| answer.rows("instanceTypeSet").iter().filter_map(size).collect());
            known.extend(rows.await?.into_iter().filter(|(name, _)| names.contains(name)));
        }
        Ok(known)
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

fn size(row: &Element) -> Option<(String, InstanceSize)> {
    let number = |part: &str, field: &str| row.child(part)?.text(field).parse::<u64>().ok();
    let vcpus = u32::try_from(number("vCpuInfo", "defaultVCpus")?).ok()?;
    let memory_mib = number("memoryInfo", "sizeInMiB")?;
    Some((say(row.text("instanceType")), InstanceSize { vcpus, memory_mib }))
}

fn filter(name: &str, values: &[String]) -> Vec<(String, String)> {
    let values = values.iter().enumerate().map(|(at, value)| (format!("Filter.1.Value.{}", at + 1), value.clone()));
    [("Filter.1.Name".to_owned(), name.to_owned())].into_iter().chain(values).collect()
}
