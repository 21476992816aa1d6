//! What was asked, as RBAC sees it.

use http::Method;

use super::say;

/// A request, for the words of its errors.
#[derive(Debug, Clone, Copy)]
pub struct Asked<'a> {
    pub method: &'a Method,
    /// Path and query.
    pub path: &'a str,
}

impl Asked<'_> {
    /// "list pods in namespace web", "get namespace web", "read /version".
    pub fn words(&self) -> String {
        let path = self.path.split('?').next().unwrap_or(self.path);
        let segments: Vec<&str> = path.split('/').filter(|segment| !segment.is_empty()).collect();
        let rest = match segments.as_slice() {
            ["api", _, rest @ ..] | ["apis", _, _, rest @ ..] => rest,
            _ => &[],
        };
        say(&match rest {
            [] => format!("read {path}"),
            ["namespaces"] => format!("{} namespaces", self.verb(false)),
            ["namespaces", name] => format!("{} namespace {name}", self.verb(true)),
            ["namespaces", namespace, resource] => {
                format!("{} {resource} in namespace {namespace}", self.verb(false))
            }
            ["namespaces", namespace, resource, name] => {
                format!("{} {resource} {name} in namespace {namespace}", self.verb(true))
            }
            ["namespaces", namespace, resource, name, sub @ ..] => {
                format!("{} {resource}/{} of {name} in namespace {namespace}", self.verb(true), sub.join("/"))
            }
            [resource] => format!("{} {resource} in the whole cluster", self.verb(false)),
            [resource, name, ..] => format!("{} {resource} {name}", self.verb(true)),
        })
    }

    /// Whether it asks for the objects of a namespace or of all of them.
    pub fn lists(&self) -> bool {
        let words = self.words();
        (words.starts_with("list ") || words.starts_with("watch ")) && words.contains(" in ")
    }

    fn verb(&self, named: bool) -> &'static str {
        let query = self.path.split_once('?').map_or("", |(_, query)| query);
        let watches = query.split('&').any(|part| part == "watch=true" || part == "watch=1");
        match (self.method.as_str(), named, watches) {
            ("POST", ..) => "create",
            ("PUT", ..) => "replace",
            ("PATCH", ..) => "change",
            ("DELETE", ..) => "delete",
            (_, _, true) => "watch",
            (_, true, _) => "get",
            (_, false, _) => "list",
        }
    }
}
