mod check;
mod evaluate;
mod input;
mod modules;
mod read;
mod text;

use proptest::prelude::*;
use serde_json::{Map, Value};

use super::*;

fn module(text: &str) -> Vec<Variable> {
    read(&[("main.tf".to_owned(), text.to_owned())]).unwrap()
}

fn given(text: &str) -> Map<String, Value> {
    from_text(text).unwrap()
}

/// Each as `variable: words`.
fn problems(variables: &[Variable], given: &Map<String, Value>) -> Vec<String> {
    check(variables, given).into_iter().map(|Problem { variable, words }| format!("{variable}: {words}")).collect()
}

/// Text that breaks what is quoted carelessly.
fn nasty() -> impl Strategy<Value = String> {
    let pieces = prop_oneof![
        Just("\""),
        Just("\\"),
        Just("\n"),
        Just("\r\n"),
        Just("\t"),
        Just("${x}"),
        Just("%{if}"),
        Just("$"),
        Just("%"),
        Just("{"),
        Just("}"),
        Just("["),
        Just("]"),
        Just(","),
        Just("="),
        Just("$(rm -rf /)"),
        Just("`id`"),
        Just("'"),
        Just(";"),
        Just("|"),
        Just("&&"),
        Just(" "),
        Just("#"),
        Just("//"),
        Just("/*"),
        Just("<<EOT"),
        Just("\u{0}"),
        Just("\u{1b}[31m"),
        Just("\u{85}"),
        Just("\u{feff}"),
        Just("é"),
        Just("👩‍🚀"),
        Just("null"),
        Just("true"),
        Just("1"),
        Just("for"),
        Just("a"),
        Just("-"),
    ];
    let made = proptest::collection::vec(pieces, 0..6).prop_map(|pieces| pieces.concat());
    prop_oneof![3 => made, 1 => any::<String>()]
}
