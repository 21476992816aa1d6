//! Sets of fields, and how `managedFields` writes them.

use std::collections::BTreeMap;
use std::fmt;

use serde_json::{Map, Value};

/// One step of a path; the order is the one in which sets are written.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Step {
    Field(String),
    /// The item of a list with these values of its keys, as compact JSON.
    Key(String),
    /// The item of a list that has this value, as compact JSON.
    Value(String),
    Index(usize),
}

impl Step {
    fn written(&self) -> String {
        match self {
            Step::Field(name) => format!("f:{name}"),
            Step::Key(keys) => format!("k:{keys}"),
            Step::Value(value) => format!("v:{value}"),
            Step::Index(at) => format!("i:{at}"),
        }
    }

    fn read(text: &str) -> Option<Self> {
        let (kind, rest) = text.split_once(':')?;
        Some(match kind {
            "f" => Step::Field(rest.to_owned()),
            "k" => Step::Key(rest.to_owned()),
            "v" => Step::Value(rest.to_owned()),
            "i" => Step::Index(rest.parse().ok()?),
            _ => return None,
        })
    }
}

/// As errors write it: `.spec`, `[name="main"]`, `[="x"]`, `[0]`.
impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Step::Field(name) => write!(f, ".{name}"),
            Step::Key(keys) => {
                let keys: Map<String, Value> = serde_json::from_str(keys).unwrap_or_default();
                let parts: Vec<String> = keys.iter().map(|(name, value)| format!("{name}={value}")).collect();
                write!(f, "[{}]", parts.join(","))
            }
            Step::Value(value) => write!(f, "[={value}]"),
            Step::Index(at) => write!(f, "[{at}]"),
        }
    }
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Node {
    member: bool,
    below: Set,
}

/// A set of paths.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Set(BTreeMap<Step, Node>);

impl Set {
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub fn insert(&mut self, path: &[Step]) {
        let Some((first, rest)) = path.split_first() else { return };
        let node = self.0.entry(first.clone()).or_default();
        if rest.is_empty() {
            node.member = true;
        } else {
            node.below.insert(rest);
        }
    }

    /// Whether this very step is in the set.
    pub fn has(&self, step: &Step) -> bool {
        self.0.get(step).is_some_and(|node| node.member)
    }

    /// What of the set lies below a step.
    pub fn below(&self, step: &Step) -> Option<&Set> {
        self.0.get(step).map(|node| &node.below).filter(|below| !below.is_empty())
    }

    pub fn union(&self, other: &Set) -> Set {
        let mut out = self.clone();
        for (step, node) in &other.0 {
            let own = out.0.entry(step.clone()).or_default();
            own.member |= node.member;
            own.below = own.below.union(&node.below);
        }
        out
    }

    /// What is here and not there. A step that is there does not take with it what lies below.
    pub fn difference(&self, other: &Set) -> Set {
        self.each(|step, node| {
            let theirs = other.0.get(step);
            let below = theirs.map_or_else(|| node.below.clone(), |theirs| node.below.difference(&theirs.below));
            Node { member: node.member && !theirs.is_some_and(|theirs| theirs.member), below }
        })
    }

    pub fn intersection(&self, other: &Set) -> Set {
        self.each(|step, node| {
            let Some(theirs) = other.0.get(step) else { return Node::default() };
            Node { member: node.member && theirs.member, below: node.below.intersection(&theirs.below) }
        })
    }

    /// Without a field and all below it.
    pub fn without_field(&self, name: &str) -> Set {
        let mut out = self.clone();
        out.0.remove(&Step::Field(name.to_owned()));
        out
    }

    /// The set in which a step is a member if `named` says so, too.
    pub fn with_members(&self, named: &mut dyn FnMut(&[Step]) -> bool) -> Set {
        self.promote(&mut Vec::new(), named)
    }

    fn promote(&self, path: &mut Vec<Step>, named: &mut dyn FnMut(&[Step]) -> bool) -> Set {
        let mut out = Set::default();
        for (step, node) in &self.0 {
            path.push(step.clone());
            let member = node.member || named(path);
            let below = node.below.promote(path, named);
            path.pop();
            out.0.insert(step.clone(), Node { member, below });
        }
        out
    }

    fn each(&self, mut of: impl FnMut(&Step, &Node) -> Node) -> Set {
        let kept = self.0.iter().map(|(step, node)| (step.clone(), of(step, node)));
        Set(kept.filter(|(_, node)| node.member || !node.below.is_empty()).collect())
    }

    /// The paths as errors write them.
    pub fn paths(&self) -> Vec<String> {
        let mut out = Vec::new();
        self.collect("", &mut out);
        out
    }

    fn collect(&self, before: &str, out: &mut Vec<String>) {
        out.extend(self.0.iter().filter(|(_, node)| node.member).map(|(step, _)| format!("{before}{step}")));
        for (step, node) in &self.0 {
            node.below.collect(&format!("{before}{step}"), out);
        }
    }

    /// The form of `fieldsV1`.
    pub fn json(&self) -> Value {
        let written = |(step, node): (&Step, &Node)| {
            let mut below = Map::new();
            if node.member && !node.below.is_empty() {
                below.insert(".".into(), Value::Object(Map::new()));
            }
            if let Value::Object(fields) = node.below.json() {
                below.extend(fields);
            }
            (step.written(), Value::Object(below))
        };
        self.0.iter().map(written).collect::<Map<_, _>>().into()
    }

    /// Reads `fieldsV1`; what is none is left out.
    pub fn read(value: &Value) -> Set {
        let mut out = Set::default();
        for (name, below) in value.as_object().into_iter().flatten() {
            let Some(step) = Step::read(name) else { continue };
            let member = below.get(".").is_some() || below.as_object().is_none_or(Map::is_empty);
            out.0.insert(step, Node { member, below: Set::read(below) });
        }
        out
    }
}
