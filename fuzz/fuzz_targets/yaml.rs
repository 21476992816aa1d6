//! `cargo +nightly fuzz run yaml fuzz/corpus/yaml`: what a person may paste into the editor.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| eksdeck::yaml::fuzz(bytes));
