//! The ConfigMap aws-auth: YAML in text fields, as aws-iam-authenticator reads it.

use serde::Deserialize;
use serde_json::Value;

use crate::adapters::kube::errors::say;
use crate::domain::eks::{AuthMap, Mapped};

/// A field larger than this is not read.
const MOST: usize = 1024 * 1024;

#[derive(Deserialize)]
#[serde(rename_all = "lowercase")]
struct Line {
    #[serde(alias = "userarn")]
    rolearn: String,
    #[serde(default)]
    username: String,
    #[serde(default)]
    groups: Vec<String>,
}

/// Reads the object `kube-system/aws-auth`.
pub fn auth_map(object: &Value) -> AuthMap {
    let mut map = AuthMap::default();
    let field = |name: &str| object["data"][name].as_str().filter(|text| !text.trim().is_empty());
    for name in ["mapRoles", "mapUsers"] {
        let Some(lines) = field(name).and_then(|text| read::<Line>(name, text, &mut map.problems)) else { continue };
        map.mapped.extend(lines.into_iter().map(|line| Mapped {
            principal: say(&line.rolearn),
            username: say(&line.username),
            groups: line.groups.iter().map(|group| say(group)).collect(),
        }));
    }
    let accounts = field("mapAccounts").and_then(|text| read::<String>("mapAccounts", text, &mut map.problems));
    map.mapped.extend(accounts.into_iter().flatten().map(|account| Mapped {
        principal: say(&account),
        username: String::new(),
        groups: Vec::new(),
    }));
    map
}

fn read<T: for<'de> Deserialize<'de>>(name: &str, text: &str, problems: &mut Vec<String>) -> Option<Vec<T>> {
    if text.len() > MOST {
        problems.push(format!("{name} is too long to be read"));
        return None;
    }
    match serde_yaml::from_str(text) {
        Ok(lines) => Some(lines),
        Err(error) => {
            let words = error.to_string();
            problems.push(format!("{name} cannot be read: {}", say(words.lines().next().unwrap_or_default())));
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn roles_users_and_accounts_are_told_apart_from_what_is_broken() {
        let object = json!({"data": {
            "mapRoles": "- rolearn: arn:aws:iam::1:role/nodes\n  username: system:node:{{EC2PrivateDNSName}}\n  groups:\n  - system:nodes\n",
            "mapUsers": "- userarn: arn:aws:iam::1:user/sre\n  username: sre\n  groups: [system:masters]\n",
            "mapAccounts": "- '111111111111'\n",
        }});
        let map = auth_map(&object);
        assert_eq!(map.problems, Vec::<String>::new());
        let principals: Vec<&str> = map.mapped.iter().map(|mapped| mapped.principal.as_str()).collect();
        assert_eq!(principals, ["arn:aws:iam::1:role/nodes", "arn:aws:iam::1:user/sre", "111111111111"]);
        assert_eq!(map.mapped[1].groups, ["system:masters"]);

        let broken =
            auth_map(&json!({"data": {"mapRoles": "- rolearn: [", "mapUsers": "- userarn: arn:aws:iam::1:user/a\n"}}));
        assert_eq!((broken.mapped.len(), broken.problems.len()), (1, 1), "{broken:?}");
        assert_eq!(auth_map(&json!({})), AuthMap::default());
    }
}
