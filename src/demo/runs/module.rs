//! A module as the worker's ConfigMap carries it: its `terraform_data`, what they need, and its outputs.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use flate2::read::GzDecoder;
use hcl_edit::expr::{Expression, TraversalOperator};
use hcl_edit::parser::parse_body;
use hcl_edit::structure::{Block, BlockLabel, Body};
use indexmap::IndexMap;
use std::io::Read;

use crate::domain::provision::variables::{self, Variable};

/// The one type of resource that needs no provider.
pub const TYPE: &str = "terraform_data";

/// A module, parsed.
#[derive(Debug, Default)]
pub struct Module {
    pub variables: Vec<Variable>,
    pub locals: IndexMap<String, Expression>,
    pub resources: IndexMap<String, Resource>,
    pub outputs: IndexMap<String, Expression>,
}

/// A `resource "terraform_data" "NAME"`.
#[derive(Debug)]
pub struct Resource {
    pub for_each: Option<Expression>,
    pub count: Option<Expression>,
    pub input: Option<Expression>,
    pub triggers: Option<Expression>,
    /// What a `local-exec` runs when it is made.
    pub command: Option<Expression>,
    /// The new one is there before the old one goes.
    pub new_first: bool,
    /// Attributes whose changes are left alone: `["input", "desired_size"]`.
    pub ignored: Vec<Vec<String>>,
    /// Every `local.NAME` and `terraform_data.NAME` in it.
    pub needs: Needs,
}

/// What a text of HCL names.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Needs {
    pub locals: Vec<String>,
    pub resources: Vec<String>,
}

impl Module {
    /// From a tar.gz in base64.
    ///
    /// # Errors
    /// In words: it cannot be unpacked or parsed, or wants a provider.
    pub fn unpack(packed: &str) -> Result<Self, String> {
        let bytes = STANDARD.decode(packed).map_err(|error| error.to_string())?;
        let mut archive = tar::Archive::new(GzDecoder::new(&*bytes));
        let mut sources = Vec::new();
        for entry in archive.entries().map_err(|error| error.to_string())? {
            let mut entry = entry.map_err(|error| error.to_string())?;
            let path = entry.path().map_err(|error| error.to_string())?.to_string_lossy().into_owned();
            let path = path.trim_start_matches("./").to_owned();
            if path.ends_with(".tf") && !path.contains('/') {
                let mut text = String::new();
                entry.read_to_string(&mut text).map_err(|error| error.to_string())?;
                sources.push((path, text));
            }
        }
        Self::parse(&sources)
    }

    /// # Errors
    /// See [`Module::unpack`].
    pub fn parse(sources: &[(String, String)]) -> Result<Self, String> {
        let mut module =
            Self { variables: variables::read(sources).map_err(|problem| problem.to_string())?, ..Self::default() };
        for (file, text) in sources {
            let body = parse_body(text).map_err(|error| format!("{file}: {error}"))?;
            for block in body.blocks() {
                module.take(block)?;
            }
        }
        Ok(module)
    }

    fn take(&mut self, block: &Block) -> Result<(), String> {
        let labels: Vec<&str> = block.labels.iter().map(BlockLabel::as_str).collect();
        match (block.ident.as_str(), &*labels) {
            ("locals", _) => {
                let all = block.body.attributes();
                self.locals.extend(all.map(|one| (one.key.as_str().to_owned(), one.value.clone())));
            }
            ("resource", [TYPE, name]) => drop(self.resources.insert((*name).to_owned(), Resource::of(block))),
            ("resource" | "data", [kind, name]) => {
                return Err(format!("{kind}.{name}: the demo plays {TYPE} alone, which needs no provider"));
            }
            ("module", _) => return Err("the demo plays no modules within modules".to_owned()),
            ("output", [name]) => {
                let value = block.body.get_attribute("value").map(|value| value.value.clone());
                self.outputs.extend(value.map(|value| ((*name).to_owned(), value)));
            }
            _ => {}
        }
        Ok(())
    }
}

impl Resource {
    fn of(block: &Block) -> Self {
        let body = &block.body;
        let value = |name: &str| body.get_attribute(name).map(|found| found.value.clone());
        let lifecycle = body.get_blocks("lifecycle").next();
        let of_lifecycle = |name: &str| lifecycle.and_then(|block| block.body.get_attribute(name));
        let ignored = of_lifecycle("ignore_changes").and_then(|found| found.value.as_array());
        let provisioner = body.get_blocks("provisioner").next();
        let command = provisioner.and_then(|block| block.body.get_attribute("command"));
        Self {
            for_each: value("for_each"),
            count: value("count"),
            input: value("input"),
            triggers: value("triggers_replace"),
            command: command.map(|command| command.value.clone()),
            new_first: of_lifecycle("create_before_destroy").is_some_and(|found| found.value.as_bool() == Some(true)),
            ignored: ignored.into_iter().flat_map(|paths| paths.iter()).map(path).collect(),
            needs: Needs::of(&Body::builder().block(block.clone()).build().to_string()),
        }
    }
}

fn path(expression: &Expression) -> Vec<String> {
    match expression {
        Expression::Variable(name) => vec![name.as_str().to_owned()],
        Expression::Traversal(steps) => {
            let names = steps.operators.iter().filter_map(|step| match step.value() {
                TraversalOperator::GetAttr(name) => Some(name.as_str().to_owned()),
                _ => None,
            });
            path(&steps.expr).into_iter().chain(names).collect()
        }
        _ => Vec::new(),
    }
}

impl Needs {
    pub fn of(text: &str) -> Self {
        let named = |root: &str| {
            let mut names: Vec<String> = Vec::new();
            for (at, found) in text.match_indices(root) {
                let is_part = |char: char| char.is_ascii_alphanumeric() || char == '_' || char == '-' || char == '.';
                let stands_alone = !text[..at].ends_with(is_part);
                let name: String =
                    text[at + found.len()..].chars().take_while(|char| is_part(*char) && *char != '.').collect();
                if stands_alone && !name.is_empty() && !names.contains(&name) {
                    names.push(name);
                }
            }
            names
        };
        Self { locals: named("local."), resources: named("terraform_data.") }
    }
}
