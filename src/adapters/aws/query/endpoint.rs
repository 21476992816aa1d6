//! Where EC2 and IAM are asked, and how each tells that there is more.

use aws_config::SdkConfig;
use aws_types::service_config::ServiceConfigKey;

use super::xml::Element;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Service {
    Ec2,
    /// One for the whole partition.
    Iam,
}

impl Service {
    /// As IAM's actions and the hosts' names begin, and as it is signed for.
    pub fn prefix(self) -> &'static str {
        match self {
            Self::Ec2 => "ec2",
            Self::Iam => "iam",
        }
    }

    /// The API's version.
    pub fn version(self) -> &'static str {
        match self {
            Self::Ec2 => "2016-11-15",
            Self::Iam => "2010-05-08",
        }
    }

    /// The region that a request is signed for.
    pub fn signed_region(self, region: &str) -> &str {
        match self {
            Self::Ec2 => region,
            Self::Iam => partition(region).iam_region,
        }
    }

    /// `AWS_ENDPOINT_URL_EC2`, the profile's `services`, `AWS_ENDPOINT_URL`, else the service's own host.
    pub fn url(self, config: &SdkConfig, region: &str) -> String {
        let id = match self {
            Self::Ec2 => "EC2",
            Self::Iam => "IAM",
        };
        let key = ServiceConfigKey::builder().service_id(id).env("AWS_ENDPOINT_URL").profile("endpoint_url").build();
        let own = match config.get_origin("endpoint_url").is_client_config() {
            true => None,
            false => key.ok().and_then(|key| config.service_config()?.load_config(key)),
        };
        let url = own.or_else(|| config.endpoint_url().map(str::to_owned));
        let url = url.unwrap_or_else(|| format!("https://{}", self.host(region)));
        format!("{}/", url.trim_end_matches('/'))
    }

    fn host(self, region: &str) -> String {
        let Partition { suffix, iam_host, .. } = partition(region);
        match self {
            Self::Ec2 => format!("ec2.{region}.{suffix}"),
            Self::Iam => (*iam_host).to_owned(),
        }
    }

    /// The parameter that asks for the next page.
    pub fn next_page(self, answer: &Element) -> Option<(String, String)> {
        let (field, parameter) = match self {
            Self::Ec2 => ("nextToken", "NextToken"),
            Self::Iam => ("Marker", "Marker"),
        };
        let token = answer.find(field).filter(|token| !token.is_empty())?;
        Some((parameter.to_owned(), token.to_owned()))
    }
}

struct Partition {
    /// What its regions begin with.
    regions: &'static str,
    suffix: &'static str,
    iam_host: &'static str,
    iam_region: &'static str,
}

/// The last one holds whatever the others do not.
const PARTITIONS: [Partition; 4] = [
    Partition {
        regions: "cn-",
        suffix: "amazonaws.com.cn",
        iam_host: "iam.cn-north-1.amazonaws.com.cn",
        iam_region: "cn-north-1",
    },
    Partition {
        regions: "us-gov-",
        suffix: "amazonaws.com",
        iam_host: "iam.us-gov.amazonaws.com",
        iam_region: "us-gov-west-1",
    },
    Partition {
        regions: "eusc-",
        suffix: "amazonaws.eu",
        iam_host: "iam.eusc-de-east-1.amazonaws.eu",
        iam_region: "eusc-de-east-1",
    },
    Partition { regions: "", suffix: "amazonaws.com", iam_host: "iam.amazonaws.com", iam_region: "us-east-1" },
];

fn partition(region: &str) -> &'static Partition {
    let last = &PARTITIONS[PARTITIONS.len() - 1];
    PARTITIONS.iter().find(|partition| region.starts_with(partition.regions)).unwrap_or(last)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_partition_has_its_hosts() {
        let config = SdkConfig::builder().build();
        assert_eq!(Service::Ec2.url(&config, "eu-west-1"), "https://ec2.eu-west-1.amazonaws.com/");
        assert_eq!(Service::Ec2.url(&config, "cn-north-1"), "https://ec2.cn-north-1.amazonaws.com.cn/");
        assert_eq!(Service::Iam.url(&config, "eu-west-1"), "https://iam.amazonaws.com/");
        assert_eq!(Service::Iam.signed_region("us-gov-east-1"), "us-gov-west-1");
        assert_eq!(Service::Iam.signed_region("ap-south-1"), "us-east-1");
    }

    #[test]
    fn an_endpoint_that_is_given_is_taken() {
        let config = SdkConfig::builder().endpoint_url("http://127.0.0.1:26000").build();
        assert_eq!(Service::Iam.url(&config, "eu-west-1"), "http://127.0.0.1:26000/");
    }
}
