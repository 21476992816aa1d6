//! What the lines of the page are about. Rows are small and made anew whenever something is folded; texts are not.

/// A part of the page with a heading.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Group {
    /// What is destroyed or replaced: on top, in words. It is never folded away, only shortened.
    Lost,
    Resources,
    Outputs,
    Drift,
}

/// Whatever has attributes, by its place in the plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Holder {
    Change(usize),
    Output(usize),
    Drift(usize),
}

/// One line of the page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Row {
    /// A line of the warnings.
    Note(usize),
    Group(Group),
    /// A change that destroys, told on top.
    Lost(usize),
    /// How many more are lost than are told.
    LostMore,
    /// A module, by its place in the tree.
    Module(usize),
    Thing(Holder),
    /// An unfolded thing in which nothing differs.
    Nothing(Holder),
    Attribute(Holder, usize),
    /// A line of a value that is told in full.
    Part(Holder, usize, usize),
}

impl Row {
    /// The thing whose row this is, or in whose unfolded part it stands.
    pub fn holder(self) -> Option<Holder> {
        match self {
            Self::Thing(holder) | Self::Nothing(holder) | Self::Attribute(holder, _) | Self::Part(holder, ..) => {
                Some(holder)
            }
            Self::Note(_) | Self::Group(_) | Self::Lost(_) | Self::LostMore | Self::Module(_) => None,
        }
    }
}
