//! From the terminal library's events to `InputEvent`.

use crossterm::event::{Event, KeyEventKind, MouseButton, MouseEventKind};

use super::{InputEvent, Key};

impl InputEvent {
    /// `None` for what the program does not act on: key releases, lone modifiers, other buttons, drags and moves.
    pub fn from_crossterm(event: Event) -> Option<Self> {
        match event {
            Event::Key(event) if event.kind == KeyEventKind::Release => None,
            Event::Key(event) => {
                let key = Key::from_crossterm(event.code, event.modifiers)?;
                Some(Self::Key { key, repeat: event.kind == KeyEventKind::Repeat })
            }
            Event::Paste(text) => Some(Self::Paste(text)),
            Event::Mouse(event) => {
                let (x, y) = (event.column, event.row);
                match event.kind {
                    MouseEventKind::Down(MouseButton::Left) => Some(Self::Click { x, y }),
                    MouseEventKind::ScrollUp => Some(Self::Scroll { x, y, up: true }),
                    MouseEventKind::ScrollDown => Some(Self::Scroll { x, y, up: false }),
                    _ => None,
                }
            }
            Event::Resize(width, height) => Some(Self::Resize { width, height }),
            Event::FocusGained => Some(Self::FocusGained),
            Event::FocusLost => Some(Self::FocusLost),
        }
    }
}

#[cfg(test)]
mod tests {
    use crossterm::event::{KeyCode, KeyEvent, KeyEventState, KeyModifiers, MouseEvent};

    use super::*;
    use crate::input::event::Code;

    fn key_event(kind: KeyEventKind) -> Event {
        let state = KeyEventState::empty();
        Event::Key(KeyEvent { code: KeyCode::Char('y'), modifiers: KeyModifiers::NONE, kind, state })
    }

    #[test]
    fn a_release_is_nothing_and_a_repeat_is_marked() {
        let key = Key::of(Code::Char('y'));
        assert_eq!(InputEvent::from_crossterm(key_event(KeyEventKind::Release)), None);
        assert_eq!(
            InputEvent::from_crossterm(key_event(KeyEventKind::Press)),
            Some(InputEvent::Key { key, repeat: false })
        );
        assert_eq!(
            InputEvent::from_crossterm(key_event(KeyEventKind::Repeat)),
            Some(InputEvent::Key { key, repeat: true })
        );
    }

    #[test]
    fn the_mouse_clicks_left_and_scrolls_and_nothing_else() {
        let mouse = |kind| Event::Mouse(MouseEvent { kind, column: 3, row: 4, modifiers: KeyModifiers::NONE });
        let click = mouse(MouseEventKind::Down(MouseButton::Left));
        assert_eq!(InputEvent::from_crossterm(click), Some(InputEvent::Click { x: 3, y: 4 }));
        let wheel = mouse(MouseEventKind::ScrollDown);
        assert_eq!(InputEvent::from_crossterm(wheel), Some(InputEvent::Scroll { x: 3, y: 4, up: false }));
        assert_eq!(InputEvent::from_crossterm(mouse(MouseEventKind::Moved)), None);
        assert_eq!(InputEvent::from_crossterm(mouse(MouseEventKind::Down(MouseButton::Right))), None);
    }
}
