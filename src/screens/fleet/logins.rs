//! The credential lane: every profile, role and SSO session that is known, and the clusters that hang on it.

use std::cmp::Ordering;

use crate::domain::aws::arn::Arn;
use crate::domain::aws::login::LoginState;
use crate::domain::cloud::{LaneKey, LaneRow};
use crate::domain::filter::{FieldTable, Filter, FilterProblem};
use crate::screens::deck::Scene;
use crate::screens::pane::{Rows, Sort};
use crate::store::index::{SortPrefix, number_prefix};
use crate::ui::table::{Cell, Column, Line, elastic, left};
use crate::ui::theme::{Role, State, Theme};

pub const COLUMNS: &[Column] = &[
    left("LOGIN", 8, 40, 0),
    left("IDENTITY", 8, 44, 2),
    left("EXPIRES", 7, 12, 1),
    elastic(left("CLUSTERS", 8, 60, 3)),
];

/// The order in which they are told: the active one first.
pub const SORT: Sort = Sort { column: 0, descending: false };

/// Clusters of a login that are named; more are counted.
const NAMED: usize = 2;
/// Less than this is left of a login that should be renewed, in seconds.
const SOON: i64 = 600;

/// The logins as rows; a row's id is its place.
pub struct LoginRows<'a> {
    pub logins: &'a [LaneRow],
}

impl Rows for LoginRows<'_> {
    type Key = LaneKey;

    fn ids(&self) -> Box<dyn Iterator<Item = u32> + '_> {
        Box::new(0..self.logins.len() as u32)
    }

    fn id_bound(&self) -> usize {
        self.logins.len()
    }

    fn key(&self, id: u32) -> Option<LaneKey> {
        self.logins.get(id as usize).map(|row| row.key.clone())
    }

    fn id_of(&self, key: &LaneKey) -> Option<u32> {
        self.logins.iter().position(|row| row.key == *key).map(|place| place as u32)
    }

    fn key_order(&self, left: u32, right: u32) -> Ordering {
        left.cmp(&right)
    }

    fn in_scope(&self, id: u32) -> bool {
        (id as usize) < self.logins.len()
    }

    fn passes(&self, _: u32, _: &Filter) -> bool {
        true
    }

    fn is_fault(&self, id: u32) -> bool {
        self.logins.get(id as usize).is_some_and(LaneRow::is_broken)
    }

    fn prefix(&self, id: u32, _: usize) -> SortPrefix {
        number_prefix(i64::from(id))
    }

    fn compare(&self, _: usize, left: u32, right: u32) -> Ordering {
        left.cmp(&right)
    }

    fn parse_filter(&self, text: &str) -> (Filter, Vec<FilterProblem>) {
        Filter::parse(text, &FieldTable::new([]))
    }
}

/// `user/sre in 111111111111`.
pub fn identity(arn: &str) -> String {
    match Arn::parse(arn) {
        Some(arn) if arn.service == "sts" => {
            let role = arn.resource.strip_prefix("assumed-role/").and_then(|rest| rest.split('/').next());
            role.map_or_else(
                || format!("{} in {}", arn.resource, arn.account),
                |role| format!("role/{role} in {}", arn.account),
            )
        }
        Some(arn) => format!("{} in {}", arn.resource, arn.account),
        None => arn.to_owned(),
    }
}

fn state(row: &LaneRow, now_ms: i64) -> State {
    match &row.state {
        LoginState::NotContacted => State::NotOpened,
        _ if row.fault.is_some() => State::Broken,
        LoginState::Checking => State::Connecting,
        LoginState::Ok { expires_ms: Some(end), .. } if end - now_ms < SOON * 1_000 => State::Warning,
        LoginState::Ok { .. } if row.regions.iter().any(|region| region.fault.is_some()) => State::Warning,
        LoginState::Ok { .. } => State::Ok,
        LoginState::Trouble(_) => State::Broken,
    }
}

fn expires(row: &LaneRow, now_ms: i64) -> Cell<'static> {
    let role = match &row.state {
        LoginState::Ok { expires_ms: Some(end), .. } if end - now_ms < SOON * 1_000 => Role::Warning,
        LoginState::Ok { expires_ms: Some(_), .. } => Role::Text,
        _ => Role::Dim,
    };
    Cell::new(row.expires(now_ms), role)
}

fn clusters(row: &LaneRow) -> Cell<'static> {
    match row.clusters.len() {
        0 => Cell::dim("none"),
        number if matches!(row.state, LoginState::Trouble(_)) => {
            Cell::new(format!("{number} {} for it", if number == 1 { "waits" } else { "wait" }), Role::Warning)
        }
        number => {
            let named: Vec<&str> = row.clusters.iter().take(NAMED).map(|arn| arn.name.as_str()).collect();
            let more = if number > NAMED { format!(", +{}", number - NAMED) } else { String::new() };
            Cell::plain(named.join(", ") + &more)
        }
    }
}

/// One row as it is drawn.
pub fn line<'a>(row: &'a LaneRow, scene: Scene<'_>, theme: &'a Theme) -> Line<'a> {
    let state = state(row, scene.now_ms);
    let told = match &row.state {
        LoginState::NotContacted => Cell::dim("not asked yet · enter"),
        LoginState::Checking => Cell::dim("asking STS"),
        LoginState::Ok { arn, .. } if arn.is_empty() => Cell::dim("credentials are there"),
        LoginState::Ok { arn, .. } => Cell::plain(identity(arn)),
        LoginState::Trouble(_) => Cell::dim("—"),
    };
    let complaints = row.region_complaints();
    let role = if row.is_broken() { Role::Broken } else { Role::Muted };
    let below = match row.trouble() {
        Some(trouble) => Some(Cell::new(trouble.in_a_line(), role)),
        None => complaints.first().map(|first| match complaints.len() {
            1 => Cell::new(first.clone(), Role::Warning),
            number => Cell::new(format!("{first} (and {} more)", number - 1), Role::Warning),
        }),
    };
    Line {
        sign: (theme.sign(state), state.role()),
        cells: vec![
            Cell::new(row.name.as_str(), if row.is_used { Role::Text } else { Role::Dim }),
            told,
            expires(row, scene.now_ms),
            clusters(row),
        ],
        below,
        marked: false,
    }
}

#[cfg(test)]
mod tests {
    use super::identity;

    #[test]
    fn an_identity_is_told_as_people_know_it() {
        assert_eq!(identity("arn:aws:iam::111111111111:user/sre"), "user/sre in 111111111111");
        assert_eq!(
            identity("arn:aws:sts::222222222222:assumed-role/eksdeck/eksdeck-me"),
            "role/eksdeck in 222222222222"
        );
        assert_eq!(identity("whoever"), "whoever");
    }
}
