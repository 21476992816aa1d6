//! A table in a pane: columns that give way in order, a selection, marks, and a line below a row that needs words.

use std::borrow::Cow;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::text::{put, wrap};
use super::theme::{Role, State, Theme};
use crate::domain::text::{fit, fit_middle, width};

/// How a column stands and how it gives way when the pane is narrow.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Column {
    /// Upper-case heading, as kubectl writes it. The filter grammar takes it in lower case.
    pub name: &'static str,
    pub align: Align,
    /// Never narrower than this many cells while it is shown.
    pub min: u16,
    /// Never wider than this many cells, unless it is the one that takes what is left.
    pub max: u16,
    /// The column with the highest rank goes first; rank 0 never goes.
    pub rank: u8,
    /// Only shown when wide columns are asked for.
    pub wide: bool,
    /// Is cut down to `min` before another column goes.
    pub elastic: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Align {
    Left,
    Right,
}

/// A column of text.
pub const fn left(name: &'static str, min: u16, max: u16, rank: u8) -> Column {
    Column { name, align: Align::Left, min, max, rank, wide: false, elastic: false }
}

/// A column of numbers, ages or durations.
pub const fn right(name: &'static str, min: u16, max: u16, rank: u8) -> Column {
    Column { name, align: Align::Right, min, max, rank, wide: false, elastic: false }
}

/// The same column, shown only on request.
pub const fn wide(mut column: Column) -> Column {
    column.wide = true;
    column
}

/// The same column, cut before another one goes.
pub const fn elastic(mut column: Column) -> Column {
    column.elastic = true;
    column
}

/// One cell's text and what it means.
#[derive(Debug, Clone, PartialEq)]
pub struct Cell<'a> {
    pub text: Cow<'a, str>,
    pub role: Role,
}

impl<'a> Cell<'a> {
    pub fn new(text: impl Into<Cow<'a, str>>, role: Role) -> Self {
        Self { text: text.into(), role }
    }

    pub fn plain(text: impl Into<Cow<'a, str>>) -> Self {
        Self::new(text, Role::Text)
    }

    pub fn dim(text: impl Into<Cow<'a, str>>) -> Self {
        Self::new(text, Role::Dim)
    }
}

/// A row as it is drawn.
#[derive(Debug, Clone, PartialEq)]
pub struct Line<'a> {
    /// A sign of one cell and its role, before the first column.
    pub sign: (&'a str, Role),
    pub cells: Vec<Cell<'a>>,
    /// Words that would not fit on the row, drawn below it.
    pub below: Option<Cell<'a>>,
    pub marked: bool,
}

impl Line<'_> {
    /// Screen rows that the line takes in a table of `columns` cells.
    pub fn height(&self, columns: u16) -> u16 {
        1 + self.below_lines(columns).len() as u16
    }

    /// The words below the row, wrapped; what does not fit into [`BELOW`] lines is cut.
    fn below_lines(&self, columns: u16) -> Vec<String> {
        let Some(below) = &self.below else { return Vec::new() };
        let columns = columns.saturating_sub(INDENT) as usize;
        let mut lines = wrap(&below.text, columns);
        if lines.len() > BELOW {
            let rest = lines.split_off(BELOW - 1).join(" ");
            lines.push(fit(&rest, columns).into_owned());
        }
        lines
    }
}

/// Widths of the columns that are shown, by position in the column list; `None` for those that gave way.
pub type Widths = Vec<Option<u16>>;

/// Cells left of the first column: selection mark and sign.
const LEAD: u16 = 4;
/// Cells left of the words below a row, and the most lines that they take.
const INDENT: u16 = LEAD + 2;
const BELOW: usize = 3;
/// Other columns go before the one that never goes is cut below this.
const NAME_BEFORE_OTHERS: u16 = 24;
/// Columns with a rank above this go before an elastic one is cut.
const GOES_BEFORE_A_CUT: u8 = 5;
/// Cells between columns.
const GAP: u16 = 2;

