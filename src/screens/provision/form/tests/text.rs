use proptest::prelude::*;
use rstest::rstest;
use serde_json::{Map, Value, json};

use super::fixture::*;
use super::*;
use crate::domain::provision::variables::from_text;

fn text(page: &FormPage) -> String {
    page.text.as_ref().unwrap().text()
}

/// Puts a text in place of the whole one.
fn replace(page: &mut FormPage, text: &str) {
    page.text = Some(text_mode::TextMode::new(text));
}

#[test]
fn the_text_says_what_the_fields_say_and_takes_changes_back() {
    let mut page = filled();
    page.act(FormAction::ToggleText);
    let said = from_text(&text(&page)).unwrap();
    let wanted = json!({"region": "eu-central-1", "name": "payments-eu", "kubernetes_version": "1.34", "tags": {"team": "platform"}});
    assert_eq!(json!(said), wanted);
    page.act(FormAction::Last);
    page.act(FormAction::Paste("vpc_id = \"vpc-0123456789abcdef0\"\n".to_owned()));
    type_text(&mut page, "subnet_ids = [\"subnet-0123456789abcdef0\", \"subnet-0123456789abcdef1\"]");
    page.act(FormAction::ToggleText);
    assert!(!page.is_text());
    let subnets = &page.fields[at(&page, "subnet_ids")];
    assert_eq!(subnets.text(), "subnet-0123456789abcdef0, subnet-0123456789abcdef1");
    assert!(matches!(page.act(FormAction::Submit), Some(FormYield::Plan(_))), "{:?}", page.problems);
}

#[test]
fn a_text_that_cannot_be_read_stays_with_the_cursor_on_the_place() {
    let mut page = filled();
    page.act(FormAction::ToggleText);
    let wrong = "name = \"b\"\ntags = {\n  team = var.team\n}\n";
    replace(&mut page, wrong);
    page.act(FormAction::ToggleText);
    assert!(page.is_text());
    assert_eq!(text(&page), wrong);
    let mode = page.text.as_ref().unwrap();
    let words = mode.problem.as_ref().unwrap().to_string();
    assert!(words.starts_with("line 2, column 8: ") && words.contains("var is not a value"), "{words}");
    assert_eq!((mode.buffer().cursor().line, mode.buffer().cursor().column), (1, 7));
    assert!(seen(&page).contains("▲ line 2, column 8: "), "{}", seen(&page));
    assert_eq!(page.act(FormAction::Submit), Some(FormYield::Invalid));
    assert_eq!(page.fields[at(&page, "name")].text(), "payments-eu", "nothing of it was taken");
    replace(&mut page, "name = \"b\"\nregion = \"eu-west-1\"\nkubernetes_version = \"1.34\"");
    assert!(matches!(page.act(FormAction::Submit), Some(FormYield::Plan(_))), "a text that is fine is submitted");
    assert_eq!(page.identity().name, "b");
}

#[rstest]
#[case(
    "region = \"eu-west-1\"\n  organisation = \"evil\"",
    "line 2, column 3: organisation is not for this text to say; it is acme. Take the line away"
)]
#[case(
    "account_id = \"999999999999\"",
    "line 1, column 1: account_id is not for this text to say; it is 222222222222. Take the line away"
)]
#[case("x = 1\nname = [1]", "line 2, column 1: name wants text")]
fn who_the_cluster_is_cannot_be_said_otherwise(#[case] wrong: &str, #[case] words: &str) {
    let mut page = filled();
    page.act(FormAction::ToggleText);
    replace(&mut page, wrong);
    page.act(FormAction::ToggleText);
    assert_eq!(page.text.as_ref().unwrap().problem.as_ref().unwrap().to_string(), words);
}

#[test]
fn a_whole_tfvars_of_the_same_cluster_is_taken() {
    let mut page = filled();
    page.act(FormAction::ToggleText);
    replace(
        &mut page,
        "organisation = \"acme\"\naccount_id = \"222222222222\"\nname = \"b\"\nregion = \"eu-west-1\"\nkubernetes_version = \"1.34\"\nnew_thing = 1\n",
    );
    page.act(FormAction::ToggleText);
    assert!(!page.is_text());
    assert_eq!(told(&page, "new_thing"), "the module has no variable new_thing");
    page.act(FormAction::ToggleText);
    replace(&mut page, "name = \"b\"\nregion = \"eu-west-1\"\nkubernetes_version = \"1.34\"\n");
    page.act(FormAction::ToggleText);
    assert!(page.problems.is_empty(), "{:?}", page.problems);
    assert!(page.fields.iter().all(|field| field.label != "new_thing"));
}

