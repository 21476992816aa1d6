use insta::assert_snapshot;

use super::fixture::*;
use super::*;
use crate::domain::provision::{JobFacts, Kind};

const SIZES: [(u16, u16); 2] = [(80, 24), (160, 50)];

fn scene<'a>(run: &'a Run, progress: Option<&'a Progress>) -> RunScene<'a> {
    RunScene { run: Some(run), progress, now_ms: NOW_MS, ..RunScene::default() }
}

fn both(name: &str, page: &mut RunPage, scene: &RunScene<'_>) {
    for (wide, high) in SIZES {
        assert_snapshot!(format!("{name}_{wide}x{high}"), fitted(page, scene, (wide, high)));
    }
}

fn page(phase: Phase, lines: Vec<String>) -> RunPage {
    let mut page = RunPage::new("k3tm9pqa");
    page.take_log(phase, lines);
    page
}

fn seen(page: &mut RunPage, run: &Run) -> String {
    fitted(page, &scene(run, None), (160, 50))
}

#[test]
fn a_queued_run_says_what_it_waits_for() {
    let run = queued();
    let waits = Some("run m2hs7wx1 of the same cluster is applying".to_owned());
    let mut page = RunPage::new("k3tm9pqa");
    both("queued", &mut page, &RunScene { waits: waits.clone(), ..scene(&run, None) });
    let text = fitted(&mut page, &RunScene { waits, nobody: true, ..scene(&run, None) }, (80, 24));
    assert!(text.contains("waits for an eksdeck or a collector"), "{text}");
}

#[test]
fn what_was_seen_last_is_said_to_be_old() {
    let run = applying();
    let stale = RunScene { stale: Some(Age(42)), ..scene(&run, None) };
    let text = fitted(&mut page(Phase::Apply, Vec::new()), &stale, (80, 24));
    assert!(text.lines().next().unwrap().contains("stale 42s · ▶ applying"), "{text}");
}

#[test]
fn a_run_that_plans() {
    both("planning", &mut page(Phase::Plan, plan_lines()), &scene(&planning(), None));
}

#[test]
fn a_run_that_awaits_approval() {
    let mut page = page(Phase::Plan, plan_lines());
    page.log_ended(Phase::Plan, None);
    both("awaiting", &mut page, &scene(&awaiting(), None));
}

#[test]
fn a_run_that_applies() {
    let (run, progress) = (applying(), progress(&apply_lines()));
    both("applying", &mut page(Phase::Apply, apply_lines()), &scene(&run, Some(&progress)));
}

#[test]
fn a_run_that_failed() {
    let (mut run, lines) = (ended(1, ""), failed_lines());
    if let JobFacts::Ended(Some(outcome)) = &mut run.facts.apply {
        outcome.errored_state = true;
    }
    let mut page = page(Phase::Apply, lines);
    page.log_ended(Phase::Apply, None);
    both("failed", &mut page, &scene(&run, None));
    page.act(RunAction::Tab(RunTab::Errors), 8, &scene(&run, None));
    both("failed_errors", &mut page, &scene(&run, None));
}

#[test]
fn a_run_that_met_a_lock_says_who_holds_it() {
    let mut run = planning();
    run.facts.plan = JobFacts::Ended(Some(Box::new(outcome(Phase::Plan, 1, "lock"))));
    let mut page = page(Phase::Plan, locked_lines());
    let scene = scene(&run, None);
    assert_eq!(page.lock(&scene).unwrap().id, "b9a3ab9e-87c5-4b3c-b7f5-7e1d9cf64a52");
    both("locked", &mut page, &scene);
}

