mod actions;
mod drawing;
mod fixture;
mod random;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::view::{RunBox, draw};
use super::*;
use crate::ui::ascii::spell_cells;
use crate::ui::testing::text;
use crate::ui::theme::{Terminal, Theme, choose};

fn theme(ascii: bool) -> Theme {
    Theme::load(&choose(Some("dark"), Some(ascii), &Terminal::default()), None).0
}

fn drawn(page: &RunPage, scene: &RunScene<'_>, ascii: bool, (wide, high): (u16, u16)) -> (String, RunBox) {
    let area = Rect::new(0, 0, wide, high);
    let mut buffer = Buffer::empty(area);
    let drawn = draw(page, scene, &theme(ascii), area, &mut buffer);
    if ascii {
        // As for every page.
        spell_cells(&mut buffer);
    }
    (text(&buffer), drawn)
}

/// As it is seen once the page knows its width.
fn fitted(page: &mut RunPage, scene: &RunScene<'_>, size: (u16, u16)) -> String {
    let columns = drawn(page, scene, false, size).1.columns;
    page.fit(columns);
    drawn(page, scene, false, size).0
}
