//! The logs pane: a prefix and a colour per container, the lines, and what is not shown.

use std::borrow::Cow;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;

use super::Canvas;
use crate::domain::age::Age;
use crate::domain::health::Health;
use crate::domain::ids::ObjectKey;
use crate::domain::log_line::Level;
use crate::domain::log_view::{LineKind, LogLine, LogWindow, StreamState};
use crate::domain::logs::LogScope;
use crate::domain::text::width;
use crate::input::context::Pane as PaneName;
use crate::screens::deck::Deck;
use crate::screens::deck::logs::{LogPane, target_name};
use crate::screens::layout::PaneBox;
use crate::store::fleet::ClusterState;
use crate::ui::frame::{FrameText, Piece, frame, message};
use crate::ui::text::{container_style, put, split_at_width};
use crate::ui::theme::{Role, Theme};

pub fn draw(deck: &Deck, canvas: Canvas<'_>, area: Rect, buffer: &mut Buffer) -> PaneBox {
    let (logs, theme) = (&deck.logs, canvas.theme);
    let focused = deck.focus == PaneName::Logs;
    let cluster = logs.target.as_ref().and_then(|target| canvas.scene.fleet.get(target.cluster));
    let mut text = FrameText { title: title(logs), right: status(logs), ..FrameText::default() };
    if let Some(Health::Stale { since_ms, .. }) = cluster.map(|cluster| &cluster.health) {
        let words = format!("stale {} · ", Age((canvas.scene.now_ms - since_ms) / 1_000));
        text.right.insert(0, Piece::new(words, Role::Stale));
    }
    bottom(logs, canvas, &mut text);
    let inner = frame(buffer, area, &text, focused, theme);
    let mut shown = PaneBox {
        pane: PaneName::Logs,
        area,
        rows: Vec::new(),
        offset: 0,
        headings: Vec::new(),
        needed: Vec::new(),
        page: inner.height as usize,
        tab: None,
    };
    match logs.window.as_deref() {
        Some(window) if !window.lines.is_empty() => {
            shown.rows = Painter { logs, window, theme, utc_offset: canvas.utc_offset }.lines(inner, buffer);
        }
        window => message(buffer, inner, &emptiness(logs, window, cluster), theme),
    }
    shown
}

fn title(logs: &LogPane) -> Vec<Piece> {
    let mut title = vec![Piece::new("4 ", Role::Accent), Piece::new("logs", Role::Title)];
    if let Some(target) = &logs.target {
        title.push(Piece::new(format!(" · {}", target_name(target)), Role::Dim));
        let pods = logs.pods;
        title.push(Piece::new(if pods == 1 { " · 1 pod".to_owned() } else { format!(" · {pods} pods") }, Role::Dim));
        if logs.options.previous {
            title.push(Piece::new(" · run before", Role::Accent));
        }
    }
    title
}

