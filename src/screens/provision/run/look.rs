//! How the logs of a run are looked at.

use regex::Regex;

use crate::domain::text::clean;
use crate::screens::provision::search::literal;

/// Columns until the first drawing has told how many there are.
const COLUMNS: usize = 77;

pub struct Look {
    /// The lines as Terraform wrote them.
    pub raw: bool,
    /// Long lines go on below instead of being cut.
    pub wrap: bool,
    pub columns: usize,
    pub filter: String,
    /// Each must be found.
    words: Vec<Regex>,
}

impl Default for Look {
    fn default() -> Self {
        Self { raw: false, wrap: false, columns: COLUMNS, filter: String::new(), words: Vec::new() }
    }
}

impl Look {
    pub fn set_filter(&mut self, text: &str) {
        self.filter = clean(text).into_owned();
        self.words = self.filter.split_whitespace().filter_map(literal).collect();
    }

    pub fn passes(&self, text: &str) -> bool {
        self.words.iter().all(|word| word.is_match(text))
    }

    pub fn is_filtering(&self) -> bool {
        !self.words.is_empty()
    }
}
