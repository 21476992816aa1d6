//! Draws the list.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::line::{Beside, line};
use super::{COLUMNS, RunRows};
use crate::domain::provision::{State, queue};
use crate::input::context::ProvisionPage;
use crate::screens::layout::PaneBox;
use crate::screens::provision::ProvisionScreen;
use crate::screens::table_pane::{Spec, bottom, count, nothing_passes, table};
use crate::ui::frame::{FrameText, Piece};
use crate::ui::theme::{Role, Theme};

/// Draws the clusters into `area`. `typing`: the filter that is being typed.
pub fn draw(
    screen: &ProvisionScreen,
    now_ms: i64,
    typing: Option<&str>,
    theme: &Theme,
    area: Rect,
    buffer: &mut Buffer,
) -> PaneBox<ProvisionPage> {
    let pane = &screen.list;
    let rows = RunRows { clusters: &screen.clusters, runs: &screen.runs, fields: &screen.fields };
    let mut text = FrameText { title: vec![Piece::new("clusters by Terraform", Role::Title)], ..FrameText::default() };
    let place = match screen.site.cluster.as_str() {
        "" => String::new(),
        cluster => format!("runs in {cluster} · "),
    };
    let counted = count(pane.passing(), rows.clusters.len(), pane.is_filtered());
    text.right = vec![Piece::new(format!("{place}{counted} · "), Role::Dim), freshness(screen, now_ms)];
    bottom(&mut text, pane, typing);
    let failing = screen.trouble.as_ref().or(screen.queue_trouble.as_ref());
    if let Some(trouble) = failing.filter(|_| text.bottom_right.is_empty()) {
        let words = crate::domain::text::fit(&trouble.told(), usize::from(area.width * 2 / 3)).into_owned();
        text.bottom_right = vec![Piece::new(words, Role::Warning)];
    }
    let spec = Spec {
        name: ProvisionPage::List,
        columns: COLUMNS,
        hidden: None,
        text,
        empty: empty(screen),
        focused: true,
        theme,
    };
    table(pane, spec, area, buffer, |position| {
        let id = pane.at(position)??;
        let cluster = rows.clusters.get(id as usize)?;
        let run = rows.last(id)?;
        let waits = (run.state() == State::Queued).then(|| {
            queue::blocked_by(run, rows.runs, &screen.site)
                .unwrap_or_else(|| "an eksdeck or a collector starts it".to_owned())
        });
        let beside = Beside {
            progress: screen.progress.get(&run.id),
            waits,
            cost: screen.costs.get(&run.id).or(run.cost.as_ref()).map(String::as_str),
            now_ms,
        };
        Some(line(cluster, rows.runs, run, &beside, theme))
    })
}

fn freshness(screen: &ProvisionScreen, now_ms: i64) -> Piece {
    if let Some(age) = screen.stale(now_ms) {
        return Piece::new(format!("stale {age}"), Role::Stale);
    }
    match (screen.listed_ms, &screen.trouble) {
        (Some(_), _) => Piece::new("live", Role::Ok),
        (None, Some(_)) => Piece::new("not read", Role::Broken),
        (None, None) if screen.is_there => Piece::new("reading", Role::Dim),
        (None, None) => Piece::new("no management cluster", Role::Warning),
    }
}

fn empty(screen: &ProvisionScreen) -> Vec<String> {
    if screen.list.is_filtered() {
        return nothing_passes(&screen.list.filter_text);
    }
    match (&screen.trouble, screen.is_there, screen.listed_ms) {
        (_, false, _) => vec![
            "Terraform runs as Jobs in a management cluster, and none is configured.".to_owned(),
            "Set provision.cluster in config.toml; then: eksdeck provision init".to_owned(),
        ],
        (Some(trouble), ..) => vec!["The runs could not be read.".to_owned(), trouble.told()],
        (None, true, None) => vec!["Reading the runs …".to_owned()],
        (None, true, Some(_)) => vec![
            "No cluster was made from here yet.".to_owned(),
            "n plans one; nothing is made before you approve its plan".to_owned(),
        ],
    }
}