/// `following · 1,284 lines · 0 dropped ─ since 1h`
fn status(logs: &LogPane) -> Vec<Piece> {
    if logs.target.is_none() {
        return Vec::new();
    }
    // Until the engine answers, the title says what its first answer will: nothing flickers while rows are passed.
    let opening = LogWindow { following: true, ..LogWindow::default() };
    let window = logs.window.as_deref().unwrap_or(&opening);
    let mut parts: Vec<(String, Role)> = Vec::new();
    match (window.paused, window.following) {
        (true, _) => parts.push((format!("paused, {} behind", grouped(window.behind)), Role::Warning)),
        (false, true) => parts.push(("following".to_owned(), Role::Dim)),
        (false, false) => parts.push(("scrolled".to_owned(), Role::Accent)),
    }
    if window.searching {
        parts.push(("searching".to_owned(), Role::Accent));
    }
    let more = if window.filtering { "+" } else { "" };
    if logs.query.filter.is_empty() {
        let plural = if window.total == 1 { "line" } else { "lines" };
        parts.push((format!("{} {plural}", grouped(window.total)), Role::Dim));
    } else {
        let around = match logs.query.filter.context {
            0 => String::new(),
            lines => format!(" ±{lines}"),
        };
        let words = format!("{}{more}{around} of {} lines", grouped(window.matched), grouped(window.total));
        parts.push((words, Role::Dim));
    }
    if window.dropped > 0 {
        parts.push((format!("{} dropped", grouped(window.dropped)), Role::Warning));
    }
    if window.spilled_bytes > 0 {
        parts.push((format!("{} of {} on disk", bytes(window.spilled_bytes), bytes(window.spill_limit)), Role::Dim));
    }
    let streams = &window.streams;
    if !streams.not_streamed.is_empty() {
        parts.push((
            format!("{} of {} streams", streams.limit, streams.limit + streams.not_streamed.len()),
            Role::Warning,
        ));
    }
    if streams.failed > 0 {
        parts.push((format!("{} unreadable", streams.failed), Role::Warning));
    }
    let since = match (logs.options.since_seconds, logs.options.tail_lines) {
        (Some(seconds), _) => format!("since {}", crate::domain::age::Age(seconds)),
        (None, Some(lines)) => format!("last {}", grouped(lines.unsigned_abs())),
        (None, None) => "from the start".to_owned(),
    };
    parts.push((since, Role::Dim));
    let mut pieces = Vec::new();
    for (place, (text, role)) in parts.into_iter().enumerate() {
        if place > 0 {
            pieces.push(Piece::new(" · ", Role::Muted));
        }
        pieces.push(Piece::new(text, role));
    }
    pieces
}

fn bottom(logs: &LogPane, canvas: Canvas<'_>, text: &mut FrameText) {
    if let Some((PaneName::Logs, label, typed, _)) = canvas.typing {
        text.bottom = vec![Piece::new(label, Role::Accent), Piece::new(format!("{typed} "), Role::Text)];
    } else {
        for (label, what) in
            [("include ", &logs.include_text), ("exclude ", &logs.exclude_text), ("search ", &logs.search_text)]
        {
            if !what.is_empty() {
                let gap = if text.bottom.is_empty() { "" } else { "  " };
                text.bottom.push(Piece::new(format!("{gap}{label}"), Role::Accent));
                text.bottom.push(Piece::new(what.clone(), Role::Prompt));
            }
        }
    }
    let window = logs.window.as_deref();
    if let Some(words) = window.and_then(|window| window.words.as_deref().or(window.spill_trouble.as_deref())) {
        text.bottom_right = vec![Piece::new(words, Role::Warning)];
    } else if let Some(name) = window.and_then(|window| window.streams.not_streamed.first()) {
        text.bottom_right = vec![Piece::new(format!("waiting for a stream: {name}, …"), Role::Dim)];
    }
}

/// Whether a Job's pods, and their logs with them, were deleted.
fn pods_are_gone(logs: &LogPane, cluster: Option<&ClusterState>) -> bool {
    let Some((target, cluster)) = logs.target.as_ref().zip(cluster) else { return false };
    let LogScope::Job { name, .. } = &target.what else { return logs.pods == 0 };
    let key = ObjectKey::new(target.namespace.clone(), name.clone());
    let job = cluster.tables.jobs.by_key(&key);
    logs.pods == 0 && job.is_none_or(|job| job.active == 0 && job.succeeded + job.failed > 0)
}

fn emptiness(logs: &LogPane, window: Option<&LogWindow>, cluster: Option<&ClusterState>) -> Vec<String> {
    if logs.target.is_none() && logs.pending.is_none() {
        return vec![
            "No Job is chosen.".to_owned(),
            "choose one, or press l on a namespace to read all its pods".to_owned(),
        ];
    }
    if logs.target.is_some() && logs.sources.is_empty() {
        if pods_are_gone(logs, cluster) {
            return vec!["Its pods are gone, and their logs with them.".to_owned()];
        }
        return vec!["No container of it has started yet.".to_owned()];
    }
    let Some(window) = window else { return vec!["Opening …".to_owned()] };
    if !logs.query.filter.is_empty() && window.total > 0 {
        return vec!["No line passes the filter.".to_owned(), "esc clears it".to_owned()];
    }
    let trouble = window.sources.iter().find_map(|source| match &source.state {
        StreamState::Waiting(words) | StreamState::Failed(words) => Some(format!("{}: {words}", source.label)),
        _ => None,
    });
    match trouble {
        Some(trouble) => vec![trouble],
        None => vec!["Nothing was written yet.".to_owned()],
    }
}

