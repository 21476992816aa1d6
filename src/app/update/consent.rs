//! Whether a kubeconfig's credential plugin may run.

use super::registry;
use crate::app::model::Model;
use crate::domain::effect::Effect;
use crate::domain::health::Health;
use crate::domain::ids::ClusterId;
use crate::layers::Layer;
use crate::layers::consent::Consent;

/// Shows what a cluster's kubeconfig wants to run, if it asked.
pub fn ask(model: &mut Model, id: ClusterId) {
    let Some(cluster) = model.fleet.get(id) else { return };
    let Some(request) = cluster.consent.clone() else { return };
    let consent = Consent { cluster: Some(id), cluster_name: cluster.info.name.clone(), request, shown_ms: None };
    model.layers.push(Layer::Consent(consent));
}

/// The program may be run.
pub fn agree(model: &mut Model, now_ms: i64) -> Vec<Effect> {
    // Keys that were typed before the question was painted answer nothing.
    match model.layers.last() {
        Some(Layer::Consent(consent)) if consent.is_settled(now_ms) => {
            let (cluster, fingerprint) = (consent.cluster, consent.request.fingerprint.clone());
            model.layers.pop();
            let Some(cluster) = cluster else { return registry::agreed(model) };
            if let Some(state) = model.fleet.get_mut(cluster) {
                state.consent = None;
                state.health = Health::Connecting { since_ms: now_ms };
                model.deck.clusters.touch(&[cluster.0]);
            }
            vec![Effect::AnswerConsent { cluster, fingerprint, agreed: true }]
        }
        _ => Vec::new(),
    }
}
