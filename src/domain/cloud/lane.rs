//! The credential lane: one row for each profile, role and SSO session.

use crate::domain::age::Age;
use crate::domain::aws::arn::{Arn, ClusterArn};
use crate::domain::aws::login::{LoginKey, LoginState};
use crate::domain::aws::trouble::LoginTrouble;
use crate::domain::eks::{LaneFault, RegionRow};
use crate::domain::health::Trouble;

/// What a row of the lane stands for.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum LaneKey {
    /// A profile, the standard chain, or a role that is assumed with one of them.
    Login(LoginKey),
    /// An `[sso-session]` of the AWS configuration: profiles share it, one login mends them all.
    SsoSession(String),
}

/// One row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LaneRow {
    pub key: LaneKey,
    /// What a person calls it: `sre`, `eksdeck in 222222222222 (sre)`, `SSO session corp`, `the environment`.
    pub name: String,
    /// The role that the profile, or the row itself, assumes; its ARN.
    pub role: Option<String>,
    /// The profile whose credentials the role is assumed with.
    pub source: Option<String>,
    pub sso_session: Option<String>,
    /// ARN of the device whose code is wanted: contacted only when a person enters one.
    pub mfa_serial: Option<String>,
    /// The login's own region.
    pub region: Option<String>,
    /// Discovery looks with it; the others are listed and not contacted.
    pub is_used: bool,
    pub state: LoginState,
    /// Clusters that are reached with it, by ARN.
    pub clusters: Vec<ClusterArn>,
    /// The regions of the last look.
    pub regions: Vec<RegionRow>,
    /// What concerned the login as a whole at the last look.
    pub fault: Option<LaneFault>,
    /// When the last look ended, Unix milliseconds.
    pub looked_ms: Option<i64>,
}

impl LaneRow {
    /// A row of which nothing but its name is known.
    pub fn new(key: LaneKey, name: impl Into<String>) -> Self {
        Self {
            key,
            name: name.into(),
            role: None,
            source: None,
            sso_session: None,
            mfa_serial: None,
            region: None,
            is_used: false,
            state: LoginState::NotContacted,
            clusters: Vec::new(),
            regions: Vec::new(),
            fault: None,
            looked_ms: None,
        }
    }

    /// Why it does not work, with the command that mends it: the login's own trouble, else that of its last look.
    pub fn trouble(&self) -> Option<Trouble> {
        match &self.state {
            LoginState::Trouble(trouble) => Some(trouble.trouble()),
            _ => self.fault.as_ref().map(|fault| fault.trouble.clone()),
        }
    }

    /// Whether AWS was asked, or tried to be.
    pub fn is_contacted(&self) -> bool {
        self.state != LoginState::NotContacted
    }

    /// Something is to be mended. Who has no AWS login at all has nothing to mend.
    pub fn is_broken(&self) -> bool {
        self.is_contacted() && self.trouble().is_some()
    }

    /// Whether a person has to enter a code before it is contacted.
    pub fn wants_code(&self) -> bool {
        match &self.state {
            LoginState::Ok { .. } | LoginState::Checking => false,
            LoginState::Trouble(trouble) => {
                matches!(trouble, LoginTrouble::MfaNeeded { .. } | LoginTrouble::MfaRefused { .. })
            }
            LoginState::NotContacted => self.mfa_serial.is_some(),
        }
    }

    /// `user/sre in 111111111111`; empty until STS was asked.
    pub fn identity(&self) -> String {
        let LoginState::Ok { arn, .. } = &self.state else { return String::new() };
        Arn::parse(arn).map_or_else(|| arn.clone(), |arn| format!("{} in {}", arn.resource, arn.account))
    }

    /// For a column: `53m`, `never`, `expired`, `code wanted`, `not asked`. `now_ms`: Unix milliseconds.
    pub fn expires(&self, now_ms: i64) -> String {
        match &self.state {
            LoginState::NotContacted if self.wants_code() => "code wanted".to_owned(),
            LoginState::NotContacted => "not asked".to_owned(),
            LoginState::Checking => "…".to_owned(),
            LoginState::Ok { expires_ms: None, .. } if matches!(self.key, LaneKey::SsoSession(_)) => String::new(),
            LoginState::Ok { expires_ms: None, .. } => "never".to_owned(),
            LoginState::Ok { expires_ms: Some(end), .. } if *end <= now_ms => "expired".to_owned(),
            LoginState::Ok { expires_ms: Some(end), .. } => Age((end - now_ms) / 1_000).to_string(),
            LoginState::Trouble(LoginTrouble::SsoExpired { .. } | LoginTrouble::LoginExpired { .. }) => {
                "expired".to_owned()
            }
            LoginState::Trouble(_) if self.wants_code() => "code wanted".to_owned(),
            LoginState::Trouble(_) => "—".to_owned(),
        }
    }

    /// A line for each region whose list is not whole.
    pub fn region_complaints(&self) -> Vec<String> {
        self.regions.iter().filter(|row| !row.is_whole()).map(RegionRow::words).collect()
    }
}

/// How rows stand: what is in trouble and used comes first, then what is used, then what waits unasked; each by name.
pub fn lane_order(row: &LaneRow) -> (u8, String) {
    let rank = match (&row.state, row.is_used) {
        (LoginState::Trouble(_), _) => 0,
        (_, true) => 1,
        (LoginState::Ok { .. } | LoginState::Checking, false) => 2,
        (LoginState::NotContacted, false) => 3,
    };
    (rank, row.name.to_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(state: LoginState) -> LaneRow {
        LaneRow { state, ..LaneRow::new(LaneKey::Login(LoginKey::profile("sre")), "sre") }
    }

    #[test]
    fn a_row_tells_who_one_is_and_for_how_long() {
        let ok = |expires_ms| {
            row(LoginState::Ok { arn: "arn:aws:sts::222222222222:assumed-role/eksdeck/ann".to_owned(), expires_ms })
        };
        assert_eq!(ok(None).identity(), "assumed-role/eksdeck/ann in 222222222222");
        assert_eq!(ok(None).expires(0), "never");
        assert_eq!(ok(Some(53 * 60_000)).expires(0), "53m");
        assert_eq!(ok(Some(5)).expires(5), "expired");
        assert_eq!(row(LoginState::NotContacted).expires(0), "not asked");
    }

    #[test]
    fn a_code_is_wanted_until_it_is_taken() {
        let serial = "arn:aws:iam::111111111111:mfa/sre".to_owned();
        let mut row = row(LoginState::NotContacted);
        assert!(!row.wants_code());
        row.mfa_serial = Some(serial.clone());
        assert!(row.wants_code());
        row.state = LoginState::Trouble(LoginTrouble::MfaRefused { serial, said: "no".to_owned() });
        assert!(row.wants_code() && row.expires(0) == "code wanted");
        row.state = LoginState::Ok { arn: String::new(), expires_ms: None };
        assert!(!row.wants_code());
    }

    #[test]
    fn what_is_in_trouble_stands_first() {
        let trouble = LoginState::Trouble(LoginTrouble::NoCredentials { profile: None });
        let used = LaneRow { is_used: true, ..row(LoginState::NotContacted) };
        let mut rows = [row(LoginState::NotContacted), used, row(trouble)];
        rows.sort_by_key(lane_order);
        assert!(rows[0].trouble().is_some() && rows[1].is_used && !rows[2].is_used);
    }
}
