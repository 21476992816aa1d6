use std::cmp::Ordering;
use std::collections::BTreeMap;

use proptest::prelude::*;

use super::{SortPrefix, SortedIndex, View, number_prefix, text_prefix};

struct Rows {
    values: BTreeMap<u32, i64>,
    descending: bool,
    floor: i64,
}

impl View for Rows {
    fn prefix(&self, id: u32) -> Option<SortPrefix> {
        self.values.get(&id).filter(|value| **value >= self.floor).map(|value| number_prefix(*value))
    }
    fn tie(&self, left: u32, right: u32) -> Ordering {
        left.cmp(&right)
    }
    fn descending(&self) -> bool {
        self.descending
    }
}

proptest! {
    #[test]
    fn any_order_of_changes_gives_what_a_rebuild_gives(
        batches in prop::collection::vec(prop::collection::vec((0u32..40, prop::option::of(-5i64..5)), 0..12), 0..12),
        descending: bool,
    ) {
        let mut rows = Rows { values: BTreeMap::new(), descending, floor: -3 };
        let mut index = SortedIndex::default();
        for batch in batches {
            let dirty: Vec<u32> = batch.iter().map(|(id, _)| *id).collect();
            for (id, value) in batch {
                match value {
                    Some(value) => { rows.values.insert(id, value); }
                    None => { rows.values.remove(&id); }
                }
            }
            index.settle(&dirty, 40, &rows);
            let mut fresh = SortedIndex::default();
            fresh.rebuild(rows.values.keys().copied(), &rows);
            prop_assert_eq!(index.ids().collect::<Vec<_>>(), fresh.ids().collect::<Vec<_>>());
        }
        rows.floor = 1;
        index.narrow(40, &rows);
        let mut fresh = SortedIndex::default();
        fresh.rebuild(rows.values.keys().copied(), &rows);
        prop_assert_eq!(index.ids().collect::<Vec<_>>(), fresh.ids().collect::<Vec<_>>());
    }
}

#[test]
fn prefixes_keep_the_order_of_texts_and_numbers() {
    assert!(text_prefix("alpha") < text_prefix("alphabet"));
    assert!(text_prefix("b") > text_prefix("alphabet-that-is-long"));
    assert!(number_prefix(-2) < number_prefix(-1));
    assert!(number_prefix(-1) < number_prefix(0));
    assert!(number_prefix(i64::MAX) > number_prefix(0));
}
