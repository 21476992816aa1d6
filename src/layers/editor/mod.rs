//! A text of manifests that is being written: checked while one types, kept as a draft, never sent from here.
//!
//! The layer is pure. Keys that the keymap gives to no command come to [`Editor::key`]; what is to be done outside is
//! for the caller: fetching the schemas that [`Editor::wanted_schemas`] names, keeping [`Editor::draft`].

mod colours;
mod complete;
mod conflict;
mod edit;
mod insert;
mod objects;
mod problems;
mod server;
#[cfg(test)]
mod tests;
pub mod view;
mod vim;

use std::collections::BTreeMap;
use std::sync::Arc;

pub use buffer::At;
use buffer::Buffer;
use colours::Colours;
pub use complete::Completing;
pub use conflict::Conflict;
pub use problems::{Shown, Source};
pub use server::ServerMessage;
pub use vim::Mode;
use vim::Vim;

use super::line_edit::LineEdit;
use crate::domain::draft::{Draft, DraftId, DraftPurpose};
use crate::domain::ids::ClusterId;
use crate::domain::schema::Schema;
use crate::input::event::Key;
pub use crate::ui::text_buffer as buffer;
use crate::yaml::manifest::Document;

/// What an editor is opened with.
#[derive(Debug, Clone, PartialEq)]
pub struct EditorStart {
    /// `new Job`, `edit Job settle`.
    pub title: String,
    pub cluster: ClusterId,
    pub cluster_name: String,
    /// Where documents go that name no namespace of their own.
    pub namespace: String,
    /// `from template plain`; may be empty.
    pub origin: String,
    pub text: String,
    pub purpose: DraftPurpose,
    pub draft: DraftId,
    pub fingers: Fingers,
    /// The cluster's version as it says it; empty where it is not known.
    pub server_version: String,
}

/// Which keys a person's fingers know.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Fingers {
    #[default]
    Plain,
    Vim,
    Emacs,
}

/// What a key asks of the caller.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Asked {
    #[default]
    Nothing,
    Apply,
    DryRun,
    Close,
}

/// What is known of the schema of one apiVersion.
#[derive(Debug, Clone)]
pub enum SchemaState {
    Loading,
    Got(Arc<Schema>),
    /// Why there is none, in words, and when it is worth another try (Unix milliseconds).
    Failed {
        words: String,
        again_ms: Option<i64>,
    },
}

/// The editor's state.
#[derive(Debug, Clone)]
pub struct Editor {
    pub title: String,
    pub cluster: ClusterId,
    pub cluster_name: String,
    pub namespace: String,
    pub origin: String,
    pub purpose: DraftPurpose,
    pub draft: DraftId,
    fingers: Fingers,
    server_version: String,
    buffer: Buffer,
    colours: Colours,
    problems: problems::Problems,
    schemas: BTreeMap<String, SchemaState>,
    vim: Vim,
    /// The other end of what is selected.
    anchor: Option<At>,
    /// What was cut or copied last, and whether it is whole lines.
    register: (String, bool),
    /// The column that up and down keep to.
    wanted_column: Option<usize>,
    completing: Option<Completing>,
    /// The line in which one types what is searched for, and what is searched for.
    finding: Option<LineEdit>,
    sought: String,
    conflict: Option<Conflict>,
    /// A word to the person, until the next key.
    note: Option<String>,
    /// First shown line, and first shown cell of every line.
    top: usize,
    left: usize,
    /// Lines and cells that the last drawing had room for.
    room: (usize, usize),
    /// Counts changes of the text.
    version: u64,
    kept_version: u64,
    /// When the draft is to be written (Unix milliseconds).
    keep_due: Option<i64>,
    /// The newest draft is not on the disk.
    unkept: bool,
}

/// How long after a change its draft is written, in milliseconds.
const KEEP_MS: i64 = 400;

impl PartialEq for Editor {
    /// By what a person would call the same: the text, the cursor, and what it is for.
    fn eq(&self, other: &Self) -> bool {
        self.draft == other.draft
            && self.buffer.lines() == other.buffer.lines()
            && self.buffer.cursor() == other.buffer.cursor()
            && self.purpose == other.purpose
    }
}

