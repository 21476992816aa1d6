//! The three table panes of the deck.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::Canvas;
use crate::domain::cloud::{LaneKey, LaneRow};
use crate::domain::ids::KindId;
use crate::input::context::Pane as PaneName;
use crate::screens::deck::words::{emptiness, freshness};
use crate::screens::deck::{Deck, clusters as cluster_rows, jobs as job_rows, namespaces as namespace_rows};
use crate::screens::layout::PaneBox;
use crate::screens::table_pane::{Spec, bottom, count, nothing_passes, table};
use crate::ui::frame::{FrameText, Piece};
use crate::ui::theme::Role;

pub fn clusters(deck: &Deck, canvas: Canvas<'_>, area: Rect, buffer: &mut Buffer) -> PaneBox {
    let (scene, theme) = (canvas.scene, canvas.theme);
    let total = scene.fleet.len();
    let mut text = FrameText { title: title(1, "clusters", None), ..FrameText::default() };
    text.right = vec![Piece::new(count(deck.clusters.passing(), total, deck.clusters.is_filtered()), Role::Dim)];
    bottom(&mut text, &deck.clusters, canvas.typed(PaneName::Clusters));
    let empty = match deck.clusters.is_filtered() {
        true => nothing_passes(&deck.clusters.filter_text),
        false if scene.fleet.is_looking => vec!["Asking AWS for EKS clusters …".to_owned()],
        false => {
            let mut lines = vec!["No clusters are known.".to_owned()];
            lines.extend(canvas.problems.iter().cloned());
            // What is wrong with an SSO session stands with its profiles.
            let is_login = |row: &&LaneRow| matches!(row.key, LaneKey::Login(_));
            let broken = scene.fleet.logins.iter().filter(|row| row.is_broken()).filter(is_login);
            lines.extend(broken.filter_map(|row| Some(format!("{}: {}", row.name, row.trouble()?.in_a_line()))));
            lines.push(match scene.fleet.logins.iter().any(LaneRow::is_contacted) {
                false => "eksdeck doctor says what was looked for; eksdeck demo shows a fleet without any".to_owned(),
                true => "F shows the credentials, and registers clusters".to_owned(),
            });
            lines
        }
    };
    if text.bottom_right.is_empty() && !canvas.problems.is_empty() {
        let number = canvas.problems.len();
        let words = if number == 1 { "1 problem".to_owned() } else { format!("{number} problems") };
        text.bottom_right = vec![Piece::new(format!("{words} · eksdeck doctor"), Role::Warning)];
    }
    let spec = Spec {
        name: PaneName::Clusters,
        columns: cluster_rows::COLUMNS,
        hidden: None,
        text,
        empty,
        focused: deck.focus == PaneName::Clusters,
        theme,
    };
    table(&deck.clusters, spec, area, buffer, |position| {
        let id = deck.clusters.at(position)??;
        let cluster = scene.fleet.get(crate::domain::ids::ClusterId(id))?;
        let mut line = cluster_rows::line(cluster, scene.now_ms, theme);
        line.marked = deck.clusters.marks.contains(&cluster.id);
        Some(line)
    })
}

pub fn namespaces(deck: &Deck, canvas: Canvas<'_>, area: Rect, buffer: &mut Buffer) -> PaneBox {
    let (scene, theme) = (canvas.scene, canvas.theme);
    let mut text = FrameText { title: title(2, "namespaces", None), ..FrameText::default() };
    let mut empty = vec!["Choose a cluster.".to_owned()];
    let cluster = deck.shown(scene);
    if let Some(cluster) = cluster {
        text.title = title(2, "namespaces", Some(&cluster.info.name));
        let counted = count(deck.namespaces.passing(), cluster.tables.namespaces.len(), deck.namespaces.is_filtered());
        fresh(&mut text, &counted, freshness(cluster, KindId::Namespace, scene.now_ms));
        empty = match deck.namespaces.is_filtered() && !cluster.tables.namespaces.is_empty() {
            true => nothing_passes(&deck.namespaces.filter_text),
            false => emptiness(cluster, KindId::Namespace, "namespaces"),
        };
    }
    bottom(&mut text, &deck.namespaces, canvas.typed(PaneName::Namespaces));
    let spec = Spec {
        name: PaneName::Namespaces,
        columns: namespace_rows::COLUMNS,
        hidden: None,
        text,
        empty,
        focused: deck.focus == PaneName::Namespaces,
        theme,
    };
    table(&deck.namespaces, spec, area, buffer, |position| {
        let tables = &cluster?.tables;
        match deck.namespaces.at(position)? {
            None if tables.namespaces.is_empty() && tables.pods.is_empty() => None,
            None => Some(namespace_rows::all_line(tables.counts.total)),
            Some(id) => {
                let rows = deck.namespace_rows(tables, scene);
                let marked = tables
                    .namespaces
                    .get(crate::store::table::RowId(id))
                    .is_some_and(|row| deck.namespaces.marks.contains(&row.meta.key.name));
                namespace_rows::line(&rows, id, cluster?, (scene.now(), marked), theme)
            }
        }
    })
}

pub fn jobs(deck: &Deck, canvas: Canvas<'_>, area: Rect, buffer: &mut Buffer) -> PaneBox {
    let (scene, theme) = (canvas.scene, canvas.theme);
    let mut text = FrameText { title: title(3, "jobs", None), ..FrameText::default() };
    let mut empty = vec!["Choose a cluster.".to_owned()];
    let cluster = deck.shown(scene);
    if let Some(cluster) = cluster {
        let scope = match &deck.namespace {
            Some(namespace) => format!("{}/{namespace}", cluster.info.name),
            None => cluster.info.name.clone(),
        };
        text.title = title(3, "jobs", Some(&scope));
        let total = deck
            .namespace
            .as_deref()
            .map_or(cluster.tables.counts.total, |namespace| cluster.tables.counts.of(namespace))
            .jobs;
        let counted = count(deck.jobs.passing(), total as usize, deck.jobs.is_filtered());
        fresh(&mut text, &counted, freshness(cluster, KindId::Job, scene.now_ms));
        empty = match deck.jobs.is_filtered() && total > 0 {
            true => nothing_passes(&deck.jobs.filter_text),
            false => emptiness(cluster, KindId::Job, "jobs"),
        };
    }
    bottom(&mut text, &deck.jobs, canvas.typed(PaneName::Jobs));
    let hidden = deck.namespace.is_some().then_some(1);
    let spec = Spec {
        name: PaneName::Jobs,
        columns: job_rows::COLUMNS,
        hidden,
        text,
        empty,
        focused: deck.focus == PaneName::Jobs,
        theme,
    };
    table(&deck.jobs, spec, area, buffer, |position| {
        let rows = deck.job_rows(&cluster?.tables, scene);
        let id = deck.jobs.at(position)??;
        let marked = rows.row(id).is_some_and(|row| deck.jobs.marks.contains(&row.meta.key));
        job_rows::line(&rows, id, scene.now(), marked, theme)
    })
}

fn title(number: u8, what: &str, scope: Option<&str>) -> Vec<Piece> {
    let mut title = vec![Piece::new(format!("{number} "), Role::Accent), Piece::new(what, Role::Title)];
    title.extend(scope.map(|scope| Piece::new(format!(" · {scope}"), Role::Dim)));
    title
}

fn fresh(text: &mut FrameText, counted: &str, (words, bad): (String, bool)) {
    let role = if bad { Role::Stale } else { Role::Dim };
    text.right = vec![Piece::new(format!("{counted} · "), Role::Dim), Piece::new(words, role)];
}
