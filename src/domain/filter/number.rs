//! Comparisons with numbers.

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Operator {
    Less,
    AtMost,
    More,
    AtLeast,
    Equal,
    Other,
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Comparison {
    pub operator: Operator,
    pub value: f64,
}

impl Comparison {
    pub(super) fn holds(&self, number: f64) -> bool {
        match self.operator {
            Operator::Less => number < self.value,
            Operator::AtMost => number <= self.value,
            Operator::More => number > self.value,
            Operator::AtLeast => number >= self.value,
            Operator::Equal => number == self.value,
            Operator::Other => number != self.value,
        }
    }

    /// Whether every number that passes `self` passes `old`.
    pub(super) fn implies(&self, old: &Self) -> bool {
        use Operator::{AtLeast, AtMost, Equal, Less, More, Other};
        let (new, bound) = (self.value, old.value);
        match (self.operator, old.operator) {
            (Equal, _) => old.holds(new),
            (Less, Less | AtMost | Other) | (AtMost, AtMost) => new <= bound,
            (AtMost, Less | Other) => new < bound,
            (More, More | AtLeast | Other) | (AtLeast, AtLeast) => new >= bound,
            (AtLeast, More | Other) => new > bound,
            (Other, Other) => new == bound,
            _ => false,
        }
    }
}
