//! The rows of the lane, from what the files tell, how logins stand, and what the last looks found.

use std::collections::{BTreeMap, BTreeSet};

use super::ground::Ground;
use crate::adapters::aws::Aws;
use crate::adapters::aws::chain::{Chain, Source};
use crate::adapters::kube::errors::say;
use crate::domain::aws::arn::{Arn, ClusterArn, role_name};
use crate::domain::aws::login::{LoginKey, LoginState};
use crate::domain::aws::trouble::LoginTrouble;
use crate::domain::cloud::{LaneKey, LaneRow, lane_order};
use crate::domain::eks::{FaultKind, LaneFault, LoginSummary};

/// What a look found, and when it ended in Unix milliseconds.
#[derive(Debug, Clone)]
pub struct Look {
    pub summary: LoginSummary,
    pub ended_ms: i64,
}

/// Everything that rows are made of.
pub struct Sight<'a> {
    pub aws: &'a Aws,
    pub ground: &'a Ground,
    /// Discovery looks with these.
    pub used: &'a BTreeSet<LoginKey>,
    pub looks: &'a BTreeMap<LoginKey, Look>,
    pub hanging: &'a BTreeMap<LoginKey, Vec<ClusterArn>>,
    pub now_ms: i64,
}

/// The lane, sorted.
pub fn rows(sight: &Sight<'_>) -> Vec<LaneRow> {
    let states: BTreeMap<LoginKey, LoginState> =
        sight.aws.logins().iter().map(|login| (login.key().clone(), login.state().borrow().clone())).collect();
    let standard = LoginKey::default();
    let own = sight.aws.chain(&standard, &sight.ground.profiles);
    // The standard chain is the active profile where it goes by one: that is one row.
    let active = own.as_ref().ok().and_then(|chain| chain.profile.clone());
    let mut keys: BTreeSet<LoginKey> = sight.used.iter().chain(states.keys()).cloned().collect();
    keys.insert(standard.clone());
    keys.extend(sight.ground.profiles.names().iter().map(|name| LoginKey::profile(name)));
    if let Some(active) = &active {
        keys.remove(&LoginKey::profile(active));
    }
    let mut rows: Vec<LaneRow> = keys.into_iter().map(|key| sight.row(key, &states)).collect();
    rows.extend(
        sight.ground.profiles.sso_sessions().into_iter().map(|name| sight.session(name, &rows)).collect::<Vec<_>>(),
    );
    rows.sort_by_key(lane_order);
    rows
}

impl Sight<'_> {
    fn row(&self, key: LoginKey, states: &BTreeMap<LoginKey, LoginState>) -> LaneRow {
        let chain = self.aws.chain(&key, &self.ground.profiles);
        let mut row = LaneRow::new(LaneKey::Login(key.clone()), name(&key, &chain));
        row.is_used = self.used.contains(&key);
        row.state = states.get(&key).cloned().unwrap_or_default();
        row.clusters = self.hanging.get(&key).cloned().unwrap_or_default();
        let profile = chain.as_ref().ok().and_then(|chain| chain.profile.clone()).or_else(|| key.profile.clone());
        if let (Some(profile), LoginState::NotContacted) = (&profile, &row.state) {
            let same = LoginKey { profile: Some(profile.clone()), role: key.role.clone() };
            row.state = states.get(&same).cloned().unwrap_or_default();
        }
        row.region = profile.as_ref().and_then(|profile| self.ground.profiles.region(profile));
        match &chain {
            Ok(chain) => {
                row.role = chain.hop.as_ref().map(|hop| say(&hop.role_arn));
                row.mfa_serial = chain.hop.as_ref().and_then(|hop| hop.mfa_serial.clone());
                row.source = match &chain.source {
                    Source::Login(below) => below.profile.clone(),
                    _ => None,
                };
                row.sso_session = chain.roots.iter().find_map(|root| root.strip_prefix("sso:")).map(str::to_owned);
            }
            // What the files say wrongly is known without asking anybody.
            Err(trouble) if row.is_used => row.state = LoginState::Trouble(trouble.clone()),
            Err(_) => {}
        }
        if let Some(look) = self.looks.get(&key) {
            row.regions.clone_from(&look.summary.regions);
            row.fault.clone_from(&look.summary.fault);
            row.looked_ms = Some(look.ended_ms);
        }
        if !self.ground.may_ask(self.aws, &key) && row.state == LoginState::NotContacted {
            let trouble = LoginTrouble::NoCredentials { profile: None }.trouble();
            row.fault = Some(LaneFault { kind: FaultKind::Login, trouble });
        }
        row
    }

    /// An SSO session stands as the profiles that share it do, else as the token that was cached last.
    fn session(&self, name: String, rows: &[LaneRow]) -> LaneRow {
        let of = || rows.iter().filter(|row| row.sso_session.as_ref() == Some(&name));
        let expired = || LoginTrouble::SsoExpired { profile: None, session: Some(name.clone()) };
        let is_expired = |row: &LaneRow| matches!(&row.state, LoginState::Trouble(LoginTrouble::SsoExpired { .. }));
        let cached = self.ground.sessions.get(&name);
        let state = match cached {
            _ if of().any(is_expired) => LoginState::Trouble(expired()),
            Some(cached) if cached.expires_ms > self.now_ms => {
                LoginState::Ok { arn: String::new(), expires_ms: Some(cached.expires_ms) }
            }
            Some(cached) if !cached.is_renewable => LoginState::Trouble(expired()),
            _ => LoginState::NotContacted,
        };
        let clusters: BTreeSet<ClusterArn> = of().flat_map(|row| row.clusters.iter().cloned()).collect();
        let mut row = LaneRow::new(LaneKey::SsoSession(name.clone()), format!("SSO session {}", say(&name)));
        row.is_used = of().any(|row| row.is_used);
        row.clusters = clusters.into_iter().collect();
        row.state = state;
        row.sso_session = Some(name);
        row
    }
}

/// What a person calls a login.
fn name(key: &LoginKey, chain: &Result<Chain, LoginTrouble>) -> String {
    let base = key.profile.clone().unwrap_or_else(|| match chain {
        Ok(Chain { profile: Some(profile), .. }) => profile.clone(),
        Ok(chain) => match &chain.source {
            Source::Environment => "the environment".to_owned(),
            Source::WebIdentity => "the web identity".to_owned(),
            Source::Container => "the container's role".to_owned(),
            Source::Instance => "the instance's role".to_owned(),
            _ => "the standard chain".to_owned(),
        },
        Err(LoginTrouble::NoSuchProfile { profile, .. }) => profile.clone(),
        Err(_) => "the standard chain".to_owned(),
    });
    let Some(role) = &key.role else { return base };
    let account = Arn::parse(&role.arn).map(|arn| format!(" in {}", arn.account)).unwrap_or_default();
    format!("{}{account} ({base})", role_name(&role.arn).unwrap_or_else(|| role.arn.clone()))
}
