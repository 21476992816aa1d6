//! Whatever is typed, clicked and pasted in whatever order: no panic, and nothing is carried out that was not asked,
//! shown and answered.

use std::sync::Arc;

use proptest::prelude::*;
use ratatui::Terminal;
use ratatui::backend::TestBackend;
use serde_json::json;

use crate::app::fixtures::*;
use crate::app::message::Message;
use crate::app::model::Model;
use crate::app::update::update;
use crate::domain::effect::Effect;
use crate::domain::gate::samples::{done, proposal, report};
use crate::domain::gate::{Ask, DryRun, Environment, Fate, Progress, Proposal, Right, Rights, SETTLE_MS, Verb};
use crate::domain::health::Trouble;
use crate::domain::ids::ObjectKey;
use crate::domain::request::{FetchReply, FetchRequest, PortError, PortErrorKind};
use crate::input::commands::CommandId;
use crate::input::context::Place;
use crate::input::event::{InputEvent, Key};
use crate::input::keymap::{Base, Keymap};
use crate::layers::Layer;
use crate::layers::confirm::{Confirm, Stage};

/// What happens at the terminal.
#[derive(Debug, Clone)]
enum Step {
    Key(String),
    /// Back to the deck and into a change, so that questions come up often.
    Begin(CommandId),
    Repeat(&'static str),
    Paste(&'static str),
    Click(u16, u16),
    /// The right answer, as a person would give it.
    Answer,
    /// The answer of somebody who is in a hurry, or wrong.
    Wrong,
    /// The cluster answers all that it was asked, well or badly.
    World(u8),
}

/// What leads to a question or towards one.
const CHANGES: [CommandId; 9] = [
    CommandId::JobDelete,
    CommandId::JobDelete,
    CommandId::JobSuspend,
    CommandId::JobRerun,
    CommandId::JobNew,
    CommandId::NewEmptyJob,
    CommandId::NamespaceDelete,
    CommandId::NamespaceNew,
    CommandId::CronJobs,
];

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        8 => any_key().prop_map(Step::Key),
        4 => prop::sample::select(CHANGES.to_vec()).prop_map(Step::Begin),
        1 => prop::sample::select(vec!["y", "enter", "ctrl-d"]).prop_map(Step::Repeat),
        1 => prop::sample::select(vec!["y", "y\n", "settle", "left\n", "kind: Job\nmetadata: {name: a}\n", "\u{1b}[2J"])
            .prop_map(Step::Paste),
        1 => (0u16..100, 0u16..40).prop_map(|(x, y)| Step::Click(x, y)),
        3 => Just(Step::Answer),
        1 => Just(Step::Wrong),
        5 => any::<u8>().prop_map(Step::World),
    ]
}

/// A deck with Jobs, namespaces and a CronJob.
fn fleet(base: Base) -> Model {
    let mut model = opened();
    model.keymap = Arc::new(Keymap::load(base, None).0);
    rows(&mut model, LEFT, vec![cronjob_row("checkout", "nightly")]);
    model
}

/// The program with its surroundings, and what a watcher notes of them.
struct Watched {
    model: Model,
    base: Base,
    now: i64,
    environment: Environment,
    terminal: Terminal<TestBackend>,
    /// What the outside world has not answered yet.
    due: Vec<Effect>,
    running: Option<(u64, Ask)>,
    /// The question that was painted, and when first.
    painted: Option<(u64, Proposal, i64)>,
    carried_out: usize,
    asked: usize,
}

impl Watched {
    fn new(base: Base, environment: Environment, (width, height): (u16, u16)) -> Self {
        let model = fleet(base);
        let terminal = Terminal::new(TestBackend::new(width, height)).unwrap();
        let (due, running, painted) = (Vec::new(), None, None);
        Self { model, base, now: NOW, environment, terminal, due, running, painted, carried_out: 0, asked: 0 }
    }

    fn confirm(&self) -> Option<&Confirm> {
        match self.model.layers.last() {
            Some(Layer::Confirm(confirm)) => Some(confirm),
            _ => None,
        }
    }

    /// The word that a careful cluster wants, by the rules as they are written down and not as the program has them.
    fn word(&self, proposal: &Proposal) -> Option<String> {
        let possible: Vec<&str> = proposal.possible().map(|target| target.write.name.as_str()).collect();
        let namespaces = proposal.targets.iter().any(|target| target.write.resource.kind == "Namespace");
        let goes = namespaces && proposal.verb() == Verb::Delete;
        match (possible.as_slice(), self.environment) {
            ([name], Environment::Production) => Some((*name).to_owned()),
            ([name], _) if goes => Some((*name).to_owned()),
            (_, Environment::Production) => Some("left".to_owned()),
            _ if goes => Some("left".to_owned()),
            ([_], _) | (_, Environment::Development) => None,
            (several, _) => Some(several.len().to_string()),
        }
    }

