use serde_json::json;

use super::fixture::*;
use super::*;
use crate::domain::provision::Kind;

#[test]
fn a_form_that_is_filled_in_yields_its_values() {
    let mut page = page("prod");
    assert_eq!(page.focused().unwrap().label, "name", "a new form stands on what is to be filled in");
    type_text(&mut page, "payments-eu");
    let Some(FormYield::Plan(values)) = page.act(FormAction::Submit) else { panic!("{:?}", page.problems) };
    assert_eq!(values.environment, "prod");
    assert_eq!(values.kind, Kind::Provision);
    assert_eq!(values.identity.to_string(), "payments-eu in eu-central-1 of account 222222222222 (acme)");
    let wanted = json!({
        "organisation": "acme", "account_id": "222222222222", "region": "eu-central-1", "name": "payments-eu",
        "role_arn": "arn:aws:iam::222222222222:role/eksdeck", "kubernetes_version": "1.34",
        "tags": {"team": "platform"},
    });
    assert_eq!(json!(values.variables), wanted, "what nobody gave stays the module's business");
    assert_eq!(values.secret, None);
}

#[test]
fn submitting_goes_to_the_first_wrong_field() {
    let mut page = page("dev");
    fill(&mut page, "vpc_cidr", "10.0.0.1/16");
    page.act(FormAction::ToggleFold);
    go(&mut page, "region");
    assert_eq!(told(&page, "account"), "", "what is missing is not told before somebody tried");
    assert_eq!(page.act(FormAction::Submit), Some(FormYield::Invalid));
    assert_eq!(page.focused().unwrap().label, "name");
    assert_eq!(told(&page, "account"), "needed");
    fill(&mut page, "name", "a");
    fill(&mut page, "account", "111111111111");
    fill(&mut page, "kubernetes_version", "1.35");
    page.unfolded = false;
    assert_eq!(page.act(FormAction::Submit), Some(FormYield::Invalid));
    assert_eq!(page.focused().unwrap().label, "vpc_cidr", "the fold does not hide what is wrong");
    fill(&mut page, "vpc_cidr", "10.0.0.0/16");
    assert!(matches!(page.act(FormAction::Submit), Some(FormYield::Plan(_))));
}

#[test]
fn shell_metacharacters_stay_as_they_are_typed() {
    let nasty = "$(reboot) `id`; rm -rf / && \"x\" 'y' | ${var.name} %{if true} \\ > /dev/null # ~ !! *";
    let variables = of_text(
        "variable \"note\" {}\nvariable \"text\" {\n type = string\n}\nvariable \"many\" {\n type = list(string)\n}\n",
    );
    let mut page = FormPage::new(FormSubject { variables, ..subject("prod") });
    fill(&mut page, "name", "a");
    fill(&mut page, "kubernetes_version", "");
    for label in ["note", "text", "many"] {
        fill(&mut page, label, nasty.split(',').next().unwrap());
    }
    // Nothing of it is a list, since quotes stand in it.
    assert_ne!(told(&page, "many"), "");
    fill(&mut page, "many", "$(reboot), `id`");
    for label in ["kubernetes_version", "tags"] {
        fill(&mut page, label, "");
    }
    let Some(FormYield::Plan(values)) = page.act(FormAction::Submit) else { panic!("{:?}", page.problems) };
    let wanted = json!({"note": nasty, "text": nasty, "many": ["$(reboot)", "`id`"]});
    assert_eq!(json!(values.variables), wanted);
    for label in ["name", "region"] {
        fill(&mut page, label, nasty);
        assert!(told(&page, label).contains("is no name of a"), "{label}: {}", told(&page, label));
        assert_eq!(page.fields[at(&page, label)].text(), nasty);
    }
}

#[test]
fn choices_are_gone_through_and_a_version_can_be_typed() {
    let mut page = page("prod");
    let text = |page: &FormPage, label: &str| page.fields[at(page, label)].text().to_owned();
    go(&mut page, "kubernetes_version");
    key(&mut page, "right");
    assert_eq!(text(&page, "kubernetes_version"), "1.33");
    key(&mut page, "left");
    key(&mut page, "left");
    key(&mut page, "left");
    assert_eq!(text(&page, "kubernetes_version"), "1.32", "round and round");
    type_text(&mut page, "1.3");
    assert_eq!(text(&page, "kubernetes_version"), "1.3", "a letter takes the place of what was chosen");
    type_text(&mut page, "5");
    assert_eq!(told(&page, "kubernetes_version"), "");
    go(&mut page, "irsa");
    key(&mut page, "space");
    assert_eq!(page.values()["irsa"], json!(true));
    type_text(&mut page, "f");
    assert_eq!(page.values()["irsa"], json!(false));
    key(&mut page, "backspace");
    assert!(!page.values().contains_key("irsa"), "back at the default");
    go(&mut page, "environment");
    key(&mut page, "backspace");
    assert_eq!(text(&page, "environment"), "prod", "there is no default of it");
}

