//! Draws the model: header, screen, layers, footer. Gives back where things stand.

#[cfg(test)]
mod tests;

use ratatui::Frame;
use ratatui::layout::Rect;

use super::model::Model;
use crate::domain::gate::Rights;
use crate::domain::health::Health;
use crate::domain::text::{fit_middle, width};
use crate::input::commands::CommandId;
use crate::input::context::{FleetPane, Screen};
use crate::input::footer::footer;
use crate::input::keymap::chord_text;
use crate::layers::prompt::{Prompt, Purpose};
use crate::layers::{Layer, confirm, consent, cronjobs, detail, editor, form, help, palette, picker, question};
use crate::screens::deck::view::{Canvas, draw as draw_deck, prompt_cursor};
use crate::screens::fleet::view::{FleetCanvas, draw as draw_fleet};
use crate::screens::layout::Layout;
use crate::screens::provision::view::{ProvisionCanvas, draw as draw_provision};
use crate::ui::ascii::{is_ascii, spell_cells};
use crate::ui::frame::{Piece, bar, message};
use crate::ui::text::put;
use crate::ui::theme::{Role, State};

/// The smallest terminal that the program draws on.
pub const LEAST: (u16, u16) = (60, 15);

/// Draws one frame at `now_ms` (Unix milliseconds).
pub fn view(model: &Model, now_ms: i64, frame: &mut Frame<'_>) -> Layout {
    let layout = all(model, now_ms, frame);
    if is_ascii(&model.theme) {
        spell_cells(frame.buffer_mut());
    }
    layout
}

fn all(model: &Model, now_ms: i64, frame: &mut Frame<'_>) -> Layout {
    let area = frame.area();
    let theme = &*model.theme;
    let mut layout = Layout::default();
    frame.buffer_mut().set_style(area, theme.style(Role::Text));
    if area.width < LEAST.0 || area.height < LEAST.1 {
        let words = format!("{}×{} is too small", area.width, area.height);
        let lines = [words, format!("eksdeck wants at least {}×{}", LEAST.0, LEAST.1)];
        message(frame.buffer_mut(), area, &lines, theme);
        layout.too_small = true;
        return layout;
    }
    let rows = |y: u16, height: u16| Rect { y, height, ..area };
    header(model, now_ms, rows(area.y, 1), frame, &mut layout);
    let body = rows(area.y + 1, area.height - 2);
    let typing = match model.layers.last() {
        Some(Layer::Prompt(prompt)) => {
            prompt.pane().map(|pane| (pane, prompt.label(), prompt.line.text(), prompt.line.cursor()))
        }
        _ => None,
    };
    let canvas =
        Canvas { scene: model.scene(now_ms), theme, typing, problems: &model.problems, utc_offset: model.utc_offset };
    match model.screen {
        Screen::Deck => draw_deck(&model.deck, canvas, body, frame.buffer_mut(), &mut layout),
        Screen::Fleet => fleet(model, now_ms, body, frame, &mut layout),
        Screen::Provision => provision(model, now_ms, body, frame, &mut layout),
    }
    if let Some((pane, label, text, at)) = typing
        && let Some(drawn) = layout.pane(pane)
    {
        frame.set_cursor_position(prompt_cursor(drawn.area, label, text, at));
    }
    for layer in &model.layers {
        layer_view(model, layer, now_ms, body, frame, &mut layout);
    }
    bottom(model, rows(area.bottom() - 1, 1), frame, &mut layout);
    layout
}

fn fleet(model: &Model, now_ms: i64, area: Rect, frame: &mut Frame<'_>, layout: &mut Layout) {
    let line = match model.layers.last() {
        Some(Layer::Prompt(prompt)) if prompt.purpose == Purpose::FleetFilter => Some(prompt),
        _ => None,
    };
    let canvas = FleetCanvas {
        scene: model.fleet_scene(now_ms),
        theme: &model.theme,
        typing: line.map(|prompt| prompt.line.text()),
    };
    draw_fleet(&model.fleet_screen, canvas, area, frame.buffer_mut(), layout);
    let drawn = layout.fleet.iter().find(|pane| pane.pane == FleetPane::Clusters);
    if let (Some(prompt), Some(drawn)) = (line, drawn) {
        let cursor = prompt_cursor(drawn.area, prompt.label(), prompt.line.text(), prompt.line.cursor());
        frame.set_cursor_position(cursor);
    }
}

