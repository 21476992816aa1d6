//! What the environment says of EKS: EKS_CLUSTER_NAME and where it is.

use crate::adapters::aws::{IamCluster, Profiles};
use crate::adapters::kube::errors::say;
use crate::domain::aws::arn::{ClusterArn, is_cluster_name};
use crate::domain::aws::login::LoginKey;
use crate::domain::aws::partition::is_region;
use crate::domain::health::Trouble;

/// Names one cluster, by name or ARN.
const NAME: &str = "EKS_CLUSTER_NAME";
/// Where it is, the first that is set.
const REGIONS: [&str; 3] = ["EKS_REGION", "AWS_REGION", "AWS_DEFAULT_REGION"];

/// The cluster that EKS_CLUSTER_NAME names, reached with what the standard chain gives. `None` if it is not set.
///
/// # Errors
/// It is no name, or nothing tells its region.
pub fn from_environment() -> Option<Result<IamCluster, Trouble>> {
    let name = variable(NAME)?;
    Some(cluster(name.trim(), region().or_else(profile_region)))
}

/// The region that the environment names.
pub fn region() -> Option<String> {
    REGIONS.iter().find_map(|name| variable(name))
}

fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.trim().is_empty())
}

fn cluster(name: &str, region: Option<String>) -> Result<IamCluster, Trouble> {
    let arn = ClusterArn::parse(name);
    let (name, region) = match &arn {
        Some(arn) => (arn.name.clone(), arn.region.clone()),
        None => {
            let none = || Trouble::new(format!("{NAME} names {}, and nothing tells its region", say(name)));
            (name.to_owned(), region.ok_or_else(|| none().with_remedy("export EKS_REGION=REGION"))?)
        }
    };
    if !is_cluster_name(&name) {
        return Err(Trouble::new(format!("{NAME} is no name of an EKS cluster: {}", say(&name))));
    }
    let region = region.trim().to_owned();
    if !is_region(&region) {
        return Err(Trouble::new(format!("`{}` is no region ({})", say(&region), REGIONS.join(", "))));
    }
    Ok(IamCluster { name, region, login: LoginKey::default(), arn, endpoint: None })
}

/// The region of AWS_PROFILE or of the default profile.
fn profile_region() -> Option<String> {
    let runtime = tokio::runtime::Builder::new_current_thread().build().ok()?;
    let profiles = runtime.block_on(Profiles::load());
    profiles.region(profiles.active())
}

/// The login name of whoever runs the program, else the number of the user.
pub fn os_user() -> String {
    let uid = nix::unistd::getuid();
    let name = nix::unistd::User::from_uid(uid).ok().flatten().map(|user| user.name);
    name.unwrap_or_else(|| uid.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_and_a_region_are_enough() {
        let found = cluster("payments", Some("eu-west-1".into())).unwrap();
        assert_eq!((found.name.as_str(), found.region.as_str(), found.arn), ("payments", "eu-west-1", None));
        let found = cluster("arn:aws:eks:us-west-2:111111111111:cluster/a", Some("eu-west-1".into())).unwrap();
        assert_eq!((found.name.as_str(), found.region.as_str()), ("a", "us-west-2"));
    }

    #[test]
    fn what_is_missing_or_wrong_is_said() {
        let words = |name: &str, region: Option<&str>| cluster(name, region.map(str::to_owned)).unwrap_err();
        let missing = words("payments", None);
        assert!(missing.words.contains("nothing tells its region"));
        assert_eq!(missing.remedy.as_deref(), Some("export EKS_REGION=REGION"));
        assert!(words("payments", Some("moon")).words.contains("`moon` is no region"));
        assert!(words("a b", Some("eu-west-1")).words.contains("no name of an EKS cluster"));
    }
}
