//! The question as it stands on the screen.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::lines::{Line, line, lines, notes};
use super::{Confirm, Stage};
use crate::domain::gate::ask::Wanted;
use crate::domain::gate::{Environment, Level, Place, Proposal, Report, Verb};
use crate::domain::text::width;
use crate::layers::line_edit::LineEdit;
use crate::screens::layout::LayerBox;
use crate::ui::frame::{FrameText, Piece, frame};
use crate::ui::popup::{centred, clear};
use crate::ui::text::{put, wrap};
use crate::ui::theme::{Role, Theme};

/// Cells that a question is wide at most.
const WIDE: u16 = 100;

/// Draws the layer in the middle of `area`. Gives the cursor's place where a word is typed.
pub fn draw(confirm: &Confirm, area: Rect, buffer: &mut Buffer, theme: &Theme) -> (LayerBox, Option<(u16, u16)>) {
    let painted = Painted {
        title: title(confirm),
        badge: badge(confirm),
        body: lines(confirm),
        foot: foot(confirm),
        top: confirm.scroll.top,
        typed: &confirm.line,
        is_asked: matches!(confirm.stage, Stage::Asked(_)),
    };
    paint(painted, area, buffer, theme)
}

/// A question as it is painted: what it says, what is wanted below it.
pub struct Painted<'a> {
    pub title: String,
    /// At the right of the title: where it would be done.
    pub badge: Vec<Piece>,
    pub body: Vec<Line>,
    /// A line that ends with a piece of [`Role::Prompt`] has the cursor.
    pub foot: Vec<Line>,
    /// Lines of the body that are scrolled away.
    pub top: usize,
    pub typed: &'a LineEdit,
    pub is_asked: bool,
}

/// Paints a question in the middle of `area`. Gives the cursor's place where a word is typed.
pub fn paint(painted: Painted<'_>, area: Rect, buffer: &mut Buffer, theme: &Theme) -> (LayerBox, Option<(u16, u16)>) {
    let wide = area.width.saturating_sub(4).min(WIDE);
    let columns = wide.saturating_sub(4) as usize;
    let body: Vec<Line> = painted.body.into_iter().flat_map(|line| wrapped(line, columns)).collect();
    let foot: Vec<Line> = painted.foot.into_iter().flat_map(|line| wrapped(line, columns)).collect();
    let gap = u16::from(!foot.is_empty());
    let high = (body.len() + foot.len()) as u16 + gap + 2;
    let area = centred(area, wide, high.min(area.height.saturating_sub(2)));
    clear(buffer, area, theme);
    let room = area.height.saturating_sub(2 + foot.len() as u16 + gap) as usize;
    let hidden = body.len().saturating_sub(room);
    let scrolled = if hidden > 0 {
        let last = (painted.top + room).min(body.len());
        vec![Piece::new(format!("{last} of {} lines · down scrolls", body.len()), Role::Dim)]
    } else {
        Vec::new()
    };
    let text = FrameText {
        title: vec![Piece::new(painted.title, Role::Title)],
        right: painted.badge,
        bottom_right: scrolled,
        danger: painted.is_asked,
        ..FrameText::default()
    };
    let inner = frame(buffer, area, &text, true, theme);
    let mut draw_line = |y: u16, line: &Line| {
        let mut x = inner.x + 1;
        for piece in line {
            x = put(buffer, x, y, inner.right(), &piece.text, theme.style(piece.role));
        }
        x
    };
    let top = painted.top.min(hidden);
    for (place, line) in body.iter().skip(top).take(room).enumerate() {
        draw_line(inner.y + place as u16, line);
    }
    let mut cursor = None;
    for (place, line) in foot.iter().enumerate() {
        let y = inner.bottom().saturating_sub((foot.len() - place) as u16);
        let end = draw_line(y, line);
        if line.last().is_some_and(|piece| piece.role == Role::Prompt) {
            let text = painted.typed.text();
            let behind = width(&text[painted.typed.cursor()..]) as u16;
            cursor = Some((end.saturating_sub(behind).min(inner.right() - 1), y));
        }
    }
    (LayerBox { lines: body.len(), page: room, ..LayerBox::plain(area, inner, body.len()) }, cursor)
}

/// `Delete 3 Jobs in payments-prod`
fn title(confirm: &Confirm) -> String {
    let verb = confirm.ask.verb().word();
    let mut letters = verb.chars();
    let verb = letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect());
    if let Wanted::Run(change) = &confirm.ask.what {
        return match &confirm.stage {
            Stage::Told(report) => outcome(report),
            _ => format!("{verb} · {}", change.subject),
        };
    }
    match &confirm.stage {
        // What is made is named below; what it is made from is what was chosen.
        Stage::Asked(proposal) if matches!(proposal.verb(), Verb::Rerun | Verb::Trigger) => {
            format!("{verb} {} in {}", confirm.ask.names().join(", "), proposal.place.cluster)
        }
        Stage::Asked(proposal) => format!("{verb} {} in {}", objects(proposal), proposal.place.cluster),
        Stage::Told(report) => outcome(report),
        Stage::Looking | Stage::Running { .. } => match confirm.ask.names().as_slice() {
            names if names.len() > 3 => format!("{verb} {} objects", names.len()),
            names => format!("{verb} {}", names.join(", ")),
        },
    }
}

