//! Draws the screen of clusters by Terraform.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::form::view::draw as draw_form;
use super::plan::view::draw as draw_plan;
use super::{OpenPlan, ProvisionScreen, list};
use crate::domain::provision::{State, queue};
use crate::domain::text::clean;
use crate::input::context::ProvisionPage;
use crate::screens::layout::{Layout, PaneBox};
use crate::screens::provision::run::RunScene;
use crate::screens::provision::run::view::draw as draw_run;
use crate::ui::frame::{FrameText, Piece, frame, message};
use crate::ui::theme::{Role, Theme};

/// What a drawing needs beside the screen's state.
#[derive(Clone, Copy)]
pub struct ProvisionCanvas<'a> {
    pub theme: &'a Theme,
    /// Unix milliseconds.
    pub now_ms: i64,
    /// The filter of the list that is being typed.
    pub typing: Option<&'a str>,
}

/// Draws the page into `area`; where the cursor stands, if it is typed there.
pub fn draw(
    screen: &ProvisionScreen,
    canvas: ProvisionCanvas<'_>,
    area: Rect,
    buffer: &mut Buffer,
    layout: &mut Layout,
) -> Option<(u16, u16)> {
    let (drawn, cursor) = page(screen, canvas, area, buffer, layout);
    layout.provision = Some(drawn);
    cursor
}

fn page(
    screen: &ProvisionScreen,
    canvas: ProvisionCanvas<'_>,
    area: Rect,
    buffer: &mut Buffer,
    layout: &mut Layout,
) -> (PaneBox<ProvisionPage>, Option<(u16, u16)>) {
    let ProvisionCanvas { theme, now_ms, typing } = canvas;
    match (screen.page, &screen.plan, &screen.run) {
        (ProvisionPage::Plan, Some(OpenPlan { page: Ok(page), .. }), _) => {
            let drawn = draw_plan(page, theme, now_ms, area, buffer);
            (lines(ProvisionPage::Plan, drawn.list, drawn.first, drawn.shown, drawn.rows), None)
        }
        (ProvisionPage::Plan, Some(open), _) => {
            let words = match &open.page {
                Err(Some(trouble)) => {
                    vec!["The plan could not be read.".to_owned(), clean(&trouble.told()).into_owned()]
                }
                _ => vec!["Reading the plan …".to_owned(), "through a pod that lies on the run's volume".to_owned()],
            };
            (told(ProvisionPage::Plan, &format!("plan · run {}", open.id), &words, theme, area, buffer), None)
        }
        (ProvisionPage::Run, _, Some(page)) => {
            let run = screen.find(page.run_id());
            let history = run.map_or_else(Vec::new, |run| screen.history(&run.identity, &run.id));
            let waits = run
                .filter(|run| run.state() == State::Queued)
                .and_then(|run| queue::blocked_by(run, &screen.runs, &screen.site));
            let progress = screen.progress.get(page.run_id());
            let scene = RunScene {
                run,
                history: &history,
                progress,
                waits,
                nobody: screen.queue_trouble.is_some(),
                stale: screen.stale(now_ms),
                now_ms,
            };
            let drawn = draw_run(page, &scene, theme, area, buffer);
            layout.run_tabs = drawn.tabs;
            (lines(ProvisionPage::Run, drawn.list, drawn.first, drawn.shown, drawn.rows), None)
        }
        (ProvisionPage::Form, ..) => form(screen, theme, area, buffer, layout),
        _ => (list::view::draw(screen, now_ms, typing, theme, area, buffer), None),
    }
}

fn form(
    screen: &ProvisionScreen,
    theme: &Theme,
    area: Rect,
    buffer: &mut Buffer,
    layout: &mut Layout,
) -> (PaneBox<ProvisionPage>, Option<(u16, u16)>) {
    if let Some(page) = &screen.form {
        let drawn = draw_form(page, theme, area, buffer);
        let mut found = lines(ProvisionPage::Form, drawn.area, 0, 0, drawn.page);
        found.area = area;
        layout.form_rows = drawn.rows;
        return (found, drawn.cursor);
    }
    let words = match screen.form_of.as_ref().and_then(|of| of.trouble.as_ref()) {
        Some(trouble) => {
            let told = clean(&trouble.told()).into_owned();
            vec!["The form cannot be made.".to_owned(), told, "esc goes back".to_owned()]
        }
        None => vec!["Reading the module …".to_owned()],
    };
    (told(ProvisionPage::Form, "new cluster", &words, theme, area, buffer), None)
}

fn told(
    page: ProvisionPage,
    title: &str,
    words: &[String],
    theme: &Theme,
    area: Rect,
    buffer: &mut Buffer,
) -> PaneBox<ProvisionPage> {
    let text = FrameText { title: vec![Piece::new(title, Role::Title)], ..FrameText::default() };
    let inner = frame(buffer, area, &text, true, theme);
    message(buffer, inner, words, theme);
    lines(page, inner, 0, 0, 1)
}

/// A page whose rows are lines from a place on.
fn lines(page: ProvisionPage, list: Rect, first: usize, shown: usize, rows: usize) -> PaneBox<ProvisionPage> {
    PaneBox {
        pane: page,
        area: list,
        rows: (0..shown as u16).map(|row| list.y + row).collect(),
        offset: first,
        headings: Vec::new(),
        needed: Vec::new(),
        page: rows.max(1),
        tab: None,
    }
}