    fn send(&mut self, message: Message) -> Result<(), TestCaseError> {
        let pasted = matches!(message, Message::Input(InputEvent::Paste(_)));
        let typed = self.confirm().map(|confirm| confirm.line.text().to_owned());
        let from_outside = matches!(message, Message::Input(_));
        let effects = update(&mut self.model, message, self.now);
        if pasted && let (Some(before), Some(confirm)) = (&typed, self.confirm()) {
            prop_assert_eq!(confirm.line.text(), before, "a paste went into the answer");
        }
        for effect in effects {
            if let Effect::Execute { serial, approved } = effect {
                prop_assert!(from_outside && !pasted, "carried out without a key");
                let Some((asked, proposal, since)) = self.painted.take() else {
                    return Err(TestCaseError::fail("carried out, but no question was painted"));
                };
                prop_assert_eq!(asked, serial, "another question was painted");
                prop_assert!(self.now - since >= SETTLE_MS, "nobody could read it: {} ms", self.now - since);
                if let Some(word) = self.word(&proposal) {
                    prop_assert_eq!(typed.as_deref(), Some(word.as_str()), "the word was not typed");
                }
                let answered = (approved.proposal(), approved.cluster(), approved.verb());
                prop_assert_eq!(answered, (proposal.id, proposal.ask.cluster, proposal.verb()));
                let written: Vec<_> = approved.into_writes().map(|(_, target)| target).collect();
                let shown: Vec<_> = proposal.possible().cloned().collect();
                prop_assert_eq!(written, shown, "something else than what was shown");
                self.running = Some((serial, proposal.ask));
                self.carried_out += 1;
            } else {
                self.asked += usize::from(matches!(effect, Effect::Propose { .. }));
                self.due.push(effect);
            }
        }
        self.draw();
        Ok(())
    }

    fn draw(&mut self) {
        let mut layout = None;
        let (model, now) = (&self.model, self.now);
        self.terminal.draw(|frame| layout = Some(crate::app::view::view(model, now, frame))).unwrap();
        self.due.extend(update(&mut self.model, Message::Drawn(Box::new(layout.unwrap())), self.now));
        let asked = self.confirm().and_then(|confirm| match &confirm.stage {
            Stage::Asked(proposal) => Some((confirm.serial, (**proposal).clone())),
            _ => None,
        });
        match (asked, &self.painted) {
            (Some((serial, _)), Some((painted, ..))) if serial == *painted => {}
            (Some((serial, proposal)), _) => self.painted = Some((serial, proposal, self.now)),
            // Beneath another layer it stands there still.
            (None, _) if self.model.layers.iter().any(|layer| matches!(layer, Layer::Confirm(_))) => {}
            (None, _) => self.painted = None,
        }
    }

    fn key(&mut self, key: &str, repeat: bool) -> Result<(), TestCaseError> {
        match Key::parse(key) {
            Ok(key) => self.send(Message::Input(InputEvent::Key { key, repeat })),
            Err(_) => Ok(()),
        }
    }

    /// Leaves every layer and presses the command's key on a row.
    fn begin(&mut self, command: CommandId) -> Result<(), TestCaseError> {
        for _ in 0..8 {
            if !self.model.layers.is_empty() {
                self.key("esc", false)?;
            }
        }
        if !self.model.layers.is_empty() || self.model.deck.cluster != Some(LEFT) {
            // Lost in another cluster or a closed one: the program is begun anew.
            let next = self.model.serial + 1;
            self.model = fleet(self.base);
            self.model.serial = next;
            (self.running, self.painted) = (None, None);
        }
        let (pane, place) = match command {
            CommandId::NamespaceDelete | CommandId::NamespaceNew => ("2", Place::Namespaces),
            _ => ("3", Place::Jobs),
        };
        self.key(pane, false)?;
        rows(&mut self.model, LEFT, vec![job("checkout", "settle", 60, true), namespace("checkout")]);
        let keys = self.model.keymap.key_text(command, place).unwrap_or_default().to_owned();
        keys.split(' ').try_for_each(|key| self.key(key, false))
    }

    fn answer(&mut self, right: bool) -> Result<(), TestCaseError> {
        self.now += if right { 2 * SETTLE_MS } else { 50 };
        let Some((_, proposal, _)) = &self.painted else { return self.key("y", false) };
        match self.word(&proposal.clone()) {
            None => self.key("y", false),
            Some(word) => {
                let word = if right { word } else { word[..word.len() - 1].to_owned() };
                self.key("ctrl-u", false)?;
                for char in word.chars() {
                    self.key(&char.to_string(), false)?;
                }
                self.key("enter", false)
            }
        }
    }

