use serde_json::json;

use super::{Entry, Gone, Happened, Key, Range, Store};
use crate::demo::kinds::Known;

fn names(entries: &[std::sync::Arc<super::Entry>]) -> Vec<String> {
    entries.iter().map(|entry| format!("{}/{}@{}", entry.key.namespace, entry.key.name, entry.rv)).collect()
}

fn read(store: &Store, rv: u64, namespace: Option<&str>, start: Option<&Key>) -> Vec<std::sync::Arc<Entry>> {
    store.at(Known::get().pod, Range { rv, namespace, start, limit: 0, filter: &|_| true }).unwrap().entries
}

fn object() -> serde_json::Value {
    json!({"metadata": {"uid": "u"}})
}

#[test]
fn a_list_can_be_read_as_it_was() {
    let pod = Known::get().pod;
    let mut store = Store::new(100);
    store.loaded();
    let key = |name: &str| Key::new("ns", name);
    for name in ["b", "d", "f"] {
        store.put(pod, key(name), object());
    }
    let then = store.rv();
    let before = names(&read(&store, then, None, None));
    store.put(pod, key("a"), object());
    store.put(pod, key("b"), object());
    store.remove(pod, &key("d"));
    store.put(pod, key("e"), object());
    store.remove(pod, &key("f"));
    store.put(pod, key("f"), object());
    assert_eq!(names(&read(&store, then, None, None)), before);
    assert_eq!(names(&read(&store, then, Some("ns"), Some(&key("b")))), before[1..]);
    assert_eq!(read(&store, store.rv(), None, None).len(), 4);
    let happened: Vec<_> = store.changes(pod, then, 10).unwrap().iter().map(|change| change.happened).collect();
    assert_eq!(happened[..3], [Happened::Added, Happened::Modified, Happened::Deleted]);
}

#[test]
fn the_history_is_bounded() {
    let pod = Known::get().pod;
    let mut store = Store::new(2);
    store.loaded();
    let start = store.rv();
    for name in ["a", "b", "c"] {
        store.put(pod, Key::new("ns", name), object());
    }
    assert_eq!(store.changes(pod, start, 10).unwrap_err(), Gone { oldest: start + 1 });
    let range = Range { rv: start, namespace: None, start: None, limit: 0, filter: &|_| true };
    assert!(store.at(pod, range).is_err());
    assert_eq!(store.changes(pod, start + 1, 10).unwrap().len(), 2);
}

#[test]
fn keys_are_ordered_as_etcd_orders_paths() {
    let mut keys =
        [Key::new("a", "x"), Key::new("a-b", "x"), Key::new("a0", "x"), Key::new("", "y"), Key::new("a", "b")];
    keys.sort();
    let written: Vec<String> = keys.iter().map(|key| format!("{}/{}", key.namespace, key.name)).collect();
    assert_eq!(written, ["/y", "a-b/x", "a/b", "a/x", "a0/x"]);
}