struct Painter<'a> {
    logs: &'a LogPane,
    window: &'a LogWindow,
    theme: &'a Theme,
    utc_offset: i32,
}

impl Painter<'_> {
    /// Draws the window's lines, the newest at the bottom when it follows. Gives the screen row of each line.
    fn lines(&self, area: Rect, buffer: &mut Buffer) -> Vec<u16> {
        let prefix = self.prefix_width();
        let heights: Vec<u16> =
            self.window.lines.iter().map(|line| self.height(line, area.width as usize, prefix)).collect();
        let room = area.height;
        let (skip, mut above) = if self.window.following { skipped(&heights, room) } else { (0, 0) };
        let mut rows = Vec::new();
        let mut y = area.y;
        for (line, height) in self.window.lines.iter().zip(&heights).skip(skip) {
            if y >= area.bottom() {
                break;
            }
            rows.push(y);
            let shown = height - above;
            let place = Rect { y, height: shown.min(area.bottom() - y), ..area };
            if above == 0 {
                self.line(line, prefix, place, buffer);
            } else {
                self.lower_part(line, prefix, (*height, above), place, buffer);
            }
            y += shown;
            above = 0;
        }
        rows
    }

    fn prefix_width(&self) -> usize {
        let label =
            |line: &LogLine| self.window.sources.get(line.source.0 as usize).map_or(0, |source| width(&source.label));
        self.window.lines.iter().map(label).max().unwrap_or(0).min(32)
    }

    fn lead(&self, prefix: usize) -> usize {
        prefix + 2 + if self.logs.timestamps { 13 } else { 0 }
    }

    fn height(&self, line: &LogLine, columns: usize, prefix: usize) -> u16 {
        let room = columns.saturating_sub(self.lead(prefix)).max(1);
        let text = if self.logs.wrap { width(&line.text).div_ceil(room).max(1) } else { 1 };
        (text + line.unfolded.len()).min(u16::MAX as usize) as u16 + u16::from(self.logs.marks.contains(&line.number))
    }

    /// The rows of a tall line below its first `above` ones, which stand above the pane's edge.
    fn lower_part(&self, line: &LogLine, prefix: usize, (height, above): (u16, u16), area: Rect, buffer: &mut Buffer) {
        // No terminal is higher than a few hundred rows: of a line of megabytes only its end is laid out.
        let height = height.min(above + area.height);
        let whole = Rect { x: 0, y: 0, width: area.width, height };
        let mut aside = Buffer::empty(whole);
        self.line(line, prefix, whole, &mut aside);
        for y in 0..area.height {
            for x in 0..area.width {
                buffer[(area.x + x, area.y + y)] = aside[(x, above + y)].clone();
            }
        }
    }

    fn line(&self, line: &LogLine, prefix: usize, area: Rect, buffer: &mut Buffer) {
        let theme = self.theme;
        let own = line.kind != LineKind::Text;
        let base = match line.kind {
            LineKind::Text if line.context => theme.style(Role::Dim),
            LineKind::Text => theme.style(level_role(line.level)),
            LineKind::Ended => theme.style(Role::LogNote),
            LineKind::Gap | LineKind::Notice => theme.style(Role::Warning),
        };
        if self.window.cursor == Some(line.number) {
            buffer.set_style(Rect { height: 1, ..area }, theme.style(Role::SelectionInactive));
        }
        let source = self.window.sources.get(line.source.0 as usize);
        let label = source.map_or("", |source| &source.label);
        let sign = if own { theme.glyphs().cursor } else { " " };
        put(buffer, area.x, area.y, area.right(), sign, theme.style(Role::Accent));
        let mut x = area.x + 2 + prefix as u16;
        // Pods tell themselves apart by their end.
        let label =
            if width(label) > prefix { Cow::from(format!("…{}", tail(label, prefix - 1))) } else { label.into() };
        put(buffer, area.x + 1, area.y, x - 1, &label, theme.log_prefix(line.source.0 as usize));
        if self.logs.timestamps {
            put(buffer, x, area.y, area.right(), &clock(line.at, self.utc_offset), theme.style(Role::Dim));
            x += 13;
        }
        let mut y = area.y;
        let room = area.right().saturating_sub(x) as usize;
        let text = &*line.text;
        let mut from = if self.logs.wrap { 0 } else { shifted(text, self.logs.shift) };
        loop {
            let to = from + split_at_width(&text[from..], room);
            self.text(line, from..to, (x, y, area.right()), base, buffer);
            y += 1;
            from = to;
            if !self.logs.wrap || from >= text.len() || y >= area.bottom() {
                break;
            }
        }
        for unfolded in &line.unfolded {
            if y >= area.bottom() {
                return;
            }
            let (key, value) = unfolded.split_once(": ").unwrap_or((unfolded, ""));
            let after = put(buffer, x + 2, y, area.right(), key, theme.style(Role::Dim));
            if !value.is_empty() {
                put(buffer, after, y, area.right(), &format!(": {value}"), theme.style(Role::Text));
            }
            y += 1;
        }
        if self.logs.marks.contains(&line.number) && y < area.bottom() {
            put(buffer, area.x + 1, y, area.right(), &"─".repeat(area.width as usize - 2), theme.style(Role::Mark));
        }
    }

    /// A piece of a line: its own colours, then what a filter or a search found.
    fn text(
        &self,
        line: &LogLine,
        range: std::ops::Range<usize>,
        (x, y, end): (u16, u16, u16),
        base: Style,
        buffer: &mut Buffer,
    ) {
        let piece = &line.text[range.clone()];
        put(buffer, x, y, end, piece, base);
        let mut paint = |from: usize, to: usize, style: Style| {
            let (from, to) = (from.max(range.start), to.min(range.end));
            if from < to {
                let start = x + width(&line.text[range.start..from]) as u16;
                let wide = width(&line.text[from..to]) as u16;
                let wide = wide.min(end.saturating_sub(start));
                buffer.set_style(Rect { x: start.min(end), y, width: wide, height: 1 }, style);
            }
        };
        for span in &line.styles {
            paint(span.start as usize, span.end as usize, container_style(&span.style));
        }
        for (from, to) in &line.match_ranges {
            paint(*from as usize, *to as usize, self.theme.style(Role::MatchHighlight));
        }
    }
}

