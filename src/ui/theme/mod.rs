//! Themes: colours and attributes by what they mean, and the signs that stand beside every colour.
//!
//! A theme is a TOML file (`assets/themes/`): a palette of named colours and a style for each role. It may inherit
//! another theme and change only the palette. A person's own file works the same way.

mod builtin;
mod choose;
mod colour;
mod file;
mod glyphs;
mod role;

use ratatui::style::{Color, Style};

pub use builtin::NAMES;
pub use choose::{Choice, Terminal, choose};
pub use colour::{Depth, as_xterm};
pub use glyphs::{Glyphs, State};
pub use role::Role;

use crate::domain::settings::FileProblem;

/// A mistake in a theme file.
pub type ThemeProblem = FileProblem;

/// A style for every role, in colours that the terminal has.
#[derive(Debug, Clone)]
pub struct Theme {
    name: String,
    styles: [Style; Role::COUNT],
    base: Style,
    background: Color,
    glyphs: &'static Glyphs,
}

impl Theme {
    /// The theme of the choice: one that ships, or a person's own (file name and text) under any name. Mistakes are
    /// returned in the order of their places; everything else in the file applies. A name that does not exist gives
    /// `dark`: whoever reads the name (flag, configuration) tells that it is wrong.
    pub fn load(choice: &Choice, own: Option<(&str, &str)>) -> (Self, Vec<ThemeProblem>) {
        let (sheet, problems) = file::load(&choice.name, own);
        let convert = |style: Style| choice.depth.convert(style, sheet.background);
        let theme = Self {
            name: choice.name.clone(),
            styles: sheet.styles.map(convert),
            base: if sheet.paint { convert(Style::new().bg(sheet.background)) } else { Style::new() },
            background: sheet.background,
            glyphs: if choice.ascii { &glyphs::ASCII } else { &glyphs::UNICODE },
        };
        (theme, problems)
    }

    pub fn name(&self) -> &str {
        &self.name
    }

    pub fn style(&self, role: Role) -> Style {
        self.styles[role as usize]
    }

    /// What the whole screen is filled with first. It has a background only if the theme paints one: most leave the
    /// terminal's own.
    pub fn base(&self) -> Style {
        self.base.patch(self.style(Role::Text))
    }

    /// What the colours are made for; painted only if the theme says so.
    pub fn background(&self) -> Color {
        self.background
    }

    /// The style of a log prefix: the same number, the same style. Takes any number.
    pub fn log_prefix(&self, number: usize) -> Style {
        self.style(Role::LOG_PREFIXES[number % Role::LOG_PREFIXES.len()])
    }

    /// One cell that tells a state without colour.
    pub fn sign(&self, state: State) -> &'static str {
        self.glyphs.sign(state)
    }

    pub fn state(&self, state: State) -> Style {
        self.style(state.role())
    }

    pub fn glyphs(&self) -> &'static Glyphs {
        self.glyphs
    }
}

#[cfg(test)]
mod tests;
