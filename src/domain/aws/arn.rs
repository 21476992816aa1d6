//! Amazon Resource Names: `arn:PARTITION:SERVICE:REGION:ACCOUNT:RESOURCE`.

use std::fmt;

/// An ARN in its parts. Region and account are empty where the service has none.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Arn {
    pub partition: String,
    pub service: String,
    pub region: String,
    pub account: String,
    pub resource: String,
}

impl Arn {
    /// `None` if the text is no ARN.
    pub fn parse(text: &str) -> Option<Self> {
        let mut parts = text.splitn(6, ':');
        let mut part = || parts.next().map(str::to_owned);
        if part()? != "arn" {
            return None;
        }
        let arn = Self { partition: part()?, service: part()?, region: part()?, account: part()?, resource: part()? };
        let is_whole = !arn.partition.is_empty() && !arn.service.is_empty() && !arn.resource.is_empty();
        (is_whole && !text.contains(|letter: char| letter.is_whitespace() || letter.is_control())).then_some(arn)
    }
}

impl fmt::Display for Arn {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { partition, service, region, account, resource } = self;
        write!(out, "arn:{partition}:{service}:{region}:{account}:{resource}")
    }
}

/// An EKS cluster's ARN: what tells one cluster from all others.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ClusterArn {
    pub partition: String,
    pub region: String,
    pub account: String,
    pub name: String,
}

impl ClusterArn {
    /// `None` unless the text is `arn:PARTITION:eks:REGION:ACCOUNT:cluster/NAME`.
    pub fn parse(text: &str) -> Option<Self> {
        let Arn { partition, service, region, account, resource } = Arn::parse(text)?;
        let name = resource.strip_prefix("cluster/").filter(|name| is_cluster_name(name))?.to_owned();
        let is_whole = service == "eks" && !region.is_empty() && is_account(&account);
        is_whole.then_some(Self { partition, region, account, name })
    }
}

impl fmt::Display for ClusterArn {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { partition, region, account, name } = self;
        write!(out, "arn:{partition}:eks:{region}:{account}:cluster/{name}")
    }
}

/// Twelve digits.
pub fn is_account(text: &str) -> bool {
    text.len() == 12 && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// What EKS takes as a cluster's name.
pub fn is_cluster_name(text: &str) -> bool {
    let is_inner = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
    let starts_well = text.bytes().next().is_some_and(|byte| byte.is_ascii_alphanumeric());
    starts_well && text.len() <= 100 && text.bytes().all(is_inner)
}

/// The IAM principal behind a caller: an assumed role's session is its role, everybody else is himself. The ARN of a
/// session lacks the path of its role.
pub fn principal(caller: &str) -> String {
    let assumed = Arn::parse(caller).filter(|arn| arn.service == "sts").and_then(|arn| {
        let role = arn.resource.strip_prefix("assumed-role/")?.split('/').next()?.to_owned();
        Some(Arn { service: "iam".to_owned(), region: String::new(), resource: format!("role/{role}"), ..arn })
    });
    assumed.map_or_else(|| caller.to_owned(), |role| role.to_string())
}

/// The name of the role that an ARN means, `role/PATH/NAME` or a session of it, without the path.
pub fn role_name(arn: &str) -> Option<String> {
    let principal = Arn::parse(&principal(arn))?;
    let path = principal.resource.strip_prefix("role/")?;
    path.rsplit('/').next().map(str::to_owned)
}
