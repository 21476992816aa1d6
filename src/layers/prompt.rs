//! A line that is typed on the border of a pane: filters and searches.

use super::line_edit::LineEdit;
use crate::input::context::{LayerKind, Pane};

/// What the typed text is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// The rows of a table pane.
    Filter(Pane),
    /// Log lines that are shown, and those that are not.
    LogInclude,
    LogExclude,
    LogSearch,
    /// Where the lines of the log are saved to.
    LogSave,
    /// A file whose manifests are opened in the editor.
    OpenFile,
    /// Text in the description beneath.
    DetailSearch,
    /// The clusters of the fleet's screen.
    FleetFilter,
    /// The code of an MFA device, for the login that was chosen.
    MfaCode,
    /// The list of clusters by Terraform.
    RunsFilter,
    /// A plan, or the log of a run.
    ProvisionFilter,
    ProvisionSearch,
}

/// The prompt's state. It acts on every letter; `esc` puts back what stood there before.
#[derive(Debug, Clone, PartialEq)]
pub struct Prompt {
    pub purpose: Purpose,
    pub line: LineEdit,
    pub before: String,
}

impl Prompt {
    pub fn new(purpose: Purpose, text: &str) -> Self {
        Self { purpose, line: LineEdit::new(text), before: text.to_owned() }
    }

    pub fn kind(&self) -> LayerKind {
        match self.purpose {
            Purpose::Filter(_)
            | Purpose::FleetFilter
            | Purpose::RunsFilter
            | Purpose::ProvisionFilter
            | Purpose::LogInclude
            | Purpose::LogExclude => LayerKind::Filter,
            Purpose::LogSearch
            | Purpose::LogSave
            | Purpose::DetailSearch
            | Purpose::OpenFile
            | Purpose::ProvisionSearch
            | Purpose::MfaCode => LayerKind::LogSearch,
        }
    }

    /// The pane of the deck on whose border it stands.
    pub fn pane(&self) -> Option<Pane> {
        match self.purpose {
            Purpose::Filter(pane) => Some(pane),
            Purpose::LogInclude | Purpose::LogExclude | Purpose::LogSearch | Purpose::LogSave => Some(Pane::Logs),
            Purpose::DetailSearch | Purpose::OpenFile | Purpose::FleetFilter | Purpose::MfaCode => None,
            Purpose::RunsFilter | Purpose::ProvisionFilter | Purpose::ProvisionSearch => None,
        }
    }

    /// Whether the line is typed in the footer, not on a border.
    pub fn is_in_the_footer(&self) -> bool {
        self.pane().is_none() && !matches!(self.purpose, Purpose::FleetFilter | Purpose::RunsFilter)
    }

    /// What stands before the text.
    pub fn label(&self) -> &'static str {
        match self.purpose {
            Purpose::Filter(_) | Purpose::FleetFilter | Purpose::RunsFilter => "/ ",
            Purpose::ProvisionFilter => "filter ",
            Purpose::ProvisionSearch => "search ",
            Purpose::LogInclude => "include ",
            Purpose::LogExclude => "exclude ",
            Purpose::LogSearch | Purpose::DetailSearch => "search ",
            Purpose::LogSave => "save to ",
            Purpose::OpenFile => "manifest from file ",
            Purpose::MfaCode => "code of the MFA device ",
        }
    }
}