fn provision(model: &Model, now_ms: i64, area: Rect, frame: &mut Frame<'_>, layout: &mut Layout) {
    let line = match model.layers.last() {
        Some(Layer::Prompt(prompt)) if prompt.purpose == Purpose::RunsFilter => Some(prompt),
        _ => None,
    };
    let canvas = ProvisionCanvas { theme: &model.theme, now_ms, typing: line.map(|prompt| prompt.line.text()) };
    let cursor = draw_provision(&model.provision, canvas, area, frame.buffer_mut(), layout);
    let cursor = match line {
        Some(prompt) => Some(prompt_cursor(area, prompt.label(), prompt.line.text(), prompt.line.cursor())),
        None => cursor.filter(|_| model.layers.is_empty()),
    };
    if let Some(cursor) = cursor {
        frame.set_cursor_position(cursor);
    }
}

fn layer_view(model: &Model, layer: &Layer, now_ms: i64, area: Rect, frame: &mut Frame<'_>, layout: &mut Layout) {
    let (theme, context) = (&*model.theme, model.context());
    let buffer = frame.buffer_mut();
    let drawn = match layer {
        Layer::Help(state) => help::draw(state, &model.keymap, &context, area, buffer, theme),
        Layer::Palette(state) => {
            let (drawn, cursor) = palette::draw(state, &model.keymap, &context, area, buffer, theme);
            frame.set_cursor_position(cursor);
            drawn
        }
        Layer::Detail(state) => detail::view::draw(state, &model.fleet, now_ms.div_euclid(1_000), area, buffer, theme),
        Layer::Consent(state) => consent::draw(state, area, buffer, theme),
        Layer::Picker(state) => picker::draw(state, area, buffer, theme),
        Layer::CronJobs(state) => cronjobs::draw(state, &model.fleet, now_ms.div_euclid(1_000), area, buffer, theme),
        Layer::Confirm(state) => {
            let (drawn, cursor) = confirm::view::draw(state, area, buffer, theme);
            if let Some(cursor) = cursor {
                frame.set_cursor_position(cursor);
            }
            drawn
        }
        Layer::Question(state) => {
            let (drawn, cursor) = question::draw(state, area, buffer, theme);
            if let Some(cursor) = cursor {
                frame.set_cursor_position(cursor);
            }
            drawn
        }
        Layer::Form(state) => {
            let (drawn, cursor) = form::view::draw(state, area, buffer, theme);
            if let Some(cursor) = cursor {
                frame.set_cursor_position(cursor);
            }
            drawn
        }
        Layer::Editor(state) => {
            let (drawn, cursor) = editor::view::draw(state, area, buffer, theme);
            if let Some(cursor) = cursor {
                frame.set_cursor_position(cursor);
            }
            drawn
        }
        Layer::Prompt(_) => return,
    };
    layout.layer = Some(drawn);
}

/// Cells of the header's right side without the identity: mode, clock, help, gaps.
const RIGHT_LEAST: usize = 28;
/// Cells of the header's right side beside the identity: mode, clock, help, gaps.
const RIGHT_PARTS: usize = 36;
/// An identity that would be cut below this is left out.
const SHORT_IDENTITY: usize = 12;

