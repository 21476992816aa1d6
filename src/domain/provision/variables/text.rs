//! What is given for variables, as text that a person edits.

use hcl_edit::Span;
use hcl_edit::parser::parse_body;
use hcl_edit::structure::Structure;
use serde_json::{Map, Value};

use super::evaluate::constant;
use super::place::{Source, SyntaxProblem};
use super::{Variable, write};

/// As tfvars, in the order of the variables; what belongs to none of them stands at the end.
pub fn to_text(variables: &[Variable], given: &Map<String, Value>) -> String {
    let known = variables.iter().filter_map(|variable| given.get_key_value(&variable.name));
    let others = given.iter().filter(|(name, _)| !variables.iter().any(|variable| variable.name == **name));
    known.chain(others).map(|(name, value)| format!("{} = {}\n", write::key(name), write::indented(value, 0))).collect()
}

/// Of tfvars, or of JSON if the text begins with `{`.
///
/// # Errors
/// The first place that is neither, or no plain value.
pub fn from_text(text: &str) -> Result<Map<String, Value>, SyntaxProblem> {
    if text.trim_start().starts_with('{') {
        let source = Source { file: "terraform.tfvars.json", text };
        return serde_json::from_str(text).map_err(|error| source.not_json(&error));
    }
    let source = Source { file: "terraform.tfvars", text };
    let body = parse_body(text).map_err(|error| source.not_hcl(&error))?;
    let mut given = Map::new();
    for structure in &body {
        match structure {
            Structure::Attribute(line) => {
                let value = constant(&line.value).map_err(|words| source.problem(line.value.span(), words))?;
                given.insert(line.key.as_str().to_owned(), value);
            }
            Structure::Block(block) => {
                let name = block.ident.as_str();
                let words = format!("blocks cannot stand here; write {name} = {{ … }}");
                return Err(source.problem(block.ident.span(), words));
            }
        }
    }
    Ok(given)
}
