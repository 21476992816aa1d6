use aws_types::os_shim_internal::Fs;

use super::*;

const CONFIG: &str = "
[default]
region = eu-west-1
[profile sre]
aws_access_key_id = AKIA1
aws_secret_access_key = secret
[profile staging]
role_arn = arn:aws:iam::222222222222:role/eksdeck
source_profile = sre
external_id = x
[profile deep]
role_arn = arn:aws:iam::333333333333:role/deep
source_profile = staging
[profile mfa]
role_arn = arn:aws:iam::222222222222:role/needs-mfa
source_profile = sre
mfa_serial = arn:aws:iam::111111111111:mfa/sre
[profile itself]
role_arn = arn:aws:iam::222222222222:role/eksdeck
source_profile = itself
credential_process = /bin/vault --read secret
[profile loop]
role_arn = arn:aws:iam::222222222222:role/eksdeck
source_profile = pool
[profile pool]
role_arn = arn:aws:iam::222222222222:role/eksdeck
source_profile = loop
[profile keyed]
role_arn = arn:aws:iam::222222222222:role/eksdeck
source_profile = sre
aws_access_key_id = AKIA2
aws_secret_access_key = secret
[profile over-keyed]
role_arn = arn:aws:iam::222222222222:role/eksdeck
source_profile = keyed
[profile one]
sso_session = corp
sso_account_id = 111111111111
sso_role_name = sre
[profile two]
sso_session = corp
sso_account_id = 222222222222
sso_role_name = sre
[profile half]
aws_access_key_id = AKIA1
[profile lost]
sso_session = gone
sso_account_id = 1
sso_role_name = sre
[profile irsa]
role_arn = arn:aws:iam::222222222222:role/irsa
web_identity_token_file = /token
[sso-session corp]
sso_start_url = https://corp.awsapps.com/start
sso_region = us-east-1
";

async fn chain(key: &LoginKey, variables: &[(&str, &str)]) -> Result<Chain, LoginTrouble> {
    let mut variables = variables.to_vec();
    variables.extend([("HOME", "/home/ann"), ("AWS_CONFIG_FILE", "/config")]);
    let (files, env) = (Fs::from_slice(&[("/config", CONFIG)]), Env::from_slice(&variables));
    Chain::of(key, &Profiles::load_from(&files, &env).await, &env)
}

async fn profile(name: &str) -> Result<Chain, LoginTrouble> {
    chain(&LoginKey::profile(name), &[]).await
}

#[tokio::test]
async fn a_role_is_one_hop_over_another_login() {
    let staging = profile("staging").await.unwrap();
    let hop = staging.hop.unwrap();
    assert_eq!(
        (hop.role_arn.as_str(), hop.external_id.as_deref()),
        ("arn:aws:iam::222222222222:role/eksdeck", Some("x"))
    );
    assert!(matches!(staging.source, Source::Login(key) if key == LoginKey::profile("sre")));
    let deep = profile("deep").await.unwrap();
    assert!(matches!(deep.source, Source::Login(key) if key == LoginKey::profile("staging")));
    assert_eq!(deep.roots, ["profile:sre", "profile:staging", "profile:deep"]);
    assert!(matches!(profile("sre").await.unwrap().source, Source::Keys(_)));
    assert_eq!(
        profile("mfa").await.unwrap().hop.unwrap().mfa_serial.as_deref(),
        Some("arn:aws:iam::111111111111:mfa/sre")
    );
}

#[tokio::test]
async fn a_named_role_stands_on_the_profile() {
    let key = LoginKey::profile("staging").with_role("arn:aws:iam::444444444444:role/x", Some("id"));
    let chain = chain(&key, &[]).await.unwrap();
    assert!(matches!(chain.source, Source::Login(key) if key == LoginKey::profile("staging")));
    assert_eq!(chain.hop.unwrap().external_id.as_deref(), Some("id"));
}

#[tokio::test]
async fn keys_of_a_source_come_before_its_role_and_a_profile_may_be_its_own_source() {
    let over = profile("over-keyed").await.unwrap();
    assert!(matches!(over.source, Source::Keys(keys) if keys.access_key_id() == "AKIA2"));
    let itself = profile("itself").await.unwrap();
    assert!(
        itself.hop.is_some() && matches!(itself.source, Source::Process(command) if command.starts_with("/bin/vault"))
    );
    assert!(profile("irsa").await.unwrap().hop.is_none());
}

#[tokio::test]
async fn profiles_of_one_sso_session_come_back_together() {
    let (one, two) = (profile("one").await.unwrap(), profile("two").await.unwrap());
    assert!(one.roots.iter().any(|root| two.roots.contains(root)), "{:?} {:?}", one.roots, two.roots);
    let Source::Sso(sso) = one.source else { panic!() };
    assert_eq!((sso.session.as_deref(), sso.region.as_str()), (Some("corp"), "us-east-1"));
}

#[tokio::test]
async fn what_is_wrong_is_said() {
    let words = async |name: &str| profile(name).await.unwrap_err().words();
    assert_eq!(
        words("loop").await,
        "the AWS configuration of profile pool is wrong: source_profile leads back to loop"
    );
    assert!(words("half").await.contains("belong together"));
    assert!(words("lost").await.contains("there is no sso-session gone"));
    assert!(words("nobody").await.starts_with("there is no profile nobody: deep, default, "));
    assert_eq!(words("default").await, "profile default names no credentials");
    let named = chain(&LoginKey::default(), &[("AWS_PROFILE", "nobody")]).await.unwrap_err();
    assert!(matches!(named, LoginTrouble::NoSuchProfile { .. }), "{named}");
}

#[tokio::test]
async fn the_standard_chain_goes_by_what_is_set() {
    let standard = async |variables: &[(&str, &str)]| chain(&LoginKey::default(), variables).await.unwrap();
    let keys = [("AWS_ACCESS_KEY_ID", "a"), ("AWS_SECRET_ACCESS_KEY", "b")];
    assert!(matches!(standard(&[keys[0], keys[1], ("AWS_PROFILE", "sre")]).await.source, Source::Environment));
    assert!(matches!(standard(&[("AWS_PROFILE", "sre")]).await.source, Source::Keys(_)));
    assert!(matches!(standard(&[("AWS_WEB_IDENTITY_TOKEN_FILE", "/t")]).await.source, Source::WebIdentity));
    let agent = [("AWS_CONTAINER_CREDENTIALS_FULL_URI", "http://169.254.170.23/v1/credentials")];
    assert!(matches!(standard(&agent).await.source, Source::Container));
    assert!(matches!(standard(&[]).await.source, Source::Instance));
}
