//! A short list to choose from.

use std::sync::Arc;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::form::RegisterFrom;
use crate::domain::aws::arn::ClusterArn;
use crate::domain::draft::DraftId;
use crate::domain::eks::AccessPolicy;
use crate::domain::ids::{ClusterId, ObjectKey};
use crate::domain::template::Templates;
use crate::domain::text::{fit, width};
use crate::screens::layout::LayerBox;
use crate::ui::frame::{FrameText, Piece, frame};
use crate::ui::popup::{centred, clear};
use crate::ui::text::put;
use crate::ui::theme::{Role, Theme};

/// What the choice is for.
#[derive(Debug, Clone)]
pub enum PickerFor {
    /// Moving through the list shows each theme; `esc` puts back the one before.
    Theme { before: Arc<Theme> },
    /// The log of the chosen pod is read.
    Pod { cluster: ClusterId, pods: Vec<ObjectKey> },
    /// A form of the chosen template is opened. The rows are those that can be used, then those that cannot.
    Template { cluster: ClusterId, templates: Arc<Templates> },
    /// The chosen text is gone on with; `doomed` is thrown away if that is agreed to.
    Draft { drafts: Vec<DraftId>, doomed: Option<usize> },
    /// A cluster is registered from the chosen place.
    Register { choices: Vec<RegisterChoice> },
    /// What the chosen row stands for goes into the field that the form stands on; with `is_many` the list stays.
    Offered { ids: Vec<String>, is_many: bool },
    /// A form of the chosen policy's scope is opened, or what is chosen is taken away.
    Access { cluster: ClusterArn, choices: Vec<AccessChoice> },
}

/// Where a cluster that is registered may come from.
#[derive(Debug, Clone, PartialEq)]
pub enum RegisterChoice {
    /// What is to be registered, and what it is called here.
    From(RegisterFrom, String),
    /// The contexts of the kubeconfig, in a list of their own.
    Contexts,
    /// The context that the form beneath is about.
    Context(String),
}

/// What an access entry has.
#[derive(Debug, Clone, PartialEq)]
pub enum AccessChoice {
    /// This policy gets another scope.
    Scope { principal: String, policy: AccessPolicy },
    /// It goes: one policy (its ARN), or with none the whole entry.
    Revoke { principal: String, policy: Option<String> },
}

impl PartialEq for PickerFor {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Theme { before: left }, Self::Theme { before: right }) => left.name() == right.name(),
            (Self::Pod { cluster, pods }, Self::Pod { cluster: other_cluster, pods: other_pods }) => {
                cluster == other_cluster && pods == other_pods
            }
            (Self::Template { cluster, templates }, Self::Template { cluster: other_cluster, templates: others }) => {
                cluster == other_cluster && templates == others
            }
            (Self::Draft { drafts, doomed }, Self::Draft { drafts: others, doomed: other_doomed }) => {
                drafts == others && doomed == other_doomed
            }
            (Self::Offered { ids, is_many }, Self::Offered { ids: others, is_many: other_many }) => {
                ids == others && is_many == other_many
            }
            (Self::Register { choices }, Self::Register { choices: others }) => choices == others,
            (Self::Access { cluster, choices }, Self::Access { cluster: other_cluster, choices: others }) => {
                cluster == other_cluster && choices == others
            }
            _ => false,
        }
    }
}

/// Stands in place of a text that is about to be thrown away.
const THROW_AWAY: &str = "throw this text away? enter does, esc keeps it";

/// The picker's state.
#[derive(Debug, Clone, PartialEq)]
pub struct Picker {
    pub title: String,
    pub rows: Vec<String>,
    pub chosen: usize,
    pub purpose: PickerFor,
}

impl Picker {
    pub fn step(&mut self, by: isize) {
        self.go(self.chosen.saturating_add_signed(by));
    }

    pub fn go(&mut self, place: usize) {
        self.chosen = place.min(self.rows.len().saturating_sub(1));
        if let PickerFor::Draft { doomed, .. } = &mut self.purpose {
            *doomed = None;
        }
    }

    /// The row of which it is asked whether it is to be thrown away.
    pub fn doomed(&self) -> Option<usize> {
        match self.purpose {
            PickerFor::Draft { doomed, .. } => doomed,
            _ => None,
        }
    }
}

/// Draws the picker in the middle of `area`.
pub fn draw(picker: &Picker, area: Rect, buffer: &mut Buffer, theme: &Theme) -> LayerBox {
    let widest = picker.rows.iter().map(|row| width(row)).max().unwrap_or(0) as u16;
    let wide = (widest + 6).max(width(&picker.title) as u16 + 6).max(24);
    let area = centred(area, wide, picker.rows.len() as u16 + 2);
    clear(buffer, area, theme);
    let text = FrameText { title: vec![Piece::new(picker.title.clone(), Role::Title)], ..FrameText::default() };
    let inner = frame(buffer, area, &text, true, theme);
    let room = inner.height as usize;
    let offset = (picker.chosen + 1).saturating_sub(room);
    let mut choices = Vec::with_capacity(room);
    for (place, row) in picker.rows.iter().enumerate().skip(offset).take(room) {
        let y = inner.y + (place - offset) as u16;
        choices.push((y, place));
        let role = if place == picker.chosen { Role::Selection } else { Role::Text };
        if place == picker.chosen {
            buffer.set_style(Rect { y, height: 1, ..inner }, theme.style(Role::Selection));
        }
        let columns = inner.width.saturating_sub(2) as usize;
        let (shown, style) = match picker.doomed() == Some(place) {
            true => (fit(THROW_AWAY, columns), theme.style(Role::Selection).patch(theme.style(Role::Warning))),
            false => (fit(row, columns), theme.style(role)),
        };
        put(buffer, inner.x + 1, y, inner.right(), &shown, style);
    }
    LayerBox { choices, ..LayerBox::plain(area, inner, picker.rows.len()) }
}
