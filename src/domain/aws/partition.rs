//! Partitions: parts of AWS that share nothing, told by how their regions are named.

/// One part of AWS.
#[derive(Debug, PartialEq, Eq)]
pub struct Partition {
    /// As in `arn:PARTITION:…`.
    pub id: &'static str,
    /// What the names of its regions begin with.
    prefixes: &'static [&'static str],
    /// Of its hosts: `sts.REGION.SUFFIX`.
    pub dns_suffix: &'static str,
    /// A region that is always enabled.
    pub home: &'static str,
}

/// The commercial one is last: whatever no other claims is its.
static PARTITIONS: [Partition; 8] = [
    Partition { id: "aws-cn", prefixes: &["cn-"], dns_suffix: "amazonaws.com.cn", home: "cn-north-1" },
    Partition { id: "aws-us-gov", prefixes: &["us-gov-"], dns_suffix: "amazonaws.com", home: "us-gov-west-1" },
    Partition { id: "aws-eusc", prefixes: &["eusc-"], dns_suffix: "amazonaws.eu", home: "eusc-de-east-1" },
    Partition { id: "aws-iso", prefixes: &["us-iso-"], dns_suffix: "c2s.ic.gov", home: "us-iso-east-1" },
    Partition { id: "aws-iso-b", prefixes: &["us-isob-"], dns_suffix: "sc2s.sgov.gov", home: "us-isob-east-1" },
    Partition { id: "aws-iso-e", prefixes: &["eu-isoe-"], dns_suffix: "cloud.adc-e.uk", home: "eu-isoe-west-1" },
    Partition { id: "aws-iso-f", prefixes: &["us-isof-"], dns_suffix: "csp.hci.ic.gov", home: "us-isof-south-1" },
    Partition { id: "aws", prefixes: &[""], dns_suffix: "amazonaws.com", home: "us-east-1" },
];

/// The partition that a region belongs to.
pub fn of_region(region: &str) -> &'static Partition {
    let claims = |partition: &&Partition| partition.prefixes.iter().any(|prefix| region.starts_with(prefix));
    PARTITIONS.iter().find(claims).unwrap_or(&PARTITIONS[PARTITIONS.len() - 1])
}

/// The partition that an ARN names.
pub fn named(id: &str) -> Option<&'static Partition> {
    PARTITIONS.iter().find(|partition| partition.id == id)
}

/// The region's own host of STS. A cluster's token must be signed for one of its partition.
pub fn sts_host(region: &str) -> String {
    format!("sts.{region}.{}", of_region(region).dns_suffix)
}

/// Whether a text has the form of a region's name: `eu-west-1`, `us-gov-east-1`. It becomes part of a host.
pub fn is_region(text: &str) -> bool {
    let parts: Vec<&str> = text.split('-').collect();
    let Some((number, words)) = parts.split_last() else { return false };
    let is_word =
        |word: &&str| !word.is_empty() && word.len() <= 12 && word.bytes().all(|byte| byte.is_ascii_lowercase());
    words.len() >= 2 && words.iter().all(is_word) && number.len() <= 2 && number.parse::<u8>().is_ok()
}