#[test]
fn what_is_at_its_default_is_folded_until_it_says_something() {
    let mut page = page("prod");
    let folded = page.rows().len();
    assert_eq!(page.rows().last(), Some(&Row::Fold));
    assert_eq!(page.folded(), 22);
    page.act(FormAction::Last);
    key(&mut page, "enter");
    assert_eq!(page.rows().len(), folded + 22);
    fill(&mut page, "ip_family", "ipv6");
    page.act(FormAction::ToggleFold);
    assert_eq!(page.rows().len(), folded + 1);
    assert_eq!(page.folded(), 21);
    key(&mut page, "ctrl-u");
    assert_eq!(page.rows().len(), folded + 1, "nothing vanishes under the cursor");
    page.act(FormAction::Step(-1));
    assert_eq!((page.focus, page.rows().len()), (Row::Fold, folded));
    page.act(FormAction::ToggleFold);
    go(&mut page, "ip_family");
    page.act(FormAction::ToggleFold);
    assert_eq!(page.focus, Row::Fold);
}

#[test]
fn an_update_fixes_who_the_cluster_is() {
    let mut page = FormPage::new(update());
    assert!(page.fields.iter().all(|field| matches!(field.id, field::Id::Variable(_))));
    fill(&mut page, "kubernetes_version", "1.34");
    let Some(FormYield::Plan(values)) = page.act(FormAction::Submit) else { panic!("{:?}", page.problems) };
    assert_eq!(values.identity.to_string(), "payments in eu-west-1 of account 222222222222 (acme)");
    assert_eq!(values.variables["region"], "eu-west-1", "not the environment's");
    assert_eq!(values.kind, Kind::Update);
}

#[test]
fn a_secret_is_masked_and_comes_out_apart() {
    let secret = "hunter-\u{e9}2";
    let variables = of_text(
        "variable \"password\" {\n type = string\n sensitive = true\n}\nvariable \"pin\" {\n type = list(number)\n sensitive = true\n default = [1234]\n}\n",
    );
    let mut page = FormPage::new(FormSubject { variables, given: Default::default(), ..subject("prod") });
    fill(&mut page, "name", "a");
    fill(&mut page, "password", secret);
    assert!(seen(&page).contains("password     ••••••••• "), "{}", seen(&page));
    assert!(drawn(&page, true, (80, 24)).0.contains("password     ********* "));
    assert!(!seen(&page).contains("hunter") && !seen(&page).contains("1234"));
    fill(&mut page, "pin", "77x");
    assert_eq!(told(&page, "pin"), "this is no list(number)");
    fill(&mut page, "pin", "");
    page.act(FormAction::ToggleText);
    let text = page.text.as_ref().unwrap().text();
    assert!(text.contains("# password is sensitive: it is typed into the form and never stands here"), "{text}");
    assert!(!text.contains("hunter"));
    page.act(FormAction::ToggleText);
    let outcome = page.act(FormAction::Submit).unwrap();
    assert!(!format!("{page:?} {outcome:?} {:?}", page.kept()).contains("hunter"));
    let FormYield::Plan(values) = outcome else { panic!("{:?}", page.problems) };
    assert_eq!(json!(values.secret), json!({"password": secret}));
    assert_eq!(json!(values.variables), json!({}));
}

#[test]
fn a_click_goes_to_the_field_that_stands_there() {
    let mut page = page("prod");
    let (text, shown) = drawn(&page, false, (80, 24));
    let line = text.lines().position(|line| line.contains("node_groups")).unwrap() as u16;
    let row = shown.row_at(5, line).unwrap();
    page.act(FormAction::To(row));
    assert_eq!(page.focused().unwrap().label, "node_groups");
    assert_eq!(shown.row_at(5, 0), None);
    page.act(FormAction::To(Row::Field(99)));
    assert_eq!(page.focused().unwrap().label, "node_groups");
}

#[test]
fn what_is_pasted_over_several_lines_keeps_them() {
    let variables = of_text(
        "variable \"key\" {\n type = string\n}\nvariable \"groups\" {\n type = map(object({ size = number }))\n}\n",
    );
    let mut page = FormPage::new(FormSubject { variables, given: Default::default(), ..subject("prod") });
    let mut paste = |label: &str, text: &str| {
        go(&mut page, label);
        page.act(FormAction::Paste(text.to_owned()));
        page.values().get(label).cloned()
    };
    assert_eq!(paste("name", "payments\r\n"), None);
    assert_eq!(paste("key", "-- BEGIN\r\n\u{1b}[31ma\n-- END\n"), Some(json!("-- BEGIN\n[31ma\n-- END")));
    assert_eq!(
        paste("groups", "{\n  a = { size = 1 }\n  b = { size = 2 }\n}\n"),
        Some(json!({"a": {"size": 1}, "b": {"size": 2}}))
    );
    assert_eq!(page.identity().name, "payments");
    assert_eq!(page.fields[at(&page, "groups")].text(), "{ a = { size = 1 }, b = { size = 2 } }");
    assert!(seen(&page).contains("key          -- BEGIN [31ma -- END "), "{}", seen(&page));
}

#[test]
fn versions_that_aws_tells_later_are_offered_and_checked() {
    let mut page = FormPage::new(FormSubject { versions: Vec::new(), regions: Vec::new(), ..subject("dev") });
    fill(&mut page, "kubernetes_version", "1.31");
    assert_eq!(told(&page, "kubernetes_version"), "", "nobody knows what is offered");
    page.offer(subject("dev").versions, subject("dev").regions);
    assert!(told(&page, "kubernetes_version").starts_with("EKS does not offer 1.31"));
    key(&mut page, "right");
    assert_eq!(page.fields[at(&page, "kubernetes_version")].text(), "1.35");
    go(&mut page, "region");
    key(&mut page, "right");
    assert_eq!(page.fields[at(&page, "region")].text(), "us-east-1");
}
