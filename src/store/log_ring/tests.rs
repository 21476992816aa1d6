use std::collections::HashMap;
use std::io;

use proptest::prelude::*;

use super::*;

/// A spill in memory that refuses to write what does not fit into a slot.
#[derive(Default)]
struct Shelf {
    slots: HashMap<u32, Vec<u8>>,
    limit: u64,
    broken: bool,
}

impl Spill for Shelf {
    fn limit(&self) -> u64 {
        self.limit
    }

    fn write(&mut self, slot: u32, bytes: &[u8]) -> io::Result<()> {
        assert!(bytes.len() <= CHUNK_BYTES, "a blob of {} bytes does not fit a slot", bytes.len());
        assert!(u64::from(slot + 1) * CHUNK_BYTES as u64 <= self.limit, "slot {slot} is past the limit");
        if self.broken {
            return Err(io::Error::other("disk full"));
        }
        self.slots.insert(slot, bytes.to_vec());
        Ok(())
    }

    fn read(&mut self, slot: u32, bytes: &mut [u8]) -> io::Result<()> {
        bytes.copy_from_slice(&self.slots[&slot][..bytes.len()]);
        Ok(())
    }
}

fn ring(memory_chunks: usize, spill_chunks: usize) -> LogRing {
    let limit = (spill_chunks * CHUNK_BYTES) as u64;
    LogRing::new(memory_chunks * CHUNK_BYTES, Box::new(Shelf { limit, ..Shelf::default() }))
}

fn text(ring: &mut LogRing, number: u64) -> Option<(LineMeta, Vec<u8>)> {
    let chunk = ring.chunk_of(number);
    let first = ring.summary(chunk)?.first;
    let found = ring.chunk(chunk)?;
    let (meta, text) = found.line(usize::try_from(number.checked_sub(first)?).ok()?)?;
    Some((meta, text.to_vec()))
}

fn fill(ring: &mut LogRing, lines: u64) {
    for number in 0..lines {
        let meta = LineMeta { source: (number % 7) as u16, at: number as i64, level: 3, ..LineMeta::default() };
        ring.append(meta, format!("line {number} {:>90}", "x").as_bytes());
    }
}

#[test]
fn reads_back_far_past_memory() {
    let mut ring = ring(2, 100);
    fill(&mut ring, 50_000);
    assert_eq!((ring.dropped(), ring.oldest(), ring.next_number()), (0, 0, 50_000));
    assert!(ring.spilled_bytes() > 4_000_000);
    for number in [0, 1, 2_345, 25_000, 49_999] {
        let (meta, found) = text(&mut ring, number).unwrap();
        assert_eq!((meta.at, meta.source), (number as i64, (number % 7) as u16));
        assert!(String::from_utf8(found).unwrap().starts_with(&format!("line {number} ")));
    }
}

#[test]
fn the_oldest_are_dropped_and_counted_when_both_bounds_are_reached() {
    let mut ring = ring(2, 3);
    fill(&mut ring, 50_000);
    assert!(ring.spilled_bytes() <= ring.spill_limit());
    assert!(ring.dropped() > 0);
    assert_eq!(ring.oldest(), ring.dropped());
    let oldest = ring.oldest();
    assert!(text(&mut ring, oldest).unwrap().1.starts_with(format!("line {oldest} ").as_bytes()));
    assert_eq!(text(&mut ring, oldest - 1), None);
}

#[test]
fn a_spill_that_fails_drops_and_says_so() {
    let shelf = Shelf { limit: u64::MAX, broken: true, ..Shelf::default() };
    let mut ring = LogRing::new(2 * CHUNK_BYTES, Box::new(shelf));
    fill(&mut ring, 20_000);
    assert_eq!(ring.spill_trouble(), Some("disk full"));
    assert!(ring.dropped() > 0 && ring.memory_bytes() <= 2 * CHUNK_BYTES);
    assert_eq!(ring.oldest(), ring.dropped());
}

#[test]
fn no_spill_keeps_memory_alone() {
    let mut ring = LogRing::new(2 * CHUNK_BYTES, Box::new(NoSpill));
    fill(&mut ring, 20_000);
    assert!(ring.dropped() > 0);
    assert!(text(&mut ring, 19_999).is_some());
}

#[test]
fn clearing_begins_anew() {
    let mut ring = ring(2, 3);
    fill(&mut ring, 50_000);
    ring.clear();
    assert_eq!((ring.oldest(), ring.next_number(), ring.dropped(), ring.memory_bytes()), (0, 0, 0, 0));
    assert_eq!(ring.first_chunk(), ring.end_chunk());
    fill(&mut ring, 10);
    assert!(text(&mut ring, 9).unwrap().1.starts_with(b"line 9 "));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    /// Whatever lengths come in: bounds hold after every line, nothing between oldest and newest is lost or altered,
    /// and what is not there was counted.
    #[test]
    fn bounds_hold_and_lines_stay(
        lengths in prop::collection::vec(prop_oneof![4 => 0usize..300, 1 => 20_000usize..LINE_BYTES], 1..400),
        memory in 2usize..5,
        spill in 0usize..6,
    ) {
        let mut ring = ring(memory, spill);
        let line = |number: usize, length: usize| vec![b'a' + (number % 26) as u8; length];
        for (number, length) in lengths.iter().enumerate() {
            let meta = LineMeta { at: number as i64, level: (number % 7) as u8, ..LineMeta::default() };
            ring.append(meta, &line(number, *length));
            prop_assert!(ring.memory_bytes() <= memory * CHUNK_BYTES);
            prop_assert!(ring.spilled_bytes() <= (spill * CHUNK_BYTES) as u64);
        }
        prop_assert_eq!(ring.next_number(), lengths.len() as u64);
        prop_assert_eq!(ring.oldest(), ring.dropped());
        for number in ring.oldest()..ring.next_number() {
            let (meta, found) = text(&mut ring, number).unwrap();
            let number = number as usize;
            prop_assert_eq!((meta.at, meta.level), (number as i64, (number % 7) as u8));
            prop_assert_eq!(found, line(number, lengths[number]));
        }
        let mut expected = ring.oldest();
        for chunk in ring.first_chunk()..ring.end_chunk() {
            let summary = ring.summary(chunk).unwrap();
            prop_assert_eq!(summary.first, expected);
            expected = summary.end();
        }
        prop_assert_eq!(expected, ring.next_number());
    }
}
