//! stub
use crate::domain::health::Trouble;
use crate::domain::provision::{Phase, Run};
use crate::domain::terraform::lock::Lock;
use serde_json::Value;
#[derive(Debug)]
pub struct RunPage {
    id: String,
}
pub enum RunAction {
    Step(isize),
    Page(isize),
    Home,
    End,
    NextTab,
    PreviousTab,
    TogglePhase,
    ToggleRaw,
    ToggleFollow,
    ToggleWrap,
    Filter(String),
    Search(String),
    Next,
    Previous,
    To(usize),
}
impl RunPage {
    pub fn new(id: &str) -> Self {
        Self { id: id.to_owned() }
    }
    pub fn id(&self) -> &str {
        &self.id
    }
    pub fn take_outputs(&mut self, _: Result<Value, Trouble>) {}
    pub fn take_log(&mut self, _: Phase, _: Vec<String>) {}
    pub fn log_ended(&mut self, _: Phase, _: Option<Trouble>) {}
    pub fn wanted_log(&self, run: &Run) -> Phase {
        run.last_phase()
    }
    pub fn chosen_run(&self, _: &[&Run]) -> Option<String> {
        None
    }
    pub fn filter_text(&self) -> &str {
        ""
    }
    pub fn search_text(&self) -> &str {
        ""
    }
    pub fn act(&mut self, _: RunAction, _: usize, _: usize) {}
    pub fn selected_text(&self, _: &Run, _: &[&Run]) -> Option<String> {
        None
    }
    pub fn lock(&self) -> Option<Lock> {
        None
    }
}
pub mod view {
    use crate::domain::provision::Run;
    use crate::domain::terraform::progress::Progress;
    use crate::ui::theme::Theme;
    use ratatui::buffer::Buffer;
    use ratatui::layout::Rect;
    pub struct RunScene<'a> {
        pub run: Option<&'a Run>,
        pub history: &'a [&'a Run],
        pub progress: Option<&'a Progress>,
        pub waits: Option<String>,
        pub nobody: bool,
        pub now_ms: i64,
    }
    pub struct RunBox {
        pub list: Rect,
        pub first: usize,
        pub shown: usize,
        pub rows: usize,
    }
    pub fn draw(_: &super::RunPage, _: &RunScene<'_>, _: &Theme, area: Rect, _: &mut Buffer) -> RunBox {
        RunBox { list: area, first: 0, shown: 0, rows: 1 }
    }
}
