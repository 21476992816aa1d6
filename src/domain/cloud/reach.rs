//! Where discovery looks: profiles × roles × regions.

use std::time::Duration;

use crate::domain::aws::login::LoginKey;

/// A role that is assumed, in an account of its own, say.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ReachRole {
    pub arn: String,
    pub external_id: Option<String>,
    /// With this profile alone; `None`: with each that is configured.
    pub profile: Option<String>,
}

/// What the configuration says of AWS.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reach {
    /// Clusters are looked for in the background at all.
    pub discover: bool,
    /// Empty: the active profile, or what the environment gives.
    pub profiles: Vec<String>,
    pub roles: Vec<ReachRole>,
    /// Empty, or with `all` among them: those that are enabled for the account.
    pub regions: Vec<String>,
    /// From the end of one round to the beginning of the next.
    pub every: Duration,
}

impl Default for Reach {
    fn default() -> Self {
        Self {
            discover: true,
            profiles: Vec::new(),
            roles: Vec::new(),
            regions: vec!["all".to_owned()],
            every: Duration::from_secs(300),
        }
    }
}

impl Reach {
    /// Every login that looks, each once: the profiles, then each role with each of them.
    pub fn logins(&self) -> Vec<LoginKey> {
        let bases: Vec<LoginKey> = match self.profiles.as_slice() {
            [] => vec![LoginKey::default()],
            names => names.iter().map(|name| LoginKey::profile(name)).collect(),
        };
        let roles = self.roles.iter().flat_map(|role| {
            let bases = match &role.profile {
                Some(profile) => vec![LoginKey::profile(profile)],
                None => bases.clone(),
            };
            bases.into_iter().map(|base| base.with_role(&role.arn, role.external_id.as_deref()))
        });
        let mut all = bases.clone();
        for login in roles {
            if !all.contains(&login) {
                all.push(login);
            }
        }
        all
    }

    /// The regions by name; `None`: those that are enabled for the account.
    pub fn named_regions(&self) -> Option<&[String]> {
        let is_all = self.regions.is_empty() || self.regions.iter().any(|region| region == "all");
        (!is_all).then_some(self.regions.as_slice())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn profiles_and_roles_are_multiplied_and_each_login_looks_once() {
        assert_eq!(Reach::default().logins(), [LoginKey::default()]);
        let role = |arn: &str, profile: Option<&str>| ReachRole {
            arn: arn.to_owned(),
            external_id: Some("x".to_owned()),
            profile: profile.map(str::to_owned),
        };
        let reach = Reach {
            profiles: vec!["a".to_owned(), "b".to_owned()],
            roles: vec![role("r", None), role("s", Some("b")), role("r", Some("a"))],
            ..Reach::default()
        };
        let words: Vec<String> = reach.logins().iter().map(LoginKey::words).collect();
        assert_eq!(words, ["profile a", "profile b", "profile a as r", "profile b as r", "profile b as s"]);
    }

    #[test]
    fn all_regions_are_those_of_the_account() {
        let of = |regions: &[&str]| Reach {
            regions: regions.iter().map(|region| (*region).to_owned()).collect(),
            ..Reach::default()
        };
        assert_eq!(of(&[]).named_regions(), None);
        assert_eq!(of(&["eu-west-1", "all"]).named_regions(), None);
        assert_eq!(of(&["eu-west-1"]).named_regions().map(<[String]>::len), Some(1));
    }
}
