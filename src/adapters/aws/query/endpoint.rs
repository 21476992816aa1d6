//! Where EC2 and IAM are asked, and how each tells that there is more.

use aws_config::SdkConfig;
use aws_types::service_config::ServiceConfigKey;

use super::xml::Element;
use crate::domain::aws::partition::{Partition, of_region};

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
            Self::Iam => of_region(region).home,
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
        let Partition { id, dns_suffix, home, .. } = of_region(region);
        match (self, *id) {
            (Self::Ec2, _) => format!("ec2.{region}.{dns_suffix}"),
            (Self::Iam, "aws") => format!("iam.{dns_suffix}"),
            (Self::Iam, "aws-us-gov") => format!("iam.us-gov.{dns_suffix}"),
            (Self::Iam, _) => format!("iam.{home}.{dns_suffix}"),
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_partition_has_its_hosts() {
        let config = SdkConfig::builder().build();
        assert_eq!(Service::Ec2.url(&config, "eu-west-1"), "https://ec2.eu-west-1.amazonaws.com/");
        assert_eq!(Service::Ec2.url(&config, "cn-north-1"), "https://ec2.cn-north-1.amazonaws.com.cn/");
        assert_eq!(Service::Iam.url(&config, "eu-west-1"), "https://iam.amazonaws.com/");
        assert_eq!(Service::Iam.url(&config, "cn-northwest-1"), "https://iam.cn-north-1.amazonaws.com.cn/");
        assert_eq!(Service::Iam.signed_region("us-gov-east-1"), "us-gov-west-1");
        assert_eq!(Service::Iam.signed_region("ap-south-1"), "us-east-1");
    }

    #[test]
    fn an_endpoint_that_is_given_is_taken() {
        let config = SdkConfig::builder().endpoint_url("http://127.0.0.1:26000").build();
        assert_eq!(Service::Iam.url(&config, "eu-west-1"), "http://127.0.0.1:26000/");
    }
}
