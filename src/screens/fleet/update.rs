//! What commands do to the fleet's screen. Pure: no I/O, no clock.

use super::{FleetScene, FleetScreen, clusters, logins};
use crate::domain::ids::ClusterId;
use crate::input::commands::CommandId;
use crate::input::context::FleetPane;
use crate::screens::table_action::{Action, apply};
use logins::LoginRows;

impl FleetScreen {
    /// Does `action` to a pane.
    pub fn act(&mut self, pane: FleetPane, action: Action, scene: FleetScene<'_>) {
        match pane {
            FleetPane::Clusters => {
                let rows = clusters::ClusterRows { scene, fields: &self.fields };
                apply(&mut self.clusters, &rows, action, clusters::COLUMNS);
            }
            FleetPane::Logins => {
                let rows = LoginRows { logins: &scene.scene.fleet.logins };
                apply(&mut self.logins, &rows, action, logins::COLUMNS);
            }
        }
        self.settle(scene);
    }

    /// The action that a command means on the focused pane, if it means one.
    pub fn action(&self, command: CommandId) -> Option<Action> {
        if self.as_cards && self.focus == FleetPane::Clusters {
            let row = self.across.max(1) as isize;
            match command {
                CommandId::Up => return Some(Action::Step(-row)),
                CommandId::Down => return Some(Action::Step(row)),
                CommandId::Left => return Some(Action::Step(-1)),
                CommandId::Right => return Some(Action::Step(1)),
                _ => {}
            }
        }
        let columns = match self.focus {
            FleetPane::Clusters => clusters::COLUMNS,
            FleetPane::Logins => logins::COLUMNS,
        };
        Action::of(command, columns)
    }

    /// Brings both panes in step with what is known.
    pub fn settle(&mut self, scene: FleetScene<'_>) {
        let rows = clusters::ClusterRows { scene, fields: &self.fields };
        self.clusters.settle(&rows);
        self.logins.settle(&LoginRows { logins: &scene.scene.fleet.logins });
    }

    /// Takes the filter of the clusters away, and "faults only" with it.
    pub fn clear_filter(&mut self, scene: FleetScene<'_>) {
        self.clusters.set_faults_only(false);
        self.act(FleetPane::Clusters, Action::Filter(String::new()), scene);
    }

    /// Where a cluster stands in the order that is shown.
    pub fn position(&self, cluster: ClusterId) -> Option<usize> {
        (0..self.clusters.len()).find(|place| self.clusters.at(*place) == Some(Some(cluster.0)))
    }

    /// The marked clusters, else the selected one.
    pub fn targets(&self) -> Vec<ClusterId> {
        if self.clusters.marks.is_empty() {
            return self.clusters.selected().copied().into_iter().collect();
        }
        let mut marked: Vec<ClusterId> = self.clusters.marks.iter().copied().collect();
        marked.sort_unstable();
        marked
    }
}
