//! Holds the imports of `src/` against the layering of the house.
//!
//! Every file is parsed with `syn`; every path in it (in `use`, inline, in macros and attributes) is resolved through
//! `crate::`, `super::`, renames, globs and re-exports to what it really names, and each stop on the way is held
//! against [`table::TABLE`]. Test code (`#[cfg(test)]`) may name what it likes.

mod check;
mod fixtures;
mod names;
mod resolve;
mod table;
mod tree;

use std::path::Path;

use tree::Tree;

#[test]
fn no_file_names_what_its_folder_may_not() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let tree = Tree::read(root).unwrap();
    let found = check::violations(&tree);
    let lines: Vec<String> = found.iter().map(ToString::to_string).collect();
    assert!(found.is_empty(), "{} arrows point up:\n{}", lines.len(), lines.join("\n"));
}

#[test]
fn every_folder_of_the_house_has_its_line_in_the_table() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let tree = Tree::read(root).unwrap();
    let without: Vec<_> = tree.folders().into_iter().filter(|folder| table::rule(folder).is_none()).collect();
    assert!(without.is_empty(), "folders of src/ that tests/layering/table.rs does not know: {without:?}");
}
