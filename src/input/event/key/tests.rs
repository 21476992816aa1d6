use super::*;

fn parsed(text: &str) -> Key {
    Key::parse(text).unwrap()
}

#[test]
fn every_spelling_of_a_key_is_the_key_that_the_terminal_sends() {
    let sent = |code, modifiers| Key::from_crossterm(code, modifiers).unwrap();
    let (none, shift, ctrl) = (KeyModifiers::NONE, KeyModifiers::SHIFT, KeyModifiers::CONTROL);
    assert_eq!(parsed("q"), sent(KeyCode::Char('q'), none));
    assert_eq!(parsed("shift-n"), sent(KeyCode::Char('N'), shift));
    assert_eq!(parsed("N"), sent(KeyCode::Char('n'), shift), "kitty sends the unshifted letter with shift");
    assert_eq!(parsed("!"), sent(KeyCode::Char('!'), shift), "kitty says shift beside the symbol");
    assert_eq!(parsed("ctrl-d"), sent(KeyCode::Char('d'), ctrl));
    assert_eq!(parsed("ctrl-space"), sent(KeyCode::Char(' '), ctrl));
    assert_eq!(parsed("shift-tab"), sent(KeyCode::BackTab, shift));
    assert_eq!(parsed("shift-left"), sent(KeyCode::Left, shift));
    assert_eq!(parsed("ctrl--"), sent(KeyCode::Char('-'), ctrl));
    assert_eq!(parsed("-"), sent(KeyCode::Char('-'), none));
    assert_eq!(parsed("alt-<"), sent(KeyCode::Char('<'), KeyModifiers::ALT));
    assert_eq!(parsed("é"), sent(KeyCode::Char('é'), none));
    assert_eq!(parsed("F5"), sent(KeyCode::F(5), none));
    assert_eq!(parsed("space"), sent(KeyCode::Char(' '), none));
}

#[test]
fn what_is_shown_can_be_written() {
    for text in ["q", "N", "!", "ctrl-d", "ctrl-space", "shift-tab", "shift-left", "alt-<", "pageup", "f12", "[", "-"] {
        assert_eq!(parsed(text).to_string(), text);
        assert_eq!(parsed(&parsed(text).to_string()), parsed(text));
    }
}

#[test]
fn a_wrong_name_is_told_with_the_nearest_one() {
    let wrong = |text: &str| Key::parse(text).unwrap_err().suggestion;
    assert_eq!(wrong("entr").as_deref(), Some("enter"));
    assert_eq!(wrong("ctrl-spce").as_deref(), Some("ctrl-space"));
    assert_eq!(wrong("crtl-d").as_deref(), Some("ctrl-d"));
    assert_eq!(wrong("ctrl+d").as_deref(), Some("ctrl-d"));
    assert!(Key::parse("a-b").is_err(), "two keys at once are not a key");
    assert!(Key::parse("").is_err());
}

#[test]
fn a_chord_is_its_keys_in_order() {
    assert_eq!(parse_chord("ctrl-x ctrl-s").unwrap(), [parsed("ctrl-x"), parsed("ctrl-s")]);
    assert_eq!(parse_chord("g  g").unwrap(), [parsed("g"), parsed("g")]);
    assert_eq!(parse_chord("g gg").unwrap_err().name, "gg");
    assert!(parse_chord("").is_err());
}

#[test]
fn only_plain_characters_are_text() {
    assert_eq!(parsed("N").text(), Some('N'));
    assert_eq!(parsed("space").text(), Some(' '));
    assert_eq!(parsed("ctrl-d").text(), None);
    assert_eq!(parsed("enter").text(), None);
}

#[test]
fn a_lone_modifier_is_no_key() {
    use crossterm::event::ModifierKeyCode;
    assert_eq!(Key::from_crossterm(KeyCode::Modifier(ModifierKeyCode::LeftShift), KeyModifiers::SHIFT), None);
}