fn outcome(report: &Report) -> String {
    let stopped = if report.cancelled { "stopped: " } else { "" };
    format!("{stopped}{} in {}", report.summary(), report.cluster)
}

/// `3 Jobs`, `namespace scratch`
fn objects(proposal: &Proposal) -> String {
    match proposal.targets.as_slice() {
        [] => "nothing".to_owned(),
        [target] => target.write.object_words(),
        [first, rest @ ..] => {
            let kind = &first.write.resource.kind;
            let same = rest.iter().all(|target| target.write.resource.kind == *kind);
            let what = if same { format!("{kind}s") } else { "objects".to_owned() };
            format!("{} {what}", proposal.targets.len())
        }
    }
}

fn badge(confirm: &Confirm) -> Vec<Piece> {
    let Stage::Asked(proposal) = &confirm.stage else { return Vec::new() };
    if let Wanted::Run(change) = &proposal.ask.what {
        // What it is done to is the cluster that Terraform works on.
        let place = Place { environment: change.environment, protected: change.is_protected, ..proposal.place.clone() };
        return place_badge(&place);
    }
    place_badge(&proposal.place)
}

/// The environment of a place, and whether it is protected.
pub fn place_badge(place: &Place) -> Vec<Piece> {
    let role = match place.environment {
        Environment::Production => Role::Production,
        Environment::Staging => Role::Staging,
        Environment::Development => Role::Development,
        Environment::Unclassified => Role::Dim,
    };
    let mut pieces = vec![Piece::new(place.environment.to_string(), role)];
    if place.protected {
        pieces.push(Piece::new(" protected", Role::Production));
    }
    pieces
}

/// What is wanted, or what keeps it from being answered.
fn foot(confirm: &Confirm) -> Vec<Line> {
    let Stage::Asked(proposal) = &confirm.stage else {
        let words = match &confirm.stage {
            Stage::Running { stopping: false, .. } => "esc stops behind the object that is being written",
            Stage::Running { stopping: true, .. } => return Vec::new(),
            Stage::Told(_) => "esc closes",
            Stage::Looking | Stage::Asked(_) => "esc changes nothing",
        };
        return vec![line(words, Role::Dim)];
    };
    if let Some(hindrance) = proposal.hindrance() {
        let mut lines = vec![line(hindrance.words, Role::Broken)];
        lines.extend(hindrance.remedy.map(|remedy| line(remedy, Role::Info)));
        lines.push(line("nothing was changed · esc closes", Role::Dim));
        return lines;
    }
    let mut lines = notes(proposal);
    lines.extend((!lines.is_empty()).then(Vec::new));
    lines.extend(confirm.wrong.iter().map(|wrong| line(wrong.clone(), Role::Warning)));
    let toggles = confirm.ask.clone().propagation().is_some();
    let other = if toggles { "      tab  pods otherwise" } else { "" };
    match proposal.level() {
        Level::Yes => {
            let verb = confirm.ask.verb().word();
            lines.push(line(format!("y  {verb}      n, esc  change nothing{other}"), Role::Text));
        }
        Level::Word { word, is } => {
            let mut place = proposal.place.clone();
            if let Wanted::Run(change) = &proposal.ask.what {
                (place.environment, place.protected) = (change.environment, change.is_protected);
            }
            lines.extend(wanted_word(&place, &word, is, &confirm.line));
            lines
                .push(line(format!("enter  {}      esc  change nothing{other}", confirm.ask.verb().word()), Role::Dim));
        }
    }
    lines
}

/// The word that is wanted, and what is typed of it.
pub fn wanted_word(place: &Place, word: &str, is: &str, typed: &LineEdit) -> [Line; 2] {
    let place = if place.protected { "protected".to_owned() } else { place.environment.to_string() };
    [
        line(format!("{place}: type {is}, {word}"), Role::Text),
        vec![Piece::new("  ", Role::Text), Piece::new(typed.text(), Role::Prompt)],
    ]
}

/// A line of one piece is wrapped under its own indent; one of several is short.
fn wrapped(pieces: Line, columns: usize) -> Vec<Line> {
    let [piece] = pieces.as_slice() else { return vec![pieces] };
    if width(&piece.text) <= columns {
        return vec![pieces];
    }
    let indent = piece.text.len() - piece.text.trim_start().len();
    let pad = " ".repeat(indent);
    let rows = wrap(piece.text.trim_start(), columns.saturating_sub(indent));
    rows.into_iter().map(|row| line(format!("{pad}{row}"), piece.role)).collect()
}
