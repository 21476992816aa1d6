mod actions;
mod drawing;
mod fixture;
mod random;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::view::{PlanBox, draw};
use super::*;
use crate::ui::ascii::spell_cells;
use crate::ui::testing::text;
use crate::ui::theme::{Terminal, Theme, choose};

fn theme(ascii: bool) -> Theme {
    Theme::load(&choose(Some("dark"), Some(ascii), &Terminal::default()), None).0
}

fn drawn(page: &PlanPage, ascii: bool, (wide, high): (u16, u16)) -> (String, PlanBox) {
    let area = Rect::new(0, 0, wide, high);
    let mut buffer = Buffer::empty(area);
    let drawn = draw(page, &theme(ascii), fixture::NOW_MS, area, &mut buffer);
    if ascii {
        // As for every page.
        spell_cells(&mut buffer);
    }
    (text(&buffer), drawn)
}

fn told(page: &PlanPage) -> String {
    drawn(page, false, (120, 300)).0
}
