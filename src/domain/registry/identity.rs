//! What tells one cluster from all others, whatever it is called.

/// As much as is known. An ARN decides alone; without one, the uid of `kube-system` together with the CA does.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Identity {
    /// `arn:PARTITION:eks:REGION:ACCOUNT:cluster/NAME`
    pub arn: Option<String>,
    /// `metadata.uid` of the namespace `kube-system`.
    pub uid: Option<String>,
    /// SHA-256 of the authorities' certificates (DER), in hex.
    pub ca: Option<String>,
}

impl Identity {
    /// Whether both are one cluster. Two ARNs are never one, even on one endpoint; what is not known is no likeness.
    pub fn is_same(&self, other: &Self) -> bool {
        match (&self.arn, &other.arn) {
            (Some(one), Some(other)) => one == other,
            _ => self.uid.is_some() && self.uid == other.uid && self.ca == other.ca,
        }
    }
}
