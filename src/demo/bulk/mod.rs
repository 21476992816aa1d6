//! Objects of which there are very many: what they share is held once, what differs takes a few dozen bytes, and their
//! bytes on the wire come from a template with holes.

mod jobs;
mod pods;
mod template;
#[cfg(test)]
mod tests;

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use serde_json::Value;

pub use self::jobs::{JobShape, JobState};
pub use self::pods::{PodShape, PodState};
use self::template::{Holes, Template};
use super::random;
use super::store::Key;

pub use self::template::Format;

/// A node that pods may be placed on.
#[derive(Debug, Clone)]
pub struct Place {
    pub name: String,
    pub ip: String,
}

#[derive(Debug)]
pub enum Kind {
    Pod(PodShape),
    Job(JobShape),
}

/// What all objects of one workload share.
#[derive(Debug)]
pub struct Shape {
    kind: Kind,
    seed: u64,
    places: Arc<[Place]>,
    templates: Mutex<HashMap<TemplateKey, Arc<Template>>>,
}

/// Two objects with equal keys differ only in the content of the holes, not in their lengths.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
struct TemplateKey {
    format: Format,
    state: u8,
    restarts: u8,
    lengths: [u8; 5],
}

impl Shape {
    pub fn new(kind: Kind, seed: u64, places: Arc<[Place]>) -> Self {
        Self { kind, seed, places, templates: Mutex::default() }
    }

    pub fn kind(&self) -> &Kind {
        &self.kind
    }

    fn build(&self, state: u8, restarts: u8, holes: &Holes) -> Value {
        match &self.kind {
            Kind::Pod(pod) => pod.value(state, restarts, holes),
            Kind::Job(job) => job.value(state, holes),
        }
    }

    fn template(&self, key: TemplateKey, holes: &Holes) -> Arc<Template> {
        let mut templates = self.templates.lock().unwrap_or_else(PoisonError::into_inner);
        if templates.len() > 4096 {
            templates.clear();
        }
        templates
            .entry(key)
            .or_insert_with(|| {
                let sentinels = holes.sentinels();
                let message = match &self.kind {
                    Kind::Pod(_) => "Pod",
                    Kind::Job(_) => "Job",
                };
                Arc::new(Template::new(
                    key.format,
                    message,
                    &self.build(key.state, key.restarts, &sentinels),
                    &sentinels,
                ))
            })
            .clone()
    }
}

/// One object of a shape. Times are Unix seconds.
#[derive(Debug, Clone)]
pub struct Bulk {
    pub shape: Arc<Shape>,
    /// Tells it from its siblings; its uid and address follow from it.
    pub ordinal: u32,
    pub created: u32,
    /// When its state changed last.
    pub changed: u32,
    /// Position in the cluster's nodes.
    pub place: u32,
    /// A [`PodState`] or [`JobState`].
    pub state: u8,
    pub restarts: u8,
}

impl Bulk {
    pub fn value(&self, key: &Key, rv: u64) -> Value {
        self.shape.build(self.state, self.restarts, &self.holes(key, rv))
    }

    pub fn uid(&self) -> String {
        random::uuid(self.shape.seed, u64::from(self.ordinal))
    }

    pub fn node(&self) -> &str {
        self.shape.places.get(self.place as usize).map_or("", |place| &place.name)
    }

    pub fn label(&self, key: &Key, name: &str) -> Option<Cow<'_, str>> {
        match &self.shape.kind {
            Kind::Pod(pod) => {
                pod.labels.iter().find(|(label, _)| label == name).map(|(_, value)| Cow::Borrowed(&**value))
            }
            Kind::Job(job) => match name {
                "job-name" | "batch.kubernetes.io/job-name" => Some(Cow::Owned(key.name.to_string())),
                "controller-uid" | "batch.kubernetes.io/controller-uid" => Some(Cow::Owned(self.uid())),
                _ => job.labels.iter().find(|(label, _)| label == name).map(|(_, value)| Cow::Borrowed(&**value)),
            },
        }
    }

    pub fn field(&self, key: &Key, rv: u64, path: &str) -> Cow<'_, str> {
        match (&self.shape.kind, path) {
            (Kind::Pod(_), "spec.nodeName") => Cow::Borrowed(self.node()),
            (Kind::Pod(_), "status.phase") => Cow::Borrowed(PodState::from(self.state).phase()),
            _ => {
                let value = self.value(key, rv);
                let found = path.split('.').try_fold(&value, |value, step| value.get(step));
                Cow::Owned(match found {
                    Some(Value::String(text)) => text.clone(),
                    Some(Value::Null) | None => String::new(),
                    Some(other) => other.to_string(),
                })
            }
        }
    }

    /// The object's bytes; JSON without `kind` and `apiVersion`, protobuf without its envelope.
    pub fn write(&self, key: &Key, rv: u64, format: Format, out: &mut Vec<u8>) {
        let holes = self.holes(key, rv);
        self.shape.template(self.key(format, &holes), &holes).write(&holes, out);
    }

    /// How many bytes [`Bulk::write`] appends.
    pub fn len(&self, key: &Key, rv: u64, format: Format) -> usize {
        let holes = self.holes(key, rv);
        self.shape.template(self.key(format, &holes), &holes).len()
    }

    fn key(&self, format: Format, holes: &Holes) -> TemplateKey {
        TemplateKey { format, state: self.state, restarts: self.restarts, lengths: holes.lengths() }
    }

    fn holes<'a>(&'a self, key: &'a Key, rv: u64) -> Holes<'a> {
        let place = self.shape.places.get(self.place as usize);
        let started =
            if self.restarts > 0 || matches!(self.shape.kind, Kind::Job(_)) { self.changed } else { self.created + 2 };
        Holes {
            name: Cow::Borrowed(&key.name),
            uid: self.uid().into(),
            version: rv.to_string().into(),
            node: place.map_or("", |place| &place.name).into(),
            host_ip: place.map_or("", |place| &place.ip).into(),
            pod_ip: pod_ip(self.ordinal).into(),
            created: i64::from(self.created),
            started: i64::from(started),
        }
    }
}

/// Addresses of 10.64.0.0/10, none twice below four million pods.
pub fn pod_ip(ordinal: u32) -> String {
    format!("10.{}.{}.{}", 64 + (ordinal >> 16) % 64, ordinal >> 8 & 255, ordinal & 255)
}
