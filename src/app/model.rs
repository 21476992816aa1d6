//! The whole state of the interactive program.

use std::collections::HashMap;
use std::sync::Arc;

use crate::domain::draft::Draft;
use crate::domain::gate::{Policy, Right, Rights};
use crate::domain::ids::{ClusterId, ObjectKey};
use crate::domain::provision::State;
use crate::domain::schema::Schema;
use crate::domain::survey::SpaceLabels;
use crate::domain::sync::Target;
use crate::domain::template::{Templates, builtin};
use crate::input::commands::CommandId;
use crate::input::context::{Context, FleetPane, Pane, ProvisionPage, Screen};
use crate::input::event::Key;
use crate::input::keymap::Keymap;
use crate::layers::Layer;
use crate::layers::editor::Editor;
use crate::layers::form::Form;
use crate::layers::picker::{Picker, PickerFor};
use crate::screens::deck::{Deck, Scene};
use crate::screens::fleet::{FleetScene, FleetScreen};
use crate::screens::layout::Layout;
use crate::screens::provision::ProvisionScreen;
use crate::screens::settings::LabelKeys;
use crate::store::fleet::Fleet;
use crate::ui::theme::Theme;

/// The program's state. Only [`super::update::update`] changes it.
#[derive(Debug)]
pub struct Model {
    pub fleet: Fleet,
    pub screen: Screen,
    pub deck: Deck,
    pub fleet_screen: FleetScreen,
    pub provision: ProvisionScreen,
    pub layers: Vec<Layer>,
    pub keymap: Arc<Keymap>,
    /// Keys of a chord that is not complete, and when they are given up (Unix milliseconds).
    pub pending: Vec<Key>,
    pub pending_until: Option<i64>,
    pub themes: Vec<Arc<Theme>>,
    pub theme: Arc<Theme>,
    pub mouse: bool,
    pub layout: Layout,
    pub toasts: Vec<Toast>,
    /// What was chosen before: cluster, namespace, focus.
    pub history: History,
    /// Mistakes in configuration, keymap or theme files: shown once, never a reason to stop.
    pub problems: Vec<String>,
    /// Those of them that say no more than that there is nothing to open.
    pub bare: Vec<String>,
    /// Something that is on the screen may have changed since the last frame.
    pub dirty: bool,
    /// Offset of local time from UTC in seconds, for the header's clock and the logs' timestamps.
    pub utc_offset: i32,
    /// A worker looks at clusters: it is told which, and what sessions see.
    pub syncs: bool,
    /// What it was told last, and the second (Unix) of that.
    pub targets: Vec<Target>,
    pub surveyed_s: i64,
    /// Labels that tell a namespace's team and cost center, for what is kept of a cluster.
    pub space: SpaceLabels,
    /// Names of clusters that are to be opened once they are known: a registry or AWS may tell of them late.
    pub awaited: Vec<String>,
    /// Clusters that are found are opened by themselves until so many are open.
    pub open_found: usize,
    /// A cluster that a key asked to open: its question may come up by itself.
    pub opening: Option<ClusterId>,
    /// Those that ship and a person's own.
    pub templates: Arc<Templates>,
    /// The fleet is the embedded one.
    pub demo: bool,
    /// How clusters want to be treated.
    pub policy: Policy,
    /// What one may write, where that was asked: by cluster and namespace (empty: over the cluster).
    pub rights: HashMap<(ClusterId, Arc<str>), KnownRights>,
    /// Questions that were put so far: an answer to an older one is dropped.
    pub serial: u64,
    /// The one namespace that the command line or the configuration names: chosen as soon as it is there.
    pub first_namespace: Option<Arc<str>>,
    /// A new Job that the deck goes to as soon as its row is there.
    pub follow: Option<Follow>,
    pub manifests: Manifests,
    /// A form that was left with something typed in it: the next one of its kind begins with that.
    pub left_form: Option<Box<Form>>,
}

/// Rights as a cluster told them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KnownRights {
    pub rights: Rights,
    /// Unix milliseconds when they were asked for.
    pub asked_ms: i64,
}

/// A Job that was just made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Follow {
    pub cluster: ClusterId,
    pub key: ObjectKey,
    /// Unix milliseconds when it is given up.
    pub until_ms: i64,
}

/// What editors of manifests share.
#[derive(Debug, Default)]
pub struct Manifests {
    /// Texts that were not submitted and are open in no editor, newest first.
    pub drafts: Vec<Draft>,
    /// Schemas that were fetched.
    pub schemas: HashMap<(ClusterId, String), Arc<Schema>>,
    /// This process, and how many editors it opened: what tells drafts apart.
    pub process: u32,
    pub opened: u32,
}

/// A short word at the bottom of the screen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Toast {
    pub words: String,
    pub bad: bool,
    /// Unix milliseconds.
    pub until_ms: i64,
}

/// Where a person was: what `[`, `]` and `-` go through.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Visit {
    pub cluster: Option<ClusterId>,
    pub namespace: Option<Arc<str>>,
    pub focus: Pane,
}

