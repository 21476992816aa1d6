//! One small source for each kind of violation, and for what must pass.

use rstest::rstest;

use super::check::of_texts;

const MANIFEST: &str = "[dependencies]\ntokio = '1'\nkube = '5'\nratatui = '0.30'\njiff = '0.2'\nserde-json = '1'\ncolor-eyre = '0.6'\ntracing = '0.1'\n";

/// A house of one file a folder, with `text` in place of one of them.
fn house(file: &str, text: &str) -> Vec<String> {
    let mut texts = vec![
        (
            "src/lib.rs",
            "pub mod domain; pub mod store; pub mod ui; pub mod runtime; pub mod adapters; pub mod screens;",
        ),
        ("src/domain/mod.rs", "pub struct Row;"),
        ("src/store/mod.rs", "pub struct Table;"),
        ("src/ui/mod.rs", "pub use ratatui::style::Color; pub use tokio::sync::mpsc as paths;"),
        ("src/runtime/mod.rs", "pub mod ports; pub mod tasks;"),
        ("src/runtime/ports.rs", "pub use crate::domain::Row; pub trait Port {}"),
        ("src/runtime/tasks.rs", "pub struct Tasks;"),
        ("src/adapters/mod.rs", "pub struct Kube;"),
        ("src/screens/mod.rs", "pub mod deck;"),
        ("src/screens/deck/mod.rs", "mod update;"),
        ("src/screens/deck/update.rs", "pub fn update() {}"),
    ];
    match texts.iter_mut().find(|(name, _)| *name == file) {
        Some(found) => found.1 = text,
        None => texts.push((file, text)),
    }
    of_texts(&texts, MANIFEST)
}

#[test]
fn the_house_itself_stands() {
    // `ui` passes a tokio module on: that alone is an arrow, so the fixture leaves it out here.
    assert_eq!(house("src/ui/mod.rs", "pub use ratatui::style::Color;"), Vec::<String>::new());
}

#[rstest]
#[case::a_use(
    "src/domain/mod.rs",
    "use crate::store::Table;",
    "src/domain/mod.rs:1: `crate::store::Table`: domain may name no folder beside itself, not store"
)]
#[case::the_line("src/domain/mod.rs", "\n\nfn f() { crate::store::f(); }", "src/domain/mod.rs:3: `crate::store::f`")]
#[case::an_inline_path("src/domain/mod.rs", "fn f() -> crate::store::Table { loop {} }", "`crate::store::Table`")]
#[case::upwards(
    "src/store/mod.rs",
    "fn f(x: &super::ui::Theme) {}",
    "(which is crate::ui::Theme): store may name domain beside itself, not ui"
)]
#[case::a_rename("src/store/mod.rs", "use crate::{ui as outlook}; fn f() { outlook::draw(); }", "`crate::ui`")]
#[case::a_rename_then_used(
    "src/domain/mod.rs",
    "use std as base; fn f() { base::fs::read(1); }",
    "`base::fs::read` (which is std::fs::read): domain is pure"
)]
#[case::a_glob_of_the_root(
    "src/domain/mod.rs",
    "use crate::*; fn f() { ui::draw(); }",
    "`ui::draw` (which is crate::ui::draw)"
)]
#[case::a_glob_of_clocks("src/domain/mod.rs", "use std::time::*; fn f() { Instant::now(); }", "std::time::Instant")]
#[case::a_module_by_name(
    "src/domain/mod.rs",
    "use std::{fs, fmt};",
    "`std::fs`: domain is pure and never names std::fs"
)]
#[case::core_is_std("src/domain/mod.rs", "fn f(x: core::net::IpAddr) {}", "std::net")]
#[case::an_outside_crate("src/domain/mod.rs", "use tokio::sync::mpsc;", "domain may name frizbee")]
#[case::an_outside_crate_inline("src/store/mod.rs", "fn f(x: kube::Client) {}", "`kube::Client`")]
#[case::an_outside_crate_by_colons("src/store/mod.rs", "fn f(x: ::kube::Client) {}", "`kube::Client`")]
#[case::an_extern_crate("src/store/mod.rs", "extern crate kube as k;", "not kube")]
#[case::the_clock(
    "src/domain/mod.rs",
    "use jiff::Timestamp; fn f() { Timestamp::now(); }",
    "`Timestamp::now` (which is jiff::Timestamp::now): domain is pure and never names jiff::Timestamp::now"
)]
#[case::in_a_block("src/store/mod.rs", "fn f() { use kube::Client as C; C::new(); }", "`kube::Client`")]
#[case::in_a_macro("src/domain/mod.rs", "fn f() { vec![std::fs::read(1)]; }", "`std::fs::read`")]
#[case::in_a_macro_group("src/domain/mod.rs", "m! { use std::{fmt, fs}; }", "`std::fs`")]
#[case::in_a_macro_of_its_own(
    "src/domain/mod.rs",
    "macro_rules! m { () => { $crate::ui::draw() } }",
    "`crate::ui::draw`"
)]
#[case::a_macro_of_a_crate("src/domain/mod.rs", "fn f() { tracing::info!(1); }", "`tracing::info`")]
#[case::in_an_attribute("src/domain/mod.rs", "#[derive(kube::Resource)] struct S;", "`kube::Resource`")]
#[case::in_a_text_of_an_attribute(
    "src/domain/mod.rs",
    "struct S { #[serde(with = \"crate::adapters::kube\")] x: u8 }",
    "`crate::adapters::kube`"
)]
#[case::in_an_inline_module("src/domain/mod.rs", "mod inner { use super::super::ui::Theme; }", "crate::ui::Theme")]
#[case::a_reexport_of_a_crate(
    "src/screens/mod.rs",
    "use crate::ui::paths;",
    "(which is tokio::sync::mpsc): of outside crates screens may name"
)]
#[case::a_reexport_by_glob(
    "src/screens/mod.rs",
    "use crate::ui::*; fn f() { paths::channel(1); }",
    "(which is tokio::sync::mpsc::channel)"
)]
#[case::more_than_the_ports(
    "src/adapters/mod.rs",
    "use crate::runtime::tasks::Tasks;",
    "adapters may name domain, kinds, config, yaml, runtime::ports beside itself, not runtime"
)]
#[case::an_adapter_that_draws("src/adapters/mod.rs", "use crate::screens::deck;", "not screens")]
#[case::the_runtime_that_adapts("src/runtime/tasks.rs", "use crate::adapters::Kube;", "not adapters")]
#[case::an_update_that_waits(
    "src/screens/deck/update.rs",
    "async fn update() { tokio::time::sleep(1).await }",
    "an update is pure and never names tokio"
)]
#[case::an_update_that_draws(
    "src/screens/deck/update.rs",
    "use ratatui::layout::Rect;",
    "an update is pure and never names ratatui"
)]
#[case::color_eyre("src/adapters/mod.rs", "use color_eyre::eyre::Report;", "only main names color_eyre")]
#[case::a_file_of_nobody("src/store/lost.rs", "pub struct Lost;", "src/store/lost.rs:1: no `mod` line leads here")]
#[case::a_path_attribute("src/store/mod.rs", "#[path = \"../ui/mod.rs\"] mod smuggled;", "has a #[path]")]
fn a_violation_is_found(#[case] file: &str, #[case] text: &str, #[case] words: &str) {
    let found = house(file, text);
    assert!(found.iter().any(|line| line.contains(words) && line.starts_with(file)), "wanted {words:?} in {found:#?}");
}

