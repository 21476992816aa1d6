//! Modal layers over any screen: a stack of plain values. The topmost one gets the keys; drawing goes from the bottom up.

pub mod consent;
pub mod detail;
pub mod editor;
pub mod help;
pub mod line_edit;
pub mod palette;
pub mod picker;
pub mod prompt;
pub mod scroll;

use crate::input::context::LayerKind;

/// One layer of the stack.
#[derive(Debug, Clone, PartialEq)]
pub enum Layer {
    Help(help::Help),
    Palette(palette::Palette),
    Prompt(prompt::Prompt),
    Detail(Box<detail::Detail>),
    Consent(consent::Consent),
    Picker(picker::Picker),
    Editor(Box<editor::Editor>),
}

impl Layer {
    pub fn kind(&self) -> LayerKind {
        match self {
            Layer::Help(_) => LayerKind::Help,
            Layer::Palette(_) => LayerKind::Palette,
            Layer::Prompt(prompt) => prompt.kind(),
            Layer::Detail(_) => LayerKind::Detail,
            Layer::Consent(_) => LayerKind::Consent,
            Layer::Picker(_) => LayerKind::Picker,
            Layer::Editor(_) => LayerKind::Editor,
        }
    }

    /// A line that is typed at the bottom of the screen, where no pane has a border for it.
    pub fn is_in_the_footer(&self) -> bool {
        matches!(self, Layer::Prompt(prompt) if prompt.pane().is_none())
    }

    /// The line that typed text goes into, if the layer has one.
    pub fn line(&mut self) -> Option<&mut line_edit::LineEdit> {
        match self {
            Layer::Palette(palette) => Some(&mut palette.line),
            Layer::Prompt(prompt) => Some(&mut prompt.line),
            _ => None,
        }
    }
}
