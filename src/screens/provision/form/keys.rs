//! What a key does to a line.

use crate::input::event::{Code, Key};
use crate::ui::line_edit::Edit;

/// As in every other line of the program.
pub(super) fn edit(key: Key) -> Option<Edit> {
    let by_word = key.ctrl || key.alt;
    Some(match key.code {
        Code::Left if by_word => Edit::WordLeft,
        Code::Right if by_word => Edit::WordRight,
        Code::Char('b') if key.alt => Edit::WordLeft,
        Code::Char('f') if key.alt => Edit::WordRight,
        Code::Left => Edit::Left,
        Code::Right => Edit::Right,
        Code::Home => Edit::Start,
        Code::End => Edit::End,
        Code::Char('a') if key.ctrl => Edit::Start,
        Code::Char('e') if key.ctrl => Edit::End,
        Code::Backspace if by_word => Edit::DeleteWordBack,
        Code::Backspace => Edit::DeleteBack,
        Code::Delete => Edit::DeleteForward,
        Code::Char('w') if key.ctrl => Edit::DeleteWordBack,
        Code::Char('u') if key.ctrl => Edit::DeleteToStart,
        Code::Char('k') if key.ctrl => Edit::DeleteToEnd,
        _ => return None,
    })
}
