//! Where a run stands, told from what can be seen of its Jobs: nothing is remembered that they do not say.

use serde::{Deserialize, Serialize};

use super::told::{Outcome, Phase};

/// What a run is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// A plan alone.
    Test,
    Provision,
    Update,
    /// What is different from the state, without changing anything.
    Drift,
    Destroy,
    /// A state that could not be written is written after all.
    Push,
    Unlock,
    Cleanup,
}

/// Where it stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum State {
    Queued,
    Planning,
    /// The plan is there and nothing is applied from it.
    Planned {
        changes: bool,
    },
    AwaitingApproval,
    /// It planned nothing and did what it was for: a lock is free, a state is written.
    Done,
    Applying,
    Applied,
    Failed,
    Cancelling,
    Cancelled,
    Destroyed,
    /// A later run of the same cluster took its place.
    Superseded,
}

/// Who agreed to which plan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Approval {
    /// Of the plan's file.
    pub sha256: String,
    pub os_user: String,
    /// The IAM identity, where there is one.
    pub arn: Option<String>,
    pub at_ms: i64,
}

impl Approval {
    /// One person may have several accounts on several machines, and one account may be several people's; an IAM identity
    /// that names somebody is one person's. Where one of the two has none, the accounts tell.
    fn is_of_the_same_person(&self, other: &Self) -> bool {
        match (self.named(), other.named()) {
            (Some(one), Some(other)) => one == other,
            _ => self.os_user == other.os_user,
        }
    }

    /// The IAM identity, unless it is a session that an SDK made up a name for: those are new every time.
    fn named(&self) -> Option<&str> {
        let arn = self.arn.as_deref()?;
        let session = arn.rsplit('/').next().unwrap_or_default();
        let is_made_up = ["botocore-session-", "aws-sdk-", "aws-go-sdk-", "aws-cli-"].iter();
        (!is_made_up.clone().any(|start| session.starts_with(start))).then_some(arn)
    }

    /// `ann (arn:aws:iam::…:user/ann)`.
    pub fn words(&self) -> String {
        match &self.arn {
            Some(arn) => format!("{} ({arn})", self.os_user),
            None => self.os_user.clone(),
        }
    }
}

/// What is seen of one Job. Later ones are truer: a Job never goes back.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum JobFacts {
    #[default]
    Absent,
    /// Suspended: it has a place in the queue.
    Queued,
    /// Its pod does not run yet, and why.
    Waiting(String),
    Running,
    /// It is over; `None` if it left no word (the pod was deleted, its node was lost).
    Ended(Option<Box<Outcome>>),
}

/// All that is known of a run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Facts {
    pub kind: Kind,
    pub plan: JobFacts,
    pub apply: JobFacts,
    /// Those that protected environments ask for come from different people.
    pub approvals: Vec<Approval>,
    /// How many different people have to agree.
    pub wanted: usize,
    pub cancel_asked: bool,
    pub superseded: bool,
}

/// A run's id from a random number: eight lower-case letters and digits.
pub fn run_id(random: u64) -> String {
    const SIGNS: &[u8; 32] = b"abcdefghijkmnpqrstuvwxyz23456789";
    (0..8).map(|place| char::from(SIGNS[(random >> (5 * place)) as usize & 31])).collect()
}

impl Kind {
    pub const ALL: [Self; 8] = [
        Self::Test,
        Self::Provision,
        Self::Update,
        Self::Drift,
        Self::Destroy,
        Self::Push,
        Self::Unlock,
        Self::Cleanup,
    ];

    pub fn of(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.word() == word)
    }

    pub fn word(self) -> &'static str {
        match self {
            Self::Test => "test",
            Self::Provision => "provision",
            Self::Update => "update",
            Self::Drift => "drift",
            Self::Destroy => "destroy",
            Self::Push => "push",
            Self::Unlock => "unlock",
            Self::Cleanup => "cleanup",
        }
    }

    /// Whether something is applied once the plan was agreed to.
    pub fn applies(self) -> bool {
        matches!(self, Self::Provision | Self::Update | Self::Destroy)
    }
}

impl JobFacts {
    fn rank(&self) -> u8 {
        match self {
            Self::Absent => 0,
            Self::Queued => 1,
            Self::Waiting(_) => 2,
            Self::Running => 3,
            Self::Ended(None) => 4,
            Self::Ended(Some(_)) => 5,
        }
    }

