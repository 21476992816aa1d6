//! Address ranges.

use serde_json::Value;

use super::Called;
use super::address::{Range, ones, show};
use super::coerce::{text_of, whole_of};
use crate::domain::provision::variables::evaluate::{Stop, failed};

pub(super) fn call(name: &str, arguments: &[Value]) -> Called {
    Ok(Some(match (name, arguments) {
        ("cidrsubnet", [range, bits, number]) => {
            Value::from(subnet(range_of(range)?, whole_of(bits)?, whole_of(number)?)?.to_string())
        }
        ("cidrsubnets", [range, bits @ ..]) => Value::from(subnets(range_of(range)?, bits)?),
        ("cidrhost", [range, number]) => Value::from(host(range_of(range)?, whole_of(number)?)?),
        ("cidrnetmask", [range]) => match range_of(range)? {
            Range { bits: 32, prefix, .. } => Value::from(show(ones(32) & !ones(32 - prefix), 32)),
            _ => return failed("only IPv4 has masks"),
        },
        _ => return Ok(None),
    }))
}

fn range_of(value: &Value) -> Result<Range, Stop> {
    Range::read(&text_of(value)?).map_or_else(|| failed("it is no address range"), Ok)
}

fn subnet(range: Range, bits: i64, number: i64) -> Result<Range, Stop> {
    let more = u32::try_from(bits).ok().filter(|more| *more <= range.bits - range.prefix);
    match (more, u128::try_from(number)) {
        (Some(more), Ok(number)) if number <= ones(more) => {
            let prefix = range.prefix + more;
            let first = range.first | number.checked_shl(range.bits - prefix).unwrap_or_default();
            Ok(Range { first, prefix, bits: range.bits })
        }
        _ => failed("the range has no such part"),
    }
}

/// One behind the other, each from an address that its size divides.
fn subnets(range: Range, bits: &[Value]) -> Result<Vec<String>, Stop> {
    let mut next = Some(range.first);
    let mut all = Vec::new();
    for bits in bits {
        let part = subnet(range, whole_of(bits)?, 0)?;
        let step = part.last_host();
        let first = next.and_then(|next| next.checked_add(step)).map(|next| next & !step);
        let Some(first) = first.filter(|first| first - range.first + step <= range.last_host()) else {
            return failed("the range is too small for all its parts");
        };
        all.push(Range { first, ..part }.to_string());
        next = (first + step).checked_add(1);
    }
    Ok(all)
}

/// A negative number counts from the end.
fn host(range: Range, number: i64) -> Result<String, Stop> {
    let last = range.last_host();
    let offset = match u128::try_from(number) {
        Ok(offset) => Some(offset).filter(|offset| *offset <= last),
        Err(_) => last.checked_sub(u128::from(number.unsigned_abs()) - 1),
    };
    match offset {
        Some(offset) => Ok(show(range.first + offset, range.bits)),
        None => failed("the range has no such address"),
    }
}
