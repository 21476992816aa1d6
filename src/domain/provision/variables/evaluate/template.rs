//! Text with values in it.

use hcl_edit::template::{Directive, Element, ForDirective, IfDirective, Strip, Template};
use serde_json::Value;

use super::collection::{entries, names};
use super::{Outcome, Scope, Stop, evaluate};
use crate::domain::provision::variables::functions::coerce::{text_of, truth_of};

/// A template that is nothing but one value is that value, of whatever kind.
pub(super) fn evaluate_all(elements: Vec<&Element>, scope: &Scope) -> Outcome {
    match elements.as_slice() {
        [Element::Interpolation(only)] => evaluate(&only.expr, scope),
        _ => joined(&elements, (false, false), scope).map(Value::from),
    }
}

/// `strip`: whether blanks go at the beginning, and at the end.
fn joined(elements: &[&Element], strip: (bool, bool), scope: &Scope) -> Result<String, Stop> {
    let mut out = String::new();
    for (at, element) in elements.iter().enumerate() {
        match element {
            Element::Literal(text) => {
                let before = at.checked_sub(1).and_then(|at| elements.get(at));
                let strips_start = before.map_or(strip.0, |element| strips(element).1);
                let strips_end = elements.get(at + 1).map_or(strip.1, |element| strips(element).0);
                let text = if strips_start { text.trim_start() } else { text.as_str() };
                out.push_str(if strips_end { text.trim_end() } else { text });
            }
            Element::Interpolation(part) => out.push_str(&text_of(&evaluate(&part.expr, scope)?)?),
            Element::Directive(directive) => match &**directive {
                Directive::If(choice) => out.push_str(&chosen(choice, scope)?),
                Directive::For(each) => out.push_str(&repeated(each, scope)?),
            },
        }
    }
    Ok(out)
}

fn chosen(choice: &IfDirective, scope: &Scope) -> Result<String, Stop> {
    let end = choice.endif_expr.strip;
    let otherwise = choice.else_expr.as_ref();
    match truth_of(&evaluate(&choice.if_expr.cond_expr, scope)?)? {
        true => {
            let end = otherwise.map_or(end, |otherwise| otherwise.strip);
            inner(&choice.if_expr.template, choice.if_expr.strip, end, scope)
        }
        false => otherwise
            .map_or_else(|| Ok(String::new()), |otherwise| inner(&otherwise.template, otherwise.strip, end, scope)),
    }
}

fn repeated(each: &ForDirective, scope: &Scope) -> Result<String, Stop> {
    let intro = &each.for_expr;
    let key_name = intro.key_var.as_ref().map(|name| name.as_str());
    entries(&intro.collection_expr, scope)?
        .into_iter()
        .map(|(key, value)| {
            let names = names(key_name, intro.value_var.as_str(), key, value);
            inner(&intro.template, intro.strip, each.endfor_expr.strip, &Scope::Loop { outer: scope, names })
        })
        .collect()
}

/// Between two directives.
fn inner(template: &Template, before: Strip, after: Strip, scope: &Scope) -> Result<String, Stop> {
    let elements: Vec<&Element> = template.iter().collect();
    joined(&elements, (before.strip_end(), after.strip_start()), scope)
}

/// Whether an element takes the blanks before it, and behind it.
fn strips(element: &Element) -> (bool, bool) {
    let both = |first: Strip, last: Strip| (first.strip_start(), last.strip_end());
    match element {
        Element::Literal(_) => (false, false),
        Element::Interpolation(part) => both(part.strip, part.strip),
        Element::Directive(directive) => match &**directive {
            Directive::If(choice) => both(choice.if_expr.strip, choice.endif_expr.strip),
            Directive::For(each) => both(each.for_expr.strip, each.endfor_expr.strip),
        },
    }
}
