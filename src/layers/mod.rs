//! Modal layers over any screen: a stack of plain values. The topmost one gets the keys; drawing goes from the bottom up.

pub mod confirm;
pub mod consent;
pub mod cronjobs;
pub mod detail;
pub mod editor;
pub mod form;
pub mod help;
pub mod pace;
pub mod palette;
pub mod picker;
pub mod prompt;
pub mod question;
pub mod scroll;

pub use crate::ui::line_edit;

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
    Confirm(Box<confirm::Confirm>),
    Question(Box<question::Question>),
    CronJobs(cronjobs::CronJobs),
    Form(Box<form::Form>),
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
            Layer::Confirm(confirm) => confirm.kind(),
            Layer::Question(question) => question.kind(),
            Layer::CronJobs(_) => LayerKind::CronJobs,
            Layer::Form(_) => LayerKind::Form,
            Layer::Editor(_) => LayerKind::Editor,
        }
    }

    /// A line that is typed at the bottom of the screen, where no pane has a border for it.
    pub fn is_in_the_footer(&self) -> bool {
        matches!(self, Layer::Prompt(prompt) if prompt.is_in_the_footer())
    }

    /// The line that typed text goes into, if the layer has one.
    pub fn line(&mut self) -> Option<&mut line_edit::LineEdit> {
        match self {
            Layer::Palette(palette) => Some(&mut palette.line),
            Layer::Prompt(prompt) => Some(&mut prompt.line),
            Layer::Confirm(confirm) if confirm.kind() == LayerKind::ConfirmWord => Some(&mut confirm.line),
            Layer::Question(question) if question.kind() == LayerKind::ConfirmWord => Some(&mut question.line),
            Layer::Form(form) => form.line(),
            _ => None,
        }
    }

    /// Puts typed or pasted text in, if the layer takes any.
    pub fn insert(&mut self, text: &str) -> bool {
        if let Layer::Form(form) = self {
            form.insert(text);
            return true;
        }
        self.line().map(|line| line.insert(text)).is_some()
    }
}
