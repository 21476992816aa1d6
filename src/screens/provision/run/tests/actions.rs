use super::fixture::*;
use super::*;
use crate::domain::text::width;

fn scene(run: &Run) -> RunScene<'_> {
    RunScene { run: Some(run), now_ms: NOW_MS, ..RunScene::default() }
}

fn cursor(page: &RunPage) -> usize {
    page.cursor(Phase::Apply)
}

#[test]
fn a_log_of_a_hundred_thousand_lines_keeps_every_line_in_its_order() {
    let run = applying();
    let scene = scene(&run);
    let mut page = RunPage::new("k3tm9pqa");
    let mut at = 0;
    while at < 100_000 {
        let lines = (at..at + 2_000).map(|nth| format!("line {nth}")).collect();
        page.take_log(Phase::Apply, lines);
        at += 2_000;
    }
    assert_eq!((page.len(&scene), cursor(&page)), (100_000, 99_999), "it follows the end");
    let text = drawn(&page, &scene, false, (80, 24)).0;
    assert!(text.contains("line 99999") && text.contains("100,000"), "{text}");
    page.act(RunAction::Home, 10, &scene);
    let mut seen = Vec::new();
    while seen.len() < 100_000 {
        seen.push(page.selected_text(&scene).unwrap());
        page.act(RunAction::Step(1), 10, &scene);
    }
    assert!(seen.iter().enumerate().all(|(nth, text)| *text == format!("line {nth}")));
    page.act(RunAction::Filter("line 4711".to_owned()), 10, &scene);
    assert_eq!(page.len(&scene), 20, "4711, 14711 and so on, 47110 and so on");
    page.act(RunAction::Filter(String::new()), 10, &scene);
    assert_eq!(page.len(&scene), 100_000);
}

#[test]
fn a_log_is_followed_until_somebody_leaves_its_end() {
    let run = applying();
    let scene = scene(&run);
    let mut page = RunPage::new("k3tm9pqa");
    page.take_log(Phase::Apply, apply_lines());
    let end = page.len(&scene) - 1;
    assert_eq!(cursor(&page), end);
    page.act(RunAction::Step(-1), 5, &scene);
    page.take_log(Phase::Apply, plan_lines());
    assert_eq!(cursor(&page), end - 1, "it stands");
    assert!(drawn(&page, &scene, false, (120, 30)).0.contains("stands"));
    page.act(RunAction::End, 5, &scene);
    page.take_log(Phase::Apply, plan_lines());
    assert_eq!(cursor(&page), page.len(&scene) - 1);
    page.act(RunAction::ToggleFollow, 5, &scene);
    page.take_log(Phase::Apply, plan_lines());
    assert!(cursor(&page) < page.len(&scene) - 1);
    page.act(RunAction::ToggleFollow, 5, &scene);
    assert_eq!(cursor(&page), page.len(&scene) - 1);
}

#[test]
fn raw_lines_wrap_and_come_back() {
    let run = applying();
    let scene = scene(&run);
    let mut page = RunPage::new("k3tm9pqa");
    page.take_log(Phase::Apply, failed_lines());
    let words = page.len(&scene);
    assert!(words > failed_lines().len(), "an error has several rows");
    page.act(RunAction::Step(-4), 5, &scene);
    page.act(RunAction::ToggleRaw, 5, &scene);
    assert_eq!(page.len(&scene), failed_lines().len());
    let text = page.selected_text(&scene).unwrap();
    assert!(text.starts_with('{') && text.contains("creating EKS Cluster"), "the cursor stays on its line: {text}");
    page.act(RunAction::ToggleWrap, 5, &scene);
    page.fit(40);
    let all: String = (0..page.len(&scene)).filter_map(|at| page.apply.row(at, true)).map(|(_, text)| text).collect();
    assert_eq!(all, failed_lines().concat(), "nothing is cut away");
    assert!((0..page.len(&scene)).all(|at| width(page.apply.row(at, true).unwrap().1) <= 40));
    page.act(RunAction::ToggleWrap, 5, &scene);
    page.act(RunAction::ToggleRaw, 5, &scene);
    assert_eq!(page.len(&scene), words);
}

