//! What sessions report.

use super::consent;
use crate::app::model::Model;
use crate::domain::effect::Effect;
use crate::domain::health::{Health, SessionEvent};
use crate::domain::ids::{ClusterId, ObjectKey};
use crate::input::context::Pane;
use crate::runtime::inbox::Batch;
use crate::screens::deck::Scene;

/// Rows and session events of one turn.
pub fn batch(model: &mut Model, batch: Batch) -> Vec<Effect> {
    for (id, event) in batch.events {
        // A latency or a count of connections is seen when the next age turns.
        model.dirty |= !matches!(event, SessionEvent::Latency(_) | SessionEvent::Connections(_));
        let asks = matches!(event, SessionEvent::ConsentNeeded(_));
        model.fleet.session(id, event);
        touch(model, id);
        // Who opened the cluster by a key and still looks at it is asked at once.
        if asks && model.opening.take_if(|opening| *opening == id).is_some() {
            let looks = model.layers.is_empty() && model.deck.cluster == Some(id);
            if looks {
                consent::ask(model, id);
            }
        }
    }
    let mut touched: Vec<ClusterId> = Vec::new();
    for change in batch.deltas {
        let Some(cluster) = model.fleet.get_mut(change.cluster) else { continue };
        // A session that was closed may still have had something on its way.
        if !cluster.is_open() {
            continue;
        }
        cluster.tables.apply(change.delta);
        if !touched.contains(&change.cluster) {
            touched.push(change.cluster);
        }
    }
    for id in touched {
        let Some(cluster) = model.fleet.get_mut(id) else { continue };
        cluster.tables.settle();
        model.dirty |= model.deck.touched(cluster);
        if model.deck.logs.target.as_ref().is_some_and(|target| target.cluster == id) {
            model.deck.logs.stale_sources = true;
        }
    }
    Vec::new()
}

/// Chooses the namespace that is to be chosen first, once it is there and as long as nobody chose another.
pub fn choose_first(model: &mut Model, now_ms: i64) {
    let Some(name) = &model.first_namespace else { return };
    if model.deck.namespace.is_some() || model.deck.focus != Pane::Clusters {
        model.first_namespace = None;
        return;
    }
    let key = ObjectKey::new("", name.clone());
    let is_there = |id| model.fleet.get(id).is_some_and(|cluster| cluster.tables.namespaces.by_key(&key).is_some());
    let Some(cluster) = model.deck.cluster.filter(|id| is_there(*id)) else { return };
    let name = model.first_namespace.take();
    model.deck.go(Some(cluster), name.as_ref(), Scene { fleet: &model.fleet, now_ms });
}

/// Opens a cluster that is not open.
pub fn open(model: &mut Model, id: ClusterId, now_ms: i64) -> Vec<Effect> {
    let mut effects = begin(model, id, now_ms);
    if !effects.is_empty() {
        effects.push(remember(model));
    }
    effects
}

/// Opens a cluster that nobody asked for; the next start does not.
pub fn begin(model: &mut Model, id: ClusterId, now_ms: i64) -> Vec<Effect> {
    let Some(cluster) = model.fleet.get_mut(id) else { return Vec::new() };
    if cluster.health != Health::NotOpened {
        return Vec::new();
    }
    cluster.health = Health::Connecting { since_ms: now_ms };
    touch(model, id);
    vec![Effect::Open(id)]
}

/// Closes a cluster and forgets its rows.
pub fn close(model: &mut Model, id: ClusterId) -> Vec<Effect> {
    let Some(cluster) = model.fleet.get_mut(id) else { return Vec::new() };
    cluster.close();
    touch(model, id);
    if model.deck.cluster == Some(id) {
        model.deck.namespaces.reset();
        model.deck.jobs.reset();
    }
    vec![Effect::Close(id), remember(model)]
}

/// A cluster's row looks different now, on whichever screen.
pub fn touch(model: &mut Model, id: ClusterId) {
    model.deck.clusters.touch(&[id.0]);
    model.fleet_screen.clusters.touch(&[id.0]);
}

fn remember(model: &Model) -> Effect {
    let open = model.fleet.iter().filter(|cluster| cluster.is_open());
    let open = open.map(|cluster| cluster.info.name.clone());
    // One that nobody has told of yet is not forgotten for that.
    Effect::RememberOpen(open.chain(model.awaited.iter().cloned()).collect())
}
