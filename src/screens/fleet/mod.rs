//! The fleet's screen: every cluster with its health over time, and the credentials on which they hang.

pub mod clusters;
pub mod logins;
pub mod update;
pub mod view;

use crate::domain::aws::login::LoginKey;
use crate::domain::filter::FieldTable;
use crate::domain::gate::Policy;
use crate::domain::ids::ClusterId;
use crate::input::context::FleetPane;
use crate::screens::deck::Scene;
use crate::screens::pane::Pane;

use clusters::ClusterRows;

/// The state of the screen. The rows are the fleet's.
#[derive(Debug)]
pub struct FleetScreen {
    pub focus: FleetPane,
    pub clusters: Pane<ClusterId>,
    /// The chosen login; the first where it is gone.
    pub login: Option<LoginKey>,
    fields: FieldTable,
}

impl Default for FleetScreen {
    fn default() -> Self {
        Self {
            focus: FleetPane::Clusters,
            clusters: Pane::new(clusters::SORT, 0),
            login: None,
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

impl FleetScreen {
    pub fn rows<'a>(&'a self, scene: FleetScene<'a>) -> ClusterRows<'a> {
        ClusterRows { scene, fields: &self.fields }
    }

    /// The chosen login's place among those that are known.
    pub fn login_place(&self, scene: Scene<'_>) -> usize {
        let chosen = |key: &LoginKey| scene.fleet.logins.iter().position(|row| row.key == *key);
        self.login.as_ref().and_then(chosen).unwrap_or(0)
    }
}
