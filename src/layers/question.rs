//! A change of the fleet that waits for its answer: a cluster that leaves the registry, access to an EKS cluster.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::confirm::lines::{Line, line, told};
use super::confirm::view::{Painted, paint, place_badge, wanted_word};
use super::line_edit::LineEdit;
use super::pace::Pace;
use super::scroll::Scroll;
use crate::domain::gate::aws::{AccessAsk, AccessProposal, ApprovedAccess};
use crate::domain::gate::{Answer, Level, NotConfirmed, Place, Report};
use crate::domain::health::Trouble;
use crate::domain::registry::Remove;
use crate::domain::text::clean;
use crate::input::context::LayerKind;
use crate::screens::layout::LayerBox;
use crate::ui::theme::{Role, Theme};

/// What is asked.
#[derive(Debug, Clone, PartialEq)]
pub enum About {
    /// A cluster leaves the registry.
    Remove {
        place: Place,
        /// What goes with it and what stays, in words.
        lines: Vec<String>,
        /// The file that would get a copy before.
        file: String,
        is_exported: bool,
    },
    /// Somebody's access to a cluster is changed.
    Access { ask: AccessAsk, proposal: Option<Box<AccessProposal>> },
}

/// Where the question stands.
#[derive(Debug, Clone, PartialEq)]
pub enum Stage {
    /// It is read what the change would do.
    Looking,
    Asked,
    /// It is carried out.
    Running,
    /// Nothing was done, and why.
    Failed(Trouble),
    /// Not all of it was done.
    Told(Box<Report>),
}

/// The right answer, to be carried out.
#[derive(Debug, PartialEq)]
pub enum Agreed {
    Remove(Remove),
    Access(Box<ApprovedAccess>),
}

/// The layer's state.
#[derive(Debug, Clone, PartialEq)]
pub struct Question {
    /// Tells answers to this question from those to older ones.
    pub serial: u64,
    pub about: About,
    pub stage: Stage,
    /// What is typed, where a word is wanted.
    pub line: LineEdit,
    pub scroll: Scroll,
    pub pace: Pace,
    /// What was wrong with the last answer.
    pub wrong: Option<String>,
}

impl Question {
    pub fn new(serial: u64, about: About, stage: Stage) -> Self {
        let (line, scroll, pace) = (LineEdit::default(), Scroll::default(), Pace::default());
        Self { serial, about, stage, line, scroll, pace, wrong: None }
    }

    pub fn kind(&self) -> LayerKind {
        match self.level() {
            Some(Level::Yes) => LayerKind::Confirm,
            Some(Level::Word { .. }) => LayerKind::ConfirmWord,
            None => LayerKind::Outcome,
        }
    }

    /// What must be answered; `None` where nothing can.
    fn level(&self) -> Option<Level> {
        match (&self.about, &self.stage) {
            (About::Remove { place, .. }, Stage::Asked) => {
                Some(Level::Word { word: place.cluster.clone(), is: "the cluster's name" })
            }
            (About::Access { proposal: Some(proposal), .. }, Stage::Asked) => {
                proposal.hindrance().is_none().then(|| proposal.level())
            }
            _ => None,
        }
    }

    fn place(&self) -> Option<&Place> {
        match &self.about {
            About::Remove { place, .. } => Some(place),
            About::Access { proposal, .. } => proposal.as_ref().map(|proposal| &proposal.place),
        }
    }

    /// Whether a key counts: see [`Pace::takes_key`].
    pub fn takes_key(&mut self, repeat: bool, now_ms: i64) -> bool {
        let by_one_key = self.level() == Some(Level::Yes);
        self.pace.takes_key(repeat, self.stage == Stage::Asked, by_one_key, now_ms)
    }

    /// Pasted text answers nothing.
    pub fn pasted(&mut self) {
        if self.stage == Stage::Asked {
            self.wrong = Some("pasted text answers nothing: type it".to_owned());
        }
    }

    /// It was read what the change would do: it is asked, and nothing typed before counts.
    pub fn put(&mut self, read: Box<AccessProposal>) {
        let About::Access { proposal, .. } = &mut self.about else { return };
        *proposal = Some(read);
        self.stage = Stage::Asked;
        self.line = LineEdit::default();
        self.pace.shown_ms = None;
    }

    /// What was drawn is the question.
    pub fn drawn(&mut self, now_ms: i64) {
        if self.stage == Stage::Asked {
            self.pace.drawn(now_ms);
        }
    }

    /// Whether a copy is written before is turned round.
    pub fn toggle_export(&mut self) {
        if let About::Remove { is_exported, .. } = &mut self.about {
            *is_exported = !*is_exported;
        }
    }

