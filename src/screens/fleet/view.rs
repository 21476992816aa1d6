//! Draws the fleet's screen: clusters above, credentials below.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::cards::draw as draw_cards;
use super::line::line;
use super::logins::{self, LoginRows};
use super::{FleetScene, FleetScreen, clusters};
use crate::domain::ids::ClusterId;
use crate::domain::sync::SyncFigures;
use crate::domain::text::fit;
use crate::input::context::FleetPane;
use crate::screens::layout::{Layout, PaneBox};
use crate::screens::pane::Rows;
use crate::screens::table_pane::{Spec, bottom, count, nothing_passes, table};
use crate::ui::frame::{FrameText, Piece, frame};
use crate::ui::theme::{Role, Theme};

/// What a drawing needs beside the screen's state.
#[derive(Clone, Copy)]
pub struct FleetCanvas<'a> {
    pub scene: FleetScene<'a>,
    pub theme: &'a Theme,
    /// The filter that is being typed.
    pub typing: Option<&'a str>,
}

/// Draws the screen into `area`.
pub fn draw(screen: &FleetScreen, canvas: FleetCanvas<'_>, area: Rect, buffer: &mut Buffer, layout: &mut Layout) {
    let fleet = canvas.scene.scene.fleet;
    let lane = match screen.focus {
        _ if fleet.logins.is_empty() && screen.focus == FleetPane::Clusters => 0,
        FleetPane::Logins => area.height / 2,
        // Two lines a login: its row, and what is wrong with it.
        FleetPane::Clusters => {
            // Of a terminal's 24 lines two rows of cards leave so much.
            let most = if screen.as_cards { area.height * 2 / 7 } else { area.height / 3 };
            (2 * fleet.logins.len() as u16 + 3).min(most)
        }
    };
    let upper = Rect { height: area.height - lane, ..area };
    let clusters = of_clusters(screen, canvas, upper, buffer, layout);
    layout.fleet.push(clusters);
    if lane > 0 {
        let lower = Rect { y: area.y + upper.height, height: lane, ..area };
        layout.fleet.push(of_logins(screen, canvas, lower, buffer));
    }
}

fn of_clusters(
    screen: &FleetScreen,
    canvas: FleetCanvas<'_>,
    area: Rect,
    buffer: &mut Buffer,
    layout: &mut Layout,
) -> PaneBox<FleetPane> {
    let fleet = canvas.scene.scene.fleet;
    let pane = &screen.clusters;
    let mut text = FrameText { title: vec![Piece::new("fleet", Role::Title)], ..FrameText::default() };
    let counted = count(pane.passing(), fleet.len(), pane.is_filtered());
    text.right = vec![Piece::new(format!("{counted} · "), Role::Dim)];
    text.right.extend(worker(&fleet.sync));
    bottom(&mut text, pane, canvas.typing);
    if text.bottom_right.is_empty() && !fleet.sync.last_error.is_empty() {
        let words = fit(&fleet.sync.last_error, usize::from(area.width / 2));
        text.bottom_right = vec![Piece::new(format!("failed last: {words}"), Role::Warning)];
    }
    let empty = match pane.is_filtered() {
        true => nothing_passes(&pane.filter_text),
        false if fleet.is_looking => vec!["Asking AWS for EKS clusters …".to_owned()],
        false => vec![
            "No clusters are known.".to_owned(),
            "D looks for EKS clusters; eksdeck clusters add registers one".to_owned(),
        ],
    };
    let spec = Spec {
        name: FleetPane::Clusters,
        columns: clusters::COLUMNS,
        hidden: None,
        text,
        empty,
        focused: screen.focus == FleetPane::Clusters,
        theme: canvas.theme,
    };
    if screen.as_cards && !pane.is_empty() {
        let inner = frame(buffer, area, &spec.text, spec.focused, spec.theme);
        let drawn = draw_cards(screen, canvas, inner, buffer);
        (layout.cards, layout.across) = (drawn.boxes, drawn.across);
        let page = drawn.rows * drawn.across;
        let (rows, headings, needed) = (Vec::new(), Vec::new(), Vec::new());
        return PaneBox { pane: spec.name, area, rows, offset: drawn.offset, headings, needed, page, tab: None };
    }
    table(pane, spec, area, buffer, |position| {
        let cluster = fleet.get(ClusterId(pane.at(position)??))?;
        let mut line = line(cluster, canvas.scene, canvas.theme);
        line.marked = pane.marks.contains(&cluster.id);
        Some(line)
    })
}

/// How the worker does that keeps the clusters' health.
fn worker(figures: &SyncFigures) -> Vec<Piece> {
    if figures.runs == 0 && figures.busy == 0 && figures.clusters == 0 {
        return vec![Piece::new("sync is off", Role::Muted)];
    }
    let mut out = vec![Piece::new(
        match figures.runs {
            1 => "1 look".to_owned(),
            runs => format!("{runs} looks"),
        },
        Role::Dim,
    )];
    if figures.failures > 0 {
        out.push(Piece::new(format!(" · {} failed", figures.failures), Role::Warning));
    }
    if figures.busy > 0 {
        out.push(Piece::new(format!(" · {} now", figures.busy), Role::Dim));
    }
    if figures.theirs > 0 {
        out.push(Piece::new(format!(" · {} looked after elsewhere", figures.theirs), Role::Dim));
    }
    if figures.lag_ms >= 1_000 {
        out.push(Piece::new(format!(" · {} s behind", figures.lag_ms / 1_000), Role::Warning));
    }
    if !figures.kept.is_empty() {
        out.push(Piece::new(format!(" · kept in memory: {}", figures.kept), Role::Warning));
    }
    out
}

fn of_logins(screen: &FleetScreen, canvas: FleetCanvas<'_>, area: Rect, buffer: &mut Buffer) -> PaneBox<FleetPane> {
    let fleet = canvas.scene.scene.fleet;
    let pane = &screen.logins;
    let rows = LoginRows { logins: &fleet.logins };
    let broken = (0..fleet.logins.len() as u32).filter(|id| rows.is_fault(*id)).count();
    let mut text = FrameText { title: vec![Piece::new("credentials", Role::Title)], ..FrameText::default() };
    text.right = vec![Piece::new(fleet.logins.len().to_string(), Role::Dim)];
    if broken > 0 {
        text.right.insert(0, Piece::new(format!("{broken} to mend · "), Role::Broken));
    }
    let empty = vec!["No AWS login is known.".to_owned(), "aws configure sso makes one".to_owned()];
    let spec = Spec {
        name: FleetPane::Logins,
        columns: logins::COLUMNS,
        hidden: None,
        text,
        empty,
        focused: screen.focus == FleetPane::Logins,
        theme: canvas.theme,
    };
    table(pane, spec, area, buffer, |position| {
        let row = fleet.logins.get(pane.at(position)?? as usize)?;
        Some(logins::line(row, canvas.scene.scene, canvas.theme))
    })
}
