use proptest::prelude::*;

use super::fixture::*;
use super::*;
use crate::input::event::{Code, Key};

fn keys() -> impl Strategy<Value = Key> {
    let code = prop_oneof![
        3 => any::<char>().prop_map(Code::Char),
        3 => prop_oneof!["[a-z{}=\", 0-9]"].prop_map(|text| Code::Char(text.chars().next().unwrap_or(' '))),
        4 => prop_oneof![
            Just(Code::Enter), Just(Code::Tab), Just(Code::BackTab), Just(Code::Backspace), Just(Code::Delete),
            Just(Code::Left), Just(Code::Right), Just(Code::Up), Just(Code::Down), Just(Code::Home), Just(Code::End),
            Just(Code::PageUp), Just(Code::F(5)), Just(Code::Esc),
        ],
    ];
    (code, any::<bool>(), 0..4u8).prop_map(|(code, alt, ctrl)| Key {
        ctrl: ctrl == 0,
        alt: alt && ctrl == 1,
        ..Key::of(code)
    })
}

fn actions() -> impl Strategy<Value = FormAction> {
    prop_oneof![
        8 => keys().prop_map(FormAction::Key),
        2 => any::<String>().prop_map(FormAction::Paste),
        2 => (-30isize..30).prop_map(FormAction::Step),
        1 => Just(FormAction::First),
        1 => Just(FormAction::Last),
        2 => (0usize..40).prop_map(|at| FormAction::To(Row::Field(at))),
        1 => Just(FormAction::ToggleFold),
        1 => Just(FormAction::ToggleText),
        1 => Just(FormAction::Submit),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn nothing_that_is_done_breaks_the_form(
        actions in proptest::collection::vec(actions(), 0..60),
        (wide, high) in (0u16..180, 0u16..60),
        which in 0usize..3,
    ) {
        let mut page = match which {
            0 => page("dev"),
            1 => page("trial"),
            _ => FormPage::new(update()),
        };
        for action in actions {
            page.act(action);
            prop_assert!(page.rows().contains(&page.focus), "{:?}", page.focus);
        }
        let (_, shown) = drawn(&page, which == 0, (wide, high));
        if let Some((x, y)) = shown.cursor {
            prop_assert!(x < wide && y < high);
        }
        let kept = page.kept();
        drawn(&FormPage::new(subject("prod")).with_kept(kept), false, (80, 24));
    }
}
