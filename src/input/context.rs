//! Where a person is and what there is to act on: what keys and commands depend on.

use crate::domain::gate::Rights;

/// A screen of the program.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Screen {
    #[default]
    Deck,
    /// Every cluster with its health over time, and the credentials.
    Fleet,
    /// Clusters by Terraform.
    Provision,
}

/// The pages of the clusters by Terraform.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub enum ProvisionPage {
    #[default]
    List,
    /// One run.
    Run,
    /// Its plan.
    Plan,
    /// The form that begins one.
    Form,
}

/// The panes of the fleet's screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub enum FleetPane {
    #[default]
    Clusters,
    Logins,
}

/// The panes of the deck, left to right, numbered from 1 on the screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Pane {
    Clusters,
    Namespaces,
    Jobs,
    Logs,
}

impl Pane {
    pub const ALL: [Self; 4] = [Self::Clusters, Self::Namespaces, Self::Jobs, Self::Logs];
}

/// The kinds of layer that can lie over a screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum LayerKind {
    Help,
    /// Typing a command's name.
    Palette,
    /// Typing a table's filter, or what the log includes or excludes.
    Filter,
    /// Typing what is searched for in the log.
    LogSearch,
    Detail,
    /// Whether a kubeconfig's plugin may run.
    Consent,
    /// A change that is answered with yes or no.
    Confirm,
    /// A change that wants a word typed.
    ConfirmWord,
    /// A change that is looked at, is under way, or has ended.
    Outcome,
    /// The CronJobs of a namespace.
    CronJobs,
    /// Choosing one of a short list: a theme, a column.
    Picker,
    /// Filling in fields.
    Form,
    /// Writing a manifest.
    Editor,
}

/// A plain description of the moment a key arrives. The loop fills it from the model.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Context {
    pub screen: Screen,
    /// The focused pane; `None` while nothing has the focus (no cluster is known, the terminal is too small).
    pub pane: Option<Pane>,
    /// The focused pane of the fleet's screen.
    pub fleet_pane: FleetPane,
    /// The page of the clusters by Terraform.
    pub provision_page: ProvisionPage,
    /// The topmost layer.
    pub layer: Option<LayerKind>,
    /// The focused pane fills the screen.
    pub full_screen: bool,
    /// A row is under the cursor.
    pub has_row: bool,
    pub has_marks: bool,
    pub has_filter: bool,
    /// The row under the cursor has an owner to go to.
    pub has_owner: bool,
    /// The cluster under the cursor (clusters pane) or chosen (other panes) is open.
    pub cluster_open: bool,
    /// The log pane holds at least one line.
    pub has_lines: bool,
    /// The log is being searched.
    pub has_search: bool,
    /// What one may write where the cursor is, as far as that is known.
    pub rights: Rights,
    /// Nothing may be written to the cluster.
    pub read_only: bool,
    /// The object that is edited was changed by somebody else.
    pub has_conflict: bool,
    /// What is chosen from are texts that were not submitted.
    pub has_drafts: bool,
    /// The selected cluster of the fleet is registered.
    pub has_record: bool,
    /// There are several ways into the selected cluster of the fleet.
    pub has_ways: bool,
    /// What is described is an EKS cluster of which AWS told.
    pub has_eks: bool,
    /// The form on top makes a manifest.
    pub has_manifest: bool,
    /// The plan of the chosen run waits for an approval.
    pub awaits: bool,
    /// The chosen run is not over.
    pub goes_on: bool,
}

/// The one spot that takes the keys: the topmost layer, else the focused pane.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[repr(u8)]
pub enum Place {
    /// Nothing has the focus.
    Bare,
    Clusters,
    Namespaces,
    Jobs,
    Logs,
    /// The log pane while it fills the screen: there the digits are the log's.
    FullLogs,
    Help,
    Palette,
    Filter,
    LogSearch,
    Detail,
    Consent,
    Confirm,
    ConfirmWord,
    Outcome,
    CronJobs,
    Picker,
    Form,
    Editor,
    /// The fleet's screen: its clusters, its credentials.
    Fleet,
    Logins,
    /// Clusters by Terraform: their list, a run, its plan, the form that begins one.
    Runs,
    Run,
    Plan,
    PlanForm,
}

impl Place {
    pub const ALL: [Self; 25] = [
        Self::Bare,
        Self::Clusters,
        Self::Namespaces,
        Self::Jobs,
        Self::Logs,
        Self::FullLogs,
        Self::Help,
        Self::Palette,
        Self::Filter,
        Self::LogSearch,
        Self::Detail,
        Self::Consent,
        Self::Confirm,
        Self::ConfirmWord,
        Self::Outcome,
        Self::CronJobs,
        Self::Picker,
        Self::Form,
        Self::Editor,
        Self::Fleet,
        Self::Logins,
        Self::Runs,
        Self::Run,
        Self::Plan,
        Self::PlanForm,
    ];

