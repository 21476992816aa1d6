//! Forms and the list of templates.

use std::sync::Arc;

use insta::assert_snapshot;

use super::{LARGE, SMALL, fleet};
use crate::app::fixtures::*;
use crate::app::update::update;
use crate::domain::template::{Broken, TemplateError, Templates};

fn both(name: &str, model: &mut crate::app::model::Model) {
    assert_snapshot!(format!("{name}_160x50"), draw(model, LARGE.0, LARGE.1));
    assert_snapshot!(format!("{name}_80x24"), draw(model, SMALL.0, SMALL.1));
}

#[test]
fn templates_to_choose_from_and_one_that_cannot_be_used() {
    let mut model = fleet();
    let error = TemplateError { line: 4, words: "there is no type `txt`".to_owned() };
    let broken = Broken { name: "import".into(), file: "import.yaml".to_owned(), error };
    model.templates = Arc::new(Templates::with_own(vec![Err(broken)]));
    press(&mut model, &["3", "n"]);
    both("templates", &mut model);
}

#[test]
fn a_new_job_with_something_wrong_in_it() {
    let mut model = fleet();
    press(&mut model, &["2", "down", "3", "n", "enter"]);
    both("form_job", &mut model);
    update(&mut model, paste("tools/Settle:2"), NOW);
    press(&mut model, &["tab", "tab", "tab", "tab", "x"]);
    both("form_job_wrong", &mut model);
}

#[test]
fn a_new_namespace() {
    let mut model = fleet();
    press(&mut model, &["2", "n"]);
    update(&mut model, paste("checkout"), NOW);
    press(&mut model, &["tab", "p", "a", "y", "tab", "tab", "o", "tab"]);
    both("form_namespace", &mut model);
}

#[test]
fn the_labels_of_a_namespace() {
    let mut model = fleet();
    let crate::domain::delta::Row::Namespace(mut row) = namespace("checkout") else { unreachable!() };
    row.meta.labels = Box::new([
        ("kubernetes.io/metadata.name".into(), "checkout".into()),
        ("team".into(), "payments".into()),
        ("tier".into(), "1".into()),
    ]);
    rows(&mut model, crate::domain::ids::ClusterId(0), vec![crate::domain::delta::Row::Namespace(row)]);
    press(&mut model, &["2", "down", "#", "ctrl-u", "down", "down"]);
    update(&mut model, paste("environment=pro duction"), NOW);
    both("form_labels", &mut model);
}
