//! Pods: phase, placement, and what each container does.

mod containers;
mod wire;

use self::containers::Statuses;
pub use self::wire::Pod;
use super::table::WireKind;
use crate::domain::delta::Row;
use crate::domain::pod::{ContainerRole, ContainerRow, PodPhase, PodRow};
use crate::domain::pool::Pool;

impl WireKind for Pod {
    fn into_row(self, pool: &mut Pool) -> Row {
        let spec = self.spec.unwrap_or_default();
        let status = self.status.unwrap_or_default();
        let mut containers: Vec<ContainerRow> =
            Vec::with_capacity(spec.init_containers.len() + spec.containers.len() + spec.ephemeral_containers.len());
        let mut init = Statuses(status.init_container_statuses);
        containers.extend(spec.init_containers.into_iter().map(|c| init.row(c, ContainerRole::Init, pool)));
        let mut main = Statuses(status.container_statuses);
        containers.extend(spec.containers.into_iter().map(|c| main.row(c, ContainerRole::Main, pool)));
        let mut ephemeral = Statuses(status.ephemeral_container_statuses);
        let shared = spec.ephemeral_containers.into_iter().filter_map(|ephemeral| ephemeral.common);
        containers.extend(shared.map(|c| ephemeral.row(c, ContainerRole::Ephemeral, pool)));
        let unscheduled = status.conditions.into_iter().find(|c| c.kind == "PodScheduled" && c.status == "False");
        Row::Pod(PodRow {
            meta: self.metadata.unwrap_or_default().into_meta(pool),
            phase: phase(&status.phase),
            reason: pool.text(&status.reason),
            node: pool.text(&spec.node_name),
            unscheduled: unscheduled.map(|condition| Box::new(condition.into_condition(pool))),
            containers: containers.into_boxed_slice(),
        })
    }
}

fn phase(text: &str) -> PodPhase {
    match text {
        "Pending" => PodPhase::Pending,
        "Running" => PodPhase::Running,
        "Succeeded" => PodPhase::Succeeded,
        "Failed" => PodPhase::Failed,
        _ => PodPhase::Unknown,
    }
}
