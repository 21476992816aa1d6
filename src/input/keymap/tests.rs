use super::*;
use crate::input::commands;
use crate::input::context::{LayerKind, Pane};
use crate::input::event::parse_chord;

fn own(text: &str) -> (Keymap, Vec<KeymapProblem>) {
    Keymap::load(Base::Default, Some(("keys.toml", text)))
}

fn at(pane: Pane) -> Context {
    let everything =
        Context { has_row: true, has_marks: true, has_filter: true, has_owner: true, ..Context::default() };
    Context { pane: Some(pane), cluster_open: true, has_lines: true, has_search: true, ..everything }
}

fn pressed(keymap: &Keymap, context: &Context, chord: &str) -> Resolved {
    let keys = parse_chord(chord).unwrap();
    let (last, pending) = keys.split_last().unwrap();
    keymap.resolve(context, pending, *last)
}

#[test]
fn in_every_keymap_every_command_has_a_key_wherever_it_works() {
    for base in Base::ALL {
        let (keymap, problems) = Keymap::load(base, None);
        assert_eq!(problems, [], "{}", base.name());
        for command in commands::all() {
            for place in command.when.places.iter() {
                let bound = !keymap.keys(command.id, place).is_empty();
                assert!(bound, "{} has no key in {place:?} ({})", command.name, base.name());
            }
        }
    }
}

#[test]
fn in_no_keymap_a_key_is_bound_twice_or_begins_a_chord() {
    for base in Base::ALL {
        let (keymap, _) = Keymap::load(base, None);
        assert_eq!(keymap.shadows(), [], "{}", base.name());
    }
}

#[test]
fn commands_that_share_a_key_are_never_both_possible_or_one_is_meant_first() {
    let (keymap, _) = Keymap::load(Base::Default, None);
    let clusters = at(Pane::Clusters);
    assert_eq!(pressed(&keymap, &clusters, "enter"), Resolved::Command(CommandId::Drill));
    let closed = Context { cluster_open: false, ..clusters };
    assert_eq!(pressed(&keymap, &closed, "enter"), Resolved::Command(CommandId::OpenCluster));
    assert_eq!(pressed(&keymap, &Context { has_row: false, ..closed }, "enter"), {
        Resolved::Disabled(CommandId::OpenCluster)
    });
}

#[test]
fn a_shadow_is_found_however_it_comes_about() {
    for text in [
        "[jobs]\nl = \"row.yaml\"\n[tables]\nl = \"row.logs\"\n",
        "[jobs]\nx = \"row.yaml\"\n\"x x\" = \"row.logs\"\n",
        "[jobs]\n\"x x\" = \"row.yaml\"\n[namespaces]\nx = \"row.logs\"\n[deck]\nx = \"deck.zoom\"\n",
    ] {
        assert!(!own(text).0.shadows().is_empty(), "{text}");
    }
    assert_eq!(own("[jobs]\nx = \"row.yaml\"\n[clusters]\nx = \"row.yaml\"\n").0.shadows(), []);
}

#[test]
fn the_same_key_does_what_belongs_to_the_place() {
    let (keymap, _) = Keymap::load(Base::Default, None);
    let logs = at(Pane::Logs);
    assert_eq!(pressed(&keymap, &at(Pane::Jobs), "N"), Resolved::Command(CommandId::SortByName));
    assert_eq!(pressed(&keymap, &logs, "N"), Resolved::Command(CommandId::SearchPrevious));
    assert_eq!(pressed(&keymap, &logs, "2"), Resolved::Command(CommandId::FocusNamespaces));
    let full = Context { full_screen: true, ..logs };
    assert_eq!(pressed(&keymap, &full, "2"), Resolved::Command(CommandId::Since1m));
    let filter = Context { layer: Some(LayerKind::Filter), ..logs };
    assert_eq!(pressed(&keymap, &filter, "q"), Resolved::None, "letters are typed");
    assert_eq!(pressed(&keymap, &filter, "esc"), Resolved::Command(CommandId::Cancel));
    assert_eq!(pressed(&keymap, &filter, "ctrl-c"), Resolved::Command(CommandId::Quit));
}

#[test]
fn a_chord_waits_for_its_next_key() {
    let (vim, _) = Keymap::load(Base::Vim, None);
    let jobs = at(Pane::Jobs);
    assert_eq!(pressed(&vim, &jobs, "g"), Resolved::Pending);
    assert_eq!(pressed(&vim, &jobs, "g g"), Resolved::Command(CommandId::Top));
    assert_eq!(pressed(&vim, &jobs, "g x"), Resolved::None);
    let (emacs, _) = Keymap::load(Base::Emacs, None);
    assert_eq!(pressed(&emacs, &at(Pane::Logs), "ctrl-x ctrl-s"), Resolved::Command(CommandId::SaveLog));
    assert_eq!(pressed(&emacs, &jobs, "ctrl-x ctrl-s"), Resolved::None);
}

