use std::cmp::Ordering;
use std::ops::Bound;
use std::sync::Arc;

/// Namespace (empty for the cluster's own) and name, in the order in which etcd has them: by the bytes of
/// `namespace/name`.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Key {
    pub namespace: Arc<str>,
    pub name: Arc<str>,
}

impl Key {
    pub fn new(namespace: impl Into<Arc<str>>, name: impl Into<Arc<str>>) -> Self {
        Self { namespace: namespace.into(), name: name.into() }
    }
}

impl Ord for Key {
    fn cmp(&self, other: &Self) -> Ordering {
        if Arc::ptr_eq(&self.namespace, &other.namespace) || self.namespace == other.namespace {
            return self.name.cmp(&other.name);
        }
        let (mine, theirs) = (self.namespace.as_bytes(), other.namespace.as_bytes());
        let common = mine.len().min(theirs.len());
        mine[..common].cmp(&theirs[..common]).then_with(|| {
            let next = |bytes: &[u8]| bytes.get(common).copied().unwrap_or(b'/');
            next(mine).cmp(&next(theirs))
        })
    }
}

impl PartialOrd for Key {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// Where the keys of a namespace lie.
pub(super) fn bounds(namespace: Option<&str>) -> (Bound<Key>, Bound<Key>) {
    match namespace {
        None => (Bound::Unbounded, Bound::Unbounded),
        Some(namespace) => {
            let namespace: Arc<str> = namespace.into();
            (Bound::Included(Key::new(namespace.clone(), "")), Bound::Included(Key::new(namespace, "\u{10ffff}")))
        }
    }
}
