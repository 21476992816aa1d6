//! What is wrong with the text, by lines: found here, by the schema, and told by the server.

use super::buffer::Change;
use super::{Editor, SchemaState};
use crate::domain::field_path::Step;
use crate::domain::schema::FaultKind;
use crate::yaml::manifest::{self, Document, Places, Severity};

/// Who found a problem.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Source {
    Text,
    Schema,
    Server,
}

/// A problem at its line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shown {
    /// From 0; column in characters.
    pub line: usize,
    pub column: usize,
    pub words: String,
    /// It does not keep the text from being submitted.
    pub warning: bool,
    pub source: Source,
}

#[derive(Debug, Clone, Default)]
pub struct Problems {
    shown: Vec<Shown>,
    documents: Vec<Document>,
    /// When the text is to be looked at anew (Unix milliseconds).
    pub due: Option<i64>,
}

/// A text of more lines is looked at when the typing pauses.
const AT_ONCE: usize = 800;
const PAUSE_MS: i64 = 300;
/// Problems that stand beneath one line.
pub const BENEATH: usize = 3;

impl Problems {
    pub fn shown(&self) -> &[Shown] {
        &self.shown
    }

    pub fn documents(&self) -> &[Document] {
        &self.documents
    }

    /// Problems of one line.
    pub fn of(&self, line: usize) -> &[Shown] {
        let from = self.shown.partition_point(|shown| shown.line < line);
        let to = self.shown.partition_point(|shown| shown.line <= line);
        &self.shown[from..to]
    }

    /// Rows that the problems of these lines take.
    pub fn rows_within(&self, first: usize, last: usize) -> usize {
        let from = self.shown.partition_point(|shown| shown.line < first);
        let to = self.shown.partition_point(|shown| shown.line <= last);
        self.shown[from..to].chunk_by(|left, right| left.line == right.line).map(|one| one.len().min(BENEATH)).sum()
    }

    /// Those of lines that changed are gone, the others move with their lines.
    pub fn changed(&mut self, change: Change) {
        let last = change.line + change.removed;
        self.shown.retain(|shown| shown.line < change.line || shown.line > last);
        for shown in self.shown.iter_mut().filter(|shown| shown.line > last) {
            shown.line = shown.line + change.added - change.removed;
        }
    }

    pub fn add(&mut self, shown: impl IntoIterator<Item = Shown>) {
        self.shown.extend(shown);
        self.shown.sort_by(|left, right| {
            (left.line, left.source, left.column).cmp(&(right.line, right.source, right.column))
        });
        self.shown.dedup();
    }

    pub fn forget(&mut self, source: Source) {
        self.shown.retain(|shown| shown.source != source);
    }
}

impl Editor {
    pub(super) fn examine_soon(&mut self, now_ms: i64) {
        if self.lines().len() <= AT_ONCE {
            self.examine();
        } else {
            self.problems.due = Some(now_ms + PAUSE_MS);
        }
    }

    /// Looks at the whole text now.
    pub(super) fn examine(&mut self) {
        self.problems.due = None;
        let text = self.text();
        let found = manifest::documents(&text);
        let mut shown: Vec<Shown> = Vec::new();
        if !text.trim().is_empty() {
            shown.extend(found.problems.iter().map(|problem| Shown {
                line: problem.place.line,
                column: problem.place.column,
                words: match problem.remedy {
                    "" => problem.words.clone(),
                    remedy => format!("{}: {remedy}", problem.words),
                },
                warning: problem.severity == Severity::Warning,
                source: Source::Text,
            }));
        }
        let mut index: Option<((usize, usize), Places)> = None;
        for document in &found.documents {
            let Some(SchemaState::Got(schema)) = self.schemas.get(&document.api_version) else { continue };
            let faults = schema.check(&document.value, &document.kind);
            if !schema.knows(&document.kind) && !document.kind.is_empty() {
                let words = format!("{} has no kind {}", document.api_version, document.kind);
                shown.push(Shown {
                    line: document.first_line,
                    column: 0,
                    words,
                    warning: true,
                    source: Source::Schema,
                });
            }
            for fault in faults {
                if index.as_ref().is_none_or(|(part, _)| *part != document.part()) {
                    index = Some((document.part(), document.places(&text)));
                }
                let Some((_, places)) = &index else { continue };
                // What the rules of manifests told is not told twice.
                let told = fault.kind == FaultKind::NotAllowed
                    && matches!(fault.path.last(), Some(Step::Key(key)) if &**key == "restartPolicy")
                    && matches!(document.kind.as_str(), "Job" | "CronJob");
                if told {
                    continue;
                }
                let place = document.place_in(places, &fault.path);
                let (line, column) = place.map_or((document.first_line, 0), |place| (place.line, place.column));
                shown.push(Shown { line, column, words: fault.words, warning: true, source: Source::Schema });
            }
        }
        self.problems.forget(Source::Text);
        self.problems.forget(Source::Schema);
        self.problems.documents = found.documents;
        self.problems.add(shown);
    }

    /// The first problem that keeps the text from being submitted, after a look at the newest text.
    pub fn first_error(&mut self) -> Option<Shown> {
        if self.problems.due.is_some() {
            self.examine();
        }
        self.problems.shown.iter().find(|shown| shown.source == Source::Text && !shown.warning).cloned()
    }

    /// What is known of the schema that the document at the cursor needs, in a few words.
    pub fn schema_words(&self) -> String {
        let line = self.cursor().line;
        let documents = self.documents();
        let here = documents.iter().rfind(|document| document.first_line <= line).or(documents.first());
        let Some(version) = here.map(|document| &document.api_version).filter(|version| !version.is_empty()) else {
            return String::new();
        };
        match self.schemas.get(version) {
            Some(SchemaState::Got(schema)) => {
                // The cluster's own word has the patch release too.
                let said = [&self.server_version, &schema.server_version].into_iter().find(|said| !said.is_empty());
                let server = said.map_or("", |said| said.trim_start_matches('v'));
                let server = server.split(['-', '+']).next().unwrap_or(server);
                if server.is_empty() { "checked".to_owned() } else { format!("checked against {server}") }
            }
            Some(SchemaState::Failed { words: why, .. }) => format!("no schema: {why}"),
            Some(SchemaState::Loading) => "schema: loading".to_owned(),
            None => "not checked against the cluster".to_owned(),
        }
    }
}
