//! What an expression of HCL comes to, as far as it can be told without Terraform.

mod collection;
mod operator;
mod template;
mod traversal;

pub(super) use operator::is_equal;

use hcl_edit::expr::{Expression, FuncCall, ObjectKey};
use serde_json::{Map, Value};

use super::functions;
use super::functions::coerce::{text_of, truth_of};

/// What names mean.
pub(super) enum Scope<'a> {
    /// Nothing: neither names nor functions stand in a constant.
    Constant,
    /// The values of `var`; one that is missing is not known.
    Module(&'a Map<String, Value>),
    /// Within a `for`.
    Loop { outer: &'a Scope<'a>, names: Vec<(&'a str, Value)> },
}

/// Why an expression comes to nothing.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Stop {
    /// Terraform would fail as well: what `can` and `try` catch.
    Failed(String),
    /// Only Terraform can tell.
    Unknown(String),
}

pub(super) type Outcome = Result<Value, Stop>;

pub(super) fn failed<T>(words: impl Into<String>) -> Result<T, Stop> {
    Err(Stop::Failed(words.into()))
}

pub(super) fn unknown<T>(words: impl Into<String>) -> Result<T, Stop> {
    Err(Stop::Unknown(words.into()))
}

/// # Errors
/// See [`Stop`].
pub(super) fn evaluate(expression: &Expression, scope: &Scope) -> Outcome {
    match expression {
        Expression::Null(_) => Ok(Value::Null),
        Expression::Bool(truth) => Ok(Value::from(*truth.value())),
        Expression::Number(number) => Ok(number_of_hcl(number.value())),
        Expression::String(text) => Ok(Value::from(text.as_str())),
        Expression::Array(items) => {
            items.iter().map(|item| evaluate(item, scope)).collect::<Result<_, _>>().map(Value::Array)
        }
        Expression::Object(entries) => entries
            .iter()
            .map(|(key, value)| Ok((key_of(key, scope)?, evaluate(value.expr(), scope)?)))
            .collect::<Result<Map<_, _>, _>>()
            .map(Value::Object),
        Expression::StringTemplate(text) => template::evaluate_all(text.iter().collect(), scope),
        Expression::HeredocTemplate(text) => template::evaluate_all(text.template.iter().collect(), scope),
        Expression::Parenthesis(inner) => evaluate(inner.inner(), scope),
        Expression::Variable(name) => scope.name(name.as_str()),
        Expression::Conditional(choice) => match truth_of(&evaluate(&choice.cond_expr, scope)?)? {
            true => evaluate(&choice.true_expr, scope),
            false => evaluate(&choice.false_expr, scope),
        },
        Expression::FuncCall(call) => called(call, scope),
        Expression::Traversal(path) => traversal::evaluate_path(path, scope),
        Expression::UnaryOp(operation) => operator::unary(operation, scope),
        Expression::BinaryOp(operation) => operator::binary(operation, scope),
        Expression::ForExpr(each) => collection::evaluate_for(each, scope),
    }
}

/// # Errors
/// In words, if it is not a plain value.
pub(super) fn constant(expression: &Expression) -> Result<Value, String> {
    evaluate(expression, &Scope::Constant).map_err(|stop| match stop {
        Stop::Failed(words) | Stop::Unknown(words) => words,
    })
}

fn number_of_hcl(number: &hcl_edit::Number) -> Value {
    match (number.as_i64(), number.as_u64(), number.as_f64()) {
        (Some(whole), _, _) => Value::from(whole),
        (_, Some(whole), _) => Value::from(whole),
        (_, _, Some(float)) => super::number::from_f64(float).unwrap_or(Value::Null),
        _ => Value::Null,
    }
}

fn key_of(key: &ObjectKey, scope: &Scope) -> Result<String, Stop> {
    match key {
        ObjectKey::Ident(name) => Ok(name.as_str().to_owned()),
        ObjectKey::Expression(Expression::Variable(name)) => Ok(name.as_str().to_owned()),
        ObjectKey::Expression(Expression::Null(_)) => Ok("null".to_owned()),
        ObjectKey::Expression(expression) => text_of(&evaluate(expression, scope)?),
    }
}

fn called(call: &FuncCall, scope: &Scope) -> Outcome {
    let name = call.name.name.as_str();
    if scope.is_constant() || call.name.is_namespaced() {
        return unknown(format!("{name}(…) cannot be used here"));
    }
    match name {
        "can" => match call.args.get(0).map(|argument| evaluate(argument, scope)) {
            Some(Ok(_)) => Ok(Value::from(true)),
            Some(Err(Stop::Failed(_))) => Ok(Value::from(false)),
            Some(Err(stop)) => Err(stop),
            None => unknown("can() wants an expression"),
        },
        "try" => {
            for argument in &call.args {
                match evaluate(argument, scope) {
                    Err(Stop::Failed(_)) => {}
                    outcome => return outcome,
                }
            }
            failed("no part of try(…) has a value")
        }
        _ => functions::call(name, &arguments(call, scope)?),
    }
}

fn arguments(call: &FuncCall, scope: &Scope) -> Result<Vec<Value>, Stop> {
    let mut values: Vec<Value> =
        call.args.iter().map(|argument| evaluate(argument, scope)).collect::<Result<_, _>>()?;
    if call.args.expand_final() {
        match values.pop() {
            Some(Value::Array(last)) => values.extend(last),
            _ => return failed("only a list can be given as further arguments"),
        }
    }
    Ok(values)
}

impl Scope<'_> {
    fn is_constant(&self) -> bool {
        match self {
            Self::Constant => true,
            Self::Module(_) => false,
            Self::Loop { outer, .. } => outer.is_constant(),
        }
    }

    fn name(&self, wanted: &str) -> Outcome {
        match self {
            Self::Constant => unknown(format!("{wanted} is not a value; text stands in quotes")),
            Self::Module(_) => unknown(format!("only Terraform knows {wanted}")),
            Self::Loop { outer, names } => match names.iter().find(|(name, _)| *name == wanted) {
                Some((_, value)) => Ok(value.clone()),
                None => outer.name(wanted),
            },
        }
    }

    /// `var.NAME`, unless a `for` calls something else `var`.
    fn variable(&self, wanted: &str) -> Option<Outcome> {
        match self {
            Self::Constant => None,
            Self::Module(variables) => Some(match variables.get(wanted) {
                Some(value) => Ok(value.clone()),
                None => unknown(format!("the value of {wanted} is not known")),
            }),
            Self::Loop { names, .. } if names.iter().any(|(name, _)| *name == "var") => None,
            Self::Loop { outer, .. } => outer.variable(wanted),
        }
    }
}
