//! Node groups and control planes among the changes of a plan.

use serde_json::Value;

use crate::domain::terraform::plan::ResourceChange;

/// What costs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Costing {
    ControlPlane,
    Nodes,
}

impl Costing {
    /// EKS's own resources, and what stands for them in the module without a provider.
    pub fn of(change: &ResourceChange) -> Option<Self> {
        let own = change.name().split('[').next().unwrap_or_default();
        match (&*change.kind, own) {
            _ if change.is_data => None,
            ("aws_eks_cluster", _) | (_, "terraform_data.cluster") => Some(Self::ControlPlane),
            ("aws_eks_node_group", _) | (_, "terraform_data.node_group") => Some(Self::Nodes),
            _ => None,
        }
    }
}

/// One side of a node group's change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Nodes {
    /// As many as are desired, else the least; `None` where the plan does not tell.
    pub count: Option<u64>,
    /// The first of its types: which one EC2 gives is not known before.
    pub instance_type: Option<String>,
    pub is_spot: bool,
}

impl Nodes {
    /// `None` for a side that has nothing.
    pub fn of(side: &Value) -> Option<Self> {
        if side.is_null() {
            return None;
        }
        let (scaling, fixed) = match side.get("scaling_config") {
            Some(scaling) => (scaling.get(0).unwrap_or(&Value::Null), side),
            None => (&side["input"], &side["triggers_replace"]),
        };
        let number = |key: &str| scaling[key].as_u64();
        Some(Self {
            count: number("desired_size").or_else(|| number("min_size")),
            instance_type: fixed["instance_types"][0]
                .as_str()
                .map(|text| crate::domain::text::clean(text).into_owned()),
            is_spot: fixed["capacity_type"] == "SPOT",
        })
    }
}

/// The Kubernetes version that a control plane gets.
pub fn version(side: &Value) -> &str {
    side["version"].as_str().or_else(|| side["input"]["version"].as_str()).unwrap_or_default()
}
