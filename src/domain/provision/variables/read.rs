//! The files of a module.

use hcl_edit::parser::parse_body;
use hcl_edit::structure::{BlockLabel, Structure};

use super::declared::{Declared, Wrong};
use super::place::{Source, SyntaxProblem};
use super::{Variable, json};

/// Of names and texts of a module's files (others than `.tf` and `.tf.json` are left out), in the order of files and of
/// places in them; what override files say of a variable goes before.
///
/// # Errors
/// The first place that is not HCL, or where a variable is not one.
pub fn read(files: &[(String, String)]) -> Result<Vec<Variable>, SyntaxProblem> {
    let mut all: Vec<Declared> = Vec::new();
    let (overriding, plain): (Vec<Source>, Vec<Source>) =
        files.iter().map(|(file, text)| Source { file, text }).partition(|source| is_override(source.file));
    for source in plain {
        for declared in read_file(source)? {
            if all.iter().any(|known| known.name == declared.name) {
                return Err(source.problem(declared.span, format!("the variable {} is there twice", declared.name)));
            }
            all.push(declared);
        }
    }
    for source in overriding {
        for declared in read_file(source)? {
            let Some(known) = all.iter_mut().find(|known| known.name == declared.name) else {
                let words = format!("it overrides the variable {}, which is nowhere", declared.name);
                return Err(source.problem(declared.span, words));
            };
            *known = std::mem::take(known).overridden(declared);
        }
    }
    Ok(all.into_iter().map(Variable::from).collect())
}

fn is_override(file: &str) -> bool {
    let name = file.rsplit('/').next().unwrap_or(file);
    let stem = name.strip_suffix(".json").unwrap_or(name).strip_suffix(".tf").unwrap_or(name);
    stem == "override" || stem.ends_with("_override")
}

fn read_file(source: Source) -> Result<Vec<Declared>, SyntaxProblem> {
    let wrong = |(span, words): Wrong| source.problem(span, words);
    match source.file {
        json if json.ends_with(".tf.json") => json::read(source),
        hcl if hcl.ends_with(".tf") => read_hcl(source).and_then(|blocks| {
            blocks.into_iter().map(|(name, block)| Declared::of_block(name, &block).map_err(wrong)).collect()
        }),
        _ => Ok(Vec::new()),
    }
}

fn read_hcl(source: Source) -> Result<Vec<(String, hcl_edit::structure::Block)>, SyntaxProblem> {
    let body = parse_body(source.text).map_err(|error| source.not_hcl(&error))?;
    let mut blocks = Vec::new();
    for structure in body {
        let Structure::Block(block) = structure else { continue };
        if block.ident.as_str() != "variable" {
            continue;
        }
        let name = match block.labels.as_slice() {
            [BlockLabel::String(name)] => name.as_str().to_owned(),
            [BlockLabel::Ident(name)] => name.as_str().to_owned(),
            _ => {
                let span = hcl_edit::Span::span(&block.ident);
                return Err(source.problem(span, "a variable has one name"));
            }
        };
        blocks.push((name, block));
    }
    Ok(blocks)
}
