//! Variables in Terraform's JSON syntax: expressions stand in text.

use hcl_edit::expr::Expression;
use hcl_edit::parser::{parse_expr, parse_template};
use hcl_edit::template::{Element, StringTemplate};
use serde_json::{Map, Value};

use super::Validation;
use super::declared::{Declared, type_of};
use super::place::{Source, SyntaxProblem};

pub(super) fn read(source: Source) -> Result<Vec<Declared>, SyntaxProblem> {
    let all: Value = serde_json::from_str(source.text).map_err(|error| source.not_json(&error))?;
    let blocks = all.get("variable").map(each).unwrap_or_default().into_iter().flatten();
    blocks
        .flat_map(|(name, bodies)| each(bodies).into_iter().map(move |body| (name, body)))
        .map(|(name, body)| {
            declared(name, body).map_err(|words| source.problem(None, format!("variable {name}: {words}")))
        })
        .collect()
}

/// One object, or several in an array.
fn each(value: &Value) -> Vec<&Map<String, Value>> {
    match value {
        Value::Array(items) => items.iter().filter_map(Value::as_object).collect(),
        other => other.as_object().into_iter().collect(),
    }
}

fn declared(name: &str, body: &Map<String, Value>) -> Result<Declared, String> {
    let kind = match body.get("type").and_then(Value::as_str) {
        Some(kind) => {
            let kind = parse_expr(kind).map_err(|error| error.message().to_owned())?;
            Some(type_of(&kind).map_err(|(_, words)| words)?)
        }
        None => None,
    };
    let truth = |key: &str| body.get(key).and_then(Value::as_bool);
    let validations = body.get("validation").map(each).unwrap_or_default();
    Ok(Declared {
        name: name.to_owned(),
        span: None,
        kind,
        default: body.get("default").cloned(),
        description: body.get("description").and_then(Value::as_str).map(str::to_owned),
        sensitive: truth("sensitive"),
        nullable: truth("nullable"),
        validations: validations
            .into_iter()
            .filter_map(|body| validation(body).transpose())
            .collect::<Result<_, _>>()?,
    })
}

fn validation(body: &Map<String, Value>) -> Result<Option<Validation>, String> {
    let (condition, error_message) = (body.get("condition"), body.get("error_message"));
    let (Some(condition), Some(error_message)) = (condition, error_message) else { return Ok(None) };
    Ok(Some(Validation { condition: expression(condition)?, error_message: expression(error_message)? }))
}

/// Text is a template.
fn expression(value: &Value) -> Result<Expression, String> {
    let Some(text) = value.as_str() else {
        return Ok(value.as_bool().map_or_else(Expression::null, Expression::from));
    };
    let template = parse_template(text).map_err(|error| error.message().to_owned())?;
    match template.as_single_element() {
        Some(Element::Literal(_)) | None if template.is_empty() => Ok(Expression::from("")),
        _ => Ok(Expression::StringTemplate(StringTemplate::from(template))),
    }
}
