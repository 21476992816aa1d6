//! Draws a form: labels, values, what is wrong beneath each, help below, the manifest at the right where there is room.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::{Form, FormField, FormStage, Input};
use crate::domain::field::FieldKind;
use crate::domain::text::{clean, fit, width};
use crate::screens::layout::LayerBox;
use crate::ui::frame::{FrameText, Piece, frame};
use crate::ui::popup::{centred, clear};
use crate::ui::text::{put, split_at_width, wrap};
use crate::ui::theme::{Role, Theme};
use crate::ui::yaml::yaml_role;
use crate::yaml::{LineState, highlight};

/// From this width on the manifest stands beside the form.
const WITH_PREVIEW: u16 = 110;
/// Cells of the form beside the manifest, and of a form alone.
const BESIDE: u16 = 62;
const ALONE: u16 = 76;
/// Cells of a form that makes no manifest.
const WITHOUT: u16 = 96;
/// Lines of why nothing came of it.
const TOLD: usize = 4;
/// Lines below the fields: a gap, and help of up to two lines.
const HELP: u16 = 3;

/// Draws the form in the middle of `area`. Gives the cursor's place too, on a line.
pub fn draw(form: &Form, area: Rect, buffer: &mut Buffer, theme: &Theme) -> (LayerBox, Option<(u16, u16)>) {
    let preview: Vec<String> = form.preview().lines().map(|line| clean(line).into_owned()).collect();
    let beside = area.width >= WITH_PREVIEW && !preview.is_empty();
    let alone = if preview.is_empty() { WITHOUT } else { ALONE };
    let wide = if beside { area.width.saturating_sub(4).min(170) } else { alone.min(area.width) };
    let labels = form.fields.iter().map(|field| width(&field.label)).max().unwrap_or(0).min(24) as u16;
    let own = if beside { BESIDE.min(wide) } else { wide };
    let rows = rows(form, own.saturating_sub(labels + 6) as usize);
    let told = stage(form, own.saturating_sub(4) as usize);
    let below = HELP + told.len() as u16;
    let long = if beside { preview.len().max(rows.len() + HELP as usize) } else { rows.len() + below as usize };
    let whole = centred(area, wide, (long as u16).saturating_add(2));
    clear(buffer, whole, theme);
    let left = Rect { width: own, ..whole };
    let wrong = (0..form.fields.len()).filter(|at| form.told(*at).is_some()).count();
    let right = match wrong {
        _ if matches!(form.stage, FormStage::Sent { .. }) => Piece::new("asking", Role::Info),
        0 => Piece::new("ctrl-s accepts", Role::Dim),
        1 => Piece::new("1 thing is wrong", Role::Warning),
        several => Piece::new(format!("{several} things are wrong"), Role::Warning),
    };
    let text = FrameText {
        title: vec![Piece::new(clean(&form.title).into_owned(), Role::Title)],
        right: vec![right],
        ..FrameText::default()
    };
    let inner = frame(buffer, left, &text, true, theme);
    let room = inner.height.saturating_sub(below) as usize;
    let last = rows.iter().rposition(|(at, _)| *at == form.focus).unwrap_or(0);
    let offset = (last + 1).saturating_sub(room);
    let mut cursor = None;
    let mut choices = Vec::with_capacity(room);
    for (place, (at, problem)) in rows.iter().enumerate().skip(offset).take(room) {
        let y = inner.y + (place - offset) as u16;
        choices.push((y, *at));
        let x = inner.x + labels + 3;
        let line = Rect { x, y, width: inner.right().saturating_sub(x + 1), height: 1 };
        let (Some(field), is_focused) = (form.fields.get(*at), *at == form.focus) else { continue };
        match problem {
            Some(words) => {
                put(buffer, x, y, line.right(), words, theme.style(Role::Warning));
            }
            None => {
                let role = if is_focused { Role::TitleFocused } else { Role::Dim };
                put(buffer, inner.x + 1, y, x, &fit(&field.label, labels as usize), theme.style(role));
                cursor = value(field, is_focused, line, buffer, theme).or(cursor);
            }
        }
    }
    let help = form.fields.get(form.focus).map(|field| help(field, inner.width.saturating_sub(2) as usize));
    for (place, line) in help.into_iter().flatten().take(HELP as usize - 1).enumerate() {
        let y = inner.bottom().saturating_sub(below - 1) + place as u16;
        put(buffer, inner.x + 1, y, inner.right(), &line, theme.style(Role::Info));
    }
    for (place, (line, role)) in told.iter().enumerate() {
        let y = inner.bottom().saturating_sub((told.len() - place) as u16);
        put(buffer, inner.x + 1, y, inner.right(), line, theme.style(*role));
    }
    if beside {
        let area = Rect { x: left.right(), width: whole.width - own, ..whole };
        manifest(&preview, area, buffer, theme);
    }
    (LayerBox { choices, ..LayerBox::plain(whole, inner, rows.len()) }, cursor)
}