/// `eksdeck  fleet of 5 · 3 live · 1 stale      sre@1111  read-only  11:42  ? help`
fn header(model: &Model, now_ms: i64, area: Rect, frame: &mut Frame<'_>, layout: &mut Layout) {
    let count = |pick: fn(&Health) -> bool| model.fleet.iter().filter(|cluster| pick(&cluster.health)).count();
    let parts = [
        (count(|health| *health == Health::Live), "live", State::Ok),
        (count(|health| matches!(health, Health::Connecting { .. })), "connecting", State::Connecting),
        (count(|health| matches!(health, Health::Stale { .. })), "stale", State::Stale),
        (count(|health| matches!(health, Health::Unreachable { .. })), "unreachable", State::Warning),
        (count(|health| matches!(health, Health::Unauthorised { .. })), "no login", State::Broken),
        (count(|health| matches!(health, Health::NeedsConsent)), "asks", State::Warning),
        (count(|health| matches!(health, Health::Broken { .. })), "broken", State::Broken),
    ];
    let known = model.fleet.iter().filter(|cluster| !cluster.is_removed()).count();
    let mut left =
        vec![Piece::new(" eksdeck", Role::TitleFocused), Piece::new(format!("  fleet of {known}"), Role::Dim)];
    if model.demo {
        left.extend([Piece::new("  ", Role::Dim), Piece::new("demo", Role::BadgeInfo)]);
    }
    let parts: Vec<_> = parts.into_iter().filter(|(number, ..)| *number > 0).collect();
    let words: usize = parts.iter().map(|(number, word, _)| number.to_string().len() + 4 + width(word)).sum();
    let begun: usize = left.iter().map(|piece| width(&piece.text)).sum();
    // Where the words would be cut, each state's sign stands for its word.
    let in_signs = begun + words + RIGHT_LEAST > area.width as usize;
    for (number, word, state) in parts {
        let role = if state == State::Ok { Role::Dim } else { state.role() };
        if in_signs {
            left.push(Piece::new(format!("  {}{number}", model.theme.sign(state)), role));
        } else {
            left.push(Piece::new(" · ", Role::Muted));
            left.push(Piece::new(format!("{number} {word}"), role));
        }
    }
    let cluster = model.deck.shown(model.scene(now_ms));
    let mut right = vec![Piece::new("  ", Role::Dim)];
    // Who I am gives way first on a narrow terminal: the detail of the cluster tells it too.
    let used: usize = left.iter().map(|piece| width(&piece.text)).sum();
    let room = (area.width as usize).saturating_sub(used + RIGHT_PARTS);
    if let Some(identity) = cluster.and_then(|cluster| cluster.identity.as_deref()).filter(|_| room >= SHORT_IDENTITY) {
        right.push(Piece::new(format!("{}  ", fit_middle(identity, room.min(48))), Role::Dim));
    }
    match cluster {
        Some(cluster) if cluster.insecure => right.push(Piece::new(" insecure TLS · read-only ", Role::BadgeDanger)),
        Some(cluster) if model.read_only(Some(cluster.id)).is_some() => {
            right.push(Piece::new(" read-only ", Role::BadgeInfo));
        }
        None if model.policy.all_read_only => right.push(Piece::new(" read-only ", Role::BadgeInfo)),
        Some(_) if model.rights_here() == Rights::none() => right.push(Piece::new("view-only", Role::Dim)),
        _ => right.push(Piece::new("read-write", Role::Dim)),
    }
    let minutes = (now_ms.div_euclid(1_000) + i64::from(model.utc_offset)).rem_euclid(86_400) / 60;
    right.push(Piece::new(format!("  {:02}:{:02}", minutes / 60, minutes % 60), Role::Dim));
    right.push(Piece::new("  ? help ", Role::Dim));
    layout.buttons.push((Rect { x: area.right().saturating_sub(7), width: 6, ..area }, CommandId::Help));
    bar(frame.buffer_mut(), area, &left, &right, &model.theme);
}

/// The footer: a toast, the keys of a chord that waits, or what can be done here.
fn bottom(model: &Model, area: Rect, frame: &mut Frame<'_>, layout: &mut Layout) {
    let theme = &*model.theme;
    let buffer = frame.buffer_mut();
    if let Some(Layer::Prompt(Prompt { purpose: Purpose::Filter(pane), .. })) = model.layers.last()
        && let Some(problem) = model.deck.problem(*pane)
    {
        put(buffer, area.x + 1, area.y, area.right(), &problem.told(), theme.style(Role::Warning));
        return;
    }
    if let Some(Layer::Prompt(Prompt { purpose: Purpose::FleetFilter, .. })) = model.layers.last()
        && let Some(problem) = model.fleet_screen.clusters.problems.first()
    {
        put(buffer, area.x + 1, area.y, area.right(), &problem.told(), theme.style(Role::Warning));
        return;
    }
    if let Some(Layer::Prompt(prompt)) = model.layers.last().filter(|layer| layer.is_in_the_footer()) {
        let (text, at) = (prompt.line.text(), prompt.line.cursor());
        let x = put(buffer, area.x + 1, area.y, area.right(), prompt.label(), theme.style(Role::Accent));
        put(buffer, x, area.y, area.right(), text, theme.style(Role::Text));
        frame.set_cursor_position((x + width(&text[..at]) as u16, area.y));
        return;
    }
    if let Some(toast) = model.toasts.last() {
        let role = if toast.bad { Role::Warning } else { Role::Info };
        put(buffer, area.x + 1, area.y, area.right(), &toast.words, theme.style(role));
        return;
    }
    let mut x = area.x + 1;
    if !model.pending.is_empty() {
        x = put(
            buffer,
            x,
            area.y,
            area.right(),
            &format!("{} ", chord_text(&model.pending)),
            theme.style(Role::Accent),
        ) + 1;
    }
    let room = area.right().saturating_sub(x + 1) as usize;
    for item in footer(&model.keymap, &model.context(), &model.pending, room) {
        let begin = x;
        let (key, word) = match item.denied {
            true => (Role::Muted, Role::Muted),
            false => (Role::FooterKey, Role::FooterWord),
        };
        x = put(buffer, x, area.y, area.right(), &item.keys, theme.style(key));
        x = put(buffer, x + 1, area.y, area.right(), item.word, theme.style(word));
        layout.buttons.push((Rect { x: begin, width: x - begin, ..area }, item.id));
        x += 2;
    }
    debug_assert!(x as usize <= area.right() as usize + width("  "));
}
