//! vim's text objects within a line: what `ciw`, `da"` and their like take.

use super::Editor;
use super::buffer::At;
use super::insert::Class;

impl Editor {
    /// The object that a letter names around the cursor, from its first place to behind its last; `around` takes the
    /// blanks or the quotes with it. `None`: no such object, or it is not there.
    pub(super) fn object(&self, letter: char, around: bool) -> Option<(At, At)> {
        let at = self.cursor();
        let chars: Vec<char> = self.buffer.line(at.line).chars().collect();
        let (from, to) = match letter {
            'w' => word(&chars, at.column, around, |left, right| class(left) == class(right)),
            'W' => word(&chars, at.column, around, |left, right| left.is_whitespace() == right.is_whitespace()),
            '"' | '\'' => quoted(&chars, at.column, letter, around),
            _ => None,
        }?;
        Some((At::new(at.line, from), At::new(at.line, to)))
    }
}

fn class(char: char) -> Class {
    Class::of(Some(char))
}

fn word(chars: &[char], at: usize, around: bool, alike: fn(char, char) -> bool) -> Option<(usize, usize)> {
    // Behind the last character is still that character's word.
    let at = at.min(chars.len().checked_sub(1)?);
    let here = chars[at];
    let is_blank = |place: &usize| chars[*place].is_whitespace();
    let mut from = (0..at).rev().take_while(|place| alike(chars[*place], here)).last().unwrap_or(at);
    let mut to = at + chars[at..].iter().take_while(|char| alike(**char, here)).count();
    if around {
        let behind = (to..chars.len()).take_while(is_blank).count();
        to += behind;
        if behind == 0 {
            from = (0..from).rev().take_while(is_blank).last().unwrap_or(from);
        }
    }
    Some((from, to))
}

/// Between the quotes around the cursor, else between the next two of the line.
fn quoted(chars: &[char], at: usize, quote: char, around: bool) -> Option<(usize, usize)> {
    let quotes: Vec<usize> = (0..chars.len()).filter(|place| chars[*place] == quote).collect();
    let pair = quotes.chunks_exact(2).find(|pair| at <= pair[1])?;
    Some(if around { (pair[0], pair[1] + 1) } else { (pair[0] + 1, pair[1]) })
}
