use insta::assert_snapshot;
use serde_json::json;

use super::fixture::*;
use super::*;
use crate::domain::terraform::plan::lines;

const SIZES: [(u16, u16); 2] = [(80, 24), (160, 50)];

fn both(name: &str, page: &PlanPage) {
    for (wide, high) in SIZES {
        assert_snapshot!(format!("{name}_{wide}x{high}"), drawn(page, false, (wide, high)).0);
    }
}

fn unfolded() -> PlanPage {
    let mut page = page();
    page.act(PlanAction::UnfoldAll, 20);
    page
}

#[test]
fn a_plan_with_every_kind_of_change() {
    both("every_action", &page());
}

#[test]
fn a_plan_that_is_unfolded() {
    let mut page = unfolded();
    page.act(PlanAction::Search("policy".to_owned()), 20);
    page.act(PlanAction::Unfold, 20);
    page.act(PlanAction::Step(3), 20);
    both("unfolded", &page);
    assert_snapshot!("unfolded_120x150", drawn(&page, false, (120, 120)).0);
}

#[test]
fn a_plan_in_ascii() {
    let (text, _) = drawn(&unfolded(), true, (80, 60));
    assert!(text.is_ascii(), "{text}");
    assert_snapshot!("ascii_80x60", text);
}

#[test]
fn a_plan_with_nothing_to_do_says_so() {
    let mut file = every_action();
    file["resource_changes"].as_array_mut().unwrap().retain(|it| it["address"] == "aws_kms_key.same");
    (file["resource_drift"], file["output_changes"]) = (json!([]), json!({}));
    let head = PlanHead { notes: Vec::new(), can_approve: None, ..head() };
    assert_snapshot!("nothing_80x24", drawn(&PlanPage::new(plan(&file), head), false, (80, 24)).0);
}

#[test]
fn a_plan_that_broke_off_says_so_on_top() {
    let mut file = every_action();
    (file["errored"], file["complete"]) = (json!(true), json!(false));
    let text = told(&PlanPage::new(plan(&file), head()));
    let top: Vec<&str> = text.lines().skip(2).take(2).collect();
    assert!(top[0].contains("broke off with an error") && top[1].contains("not complete"), "{top:?}");
}

#[test]
fn a_filter_that_nothing_passes_says_so() {
    let mut page = page();
    page.act(PlanAction::Filter("nowhere".to_owned()), 20);
    assert_snapshot!("nothing_passes_80x24", drawn(&page, false, (80, 24)).0);
}

#[test]
fn no_size_hides_what_is_lost_or_breaks_the_page() {
    let page = unfolded();
    for (wide, high) in (0..100).map(|size| (size, size / 3)).chain([(0, 9), (9, 0), (300, 2), (20, 200)]) {
        drawn(&page, false, (wide, high));
        drawn(&page, true, (wide, high));
    }
    for (wide, high) in SIZES {
        let text = drawn(&super::fixture::page(), false, (wide, high)).0;
        assert!(text.contains("1 resource is destroyed, 2 replaced:") && text.contains("1 destroy"), "{text}");
        assert!(text.contains("instance_types for") && text.contains(SPOT), "{text}");
    }
}

#[test]
fn a_sensitive_value_is_never_drawn() {
    let mut page = unfolded();
    let (mut row, all) = (0, page.len());
    while row < all {
        page.act(PlanAction::To(row), 20);
        if matches!(page.selected(), Some(Row::Attribute(..))) {
            page.act(PlanAction::Unfold, 20);
        }
        row += 1;
    }
    let text = told(&page);
    assert!(text.contains("(sensitive)") && !text.contains(SECRET), "{text}");
    page.act(PlanAction::Search(SECRET.to_owned()), 20);
    assert_eq!(page.search.found, 0, "nor can it be guessed by searching");
    page.act(PlanAction::Filter(SECRET.to_owned()), 20);
    assert_eq!(page.filter.passing(page.plan()), 0);
    assert!(!format!("{page:?}").contains(SECRET));
    assert!(!lines(page.plan()).join("\n").contains(SECRET));
}

#[test]
fn text_from_the_plan_carries_no_escapes() {
    let mut page = unfolded();
    page.act(PlanAction::Search("user_data".to_owned()), 20);
    page.act(PlanAction::Unfold, 20);
    let text = told(&page);
    assert!(text.contains("- echo two") && text.contains("+ echo three") && !text.contains('\u{1b}'), "{text}");
    let mut file = every_action();
    file["resource_changes"][0]["change"]["actions"] = json!(["de\u{1b}[31mfer\u{202e}"]);
    let odd = plan(&file);
    let all = lines(&odd).join("\n") + &told(&PlanPage::new(odd, super::fixture::head()));
    assert!(!all.contains('\u{1b}') && !all.contains('\u{202e}') && all.contains("defer: not known"), "{all}");
    let head = PlanHead { title: "a\u{1b}[31mb".to_owned(), notes: vec!["x\u{202e}y".to_owned()], ..head() };
    let text = told(&PlanPage::new(plan(&every_action()), head));
    assert!(!text.contains('\u{1b}') && !text.contains('\u{202e}') && text.contains("xy"), "{text}");
}