/// How many of the first lines must go so that the last ones fit, and how many rows of the first that stays.
fn skipped(heights: &[u16], room: u16) -> (usize, u16) {
    let mut left = room;
    for (place, height) in heights.iter().enumerate().rev() {
        if *height >= left {
            return (place, height - left);
        }
        left -= height;
    }
    (0, 0)
}

/// The last `columns` cells of a text, or one less where a wide character would be cut.
fn tail(text: &str, columns: usize) -> &str {
    let starts = text.char_indices().map(|(at, _)| &text[at..]);
    starts.into_iter().find(|rest| width(rest) <= columns).unwrap_or("")
}

fn shifted(text: &str, columns: usize) -> usize {
    if columns == 0 { 0 } else { split_at_width(text, columns) }
}

fn level_role(level: Level) -> Role {
    match level {
        Level::Fatal | Level::Error => Role::LevelError,
        Level::Warn => Role::LevelWarn,
        Level::Debug | Level::Trace => Role::LevelDebug,
        Level::Info | Level::Unknown => Role::Text,
    }
}

/// `11:38:02.417`
fn clock(at: i64, utc_offset: i32) -> String {
    if at == 0 {
        return String::new();
    }
    let millis = at.div_euclid(1_000_000) + i64::from(utc_offset) * 1_000;
    let of_day = millis.rem_euclid(86_400_000);
    let (seconds, rest) = (of_day / 1_000, of_day % 1_000);
    format!("{:02}:{:02}:{:02}.{rest:03}", seconds / 3_600, seconds / 60 % 60, seconds % 60)
}

/// `1,284`
fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

fn bytes(number: u64) -> String {
    match number {
        0..1_048_576 => format!("{} KiB", number / 1_024),
        _ => format!("{} MiB", number / 1_048_576),
    }
}
