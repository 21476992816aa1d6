//! One line of text that is being typed.

use unicode_segmentation::UnicodeSegmentation;

/// A text and the cursor's place in it, in bytes, always between two characters as a person sees them.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct LineEdit {
    text: String,
    cursor: usize,
}

/// A change that a key asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Edit {
    Left,
    Right,
    WordLeft,
    WordRight,
    Start,
    End,
    DeleteBack,
    DeleteForward,
    DeleteWordBack,
    DeleteToStart,
    DeleteToEnd,
}

impl LineEdit {
    pub fn new(text: impl Into<String>) -> Self {
        let text = text.into();
        Self { cursor: text.len(), text }
    }

    pub fn text(&self) -> &str {
        &self.text
    }

    pub fn cursor(&self) -> usize {
        self.cursor
    }

    /// Puts in what was typed or pasted; line breaks become spaces, other control characters go.
    pub fn insert(&mut self, text: &str) {
        let text: String = text
            .chars()
            .map(|char| if matches!(char, '\n' | '\r' | '\t') { ' ' } else { char })
            .filter(|char| !char.is_control())
            .collect();
        self.text.insert_str(self.cursor, &text);
        self.cursor += text.len();
    }

    pub fn apply(&mut self, edit: Edit) {
        let target = match edit {
            Edit::Left | Edit::DeleteBack => self.before(),
            Edit::Right | Edit::DeleteForward => self.after(),
            Edit::WordLeft | Edit::DeleteWordBack => self.word_before(),
            Edit::WordRight => self.word_after(),
            Edit::Start | Edit::DeleteToStart => 0,
            Edit::End | Edit::DeleteToEnd => self.text.len(),
        };
        match edit {
            Edit::Left | Edit::Right | Edit::WordLeft | Edit::WordRight | Edit::Start | Edit::End => {
                self.cursor = target
            }
            _ => {
                let (from, to) = (target.min(self.cursor), target.max(self.cursor));
                self.text.replace_range(from..to, "");
                self.cursor = from;
            }
        }
    }

    fn before(&self) -> usize {
        self.text[..self.cursor].grapheme_indices(true).next_back().map_or(0, |(place, _)| place)
    }

    fn after(&self) -> usize {
        self.text[self.cursor..].graphemes(true).next().map_or(self.cursor, |char| self.cursor + char.len())
    }

    fn word_before(&self) -> usize {
        let head = self.text[..self.cursor].trim_end();
        head.rfind(char::is_whitespace).map_or(0, |place| place + 1)
    }

    fn word_after(&self) -> usize {
        let tail = &self.text[self.cursor..];
        let start = tail.len() - tail.trim_start().len();
        tail[start..].find(char::is_whitespace).map_or(self.text.len(), |place| self.cursor + start + place)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn editing_goes_by_characters_as_a_person_sees_them() {
        let mut line = LineEdit::new("a e\u{301}");
        line.apply(Edit::DeleteBack);
        assert_eq!((line.text(), line.cursor()), ("a ", 2));
        line.insert("b\nc\u{7}");
        assert_eq!(line.text(), "a b c");
        line.apply(Edit::DeleteWordBack);
        assert_eq!(line.text(), "a b ");
        line.apply(Edit::Start);
        line.apply(Edit::DeleteForward);
        assert_eq!(line.text(), " b ");
    }
}
