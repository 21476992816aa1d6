//! The deck as it stands on a screen: which rows, which counts, which selection.

use super::screen::Screen;

/// A pane of the deck; its place is its number less one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pane {
    Clusters,
    Namespaces,
    Jobs,
    Logs,
}

const TITLES: [&str; 4] = ["1 clusters", "2 namespaces", "3 jobs", "4 logs"];

/// Columns that a pane takes: from its title to the next pane's.
fn columns(screen: &Screen<'_>, pane: Pane) -> Option<(u16, u16, u16)> {
    let (column, row) = screen.find(TITLES[pane as usize])?;
    let next = TITLES.get(pane as usize + 1).and_then(|title| screen.find(title)).filter(|(_, other)| *other == row);
    let end = next.map_or(screen.raw().size().1.get(), |(column, _)| column.saturating_sub(2));
    let start = column.saturating_sub(2);
    Some((start, end.saturating_sub(start), row))
}

/// The rows of a pane below its title, its lower border the last.
pub fn rows(screen: &Screen<'_>, pane: Pane) -> Vec<String> {
    let Some((start, width, top)) = columns(screen, pane) else { return Vec::new() };
    let mut rows = Vec::new();
    for row in screen.raw().rows(start, width).skip(usize::from(top) + 1) {
        let border = row.starts_with('╰');
        rows.push(row.trim_matches(['│', ' ']).to_owned());
        if border {
            break;
        }
    }
    rows
}

/// PODS of the `all` row.
pub fn pods(screen: &Screen<'_>) -> Option<u64> {
    let all = rows(screen, Pane::Namespaces).into_iter().find_map(|row| {
        let mut words = row.trim_start_matches(['▌', ' ']).split_whitespace();
        (words.next() == Some("all")).then(|| words.next().map(str::to_owned))?
    })?;
    all.replace(',', "").parse().ok()
}

/// How many namespaces stand below `all`.
pub fn namespaces(screen: &Screen<'_>) -> usize {
    let rows = rows(screen, Pane::Namespaces);
    let below = rows.iter().skip_while(|row| !row.trim_start_matches(['▌', ' ']).starts_with("all ")).skip(1);
    below.filter(|row| !row.starts_with('╰') && row.chars().any(char::is_alphanumeric)).count()
}

/// Where the selection stands, and on which name.
pub fn selection(screen: &Screen<'_>, pane: Pane) -> Option<(usize, String)> {
    rows(screen, pane).into_iter().enumerate().find_map(|(at, row)| {
        let rest = row.split_once('▌')?.1;
        let name = rest.split_whitespace().find(|word| word.chars().any(char::is_alphanumeric))?;
        Some((at, name.to_owned()))
    })
}

/// The row of a pane whose first name is this one.
pub fn row_of(screen: &Screen<'_>, pane: Pane, name: &str) -> Option<String> {
    let first = |row: &String| {
        row.split_whitespace().find(|word| word.chars().any(char::is_alphanumeric)).is_some_and(|word| word == name)
    };
    rows(screen, pane).into_iter().find(first)
}

/// A pane's title with what stands beside it: scope, count, freshness.
pub fn title(screen: &Screen<'_>, pane: Pane) -> Option<String> {
    let (start, width, row) = columns(screen, pane)?;
    screen.raw().rows(start, width).nth(usize::from(row))
}
