//! The detail layer: everything that explains one row, from the tables and from what was fetched for it.

mod cluster;
mod eks;
mod job;
mod namespace;
mod over_time;
mod sections;
pub mod view;

use std::sync::Arc;

use serde_json::Value;

use super::scroll::Scroll;
use crate::domain::event::EventRow;
use crate::domain::ids::{ClusterId, ObjectKey};
use crate::domain::text::clean;
use crate::screens::layout::LayerBox;
pub use crate::screens::layout::Section;
use crate::store::fleet::Fleet;
use crate::ui::frame::Piece;
use crate::yaml;

/// What is described.
#[derive(Debug, Clone, PartialEq)]
pub enum Subject {
    Cluster(ClusterId),
    Namespace(ClusterId, Arc<str>),
    Job(ClusterId, ObjectKey),
    CronJob(ClusterId, ObjectKey),
}

impl Subject {
    pub fn cluster(&self) -> ClusterId {
        match self {
            Subject::Cluster(id) | Subject::Namespace(id, _) | Subject::Job(id, _) | Subject::CronJob(id, _) => *id,
        }
    }
}

pub use crate::store::fleet::Fetched;

/// The layer's state.
#[derive(Debug, Clone, PartialEq)]
pub struct Detail {
    pub subject: Subject,
    /// The manifest's lines with the roles of their parts.
    pub object: Fetched<Vec<(String, Vec<yaml::Span>)>>,
    pub events: Fetched<Vec<EventRow>>,
    pub quotas: Fetched<Value>,
    pub scroll: Scroll,
    /// Columns scrolled away to the left.
    pub shift: usize,
    pub wrap: bool,
    pub search: String,
    /// Drawn lines that hold the text searched for, told by the last drawing, and the one gone to.
    found: Vec<usize>,
    found_at: Option<usize>,
    /// The section to show first, until it was drawn.
    wanted: Option<Section>,
    /// First line of each section, told by the last drawing.
    starts: Vec<(Section, usize)>,
}

/// A line of the description.
pub type DetailLine = Vec<Piece>;

impl Detail {
    pub fn new(subject: Subject, section: Section) -> Self {
        Self {
            subject,
            object: Fetched::Waiting,
            events: Fetched::Waiting,
            quotas: Fetched::Waiting,
            scroll: Scroll::default(),
            shift: 0,
            wrap: true,
            search: String::new(),
            found: Vec::new(),
            found_at: None,
            wanted: (section != Section::Summary).then_some(section),
            starts: Vec::new(),
        }
    }

    /// Keeps the object as the lines of its manifest, Secrets masked.
    pub fn put_object(&mut self, mut object: Value) {
        yaml::mask_secrets(&mut object);
        let mut state = yaml::LineState::default();
        let mut highlighted = |line: &str| {
            let (spans, next) = yaml::highlight(line, state);
            state = next;
            (line.to_owned(), spans)
        };
        let text = yaml::print(&object);
        self.object = Fetched::Got(text.lines().map(|line| highlighted(&clean(line))).collect());
    }

    /// Every line, with the line at which each section begins.
    pub fn lines(&self, fleet: &Fleet, now: i64) -> (Vec<DetailLine>, Vec<(Section, usize)>) {
        let mut out = sections::Sections::default();
        if let Some(cluster) = fleet.get(self.subject.cluster()) {
            match &self.subject {
                Subject::Cluster(_) => cluster::describe(cluster, now, &mut out),
                Subject::Namespace(_, name) => namespace::describe(self, cluster, name, now, &mut out),
                Subject::Job(_, key) => job::describe(self, cluster, key, now, &mut out),
                Subject::CronJob(_, key) => job::describe_cronjob(self, cluster, key, now, &mut out),
            }
        }
        out.finish()
    }

    pub fn go_to(&mut self, section: Section) {
        match self.starts.iter().find(|(found, _)| *found == section) {
            Some((_, line)) => self.scroll.go(*line),
            None => self.wanted = Some(section),
        }
    }

    pub fn go_section(&mut self, by: isize) {
        let here = self.section_place();
        let to = here.saturating_add_signed(by).min(self.starts.len().saturating_sub(1));
        if let Some((_, line)) = self.starts.get(to) {
            self.scroll.go(*line);
        }
    }

    /// The section that is at the top of the page.
    pub fn section(&self) -> Section {
        self.starts.get(self.section_place()).map_or(Section::Summary, |(section, _)| *section)
    }

    fn section_place(&self) -> usize {
        self.starts.iter().rposition(|(_, line)| *line <= self.scroll.top).unwrap_or(0)
    }

    /// Another text to search for; the next drawing finds its lines.
    pub fn search_for(&mut self, text: &str) {
        text.clone_into(&mut self.search);
        self.found_at = None;
    }

    /// Goes to the next line found (1) or the one before (-1), round the end. False when nothing is found.
    pub fn go_found(&mut self, by: isize) -> bool {
        let here = self.found_at.unwrap_or_else(|| self.scroll.top.saturating_sub(usize::from(by > 0)));
        let next = match by > 0 {
            true => self.found.iter().find(|line| **line > here).or(self.found.first()),
            false => self.found.iter().rfind(|line| **line < here).or(self.found.last()),
        };
        self.found_at = next.copied();
        if let Some(line) = self.found_at {
            self.scroll.go(line.saturating_sub(self.scroll.page / 3));
        }
        self.found_at.is_some()
    }

    pub fn drawn(&mut self, drawn: &LayerBox) {
        self.scroll.drawn(drawn.lines, drawn.page);
        let starts = &drawn.sections;
        self.starts.clone_from(starts);
        let first = self.found_at.is_none() && !self.search.is_empty() && self.found != drawn.found;
        self.found.clone_from(&drawn.found);
        if first {
            self.go_found(1);
        }
        // A section whose content is still on its way is gone to when it is there.
        if let Some(wanted) = self.wanted
            && let Some((_, line)) = starts.iter().find(|(section, _)| *section == wanted)
        {
            self.scroll.go(*line);
            let waits = matches!(self.object, Fetched::Waiting) && wanted == Section::Manifest;
            let events_wait = matches!(self.events, Fetched::Waiting) && wanted == Section::Events;
            if !waits && !events_wait {
                self.wanted = None;
            }
        }
    }

    /// The text of the section at the top of the page, for the clipboard.
    pub fn plain(&self, fleet: &Fleet, now: i64) -> String {
        let (lines, starts) = self.lines(fleet, now);
        let section = self.section();
        let from = starts.iter().find(|(found, _)| *found == section).map_or(0, |(_, line)| *line);
        let to = starts.iter().map(|(_, line)| *line).find(|line| *line > from).unwrap_or(lines.len());
        let text = |line: &DetailLine| line.iter().map(|piece| piece.text.as_str()).collect::<String>();
        lines[from..to].iter().map(|line| text(line).trim_end().to_owned() + "\n").collect()
    }
}
