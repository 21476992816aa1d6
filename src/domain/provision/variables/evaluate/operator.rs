//! Operators. `&&` and `||` do not look at their right side once the left one tells.

use std::cmp::Ordering;

use hcl_edit::expr::{BinaryOp, BinaryOperator, UnaryOp, UnaryOperator};
use serde_json::{Number, Value};

use super::{Outcome, Scope, Stop, evaluate, failed, unknown};
use crate::domain::provision::variables::functions::coerce::{number_of, truth_of};
use crate::domain::provision::variables::number;

pub(super) fn unary(operation: &UnaryOp, scope: &Scope) -> Outcome {
    let value = evaluate(&operation.expr, scope)?;
    match operation.operator.value() {
        UnaryOperator::Not => Ok(Value::from(!truth_of(&value)?)),
        UnaryOperator::Neg => float(-float_of(&value)?),
    }
}

pub(super) fn binary(operation: &BinaryOp, scope: &Scope) -> Outcome {
    let left = evaluate(&operation.lhs_expr, scope)?;
    let right = || evaluate(&operation.rhs_expr, scope);
    match operation.operator.value() {
        BinaryOperator::And => Ok(Value::from(truth_of(&left)? && truth_of(&right()?)?)),
        BinaryOperator::Or => Ok(Value::from(truth_of(&left)? || truth_of(&right()?)?)),
        BinaryOperator::Eq => Ok(Value::from(is_equal(&left, &right()?)?)),
        BinaryOperator::NotEq => Ok(Value::from(!is_equal(&left, &right()?)?)),
        BinaryOperator::Less => compared(&left, &right()?, Ordering::is_lt),
        BinaryOperator::LessEq => compared(&left, &right()?, Ordering::is_le),
        BinaryOperator::Greater => compared(&left, &right()?, Ordering::is_gt),
        BinaryOperator::GreaterEq => compared(&left, &right()?, Ordering::is_ge),
        BinaryOperator::Plus => float(float_of(&left)? + float_of(&right()?)?),
        BinaryOperator::Minus => float(float_of(&left)? - float_of(&right()?)?),
        BinaryOperator::Mul => float(float_of(&left)? * float_of(&right()?)?),
        BinaryOperator::Div => float(float_of(&left)? / float_of(&right()?)?),
        BinaryOperator::Mod => float(float_of(&left)? % float_of(&right()?)?),
    }
}

/// Values of two kinds are never equal. Whether two lists or maps are depends on types that are not known here.
pub fn is_equal(one: &Value, other: &Value) -> Result<bool, Stop> {
    match (one, other) {
        (Value::Number(one), Value::Number(other)) => Ok(number::compare(one, other).is_eq()),
        (Value::Array(_), Value::Array(_)) | (Value::Object(_), Value::Object(_)) => {
            unknown("only Terraform can compare lists and maps")
        }
        _ => Ok(one == other),
    }
}

fn compared(one: &Value, other: &Value, holds: impl Fn(Ordering) -> bool) -> Outcome {
    let (one, other): (Number, Number) = (number_of(one)?, number_of(other)?);
    Ok(Value::from(holds(number::compare(&one, &other))))
}

fn float_of(value: &Value) -> Result<f64, Stop> {
    Ok(number_of(value)?.as_f64().unwrap_or_default())
}

fn float(result: f64) -> Outcome {
    match number::from_f64(result) {
        Some(number) => Ok(number),
        None => failed("the result is not a number"),
    }
}