#[test]
fn an_applied_run_has_outputs_and_the_way_in() {
    let run = ended(0, "");
    let mut page = page(Phase::Apply, vec![output_line()]);
    let scene = scene(&run, None);
    page.take_outputs(Ok(outputs()));
    page.act(RunAction::Tab(RunTab::Outputs), 8, &scene);
    both("outputs", &mut page, &scene);
    assert_eq!(page.selected_text(&scene).unwrap(), "aws eks update-kubeconfig --region eu-west-1 --name search-eu");
    page.act(RunAction::Step(1), 8, &scene);
    assert_eq!(page.selected_text(&scene).unwrap(), "search-eu");
}

#[test]
fn the_history_of_the_cluster() {
    let (run, history) = (ended(0, ""), history());
    let history: Vec<&Run> = history.iter().collect();
    let scene = RunScene { history: &history, ..scene(&run, None) };
    let mut page = RunPage::new("k3tm9pqa");
    page.act(RunAction::PreviousTab, 8, &scene);
    page.act(RunAction::Step(2), 8, &scene);
    both("history", &mut page, &scene);
    assert_eq!(page.selected_run(&scene).unwrap().id, "m2hs7wx2");
    assert_eq!(page.selected_text(&scene).unwrap(), "m2hs7wx2");
}

#[test]
fn a_run_in_ascii() {
    let mut page = page(Phase::Apply, failed_lines());
    let history = history();
    let history: Vec<&Run> = history.iter().collect();
    for run in [ended(1, ""), applying(), awaiting()] {
        let scene = RunScene { history: &history, ..scene(&run, None) };
        for _ in RunTab::ALL {
            page.act(RunAction::NextTab, 8, &scene);
            let text = drawn(&page, &scene, true, (80, 40)).0;
            assert!(text.is_ascii(), "{text}");
        }
    }
    assert_snapshot!("ascii_80x24", drawn(&page, &scene(&applying(), None), true, (80, 24)).0);
}

#[test]
fn every_end_says_what_to_do_next() {
    let cases = [
        ("stale", "the plan is stale", "→ plan anew"),
        ("digest", "nothing was applied", "→ plan anew"),
        ("lock", "locked by somebody else", "U unlocks"),
        ("volume", "the work volume is full", "C frees what an older run left"),
    ];
    for (reason, words, next) in cases {
        let text = seen(&mut RunPage::new("k3tm9pqa"), &ended(1, reason));
        assert!(text.contains(words) && text.contains(next), "{reason}: {text}");
    }
    let mut gone = ended(1, "");
    gone.facts.apply = JobFacts::Ended(None);
    let text = seen(&mut RunPage::new("k3tm9pqa"), &gone);
    assert!(text.contains("its pod is gone") && text.contains("plan anew (drift) to see"), "{text}");
    let mut cancelled = ended(143, "");
    (cancelled.facts.cancel_asked, cancelled.cancelled_by) = (true, Some("bob".to_owned()));
    let text = seen(&mut RunPage::new("k3tm9pqa"), &cancelled);
    assert!(text.contains("cancelled by bob") && text.contains("drift tells what"), "{text}");
    let mut kept = ended(1, "");
    if let JobFacts::Ended(Some(outcome)) = &mut kept.facts.apply {
        outcome.errored_state = true;
    }
    let text = seen(&mut RunPage::new("k3tm9pqa"), &kept);
    assert!(text.contains("errored.tfstate is kept on the work volume") && text.contains("P pushes it"), "{text}");
    let mut image = queued();
    image.facts.plan = JobFacts::Waiting("ImagePullBackOff: no such image".to_owned());
    let text = seen(&mut RunPage::new("k3tm9pqa"), &image);
    assert!(text.contains("no such image") && text.contains("pull secrets"), "{text}");
}

#[test]
fn a_log_says_why_there_is_no_line() {
    let mut page = RunPage::new("k3tm9pqa");
    assert!(seen(&mut page, &queued()).contains("No line yet: the plan is queued."));
    page.log_ended(Phase::Apply, Some(Trouble::new("run k3tm9pqa left no log of its apply").with_remedy("look at it")));
    let text = seen(&mut page, &ended(0, ""));
    assert!(text.contains("could not be read: run k3tm9pqa left no log") && text.contains("look at it"), "{text}");
    page.take_log(Phase::Apply, apply_lines());
    page.log_ended(Phase::Apply, None);
    assert!(seen(&mut page, &ended(0, "")).contains("the log is at its end"));
    page.act(RunAction::Filter("nowhere".to_owned()), 8, &scene(&ended(0, ""), None));
    assert!(seen(&mut page, &ended(0, "")).contains("Nothing matches nowhere"));
}

