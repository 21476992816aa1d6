//! Searching without hiding, in the tab that is seen.

use super::{RunPage, RunScene, RunTab};

impl RunPage {
    /// Goes to the next row found after the cursor (1), the one before (-1), or the first from the cursor on (0), round
    /// the ends.
    pub(super) fn go_found(&mut self, by: isize, scene: &RunScene<'_>) {
        let Some(pattern) = &self.search.pattern else { return };
        let phase = self.wanted_log(scene.run);
        let found = match self.tab {
            RunTab::Log => self.log(phase).found(pattern, self.look.raw),
            _ => {
                let lines = self.lines(scene).into_iter().enumerate();
                lines.filter(|(_, line)| pattern.is_match(&line.text())).map(|(at, _)| at).collect()
            }
        };
        let here = self.cursor(phase);
        if let Some(at) = self.search.go(&found, here, by) {
            self.set_cursor(phase, at);
        }
    }
}
