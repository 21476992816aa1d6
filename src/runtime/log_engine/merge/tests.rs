use proptest::prelude::*;

use super::*;

const BASE: i64 = 1_000 * SECOND;

fn batch(lines: &[(i64, &str)]) -> Batch {
    let mut bytes = Vec::new();
    for (ms, text) in lines {
        let at = jiff::Timestamp::from_nanosecond(i128::from(BASE + ms * 1_000_000)).unwrap();
        bytes.extend_from_slice(format!("{at:.9} {text}\n").as_bytes());
    }
    let mut splitter = super::super::batch::Splitter::default();
    splitter.feed(&bytes, &mut Default::default());
    splitter.take()
}

struct Rig {
    merge: Merge,
    ms: u64,
    /// Wall clock ahead of `BASE + ms`, in seconds: large for backlogs.
    ahead: i64,
}

impl Rig {
    fn new(lanes: usize, ahead: i64) -> Self {
        let mut merge = Merge::default();
        (0..lanes).for_each(|_| merge.add_lane());
        Self { merge, ms: 0, ahead }
    }

    fn now(&self) -> Now {
        Now { ms: self.ms, unix_ns: BASE + self.ms as i64 * 1_000_000 + self.ahead * SECOND }
    }

    fn open(&mut self, lane: u16) {
        let now = self.now();
        self.merge.set_state(lane, &StreamState::Opening, now);
        self.merge.set_state(lane, &StreamState::Open, now);
    }

    fn push(&mut self, lane: u16, lines: &[(i64, &str)]) {
        self.merge.push(lane, batch(lines), self.now());
    }

    fn drain(&mut self) -> (Vec<String>, Next) {
        let (mut out, now) = (Vec::new(), self.now());
        let next = self.merge.drain(now, 1_000_000, &mut |lane, batch, range| {
            for index in range {
                out.push(format!("{lane}:{}", String::from_utf8_lossy(batch.line(index).1)));
            }
        });
        (out, next)
    }
}

#[test]
fn backlogs_interleave_by_time() {
    let mut rig = Rig::new(3, 3_600);
    (0..3).for_each(|lane| rig.open(lane));
    rig.push(0, &[(0, "a"), (30, "d"), (60, "g")]);
    rig.push(1, &[(10, "b"), (40, "e")]);
    let (out, next) = rig.drain();
    assert!(out.is_empty(), "lane 2 may still bring an earlier line: {out:?}");
    assert_eq!(next, Next::At(BACKLOG_MS));
    rig.push(2, &[(20, "c"), (50, "f"), (70, "h")]);
    assert_eq!(rig.drain().0, ["0:a", "1:b", "2:c", "0:d", "1:e"]);
    rig.merge.end_of_run(1, rig.now());
    assert_eq!(rig.drain().0, ["2:f", "0:g"]);
}

#[test]
fn a_stream_without_a_line_blocks_for_a_short_time_only() {
    let mut rig = Rig::new(2, 3_600);
    rig.merge.set_state(0, &StreamState::Opening, rig.now());
    rig.open(1);
    rig.push(1, &[(0, "a")]);
    assert_eq!(rig.drain().1, Next::At(OPENING_MS));
    rig.ms = OPENING_MS;
    assert_eq!(rig.drain().0, ["1:a"]);
    rig.merge.set_state(0, &StreamState::Waiting("x".into()), rig.now());
    rig.merge.set_state(0, &StreamState::Opening, rig.now());
    rig.push(1, &[(1, "b")]);
    assert_eq!(rig.drain().0, ["1:b"], "opened again holds nobody");
}

#[test]
fn live_lines_wait_a_moment_for_their_neighbours() {
    let mut rig = Rig::new(2, 0);
    rig.open(0);
    rig.open(1);
    rig.ms = 1_000;
    rig.drain();
    rig.push(0, &[(1_000, "later")]);
    assert_eq!(rig.drain(), (vec![], Next::At(1_000 + REORDER_MS)));
    rig.ms = 1_010;
    rig.push(1, &[(990, "earlier")]);
    rig.ms = 1_000 + REORDER_MS;
    assert_eq!(rig.drain().0, ["1:earlier", "0:later"]);
}

