//! What one may do, as SelfSubjectAccessReviews tell.

/// A right that a command needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[repr(u8)]
pub enum Right {
    CreateJobs,
    PatchJobs,
    DeleteJobs,
    CreateCronJobs,
    PatchCronJobs,
    DeleteCronJobs,
    CreateNamespaces,
    PatchNamespaces,
    DeleteNamespaces,
}

impl Right {
    pub const ALL: [Self; 9] = [
        Self::CreateJobs,
        Self::PatchJobs,
        Self::DeleteJobs,
        Self::CreateCronJobs,
        Self::PatchCronJobs,
        Self::DeleteCronJobs,
        Self::CreateNamespaces,
        Self::PatchNamespaces,
        Self::DeleteNamespaces,
    ];

    /// Verb, API group and resource of the review.
    pub fn asks(self) -> (&'static str, &'static str, &'static str) {
        match self {
            Self::CreateJobs => ("create", "batch", "jobs"),
            Self::PatchJobs => ("patch", "batch", "jobs"),
            Self::DeleteJobs => ("delete", "batch", "jobs"),
            Self::CreateCronJobs => ("create", "batch", "cronjobs"),
            Self::PatchCronJobs => ("patch", "batch", "cronjobs"),
            Self::DeleteCronJobs => ("delete", "batch", "cronjobs"),
            Self::CreateNamespaces => ("create", "", "namespaces"),
            Self::PatchNamespaces => ("patch", "", "namespaces"),
            Self::DeleteNamespaces => ("delete", "", "namespaces"),
        }
    }

    /// Whether the right hangs on a namespace.
    pub fn is_namespaced(self) -> bool {
        !matches!(self, Self::CreateNamespaces)
    }

    /// That it is missing, in words.
    pub fn missing(self) -> &'static str {
        match self {
            Self::CreateJobs => "you may not create Jobs here",
            Self::PatchJobs => "you may not change Jobs here",
            Self::DeleteJobs => "you may not delete Jobs here",
            Self::CreateCronJobs => "you may not create CronJobs here",
            Self::PatchCronJobs => "you may not change CronJobs here",
            Self::DeleteCronJobs => "you may not delete CronJobs here",
            Self::CreateNamespaces => "you may not create namespaces",
            Self::PatchNamespaces => "you may not change this namespace",
            Self::DeleteNamespaces => "you may not delete this namespace",
        }
    }

    const fn bit(self) -> u16 {
        1 << self as u8
    }
}

/// The rights that are known to be missing. What is not known counts as allowed: the server has the last word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Rights {
    denied: u16,
}

impl Rights {
    pub const ALL: Self = Self { denied: 0 };

    /// Nothing may be written, whatever the server would say.
    pub fn none() -> Self {
        Right::ALL.into_iter().fold(Self::ALL, Self::without)
    }

    #[must_use]
    pub fn without(self, right: Right) -> Self {
        Self { denied: self.denied | right.bit() }
    }

    pub fn has(self, right: Right) -> bool {
        self.denied & right.bit() == 0
    }

    pub fn is_whole(self) -> bool {
        self.denied == 0
    }
}
