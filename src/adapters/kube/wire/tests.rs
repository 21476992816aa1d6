//! Splitters give the same parts however the bytes are cut, and survive any bytes.

use proptest::prelude::*;
use rstest::rstest;

use super::encoding::Encoding;
use super::frames::{EventKind, FrameSplitter};
use super::list::ListSplitter;
use super::{Garbled, Part, envelope};

const PODS: &[u8] = include_bytes!("../../../kinds/fixtures/pods.pb");
const PODS_JSON: &[u8] = include_bytes!("../../../kinds/fixtures/pods.json");

/// Metas, items, and how it ended.
type Parts = (Vec<Vec<u8>>, Vec<Vec<u8>>, Result<(), Garbled>);

fn split(encoding: Encoding, bytes: &[u8], chunk: usize) -> Parts {
    let (mut splitter, mut metas, mut items) = (ListSplitter::new(encoding), Vec::new(), Vec::new());
    for chunk in bytes.chunks(chunk) {
        let pushed = splitter.push(chunk, &mut |part| match part {
            Part::Meta(bytes) => metas.push(bytes.to_vec()),
            Part::Item(bytes) => items.push(bytes.to_vec()),
        });
        if pushed.is_err() {
            return (metas, items, pushed);
        }
    }
    let end = splitter.finish();
    (metas, items, end)
}

#[rstest]
#[case(Encoding::Protobuf, PODS)]
#[case(Encoding::Json, PODS_JSON)]
fn a_list_gives_the_same_parts_in_one_piece_and_byte_by_byte(#[case] encoding: Encoding, #[case] bytes: &[u8]) {
    let whole = split(encoding, bytes, bytes.len());
    assert_eq!((whole.0.len(), whole.1.len(), whole.2), (1, 5, Ok(())));
    for chunk in [1, 7, 4096] {
        assert_eq!(split(encoding, bytes, chunk), whole);
    }
}

#[rstest]
#[case(Encoding::Protobuf, PODS)]
#[case(Encoding::Json, PODS_JSON)]
fn a_list_that_is_cut_off_gives_what_it_had_and_an_error(#[case] encoding: Encoding, #[case] bytes: &[u8]) {
    let (_, items, end) = split(encoding, &bytes[..bytes.len() / 2], 100);
    assert!(!items.is_empty() && items.len() < 5 && end.is_err());
}

#[test]
fn json_lists_may_have_their_parts_in_any_order_and_braces_in_text() {
    let list = br#" {"items" : [ {"a":"}]\"{"} , {"items":[{"metadata":{}}]}, {"metadata":{"x":"\\"}} ],"kind":"items",
        "metadata":{"continue":"items"},"more":{"metadata":[1]}} "#;
    let (metas, items, end) = split(Encoding::Json, list, 3);
    assert_eq!((metas, items.len(), end), (vec![br#"{"continue":"items"}"#.to_vec()], 3, Ok(())));
    let (metas, items, end) = split(Encoding::Json, br#"{"metadata":{},"items":null}"#, 100);
    assert_eq!((metas.len(), items.len(), end), (1, 0, Ok(())));
}

#[rstest]
#[case(Encoding::Json, b"<html><body>Sign in</body></html>")]
#[case(Encoding::Json, b"[]")]
#[case(Encoding::Protobuf, b"<html></html>")]
#[case(Encoding::Protobuf, b"k8s\0\x00")]
#[case(Encoding::Protobuf, b"k8s\0\x12\x03\x12\x09xxxxxxxxx")]
#[case(Encoding::Protobuf, b"k8s\0\x12\xff\xff\xff\xff\x0f\x12\xff\xff\xff\xff\x0f")]
fn what_is_no_list_is_refused(#[case] encoding: Encoding, #[case] bytes: &[u8]) {
    assert!(split(encoding, bytes, 2).2.is_err());
}

fn delimited(number: u8, payload: &[u8]) -> Vec<u8> {
    let mut out = vec![number << 3 | 2];
    let mut length = payload.len();
    while length > 127 {
        out.push(length as u8 | 128);
        length >>= 7;
    }
    out.push(length as u8);
    out.extend_from_slice(payload);
    out
}

/// A protobuf watch event around an object.
fn event(kind: &str, object: &[u8]) -> Vec<u8> {
    let unknown = [&envelope::MAGIC[..], &delimited(2, object)].concat();
    let event = [delimited(1, kind.as_bytes()), delimited(2, &delimited(1, &unknown))].concat();
    [&u32::try_from(event.len()).unwrap().to_be_bytes()[..], &event].concat()
}

fn frames(encoding: Encoding, bytes: &[u8], chunk: usize) -> Vec<Result<(EventKind, Vec<u8>), Garbled>> {
    let (mut splitter, mut out) = (FrameSplitter::new(encoding), Vec::new());
    for chunk in bytes.chunks(chunk) {
        let end = splitter.push(chunk, &mut |frame| out.push(frame.map(|frame| (frame.kind, frame.object.to_vec()))));
        if let Err(error) = end {
            out.push(Err(error));
            break;
        }
    }
    out
}

#[test]
fn protobuf_frames_come_apart_wherever_they_are_cut() {
    let version = delimited(1, &delimited(6, b"1234"));
    let bytes =
        [event("ADDED", b"x"), event("BOOKMARK", &version), event("NEW", b""), event("DELETED", &[7; 300])].concat();
    for chunk in [1, 5, bytes.len()] {
        let found = frames(Encoding::Protobuf, &bytes, chunk);
        let kinds: Vec<EventKind> = found.iter().map(|frame| frame.as_ref().unwrap().0).collect();
        assert_eq!(kinds, [EventKind::Upsert, EventKind::Bookmark, EventKind::Other, EventKind::Delete]);
        let bookmark = &found[1].as_ref().unwrap().1;
        assert_eq!(envelope::resource_version(Encoding::Protobuf, bookmark).as_deref(), Some("1234"));
    }
}

#[test]
fn a_garbled_frame_does_not_hide_the_next() {
    let bytes = [&[0, 0, 0, 2, 0xff, 0xff][..], &event("ADDED", b"x")].concat();
    let found = frames(Encoding::Protobuf, &bytes, 3);
    assert!(found[0].is_err() && found[1].is_ok() && found.len() == 2);
    let found =
        frames(Encoding::Json, b"{\"type\":\"ADD\nnonsense\n\n{\"type\":\"ERROR\",\"object\":{\"code\":410}}\n", 4);
    assert!(found[0].is_err() && found[1].is_err() && found.len() == 3);
    let status = envelope::Status::read(Encoding::Json, &found[2].as_ref().unwrap().1).unwrap();
    assert!(status.is_gone());
}

#[test]
fn a_length_that_no_event_has_ends_the_watch() {
    assert!(frames(Encoding::Protobuf, b"<html>", 6)[0].is_err());
}

proptest! {
    #[test]
    fn arbitrary_bytes_never_panic(bytes in proptest::collection::vec(any::<u8>(), 0..300), chunk in 1usize..40) {
        for encoding in [Encoding::Protobuf, Encoding::Json] {
            let _ = split(encoding, &bytes, chunk);
            let _ = split(encoding, &[b"k8s\0", &bytes[..]].concat(), chunk);
            let _ = split(encoding, &[br#"{"items":["#, &bytes[..]].concat(), chunk);
            frames(encoding, &bytes, chunk);
            frames(encoding, &[&[0, 0, 0, 9][..], &bytes].concat(), chunk);
            let _ = envelope::unwrap(&bytes);
        }
    }
}
