//! What an API server said about the text, put on the lines that it speaks of.

use super::problems::{Shown, Source};
use super::{At, Editor};
use crate::domain::text::clean;
use crate::yaml::manifest::told;

/// Words of the server about one document: `Status.details.causes`, or its message.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ServerMessage {
    /// Which of [`Editor::documents`].
    pub document: usize,
    /// The field's path as the server writes it, where it tells one, and what it says.
    pub fields: Vec<(Option<String>, String)>,
}

impl Editor {
    /// Puts the server's words on their lines; those of an answer before are gone. The cursor goes to the first. A line
    /// loses its words when it is edited.
    pub fn server_said(&mut self, messages: Vec<ServerMessage>) {
        self.examine();
        self.problems.forget(Source::Server);
        let text = self.text();
        let mut shown = Vec::new();
        for message in &messages {
            let Some(document) = self.documents().get(message.document) else { continue };
            let places = document.places(&text);
            for (field, words) in &message.fields {
                for (path, words) in told(field.as_deref(), words) {
                    let place = path.as_ref().and_then(|path| document.place_told(&places, path));
                    let (line, column) = place.map_or((document.first_line, 0), |place| (place.line, place.column));
                    let words = clean(&words).into_owned();
                    shown.push(Shown { line, column, words, warning: false, source: Source::Server });
                }
            }
        }
        shown.sort_by_key(|shown| (shown.line, shown.column));
        if let Some(first) = shown.first() {
            self.go(At::new(first.line, first.column), false);
        }
        self.problems.add(shown);
        self.settle();
    }
}