/// Visits, and which of them is shown.
#[derive(Debug, Default)]
pub struct History {
    pub visits: Vec<Visit>,
    pub at: usize,
}

/// How long a toast stays, in milliseconds.
const TOAST_MS: i64 = 4_000;
/// How many visits are remembered.
const VISITS: usize = 64;

impl History {
    /// Notes where a person is now. What was ahead is forgotten, as in a browser.
    pub fn visit(&mut self, visit: Visit) {
        if self.visits.get(self.at) == Some(&visit) {
            return;
        }
        self.visits.truncate(self.at + 1);
        self.visits.push(visit);
        if self.visits.len() > VISITS {
            self.visits.remove(0);
        }
        self.at = self.visits.len() - 1;
    }

    /// Goes back (-1) or forward (1).
    pub fn go(&mut self, by: isize) -> Option<Visit> {
        let to = self.at.checked_add_signed(by)?;
        let visit = self.visits.get(to)?.clone();
        self.at = to;
        Some(visit)
    }
}

impl Model {
    pub fn new(
        fleet: Fleet,
        labels: LabelKeys,
        mouse: bool,
        keymap: Arc<Keymap>,
        themes: Vec<Arc<Theme>>,
        theme: Arc<Theme>,
    ) -> Self {
        Self {
            fleet,
            screen: Screen::Deck,
            deck: Deck::new(labels),
            fleet_screen: FleetScreen::default(),
            provision: ProvisionScreen::default(),
            layers: Vec::new(),
            keymap,
            pending: Vec::new(),
            pending_until: None,
            themes,
            theme,
            mouse,
            layout: Layout::default(),
            toasts: Vec::new(),
            history: History::default(),
            problems: Vec::new(),
            bare: Vec::new(),
            awaited: Vec::new(),
            open_found: 0,
            syncs: false,
            targets: Vec::new(),
            surveyed_s: 0,
            space: SpaceLabels::default(),
            dirty: true,
            utc_offset: 0,
            opening: None,
            templates: Arc::new(builtin()),
            demo: false,
            policy: Policy::default(),
            rights: HashMap::new(),
            serial: 0,
            first_namespace: None,
            follow: None,
            manifests: Manifests::default(),
            left_form: None,
        }
    }

