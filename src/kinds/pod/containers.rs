//! A container's specification and its status, which stand apart in a pod, as one row.

use super::wire::{Container, ContainerStatus, State, Terminated};
use crate::domain::pod::{ContainerRole, ContainerRow, ContainerState, Ended};
use crate::domain::pool::Pool;
use crate::kinds::time::seconds;

/// Statuses of one role. The server sorts them by name, not as the specification has them.
pub struct Statuses(pub Vec<ContainerStatus>);

impl Statuses {
    pub fn row(&mut self, container: Container, role: ContainerRole, pool: &mut Pool) -> ContainerRow {
        let place = self.0.iter().position(|status| status.name == container.name);
        let status = place.map(|place| self.0.swap_remove(place)).unwrap_or_default();
        let limits = container.resources.unwrap_or_default().limits;
        ContainerRow {
            name: pool.text(&container.name),
            image: pool.text(&container.image),
            role,
            ready: status.ready,
            restarts: u32::try_from(status.restart_count).unwrap_or_default(),
            state: state(status.state.unwrap_or_default(), pool),
            last: status.last_state.unwrap_or_default().terminated.map(|ended| Box::new(into_ended(ended, pool))),
            memory_limit: limits.get("memory").map(|limit| pool.text(&limit.text)),
        }
    }
}

fn state(state: State, pool: &mut Pool) -> ContainerState {
    if let Some(ended) = state.terminated {
        return ContainerState::Ended(Box::new(into_ended(ended, pool)));
    }
    if let Some(running) = state.running {
        return ContainerState::Running { started: seconds(running.started_at) };
    }
    match state.waiting {
        Some(waiting) => {
            ContainerState::Waiting { reason: pool.text(&waiting.reason), message: waiting.message.into() }
        }
        None => ContainerState::Unknown,
    }
}

fn into_ended(ended: Terminated, pool: &mut Pool) -> Ended {
    Ended {
        reason: pool.text(&ended.reason),
        message: ended.message.into(),
        exit_code: ended.exit_code,
        signal: ended.signal,
        started: seconds(ended.started_at),
        finished: seconds(ended.finished_at),
    }
}
