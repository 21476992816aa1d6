use rstest::rstest;

use super::arn::{ClusterArn, is_cluster_name, principal, role_name};
use super::login::{LoginKey, session_name};
use super::partition::{is_region, named, of_region, sts_host};
use super::trouble::LoginTrouble;

#[rstest]
#[case("us-east-1", "aws", "sts.us-east-1.amazonaws.com")]
#[case("mx-central-1", "aws", "sts.mx-central-1.amazonaws.com")]
#[case("cn-northwest-1", "aws-cn", "sts.cn-northwest-1.amazonaws.com.cn")]
#[case("us-gov-east-1", "aws-us-gov", "sts.us-gov-east-1.amazonaws.com")]
#[case("eusc-de-east-1", "aws-eusc", "sts.eusc-de-east-1.amazonaws.eu")]
#[case("us-iso-west-1", "aws-iso", "sts.us-iso-west-1.c2s.ic.gov")]
#[case("us-isob-east-1", "aws-iso-b", "sts.us-isob-east-1.sc2s.sgov.gov")]
#[case("eu-isoe-west-1", "aws-iso-e", "sts.eu-isoe-west-1.cloud.adc-e.uk")]
#[case("us-isof-south-1", "aws-iso-f", "sts.us-isof-south-1.csp.hci.ic.gov")]
fn a_region_tells_its_partition_and_host(#[case] region: &str, #[case] partition: &str, #[case] host: &str) {
    assert_eq!(of_region(region).id, partition);
    assert_eq!(sts_host(region), host);
    assert!(is_region(region));
    assert_eq!(of_region(named(partition).unwrap().home).id, partition);
}

#[test]
fn what_is_no_region_becomes_no_host() {
    for text in ["", "useast1", "eu-west", "eu-west-1.evil.test", "eu-west-1/", "EU-WEST-1", "-west-1", "eu--1"] {
        assert!(!is_region(text), "{text}");
    }
}

#[test]
fn a_clusters_arn_is_read_and_written() {
    let text = "arn:aws-cn:eks:cn-north-1:111111111111:cluster/pay-ments_1";
    let arn = ClusterArn::parse(text).unwrap();
    assert_eq!((arn.name.as_str(), arn.to_string().as_str()), ("pay-ments_1", text));
    for wrong in [
        "arn:aws:eks:us-east-1:111111111111:nodegroup/a/b",
        "arn:aws:ecs:us-east-1:111111111111:cluster/a",
        "arn:aws:eks:us-east-1:1:cluster/a",
        "arn:aws:eks::111111111111:cluster/a",
        "arn:aws:eks:us-east-1:111111111111:cluster/a b",
        "payments",
    ] {
        assert_eq!(ClusterArn::parse(wrong), None, "{wrong}");
    }
    assert!(!is_cluster_name("-a") && !is_cluster_name("a;b") && !is_cluster_name(&"a".repeat(101)));
}

#[test]
fn a_session_stands_for_its_role() {
    let session = "arn:aws-us-gov:sts::111111111111:assumed-role/admin/eksdeck-ann";
    assert_eq!(principal(session), "arn:aws-us-gov:iam::111111111111:role/admin");
    let user = "arn:aws:iam::111111111111:user/sre";
    assert_eq!(principal(user), user);
    assert_eq!(role_name("arn:aws:iam::111111111111:role/team/eks/admin").as_deref(), Some("admin"));
    assert_eq!(role_name(user), None);
}

#[rstest]
#[case("ann", "eksdeck-ann")]
#[case("ann.o'neil@corp", "eksdeck-ann.o-neil@corp")]
#[case("Jörg", "eksdeck-J-rg")]
#[case("", "eksdeck")]
fn a_session_carries_its_user(#[case] user: &str, #[case] name: &str) {
    assert_eq!(session_name(user), name);
}

#[test]
fn a_session_name_is_never_too_long() {
    assert_eq!(session_name(&"x".repeat(200)).len(), 64);
}

#[test]
fn a_login_has_words() {
    let key = LoginKey::profile("sre");
    assert_eq!(key.words(), "profile sre");
    let role = LoginKey::default().with_role("arn:aws:iam::222222222222:role/eksdeck", None);
    assert_eq!(role.words(), "the standard chain as eksdeck in 222222222222");
}

#[test]
fn every_trouble_says_what_is_wrong_and_what_mends_it() {
    let profile = Some("my team".to_owned());
    let said = "AccessDenied".to_owned();
    let cases = [
        (
            LoginTrouble::SsoExpired { profile: profile.clone(), session: Some("corp".into()) },
            "the SSO session corp of profile my team has expired, or nobody has logged in",
            "aws sso login --profile 'my team'",
        ),
        (
            LoginTrouble::MfaNeeded { profile: profile.clone(), serial: "arn:aws:iam::1:mfa/ann".into() },
            "the role of profile my team wants a code of arn:aws:iam::1:mfa/ann",
            "enter the code of your MFA device",
        ),
        (
            LoginTrouble::RoleDenied {
                role: "arn:aws:iam::222222222222:role/closed".into(),
                profile: None,
                said: said.clone(),
            },
            "role closed in account 222222222222 may not be assumed: AccessDenied",
            "aws iam update-assume-role-policy --role-name closed --policy-document file://trust.json",
        ),
        (
            LoginTrouble::NoSuchProfile { profile: "x".into(), known: vec!["a".into(), "b".into()] },
            "there is no profile x: a, b",
            "aws configure sso --profile x",
        ),
        (
            LoginTrouble::ProcessFailed { profile: None, program: "vault".into(), said: "exit code 2".into() },
            "the credential_process (vault) failed: exit code 2",
            "aws sts get-caller-identity",
        ),
        (
            LoginTrouble::KeysRefused { profile: None, code: "ExpiredToken".into(), said: "late".into() },
            "the credentials have expired (ExpiredToken): late",
            "aws configure",
        ),
        (
            LoginTrouble::NoCredentials { profile: None },
            "no AWS credentials: none in the environment, no profile, no web identity, container or instance role",
            "aws configure sso",
        ),
    ];
    for (trouble, words, remedy) in cases {
        assert_eq!((trouble.words().as_str(), trouble.remedy().as_deref()), (words, Some(remedy)));
        assert_eq!(trouble.to_string(), words);
    }
}