#[test]
fn one_stream_alone_waits_for_nothing() {
    let mut rig = Rig::new(1, 0);
    rig.open(0);
    rig.push(0, &[(0, "a"), (1, "b")]);
    assert_eq!(rig.drain(), (vec!["0:a".to_owned(), "0:b".to_owned()], Next::Idle));
}

#[test]
fn an_end_stands_where_the_stream_ends() {
    let mut rig = Rig::new(2, 3_600);
    rig.open(0);
    rig.open(1);
    rig.push(0, &[(0, "a"), (700, "last")]);
    rig.push(1, &[(300, "x"), (900, "y")]);
    // finishedAt is cut to the second, before the last line.
    rig.merge.set_end(0, BASE, "ended: OOMKilled".to_owned(), Level::Error, false, rig.now());
    rig.merge.end_of_run(0, rig.now());
    assert_eq!(rig.drain().0, ["0:a", "1:x", "0:last", "0:ended: OOMKilled", "1:y"]);
    assert!(rig.merge.is_empty());
}

#[test]
fn an_end_before_the_run_that_is_read_comes_first() {
    let mut rig = Rig::new(1, 3_600);
    rig.merge.set_end(0, BASE - SECOND, "ended: Error".to_owned(), Level::Error, true, rig.now());
    rig.open(0);
    rig.push(0, &[(0, "new run")]);
    assert_eq!(rig.drain().0, ["0:ended: Error", "0:new run"]);
}

#[test]
fn an_end_that_the_stream_never_confirms_is_shown_all_the_same() {
    let mut rig = Rig::new(1, 0);
    rig.open(0);
    rig.push(0, &[(0, "a")]);
    rig.merge.set_end(0, BASE, "ended".to_owned(), Level::Info, false, rig.now());
    assert_eq!(rig.drain(), (vec!["0:a".to_owned()], Next::At(END_MS)));
    rig.ms = END_MS;
    assert_eq!(rig.drain().0, ["0:ended"]);
    let mut rig = Rig::new(1, 0);
    rig.merge.set_end(0, BASE, "ended".to_owned(), Level::Info, false, rig.now());
    assert_eq!(rig.drain().1, Next::Idle, "while it is queued its lines are still to come");
    rig.merge.set_state(0, &StreamState::Failed("no permission".into()), rig.now());
    assert_eq!(rig.drain().0, ["0:ended"]);
}

proptest! {
    /// Backlogs that are sorted each come out sorted as one, every line once, whatever the budget.
    #[test]
    fn sorted_in_sorted_out(
        mut lanes in prop::collection::vec(prop::collection::vec(0i64..2_000, 0..60), 1..6),
        budget in 1usize..50,
    ) {
        let mut rig = Rig::new(lanes.len(), 3_600);
        for lane in 0..lanes.len() {
            rig.open(lane as u16);
        }
        for (lane, times) in lanes.iter_mut().enumerate() {
            times.sort_unstable();
            for times in times.chunks(7) {
                let lines: Vec<(i64, &str)> = times.iter().map(|ms| (*ms, "x")).collect();
                rig.push(lane as u16, &lines);
            }
            rig.merge.end_of_run(lane as u16, rig.now());
        }
        let (mut out, now) = (Vec::new(), rig.now());
        loop {
            let next = rig.merge.drain(now, budget, &mut |_, batch, range| {
                out.extend(range.map(|index| batch.lines[index].at));
            });
            if next != Next::More {
                break;
            }
        }
        let mut expected: Vec<i64> = lanes.concat().iter().map(|ms| BASE + ms * 1_000_000).collect();
        expected.sort_unstable();
        prop_assert_eq!(out, expected);
        prop_assert!(rig.merge.is_empty());
    }
}
