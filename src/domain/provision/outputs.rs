//! Outputs of what was applied.

use serde_json::Value;

/// Outputs by name (of `terraform output -json`), without what Terraform calls sensitive and without what is ours.
pub fn masked(outputs: Value) -> Value {
    let Value::Object(outputs) = outputs else { return outputs };
    let shown = outputs.into_iter().filter(|(name, _)| name != "eksdeck_identity").map(|(name, mut output)| {
        let value = match output["sensitive"] == true {
            true => Value::from("(sensitive)"),
            false => output["value"].take(),
        };
        (name, value)
    });
    Value::Object(shown.collect())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_is_sensitive_is_not_shown() {
        let told = json!({"a": {"value": 1, "sensitive": false}, "b": {"value": "geheim", "sensitive": true},
            "eksdeck_identity": {"value": {}}});
        assert_eq!(masked(told), json!({"a": 1, "b": "(sensitive)"}));
    }
}
