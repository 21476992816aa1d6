//! Jobs in great numbers, for measuring.

use std::sync::Arc;

use serde_json::json;

use super::Teller;
use crate::demo::bulk::{Bulk, JobShape, JobState, Kind, Place, Shape};
use crate::demo::kinds::Known;
use crate::demo::random::hash;
use crate::demo::store::{Body, Key};

const JOBS_A_NAMESPACE: usize = 2000;

/// Puts `count` Jobs into namespaces of their own.
pub fn jobs(teller: &mut Teller, count: usize, places: Arc<[Place]>) {
    const TEAMS: [&str; 5] = ["finance", "search", "ml", "growth", "platform"];
    for at in 0..count.div_ceil(JOBS_A_NAMESPACE) {
        let team = TEAMS[at % TEAMS.len()];
        let name = format!("batch-{at:03}");
        let labels = json!({"team": team, "cost-center": format!("cc-{}", 5000 + at % TEAMS.len())});
        teller.tell(Known::get().namespace, None, &json!({"metadata": {"name": name, "labels": labels}}), 60);
        let shape = Arc::new(Shape::new(
            Kind::Job(JobShape {
                namespace: name.clone(),
                labels: vec![("app".into(), "report".into()), ("team".into(), team.into())],
                image: format!("registry.example.com/{team}/report:2.{at}.0"),
            }),
            !teller.seed,
            places.clone(),
        ));
        let namespace: Arc<str> = name.as_str().into();
        let from = at * JOBS_A_NAMESPACE;
        let mut store = teller.cluster.store();
        for ordinal in from..(from + JOBS_A_NAMESPACE).min(count) {
            let draw = hash(teller.seed, ordinal as u64);
            let state = match draw % 100 {
                0..70 => JobState::Complete,
                70..82 => JobState::BackoffLimit,
                82..86 => JobState::Deadline,
                86..97 => JobState::Running,
                _ => JobState::Suspended,
            };
            let created = teller.now / 1000 - 60 - (draw >> 8) as i64 % 86_400;
            let took = (20 + (draw >> 32) as i64 % 3000).min(teller.now / 1000 - created);
            let bulk = Bulk {
                shape: shape.clone(),
                ordinal: ordinal as u32,
                created: created as u32,
                changed: (created + took) as u32,
                place: 0,
                state: state as u8,
                restarts: 0,
            };
            store.load(Known::get().job, Key::new(namespace.clone(), format!("report-{ordinal:06}")), Body::Bulk(bulk));
        }
    }
}
