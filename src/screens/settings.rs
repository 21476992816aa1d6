//! What screens take from the configuration.

/// Label keys that say who a namespace belongs to; of several the first that is there counts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LabelKeys {
    pub team: Vec<String>,
    pub cost_center: Vec<String>,
}

impl Default for LabelKeys {
    fn default() -> Self {
        Self { team: vec!["team".to_owned()], cost_center: vec!["cost-center".to_owned()] }
    }
}
