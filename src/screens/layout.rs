//! What a drawing gives back to the model: where things stand, so that a click finds its row and a page its size.

use crate::input::commands::CommandId;
use crate::input::context::{FleetPane, Pane, ProvisionPage};
use ratatui::layout::Rect;

use super::provision::form::Row as FormRow;
use super::provision::run::RunTab;

/// Hit boxes of one drawing.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Layout {
    pub panes: Vec<PaneBox>,
    /// Panes of the fleet's screen.
    pub fleet: Vec<PaneBox<FleetPane>>,
    /// The page of the clusters by Terraform.
    pub provision: Option<PaneBox<ProvisionPage>>,
    /// Tabs of a run's page, and rows of the form that begins one.
    pub run_tabs: Vec<(RunTab, Rect)>,
    pub form_rows: Vec<(Rect, FormRow)>,
    /// Cards of the fleet's screen with their places in the order, and how many stand in a row.
    pub cards: Vec<(Rect, usize)>,
    pub across: usize,
    /// Inner area of the topmost layer, if there is one.
    pub layer: Option<LayerBox>,
    /// Words of the header and the footer that a click runs as a command.
    pub buttons: Vec<(Rect, CommandId)>,
    /// The terminal is smaller than the program can use.
    pub too_small: bool,
}

/// One pane as it was drawn; `P` names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PaneBox<P = Pane> {
    pub pane: P,
    pub area: Rect,
    /// Screen row of each drawn table row, first one is `offset`.
    pub rows: Vec<u16>,
    pub offset: usize,
    /// Where the column headings stand, with each column's place in the pane's list.
    pub headings: Vec<(Rect, usize)>,
    /// Widest content of each column on the screen.
    pub needed: Vec<u16>,
    /// Rows (or log lines) that one page shows.
    pub page: usize,
    /// Places of the tab or title that focus the pane.
    pub tab: Option<Rect>,
}

/// The topmost layer as it was drawn.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LayerBox {
    pub area: Rect,
    /// Lines of content, and how many of them fit.
    pub lines: usize,
    pub page: usize,
    /// Screen row of the first content line.
    pub top: u16,
    /// First line of each section of a description.
    pub sections: Vec<(Section, usize)>,
    /// Lines that hold what is searched for.
    pub found: Vec<usize>,
    /// Screen rows that a click chooses by, with the place of what stands there.
    pub choices: Vec<(u16, usize)>,
}

/// The parts of a description, in their order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Section {
    Summary,
    /// A cluster's health over time.
    Health,
    Conditions,
    Pods,
    Nodes,
    Nodegroups,
    Addons,
    Insights,
    Access,
    Namespaces,
    Workloads,
    Quotas,
    Events,
    Manifest,
}

impl Section {
    /// What stands on its tab.
    pub fn word(self) -> &'static str {
        match self {
            Self::Summary => "summary",
            Self::Health => "health",
            Self::Conditions => "state",
            Self::Pods => "pods",
            Self::Nodes => "nodes",
            Self::Nodegroups => "nodegroups",
            Self::Addons => "addons",
            Self::Insights => "insights",
            Self::Access => "access",
            Self::Namespaces => "namespaces",
            Self::Workloads => "workloads",
            Self::Quotas => "quotas",
            Self::Events => "events",
            Self::Manifest => "manifest",
        }
    }
}

impl LayerBox {
    /// A layer in `area` whose content, `lines` long, stands in `inner`; nothing in it is gone to by name.
    pub fn plain(area: Rect, inner: Rect, lines: usize) -> Self {
        let page = inner.height as usize;
        Self { area, lines, page, top: inner.y, sections: Vec::new(), found: Vec::new(), choices: Vec::new() }
    }

    /// The place of what stands on a screen row.
    pub fn choice_at(&self, y: u16) -> Option<usize> {
        self.choices.iter().find(|(row, _)| *row == y).map(|(_, place)| *place)
    }
}

impl Layout {
    pub fn pane(&self, pane: Pane) -> Option<&PaneBox> {
        self.panes.iter().find(|found| found.pane == pane)
    }

    /// The command that a word at a cell stands for.
    pub fn command_at(&self, x: u16, y: u16) -> Option<CommandId> {
        self.buttons.iter().find(|(area, _)| area.contains((x, y).into())).map(|(_, command)| *command)
    }

    /// The place of the card at a cell.
    pub fn card_at(&self, x: u16, y: u16) -> Option<usize> {
        self.cards.iter().find(|(area, _)| area.contains((x, y).into())).map(|(_, place)| *place)
    }

    pub fn fleet_at(&self, x: u16, y: u16) -> Option<&PaneBox<FleetPane>> {
        self.fleet.iter().find(|found| found.area.contains((x, y).into()))
    }

    pub fn pane_at(&self, x: u16, y: u16) -> Option<&PaneBox> {
        let inside = |area: &Rect| area.contains((x, y).into());
        self.panes.iter().find(|found| inside(&found.area) || found.tab.as_ref().is_some_and(inside))
    }
}

impl<P> PaneBox<P> {
    /// The column whose heading is at a cell.
    pub fn heading_at(&self, x: u16, y: u16) -> Option<usize> {
        self.headings.iter().find(|(area, _)| area.contains((x, y).into())).map(|(_, column)| *column)
    }

    /// The position in the pane's order of the row on a screen line.
    pub fn position_at(&self, y: u16) -> Option<usize> {
        let place = self.rows.iter().rposition(|row| *row <= y)?;
        // A row's second line belongs to it; what is below the last row's two lines does not.
        let last = place + 1 == self.rows.len();
        (!last || y <= self.rows[place] + 1).then_some(self.offset + place)
    }
}
