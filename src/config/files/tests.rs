use std::fs;

use super::*;
use crate::config::{Mouse, reference};
use crate::domain::cloud::{Reach, ReachRole};

const THEMES: [&str; 2] = ["dark", "light"];
const KEYMAPS: [&str; 2] = ["default", "vim"];

fn parsed(text: &str) -> (Config, Vec<ConfigProblem>) {
    parse("config.toml", text, &THEMES, &KEYMAPS)
}

fn home() -> (tempfile::TempDir, Environment) {
    let folder = tempfile::tempdir().unwrap();
    let environment = Environment { home: Some(folder.path().to_owned()), ..Environment::default() };
    fs::create_dir_all(folder.path().join(".config/eksdeck/themes")).unwrap();
    (folder, environment)
}

fn loaded(environment: &Environment, flag: Option<&Path>) -> Loaded {
    load(environment, flag, &THEMES, &KEYMAPS)
}

#[test]
fn the_defaults_that_are_told_are_the_defaults() {
    for key in keys::all() {
        let mut config = Config { log_streams: 1, ..Config::default() };
        let text = format!("{} = {}\n", key.name, key.default);
        let (read, problems) = parsed(&text);
        assert_eq!((read, problems), (Config::default(), vec![]), "{text}");
        let value = toml::de::DeValue::parse(key.default).unwrap();
        assert!((key.set)(&mut config, value.get_ref()).is_ok());
        assert!(reference().contains(&format!("| `{}` | `{}` |", key.name, key.default)));
    }
}

#[test]
fn every_key_sets_something() {
    let text = "
theme = \"light\"
keymap = \"vim\"
mouse = false
signs = \"ascii\"
[clusters]
kubeconfig = \"~/a\"
open = [\"prod\", \"dev\"]
namespaces = [\"payments\"]
[labels]
team = \"squad\"
cost-center = [\"cc\"]
[aws]
discover = false
profiles = [\"sre\"]
roles = [\"arn:aws:iam::1:role/a\", {arn = \"arn:aws:iam::2:role/b\", external-id = \"x\", profile = \"p\"}]
regions = \"eu-west-1\"
refresh-seconds = 60
[logs]
streams = 7
tail = 20_000
memory-mib = 8
disk-mib = 0
[connections]
per-cluster = 3
total = 0x20
[refresh]
probe-seconds = 5
request-timeout-seconds = 6
exec-timeout-seconds = 9
";
    let (config, problems) = parsed(text);
    assert_eq!(problems, []);
    assert_eq!((config.theme.as_deref(), config.keymap.as_str(), config.mouse), (Some("light"), "vim", Mouse::Off));
    assert_eq!(
        (config.open.len(), config.kubeconfig, config.team_labels),
        (2, vec!["~/a".into()], vec!["squad".into()])
    );
    let role = |arn: &str, external_id: Option<&str>, profile: Option<&str>| ReachRole {
        arn: arn.to_owned(),
        external_id: external_id.map(str::to_owned),
        profile: profile.map(str::to_owned),
    };
    let reach = Reach {
        discover: false,
        profiles: vec!["sre".into()],
        roles: vec![role("arn:aws:iam::1:role/a", None, None), role("arn:aws:iam::2:role/b", Some("x"), Some("p"))],
        regions: vec!["eu-west-1".into()],
        every: std::time::Duration::from_secs(60),
    };
    assert_eq!(config.reach, reach);
    assert_eq!((config.log_streams, config.log_tail, config.log_memory, config.log_disk), (7, 20_000, 8 << 20, 0));
    assert_eq!((config.connections_per_cluster, config.connections), (3, 32));
    assert_eq!((config.probe_every.as_secs(), config.exec_timeout.as_secs()), (5, 9));
}

#[test]
fn every_mistake_has_its_place_and_the_nearest_word_and_the_rest_applies() {
    let (config, problems) = parsed(
        "\
theem = \"light\"
theme = \"ligth\"
keymap = \"vi\"
mouse = \"yes\"
streams = 9
[log]
tail = 5
[logs]
streams = 9_000
tial = 5
tail = 77
",
    );
    let told = problems.iter().map(|p| (p.line, p.column, p.suggestion.as_deref())).collect::<Vec<_>>();
    assert_eq!(
        told,
        [
            (1, 1, Some("theme")),
            (2, 9, Some("light")),
            (3, 10, Some("vim")),
            (4, 9, None),
            (5, 1, Some("logs.streams")),
            (6, 2, Some("logs")),
            (9, 11, None),
            (10, 1, Some("logs.tail")),
        ],
        "{problems:#?}"
    );
    assert_eq!(problems[3].words, "`mouse` takes true or false, found \"yes\"");
    assert_eq!(problems[6].words, "`logs.streams` takes a number from 1 to 500, found 9000");
    assert_eq!((config.theme, config.keymap.as_str(), config.log_streams, config.log_tail), (None, "default", 50, 77));
}

#[test]
fn without_files_everything_is_as_shipped() {
    let (_folder, environment) = home();
    let loaded = loaded(&environment, None);
    assert_eq!((loaded.config, loaded.problems, loaded.keys), (Config::default(), vec![], None));
}

#[test]
fn a_persons_files_are_read_from_the_configuration_folder() {
    let (folder, environment) = home();
    let config = folder.path().join(".config/eksdeck");
    fs::write(config.join("config.toml"), "theme = \"mine\"\n").unwrap();
    fs::write(config.join("keys.toml"), "[jobs]\n").unwrap();
    fs::write(config.join("themes/mine.toml"), "inherit = \"light\"\n").unwrap();
    let loaded = loaded(&environment, None);
    assert_eq!(loaded.problems, []);
    assert_eq!(loaded.config.theme.as_deref(), Some("mine"));
    let keys = loaded.keys.unwrap();
    assert_eq!((keys.name.as_str(), keys.text.as_str()), ("~/.config/eksdeck/keys.toml", "[jobs]\n"));
    assert_eq!(own_themes(&loaded.paths), ["mine"]);
    assert_eq!(own_theme(&loaded.paths, "mine").0.unwrap().text, "inherit = \"light\"\n");
    assert_eq!(own_theme(&loaded.paths, "../config").0, None, "a name is not a path");
}

#[test]
fn what_cannot_be_read_is_told_and_the_program_starts() {
    let (folder, environment) = home();
    let missing = folder.path().join("missing.toml");
    let told = |loaded: Loaded| loaded.problems.into_iter().map(|p| (p.file, p.words)).collect::<Vec<_>>();
    let [(file, words)] = told(loaded(&environment, Some(&missing))).try_into().unwrap();
    assert!(file == "~/missing.toml" && words.starts_with("cannot be read"), "{file} {words}");
    let own = folder.path().join(".config/eksdeck/config.toml");
    fs::write(&own, [0xff, 0xfe]).unwrap();
    assert_eq!(told(loaded(&environment, None))[0].1, "not UTF-8: not read");
    fs::write(&own, "#".repeat(2 << 20)).unwrap();
    assert_eq!(told(loaded(&environment, None))[0].1, "larger than 1024 KiB: not read");
}
