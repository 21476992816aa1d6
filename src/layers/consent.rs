//! Consent to run a kubeconfig's credential plugin: the exact program and arguments, once.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::domain::consent::ConsentRequest;
use crate::domain::ids::ClusterId;
use crate::domain::text::clean;
use crate::screens::layout::LayerBox;
use crate::ui::frame::{FrameText, Piece, frame};
use crate::ui::popup::{centred, clear};
use crate::ui::text::{put, wrap};
use crate::ui::theme::{Role, Theme};

/// What is asked, and for which cluster.
#[derive(Debug, Clone, PartialEq)]
pub struct Consent {
    /// The cluster whose session asks; `None`: the form beneath, for a cluster that is to be registered.
    pub cluster: Option<ClusterId>,
    pub cluster_name: String,
    pub request: ConsentRequest,
    /// Unix milliseconds when it was first painted: keys that came before that answer nothing.
    pub shown_ms: Option<i64>,
}

/// How long after its first painting an answer is taken, in milliseconds.
pub const SETTLE_MS: i64 = 300;

impl Consent {
    /// Whether an answer counts at `now_ms`.
    pub fn is_settled(&self, now_ms: i64) -> bool {
        self.shown_ms.is_some_and(|shown| now_ms - shown >= SETTLE_MS)
    }
}

/// Draws the layer in the middle of `area`.
pub fn draw(consent: &Consent, area: Rect, buffer: &mut Buffer, theme: &Theme) -> LayerBox {
    let width = area.width.saturating_sub(8).min(96);
    let columns = width.saturating_sub(4) as usize;
    let mut lines: Vec<(String, Role)> = Vec::new();
    lines.push((
        format!("The kubeconfig user {} logs in by running this program:", clean(&consent.request.user)),
        Role::Text,
    ));
    lines.push((String::new(), Role::Text));
    for (place, argument) in consent.request.argv.iter().enumerate() {
        let indent = if place == 0 { "  " } else { "      " };
        let shown = wrap(&clean(argument), columns.saturating_sub(indent.len()));
        lines.extend(shown.into_iter().map(|line| (format!("{indent}{line}"), Role::Accent)));
    }
    if !consent.request.env_names.is_empty() {
        lines.push((String::new(), Role::Text));
        let names = format!("It sets {} for it.", consent.request.env_names.join(", "));
        lines.extend(wrap(&clean(&names), columns).into_iter().map(|line| (line, Role::Dim)));
    }
    lines.push((String::new(), Role::Text));
    let words = "It runs with your rights, without a terminal. Agree only if you know where this kubeconfig comes from. The answer is remembered for exactly this command.";
    lines.extend(wrap(words, columns).into_iter().map(|line| (line, Role::Dim)));
    lines.push((String::new(), Role::Text));
    lines.push(("y  run it, now and from now on      n  do not run it".to_owned(), Role::Text));
    let area = centred(area, width, lines.len() as u16 + 2);
    clear(buffer, area, theme);
    let text = FrameText {
        title: vec![Piece::new(format!("{} wants to run a program", consent.cluster_name), Role::Title)],
        ..FrameText::default()
    };
    let inner = frame(buffer, area, &text, true, theme);
    for (place, (line, role)) in lines.iter().take(inner.height as usize).enumerate() {
        put(buffer, inner.x + 1, inner.y + place as u16, inner.right(), line, theme.style(*role));
    }
    LayerBox::plain(area, inner, lines.len())
}
