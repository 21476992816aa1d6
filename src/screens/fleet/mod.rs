//! The fleet's screen: every cluster with its health over time, and the credentials on which they hang.

pub mod cards;
pub mod clusters;
mod line;
pub mod logins;
mod seen;
pub mod update;
pub mod view;

use crate::domain::aws::login::LoginKey;
use crate::domain::cloud::LaneKey;
use crate::domain::filter::FieldTable;
use crate::domain::gate::Policy;
use crate::domain::ids::ClusterId;
use crate::input::context::FleetPane;
use crate::screens::deck::Scene;
use crate::screens::pane::Pane;

/// The state of the screen. The rows are the fleet's.
#[derive(Debug)]
pub struct FleetScreen {
    pub focus: FleetPane,
    /// The clusters stand as cards, so many in a row as the last drawing had.
    pub as_cards: bool,
    pub across: usize,
    pub clusters: Pane<ClusterId>,
    pub logins: Pane<LaneKey>,
    /// The login whose code is being typed.
    pub asked: Option<LoginKey>,
    fields: FieldTable,
}

impl Default for FleetScreen {
    fn default() -> Self {
        Self {
            focus: FleetPane::Clusters,
            as_cards: false,
            across: 1,
            clusters: Pane::new(clusters::SORT, 0),
            logins: Pane::new(logins::SORT, 0),
            asked: None,
            fields: clusters::fields(),
        }
    }
}

/// What the rows are made from.
#[derive(Clone, Copy)]
pub struct FleetScene<'a> {
    pub scene: Scene<'a>,
    /// What names of clusters say of their environment.
    pub policy: &'a Policy,
}
