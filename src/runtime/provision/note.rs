//! How a run ended outlives its pod: it is written on the Job, and looked for on the volume where the pod left no word.

use super::Runs;
use crate::domain::health::Trouble;
use crate::domain::provision::{JobFacts, Outcome, Phase, Run, asks};

impl Runs {
    /// Writes on the run's Jobs how they ended. Doing it again changes nothing.
    ///
    /// # Errors
    /// The volume cannot be read, or the management cluster refuses.
    pub async fn note(&self, run: &Run) -> Result<(), Trouble> {
        for phase in [Phase::Plan, Phase::Apply].into_iter().filter(|phase| run.is_unnoted(*phase)) {
            let JobFacts::Ended(told) = run.facts.of(phase) else { continue };
            let outcome = match told {
                Some(outcome) => Some((**outcome).clone()),
                None => self.left_word(run, phase).await?,
            };
            if let Some(note) = asks::note_outcome(run, phase, outcome.as_ref()) {
                self.carry_on(note).await?;
            }
        }
        Ok(())
    }

    /// What the worker wrote on the volume before its pod was gone.
    async fn left_word(&self, run: &Run, phase: Phase) -> Result<Option<Outcome>, Trouble> {
        let name = format!("{}.outcome.json", phase.word());
        let files = self.files(run, &[&name]).await?;
        Ok(files.into_iter().next().flatten().and_then(|text| Outcome::read(text.trim())))
    }
}
