use std::path::Path;
use std::sync::Arc;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use serde_json::{Map, Value, json};

use super::super::view::{FormBox, draw};
use super::*;
use crate::domain::gate::Environment;
use crate::domain::provision::limit::{Allowed, Limit};
use crate::domain::provision::site::{EnvironmentSettings, ModuleSource, care};
use crate::domain::provision::variables::{Variable, read};
use crate::domain::provision::{Identity, Kind};
use crate::input::event::Key;
use crate::ui::ascii::spell_cells;
use crate::ui::testing::text;
use crate::ui::theme::{Terminal, Theme, choose};

/// Of one of our own modules.
pub fn module(name: &str) -> Arc<Vec<Variable>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/terraform").join(name);
    let mut files: Vec<(String, String)> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|end| end == "tf"))
        .map(|path| (path.file_name().unwrap().to_string_lossy().into_owned(), std::fs::read_to_string(&path).unwrap()))
        .collect();
    files.sort();
    Arc::new(read(&files).unwrap())
}

pub fn of_text(text: &str) -> Arc<Vec<Variable>> {
    Arc::new(read(&[("main.tf".to_owned(), text.to_owned())]).unwrap())
}

pub fn object(value: Value) -> Map<String, Value> {
    value.as_object().unwrap().clone()
}

pub fn environments() -> Vec<(String, EnvironmentSettings)> {
    let dev = EnvironmentSettings { region: "eu-west-1".to_owned(), ..EnvironmentSettings::default() };
    let one_of = |path: &str, allowed: Value| Limit {
        path: path.to_owned(),
        allowed: Allowed::OneOf(allowed.as_array().unwrap().clone()),
    };
    let prod = EnvironmentSettings {
        account: "222222222222".to_owned(),
        region: "eu-central-1".to_owned(),
        role: Some("arn:aws:iam::222222222222:role/eksdeck".to_owned()),
        is_protected: true,
        approvals: 2,
        defaults: object(json!({"kubernetes_version": "1.34", "tags": {"team": "platform"}})),
        limits: vec![
            one_of("kubernetes_version", json!(["1.33", "1.34", "1.35"])),
            one_of("node_groups.*.instance_types", json!(["m7i.*", "m6i.*"])),
        ],
        ..EnvironmentSettings::default()
    };
    let trial = EnvironmentSettings { module: ModuleSource::Trial, ..dev.clone() };
    assert_eq!(care("prod", ""), Environment::Production);
    vec![("dev".to_owned(), dev), ("prod".to_owned(), prod), ("trial".to_owned(), trial)]
}

/// A new cluster in an environment, with the environment's module and defaults.
pub fn subject(environment: &str) -> FormSubject {
    let offered = |version: &str, is_extended: bool, note: &str| OfferedVersion {
        version: version.to_owned(),
        is_extended,
        note: note.to_owned(),
    };
    let mut subject = FormSubject {
        kind: Kind::Provision,
        environments: environments(),
        environment: environment.to_owned(),
        identity: Identity {
            organisation: "acme".to_owned(),
            account: String::new(),
            region: String::new(),
            name: String::new(),
        },
        variables: Arc::new(Vec::new()),
        given: Map::new(),
        before: None,
        is_hidden: false,
        running_version: None,
        versions: vec![
            offered("1.35", false, "standard, 126 days left"),
            offered("1.34", false, "standard, 11 days left"),
            offered("1.33", true, "extended, 250 days left"),
            offered("1.32", true, "extended, 122 days left"),
        ],
        regions: ["eu-central-1", "eu-west-1", "us-east-1"].map(str::to_owned).to_vec(),
        runs: [].into(),
    };
    let settings = subject.settings();
    let name = if settings.module == ModuleSource::Trial { "trial" } else { "eks" };
    (subject.variables, subject.given) = (module(name), settings.defaults);
    subject
}

pub fn page(environment: &str) -> FormPage {
    FormPage::new(subject(environment))
}

/// A page that nothing is wrong with.
pub fn filled() -> FormPage {
    let mut page = page("prod");
    fill(&mut page, "name", "payments-eu");
    assert!(page.problems.is_empty(), "{:?}", page.problems);
    page
}

/// An update of a cluster that runs 1.33.
pub fn update() -> FormSubject {
    let mut subject = subject("prod");
    subject.kind = Kind::Update;
    subject.identity.account = "222222222222".to_owned();
    (subject.identity.region, subject.identity.name) = ("eu-west-1".to_owned(), "payments".to_owned());
    subject.given = object(json!({"kubernetes_version": "1.33", "node_groups": {"general": {}}}));
    subject.before = Some(subject.given.clone());
    subject.running_version = Some("1.33".to_owned());
    subject
}

pub fn key(page: &mut FormPage, name: &str) -> Option<FormYield> {
    page.act(FormAction::Key(Key::parse(name).unwrap()))
}

pub fn type_text(page: &mut FormPage, text: &str) {
    for char in text.chars() {
        let key = if char == ' ' { Key::parse("space") } else { Key::parse(&char.to_string()) };
        page.act(FormAction::Key(key.unwrap()));
    }
}

/// Where the field of this label is.
pub fn at(page: &FormPage, label: &str) -> usize {
    page.fields.iter().position(|field| field.label == label).unwrap_or_else(|| panic!("no field {label}"))
}

pub fn go(page: &mut FormPage, label: &str) {
    page.unfolded = true;
    page.act(FormAction::To(Row::Field(at(page, label))));
    assert_eq!(page.focus, Row::Field(at(page, label)));
}

/// Types into a field in place of what is there, key by key.
pub fn fill(page: &mut FormPage, label: &str, text: &str) {
    go(page, label);
    key(page, "end");
    key(page, "ctrl-u");
    type_text(page, text);
}

pub fn told(page: &FormPage, label: &str) -> String {
    page.told(at(page, label)).join(" | ")
}

pub fn drawn(page: &FormPage, ascii: bool, (wide, high): (u16, u16)) -> (String, FormBox) {
    let area = Rect::new(0, 0, wide, high);
    let mut buffer = Buffer::empty(area);
    let theme = Theme::load(&choose(Some("dark"), Some(ascii), &Terminal::default()), None).0;
    let drawn = draw(page, &theme, area, &mut buffer);
    if ascii {
        // As for every page.
        spell_cells(&mut buffer);
    }
    (text(&buffer), drawn)
}

/// All of it, as a person could scroll through it.
pub fn seen(page: &FormPage) -> String {
    drawn(page, false, (160, 200)).0
}