/// Chooses widths for `available` cells; the column at `hidden` says what the pane's title says already. `needed` holds
/// the widest content of each column, headings included.
pub fn widths(columns: &[Column], needed: &[u16], available: u16, show_wide: bool, hidden: Option<usize>) -> Widths {
    let shows = |(place, column): (usize, &Column)| Some(place) != hidden && (show_wide || !column.wide);
    let mut shown: Vec<bool> = columns.iter().enumerate().map(shows).collect();
    let wanted = |place: usize| {
        let column = &columns[place];
        needed.get(place).copied().unwrap_or(0).clamp(column.min, column.max.max(column.min))
    };
    let sum = |shown: &[bool], by: &dyn Fn(usize) -> u16| -> u16 {
        let places: Vec<usize> = (0..columns.len()).filter(|place| shown[*place]).collect();
        let gaps = GAP * (places.len().saturating_sub(1) as u16);
        places.iter().map(|place| by(*place)).sum::<u16>() + gaps + LEAD
    };
    // In a narrow pane a name gives way earlier.
    let name_before_others = NAME_BEFORE_OTHERS.min(available / 2);
    let flexible = columns.iter().position(|column| column.rank == 0);
    let least = |place: usize| match &columns[place] {
        column if Some(place) == flexible => wanted(place).min(name_before_others.max(column.min)),
        column if column.elastic => wanted(place).min(column.min),
        _ => wanted(place),
    };
    let uncut = |place: usize| if columns[place].elastic { wanted(place) } else { least(place) };
    let next = |shown: &[bool], above: u8| {
        let goes = (0..columns.len()).filter(|place| shown[*place] && columns[*place].rank > above);
        goes.max_by_key(|place| columns[*place].rank)
    };
    while sum(&shown, &uncut) > available
        && let Some(place) = next(&shown, GOES_BEFORE_A_CUT)
    {
        shown[place] = false;
    }
    while sum(&shown, &least) > available
        && let Some(place) = next(&shown, 0)
    {
        shown[place] = false;
    }
    let mut spare = available.saturating_sub(sum(&shown, &least));
    let mut out: Widths = (0..columns.len()).map(|place| shown[place].then(|| least(place))).collect();
    // What is left goes to the name and to the columns that were cut, a cell each in turn.
    let cut = |place: &usize| Some(*place) == flexible || columns[*place].elastic;
    let cut: Vec<usize> = (0..columns.len()).filter(cut).collect();
    let mut grew = true;
    while grew && spare > 0 {
        grew = false;
        for place in &cut {
            if let Some(width) = out[*place].as_mut().filter(|width| spare > 0 && **width < wanted(*place)) {
                *width += 1;
                spare -= 1;
                grew = true;
            }
        }
    }
    if let Some(width) = flexible.and_then(|place| out[place].as_mut()) {
        let over = sum(&shown, &least).saturating_sub(available);
        *width = width.saturating_sub(over).max(1);
    }
    out
}

/// The widest content of each column over `lines`, headings included.
pub fn needed(columns: &[Column], lines: &[Line<'_>], sorted: Option<usize>) -> Vec<u16> {
    let heading = |place: usize| width(columns[place].name) as u16 + u16::from(sorted == Some(place));
    (0..columns.len())
        .map(|place| {
            lines
                .iter()
                .filter_map(|line| line.cells.get(place))
                .map(|cell| width(&cell.text) as u16)
                .fold(heading(place), u16::max)
        })
        .collect()
}

/// What a table is drawn with.
pub struct Table<'a> {
    pub columns: &'a [Column],
    pub widths: &'a Widths,
    pub sorted: Option<(usize, bool)>,
    /// The column that is being picked to sort by.
    pub picked: Option<usize>,
    /// The selected line, counted from the first drawn one.
    pub selected: Option<usize>,
    pub focused: bool,
}

