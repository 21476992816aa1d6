//! What a run is given: who the cluster is, over what was typed, held against the module and the environment.

use serde_json::{Map, Value, json};

use super::limit::{Limit, exceeded};
use super::site::EnvironmentSettings;
use super::variables::{Problem, Variable, check, values_of};
use super::{Identity, Kind, Run};

/// Variables as a run takes them.
#[derive(Debug, Clone, PartialEq)]
pub struct Given {
    pub open: Value,
    /// Those that the module calls sensitive, if there are any.
    pub secret: Option<Value>,
}

/// What a cluster was given last, as far as it may be read.
#[derive(Clone, PartialEq, Default)]
pub struct Before {
    pub values: Map<String, Value>,
    /// The Secret with the sensitive ones may not be read: which there are is not known.
    pub is_hidden: bool,
}

/// What is said of a sensitive variable that was given before and that nobody here may read.
pub const UNREAD: &str =
    "it is sensitive, and the right to get the Secret that holds what it was is missing: give it again";

/// What a new run does with what its cluster was given last.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Past {
    /// Nothing: the cluster is new, or no variables are wanted.
    Unused,
    /// It goes on without.
    Wanted,
    /// Without it nobody knows what the module's defaults would be laid over.
    Needed,
}

impl Past {
    pub fn of(kind: Kind) -> Self {
        match kind {
            Kind::Provision | Kind::Push | Kind::Unlock | Kind::Cleanup => Self::Unused,
            Kind::Test | Kind::Drift => Self::Wanted,
            Kind::Update | Kind::Destroy => Self::Needed,
        }
    }
}

/// Why a run that needs it does not begin where what the cluster was given is not known, and what to do. `last`: the run
/// that was given it.
pub fn unknown(kind: Kind, identity: &Identity, last: Option<&Run>) -> String {
    let why = match last {
        Some(run) => format!("what run {} was given is gone with its Job", run.id),
        None => "no run of it is known".to_owned(),
    };
    let (name, kind) = (&identity.name, kind.word());
    format!(
        "{identity}: {why}, so nobody knows what it has: give all its variables in a file \
         (eksdeck provision {kind} {name} --var-file FILE)"
    )
}

/// What is to be known of a run that begins without.
pub fn without(last: &Run) -> String {
    format!(
        "what run {} was given is gone with its Job: whatever is not given now is the environment's and the module's default",
        last.id
    )
}

/// What says who the cluster is, of the variables that the module has: nothing that is typed says otherwise.
pub fn fixed(known: &[Variable], identity: &Identity, settings: &EnvironmentSettings) -> Map<String, Value> {
    let who = json!({"organisation": identity.organisation, "account_id": identity.account,
        "region": identity.region, "name": identity.name, "role_arn": settings.role});
    let is_known = |name: &str| known.iter().any(|variable| variable.name == name);
    let fixed = who.as_object().into_iter().flatten().filter(|(name, value)| is_known(name) && !value.is_null());
    fixed.map(|(name, value)| (name.clone(), value.clone())).collect()
}

/// What the environment does not allow of everything that the module would take: what is given, and its own defaults
/// for the rest. `before`: what the cluster was given; what stays as it was there may stay.
pub fn not_allowed(
    known: &[Variable],
    values: &Map<String, Value>,
    limits: &[Limit],
    before: Option<&Map<String, Value>>,
) -> Vec<Problem> {
    let whole = values_of(known, values);
    let before = before.map(|before| values_of(known, before));
    let stays = |name: &str| before.as_ref().is_some_and(|before| before.get(name) == whole.get(name));
    let over = exceeded(limits, &whole).into_iter().filter(|(variable, _)| !stays(variable));
    over.map(|(variable, words)| {
        let is_given = values.get(&variable).is_some_and(|value| !value.is_null());
        let words = match (is_sensitive(known, &variable), is_given) {
            // The words have the value in them.
            (true, _) => "the environment does not allow this".to_owned(),
            (false, true) => words,
            (false, false) => format!("{words}, the module's default: give another"),
        };
        Problem { variable, words }
    })
    .collect()
}

/// Sensitive variables that nobody gave anew where what they were may not be read: the module's default is not what the
/// cluster has.
fn unread(known: &[Variable], values: &Map<String, Value>, before: &Before) -> Vec<Problem> {
    let is_lost = |variable: &&Variable| variable.sensitive && !values.contains_key(&variable.name);
    let lost = known.iter().filter(|_| before.is_hidden).filter(is_lost);
    lost.map(|variable| Problem { variable: variable.name.clone(), words: UNREAD.to_owned() }).collect()
}

fn is_sensitive(known: &[Variable], name: &str) -> bool {
    known.iter().any(|variable| variable.name == name && variable.sensitive)
}

/// Whether a run's plan is one of what the environment has limits for: the others look at what is there, or take it away.
fn is_limited(kind: Kind) -> bool {
    matches!(kind, Kind::Test | Kind::Provision | Kind::Update)
}

