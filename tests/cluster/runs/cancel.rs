//! Runs that somebody ends.

use super::*;

#[test]
fn a_cancelled_apply_stops_gracefully_and_its_state_is_saved() {
    let Some(lab) = Lab::new("cancel", DEV) else { return };
    let run = lab.planned("apply a --var delay_seconds=40");
    let pod = lab.applying(id(&run));
    lab.say("cancel a -y").failed(7, "say --confirm a");
    let ended = lab.say("cancel a --confirm a --wait -o json");
    assert_eq!((ended.code, &ended.json()["state"]), (Some(0), &json!("cancelled")), "{ended:?}");
    assert_eq!(ended.json()["why"], "it was stopped");
    let message =
        lab.kubectl(&["get", "pod", &pod, "-o", "jsonpath={.status.containerStatuses[0].state.terminated.message}"]);
    assert!(message.contains("\"interrupted\":true"), "{message}");
    assert!(lab.say("logs a").stdout.contains("Interrupt received"));
    lab.say("cancel a -y").failed(5, "there is nothing to stop");

    // What was begun is in the state, which nobody holds.
    let next = lab.planned("apply a");
    let ([all, ..], [rest, _, tainted]) = (changes(&run), changes(&next));
    assert!(rest < all && tainted == 1, "{next}");
    assert_eq!(lab.approved(id(&next), Some("a"))["state"], "applied");
}

#[test]
fn one_run_at_a_time_in_an_order_that_can_be_changed() {
    let Some(lab) = Lab::new("queue", &format!("at-once = 1\n{DEV}")) else { return };
    let run = lab.planned("apply a --var delay_seconds=15");
    lab.applying(id(&run));
    let queued = |name: &str| {
        let ended = lab.say(&format!("test {name} -y -o json"));
        assert_eq!((ended.code, &ended.json()["state"]), (Some(0), &json!("queued")), "{ended:?}");
    };
    ["b", "c", "d"].into_iter().for_each(queued);
    let rows = lab.say("list b -o json").json();
    assert_eq!(rows[0]["why"], "another run goes on");
    lab.say("move d -5 -y").done();
    lab.say("move a 1 -y").failed(5, "it has no place in the queue");
    let ended = lab.say("cancel b --wait -y -o json");
    assert_eq!((ended.code, &ended.json()["state"]), (Some(0), &json!("cancelled")), "{ended:?}");

    let ended = lab.say("status c --wait -o json");
    assert_eq!(ended.code, Some(0), "{ended:?}");
    let (c, d) = (ended.json(), lab.status("d"));
    assert_eq!((&c["state"], &d["state"]), (&json!("planned"), &json!("planned")));
    let at = |run: &Value, when: &str| run["phases"]["plan"][when].as_str().unwrap().to_owned();
    assert!(at(&d, "ended") <= at(&c, "started"), "{d} {c}");
    assert_eq!(lab.status("a")["state"], "applied");
    let b = lab.status("b");
    assert_eq!((&b["state"], &b["phases"]["plan"]["pod"]), (&json!("cancelled"), &Value::Null));
}
