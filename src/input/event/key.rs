//! One key with its modifiers, and how it is written.

use std::fmt;

use crossterm::event::{KeyCode, KeyModifiers};

use crate::domain::settings::nearest;

/// What was pressed, without modifiers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Code {
    Char(char),
    Enter,
    Esc,
    Tab,
    BackTab,
    Backspace,
    Delete,
    Insert,
    Left,
    Right,
    Up,
    Down,
    Home,
    End,
    PageUp,
    PageDown,
    F(u8),
}

/// A key press. Shift is part of a character (`N`, `!`), so `shift` is only ever set beside the other codes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Key {
    pub code: Code,
    pub ctrl: bool,
    pub alt: bool,
    pub shift: bool,
    /// The super, command or windows key: only terminals with the kitty protocol tell it.
    pub command: bool,
}

/// Why a key's name could not be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("no key is named `{name}`")]
pub struct KeyError {
    pub name: String,
    /// The nearest name that there is, with the modifiers that were written.
    pub suggestion: Option<String>,
}

const NAMED: [&str; 18] = [
    "enter",
    "esc",
    "tab",
    "backtab",
    "backspace",
    "delete",
    "insert",
    "left",
    "right",
    "up",
    "down",
    "home",
    "end",
    "pageup",
    "pagedown",
    "space",
    "hyphen",
    "f1",
];
const MODIFIERS: [&str; 4] = ["ctrl-", "alt-", "shift-", "cmd-"];

impl Key {
    pub const fn of(code: Code) -> Self {
        Self { code, ctrl: false, alt: false, shift: false, command: false }
    }

    /// `None` for lone modifiers, media keys and other keys that nothing is bound to.
    pub fn from_crossterm(code: KeyCode, modifiers: KeyModifiers) -> Option<Self> {
        let mut shift = modifiers.contains(KeyModifiers::SHIFT);
        let code = match code {
            KeyCode::Char('\r' | '\n') | KeyCode::Enter => Code::Enter,
            KeyCode::Char(character) => {
                let upper = shift && character.is_ascii_lowercase();
                shift = false;
                Code::Char(if upper { character.to_ascii_uppercase() } else { character })
            }
            KeyCode::Esc => Code::Esc,
            KeyCode::BackTab => Code::BackTab,
            KeyCode::Tab if shift => Code::BackTab,
            KeyCode::Tab => Code::Tab,
            KeyCode::Backspace => Code::Backspace,
            KeyCode::Delete => Code::Delete,
            KeyCode::Insert => Code::Insert,
            KeyCode::Left => Code::Left,
            KeyCode::Right => Code::Right,
            KeyCode::Up => Code::Up,
            KeyCode::Down => Code::Down,
            KeyCode::Home => Code::Home,
            KeyCode::End => Code::End,
            KeyCode::PageUp => Code::PageUp,
            KeyCode::PageDown => Code::PageDown,
            KeyCode::F(number) => Code::F(number),
            _ => return None,
        };
        Some(Self {
            code,
            ctrl: modifiers.contains(KeyModifiers::CONTROL),
            alt: modifiers.contains(KeyModifiers::ALT),
            shift: shift && code != Code::BackTab,
            command: modifiers.contains(KeyModifiers::SUPER),
        })
    }

    /// One key as keymap files write it: `q`, `N` or `shift-n`, `ctrl-d`, `alt-enter`, `f5`, `space`, `!`.
    pub fn parse(text: &str) -> Result<Self, KeyError> {
        let (modifiers, base) = split_modifiers(text);
        let has = |name: &str| modifiers.to_ascii_lowercase().contains(name);
        let mut characters = base.chars();
        if let (Some(character), None) = (characters.next(), characters.next()) {
            let mut flags = KeyModifiers::empty();
            flags.set(KeyModifiers::CONTROL, has("ctrl-"));
            flags.set(KeyModifiers::ALT, has("alt-"));
            flags.set(KeyModifiers::SHIFT, has("shift-"));
            flags.set(KeyModifiers::SUPER, has("cmd-"));
            if let Some(key) = Self::from_crossterm(KeyCode::Char(character), flags) {
                return Ok(key);
            }
        }
        crokey::parse(text)
            .ok()
            .filter(|combination| combination.codes.len() == 1)
            .and_then(|combination| Self::from_crossterm(*combination.codes.first(), combination.modifiers))
            .ok_or_else(|| KeyError {
                name: text.to_owned(),
                suggestion: nearest(base, NAMED).map(|name| format!("{modifiers}{name}")).or_else(|| {
                    let (modifier, rest) = base.split_once(['-', '+'])?;
                    let near = nearest(&format!("{modifier}-"), MODIFIERS)?;
                    Some(format!("{modifiers}{near}{rest}"))
                }),
            })
    }

    /// The character that this key types into a text field.
    pub fn text(self) -> Option<char> {
        match self.code {
            Code::Char(character) if !self.ctrl && !self.alt && !self.command => Some(character),
            _ => None,
        }
    }
}

/// A chord of several keys, separated by blanks: `g g`, `ctrl-x ctrl-s`.
pub fn parse_chord(text: &str) -> Result<Vec<Key>, KeyError> {
    let keys = text.split_whitespace().map(Key::parse).collect::<Result<Vec<_>, _>>()?;
    if keys.is_empty() { Err(KeyError { name: text.to_owned(), suggestion: None }) } else { Ok(keys) }
}

/// `ctrl-alt-x` → (`ctrl-alt-`, `x`).
fn split_modifiers(text: &str) -> (&str, &str) {
    let mut at = 0;
    while let Some(rest) = text.get(at..) {
        let lower = rest.to_ascii_lowercase();
        match MODIFIERS.iter().find(|modifier| lower.starts_with(**modifier) && lower.len() > modifier.len()) {
            Some(modifier) => at += modifier.len(),
            None => break,
        }
    }
    text.split_at(at)
}

/// As the help, the footer and keymap files show it: lower-case names, the character itself where there is one.
impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (set, name) in [(self.ctrl, "ctrl-"), (self.alt, "alt-"), (self.command, "cmd-"), (self.shift, "shift-")] {
            if set {
                f.write_str(name)?;
            }
        }
        match self.code {
            Code::Char(' ') => f.write_str("space"),
            Code::Char(character) => write!(f, "{character}"),
            Code::Enter => f.write_str("enter"),
            Code::Esc => f.write_str("esc"),
            Code::Tab => f.write_str("tab"),
            Code::BackTab => f.write_str("shift-tab"),
            Code::Backspace => f.write_str("backspace"),
            Code::Delete => f.write_str("delete"),
            Code::Insert => f.write_str("insert"),
            Code::Left => f.write_str("left"),
            Code::Right => f.write_str("right"),
            Code::Up => f.write_str("up"),
            Code::Down => f.write_str("down"),
            Code::Home => f.write_str("home"),
            Code::End => f.write_str("end"),
            Code::PageUp => f.write_str("pageup"),
            Code::PageDown => f.write_str("pagedown"),
            Code::F(number) => write!(f, "f{number}"),
        }
    }
}

#[cfg(test)]
mod tests;