#[test]
fn what_is_no_value_yet_is_not_lost_by_a_look_at_the_text() {
    let mut page = filled();
    fill(&mut page, "node_groups", "{ a = ");
    page.act(FormAction::ToggleText);
    assert!(text(&page).contains("# node_groups stays as it was typed into the form until it stands here: { a = "));
    page.act(FormAction::ToggleText);
    assert_eq!(page.fields[at(&page, "node_groups")].text(), "{ a = ");
    page.act(FormAction::ToggleText);
    page.act(FormAction::Last);
    page.act(FormAction::Paste("node_groups = { b = {} }".to_owned()));
    page.act(FormAction::ToggleText);
    assert_eq!(page.values()["node_groups"], json!({"b": {}}));
}

#[test]
fn comments_of_a_person_are_there_again_as_long_as_they_speak_of_the_same_values() {
    let mut page = filled();
    page.act(FormAction::ToggleText);
    page.act(FormAction::First);
    page.act(FormAction::Paste("# why so\n".to_owned()));
    page.act(FormAction::ToggleText);
    page.act(FormAction::ToggleText);
    assert!(text(&page).starts_with("# why so\n"));
    page.act(FormAction::ToggleText);
    fill(&mut page, "name", "other");
    page.act(FormAction::ToggleText);
    assert!(!text(&page).contains("why so"));
}

#[test]
fn a_secret_in_a_pasted_text_goes_into_its_field_and_stands_there_no_more() {
    let variables = of_text("variable \"password\" {\n type = string\n sensitive = true\n}\n");
    let mut page = FormPage::new(FormSubject { variables, given: Map::new(), ..subject("prod") });
    page.act(FormAction::ToggleText);
    page.act(FormAction::Paste("password = \"hunter2\"\nname = \"a\"\nregion = \"eu-west-1\"\n#".to_owned()));
    let old = text(&page).rfind('#').unwrap();
    let mine = text(&page)[..old].to_owned();
    replace(&mut page, &mine);
    page.act(FormAction::ToggleText);
    page.act(FormAction::ToggleText);
    assert!(!text(&page).contains("hunter2"));
    page.act(FormAction::ToggleText);
    assert_eq!(page.values()["password"], json!("hunter2"), "and no look at the text takes it away");
}

#[test]
fn the_text_is_edited_as_texts_are() {
    let mut page = filled();
    page.act(FormAction::ToggleText);
    replace(&mut page, "");
    type_text(&mut page, "tags = {");
    key(&mut page, "enter");
    key(&mut page, "tab");
    type_text(&mut page, "a = 1x");
    key(&mut page, "backspace");
    key(&mut page, "enter");
    type_text(&mut page, "}");
    assert_eq!(text(&page), "tags = {\n  a = 1\n  }");
    key(&mut page, "ctrl-u");
    assert_eq!(text(&page), "tags = {\n  a = 1\n");
    key(&mut page, "ctrl-z");
    key(&mut page, "ctrl-z");
    key(&mut page, "ctrl-z");
    key(&mut page, "ctrl-y");
    key(&mut page, "up");
    key(&mut page, "end");
    key(&mut page, "left");
    key(&mut page, "delete");
    assert!(text(&page).starts_with("tags = {\n  a = "), "{}", text(&page));
}

fn words() -> impl Strategy<Value = String> {
    prop_oneof!["[a-z0-9.]{0,6}", "[ -~]{0,12}", any::<String>()]
}

fn values() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        3 => words().prop_map(Value::from),
        1 => any::<i32>().prop_map(Value::from),
        1 => any::<bool>().prop_map(Value::from),
        1 => Just(Value::Null),
    ];
    leaf.prop_recursive(3, 12, 3, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..3).prop_map(Value::from),
            proptest::collection::vec((words(), inner), 0..3).prop_map(|all| Value::Object(all.into_iter().collect())),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn from_the_form_to_the_text_and_back_every_value_stays(
        given in proptest::collection::vec((0usize..31, values()), 0..6),
        name in words(),
        typed in proptest::collection::vec((0usize..25, words()), 0..4),
    ) {
        let mut subject = subject("prod");
        let variables = subject.variables.clone();
        let names = given.iter().map(|(at, value)| (variables[at % variables.len()].name.clone(), value.clone()));
        subject.given = names.filter(|(name, _)| !values::is_identity(name)).collect();
        subject.identity.name = name.chars().filter(|char| !char.is_control()).collect();
        let mut page = FormPage::new(subject);
        for (at, text) in typed {
            let at = 1 + at % (page.fields.len() - 1);
            page.focus = Row::Field(at);
            page.act(FormAction::Paste(text));
        }
        let (before, texts) = (page.values(), page.fields.clone());
        page.act(FormAction::ToggleText);
        let first = text(&page);
        page.act(FormAction::ToggleText);
        prop_assert!(!page.is_text(), "{first}");
        prop_assert_eq!(page.values(), before.clone());
        prop_assert!(page.fields == texts, "nothing is as if it was typed anew");
        // What is read anew is the same as well.
        let mut other = FormPage::new(FormSubject { given: Map::new(), ..page.subject().clone() });
        replace(&mut other, &first);
        other.act(FormAction::ToggleText);
        prop_assert_eq!(other.values(), before);
    }
}
