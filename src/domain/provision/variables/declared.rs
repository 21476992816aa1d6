//! A `variable` block as it is written, in HCL or in JSON.

use std::ops::Range;

use hcl_edit::Span;
use hcl_edit::expr::{Expression, ObjectKey};
use hcl_edit::structure::{Attribute as Line, Block, Structure};
use serde_json::Value;

use super::evaluate::constant;
use super::{Attribute, Type, Validation, Variable};

/// What a block says; an override file may say more of it.
#[derive(Debug, Default)]
pub(super) struct Declared {
    pub name: String,
    /// The name's place, in bytes.
    pub span: Option<Range<usize>>,
    pub kind: Option<Type>,
    pub default: Option<Value>,
    pub description: Option<String>,
    pub sensitive: Option<bool>,
    pub nullable: Option<bool>,
    pub validations: Vec<Validation>,
}

/// What is wrong, and its place in bytes.
pub(super) type Wrong = (Option<Range<usize>>, String);

impl Declared {
    /// # Errors
    /// What is no type, or no plain value.
    pub fn of_block(name: String, block: &Block) -> Result<Self, Wrong> {
        let mut declared = Self { name, span: block.ident.span(), ..Self::default() };
        for structure in &block.body {
            match structure {
                Structure::Attribute(line) => declared.take(line)?,
                Structure::Block(inner) if inner.ident.as_str() == "validation" => {
                    declared.validations.extend(validation(inner));
                }
                Structure::Block(_) => {}
            }
        }
        Ok(declared)
    }

    fn take(&mut self, line: &Line) -> Result<(), Wrong> {
        let value = || constant(&line.value).map_err(|words| (line.value.span(), words));
        match line.key.as_str() {
            "type" => self.kind = Some(type_of(&line.value)?),
            "default" => self.default = Some(value()?),
            "description" => self.description = value()?.as_str().map(str::to_owned),
            "sensitive" => self.sensitive = value()?.as_bool(),
            "nullable" => self.nullable = value()?.as_bool(),
            _ => {}
        }
        Ok(())
    }

    /// What an override file says goes before.
    pub fn overridden(self, by: Self) -> Self {
        Self {
            name: self.name,
            span: self.span,
            kind: by.kind.or(self.kind),
            default: by.default.or(self.default),
            description: by.description.or(self.description),
            sensitive: by.sensitive.or(self.sensitive),
            nullable: by.nullable.or(self.nullable),
            validations: if by.validations.is_empty() { self.validations } else { by.validations },
        }
    }
}

impl From<Declared> for Variable {
    fn from(declared: Declared) -> Self {
        Self {
            name: declared.name,
            kind: declared.kind.unwrap_or_default(),
            default: declared.default,
            description: declared.description.unwrap_or_default(),
            sensitive: declared.sensitive.unwrap_or_default(),
            nullable: declared.nullable.unwrap_or(true),
            validations: declared.validations,
        }
    }
}

/// One without a condition is Terraform's to refuse.
fn validation(block: &Block) -> Option<Validation> {
    let value = |name: &str| block.body.get_attribute(name).map(|line| line.value.clone());
    Some(Validation { condition: value("condition")?, error_message: value("error_message")? })
}

/// # Errors
/// What is no type.
pub(super) fn type_of(expression: &Expression) -> Result<Type, Wrong> {
    match expression {
        Expression::Variable(name) => type_of_name(name.as_str(), expression),
        Expression::String(name) => type_of_name(name.as_str(), expression),
        Expression::Parenthesis(inner) => type_of(inner.inner()),
        Expression::FuncCall(call) => {
            let arguments: Vec<&Expression> = call.args.iter().collect();
            match (call.name.name.as_str(), arguments.as_slice()) {
                ("list", [of]) => Ok(Type::List(Box::new(type_of(of)?))),
                ("set", [of]) => Ok(Type::Set(Box::new(type_of(of)?))),
                ("map", [of]) => Ok(Type::Map(Box::new(type_of(of)?))),
                ("tuple", [Expression::Array(of)]) => of.iter().map(type_of).collect::<Result<_, _>>().map(Type::Tuple),
                ("object", [Expression::Object(of)]) => of
                    .iter()
                    .map(|(key, value)| attribute(key, value.expr()))
                    .collect::<Result<_, _>>()
                    .map(Type::Object),
                (name, _) => Err((expression.span(), format!("{name}(…) is no type"))),
            }
        }
        _ => Err((expression.span(), "a type is wanted, such as string or list(string)".to_owned())),
    }
}

fn type_of_name(name: &str, expression: &Expression) -> Result<Type, Wrong> {
    match name {
        "any" => Ok(Type::Any),
        "string" => Ok(Type::Text),
        "number" => Ok(Type::Number),
        "bool" => Ok(Type::Truth),
        "list" => Ok(Type::List(Box::default())),
        "set" => Ok(Type::Set(Box::default())),
        "map" => Ok(Type::Map(Box::default())),
        _ => Err((expression.span(), format!("{name} is no type"))),
    }
}

fn attribute(key: &ObjectKey, value: &Expression) -> Result<Attribute, Wrong> {
    let name = match key {
        ObjectKey::Ident(name) => name.as_str().to_owned(),
        ObjectKey::Expression(Expression::Variable(name)) => name.as_str().to_owned(),
        ObjectKey::Expression(Expression::String(name)) => name.as_str().to_owned(),
        ObjectKey::Expression(other) => return Err((other.span(), "an attribute's name is wanted".to_owned())),
    };
    let Expression::FuncCall(call) = value else {
        return Ok(Attribute { name, kind: type_of(value)?, optional: false, default: None });
    };
    let arguments: Vec<&Expression> = call.args.iter().collect();
    match (call.name.name.as_str(), arguments.as_slice()) {
        ("optional", [kind]) => Ok(Attribute { name, kind: type_of(kind)?, optional: true, default: None }),
        ("optional", [kind, default]) => {
            let default = constant(default).map_err(|words| (default.span(), words))?;
            Ok(Attribute { name, kind: type_of(kind)?, optional: true, default: Some(default) })
        }
        _ => Ok(Attribute { name, kind: type_of(value)?, optional: false, default: None }),
    }
}
