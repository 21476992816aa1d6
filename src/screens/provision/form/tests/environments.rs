use super::fixture::*;
use super::*;

#[test]
fn another_environment_is_asked_for_and_keeps_what_was_typed() {
    let mut page = page("dev");
    assert_eq!(page.act(FormAction::Step(0)), None);
    fill(&mut page, "name", "payments");
    fill(&mut page, "account", "111111111111");
    fill(&mut page, "ip_family", "ipv6");
    fill(&mut page, "node_groups", "{ a = ");
    go(&mut page, "environment");
    assert_eq!(key(&mut page, "right"), Some(FormYield::Environment("prod".to_owned())));
    assert_eq!(told(&page, "environment"), "what prod takes is being read");
    assert_eq!(page.act(FormAction::Submit), Some(FormYield::Invalid), "not with the other one's module");
    let page = FormPage::new(subject("prod")).with_kept(page.kept());
    assert_eq!(page.focused().unwrap().label, "environment", "one can go on");
    let text = |page: &FormPage, label: &str| page.fields[at(page, label)].text().to_owned();
    assert_eq!(text(&page, "name"), "payments");
    assert_eq!(text(&page, "ip_family"), "ipv6");
    assert_eq!(text(&page, "node_groups"), "{ a = ", "half a value is kept too");
    assert_eq!(text(&page, "region"), "eu-central-1", "what nobody typed is the environment's");
    assert_eq!(text(&page, "kubernetes_version"), "1.34");
    assert_eq!(page.identity().account, "222222222222");
}

#[test]
fn what_has_no_place_in_one_environment_is_there_again_in_the_next() {
    let mut page = page("dev");
    fill(&mut page, "account", "111111111111");
    fill(&mut page, "ip_family", "ipv6");
    let other = FormSubject { variables: of_text("variable \"name\" {}\n"), ..subject("trial") };
    let page = FormPage::new(other).with_kept(page.kept());
    assert!(page.fields.iter().all(|field| field.label != "ip_family"));
    let page = FormPage::new(subject("prod")).with_kept(page.kept());
    assert_eq!(page.values()["ip_family"], "ipv6");
    let page = FormPage::new(subject("dev")).with_kept(page.kept());
    assert_eq!(page.identity().account, "111111111111");
    assert!(!page.is_untouched());
}
