//! The bytes of an object with the places of what differs.

use std::borrow::Cow;

use serde_json::Value;

use crate::demo::wire::schema::Schema;
use crate::demo::wire::{encode, time};

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Format {
    Json,
    Protobuf,
}

/// What differs between two objects of a shape. Names are shorter than 64 bytes.
#[derive(Debug, Clone)]
pub struct Holes<'a> {
    pub name: Cow<'a, str>,
    pub uid: Cow<'a, str>,
    pub version: Cow<'a, str>,
    pub node: Cow<'a, str>,
    pub host_ip: Cow<'a, str>,
    pub pod_ip: Cow<'a, str>,
    pub created: i64,
    pub started: i64,
}

#[derive(Debug, Clone, Copy)]
enum Hole {
    Name,
    Uid,
    Version,
    Node,
    HostIp,
    PodIp,
    Created,
    Started,
}

/// Times whose bytes occur nowhere else in an object; five bytes as a varint, as all of this century are.
const CREATED: i64 = 1_111_111_111;
const STARTED: i64 = 1_222_222_222;

impl Holes<'_> {
    pub fn lengths(&self) -> [u8; 5] {
        [&self.name, &self.version, &self.node, &self.host_ip, &self.pod_ip].map(|text| text.len().min(255) as u8)
    }

    /// Content of the same lengths that can be found again.
    pub fn sentinels(&self) -> Holes<'static> {
        let run = |mark: &str, text: &str| Cow::Owned(mark.repeat(text.len()));
        Holes {
            name: run("@", &self.name),
            uid: run("%", &self.uid),
            version: run("&", &self.version),
            node: run("~", &self.node),
            host_ip: run("^", &self.host_ip),
            pod_ip: run("|", &self.pod_ip),
            created: CREATED,
            started: STARTED,
        }
    }

    fn text(&self, hole: Hole) -> &str {
        match hole {
            Hole::Name => &self.name,
            Hole::Uid => &self.uid,
            Hole::Version => &self.version,
            Hole::Node => &self.node,
            Hole::HostIp => &self.host_ip,
            Hole::PodIp => &self.pod_ip,
            Hole::Created | Hole::Started => "",
        }
    }

    fn fill(&self, format: Format, hole: Hole, out: &mut Vec<u8>) {
        let seconds = match hole {
            Hole::Created => self.created,
            Hole::Started => self.started,
            _ => return out.extend_from_slice(self.text(hole).as_bytes()),
        };
        match format {
            Format::Json => out.extend_from_slice(time::rfc3339(seconds).as_bytes()),
            Format::Protobuf => encode::varint(seconds as u64, out),
        }
    }
}

#[derive(Debug)]
pub struct Template {
    format: Format,
    bytes: Vec<u8>,
    /// Where each hole begins and ends, in ascending order.
    holes: Vec<(usize, usize, Hole)>,
}

impl Template {
    /// `value` is an object whose holes hold `sentinels`.
    pub fn new(format: Format, message: &str, value: &Value, sentinels: &Holes) -> Self {
        let mut bytes = Vec::new();
        match format {
            Format::Json => bytes.extend_from_slice(value.to_string().as_bytes()),
            Format::Protobuf => {
                if let Some(id) = Schema::get().find(message) {
                    encode::encode(id, value, &mut bytes);
                }
            }
        }
        let mut holes = Vec::new();
        let all =
            [Hole::Name, Hole::Uid, Hole::Version, Hole::Node, Hole::HostIp, Hole::PodIp, Hole::Created, Hole::Started];
        for hole in all {
            let mut wanted = Vec::new();
            sentinels.fill(format, hole, &mut wanted);
            if !wanted.is_empty() {
                holes.extend(memchr::memmem::find_iter(&bytes, &wanted).map(|at| (at, at + wanted.len(), hole)));
            }
        }
        holes.sort_by_key(|(from, ..)| *from);
        Self { format, bytes, holes }
    }

    pub fn len(&self) -> usize {
        self.bytes.len()
    }

    pub fn write(&self, holes: &Holes, out: &mut Vec<u8>) {
        out.reserve(self.bytes.len());
        let mut done = 0;
        for &(from, to, hole) in &self.holes {
            out.extend_from_slice(&self.bytes[done..from]);
            holes.fill(self.format, hole, out);
            done = to;
        }
        out.extend_from_slice(&self.bytes[done..]);
    }
}