impl Editor {
    pub fn new(start: EditorStart) -> Self {
        let buffer = Buffer::new(&start.text);
        let mut editor = Self {
            title: start.title,
            cluster: start.cluster,
            cluster_name: start.cluster_name,
            namespace: start.namespace,
            origin: start.origin,
            purpose: start.purpose,
            draft: start.draft,
            fingers: start.fingers,
            server_version: start.server_version,
            buffer,
            colours: Colours::default(),
            problems: problems::Problems::default(),
            schemas: BTreeMap::new(),
            vim: Vim::new(start.fingers == Fingers::Vim),
            anchor: None,
            register: (String::new(), false),
            wanted_column: None,
            completing: None,
            finding: None,
            sought: String::new(),
            conflict: None,
            note: None,
            top: 0,
            left: 0,
            room: (20, 70),
            version: 0,
            kept_version: 0,
            keep_due: None,
            unkept: false,
        };
        editor.examine();
        editor.settle();
        editor
    }

    pub fn text(&self) -> String {
        self.buffer.text()
    }

    pub fn lines(&self) -> &[String] {
        self.buffer.lines()
    }

    pub fn cursor(&self) -> At {
        self.buffer.cursor()
    }

    pub fn mode(&self) -> Option<Mode> {
        (self.fingers == Fingers::Vim).then_some(self.vim.mode)
    }

    pub fn documents(&self) -> &[Document] {
        self.problems.documents()
    }

    /// In the order of the text.
    pub fn problems(&self) -> &[Shown] {
        self.problems.shown()
    }

    pub fn conflict_with(&self) -> Option<&Conflict> {
        self.conflict.as_ref()
    }

    /// One key that is no command.
    pub fn key(&mut self, key: Key, now_ms: i64) -> Asked {
        self.note = None;
        let asked = if self.finding.is_some() {
            self.find_key(key);
            Asked::Nothing
        } else if self.completing.is_some() && self.completion_key(key, now_ms) {
            Asked::Nothing
        } else if self.fingers == Fingers::Vim && self.vim.mode != Mode::Insert {
            self.vim_key(key, now_ms)
        } else {
            self.insert_key(key, now_ms);
            Asked::Nothing
        };
        self.settle();
        asked
    }

    /// Pasted text goes in as it is, at once, and is one step of the history.
    pub fn paste(&mut self, text: &str, now_ms: i64) {
        self.note = None;
        if let Some(line) = &mut self.finding {
            line.insert(text);
            self.find_typed();
        } else {
            self.completing = None;
            self.insert(text, buffer::Grouping::Alone, now_ms);
        }
        self.settle();
    }

    /// What `esc` does here, from the inside out. False: nothing is open, and the editor may close.
    pub fn escape(&mut self) -> bool {
        let was_vim = self.fingers == Fingers::Vim;
        let done = if self.completing.take().is_some() {
            true
        } else if self.finding.take().is_some() {
            self.sought.clear();
            true
        } else if was_vim && self.vim.mode == Mode::Normal && !self.vim.is_pending() {
            self.note = Some(":q closes and keeps the draft, :w applies".to_owned());
            true
        } else if was_vim {
            self.vim_escape();
            true
        } else {
            self.anchor.take().is_some()
        };
        self.settle();
        done
    }

    /// Says a word until the next key.
    pub fn say(&mut self, words: impl Into<String>) {
        self.note = Some(words.into());
    }

    /// When something is to be done without a key: problems found, the draft written (Unix milliseconds).
    pub fn due(&self) -> Option<i64> {
        [self.problems.due, self.keep_due].into_iter().flatten().min()
    }

    /// A time that [`Editor::due`] named has come: looks for problems anew.
    pub fn tick(&mut self, now_ms: i64) {
        if self.problems.due.is_some_and(|due| due <= now_ms) {
            self.examine();
            self.settle();
        }
    }

