//! What Kubernetes takes as a name (RFC 1123), and what is wrong with one that it does not take.

/// How an object's name may look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NameRule {
    /// a-z, 0-9 and `-`, at most this many characters: 63 for namespaces and containers.
    Label { longest: usize },
    /// As a label, with dots too, at most this many characters: 253 for most objects, 63 for Jobs.
    Subdomain { longest: usize },
    /// Anything that can stand in a path: roles, bindings and kinds that are not known here.
    Path,
}

/// The longest DNS label.
pub const LABEL: usize = 63;
/// A CronJob's Jobs get eleven characters behind its name.
pub const CRONJOB: usize = 52;
/// The longest DNS subdomain.
pub const SUBDOMAIN: usize = 253;

/// How a kind's names may look.
pub fn name_rule(kind: &str) -> NameRule {
    match kind {
        "Namespace" | "Service" => NameRule::Label { longest: LABEL },
        // The name of a Job becomes the value of a label of its pods.
        "Job" => NameRule::Subdomain { longest: LABEL },
        "CronJob" => NameRule::Subdomain { longest: CRONJOB },
        "Role" | "ClusterRole" | "RoleBinding" | "ClusterRoleBinding" | "IPAddress" => NameRule::Path,
        _ => NameRule::Subdomain { longest: SUBDOMAIN },
    }
}

/// What is wrong with `name`, in words, and at which character (from 0); `None` when it is a good name.
pub fn name_problem(name: &str, rule: NameRule) -> Option<(usize, String)> {
    let (longest, dots) = match rule {
        NameRule::Label { longest } => (longest, false),
        NameRule::Subdomain { longest } => (longest, true),
        NameRule::Path => {
            let at = name.chars().position(|char| matches!(char, '/' | '%'))?;
            return Some((at, "`/` and `%` cannot stand in a name".to_owned()));
        }
    };
    if name.is_empty() {
        return Some((0, "the name is empty".to_owned()));
    }
    let is_alphanumeric = |char: char| char.is_ascii_lowercase() || char.is_ascii_digit();
    let allowed = if dots { "a-z, 0-9, `-` and `.`" } else { "a-z, 0-9 and `-`" };
    let count = name.chars().count();
    for (at, char) in name.chars().enumerate() {
        let words = match char {
            _ if is_alphanumeric(char) => continue,
            '-' | '.' if at == 0 => format!("a name cannot begin with `{char}`"),
            '-' | '.' if at + 1 == count => format!("a name cannot end with `{char}`"),
            '-' => continue,
            '.' if dots && !is_lone(name, at) => "a dot wants a letter or digit on both sides".to_owned(),
            '.' if dots => continue,
            'A'..='Z' => format!("capital `{char}` at character {}: a name has {allowed} only", at + 1),
            ' ' => format!("a blank at character {}: a name has {allowed} only", at + 1),
            _ if char.is_control() => format!("a control character at {}: a name has {allowed} only", at + 1),
            _ => format!("`{char}` at character {}: a name has {allowed} only", at + 1),
        };
        return Some((at, words));
    }
    (count > longest).then(|| (longest, format!("{count} characters: a name has at most {longest} here")))
}

/// Whether what stands beside the character at `at` is neither a dash nor a dot.
fn is_lone(name: &str, at: usize) -> bool {
    let beside = name.chars().enumerate().filter(|(place, _)| place.abs_diff(at) == 1);
    beside.into_iter().all(|(_, char)| !matches!(char, '-' | '.'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case("Job", "settle-2026", None)]
    #[case("ConfigMap", "a.b", None)]
    #[case("ClusterRole", "system:Node", None)]
    #[case("Job", "Settle", Some(0))]
    #[case("Job", "settle_x", Some(6))]
    #[case("Job", "größe", Some(2))]
    #[case("Job", "世界", Some(0))]
    #[case("Job", "a.b", None)]
    #[case("Namespace", "a.b", Some(1))]
    #[case("Job", "-a", Some(0))]
    #[case("Job", "a-", Some(1))]
    #[case("Job", "", Some(0))]
    #[case("ConfigMap", "a..b", Some(1))]
    #[case("ConfigMap", "a.-b", Some(1))]
    fn tells_the_character(#[case] kind: &str, #[case] name: &str, #[case] at: Option<usize>) {
        assert_eq!(name_problem(name, name_rule(kind)).map(|problem| problem.0), at);
    }

    #[test]
    fn a_job_has_63_characters_and_a_cronjob_52() {
        assert_eq!(name_problem(&"a".repeat(63), name_rule("Job")), None);
        assert!(name_problem(&"a".repeat(64), name_rule("Job")).unwrap().1.contains("64 characters"));
        assert!(name_problem(&"a".repeat(53), name_rule("CronJob")).is_some());
    }
}
