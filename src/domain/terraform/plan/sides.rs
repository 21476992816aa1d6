//! A change's values as a whole, for what is reckoned from them.

use serde_json::Value;
use serde_json::value::RawValue;

use super::ResourceChange;

impl ResourceChange {
    /// What there was, without what is sensitive; null for what is new.
    pub fn before(&self) -> Value {
        open(&self.values.before, &self.values.before_sensitive)
    }

    /// What there will be as far as it is known, without what is sensitive; null for what goes.
    pub fn after(&self) -> Value {
        open(&self.values.after, &self.values.after_sensitive)
    }
}

fn open(value: &Option<Box<RawValue>>, sensitive: &Option<Box<RawValue>>) -> Value {
    let parse = |raw: &Option<Box<RawValue>>| {
        raw.as_ref().and_then(|raw| serde_json::from_str::<Value>(raw.get()).ok()).unwrap_or(Value::Null)
    };
    let mut value = parse(value);
    hide(&mut value, &parse(sensitive));
    value
}

fn hide(value: &mut Value, marks: &Value) {
    match (&mut *value, marks) {
        (_, Value::Bool(true)) => *value = Value::Null,
        (Value::Object(parts), Value::Object(marks)) => {
            for (key, part) in parts {
                if let Some(marks) = marks.get(key) {
                    hide(part, marks);
                }
            }
        }
        (Value::Array(parts), Value::Array(marks)) => {
            parts.iter_mut().zip(marks).for_each(|(part, marks)| hide(part, marks));
        }
        _ => {}
    }
}