    /// The draft, if it is to be written now.
    pub fn draft_due(&mut self, now_ms: i64) -> Option<Draft> {
        self.keep_due.filter(|due| *due <= now_ms)?;
        self.draft_now(now_ms)
    }

    /// The draft, if the text changed since it was last given out.
    pub fn draft_now(&mut self, now_ms: i64) -> Option<Draft> {
        self.keep_due = None;
        if self.kept_version == self.version {
            return None;
        }
        self.kept_version = self.version;
        Some(self.draft(now_ms))
    }

    /// The text as a draft.
    pub fn draft(&self, now_ms: i64) -> Draft {
        Draft {
            id: self.draft.clone(),
            title: self.title.clone(),
            cluster: self.cluster_name.clone(),
            namespace: self.namespace.clone(),
            origin: self.origin.clone(),
            purpose: self.purpose.clone(),
            changed_ms: now_ms,
            text: self.text(),
        }
    }

    /// The draft was written, or could not be: then it is tried again.
    pub fn draft_kept(&mut self, is_kept: bool, now_ms: i64) {
        self.unkept = !is_kept;
        if !is_kept {
            self.kept_version = self.version.wrapping_sub(1);
            self.keep_due = Some(now_ms + 10 * KEEP_MS);
        }
    }

    /// Writing the newest draft failed: the text is here alone.
    pub fn is_unkept(&self) -> bool {
        self.unkept
    }

    pub fn is_changed(&self) -> bool {
        self.version > 0
    }

    /// What `$EDITOR` made of the text.
    pub fn replace_all(&mut self, text: &str, now_ms: i64) {
        let cursor = self.buffer.cursor();
        let text = text.strip_suffix('\n').filter(|_| !self.text().ends_with('\n')).unwrap_or(text);
        if text != self.text() {
            self.edit(At::default(), self.buffer.last(), text, buffer::Grouping::Alone, now_ms);
            self.buffer.go(cursor);
        }
        self.settle();
    }

    /// The drawing had room for this many lines and cells. True: other lines are to be shown because of that.
    pub fn drawn(&mut self, lines: usize, cells: usize) -> bool {
        let before = (self.top, self.left);
        if self.room != (lines, cells) {
            self.room = (lines, cells);
            self.settle();
        }
        before != (self.top, self.left)
    }

    /// Schemas that the text needs and that nobody asked for yet, or not since it failed: they count as asked for now.
    pub fn wanted_schemas(&mut self, now_ms: i64) -> Vec<String> {
        let is_known = |version: &String| match self.schemas.get(version) {
            Some(SchemaState::Failed { again_ms, .. }) => again_ms.is_none_or(|again| now_ms < again),
            known => known.is_some(),
        };
        let versions = self.problems.documents().iter().map(|document| document.api_version.clone());
        let mut wanted: Vec<String> = versions.filter(|version| is_version(version) && !is_known(version)).collect();
        wanted.sort();
        wanted.dedup();
        for version in &wanted {
            self.schemas.insert(version.clone(), SchemaState::Loading);
        }
        wanted
    }

    pub fn put_schema(&mut self, api_version: &str, state: SchemaState) {
        self.schemas.insert(api_version.to_owned(), state);
        self.examine();
        self.settle();
    }
}

/// Whether a text can be a whole `apiVersion`: what is half typed is not asked for.
fn is_version(text: &str) -> bool {
    let (group, version) = text.split_once('/').unwrap_or(("x", text));
    let plain = |char: char| char.is_ascii_lowercase() || char.is_ascii_digit() || matches!(char, '.' | '-');
    let digits = version.strip_prefix('v').unwrap_or_default();
    let stage = digits.trim_start_matches(|char: char| char.is_ascii_digit());
    let whole = match stage.strip_prefix("alpha").or(stage.strip_prefix("beta")) {
        Some(number) => !number.is_empty() && number.chars().all(|char| char.is_ascii_digit()),
        None => stage.is_empty(),
    };
    !group.is_empty() && group.chars().all(plain) && digits.starts_with(|char: char| char.is_ascii_digit()) && whole
}