impl Table<'_> {
    /// Draws the heading and as many lines as fit. Gives the screen row of each drawn line.
    pub fn draw(&self, buffer: &mut Buffer, area: Rect, lines: &[Line<'_>], theme: &Theme) -> Vec<u16> {
        let mut rows = Vec::with_capacity(lines.len());
        if area.height == 0 {
            return rows;
        }
        self.heading(buffer, area, theme);
        let mut y = area.y + 1;
        for (place, line) in lines.iter().enumerate() {
            if y >= area.bottom() {
                break;
            }
            rows.push(y);
            self.line(buffer, Rect { y, height: 1, ..area }, line, self.selected == Some(place), theme);
            y += 1;
            let role = line.below.as_ref().map_or(Role::Dim, |below| below.role);
            for text in line.below_lines(area.width) {
                if y < area.bottom() {
                    put(buffer, area.x + INDENT, y, area.right(), &text, theme.style(role));
                    y += 1;
                }
            }
        }
        rows
    }

    /// Where each shown column's heading stands in `area`, with the column's place in the list.
    pub fn headings(&self, area: Rect) -> Vec<(Rect, usize)> {
        let mut x = area.x + LEAD;
        let mut headings = Vec::new();
        for (place, wide) in self.widths.iter().enumerate() {
            let Some(wide) = *wide else { continue };
            headings.push((Rect { x, width: wide, height: 1, ..area }.intersection(area), place));
            x += wide + GAP;
        }
        headings
    }

    fn heading(&self, buffer: &mut Buffer, area: Rect, theme: &Theme) {
        let mut x = area.x + LEAD;
        for (place, column) in self.columns.iter().enumerate() {
            let Some(wide) = self.widths[place] else { continue };
            let arrow = match self.sorted {
                Some((at, descending)) if at == place => {
                    if descending {
                        theme.glyphs().descending
                    } else {
                        theme.glyphs().ascending
                    }
                }
                _ => "",
            };
            let role = match arrow {
                _ if self.picked == Some(place) => Role::Accent,
                "" => Role::Header,
                _ => Role::HeaderSorted,
            };
            // Headings are written with the sign of the widest set.
            let name = column.name.replace('✖', theme.sign(State::Broken));
            let text = format!("{name}{arrow}");
            self.place(buffer, (x, area.y, area.right()), wide, column, &text, theme.style(role));
            x += wide + GAP;
        }
    }

    fn line(&self, buffer: &mut Buffer, area: Rect, line: &Line<'_>, selected: bool, theme: &Theme) {
        let base = match (selected, self.focused) {
            (true, true) => Some(theme.style(Role::Selection)),
            (true, false) => Some(theme.style(Role::SelectionInactive)),
            _ => None,
        };
        if let Some(base) = base {
            buffer.set_style(area, base);
        }
        let over = |role: Role| base.map_or_else(|| theme.style(role), |base| theme.style(role).patch(base));
        if selected {
            put(buffer, area.x, area.y, area.right(), theme.glyphs().cursor, over(Role::Accent));
        }
        if line.marked {
            put(buffer, area.x + 1, area.y, area.right(), theme.glyphs().mark, over(Role::Mark));
        }
        put(buffer, area.x + 2, area.y, area.right(), line.sign.0, over(line.sign.1));
        let mut x = area.x + LEAD;
        for (place, column) in self.columns.iter().enumerate() {
            let (Some(wide), Some(cell)) = (self.widths[place], line.cells.get(place)) else { continue };
            self.place(buffer, (x, area.y, area.right()), wide, column, &cell.text, over(cell.role));
            x += wide + GAP;
        }
    }

    fn place(
        &self,
        buffer: &mut Buffer,
        (x, y, end): (u16, u16, u16),
        wide: u16,
        column: &Column,
        text: &str,
        style: ratatui::style::Style,
    ) {
        let (align, name) = (column.align, column.rank == 0);
        let text = match align {
            // Names tell themselves apart by both ends, words by their beginning.
            Align::Left if name => fit_middle(text, wide as usize),
            _ => fit(text, wide as usize),
        };
        let indent = match align {
            Align::Left => 0,
            Align::Right => wide.saturating_sub(width(&text) as u16),
        };
        put(buffer, x + indent, y, end, &text, style);
    }
}
