//! What the footer shows: the commands that matter most here and now, as many as fit.

use unicode_width::UnicodeWidthStr;

use super::commands::{self, CommandId};
use super::context::Context;
use super::event::Key;
use super::keymap::{Keymap, chord_text};

/// Cells between two items, and between a key and its word.
pub const ITEM_GAP: usize = 2;
pub const WORD_GAP: usize = 1;

/// A key and a word.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FooterItem {
    pub id: CommandId,
    pub keys: String,
    pub word: &'static str,
    pub dangerous: bool,
    /// A right is missing for it.
    pub denied: bool,
}

impl FooterItem {
    /// Cells that the item takes, without a gap around it.
    pub fn width(&self) -> usize {
        self.keys.width() + WORD_GAP + self.word.width()
    }
}

/// The items that fit into `width` cells, most wanted first; commands that cannot be run now are left out, but for those
/// that one may not run. While a
/// chord is `pending` the items are what can follow.
pub fn footer(keymap: &Keymap, context: &Context, pending: &[Key], width: usize) -> Vec<FooterItem> {
    let items = if pending.is_empty() { wanted(keymap, context) } else { following(keymap, context, pending) };
    let mut left = width;
    let mut shown = Vec::new();
    for item in items {
        // The last item needs no gap behind it.
        if item.width() <= left {
            left = left.saturating_sub(item.width() + ITEM_GAP);
            shown.push(item);
        }
    }
    shown
}

fn wanted(keymap: &Keymap, context: &Context) -> Vec<FooterItem> {
    let place = context.place();
    let mut shown = commands::all()
        .iter()
        .filter(|command| command.footer > 0 && (command.is_enabled(context) || command.is_denied(context)))
        .collect::<Vec<_>>();
    shown.sort_by_key(|command| command.footer);
    let mut items: Vec<FooterItem> = Vec::new();
    for command in shown {
        let Some(keys) = keymap.keys(command.id, place).first().map(|keys| chord_text(keys)) else { continue };
        // Of two commands on one key only the first that can be run is reached.
        if items.iter().all(|item| item.keys != keys) {
            let denied = command.is_denied(context);
            items.push(FooterItem { id: command.id, keys, word: command.short, dangerous: command.dangerous, denied });
        }
    }
    items
}

fn following(keymap: &Keymap, context: &Context, pending: &[Key]) -> Vec<FooterItem> {
    let item = |(keys, id): (Vec<Key>, CommandId)| {
        let command = id.command();
        let denied = command.is_denied(context);
        FooterItem { id, keys: chord_text(&keys), word: command.short, dangerous: command.dangerous, denied }
    };
    keymap.continuations(context, pending).into_iter().map(item).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::input::context::Pane;
    use crate::input::keymap::Base;

    fn default_footer(context: &Context, width: usize) -> Vec<FooterItem> {
        footer(&Keymap::load(Base::Default, None).0, context, &[], width)
    }

    #[test]
    fn the_footer_fits_and_keeps_what_matters_most() {
        let jobs = Context { pane: Some(Pane::Jobs), has_row: true, cluster_open: true, ..Context::default() };
        let wide = default_footer(&jobs, 200);
        let words = wide.iter().map(|item| item.word).collect::<Vec<_>>();
        assert_eq!(words[..3], ["open", "logs", "detail"]);
        assert!(words.contains(&"command"));
        for width in 0..120 {
            let items = default_footer(&jobs, width);
            let used = items.iter().map(FooterItem::width).sum::<usize>() + ITEM_GAP * items.len().saturating_sub(1);
            assert!(used <= width, "{used} > {width}");
        }
    }

    #[test]
    fn what_cannot_be_run_is_not_offered() {
        let empty = Context { pane: Some(Pane::Jobs), ..Context::default() };
        assert!(default_footer(&empty, 200).iter().all(|item| item.word != "open"));
    }

    #[test]
    fn enter_is_told_as_what_it_does_now() {
        let closed = Context { pane: Some(Pane::Clusters), has_row: true, ..Context::default() };
        let id = |context: &Context| default_footer(context, 200)[0].id;
        assert_eq!(id(&closed), CommandId::OpenCluster);
        assert_eq!(id(&Context { cluster_open: true, ..closed }), CommandId::Drill);
    }

    #[test]
    fn a_pending_chord_shows_what_can_follow() {
        let logs = Context { pane: Some(Pane::Logs), ..Context::default() };
        let (keymap, _) = Keymap::load(Base::Default, None);
        let items = footer(&keymap, &logs, &[Key::parse("=").unwrap()], 200);
        let shown = items.iter().map(|item| format!("{} {}", item.keys, item.word)).collect::<Vec<_>>();
        assert_eq!(shown, ["0 tail", "1 head", "2 1m", "3 5m", "4 15m", "5 30m", "6 1h"]);
    }
}
