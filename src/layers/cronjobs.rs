//! The CronJobs of a namespace, live: what they do next, and a way to run, suspend and resume them.

use std::collections::BTreeSet;
use std::sync::Arc;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::domain::age::Age;
use crate::domain::cronjob::CronJobRow;
use crate::domain::ids::{ClusterId, ObjectKey};
use crate::domain::text::{clean, fit, width};
use crate::screens::layout::LayerBox;
use crate::store::fleet::{ClusterState, Fleet};
use crate::ui::frame::{FrameText, Piece, frame};
use crate::ui::popup::{centred, clear};
use crate::ui::text::put;
use crate::ui::theme::{Role, Theme};

/// The layer's state. The rows are the tables'.
#[derive(Debug, Clone, PartialEq)]
pub struct CronJobs {
    pub cluster: ClusterId,
    /// `None`: those of every namespace.
    pub namespace: Option<Arc<str>>,
    pub chosen: Option<ObjectKey>,
    pub marks: BTreeSet<ObjectKey>,
}

/// Cells of the columns behind the name: schedule, state, last run, active Jobs, age.
const SCHEDULE: usize = 16;

impl CronJobs {
    /// The rows by namespace and name.
    pub fn rows<'a>(&self, fleet: &'a Fleet) -> Vec<&'a CronJobRow> {
        let Some(cluster) = fleet.get(self.cluster) else { return Vec::new() };
        let mut rows: Vec<&CronJobRow> = cluster.tables.cronjobs.iter().map(|(_, row)| row).collect();
        rows.retain(|row| self.namespace.as_ref().is_none_or(|namespace| row.meta.key.namespace == *namespace));
        rows.sort_by(|left, right| left.meta.key.cmp(&right.meta.key));
        rows
    }

    /// The chosen row's place; the first where the chosen one is gone.
    pub fn place(&self, rows: &[&CronJobRow]) -> usize {
        let chosen = self.chosen.as_ref();
        chosen.and_then(|key| rows.iter().position(|row| row.meta.key == *key)).unwrap_or(0)
    }

    pub fn step(&mut self, fleet: &Fleet, by: isize) {
        let rows = self.rows(fleet);
        let to = self.place(&rows).saturating_add_signed(by).min(rows.len().saturating_sub(1));
        self.chosen = rows.get(to).map(|row| row.meta.key.clone());
    }

    pub fn toggle_mark(&mut self, fleet: &Fleet) {
        let rows = self.rows(fleet);
        let Some(key) = rows.get(self.place(&rows)).map(|row| row.meta.key.clone()) else { return };
        if !self.marks.remove(&key) {
            self.marks.insert(key);
        }
        self.step(fleet, 1);
    }

    /// What a command is about: the marked ones that are still there, else the chosen one.
    pub fn targets(&self, fleet: &Fleet) -> Vec<ObjectKey> {
        let rows = self.rows(fleet);
        let marked = rows.iter().map(|row| &row.meta.key).filter(|key| self.marks.contains(*key));
        let marked: Vec<ObjectKey> = marked.cloned().collect();
        if !marked.is_empty() {
            return marked;
        }
        rows.get(self.place(&rows)).map(|row| row.meta.key.clone()).into_iter().collect()
    }
}

/// Draws the layer in the middle of `area`. `now` is Unix seconds.
pub fn draw(state: &CronJobs, fleet: &Fleet, now: i64, area: Rect, buffer: &mut Buffer, theme: &Theme) -> LayerBox {
    let rows = state.rows(fleet);
    let name = |row: &CronJobRow| match &state.namespace {
        Some(_) => row.meta.key.name.to_string(),
        None => row.meta.key.to_string(),
    };
    let longest = rows.iter().map(|row| width(&name(row))).max().unwrap_or(0).clamp(12, 48);
    let wide = (longest + SCHEDULE + 44) as u16;
    let high = (rows.len() as u16).max(1) + 3;
    let area = centred(area, wide.min(area.width.saturating_sub(4)), high.min(area.height.saturating_sub(2)));
    clear(buffer, area, theme);
    let place = state.namespace.as_deref().unwrap_or("all namespaces");
    let mut text =
        FrameText { title: vec![Piece::new(format!("CronJobs · {place}"), Role::Title)], ..FrameText::default() };
    text.right = vec![Piece::new(rows.len().to_string(), Role::Dim)];
    if !state.marks.is_empty() {
        text.bottom_right = vec![Piece::new(format!("{} marked", state.marks.len()), Role::Mark)];
    }
    let inner = frame(buffer, area, &text, true, theme);
    if rows.is_empty() {
        put(buffer, inner.x + 1, inner.y, inner.right(), &nothing(fleet.get(state.cluster)), theme.style(Role::Dim));
        return LayerBox::plain(area, inner, 0);
    }
    let head = format!(
        "{:longest$}  {:SCHEDULE$}  {:9}  {:>6}  {:>6}  {:>6}",
        "NAME", "SCHEDULE", "STATE", "LAST", "ACTIVE", "AGE"
    );
    put(buffer, inner.x + 3, inner.y, inner.right(), &head, theme.style(Role::Header));
    let room = inner.height.saturating_sub(1) as usize;
    let chosen = state.place(&rows);
    let offset = (chosen + 1).saturating_sub(room);
    for (position, row) in rows.iter().enumerate().skip(offset).take(room) {
        let y = inner.y + 1 + (position - offset) as u16;
        let ago = |at: i64| if at == 0 { "—".to_owned() } else { Age(now - at).to_string() };
        let (word, role) = if row.suspended { ("Suspended", Role::Suspended) } else { ("active", Role::Text) };
        let line = format!(
            "{:longest$}  {:SCHEDULE$}  {word:9}  {:>6}  {:>6}  {:>6}",
            fit(&clean(&name(row)), longest),
            fit(&clean(&row.schedule), SCHEDULE),
            ago(row.last_scheduled),
            row.active,
            ago(row.meta.created),
        );
        if position == chosen {
            buffer.set_style(Rect { y, height: 1, ..inner }, theme.style(Role::Selection));
        }
        let style = |role: Role| {
            if position == chosen { theme.style(role).patch(theme.style(Role::Selection)) } else { theme.style(role) }
        };
        if state.marks.contains(&row.meta.key) {
            put(buffer, inner.x + 1, y, inner.right(), theme.glyphs().mark, style(Role::Mark));
        }
        put(buffer, inner.x + 3, y, inner.right(), &line, style(role));
    }
    LayerBox { page: room, top: inner.y + 1, ..LayerBox::plain(area, inner, rows.len()) }
}

/// Why there is no row.
fn nothing(cluster: Option<&ClusterState>) -> String {
    use crate::domain::health::WatchState;
    match cluster.map(|cluster| cluster.watch(crate::domain::ids::KindId::CronJob)) {
        Some(WatchState::Forbidden { .. }) => "you may not list CronJobs here".to_owned(),
        Some(WatchState::Live | WatchState::Stale { .. }) => "no CronJobs here".to_owned(),
        _ => "CronJobs are being read…".to_owned(),
    }
}