    pub const fn index(self) -> usize {
        self as usize
    }
}

impl Context {
    pub fn place(&self) -> Place {
        match (self.layer, self.pane) {
            (Some(LayerKind::Help), _) => Place::Help,
            (Some(LayerKind::Palette), _) => Place::Palette,
            (Some(LayerKind::Filter), _) => Place::Filter,
            (Some(LayerKind::LogSearch), _) => Place::LogSearch,
            (Some(LayerKind::Detail), _) => Place::Detail,
            (Some(LayerKind::Consent), _) => Place::Consent,
            (Some(LayerKind::Confirm), _) => Place::Confirm,
            (Some(LayerKind::ConfirmWord), _) => Place::ConfirmWord,
            (Some(LayerKind::Outcome), _) => Place::Outcome,
            (Some(LayerKind::CronJobs), _) => Place::CronJobs,
            (Some(LayerKind::Picker), _) => Place::Picker,
            (Some(LayerKind::Form), _) => Place::Form,
            (Some(LayerKind::Editor), _) => Place::Editor,
            (None, Some(_)) if self.screen == Screen::Fleet => match self.fleet_pane {
                FleetPane::Clusters => Place::Fleet,
                FleetPane::Logins => Place::Logins,
            },
            (None, Some(_)) if self.screen == Screen::Provision => match self.provision_page {
                ProvisionPage::List => Place::Runs,
                ProvisionPage::Run => Place::Run,
                ProvisionPage::Plan => Place::Plan,
                ProvisionPage::Form => Place::PlanForm,
            },
            (None, None) => Place::Bare,
            (None, Some(Pane::Clusters)) => Place::Clusters,
            (None, Some(Pane::Namespaces)) => Place::Namespaces,
            (None, Some(Pane::Jobs)) => Place::Jobs,
            (None, Some(Pane::Logs)) if self.full_screen => Place::FullLogs,
            (None, Some(Pane::Logs)) => Place::Logs,
        }
    }

    /// The same moment without its topmost layer: what the palette and the help speak about.
    pub fn beneath(self) -> Self {
        Self { layer: None, ..self }
    }
}

/// A set of places.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Places(u32);

impl Places {
    pub const NONE: Self = Self(0);

    pub const fn of(places: &[Place]) -> Self {
        let mut bits = 0;
        let mut index = 0;
        while index < places.len() {
            bits |= 1 << places[index] as u32;
            index += 1;
        }
        Self(bits)
    }

