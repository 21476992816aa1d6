//! Which clusters the background looks at, and when it hears of their sessions.

use super::*;
use crate::app::model::Model;
use crate::domain::effect::FleetEffect;
use crate::domain::health::{Trouble, WatchState};
use crate::domain::ids::ClusterId;
use crate::store::fleet::WATCHED;

fn tell(model: &mut Model, events: Vec<SessionEvent>, now_ms: i64) {
    let events = events.into_iter().map(|event| (LEFT, event)).collect();
    update(model, Message::Batch(Batch { deltas: Vec::new(), events, more: false }), now_ms);
}

fn filled(model: &mut Model, now_ms: i64) {
    let live = WATCHED.map(|kind| SessionEvent::Watch { kind, state: WatchState::Live });
    tell(model, live.into_iter().chain([SessionEvent::Health(Health::Live)]).collect(), now_ms);
}

/// What a second brings to the background: clusters to look at, sessions that are told, looks that are wanted now.
fn second(model: &mut Model, now_ms: i64) -> (Option<usize>, Vec<ClusterId>, Vec<ClusterId>) {
    let (mut targets, mut told, mut wanted) = (None, Vec::new(), Vec::new());
    for effect in update(model, Message::Tick, now_ms) {
        match effect {
            Effect::Fleet(FleetEffect::Targets(all)) => targets = Some(all.len()),
            Effect::Fleet(FleetEffect::Watched { cluster, .. }) => told.push(cluster),
            Effect::Fleet(FleetEffect::Sync(clusters)) => wanted.extend(clusters),
            _ => {}
        }
    }
    (targets, told, wanted)
}

fn syncing() -> Model {
    let mut model = model();
    model.syncs = true;
    start(&mut model, &[LEFT], NOW);
    model
}

#[test]
fn the_first_rows_have_the_link_to_themselves() {
    let mut model = syncing();
    assert_eq!(second(&mut model, NOW), (None, vec![], vec![]), "it connects");
    tell(&mut model, vec![SessionEvent::Health(Health::Live)], NOW + 500);
    assert_eq!(second(&mut model, NOW + 1_000), (None, vec![], vec![]), "its lists are under way");
    filled(&mut model, NOW + 1_500);
    assert_eq!(second(&mut model, NOW + 2_000), (Some(1), vec![LEFT], vec![]));
    tell(&mut model, vec![SessionEvent::Health(Health::Connecting { since_ms: NOW })], NOW + 2_500);
    assert_eq!(second(&mut model, NOW + 3_000).0, None, "it stays among them");
}

#[test]
fn a_cluster_that_cannot_be_reached_is_looked_at_too() {
    let mut model = syncing();
    let trouble = Trouble::new("refused");
    tell(&mut model, vec![SessionEvent::Health(Health::Unreachable { retry_ms: NOW, trouble })], NOW);
    assert_eq!(second(&mut model, NOW + 1_000).0, Some(1));
}

#[test]
fn a_session_that_comes_back_is_looked_at_without_waiting_for_its_turn() {
    let mut model = syncing();
    filled(&mut model, NOW);
    assert_eq!(second(&mut model, NOW + 1_000), (Some(1), vec![LEFT], vec![]));
    let trouble = Trouble::new("refused");
    let stale = Health::Stale { since_ms: NOW, retry_ms: NOW, trouble };
    tell(&mut model, vec![SessionEvent::Health(stale)], NOW + 2_000);
    assert_eq!(second(&mut model, NOW + 3_000), (None, vec![], vec![]));
    tell(&mut model, vec![SessionEvent::Health(Health::Live)], NOW + 3_500);
    assert_eq!(second(&mut model, NOW + 4_000), (None, vec![LEFT], vec![LEFT]));
    assert_eq!(second(&mut model, NOW + 5_000), (None, vec![], vec![]), "once");
}
