//! The keymaps that ship with the program.

use std::str::FromStr;

const DEFAULT: (&str, &str) = ("keymaps/default.toml", include_str!("../../../keymaps/default.toml"));
const VIM: (&str, &str) = ("keymaps/vim.toml", include_str!("../../../keymaps/vim.toml"));
const EMACS: (&str, &str) = ("keymaps/emacs.toml", include_str!("../../../keymaps/emacs.toml"));

/// Which keymap a person starts from. `vim` and `emacs` lie over `default`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Base {
    #[default]
    Default,
    Vim,
    Emacs,
}

impl Base {
    pub const ALL: [Self; 3] = [Self::Default, Self::Vim, Self::Emacs];
    /// Their names, as `--keymap` and the configuration take them.
    pub const NAMES: [&str; 3] = ["default", "vim", "emacs"];

    pub fn name(self) -> &'static str {
        Self::NAMES[self as usize]
    }

    /// File names and texts, lowest first.
    pub(super) fn files(self) -> &'static [(&'static str, &'static str)] {
        match self {
            Self::Default => &[DEFAULT],
            Self::Vim => &[DEFAULT, VIM],
            Self::Emacs => &[DEFAULT, EMACS],
        }
    }
}

impl FromStr for Base {
    type Err = String;

    fn from_str(name: &str) -> Result<Self, String> {
        let found = Self::ALL.into_iter().find(|base| base.name() == name);
        found.ok_or_else(|| format!("no keymap is named `{name}`: {}", Self::NAMES.join(", ")))
    }
}
