//! What the focused field takes, in words.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::super::build::VERSION;
use super::super::field::{Field, Id};
use super::super::{FormPage, Row};
use super::lines;
use crate::domain::provision::cost::extended_support;
use crate::domain::provision::variables::Type;
use crate::domain::text::clean;
use crate::ui::text::put;
use crate::ui::theme::{Role, Theme};

pub(super) fn draw(page: &FormPage, theme: &Theme, area: Rect, is_beside: bool, buffer: &mut Buffer) {
    let said = match (page.focus, page.focused()) {
        (Row::Field(_), Some(field)) => of_field(page, field, is_beside),
        _ => vec![(
            "What stays at the module's defaults. enter or space shows it, or hides it again.".to_owned(),
            Role::Info,
        )],
    };
    let columns = usize::from(area.width);
    let wrapped =
        said.into_iter().flat_map(|(words, role)| lines(&words, columns).into_iter().map(move |line| (line, role)));
    let all: Vec<(String, Role)> = wrapped.collect();
    let room = usize::from(area.height);
    let is_cut = all.len() > room;
    for ((place, (line, role)), y) in all.into_iter().enumerate().take(room).zip(area.y..) {
        let end = put(buffer, area.x, y, area.right(), &line, theme.style(role));
        if is_cut && place + 1 == room {
            let x = end.min(area.right().saturating_sub(1));
            put(buffer, x, y, area.right(), theme.glyphs().ellipsis, theme.style(Role::Muted));
        }
    }
}

/// Beside the form there is room for everything; below it for one run of words.
fn of_field(page: &FormPage, field: &Field, is_beside: bool) -> Vec<(String, Role)> {
    let variable = match &field.id {
        Id::Variable(name) => page.subject.variable(name),
        _ => None,
    };
    let description = match (&field.id, variable) {
        (_, Some(variable)) => clean(&variable.description).into_owned(),
        (id, None) => of_identity(id).to_owned(),
    };
    let how = how(field);
    if !is_beside {
        let kind = variable.map(|variable| format!("{}: ", short(&variable.kind))).unwrap_or_default();
        return vec![(format!("{kind}{description}"), Role::Info)];
    }
    let gap = || (String::new(), Role::Text);
    let mut out = vec![(field.label.clone(), Role::Title)];
    out.extend(variable.map(|variable| (variable.kind.words(), Role::Accent)));
    out.extend([gap(), (description, Role::Text)]);
    if !how.is_empty() {
        out.extend([gap(), (how.to_owned(), Role::Info)]);
    }
    if let Some(default) = variable.and_then(|variable| variable.default.as_ref()).filter(|_| !field.is_sensitive) {
        let default = match field.kind.show_input(default) {
            text if text.is_empty() => "nothing".to_owned(),
            text => text,
        };
        out.extend([gap(), (format!("Default: {default}"), Role::Dim)]);
    }
    let versions = page.subject.versions.iter().filter(|_| field.id == Id::Variable(VERSION.to_owned()));
    let versions: Vec<(String, Role)> = versions
        .map(|offered| match offered.is_extended {
            true => (format!("{}  {}", offered.version, extended_support()), Role::Warning),
            false => (format!("{}  {}", offered.version, offered.note), Role::Text),
        })
        .collect();
    if !versions.is_empty() {
        out.push(gap());
        out.extend(versions);
    }
    out
}

fn of_identity(id: &Id) -> &'static str {
    match id {
        Id::Environment => "Which defaults and limits hold, whose account it is and who has to agree.",
        Id::Name => "The cluster's name: 1 to 100 letters, digits, - and _, unique within its account and region.",
        Id::Account => "The twelve digits of the AWS account; Terraform refuses to work in any other.",
        Id::Region => "The AWS region that the cluster is in.",
        Id::Variable(_) => "The module has no such variable; empty the field to take it away.",
    }
}

/// Without what objects are made of.
fn short(kind: &Type) -> String {
    match kind {
        Type::List(of) => format!("list({})", short(of)),
        Type::Set(of) => format!("set({})", short(of)),
        Type::Map(of) => format!("map({})", short(of)),
        Type::Tuple(_) => "tuple".to_owned(),
        Type::Object(_) => "object".to_owned(),
        Type::Any | Type::Text | Type::Number | Type::Truth => kind.words(),
    }
}

/// How its value is changed.
pub(super) fn how(field: &Field) -> &'static str {
    match (field.options.is_empty(), field.is_choice) {
        (false, true) if field.is_required || field.id == Id::Environment => "left, right or space changes it.",
        (false, true) => "left, right or space changes it, backspace takes it back.",
        (false, false) => "left and right choose; another one can be typed.",
        (true, _) if field.is_sensitive => "It is sensitive: neither shown nor in the text.",
        (true, _) => "",
    }
}
