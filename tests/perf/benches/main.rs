//! What the loop does with rows, at 100,000 of them: taking deltas in, ordering, filtering, drawing.
//!
//! `cargo bench --bench rows -- filter` runs those whose name holds the word.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a benchmark that cannot run stops by panicking"
)]

mod fleet;

use std::hint::black_box;
use std::time::Duration;

use criterion::{BatchSize, Criterion, Throughput, criterion_group, criterion_main};
use eksdeck::app::message::Message;
use eksdeck::app::update::update;
use eksdeck::app::view::view;
use eksdeck::domain::ids::ClusterId;
use eksdeck::input::event::InputEvent;
use eksdeck::runtime::inbox::{BATCH, Inbox};
use eksdeck::runtime::ports::SessionSink;
use eksdeck::store::cluster::ClusterStore;
use eksdeck::store::index::{SortPrefix, SortedIndex, View, number_prefix};
use fleet::{ROWS, jobs, key, model_with_jobs, pods};
use ratatui::Terminal;
use ratatui::backend::TestBackend;

/// Numbers in a scattered order.
struct Numbers(Vec<i64>);

impl View for Numbers {
    fn prefix(&self, id: u32) -> Option<SortPrefix> {
        self.0.get(id as usize).map(|number| number_prefix(*number))
    }

    fn tie(&self, left: u32, right: u32) -> std::cmp::Ordering {
        left.cmp(&right)
    }

    fn descending(&self) -> bool {
        false
    }
}

fn index(criterion: &mut Criterion) {
    let scattered = |seed: i64| {
        (0..ROWS as i64).map(move |at| (at + seed).wrapping_mul(0x9E37_79B9_7F4A_7C15_u64 as i64)).collect()
    };
    let view = Numbers(scattered(0));
    criterion.bench_function("index/sort 100,000", |bencher| {
        let mut index = SortedIndex::default();
        bencher.iter(|| index.rebuild(0..ROWS as u32, &view));
    });
    criterion.bench_function("index/settle a batch of 512 in 100,000", |bencher| {
        let mut index = SortedIndex::default();
        index.rebuild(0..ROWS as u32, &view);
        let (mut view, mut round) = (Numbers(scattered(0)), 0);
        bencher.iter(|| {
            round += 1;
            let dirty: Vec<u32> = (0..BATCH as u32).map(|at| (at * 191 + round) % ROWS as u32).collect();
            for id in &dirty {
                view.0[*id as usize] = view.0[*id as usize].rotate_left(13);
            }
            index.settle(&dirty, ROWS, &view);
        });
    });
}

fn deltas(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("deltas");
    group.throughput(Throughput::Elements(ROWS as u64)).sample_size(10);
    group.bench_function("inbox, in and out", |bencher| {
        bencher.iter_batched(
            pods,
            |deltas| {
                let inbox = Inbox::new();
                inbox.deltas(ClusterId(0), deltas);
                while inbox.take().more {}
            },
            BatchSize::LargeInput,
        );
    });
    group.bench_function("tables, pods of Jobs", |bencher| {
        let full = || {
            let mut store = ClusterStore::default();
            jobs().into_iter().for_each(|delta| store.apply(delta));
            store.settle();
            (store, pods())
        };
        bencher.iter_batched(
            full,
            |(mut store, deltas)| {
                for (at, delta) in deltas.into_iter().enumerate() {
                    store.apply(delta);
                    if at % BATCH == 0 {
                        store.settle();
                    }
                }
                store
            },
            BatchSize::PerIteration,
        );
    });
    group.finish();
}

/// One key through `update` and one frame into a terminal of 180×50, with 100,000 Jobs in the pane.
fn keys(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("keys at 100,000 Jobs");
    group.measurement_time(Duration::from_secs(8));
    let mut model = model_with_jobs();
    let mut terminal = Terminal::new(TestBackend::new(180, 50)).unwrap();
    group.bench_function("move and draw", |bencher| {
        let mut down = false;
        bencher.iter(|| {
            down = !down;
            update(&mut model, key(if down { "j" } else { "k" }), 0);
            terminal.draw(|frame| drop(black_box(view(&model, 0, frame)))).unwrap();
        });
    });
    group.bench_function("draw alone", |bencher| {
        bencher.iter(|| terminal.draw(|frame| drop(black_box(view(&model, 0, frame)))).unwrap().count);
    });
    group.bench_function("filter, four letters and back", |bencher| {
        bencher.iter(|| {
            for name in ["/", "r", "u", "n", "7", "esc"] {
                update(&mut model, key(name), 0);
            }
            update(&mut model, key("ctrl-u"), 0)
        });
    });
    group.bench_function("sort by age and back", |bencher| {
        bencher.iter(|| {
            update(&mut model, key("A"), 0);
            update(&mut model, key("N"), 0)
        });
    });
    group.bench_function("a batch of 512 pods", |bencher| {
        let inbox = Inbox::new();
        bencher.iter_batched(
            || {
                inbox.deltas(ClusterId(0), pods().into_iter().take(BATCH).collect());
                inbox.take()
            },
            |batch| update(&mut model, Message::Batch(batch), 0),
            BatchSize::PerIteration,
        );
    });
    group.finish();
}

/// A manifest of 10,000 lines in the editor: a letter, a drawing of 160 by 50, the look for problems after a pause.
fn editor(criterion: &mut Criterion) {
    let mut model = model_with_jobs();
    update(&mut model, key("+"), 0);
    let document = "---\napiVersion: batch/v1\nkind: Job\nmetadata:\n  name: settle\nspec:\n  template:\n    spec:\n      \
                    restartPolicy: Never\n";
    update(&mut model, Message::Input(InputEvent::Paste(document.repeat(1_000))), 0);
    let mut terminal = Terminal::new(TestBackend::new(160, 50)).unwrap();
    let mut group = criterion.benchmark_group("editor, 10,000 lines");
    group.bench_function("a letter and back, each drawn", |bencher| {
        bencher.iter(|| {
            for name in ["x", "backspace"] {
                update(&mut model, key(name), 0);
                terminal.draw(|frame| drop(black_box(view(&model, 0, frame)))).unwrap();
            }
        });
    });
    let mut now_ms = 0;
    group.bench_function("a letter and the look for problems after a pause", |bencher| {
        bencher.iter(|| {
            now_ms += 10_000;
            update(&mut model, key("x"), now_ms);
            update(&mut model, Message::Tick, now_ms + 5_000)
        });
    });
    group.finish();
}

criterion_group!(benches, index, deltas, keys, editor);
criterion_main!(benches);
