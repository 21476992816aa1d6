//! What a run is given: who the cluster is, over what was typed, held against the module and the environment.

use serde_json::{Map, Value, json};

use super::Identity;
use super::limit::exceeded;
use super::site::EnvironmentSettings;
use super::variables::{Problem, Variable, check};

/// Variables as a run takes them.
#[derive(Debug, Clone, PartialEq)]
pub struct Given {
    pub open: Value,
    /// Those that the module calls sensitive, if there are any.
    pub secret: Option<Value>,
}

/// What says who the cluster is, of the variables that the module has: nothing that is typed says otherwise.
pub fn fixed(known: &[Variable], identity: &Identity, settings: &EnvironmentSettings) -> Map<String, Value> {
    let who = json!({"organisation": identity.organisation, "account_id": identity.account,
        "region": identity.region, "name": identity.name, "role_arn": settings.role});
    let is_known = |name: &str| known.iter().any(|variable| variable.name == name);
    let fixed = who.as_object().into_iter().flatten().filter(|(name, value)| is_known(name) && !value.is_null());
    fixed.map(|(name, value)| (name.clone(), value.clone())).collect()
}

/// Everything together. `before`: what the cluster was given; what stays as it was there may stay, even if the
/// environment allows it no more.
///
/// # Errors
/// Each thing that the module or the environment does not take, with its variable.
pub fn together(
    known: &[Variable],
    mut values: Map<String, Value>,
    fixed: Map<String, Value>,
    settings: &EnvironmentSettings,
    before: Option<&Map<String, Value>>,
) -> Result<Given, Vec<Problem>> {
    values.extend(fixed);
    let mut problems = check(known, &values);
    let is_new = |name: &str| before.is_none_or(|before| before.get(name) != values.get(name));
    let over = exceeded(&settings.limits, &values).into_iter().filter(|(variable, _)| is_new(variable));
    problems.extend(over.map(|(variable, words)| Problem { variable, words }));
    if !problems.is_empty() {
        return Err(problems);
    }
    let is_hidden = |name: &str| known.iter().any(|variable| variable.name == name && variable.sensitive);
    let (secret, open): (Map<_, _>, Map<_, _>) = values.into_iter().partition(|(name, _)| is_hidden(name));
    Ok(Given { open: Value::Object(open), secret: (!secret.is_empty()).then_some(Value::Object(secret)) })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::provision::limit::{Allowed, Limit};
    use crate::domain::provision::variables::read;

    const MODULE: &str = r#"
variable "version" { type = string }
variable "size" { type = number }
variable "password" {
  type      = string
  sensitive = true
  default   = "none"
}
"#;

    fn values(version: &str, size: u64) -> Map<String, Value> {
        json!({"version": version, "size": size, "password": "geheim"}).as_object().unwrap().clone()
    }

    #[test]
    fn an_update_keeps_what_is_not_allowed_any_more_and_takes_nothing_new_of_it() {
        let known = read(&[("main.tf".to_owned(), MODULE.to_owned())]).unwrap();
        let allowed = Allowed::OneOf(vec![json!("1.34")]);
        let limits = vec![Limit { path: "version".to_owned(), allowed }];
        let settings = EnvironmentSettings { limits, ..EnvironmentSettings::default() };
        let before = values("1.32", 1);
        let all = |now, before| together(&known, now, Map::new(), &settings, before);
        let problems = all(values("1.32", 1), None).unwrap_err();
        assert_eq!((problems.len(), problems[0].variable.as_str()), (1, "version"));
        assert!(all(values("1.32", 2), Some(&before)).is_ok(), "the version stays");
        assert!(all(values("1.33", 1), Some(&before)).is_err(), "another version that is not allowed");
        let given = all(values("1.34", 1), Some(&before)).unwrap();
        assert_eq!(given.secret, Some(json!({"password": "geheim"})));
        assert!(!given.open.to_string().contains("geheim"));
    }
}