    /// Takes the answer. A wrong one changes nothing but what the layer says.
    pub fn answer(&mut self, now_ms: i64) -> Option<Agreed> {
        if self.stage != Stage::Asked || !self.pace.is_settled(now_ms) {
            return None;
        }
        let typed = self.line.text();
        let answered = match &self.about {
            About::Remove { place, file, is_exported, .. } => {
                let (name, typed) = (place.cluster.clone(), typed.to_owned());
                match typed == name {
                    true => Ok(Agreed::Remove(Remove { name, typed, export: is_exported.then(|| file.clone()) })),
                    false => Err(NotConfirmed::WrongWord { word: name, is: "the cluster's name" }),
                }
            }
            About::Access { proposal, .. } => {
                let answer = Answer::Keys { typed, shown_ms: self.pace.shown_ms, now_ms };
                proposal.as_ref()?.confirm(&answer).map(|approved| Agreed::Access(Box::new(approved)))
            }
        };
        match answered {
            Ok(agreed) => {
                self.stage = Stage::Running;
                Some(agreed)
            }
            Err(NotConfirmed::TooEarly) => None,
            Err(error) => {
                self.wrong = Some(error.to_string());
                None
            }
        }
    }

    fn title(&self) -> String {
        match &self.about {
            About::Remove { place, .. } => format!("Remove {} from the registry", place.cluster),
            About::Access { ask, .. } => {
                let verb = if ask.verb().word() == "grant" { "Grant" } else { "Revoke" };
                format!("{verb} access to {}", clean(&ask.cluster.name))
            }
        }
    }

    fn lines(&self) -> Vec<Line> {
        match (&self.stage, &self.about) {
            (Stage::Looking, _) => vec![line("reading who may enter\u{2026}", Role::Dim)],
            (Stage::Running, _) => vec![line("sending\u{2026}", Role::Dim)],
            (Stage::Failed(trouble), _) => failed(trouble),
            (Stage::Told(report), _) => told(report),
            (Stage::Asked, About::Remove { lines, .. }) => {
                lines.iter().map(|words| line(clean(words), Role::Text)).collect()
            }
            (Stage::Asked, About::Access { proposal, .. }) => {
                let words = proposal.iter().flat_map(|proposal| proposal.told());
                let warnings = proposal.as_ref().map_or(0, |proposal| proposal.warnings.len());
                let words: Vec<String> = words.collect();
                let plain = words.len().saturating_sub(warnings);
                let role = |place: usize| if place < plain { Role::Text } else { Role::Warning };
                words.iter().enumerate().map(|(place, words)| line(clean(words), role(place))).collect()
            }
        }
    }

    fn foot(&self) -> Vec<Line> {
        if let (Stage::Asked, About::Access { proposal: Some(proposal), .. }) = (&self.stage, &self.about)
            && let Some(hindrance) = proposal.hindrance()
        {
            let mut lines = failed(&hindrance);
            lines.push(line("nothing was changed \u{b7} esc closes", Role::Dim));
            return lines;
        }
        let mut lines: Vec<Line> = self.wrong.iter().map(|wrong| line(clean(wrong), Role::Warning)).collect();
        let does = match &self.about {
            About::Remove { .. } => "remove",
            About::Access { ask, .. } => ask.verb().word(),
        };
        match (self.level(), self.place(), &self.stage) {
            (Some(Level::Yes), ..) => {
                lines.push(line(format!("y  {does}      n, esc  change nothing"), Role::Text));
            }
            (Some(Level::Word { word, is }), Some(place), _) => {
                if let About::Remove { file, is_exported, .. } = &self.about {
                    let words = match is_exported {
                        true => format!("first a copy is written to {file}, kubeconfig encrypted \u{b7} tab  no copy"),
                        false => format!("tab  write a copy to {file} first, kubeconfig encrypted"),
                    };
                    lines.push(line(clean(&words), if *is_exported { Role::Ok } else { Role::Info }));
                }
                lines.extend(wanted_word(place, &word, is, &self.line));
                lines.push(line(format!("enter  {does}      esc  change nothing"), Role::Dim));
            }
            (.., Stage::Looking) => lines.push(line("esc changes nothing", Role::Dim)),
            _ => lines.push(line("esc closes", Role::Dim)),
        }
        lines
    }
}

fn failed(trouble: &Trouble) -> Vec<Line> {
    let remedy = trouble.remedy.iter().map(|remedy| line(clean(remedy), Role::Info));
    std::iter::once(line(clean(&trouble.words), Role::Broken)).chain(remedy).collect()
}

/// Draws the layer in the middle of `area`. Gives the cursor's place where a word is typed.
pub fn draw(question: &Question, area: Rect, buffer: &mut Buffer, theme: &Theme) -> (LayerBox, Option<(u16, u16)>) {
    let painted = Painted {
        title: question.title(),
        badge: question.place().map(place_badge).unwrap_or_default(),
        body: question.lines(),
        foot: question.foot(),
        top: question.scroll.top,
        typed: &question.line,
        is_asked: question.stage == Stage::Asked,
    };
    paint(painted, area, buffer, theme)
}