/// Everything together. `before`: what the cluster was given; what stays as it was there may stay, even if the
/// environment allows it no more.
///
/// # Errors
/// Each thing that the module or the environment does not take, with its variable.
pub fn together(
    kind: Kind,
    known: &[Variable],
    mut values: Map<String, Value>,
    fixed: Map<String, Value>,
    settings: &EnvironmentSettings,
    before: Option<&Before>,
) -> Result<Given, Vec<Problem>> {
    if matches!(kind, Kind::Push | Kind::Unlock | Kind::Cleanup) {
        // They plan nothing: Terraform reads no variables.
        return Ok(Given { open: Value::Object(Map::new()), secret: None });
    }
    values.extend(fixed);
    let mut problems = before.map(|before| unread(known, &values, before)).unwrap_or_default();
    let is_told = |problem: &Problem| problems.iter().any(|told| told.variable == problem.variable);
    let wrong: Vec<Problem> = check(known, &values).into_iter().filter(|problem| !is_told(problem)).collect();
    problems.extend(wrong);
    if is_limited(kind) {
        let before = before.map(|before| &before.values);
        problems.extend(not_allowed(known, &values, &settings.limits, before));
    }
    if !problems.is_empty() {
        return Err(problems);
    }
    let (secret, open): (Map<_, _>, Map<_, _>) = values.into_iter().partition(|(name, _)| is_sensitive(known, name));
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
        let before = Before { values: values("1.32", 1), is_hidden: false };
        let all = |now, before| together(Kind::Update, &known, now, Map::new(), &settings, before);
        let problems = all(values("1.32", 1), None).unwrap_err();
        assert_eq!((problems.len(), problems[0].variable.as_str()), (1, "version"));
        assert!(all(values("1.32", 2), Some(&before)).is_ok(), "the version stays");
        assert!(all(values("1.33", 1), Some(&before)).is_err(), "another version that is not allowed");
        let given = all(values("1.34", 1), Some(&before)).unwrap();
        assert_eq!(given.secret, Some(json!({"password": "geheim"})));
        assert!(!given.open.to_string().contains("geheim"));
    }

    #[test]
    fn limits_hold_for_what_the_module_takes_by_itself() {
        let text = "variable \"groups\" {\n type = map(object({ types = optional(list(string), [\"m6i.large\"]) }))\n \
                    default = { general = {} }\n}\nvariable \"pin\" {\n sensitive = true\n default = \"1234\"\n}\n";
        let known = read(&[("main.tf".to_owned(), text.to_owned())]).unwrap();
        let limit =
            |path: &str, allowed: &str| Limit { path: path.to_owned(), allowed: Allowed::OneOf(vec![json!(allowed)]) };
        let limits = vec![limit("groups.*.types", "m7i.*"), limit("pin", "9*")];
        let settings = EnvironmentSettings { limits, ..EnvironmentSettings::default() };
        let object = |value: Value| value.as_object().unwrap().clone();
        let all = |kind, given: Value, before| together(kind, &known, object(given), Map::new(), &settings, before);
        let problems = |given: Value, before| all(Kind::Provision, given, before).unwrap_err();
        let told = problems(json!({}), None);
        let words = "groups.general.types: the environment allows m7i.*, not \"m6i.large\", the module's default: \
                     give another";
        assert_eq!(told[0], Problem { variable: "groups".to_owned(), words: words.to_owned() });
        assert_eq!(told[1].words, "the environment does not allow this", "a sensitive value stands in no words");
        let told = problems(json!({"groups": {"a": {}, "b": {"types": ["m7i.large"]}}, "pin": "99"}), None);
        let words = "groups.a.types: the environment allows m7i.*, not \"m6i.large\"";
        assert_eq!(told, [Problem { variable: "groups".to_owned(), words: words.to_owned() }]);
        let before = Before::default();
        assert!(all(Kind::Update, json!({"groups": {"general": {}}}), Some(&before)).is_ok(), "it is the same");
        assert!(all(Kind::Update, json!({"groups": {"b": {}}}), Some(&before)).is_err(), "another group");
        assert!(all(Kind::Drift, json!({}), None).is_ok(), "nothing is made");
    }

    #[test]
    fn what_may_not_be_read_is_not_taken_for_the_default() {
        let known = read(&[("main.tf".to_owned(), MODULE.to_owned())]).unwrap();
        let settings = EnvironmentSettings::default();
        let all = |kind, now, before: &Before| together(kind, &known, now, Map::new(), &settings, Some(before));
        let mut now = values("1.34", 1);
        now.remove("password");
        let hidden = Before { values: now.clone(), is_hidden: true };
        for kind in [Kind::Update, Kind::Destroy, Kind::Drift, Kind::Test] {
            let problems = all(kind, now.clone(), &hidden).unwrap_err();
            assert_eq!(problems, [Problem { variable: "password".to_owned(), words: UNREAD.to_owned() }], "{kind:?}");
        }
        assert!(all(Kind::Update, values("1.34", 1), &hidden).is_ok(), "it was given anew");
        let seen = Before { is_hidden: false, ..hidden.clone() };
        assert!(all(Kind::Update, now.clone(), &seen).is_ok(), "there was none");
        let given = all(Kind::Unlock, Map::new(), &hidden).unwrap();
        assert_eq!((given.open, given.secret), (json!({}), None), "a lock is freed without variables");
    }
}
