//! Who and where: always in sight.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::super::FormPage;
use super::part;
use crate::domain::gate::Environment;
use crate::domain::provision::Identity;
use crate::domain::provision::site::{ModuleSource, care};
use crate::domain::text::{clean, fit, fit_middle};
use crate::ui::text::put;
use crate::ui::theme::{Glyphs, Role, Theme};

/// Cells of the words on the left.
const LABELS: u16 = 13;
/// Lines that the fields want at least.
const LEAST: u16 = 4;

/// Gives what is left.
pub(super) fn draw(page: &FormPage, theme: &Theme, inner: Rect, buffer: &mut Buffer) -> Rect {
    let lines = lines(page, theme.glyphs());
    let room = inner.height.saturating_sub(LEAST + 1);
    let shown = lines.into_iter().zip(inner.y..).take(usize::from(room));
    let mut high = 0;
    for ((label, words, role), y) in shown {
        let room = usize::from(inner.width.saturating_sub(LABELS + 2));
        put(buffer, inner.x + 1, y, inner.x + LABELS, label, theme.style(Role::Dim));
        // Of a path its ends tell most.
        let words = if label == "state" { fit_middle(&words, room) } else { fit(&words, room) };
        put(buffer, inner.x + LABELS, y, inner.right(), &words, theme.style(role));
        high += 1;
    }
    if high > 0 {
        part(Rect { y: inner.y + high, height: 1, ..inner }, false, theme, buffer);
        high += 1;
    }
    Rect { y: inner.y + high, height: inner.height - high, ..inner }
}

/// The state's key; what is not known yet is left open.
fn state(identity: &Identity, ellipsis: &str) -> String {
    let key = identity.state_key();
    let parts: Vec<&str> = key.split('/').map(|part| if part.is_empty() { ellipsis } else { part }).collect();
    clean(&parts.join("/")).into_owned()
}

fn lines(page: &FormPage, glyphs: &Glyphs) -> Vec<(&'static str, String, Role)> {
    let Glyphs { separator, ellipsis, .. } = glyphs;
    let (subject, settings, identity) = (&page.subject, &page.settings, page.identity());
    let said = |text: &str| if text.is_empty() { "not known yet".to_owned() } else { clean(text).into_owned() };
    let join = |words: &[String]| words.join(&format!(" {separator} "));
    let role = settings
        .role
        .as_deref()
        .map_or_else(|| "no role to assume".to_owned(), |role| format!("assumes {}", clean(role)));
    let protection = if settings.is_protected { "protected" } else { "not protected" };
    let approvals = match settings.approvals {
        0 => "nobody has to agree to a plan".to_owned(),
        1 => "one person agrees to a plan".to_owned(),
        several => format!("{several} people have to agree to a plan"),
    };
    let colour = match care(&subject.environment, &identity.name) {
        _ if settings.is_protected => Role::Production,
        Environment::Production => Role::Production,
        Environment::Staging => Role::Staging,
        Environment::Development => Role::Development,
        _ => Role::Text,
    };
    let module = match &settings.module {
        ModuleSource::Eks => "eks of eksdeck".to_owned(),
        ModuleSource::Trial => "trial of eksdeck, makes nothing at AWS".to_owned(),
        ModuleSource::Folder(folder) => clean(folder).into_owned(),
    };
    vec![
        ("environment", join(&[clean(&subject.environment).into_owned(), protection.to_owned(), approvals]), colour),
        ("account", join(&[said(&identity.account), role]), Role::Text),
        ("region", join(&[said(&identity.region), format!("module {module}")]), Role::Text),
        ("state", state(&identity, ellipsis), Role::Dim),
    ]
}