    /// Takes in what was seen, in whatever order it comes.
    pub fn take(&mut self, seen: Self) {
        if seen.rank() >= self.rank() && !matches!((&*self, &seen), (Self::Ended(Some(_)), _)) {
            *self = seen;
        }
    }

    pub fn outcome(&self) -> Option<&Outcome> {
        match self {
            Self::Ended(outcome) => outcome.as_deref(),
            _ => None,
        }
    }
}

impl State {
    pub fn words(self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::Planning => "planning",
            Self::Planned { changes: true } => "planned",
            Self::Planned { changes: false } => "no changes",
            Self::AwaitingApproval => "awaiting approval",
            Self::Done => "done",
            Self::Applying => "applying",
            Self::Applied => "applied",
            Self::Failed => "failed",
            Self::Cancelling => "cancelling",
            Self::Cancelled => "cancelled",
            Self::Destroyed => "destroyed",
            Self::Superseded => "superseded",
        }
    }

    /// Nothing happens any more by itself, and nothing is waited for.
    pub fn is_over(self) -> bool {
        !matches!(self, Self::Queued | Self::Planning | Self::AwaitingApproval | Self::Applying | Self::Cancelling)
    }
}

impl Facts {
    pub fn new(kind: Kind) -> Self {
        let (plan, apply, approvals) = (JobFacts::Absent, JobFacts::Absent, Vec::new());
        Self { kind, plan, apply, approvals, wanted: 1, cancel_asked: false, superseded: false }
    }

    /// What is seen of a phase's Job.
    pub fn of(&self, phase: Phase) -> &JobFacts {
        match phase {
            Phase::Plan => &self.plan,
            Phase::Apply => &self.apply,
        }
    }

    /// Where the run stands.
    pub fn state(&self) -> State {
        match &self.apply {
            JobFacts::Absent => self.before_the_apply(),
            JobFacts::Ended(Some(outcome)) if outcome.exit == 0 => match self.kind {
                Kind::Destroy => State::Destroyed,
                _ => State::Applied,
            },
            JobFacts::Ended(outcome) => self.broken(outcome.as_deref()),
            // It has not begun, so there is nothing to wait for.
            JobFacts::Queued if self.cancel_asked => State::Cancelled,
            JobFacts::Queued if self.superseded => State::Superseded,
            JobFacts::Queued => State::Queued,
            _ if self.cancel_asked => State::Cancelling,
            JobFacts::Waiting(_) | JobFacts::Running => State::Applying,
        }
    }

    fn before_the_apply(&self) -> State {
        match &self.plan {
            JobFacts::Ended(Some(outcome)) if matches!(outcome.exit, 0 | 2) => {
                let changes = outcome.has_changes();
                match () {
                    () if self.cancel_asked => State::Cancelled,
                    () if matches!(self.kind, Kind::Push | Kind::Unlock | Kind::Cleanup) => State::Done,
                    () if self.superseded => State::Superseded,
                    () if changes && self.kind.applies() => State::AwaitingApproval,
                    () => State::Planned { changes },
                }
            }
            JobFacts::Ended(outcome) => self.broken(outcome.as_deref()),
            JobFacts::Absent | JobFacts::Queued if self.cancel_asked => State::Cancelled,
            JobFacts::Absent | JobFacts::Queued if self.superseded => State::Superseded,
            JobFacts::Absent | JobFacts::Queued => State::Queued,
            _ if self.cancel_asked => State::Cancelling,
            JobFacts::Waiting(_) | JobFacts::Running => State::Planning,
        }
    }

    /// One that was stopped because somebody wanted it did not fail.
    fn broken(&self, outcome: Option<&Outcome>) -> State {
        let was_stopped = outcome.is_none_or(|outcome| outcome.interrupted || outcome.exit >= 128);
        if self.cancel_asked && was_stopped { State::Cancelled } else { State::Failed }
    }

    /// The digest of the plan that is there.
    pub fn digest(&self) -> Option<&str> {
        self.plan.outcome()?.sha256.as_deref()
    }

    /// Whether enough different people agreed to exactly the plan that is there.
    pub fn is_approved(&self) -> bool {
        self.people() >= self.wanted.max(1)
    }

    /// How many different people agreed to the plan that is there.
    pub fn people(&self) -> usize {
        let Some(digest) = self.digest() else { return 0 };
        let mut people: Vec<&Approval> = Vec::new();
        for approval in self.approvals.iter().filter(|approval| approval.sha256 == digest) {
            if !people.iter().any(|known| known.is_of_the_same_person(approval)) {
                people.push(approval);
            }
        }
        people.len()
    }
}
