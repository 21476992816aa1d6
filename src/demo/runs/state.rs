//! What Terraform remembers of one cluster.

use indexmap::IndexMap;
use serde_json::{Map, Value, json};

use super::module::TYPE;

/// A state: as many serials old as it was written.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct State {
    pub serial: u64,
    pub lineage: String,
    /// By address.
    pub instances: IndexMap<String, Instance>,
    pub outputs: Map<String, Value>,
    /// `identity.json` of the run that wrote it first.
    pub identity: String,
}

/// One `terraform_data`.
#[derive(Debug, Clone, PartialEq)]
pub struct Instance {
    /// `terraform_data.node_group["general"]`
    pub address: String,
    /// `node_group`
    pub resource: String,
    /// `"general"`, a number, or null.
    pub key: Value,
    pub id: String,
    pub input: Value,
    pub triggers: Value,
    /// Resources that go after it.
    pub needs: Vec<String>,
    pub new_first: bool,
    /// It was not made to its end.
    pub tainted: bool,
}

impl Instance {
    /// Its attributes as Terraform shows them.
    pub fn shown(&self) -> Value {
        json!({"id": self.id, "input": self.input, "output": self.input, "triggers_replace": self.triggers})
    }

    /// The `resource` of a line in Terraform's log.
    pub fn named(&self) -> Value {
        let (resource, key) = (self.address.split_once('[').map_or(&*self.address, |(whole, _)| whole), &self.key);

        json!({"addr": self.address, "module": "", "resource": resource, "implied_provider": "terraform",
            "resource_type": TYPE, "resource_name": self.resource, "resource_key": key})
    }
}

impl State {
    /// With other values behind Terraform's back.
    pub fn drifted(&self, drift: &[Drift]) -> Self {
        let mut state = self.clone();
        for Drift { address, pointer, value } in drift {
            let found = state.instances.get_mut(address).and_then(|instance| instance.input.pointer_mut(pointer));
            if let Some(found) = found {
                found.clone_from(value);
            }
        }
        state
    }
}

/// Something that somebody changed by hand.
#[derive(Debug, Clone, PartialEq)]
pub struct Drift {
    pub address: String,
    /// Within its input.
    pub pointer: String,
    pub value: Value,
}