#[test]
fn a_run_that_nobody_knows_says_so() {
    let page = RunPage::new("k3tm9pqa");
    let text = drawn(&page, &RunScene::default(), false, (80, 24)).0;
    assert!(text.contains("Run k3tm9pqa is not known"), "{text}");
}

#[test]
fn a_sensitive_output_is_never_drawn_or_copied() {
    let run = ended(0, "");
    let scene = scene(&run, None);
    let mut page = page(Phase::Apply, vec![output_line()]);
    let raw_outputs = serde_json::json!({"token": {"sensitive": true, "value": SECRET}});
    for outputs in [None, Some(raw_outputs)] {
        if let Some(outputs) = outputs {
            page.take_outputs(Ok(outputs));
        }
        for action in [RunAction::ToggleRaw, RunAction::ToggleWrap, RunAction::NextTab, RunAction::NextTab] {
            page.act(action, 20, &scene);
            for _ in 0..6 {
                page.act(RunAction::Step(1), 20, &scene);
                assert!(!page.selected_text(&scene).unwrap_or_default().contains(SECRET));
            }
            let text = drawn(&page, &scene, false, (160, 50)).0;
            assert!(!text.contains(SECRET), "{text}");
        }
        assert!(drawn(&page, &scene, false, (160, 50)).0.contains("(sensitive)"));
        page.act(RunAction::Tab(RunTab::Log), 20, &scene);
    }
    page.act(RunAction::Search(SECRET.to_owned()), 20, &scene);
    assert_eq!(page.search.found, 0);
}

#[test]
fn text_from_outside_carries_no_escapes() {
    let mut run = awaiting();
    let odd = "a\u{1b}[31mb\u{202e}c";
    (run.asked_by, run.environment, run.identity.name) = (odd.to_owned(), odd.to_owned(), odd.to_owned());
    run.facts.approvals[0].os_user = odd.to_owned();
    run.worker.image = odd.to_owned();
    let mut page = page(Phase::Plan, vec![odd.to_owned(), diagnostic(true, odd, odd)]);
    for tab in RunTab::ALL {
        page.act(RunAction::Tab(tab), 20, &scene(&run, None));
        let text = seen(&mut page, &run);
        assert!(!text.contains('\u{1b}') && !text.contains('\u{202e}') && text.contains("abc"), "{text}");
        let copied = page.selected_text(&scene(&run, None)).unwrap_or_default();
        assert!(!copied.contains('\u{1b}') && !copied.contains('\u{202e}'));
    }
}

#[test]
fn no_size_breaks_the_page() {
    let (run, mut page) = (ended(1, ""), page(Phase::Apply, failed_lines()));
    for tab in RunTab::ALL {
        page.act(RunAction::Tab(tab), 8, &scene(&run, None));
        for size in (0..100).map(|size| (size, size / 3)).chain([(0, 9), (9, 0), (300, 2), (20, 200)]) {
            drawn(&page, &scene(&run, None), false, size);
            drawn(&page, &scene(&run, None), true, size);
        }
    }
}

#[test]
fn what_a_test_or_a_drift_found_is_told() {
    let mut run = run("k3tm9pqa", Kind::Drift);
    run.facts.plan = JobFacts::Ended(Some(Box::new(outcome(Phase::Plan, 2, ""))));
    let text = seen(&mut RunPage::new("k3tm9pqa"), &run);
    assert!(text.contains("the cluster is not as its state says") && !text.contains("apply  not begun"), "{text}");
}
