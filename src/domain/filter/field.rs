//! The columns that a filter may name, and how it reads a row.

use std::borrow::Cow;

/// A column, numbered by its table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct FieldId(pub u16);

/// How a column's values compare.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum FieldKind {
    Text,
    Number,
    /// A number of seconds, written `2h` or `1d12h`.
    Age,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Field {
    pub id: FieldId,
    pub kind: FieldKind,
    pub name: Cow<'static, str>,
    pub aliases: &'static [&'static str],
}

impl Field {
    pub fn new(id: FieldId, name: impl Into<Cow<'static, str>>, kind: FieldKind) -> Self {
        Self { id, kind, name: name.into(), aliases: &[] }
    }

    pub fn with_aliases(mut self, aliases: &'static [&'static str]) -> Self {
        self.aliases = aliases;
        self
    }

    fn names(&self) -> impl Iterator<Item = &str> {
        std::iter::once(&*self.name).chain(self.aliases.iter().copied())
    }
}

/// The columns of one kind of row.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct FieldTable {
    fields: Vec<Field>,
}

impl FieldTable {
    pub fn new(fields: impl IntoIterator<Item = Field>) -> Self {
        Self { fields: fields.into_iter().collect() }
    }

    pub fn fields(&self) -> &[Field] {
        &self.fields
    }

    /// The column of this name or alias, whatever its letter case.
    pub fn find(&self, name: &str) -> Option<&Field> {
        self.fields.iter().find(|field| field.names().any(|known| known.eq_ignore_ascii_case(name)))
    }

    /// The name that is most like a wrong one, if any is alike at all.
    pub fn nearest(&self, name: &str) -> Option<&str> {
        let name = name.to_lowercase();
        let likeness = |known: &str| strsim::jaro_winkler(&known.to_lowercase(), &name);
        self.fields
            .iter()
            .flat_map(Field::names)
            .map(|known| (likeness(known), known))
            .filter(|(likeness, _)| *likeness > 0.75)
            .max_by(|a, b| a.0.total_cmp(&b.0))
            .map(|(_, known)| known)
    }
}

/// How a filter reads a row. Nothing here should allocate for columns that a row holds as text.
pub trait Filterable {
    /// What a text column shows.
    fn text(&self, field: FieldId) -> Cow<'_, str>;

    /// The value of a number column, seconds for ages. A row without one passes no comparison.
    fn number(&self, field: FieldId) -> Option<f64>;

    fn label(&self, key: &str) -> Option<&str>;

    /// Shows each text that plain words are searched in (name, namespace, state, …) to `test` until it says yes;
    /// returns whether it did. The texts must depend on the row alone.
    fn haystacks(&self, test: &mut dyn FnMut(&str) -> bool) -> bool;
}
