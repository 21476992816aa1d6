//! Which row a snapshot chooses.

use std::sync::Arc;

use crate::cli::exit::{Failure, NOT_FOUND};
use crate::domain::cluster::ClusterInfo;
use crate::domain::ids::{ClusterId, ObjectKey};

/// A cluster, and as far as they are named a namespace and a Job in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Selection {
    pub cluster: ClusterId,
    pub namespace: Option<Arc<str>>,
    pub job: Option<ObjectKey>,
}

impl Selection {
    /// Reads `CLUSTER[/NAMESPACE[/JOB]]`. A cluster's shown name or its context may hold slashes itself: the longest
    /// name that fits is meant.
    ///
    /// # Errors
    /// No cluster has the name.
    pub fn parse(text: &str, clusters: &[ClusterInfo]) -> Result<Self, Failure> {
        let rest_after = |name: &str| match text.strip_prefix(name)? {
            "" => Some(""),
            rest => rest.strip_prefix('/'),
        };
        let names = clusters.iter().enumerate().flat_map(|(place, info)| {
            [Some(info.name.as_str()), info.context()].into_iter().flatten().map(move |name| (place, name))
        });
        let fits = names.filter_map(|(place, name)| Some((name.len(), place, rest_after(name)?)));
        let Some((_, place, rest)) = fits.max_by_key(|(length, ..)| *length) else {
            let known: Vec<&str> = clusters.iter().map(|info| info.name.as_str()).collect();
            return Err(Failure::new(
                NOT_FOUND,
                format!("`{text}` begins with no cluster's name: {}", known.join(", ")),
            ));
        };
        let (namespace, job) = rest.split_once('/').unwrap_or((rest, ""));
        let namespace = Some(namespace).filter(|name| !name.is_empty()).map(Arc::<str>::from);
        let job = namespace.clone().filter(|_| !job.is_empty()).map(|namespace| ObjectKey::new(namespace, job));
        Ok(Self { cluster: ClusterId(place as u32), namespace, job })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::cluster::Source;

    fn cluster(name: &str, context: &str) -> ClusterInfo {
        ClusterInfo {
            name: name.to_owned(),
            source: Source::Context { context: context.to_owned(), file: "f".to_owned() },
            arn: None,
            server: String::new(),
            region: None,
            namespace: None,
            broken: None,
            insecure: false,
            ways: Vec::new(),
            record: None,
        }
    }

    #[test]
    fn the_longest_name_that_fits_is_meant() {
        let clusters = [cluster("web", "arn:aws:eks:r:1:cluster/web"), cluster("web/eu", "web/eu")];
        let read =
            |text| Selection::parse(text, &clusters).map(|found| (found.cluster.0, found.namespace, found.job)).ok();
        let namespace = || Some(Arc::<str>::from("a"));
        assert_eq!(read("web"), Some((0, None, None)));
        assert_eq!(read("web/a"), Some((0, namespace(), None)));
        assert_eq!(read("web/eu/a"), Some((1, namespace(), None)));
        assert_eq!(read("arn:aws:eks:r:1:cluster/web/a/b"), Some((0, namespace(), Some(ObjectKey::new("a", "b")))));
        assert_eq!(read("webs"), None);
    }
}