#[test]
fn what_is_searched_is_gone_to_round_the_ends() {
    let run = applying();
    let scene = scene(&run);
    let mut page = RunPage::new("k3tm9pqa");
    page.take_log(Phase::Apply, apply_lines());
    page.act(RunAction::Home, 5, &scene);
    page.act(RunAction::Search("EKS_cluster".to_owned()), 5, &scene);
    assert_eq!((page.search.found, page.search.nth), (2, Some(1)));
    assert!(page.selected_text(&scene).unwrap().contains("aws_eks_cluster.main: create begins"));
    page.act(RunAction::Next, 5, &scene);
    assert!(page.selected_text(&scene).unwrap().contains("still at it, 260s"));
    page.act(RunAction::Next, 5, &scene);
    assert_eq!(page.search.nth, Some(1));
    page.act(RunAction::Previous, 5, &scene);
    assert_eq!(page.search.nth, Some(2));
    assert!(drawn(&page, &scene, false, (80, 24)).0.contains("search EKS_cluster 2 of 2"));
}

#[test]
fn a_match_that_goes_over_the_edge_of_a_row_is_found() {
    let run = applying();
    let scene = scene(&run);
    let mut page = RunPage::new("k3tm9pqa");
    page.take_log(Phase::Apply, vec!["0123456789needle".to_owned(), "needle".to_owned()]);
    page.act(RunAction::ToggleWrap, 5, &scene);
    page.fit(12);
    page.act(RunAction::Home, 5, &scene);
    page.act(RunAction::Search("needle".to_owned()), 5, &scene);
    assert_eq!((page.search.found, cursor(&page)), (2, 0));
    page.act(RunAction::Next, 5, &scene);
    assert_eq!(cursor(&page), 2);
}

#[test]
fn the_log_that_is_wanted_is_of_the_phase_that_goes_on_or_is_chosen() {
    let mut page = RunPage::new("k3tm9pqa");
    assert_eq!(page.wanted_log(Some(&planning())), Phase::Plan);
    let run = applying();
    assert_eq!(page.wanted_log(Some(&run)), Phase::Apply);
    page.act(RunAction::TogglePhase, 5, &scene(&run));
    assert_eq!(page.wanted_log(Some(&run)), Phase::Plan);
    page.act(RunAction::TogglePhase, 5, &scene(&run));
    assert_eq!(page.wanted_log(Some(&run)), Phase::Apply);
}

#[test]
fn a_log_that_is_read_anew_has_each_line_once() {
    let run = applying();
    let mut page = RunPage::new("k3tm9pqa");
    page.take_log(Phase::Apply, apply_lines());
    page.log_ended(Phase::Apply, None);
    assert!(page.is_log_ended(Phase::Apply));
    let stands = apply_lines().len();
    page.act(RunAction::To(2), 5, &scene(&run));
    page.begin_log(Phase::Apply);
    assert!(!page.is_log_ended(Phase::Apply));
    assert_eq!((page.len(&scene(&run)), cursor(&page)), (stands, 2), "nothing is gone before something comes");
    page.take_log(Phase::Apply, apply_lines());
    page.take_log(Phase::Apply, plan_lines());
    let all = stands + plan_lines().len();
    assert_eq!((page.len(&scene(&run)), page.apply.progress.done, cursor(&page)), (all, 7, 2));
}

#[test]
fn a_click_hits_the_row_and_the_tab_that_stand_there() {
    let run = applying();
    let scene = scene(&run);
    let mut page = RunPage::new("k3tm9pqa");
    page.take_log(Phase::Apply, apply_lines());
    let (text, shown) = drawn(&page, &scene, false, (80, 24));
    let line = text.lines().position(|line| line.contains("private[6]: create done")).unwrap() as u16;
    page.act(RunAction::To(shown.row_at(5, line).unwrap()), shown.rows, &scene);
    assert!(page.selected_text(&scene).unwrap().contains("private[6]: create done"));
    let (tab, area) = shown.tabs[2];
    assert_eq!((tab, shown.tab_at(area.x, area.y)), (RunTab::Outputs, Some(RunTab::Outputs)));
    assert_eq!((shown.row_at(5, 0), shown.tab_at(0, 0)), (None, None));
}
