//! Pods, and what Jobs make them of.

use serde_json::Value;

use super::{LABEL, is_label, one_of};
use crate::demo::api::Cause;
use crate::demo::wire::quantity::Amount;

/// What is wrong with a pod's spec.
pub fn spec(spec: &Value, path: &str, causes: &mut Vec<Cause>) {
    let containers = spec["containers"].as_array().map_or(&[][..], Vec::as_slice);
    if containers.is_empty() {
        causes.push(Cause::required(format!("{path}.containers"), ""));
    }
    let volumes = volumes(spec, path, causes);
    let mut names: Vec<&str> = Vec::new();
    for (at, container) in containers.iter().enumerate() {
        let field = format!("{path}.containers[{at}]");
        match container["name"].as_str() {
            None | Some("") => causes.push(Cause::required(format!("{field}.name"), "")),
            Some(name) if !is_label(name) => {
                causes.push(Cause::invalid(format!("{field}.name"), &format!("{name:?}"), LABEL));
            }
            Some(name) if names.contains(&name) => causes.push(Cause {
                reason: "FieldValueDuplicate",
                field: format!("{field}.name"),
                message: format!("Duplicate value: {name:?}"),
            }),
            Some(name) => names.push(name),
        }
        if container["image"].as_str().unwrap_or_default().is_empty() {
            causes.push(Cause::required(format!("{field}.image"), ""));
        }
        inner(container, &field, &volumes, causes);
    }
    one_of(spec, &format!("{path}.restartPolicy"), &["Always", "OnFailure", "Never"], causes);
}

/// The names of a pod's volumes.
fn volumes<'a>(spec: &'a Value, path: &str, causes: &mut Vec<Cause>) -> Vec<&'a str> {
    let mut names = Vec::new();
    for (at, volume) in spec["volumes"].as_array().into_iter().flatten().enumerate() {
        let field = format!("{path}.volumes[{at}].name");
        match volume["name"].as_str() {
            None | Some("") => causes.push(Cause::required(field, "")),
            Some(name) if !is_label(name) => causes.push(Cause::invalid(field, &format!("{name:?}"), LABEL)),
            Some(name) if names.contains(&name) => {
                let message = format!("Duplicate value: {name:?}");
                causes.push(Cause { reason: "FieldValueDuplicate", field, message });
            }
            Some(name) => names.push(name),
        }
    }
    names
}

/// What is wrong within a container.
fn inner(container: &Value, field: &str, volumes: &[&str], causes: &mut Vec<Cause>) {
    one_of(container, &format!("{field}.imagePullPolicy"), &["Always", "IfNotPresent", "Never"], causes);
    for (at, variable) in container["env"].as_array().into_iter().flatten().enumerate() {
        if variable["name"].as_str().unwrap_or_default().is_empty() {
            causes.push(Cause::required(format!("{field}.env[{at}].name"), ""));
        }
    }
    for (at, mount) in container["volumeMounts"].as_array().into_iter().flatten().enumerate() {
        let name = mount["name"].as_str().unwrap_or_default();
        if !volumes.contains(&name) {
            let message = format!("Not found: {name:?}");
            let field = format!("{field}.volumeMounts[{at}].name");
            causes.push(Cause { reason: "FieldValueNotFound", field, message });
        }
        if mount["mountPath"].as_str().unwrap_or_default().is_empty() {
            causes.push(Cause::required(format!("{field}.volumeMounts[{at}].mountPath"), ""));
        }
    }
    let resources = &container["resources"];
    for (name, asked) in resources["requests"].as_object().into_iter().flatten() {
        let limit = &resources["limits"][name];
        let read = |value: &Value| Amount::read(value.as_str()?);
        if let (Some(more), Some(most)) = (read(asked), read(limit))
            && more.nanos > most.nanos
        {
            let words = format!("must be less than or equal to {name} limit of {}", most.written());
            causes.push(Cause::invalid(format!("{field}.resources.requests"), &asked.to_string(), &words));
        }
    }
}
