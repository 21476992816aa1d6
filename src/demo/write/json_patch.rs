//! JSON Patch (RFC 6902).

use serde_json::Value;

/// The patch cannot be applied to this object.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Inapplicable;

/// Applies the operations in their order.
///
/// # Errors
/// [`Inapplicable`] when a test fails, a path does not exist or an operation is unknown.
pub fn apply(object: &mut Value, patch: &Value) -> Result<(), Inapplicable> {
    for operation in patch.as_array().ok_or(Inapplicable)? {
        let path = operation["path"].as_str().ok_or(Inapplicable)?;
        let value = || operation.get("value").cloned().ok_or(Inapplicable);
        let from = || operation["from"].as_str().ok_or(Inapplicable);
        match operation["op"].as_str().unwrap_or_default() {
            "add" => add(object, path, value()?)?,
            "remove" => drop(remove(object, path)?),
            "replace" => replace(object, path, value()?)?,
            "move" => {
                let moved = remove(object, from()?)?;
                add(object, path, moved)?;
            }
            "copy" => {
                let copied = object.pointer(from()?).ok_or(Inapplicable)?.clone();
                add(object, path, copied)?;
            }
            "test" if object.pointer(path) == Some(&value()?) => {}
            _ => return Err(Inapplicable),
        }
    }
    Ok(())
}

fn parent<'a>(object: &'a mut Value, path: &str) -> Result<(&'a mut Value, String), Inapplicable> {
    let (parent, last) = path.rsplit_once('/').ok_or(Inapplicable)?;
    Ok((object.pointer_mut(parent).ok_or(Inapplicable)?, last.replace("~1", "/").replace("~0", "~")))
}

fn add(object: &mut Value, path: &str, value: Value) -> Result<(), Inapplicable> {
    if path.is_empty() {
        *object = value;
        return Ok(());
    }
    match parent(object, path)? {
        (Value::Object(map), key) => drop(map.insert(key, value)),
        (Value::Array(list), key) if key == "-" => list.push(value),
        (Value::Array(list), key) => {
            let at = key.parse().map_err(|_| Inapplicable)?;
            if at > list.len() {
                return Err(Inapplicable);
            }
            list.insert(at, value);
        }
        _ => return Err(Inapplicable),
    }
    Ok(())
}

/// A field that is not there is set as well, as the API server has it.
fn replace(object: &mut Value, path: &str, value: Value) -> Result<(), Inapplicable> {
    if let Some(slot) = object.pointer_mut(path) {
        *slot = value;
        return Ok(());
    }
    match parent(object, path)? {
        (Value::Object(map), key) => {
            map.insert(key, value);
            Ok(())
        }
        _ => Err(Inapplicable),
    }
}

fn remove(object: &mut Value, path: &str) -> Result<Value, Inapplicable> {
    match parent(object, path)? {
        (Value::Object(map), key) => map.shift_remove(&key).ok_or(Inapplicable),
        (Value::Array(list), key) => {
            let at: usize = key.parse().map_err(|_| Inapplicable)?;
            if at < list.len() { Ok(list.remove(at)) } else { Err(Inapplicable) }
        }
        _ => Err(Inapplicable),
    }
}