/// The lines of the fields: the field's place, and beneath it what is wrong, in lines of at most `columns`.
fn rows(form: &Form, columns: usize) -> Vec<(usize, Option<String>)> {
    let mut rows = Vec::new();
    for at in (0..form.fields.len()).filter(|at| form.is_shown(*at)) {
        rows.push((at, None));
        let words = form.told(at).map(|words| wrap(&clean(&words), columns));
        rows.extend(words.into_iter().flatten().map(|line| (at, Some(line))));
    }
    rows
}

/// What came of it so far, below everything else, in lines of at most `columns`.
fn stage(form: &Form, columns: usize) -> Vec<(String, Role)> {
    match &form.stage {
        FormStage::Filled => Vec::new(),
        FormStage::Sent { words, .. } => wrap(words, columns).into_iter().map(|line| (line, Role::Info)).collect(),
        FormStage::Failed(trouble) => {
            let words = wrap(&clean(&trouble.words), columns).into_iter().map(|line| (line, Role::Broken));
            let remedy = trouble.remedy.iter().flat_map(|remedy| wrap(&clean(remedy), columns));
            words.chain(remedy.map(|line| (line, Role::Accent))).take(TOLD).collect()
        }
    }
}

/// What the focused field takes, in words.
fn help(field: &FormField, columns: usize) -> Vec<String> {
    let how = match (&field.input, field.optional) {
        (Input::Choice { .. }, _) => "left, right or space changes it. ",
        (Input::Line(_) | Input::Secret(_), true) if field.help.is_empty() => "May stay empty. ",
        _ => "",
    };
    wrap(&format!("{how}{}", field.help), columns)
}

/// Draws a field's value. Gives the cursor's place on a focused line.
fn value(field: &FormField, is_focused: bool, line: Rect, buffer: &mut Buffer, theme: &Theme) -> Option<(u16, u16)> {
    if is_focused {
        buffer.set_style(line, theme.style(Role::Selection));
    }
    let plain = if field.is_fresh { Role::Muted } else { Role::Text };
    let style = |role: Role| match is_focused {
        true => theme.style(role).patch(theme.style(Role::Selection)),
        false => theme.style(role),
    };
    match &field.input {
        Input::Line(edit) => {
            let text = edit.text();
            let before = width(&text[..edit.cursor()]);
            // The cursor stays in sight: what is left of it goes first.
            let hidden = (before + 1).saturating_sub(line.width as usize);
            let cut = if is_focused && hidden > 0 { split_at_width(text, hidden) } else { 0 };
            let shown = if is_focused { text[cut..].to_owned() } else { fit(text, line.width as usize).into_owned() };
            put(buffer, line.x, line.y, line.right(), &shown, style(plain));
            let at = before.saturating_sub(width(&text[..cut])) as u16;
            is_focused.then(|| (line.x + at.min(line.width.saturating_sub(1)), line.y))
        }
        Input::Secret(secret) => {
            let words = match secret.expose() {
                "" => "nothing is pasted yet".to_owned(),
                text => format!("pasted: {} lines, {} bytes", text.lines().count(), text.len()),
            };
            put(buffer, line.x, line.y, line.right(), &words, style(Role::Muted));
            None
        }
        Input::Choice { .. } if field.kind == FieldKind::Boolean => {
            let words = if field.text() == "true" { "[x] yes" } else { "[ ] no" };
            put(buffer, line.x, line.y, line.right(), words, style(plain));
            None
        }
        Input::Choice { options, chosen } => {
            let of = format!("  {} of {}", chosen + 1, options.len());
            let text = clean(field.text());
            let words = if is_focused { format!("< {text} >") } else { text.into_owned() };
            let x = put(buffer, line.x, line.y, line.right(), &fit(&words, line.width as usize), style(plain));
            if is_focused {
                put(buffer, x, line.y, line.right(), &of, style(Role::Dim));
            }
            None
        }
    }
}

/// Draws what the form makes, coloured as YAML.
fn manifest(lines: &[String], area: Rect, buffer: &mut Buffer, theme: &Theme) {
    let mut text = FrameText { title: vec![Piece::new("manifest", Role::Title)], ..FrameText::default() };
    let room = area.height.saturating_sub(2) as usize;
    if lines.len() > room {
        text.bottom_right = vec![Piece::new(format!("{} more lines", lines.len() - room), Role::Dim)];
    }
    let inner = frame(buffer, area, &text, false, theme);
    let mut state = LineState::default();
    for (place, line) in lines.iter().take(inner.height as usize).enumerate() {
        let y = inner.y + place as u16;
        put(buffer, inner.x + 1, y, inner.right(), line, theme.style(Role::Text));
        let (spans, next) = highlight(line, state);
        state = next;
        for span in spans {
            let x = inner.x + 1 + width(line.get(..span.start).unwrap_or_default()) as u16;
            put(
                buffer,
                x,
                y,
                inner.right(),
                line.get(span.start..span.end).unwrap_or_default(),
                theme.style(yaml_role(span.role)),
            );
        }
    }
}