    /// Everything that is under way is answered, one way or the other.
    fn world(&mut self, mood: u8) -> Result<(), TestCaseError> {
        for effect in std::mem::take(&mut self.due) {
            match effect {
                Effect::Propose { serial, ask, anew } => {
                    let mut proposal = Proposal { anew, ..proposal(&ask, "left", self.environment) };
                    match mood % 8 {
                        0 => proposal.refusal = Some(Trouble::new("it cannot be done")),
                        1 => proposal.place.read_only = Some("so it is"),
                        2 => {
                            let first = proposal.targets.first_mut();
                            first.into_iter().for_each(|target| target.denied = Some("you may not".to_owned()));
                        }
                        3 => proposal.targets.iter_mut().skip(1).for_each(|target| {
                            let trouble = Trouble::new("already exists");
                            target.dry_run =
                                DryRun::Refused { trouble, causes: Vec::new(), kind: PortErrorKind::Conflict };
                        }),
                        _ => {}
                    }
                    self.send(Message::Proposed { serial, proposal: Box::new(proposal) })?;
                }
                Effect::Fetch { task, request } => {
                    let result = fetched(request, mood);
                    self.send(Message::Reply { task, result })?;
                }
                _ => {}
            }
        }
        if let Some((serial, ask)) = self.running.take() {
            if mood.is_multiple_of(3) {
                let progress = Progress { done: 1, failed: 0, all: 2, now: "job a/b".to_owned() };
                self.running = Some((serial, ask));
                return self.send(Message::Progress { serial, progress });
            }
            let told = report(&proposal(&ask, "left", self.environment), |_| match mood % 5 {
                0 => Fate::Changed(vec!["its labels were changed"]),
                1 => Fate::NotSent("you stopped it".to_owned()),
                2 => Fate::Unknown(Trouble::new("no answer")),
                _ => done(),
            });
            self.send(Message::Reported { serial, report: Box::new(told) })?;
        }
        Ok(())
    }

    fn step(&mut self, step: Step) -> Result<(), TestCaseError> {
        self.now += 40;
        match step {
            Step::Key(key) => self.key(&key, false),
            Step::Begin(command) => self.begin(command),
            Step::Repeat(key) => self.key(key, true),
            Step::Paste(text) => self.send(paste(text)),
            Step::Click(x, y) => self.send(Message::Input(InputEvent::Click { x, y })),
            Step::Answer => self.answer(true),
            Step::Wrong => self.answer(false),
            Step::World(mood) => {
                self.now += i64::from(mood) * 4;
                self.world(mood)?;
                self.send(Message::Tick)
            }
        }
    }
}

fn fetched(request: FetchRequest, mood: u8) -> Result<FetchReply, PortError> {
    if mood.is_multiple_of(4) {
        return Err(PortError::Unreachable(Trouble::new("no answer")));
    }
    match request {
        FetchRequest::Object { key, .. } => Ok(FetchReply::Object(Box::new(object(&key)))),
        FetchRequest::Rights { .. } if mood.is_multiple_of(16) => {
            Ok(FetchReply::Rights(Rights::ALL.without(Right::DeleteJobs)))
        }
        FetchRequest::Rights { .. } => Ok(FetchReply::Rights(Rights::ALL)),
        FetchRequest::Events { .. } => Ok(FetchReply::Events(Vec::new())),
        _ => Err(PortError::NotFound(Trouble::new("not found"))),
    }
}

fn object(key: &ObjectKey) -> serde_json::Value {
    let (namespace, name) = (key.namespace.to_string(), key.name.to_string());
    json!({
        "apiVersion": "batch/v1",
        "kind": "Job",
        "metadata": {"namespace": namespace, "name": name, "uid": "u", "resourceVersion": "7"},
        "spec": {"template": {"spec": {"containers": [{"name": "main", "image": "busybox"}], "restartPolicy": "Never"}}},
    })
}

fn environment() -> impl Strategy<Value = Environment> {
    let all = [Environment::Development, Environment::Unclassified, Environment::Staging, Environment::Production];
    prop::sample::select(all.to_vec())
}

proptest! {
    // At least 10,000 keys in all.
    #![proptest_config(ProptestConfig { cases: 60, max_shrink_iters: 2_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_order_of_keys_writes_without_an_answer(
        steps in prop::collection::vec(step(), 200..300),
        base in prop::sample::select(Base::ALL.to_vec()),
        environment in environment(),
        size in (40u16..170, 10u16..50),
    ) {
        let mut watched = Watched::new(base, environment, size);
        for step in steps {
            watched.step(step)?;
        }
    }
}

/// That such a walk does lead through questions and answers: else it would prove nothing.
#[test]
fn the_same_walk_asks_and_carries_out() {
    for base in Base::ALL {
        for environment in [Environment::Production, Environment::Development] {
            let mut watched = Watched::new(base, environment, (120, 40));
            let steps = [Step::Begin(CommandId::JobDelete), Step::World(7), Step::Wrong, Step::Answer, Step::World(4)];
            for step in steps {
                watched.step(step).unwrap();
            }
            assert_eq!((watched.asked, watched.carried_out), (1, 1), "{base:?} {:?}", watched.model.layers);
            assert!(watched.model.layers.is_empty(), "it was done");
        }
    }
}
