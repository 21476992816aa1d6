use insta::assert_snapshot;

use super::fixture::*;
use super::*;
use crate::domain::text::width;

const SIZES: [(u16, u16); 2] = [(80, 24), (160, 50)];

fn both(name: &str, page: &FormPage) {
    for (wide, high) in SIZES {
        let (text, shown) = drawn(page, false, (wide, high));
        assert!(text.lines().all(|line| width(line) <= usize::from(wide)), "{text}");
        assert_snapshot!(format!("{name}_{wide}x{high}"), format!("{text}\ncursor: {:?}", shown.cursor));
    }
}

fn with_errors() -> FormPage {
    let mut page = page("prod");
    fill(&mut page, "name", "prod.eu");
    fill(&mut page, "kubernetes_version", "1.32");
    fill(
        &mut page,
        "node_groups",
        "{ general = { instance_types = [\"m7i.large\", \"p5.48xlarge\", \"big\"], min_size = 9 } }",
    );
    page.unfolded = false;
    page
}

#[test]
fn a_fresh_form() {
    both("fresh", &page("dev"));
}

#[test]
fn a_form_with_errors() {
    both("errors", &with_errors());
}

#[test]
fn a_form_that_is_unfolded() {
    let mut page = filled();
    go(&mut page, "endpoint_public_cidrs");
    both("unfolded", &page);
}

#[test]
fn the_values_as_text() {
    let mut page = with_errors();
    page.act(FormAction::ToggleText);
    both("text", &page);
    page.act(FormAction::First);
    page.act(FormAction::Paste("tags = \"open\nand = }\n".to_owned()));
    page.act(FormAction::ToggleText);
    both("text_wrong", &page);
}

#[test]
fn the_trial_module() {
    both("trial", &page("trial"));
}

#[test]
fn an_update() {
    let mut page = FormPage::new(update());
    fill(&mut page, "kubernetes_version", "1.35");
    both("update", &page);
}

#[test]
fn extended_support_is_told_with_its_price() {
    let mut page = filled();
    fill(&mut page, "kubernetes_version", "1.33");
    for size in SIZES {
        let (text, _) = drawn(&page, false, size);
        assert!(text.contains("extended support, $0.60/h instead of $0.10/h"), "{text}");
    }
}

#[test]
fn it_draws_in_ascii() {
    let (text, _) = drawn(&with_errors(), true, (80, 24));
    assert!(text.is_ascii(), "{text}");
}

#[test]
fn text_from_outside_carries_no_escapes() {
    let mut subject = subject("prod");
    let nasty = "a\u{1b}[31mb\u{202e}c\nd";
    subject.identity.organisation = nasty.to_owned();
    subject.versions[0].note = nasty.to_owned();
    subject.environments[1].1.role = Some(nasty.to_owned());
    subject.given.insert(nasty.to_owned(), nasty.into());
    subject.given.insert("tags".to_owned(), serde_json::json!({nasty: nasty}));
    let mut page = FormPage::new(subject);
    page.act(FormAction::Paste(nasty.to_owned()));
    for size in SIZES {
        let (text, _) = drawn(&page, false, size);
        assert!(!text.contains(['\u{1b}', '\u{202e}']), "{text}");
    }
    page.act(FormAction::ToggleText);
    let (text, _) = drawn(&page, false, (160, 50));
    assert!(!text.contains(['\u{1b}', '\u{202e}']), "{text}");
}

#[test]
fn no_size_breaks_the_page() {
    let mut page = with_errors();
    for is_text in [false, true] {
        if is_text {
            page.act(FormAction::ToggleText);
        }
        for (wide, high) in (0..100).map(|size| (size, size / 3)).chain([(0, 9), (9, 0), (300, 2), (20, 200)]) {
            drawn(&page, is_text, (wide, high));
        }
    }
}
