//! The README is true: its tables are those of the program, its picture is what the program draws, its commands exist.
//!
//! `EKSDECK_BLESS=1 cargo test --test it readme::` writes the tables and the picture anew.

use std::fs;
use std::path::Path;
use std::process::Command;

use eksdeck::{config, input};

const README: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/README.md");

fn readme() -> String {
    fs::read_to_string(README).unwrap()
}

/// The text between `<!-- NAME -->` and `<!-- end NAME -->`.
fn block<'a>(readme: &'a str, name: &str) -> &'a str {
    let (begin, end) = (format!("<!-- {name} -->\n"), format!("<!-- end {name} -->"));
    let from = readme.find(&begin).unwrap_or_else(|| panic!("no {begin}")) + begin.len();
    let to = readme[from..].find(&end).unwrap_or_else(|| panic!("no {end}")) + from;
    readme[from..to].trim_matches('\n')
}

fn hold(name: &str, wanted: &str) {
    let text = readme();
    let found = block(&text, name).to_owned();
    let wanted = wanted.trim_matches('\n');
    if std::env::var_os("EKSDECK_BLESS").is_some() && found != wanted {
        let (begin, end) = (format!("<!-- {name} -->\n"), format!("<!-- end {name} -->"));
        let fresh = text.replace(&format!("{begin}{found}\n{end}"), &format!("{begin}{wanted}\n{end}"));
        fs::write(README, fresh).unwrap();
        return;
    }
    assert_eq!(found, wanted, "the README's {name} are not the program's; EKSDECK_BLESS=1 writes them");
}

#[test]
fn its_tables_are_the_programs() {
    hold("keys", &input::readme::key_table());
    hold("mouse", &input::readme::mouse_table());
    hold("differences from k9s", &input::readme::k9s_differences());
    hold("settings", &config::reference());
}

#[test]
fn its_picture_is_what_the_program_draws() {
    let folder = tempfile::tempdir().unwrap();
    let output = Command::new(env!("CARGO_BIN_EXE_eksdeck"))
        .args(["demo", "--snapshot", "text", "--width", "132", "--height", "36", "--select", "payments-prod/ledger"])
        .env("HOME", folder.path())
        .env("LANG", "C.UTF-8")
        .env_remove("XDG_CONFIG_HOME")
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let drawn = String::from_utf8(output.stdout).unwrap();
    let drawn: String = drawn.lines().map(|line| line.trim_end().to_owned() + "\n").collect();
    let text = readme();
    let found = block(&text, "picture").trim_start_matches("```text\n").trim_end_matches("```");
    if std::env::var_os("EKSDECK_BLESS").is_some() {
        return hold("picture", &format!("```text\n{drawn}```"));
    }
    assert_eq!(skeleton(found), skeleton(&drawn), "EKSDECK_BLESS=1 draws it anew");
}

/// What does not change from one minute to the next: the header, the titles, the footer, and that there is a log.
/// Rows and counts do, and with them which Job is the first and is followed.
fn skeleton(frame: &str) -> Vec<String> {
    let last = frame.lines().count() - 1;
    let words = |line: &str| {
        let plain = line.split(|char: char| !char.is_alphabetic()).filter(|word| word.len() > 3);
        plain.map(str::to_owned).collect::<Vec<_>>().join(" ")
    };
    let fixed = frame.lines().enumerate().filter(|(place, _)| *place < 2 || *place == last);
    let logs = frame.lines().find(|line| line.contains("4 logs")).and_then(|line| line.split(" · ").next());
    fixed.map(|(_, line)| words(line)).chain(logs.map(words)).collect()
}

#[test]
fn its_files_are_there() {
    let text = readme();
    for word in text.split(['(', ')', '`']).filter(|word| word.starts_with("assets/") || word.ends_with(".md")) {
        assert!(Path::new(env!("CARGO_MANIFEST_DIR")).join(word).exists(), "the README names {word}");
    }
}