    pub fn scene(&self, now_ms: i64) -> Scene<'_> {
        Scene { fleet: &self.fleet, now_ms }
    }

    pub fn fleet_scene(&self, now_ms: i64) -> FleetScene<'_> {
        FleetScene { scene: self.scene(now_ms), policy: &self.policy }
    }

    /// The moment as keys and commands see it.
    pub fn context(&self) -> Context {
        let context = self.deck_context();
        match self.screen {
            Screen::Deck => return context,
            Screen::Provision => return self.provision_context(context),
            Screen::Fleet => {}
        }
        let FleetScreen { focus, clusters, logins, .. } = &self.fleet_screen;
        let chosen = clusters.selected().and_then(|id| self.fleet.get(*id)).filter(|_| *focus == FleetPane::Clusters);
        let has_row = match focus {
            FleetPane::Clusters => clusters.selected().is_some(),
            FleetPane::Logins => logins.selected().is_some(),
        };
        Context {
            screen: Screen::Fleet,
            pane: (!self.layout.too_small).then_some(Pane::Clusters),
            fleet_pane: *focus,
            full_screen: false,
            has_row,
            has_marks: *focus == FleetPane::Clusters && !clusters.marks.is_empty(),
            has_filter: *focus == FleetPane::Clusters && clusters.is_filtered(),
            has_owner: false,
            // What is selected here need not be the deck's cluster.
            read_only: self.policy.all_read_only,
            has_record: chosen.is_some_and(|cluster| cluster.info.record.is_some()),
            has_ways: chosen.is_some_and(|cluster| cluster.info.ways.len() > 1),
            ..context
        }
    }

    fn provision_context(&self, context: Context) -> Context {
        let screen = &self.provision;
        let is_list = screen.page == ProvisionPage::List;
        Context {
            screen: Screen::Provision,
            pane: (!self.layout.too_small).then_some(Pane::Clusters),
            provision_page: screen.page,
            full_screen: false,
            has_row: screen.current().is_some(),
            awaits: screen.current().is_some_and(|run| run.state() == State::AwaitingApproval),
            goes_on: screen.current().is_some_and(|run| !run.state().is_over()),
            has_marks: false,
            has_filter: is_list && screen.list.is_filtered(),
            has_owner: false,
            read_only: self.policy.all_read_only,
            has_record: false,
            has_ways: false,
            ..context
        }
    }

    fn deck_context(&self) -> Context {
        let deck = &self.deck;
        let (has_row, has_marks, has_filter) = match deck.focus {
            Pane::Clusters => {
                (deck.clusters.selected().is_some(), !deck.clusters.marks.is_empty(), deck.clusters.is_filtered())
            }
            Pane::Namespaces => {
                (!deck.namespaces.is_empty(), !deck.namespaces.marks.is_empty(), deck.namespaces.is_filtered())
            }
            Pane::Jobs => (deck.jobs.selected().is_some(), !deck.jobs.marks.is_empty(), deck.jobs.is_filtered()),
            Pane::Logs => (deck.logs.window.is_some(), !deck.logs.marks.is_empty(), !deck.logs.query.filter.is_empty()),
        };
        let chosen = deck.cluster.and_then(|id| self.fleet.get(id));
        let owner = || {
            let key = deck.jobs.selected()?;
            chosen?.tables.jobs.by_key(key)?.meta.owner.clone()
        };
        Context {
            screen: Screen::Deck,
            pane: (!self.fleet.is_empty() && !self.layout.too_small).then_some(deck.focus),
            fleet_pane: FleetPane::default(),
            provision_page: ProvisionPage::default(),
            layer: self.layers.last().map(Layer::kind),
            full_screen: deck.zoomed,
            has_row,
            has_marks,
            has_filter,
            has_owner: deck.focus == Pane::Jobs && owner().is_some(),
            cluster_open: chosen.is_some_and(|cluster| cluster.is_open()),
            has_lines: deck.logs.window.as_ref().is_some_and(|window| !window.lines.is_empty()),
            has_search: !deck.logs.search_text.is_empty(),
            rights: self.rights_here(),
            read_only: self.read_only(deck.cluster).is_some(),
            has_drafts: matches!(
                self.layers.last(),
                Some(Layer::Picker(Picker { purpose: PickerFor::Draft { .. }, .. }))
            ),
            has_record: false,
            has_ways: false,
            has_eks: super::update::describes_eks(self),
            has_manifest: matches!(self.layers.last(), Some(Layer::Form(form)) if form.cluster().is_some()),
            awaits: false,
            goes_on: false,
            has_conflict: self.editor().is_some_and(|editor| editor.conflict_with().is_some()),
        }
    }

    /// Why nothing may be written to a cluster; `None` if it may.
    pub fn read_only(&self, cluster: Option<ClusterId>) -> Option<&'static str> {
        let cluster = self.fleet.get(cluster?)?;
        self.policy.care(&cluster.info, cluster.insecure).read_only
    }

    /// The namespace that a write would go to: the selected row's, else the chosen one.
    pub fn namespace_here(&self) -> Option<Arc<str>> {
        let deck = &self.deck;
        let of_job = || deck.jobs.selected().map(|key| key.namespace.clone());
        match deck.focus {
            Pane::Jobs | Pane::Logs => of_job().or_else(|| deck.namespace.clone()),
            Pane::Clusters | Pane::Namespaces => deck.namespace.clone(),
        }
    }

    /// What one may write where the cursor is, as far as that is known.
    pub fn rights_here(&self) -> Rights {
        let Some(cluster) = self.deck.cluster else { return Rights::ALL };
        let known = |namespace: Arc<str>| self.rights.get(&(cluster, namespace)).map(|known| known.rights);
        let whole = known("".into()).unwrap_or(Rights::ALL);
        let inside = self.namespace_here().and_then(known).unwrap_or(whole);
        // Namespaces are made over the cluster alone.
        if whole.has(Right::CreateNamespaces) { inside } else { inside.without(Right::CreateNamespaces) }
    }

    pub fn toast(&mut self, words: impl Into<String>, now_ms: i64) {
        self.toasts.push(Toast { words: words.into(), bad: false, until_ms: now_ms + TOAST_MS });
        self.dirty = true;
    }

    pub fn warn(&mut self, words: impl Into<String>, now_ms: i64) {
        self.toasts.push(Toast { words: words.into(), bad: true, until_ms: now_ms + 2 * TOAST_MS });
        self.dirty = true;
    }

    /// When the model next wants a tick: the earliest of ages that turn, toasts that end, chords that are given up.
    pub fn wake_at(&self, now_ms: i64) -> i64 {
        let second = now_ms - now_ms.rem_euclid(1_000) + 1_000;
        let editor = self.editor().and_then(Editor::due);
        let due = [self.pending_until, self.deck.logs.pending.as_ref().map(|(_, due)| *due), editor];
        let toasts = self.toasts.iter().map(|toast| toast.until_ms);
        due.into_iter().flatten().chain(toasts).min().map_or(second, |due| due.clamp(now_ms, second))
    }

    /// The open editor, whatever lies over it.
    pub fn editor(&self) -> Option<&Editor> {
        self.layers
            .iter()
            .rev()
            .find_map(|layer| if let Layer::Editor(editor) = layer { Some(&**editor) } else { None })
    }

    pub fn editor_mut(&mut self) -> Option<&mut Editor> {
        let layers = self.layers.iter_mut().rev();
        layers.into_iter().find_map(|layer| if let Layer::Editor(editor) = layer { Some(&mut **editor) } else { None })
    }

    /// Whether a command may run now.
    pub fn allows(&self, command: CommandId) -> bool {
        command.command().is_enabled(&self.context())
    }
}
