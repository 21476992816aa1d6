//! What screens take from the configuration.

/// Label keys that say who a namespace belongs to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LabelKeys {
    pub team: String,
    pub cost_center: String,
}

impl Default for LabelKeys {
    fn default() -> Self {
        Self { team: "team".to_owned(), cost_center: "cost-center".to_owned() }
    }
}