    pub const fn or(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    pub const fn and(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    pub const fn has(self, place: Place) -> bool {
        self.0 & (1 << place as u32) != 0
    }

    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    pub fn iter(self) -> impl Iterator<Item = Place> {
        Place::ALL.into_iter().filter(move |place| self.has(*place))
    }
}

pub const CLUSTERS: Places = Places::of(&[Place::Clusters]);
pub const NAMESPACES: Places = Places::of(&[Place::Namespaces]);
pub const JOBS: Places = Places::of(&[Place::Jobs]);
/// The log pane, full screen or not.
pub const LOGS: Places = Places::of(&[Place::Logs, Place::FullLogs]);
/// The log pane beside the others.
pub const LOG_PANE: Places = Places::of(&[Place::Logs]);
pub const FULL_LOGS: Places = Places::of(&[Place::FullLogs]);
/// The three panes that are tables.
pub const TABLES: Places = CLUSTERS.or(NAMESPACES).or(JOBS);
/// The panes of the deck.
pub const DECK: Places = TABLES.or(LOGS);
/// The deck while no cluster is known.
pub const BARE: Places = Places::of(&[Place::Bare]);
/// The clusters of the fleet's screen, its credentials, both.
pub const FLEET: Places = Places::of(&[Place::Fleet]);
pub const LOGINS: Places = Places::of(&[Place::Logins]);
pub const FLEET_SCREEN: Places = FLEET.or(LOGINS);
/// Clusters by Terraform: the list, a run, a plan, all three.
pub const RUNS: Places = Places::of(&[Place::Runs]);
pub const RUN: Places = Places::of(&[Place::Run]);
pub const PLAN: Places = Places::of(&[Place::Plan]);
pub const PROVISION: Places = RUNS.or(RUN).or(PLAN);
/// The form that begins a run: keys without a command are text.
pub const PLAN_FORM: Places = Places::of(&[Place::PlanForm]);
pub const DETAIL: Places = Places::of(&[Place::Detail]);
pub const HELP: Places = Places::of(&[Place::Help]);
pub const PICKER: Places = Places::of(&[Place::Picker]);
pub const PALETTE: Places = Places::of(&[Place::Palette]);
/// Layers in which a person types.
pub const PROMPT: Places = Places::of(&[Place::Palette, Place::Filter, Place::LogSearch]);
/// A form: text is typed, and fields are gone through.
pub const FORM: Places = Places::of(&[Place::Form]);
pub const CONSENT: Places = Places::of(&[Place::Consent]);
pub const CONFIRM: Places = Places::of(&[Place::Confirm]);
pub const CONFIRM_WORD: Places = Places::of(&[Place::ConfirmWord]);
/// A change that waits for its answer.
pub const ASKED: Places = CONFIRM.or(CONFIRM_WORD);
pub const OUTCOME: Places = Places::of(&[Place::Outcome]);
pub const CRONJOBS: Places = Places::of(&[Place::CronJobs]);
/// Where a manifest is written: keys without a command are text.
pub const EDITOR: Places = Places::of(&[Place::Editor]);
/// Layers that are read or chosen from: no text is typed in them and nothing happens by them.
pub const VIEWS: Places = DETAIL.or(HELP).or(PICKER).or(CRONJOBS);
/// Layers that ask before something happens.
pub const QUESTION: Places = CONSENT.or(ASKED).or(OUTCOME);
/// Every layer that `esc` just closes.
pub const LAYER: Places = VIEWS.or(PROMPT).or(QUESTION).or(FORM);
/// Where the rows or lines can move.
pub const SCROLL: Places = DECK.or(FLEET_SCREEN).or(PROVISION).or(VIEWS).or(CONSENT).or(CONFIRM).or(OUTCOME);
/// Everywhere but where a person types or is asked.
pub const GLOBAL: Places = BARE.or(DECK).or(FLEET_SCREEN).or(PROVISION).or(VIEWS);
pub const ANYWHERE: Places = GLOBAL.or(LAYER).or(EDITOR).or(PLAN_FORM);

/// The tables that a keymap file may have, and where each holds.
pub const SECTIONS: &[(&str, Places)] = &[
    ("anywhere", ANYWHERE),
    ("global", GLOBAL),
    ("bare", BARE),
    ("deck", DECK),
    ("tables", TABLES),
    ("clusters", CLUSTERS),
    ("namespaces", NAMESPACES),
    ("jobs", JOBS),
    ("logs", LOGS),
    ("log-pane", LOG_PANE),
    ("full-logs", FULL_LOGS),
    ("scroll", SCROLL),
    ("layer", LAYER),
    ("views", VIEWS),
    ("detail", DETAIL),
    ("help", HELP),
    ("picker", PICKER),
    ("prompt", PROMPT),
    ("palette", PALETTE),
    ("filter", Places::of(&[Place::Filter])),
    ("log-search", Places::of(&[Place::LogSearch])),
    ("form", FORM),
    ("editor", EDITOR),
    ("question", QUESTION),
    ("consent", CONSENT),
    ("confirm", CONFIRM),
    ("confirm-word", CONFIRM_WORD),
    ("asked", ASKED),
    ("outcome", OUTCOME),
    ("cronjobs", CRONJOBS),
    ("fleet-screen", FLEET_SCREEN),
    ("fleet", FLEET),
    ("logins", LOGINS),
    ("provision", PROVISION),
    ("runs", RUNS),
    ("run", RUN),
    ("plan", PLAN),
    ("plan-form", PLAN_FORM),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_layer_takes_the_keys_from_the_pane() {
        let pane = Context { pane: Some(Pane::Logs), ..Context::default() };
        assert_eq!(pane.place(), Place::Logs);
        assert_eq!(Context { full_screen: true, ..pane }.place(), Place::FullLogs);
        let help = Context { layer: Some(LayerKind::Help), ..pane };
        assert_eq!(help.place(), Place::Help);
        assert_eq!(help.beneath().place(), Place::Logs);
        assert_eq!(Context::default().place(), Place::Bare);
    }

    #[test]
    fn anywhere_is_every_place_and_typing_is_not_global() {
        assert!(Place::ALL.iter().all(|place| ANYWHERE.has(*place)));
        assert!(GLOBAL.and(PROMPT.or(QUESTION).or(FORM).or(EDITOR).or(PLAN_FORM)).is_empty());
        assert!(Place::ALL.iter().enumerate().all(|(index, place)| place.index() == index));
    }
}
