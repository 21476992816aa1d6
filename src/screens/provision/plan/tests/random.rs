use proptest::prelude::*;

use super::fixture::*;
use super::*;

fn action() -> impl Strategy<Value = PlanAction> {
    let text = || prop_oneof!["[a-z\\[\\.\"]{0,3}", Just("aws".to_owned()), Just("ü→".to_owned()), any::<String>()];
    prop_oneof![
        4 => (-30_isize..30).prop_map(PlanAction::Step),
        2 => any::<isize>().prop_map(PlanAction::Page),
        4 => (0_usize..60).prop_map(PlanAction::To),
        1 => any::<usize>().prop_map(PlanAction::To),
        1 => Just(PlanAction::Home),
        1 => Just(PlanAction::End),
        3 => Just(PlanAction::Fold),
        6 => Just(PlanAction::Unfold),
        6 => Just(PlanAction::Toggle),
        1 => Just(PlanAction::UnfoldAll),
        1 => Just(PlanAction::FoldAll),
        1 => Just(PlanAction::CycleOnly),
        1 => Just(PlanAction::Only(None)),
        1 => text().prop_map(PlanAction::Filter),
        1 => text().prop_map(PlanAction::Search),
        1 => Just(PlanAction::Next),
        1 => Just(PlanAction::Previous),
        1 => Just(PlanAction::NextDestroyed),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn whatever_is_done_the_page_stands(
        actions in prop::collection::vec((action(), 0_usize..30, (0_u16..90, 0_u16..30)), 1..60),
    ) {
        let mut page = page();
        for (action, page_rows, size) in actions {
            page.act(action, page_rows);
            prop_assert!(page.cursor < page.len());
            let rows: HashSet<Row> = page.rows.iter().copied().collect();
            prop_assert_eq!(rows.len(), page.len(), "no row stands twice");
            let in_sight = page_rows == 0 || (page.offset..page.offset + page_rows).contains(&page.cursor);
            prop_assert!(in_sight, "{} {} {}", page.cursor, page.offset, page_rows);
            let (text, shown) = drawn(&page, size.0 % 2 == 0, size);
            prop_assert!(!text.contains(SECRET));
            prop_assert!(shown.rows == 0 || (shown.first..shown.first + shown.shown).contains(&page.cursor));
        }
    }
}
