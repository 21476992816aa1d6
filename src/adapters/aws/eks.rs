//! DescribeCluster: where a cluster is, and whose word on its certificate counts.

use aws_sdk_eks::error::ProvideErrorMetadata;
use aws_sdk_eks::types::{AuthenticationMode, Cluster, ClusterStatus};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use http::Uri;

use super::api::{Patience, eks as api};
use super::errors;
use super::login::{Login, sdk_config};
use crate::adapters::kube::errors::say;
use crate::adapters::kube::{ConnectError, certificates};
use crate::domain::aws::arn::{ClusterArn, is_cluster_name};
use crate::domain::aws::trouble::LoginTrouble;
use crate::domain::health::Trouble;

/// What connecting takes of what EKS tells.
#[derive(Debug, Clone)]
pub struct Described {
    pub arn: Option<ClusterArn>,
    pub endpoint: Uri,
    /// DER.
    pub authorities: Vec<Vec<u8>>,
    /// It has no public endpoint: it is reached from its VPC alone.
    pub is_private: bool,
    /// Access entries count; if not, the ConfigMap aws-auth does.
    pub has_entries: bool,
}

/// Asks EKS for one cluster.
///
/// # Errors
/// No credentials, no right, no such cluster, or none that can be reached yet: each in its own words.
pub async fn describe(login: &Login, region: &str, name: &str) -> Result<Described, ConnectError> {
    if !is_cluster_name(name) {
        return Err(ConnectError::Broken(Trouble::new(format!("`{}` is no name of an EKS cluster", say(name)))));
    }
    let config = sdk_config(login, region).await.map_err(unauthorised)?;
    let asked = api(&config, region, Patience::default()).client.describe_cluster().name(name).send().await;
    let answer = match asked {
        Ok(answer) => answer,
        Err(error) => {
            let service = error.as_service_error();
            let code = service.and_then(ProvideErrorMetadata::code).unwrap_or_default().to_owned();
            let said = say(service.and_then(ProvideErrorMetadata::message).unwrap_or_default());
            return Err(match code.as_str() {
                "ResourceNotFoundException" => {
                    let words = format!("EKS in {region} knows no cluster {name} of {}", login.key().words());
                    let remedy = format!("aws eks list-clusters --region {region}{}", login.key().flag());
                    ConnectError::Unreachable(Trouble::new(words).with_remedy(remedy))
                }
                "AccessDeniedException" | "AccessDenied" | "UnauthorizedOperation" => {
                    let trouble = Trouble::new(format!("{name}: eks:DescribeCluster is denied in {region}: {said}"));
                    ConnectError::Unauthorised(
                        trouble.with_remedy("have eks:DescribeCluster allowed for this identity"),
                    )
                }
                code => {
                    let trouble = errors::call(login.key(), &format!("EKS in {region}"), &error);
                    if errors::is_about_keys(code) {
                        login.refused(trouble.clone()).await;
                    }
                    match trouble {
                        LoginTrouble::Unreachable { .. } | LoginTrouble::Failed { .. } => {
                            ConnectError::Unreachable(trouble.trouble())
                        }
                        _ => unauthorised(trouble),
                    }
                }
            });
        }
    };
    read(name, answer.cluster())
}

fn unauthorised(trouble: LoginTrouble) -> ConnectError {
    ConnectError::Unauthorised(trouble.trouble())
}

fn read(name: &str, cluster: Option<&Cluster>) -> Result<Described, ConnectError> {
    let Some(cluster) = cluster else {
        return Err(ConnectError::Unreachable(Trouble::new(format!("{name}: EKS told nothing of it"))));
    };
    let foolish = |words: &str| ConnectError::Unreachable(Trouble::new(format!("{name}: {words}")));
    let ca = cluster.certificate_authority().and_then(|authority| authority.data());
    let (Some(endpoint), Some(ca)) = (cluster.endpoint().filter(|endpoint| !endpoint.is_empty()), ca) else {
        return Err(foolish(&not_there(cluster.status())));
    };
    let endpoint: Uri = endpoint.parse().map_err(|_| foolish("its endpoint is no URL"))?;
    if endpoint.scheme_str() != Some("https") {
        return Err(foolish("its endpoint is not https"));
    }
    let pem = STANDARD.decode(ca.trim()).map_err(|_| foolish("its certificate authority is not base64"))?;
    let authorities = certificates("certificateAuthority", &pem).map_err(|words| foolish(&words))?;
    let access = cluster.access_config().and_then(|access| access.authentication_mode());
    Ok(Described {
        arn: cluster.arn().and_then(ClusterArn::parse),
        endpoint,
        authorities,
        is_private: cluster.resources_vpc_config().is_some_and(|vpc| !vpc.endpoint_public_access()),
        has_entries: access != Some(&AuthenticationMode::ConfigMap),
    })
}

fn not_there(status: Option<&ClusterStatus>) -> String {
    match status {
        Some(ClusterStatus::Creating | ClusterStatus::Pending) => {
            "the cluster is being created and has no endpoint yet; it is joined once it is ACTIVE".to_owned()
        }
        Some(ClusterStatus::Deleting) => "the cluster is being deleted".to_owned(),
        Some(ClusterStatus::Failed) => "the cluster could not be created (FAILED)".to_owned(),
        status => format!("the cluster has no endpoint ({})", say(status.map_or("no status", ClusterStatus::as_str))),
    }
}

#[cfg(test)]
mod tests {
    use aws_sdk_eks::types::{AccessConfigResponse, Certificate, VpcConfigResponse};

    use super::*;

    fn words(error: ConnectError) -> String {
        assert!(matches!(error, ConnectError::Unreachable(_)), "{error:?}");
        error.to_string()
    }

    #[test]
    fn a_cluster_that_is_not_there_yet_says_so() {
        let told = |status| words(read("newborn", Some(&Cluster::builder().status(status).build())).unwrap_err());
        assert!(told(ClusterStatus::Creating).contains("being created"));
        assert!(told(ClusterStatus::Failed).contains("FAILED"));
        assert!(told(ClusterStatus::Updating).contains("no endpoint (UPDATING)"));
        assert!(words(read("gone", None).unwrap_err()).starts_with("gone: "));
    }

    #[test]
    fn endpoint_and_authority_are_taken_as_told() {
        let sound = rcgen::generate_simple_self_signed(vec!["a.test".into()]).unwrap();
        let cluster = |endpoint: &str, ca: &str| {
            let vpc = VpcConfigResponse::builder().endpoint_public_access(false).build();
            Cluster::builder()
                .endpoint(endpoint)
                .certificate_authority(Certificate::builder().data(ca).build())
                .resources_vpc_config(vpc)
                .access_config(
                    AccessConfigResponse::builder().authentication_mode(AuthenticationMode::ConfigMap).build(),
                )
                .build()
        };
        let ca = STANDARD.encode(sound.cert.pem());
        let told = read("a", Some(&cluster("https://a.test", &ca))).unwrap();
        assert_eq!((told.is_private, told.has_entries), (true, false));
        assert_eq!(told.authorities, [sound.cert.der().to_vec()]);
        assert!(words(read("a", Some(&cluster("http://a.test", &ca))).unwrap_err()).contains("not https"));
        assert!(words(read("a", Some(&cluster("https://a.test", "!"))).unwrap_err()).contains("not base64"));
        assert!(words(read("a", Some(&cluster("https://a.test", "AAAA"))).unwrap_err()).contains("no certificate"));
    }
}