#[test]
fn a_click_hits_the_row_that_stands_there() {
    let mut page = page();
    page.act(PlanAction::End, 10);
    let (text, shown) = drawn(&page, false, (80, 14));
    assert_eq!((shown.rows, shown.first + shown.shown), (11, page.len()));
    let line = text.lines().position(|line| line.contains("changed outside")).unwrap() as u16;
    let hit = shown.row_at(5, line).unwrap();
    page.act(PlanAction::To(hit), shown.rows);
    assert_eq!(page.selected(), Some(Row::Group(Group::Drift)));
    assert_eq!((shown.row_at(5, 0), shown.row_at(0, line), shown.row_at(5, 13)), (None, None, None));
}

#[test]
fn a_plan_of_five_thousand_changes_draws_and_reads_only_what_is_seen() {
    let mut page = PlanPage::new(plan(&large(5_000)), head());
    assert!(page.len() < 80, "modules are folded: {}", page.len());
    page.act(PlanAction::UnfoldAll, 40);
    assert!(page.len() > 5_000 && page.details.kept() < 200, "{} {}", page.len(), page.details.kept());
    assert!(drawn(&page, false, (160, 50)).0.contains("5000 changes stay folded"), "it says that it did not do all");
    for _ in 0..140 {
        page.act(PlanAction::Page(1), 40);
        drawn(&page, false, (160, 50));
    }
    assert_eq!(page.selected(), page.rows.last().copied());
    assert!(page.details.kept() < 700, "{}", page.details.kept());
    page.act(PlanAction::Filter("this[4711]".to_owned()), 40);
    assert_eq!(page.filter.passing(page.plan()), 1);
}

/// Addresses with the words that stand before them.
fn signed(all: &[String]) -> Vec<(String, String)> {
    let mut modules: Vec<(usize, String)> = Vec::new();
    let mut out = Vec::new();
    // What is lost is told twice: on top, and in its place.
    let on_top = all.iter().position(|line| line.ends_with(':')).unwrap_or(0);
    let below = all.iter().skip(on_top + 1).skip_while(|line| line.starts_with("  ± ") || line.starts_with("  - "));
    for line in below.take_while(|line| !line.starts_with("outputs")) {
        let depth = (line.len() - line.trim_start().len()) / 2;
        let mut words = line.split_whitespace();
        match words.next().unwrap() {
            module if module.starts_with("module.") => {
                modules.retain(|(of, _)| *of < depth);
                modules.push((depth, module.to_owned()));
            }
            "+" | "-" | "~" | "±" | "?" | "." | "»" | "←" | "↓" | "=" => {
                let word = words.next().unwrap().to_owned();
                let around = modules.iter().rfind(|(of, _)| *of < depth).filter(|_| depth > 0);
                let around = around.map_or(String::new(), |(_, module)| format!("{module}."));
                out.push((word, format!("{around}{}", words.next().unwrap())));
            }
            _ => {}
        }
    }
    out.sort();
    out
}

#[test]
fn the_plain_text_agrees_with_the_plan_one_to_one() {
    for file in [every_action(), large(300)] {
        let plan = plan(&file);
        let all = lines(&plan);
        let mut wanted: Vec<(String, String)> =
            plan.changes.iter().map(|it| (ActionKind::of(it).word().to_owned(), it.address.to_string())).collect();
        wanted.sort();
        assert_eq!(signed(&all), wanted, "{}", all.join("\n"));
        for attribute in plan.changes.iter().flat_map(|it| it.attributes()) {
            let (before, after) = attribute.sides();
            let is_told =
                |line: &String| line.contains(attribute.name()) && (line.contains(&*before) || line.contains(&*after));
            assert!(all.iter().any(is_told), "{attribute:?}");
        }
    }
    assert_snapshot!("plain", lines(&plan(&every_action())).join("\n"));
}

#[test]
fn a_plan_without_changes_is_told_for_what_it_is() {
    let none = || Plan { is_complete: true, unchanged: 2, ..Plan::default() };
    let told = |plan: Plan| lines(&plan)[1..].join("; ");
    assert_eq!(told(none()), "nothing to do: no resource changes, 2 stay as they are");
    let broken = told(Plan { is_errored: true, ..none() });
    assert!(broken.contains("no change of a resource was planned until it broke off"), "{broken}");
    let partial = told(Plan { is_complete: false, ..none() });
    assert!(partial.starts_with("warning: the plan is not complete"), "{partial}");
    let mut file = every_action();
    (file["resource_changes"], file["output_changes"]) = (json!([]), json!({}));
    let refreshed = lines(&plan(&file)).join("\n");
    assert!(refreshed.contains("no resource changes; drift is taken into the state"), "{refreshed}");
}
