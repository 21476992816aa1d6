//! What a fuzzer runs; tests run it over a small corpus.

use super::field_path::field_path;
use super::manifest::{documents, place_of, read_bytes};
use super::{LineState, highlight, mask_secrets, parse, print};

/// Takes bytes the whole way that a manifest takes: read, split, parsed, checked, placed, coloured, printed. Nothing of
/// it may panic or hang. What is printed reads the same again.
pub fn fuzz(bytes: &[u8]) {
    let Ok(text) = read_bytes(bytes) else { return };
    let found = documents(&text);
    // Some line of the text serves as a path.
    let path = text.lines().last().unwrap_or_default();
    for document in &found.documents {
        place_of(&text, document, path);
        place_of(&text, document, "metadata.labels[a]");
        let printed = print(&document.value);
        debug_assert!(parse(&printed).is_ok(), "what was printed does not parse: {printed:?}");
        mask_secrets(&mut document.value.clone());
    }
    field_path(&text);
    let mut state = LineState::default();
    for line in text.lines() {
        state = highlight(line, state).1;
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use proptest::prelude::*;

    use super::*;

    fn corpus() -> Vec<Vec<u8>> {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/corpus/yaml");
        let mut files: Vec<_> = std::fs::read_dir(folder).unwrap().map(|file| file.unwrap().path()).collect();
        files.sort();
        files.iter().map(|file| std::fs::read(file).unwrap()).collect()
    }

    #[test]
    fn the_corpus_goes_through() {
        assert!(corpus().len() >= 4);
        corpus().iter().for_each(|bytes| fuzz(bytes));
    }

    proptest! {
        #[test]
        fn changed_corpora_go_through(
            which in 0usize..4,
            edits in prop::collection::vec((any::<prop::sample::Index>(), prop::sample::select(&b"\n\t -:?[]{}#&*!|>'\"%@`,a0\xc3\xbc\\\r~<"[..]), 0u8..4), 0..12),
        ) {
            let mut bytes = corpus().swap_remove(which);
            for (at, byte, what) in edits {
                let at = at.index(bytes.len().max(1)).min(bytes.len());
                match what {
                    0 if at < bytes.len() => bytes[at] = byte,
                    1 if at < bytes.len() => { bytes.remove(at); }
                    2 => { let tail = bytes.split_off(at); bytes.extend_from_slice(&tail.clone()); bytes.extend(tail); }
                    _ => bytes.insert(at, byte),
                }
            }
            fuzz(&bytes);
        }
    }
}