#[rstest]
#[case::its_own_folder(
    "src/domain/mod.rs",
    "use self::inner::A; mod inner { pub struct A; fn f(x: super::B) {} } struct B;"
)]
#[case::a_lower_folder("src/screens/mod.rs", "pub mod deck; use crate::{domain::Row, store::Table, ui::Color};")]
#[case::the_ports(
    "src/adapters/mod.rs",
    "use crate::runtime::ports::{self, Port, Row}; use kube::Client; impl ports::Port for Client {}"
)]
#[case::tests_may(
    "src/domain/mod.rs",
    "#[cfg(test)] mod tests { use crate::ui; use tokio::time; } #[test] fn f() { std::fs::read(1); }"
)]
#[case::a_local_named_like_a_crate("src/domain/mod.rs", "fn f(kube: u8) -> u8 { let tokio = kube; tokio }")]
#[case::a_module_named_like_a_crate("src/domain/mod.rs", "mod kube { pub fn f() {} } fn f() { kube::f(); }")]
#[case::a_method_in_a_macro("src/domain/mod.rs", "fn f(x: X) { m!(x.tokio::<u8>()); }")]
#[case::a_duration("src/domain/mod.rs", "use std::time::Duration; use jiff::Timestamp; fn f(now: Timestamp) {}")]
#[case::words_in_docs("src/domain/mod.rs", "/// As `tokio::time` would. \n pub struct S;")]
fn what_is_allowed_passes(#[case] file: &str, #[case] text: &str) {
    let ui = ("src/ui/mod.rs", "pub use ratatui::style::Color;");
    let found: Vec<_> = house(file, text).into_iter().filter(|line| !line.starts_with(ui.0)).collect();
    assert_eq!(found, Vec::<String>::new());
}

#[test]
fn test_modules_in_files_of_their_own_are_not_read() {
    let texts = [
        ("src/lib.rs", "pub mod domain;"),
        ("src/domain/mod.rs", "pub mod age;"),
        ("src/domain/age.rs", "#[cfg(test)] mod tests;"),
        ("src/domain/age/tests.rs", "use std::fs; mod deep;"),
        ("src/domain/age/tests/deep.rs", "use tokio::time;"),
    ];
    assert_eq!(of_texts(&texts, MANIFEST), Vec::<String>::new());
}
