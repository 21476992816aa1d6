use proptest::prelude::*;

use super::fixture::*;
use super::*;

fn action() -> impl Strategy<Value = RunAction> {
    let text = || prop_oneof!["[a-z\\[\\.\"]{0,3}", Just("create".to_owned()), Just("ü→".to_owned()), any::<String>()];
    prop_oneof![
        4 => (-30_isize..30).prop_map(RunAction::Step),
        2 => any::<isize>().prop_map(RunAction::Page),
        3 => (0_usize..60).prop_map(RunAction::To),
        1 => any::<usize>().prop_map(RunAction::To),
        1 => Just(RunAction::Home),
        1 => Just(RunAction::End),
        2 => Just(RunAction::NextTab),
        1 => Just(RunAction::PreviousTab),
        3 => Just(RunAction::Tab(RunTab::Log)),
        1 => Just(RunAction::TogglePhase),
        2 => Just(RunAction::ToggleRaw),
        2 => Just(RunAction::ToggleWrap),
        1 => Just(RunAction::ToggleFollow),
        1 => text().prop_map(RunAction::Filter),
        1 => text().prop_map(RunAction::Search),
        1 => Just(RunAction::Next),
        1 => Just(RunAction::Previous),
    ]
}

fn lines() -> impl Strategy<Value = Vec<String>> {
    let odd = || prop_oneof![any::<String>(), "\\PC{0,300}", Just("漢字".repeat(80)), Just("{\"type\":".to_owned())];
    prop_oneof![
        3 => Just(Vec::new()),
        1 => Just(plan_lines()),
        1 => Just(failed_lines()),
        1 => Just(locked_lines()),
        1 => Just(vec![output_line()]),
        2 => prop::collection::vec(odd(), 0..4),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn whatever_is_done_the_page_stands(
        steps in prop::collection::vec((action(), lines(), 0_usize..30, (0_u16..90, 0_u16..30), any::<u8>()), 1..40),
    ) {
        let runs = [queued(), planning(), awaiting(), applying(), ended(1, "lock"), ended(0, "")];
        let history = history();
        let history: Vec<&Run> = history.iter().collect();
        let told = progress(&failed_lines());
        let mut page = RunPage::new("k3tm9pqa");
        for (action, lines, page_rows, size, choice) in steps {
            let run = runs.get(usize::from(choice) % 7);
            let progress = (choice % 2 == 0).then_some(&told);
            let scene = RunScene { run, history: &history, progress, now_ms: NOW_MS, ..RunScene::default() };
            let phase = if choice % 3 == 0 { Phase::Plan } else { Phase::Apply };
            match choice {
                0..10 => page.log_ended(phase, Some(Trouble::new("no"))),
                10..20 => page.begin_log(phase),
                20..30 => page.take_outputs(Ok(outputs())),
                _ => page.take_log(phase, lines),
            }
            page.act(action, page_rows, &scene);
            let (text, shown) = drawn(&page, &scene, choice % 5 == 0, size);
            prop_assert!(!text.contains(SECRET));
            page.fit(shown.columns);
            prop_assert!(!page.selected_text(&scene).unwrap_or_default().contains(SECRET));
            let (all, cursor) = (page.len(&scene), page.cursor(page.wanted_log(run)));
            let cursor = cursor.min(all.saturating_sub(1));
            let shown = drawn(&page, &scene, false, size).1;
            prop_assert!(shown.shown == 0 || (shown.first..shown.first + shown.shown).contains(&cursor));
        }
    }
}
