//! When a command can be run: where, and with what at hand.

use crate::domain::gate::{Right, Rights};
use crate::input::context::{Context, Place, Places};

/// Something that must be there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub enum Need {
    Row,
    /// A row under the cursor, or marked ones.
    Target,
    Marks,
    Filter,
    Owner,
    ClusterOpen,
    ClusterClosed,
    Lines,
    Search,
    Conflict,
    Drafts,
    /// The cluster is registered.
    Record,
    /// There are several ways into the cluster.
    Ways,
    /// An EKS cluster is described.
    Eks,
    /// Nothing makes everything read-only.
    Writable,
    /// What is filled in makes a manifest.
    Manifest,
    /// A plan waits for an approval.
    Awaits,
    /// A run is not over.
    GoesOn,
}

impl Need {
    const ALL: [Self; 18] = [
        Self::Row,
        Self::Target,
        Self::Marks,
        Self::Filter,
        Self::Owner,
        Self::ClusterOpen,
        Self::ClusterClosed,
        Self::Lines,
        Self::Search,
        Self::Conflict,
        Self::Drafts,
        Self::Record,
        Self::Ways,
        Self::Eks,
        Self::Writable,
        Self::Manifest,
        Self::Awaits,
        Self::GoesOn,
    ];

    fn met(self, context: &Context) -> bool {
        match self {
            Self::Row => context.has_row,
            Self::Target => context.has_row || context.has_marks,
            Self::Marks => context.has_marks,
            Self::Filter => context.has_filter,
            Self::Owner => context.has_owner,
            Self::ClusterOpen => context.cluster_open,
            Self::ClusterClosed => !context.cluster_open,
            Self::Lines => context.has_lines,
            Self::Search => context.has_search,
            Self::Conflict => context.has_conflict,
            Self::Drafts => context.has_drafts,
            Self::Record => context.has_record,
            Self::Ways => context.has_ways,
            Self::Eks => context.has_eks,
            Self::Writable => !context.read_only,
            Self::Manifest => context.has_manifest,
            Self::Awaits => context.awaits,
            Self::GoesOn => context.goes_on,
        }
    }

    fn missing(self) -> &'static str {
        match self {
            Self::Row => "no row is selected",
            Self::Target => "no row is selected or marked",
            Self::Marks => "nothing is marked",
            Self::Filter => "nothing is filtered",
            Self::Owner => "it has no owner",
            Self::ClusterOpen => "the cluster is not open",
            Self::ClusterClosed => "the cluster is open already",
            Self::Lines => "no lines yet",
            Self::Search => "nothing is searched for",
            Self::Conflict => "nobody else changed it",
            Self::Drafts => "this is no list of drafts",
            Self::Record => "the cluster is not registered",
            Self::Ways => "there is one way into this cluster",
            Self::Eks => "this is no EKS cluster that AWS told of",
            Self::Writable => "read-only",
            Self::Manifest => "this form makes no manifest",
            Self::Awaits => "no plan waits for an approval",
            Self::GoesOn => "the run is over",
        }
    }
}

/// The places in which a command works, and what it needs there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct When {
    pub places: Places,
    needs: u32,
    right: Option<Right>,
}

impl When {
    pub const fn at(places: Places) -> Self {
        Self { places, needs: 0, right: None }
    }

    pub const fn with(self, need: Need) -> Self {
        Self { needs: self.needs | 1 << need as u32, ..self }
    }

    /// It writes, and wants this right.
    pub const fn may(self, right: Right) -> Self {
        Self { right: Some(right), ..self }
    }

    /// The right that it wants.
    pub fn right(&self) -> Option<Right> {
        self.right
    }

    /// Whether nothing but a missing right, or a cluster that is read-only, is in the way.
    pub fn is_denied(&self, context: &Context) -> bool {
        let open = Context { rights: Rights::ALL, read_only: false, ..*context };
        self.why_not(&open).is_none() && self.why_not(context).is_some()
    }

    /// Why not now, in words; `None` if nothing is in the way.
    pub fn why_not(&self, context: &Context) -> Option<&'static str> {
        if !self.places.has(context.place()) {
            return Some("not here");
        }
        Need::ALL
            .into_iter()
            .find(|need| self.needs & (1 << *need as u32) != 0 && !need.met(context))
            .map(Need::missing)
            .or_else(|| match self.right {
                Some(_) if context.read_only => Some("read-only"),
                Some(right) if !context.rights.has(right) => Some(right.missing()),
                _ => None,
            })
    }

    pub fn works_in(&self, place: Place) -> bool {
        self.places.has(place)
    }
}