#[test]
fn an_own_file_overrides_and_unbinds_single_keys() {
    let (keymap, problems) = own("[jobs]\nl = \"row.yaml\"\n\"z z\" = \"deck.zoom\"\n[tables]\np = \"\"\n");
    assert_eq!(problems, []);
    let jobs = at(Pane::Jobs);
    assert_eq!(pressed(&keymap, &jobs, "l"), Resolved::Command(CommandId::Yaml));
    assert_eq!(pressed(&keymap, &at(Pane::Namespaces), "l"), Resolved::Command(CommandId::Logs));
    assert_eq!(pressed(&keymap, &jobs, "p"), Resolved::None);
    assert_eq!(pressed(&keymap, &jobs, "z"), Resolved::Pending);
    assert_eq!(pressed(&keymap, &jobs, "z z"), Resolved::Command(CommandId::Zoom));
    assert_eq!(pressed(&keymap, &at(Pane::Clusters), "z"), Resolved::Command(CommandId::Zoom));
    assert_eq!(keymap.key_text(CommandId::Yaml, jobs.place()).as_deref(), Some("l"), "a person's own key is shown");
}

#[test]
fn a_narrower_section_of_an_own_file_wins_without_a_word() {
    let (keymap, problems) = own("[tables]\nb = \"row.yaml\"\n[jobs]\nb = \"row.logs\"\n");
    assert_eq!(problems, []);
    assert_eq!(pressed(&keymap, &at(Pane::Jobs), "b"), Resolved::Command(CommandId::Logs));
    assert_eq!(pressed(&keymap, &at(Pane::Clusters), "b"), Resolved::Command(CommandId::Yaml));
}

#[test]
fn every_mistake_has_its_place_and_the_nearest_word() {
    let text = "\
[log]
w = \"logs.wrap\"

[logs]
w = \"logs.wrp\"
\"crtl-d\" = \"logs.save\"
x = 5
l = \"row.logs\"
g.g = \"move.top\"
b = [\"logs.wrap\", \"logs.svae\"]
";
    let (keymap, problems) = own(text);
    let told = problems.iter().map(|p| (p.line, p.column, p.suggestion.as_deref())).collect::<Vec<_>>();
    assert_eq!(
        told,
        [
            (1, 2, Some("logs")),
            (5, 5, Some("logs.wrap")),
            (6, 1, Some("ctrl-d")),
            (7, 5, None),
            (8, 5, Some("[tables]")),
            (9, 1, None),
            (10, 19, Some("logs.save")),
        ],
        "{problems:#?}"
    );
    assert!(problems.iter().all(|problem| problem.file == "keys.toml"));
    assert_eq!(problems[1].words, "no command is named `logs.wrp`");
    assert_eq!(pressed(&keymap, &at(Pane::Logs), "b"), Resolved::Command(CommandId::WrapLines), "the rest applies");
    assert_eq!(pressed(&keymap, &at(Pane::Logs), "w"), Resolved::Command(CommandId::WrapLines), "and what was before");
}

#[test]
fn a_key_bound_to_two_commands_in_one_file_is_a_mistake() {
    let (_, problems) = own("[jobs]\nx = \"row.yaml\"\n\"x x\" = \"row.logs\"\n");
    assert_eq!((problems.len(), problems[0].line), (1, 3));
    assert_eq!(problems[0].words, "this key already leads to `row.yaml` in the same file");
}

#[test]
fn broken_toml_is_told_and_the_rest_applies() {
    let (keymap, problems) = own("[jobs]\nb = = \"row.yaml\"\nx = \"row.yaml\"\n");
    assert_eq!(problems[0].line, 2, "{problems:#?}");
    assert_eq!(pressed(&keymap, &at(Pane::Jobs), "x"), Resolved::Command(CommandId::Yaml));
    assert_eq!(pressed(&keymap, &at(Pane::Jobs), "enter"), Resolved::Command(CommandId::Drill));
}

#[test]
fn ctrl_c_and_ctrl_z_work_everywhere_in_every_keymap() {
    for base in Base::ALL {
        let (keymap, _) = Keymap::load(base, None);
        for place in Place::ALL {
            for (key, id) in [("ctrl-c", CommandId::Quit), ("ctrl-z", CommandId::Suspend)] {
                assert!(keymap.keys(id, place).contains(&parse_chord(key).unwrap()), "{key} {place:?}");
            }
        }
    }
}
