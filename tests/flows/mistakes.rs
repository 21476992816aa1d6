//! Mistakes in what a person wrote: told with their place, and the program starts all the same.

use crate::pty::{Home, Launch};

use super::{bare_deck, deck};

#[test]
fn a_mistake_in_the_keymap_is_told_with_its_place_and_the_right_word() {
    let home = Home::new();
    home.write("config/eksdeck/keys.toml", "[deck]\n\"ctrl-x\" = \"deck.zom\"\n");
    let terminal = deck(Launch::eksdeck(&home).size(200, 40));
    // In the empty pane for as long as it stands.
    terminal.wait("the mistake, its place and the right word", |screen| {
        ["keys.toml:2:12", "`deck.zom`", "did you mean `deck.zoom`?"].iter().all(|words| screen.has(words))
    });
}

#[test]
fn a_keymap_of_ones_own_overrides_single_keys() {
    let home = Home::new();
    home.write("config/eksdeck/keys.toml", "[deck]\n\"ctrl-x\" = \"deck.zoom\"\n\"g z\" = \"\"\n");
    let mut terminal = bare_deck(&home);
    terminal.press("ctrl-x");
    terminal.wait("one pane", |screen| screen.has("1 clusters") && !screen.has("2 namespaces"));
    terminal.press("z");
    terminal.wait_text("2 namespaces");
}

#[test]
fn a_mistake_in_the_configuration_is_told_and_the_rest_of_it_counts() {
    let home = Home::new();
    home.write("config/eksdeck/config.toml", "theme = \"light\"\nkeymp = \"vim\"\n");
    let terminal = deck(Launch::eksdeck(&home).size(200, 40));
    terminal.wait("the mistake, its place and the right word", |screen| {
        ["config.toml:2:1", "`keymp`", "did you mean `keymap`?"].iter().all(|words| screen.has(words))
    });
}

#[test]
fn without_any_kubeconfig_it_says_where_it_looked_and_what_to_do() {
    let home = Home::new();
    let terminal = deck(Launch::eksdeck(&home));
    terminal.wait_text("none of the files in KUBECONFIG exists");
    terminal.wait("what to do", |screen| screen.has("No clusters are known.") && screen.has("eksdeck demo"));
}

/// What a broken context stands for, and a word that its row must say.
const CONTEXTS: [(&str, &str, &str); 4] = [
    ("no-user", "cluster: refused, user: nobody", "nobody"),
    ("no-cluster", "cluster: nothing, user: someone", "nothing"),
    ("no-host", "cluster: unknown, user: someone", "does not resolve"),
    ("no-server", "cluster: refused, user: someone", "refuses"),
];

fn broken_contexts() -> String {
    let contexts = CONTEXTS.map(|(name, refers, _)| format!("- name: {name}\n  context: {{{refers}}}\n")).concat();
    format!(
        "apiVersion: v1\nkind: Config\ncurrent-context: no-server\nclusters:\n\
         - name: unknown\n  cluster: {{server: \"https://no-such-host.invalid:6443\"}}\n\
         - name: refused\n  cluster: {{server: \"https://127.0.0.1:1\"}}\n\
         users:\n- name: someone\n  user: {{token: abc}}\ncontexts:\n{contexts}"
    )
}

#[test]
fn each_broken_context_says_what_is_wrong_on_its_own_row() {
    let home = Home::new();
    let kubeconfig = home.write("kubeconfig", &broken_contexts());
    let mut terminal = deck(Launch::eksdeck(&home).kubeconfig(&kubeconfig).args("--context all").size(220, 50));
    terminal.press("1 z");
    for (name, _, words) in CONTEXTS {
        terminal.wait(&format!("{words:?} below {name}"), |screen| {
            let rows = screen.rows();
            let place = rows.iter().position(|row| row.split_whitespace().any(|word| word == name));
            place.and_then(|place| rows.get(place + 1)).is_some_and(|below| below.contains(words))
        });
    }
}

#[test]
fn a_kubeconfig_that_is_no_yaml_is_told_with_file_and_line() {
    let home = Home::new();
    let kubeconfig = home.write("broken.yaml", "apiVersion: v1\nclusters: [\n");
    let terminal = deck(Launch::eksdeck(&home).kubeconfig(&kubeconfig).size(200, 40));
    terminal.wait_text("broken.yaml");
}

#[test]
fn of_two_kubeconfigs_the_broken_one_does_not_hide_the_other() {
    let home = Home::new();
    let good = home.write("good.yaml", &broken_contexts());
    let bad = home.write("bad.yaml", "{{{");
    let both = format!("{}:{}", bad.display(), good.display());
    let terminal = deck(Launch::eksdeck(&home).env("KUBECONFIG", both).size(200, 40));
    terminal.wait_text("no-server");
    terminal.wait_text("bad.yaml");
}

#[test]
fn an_alias_bomb_is_refused_and_the_screen_lives() {
    let home = Home::new();
    let mut bomb = String::from("a0: &a0 [x,x,x,x,x,x,x,x,x,x]\n");
    for at in 1..12 {
        let before = format!("*a{}", at - 1);
        bomb += &format!("a{at}: &a{at} [{}]\n", [before.as_str(); 10].join(","));
    }
    let kubeconfig = home.write("bomb.yaml", &bomb);
    let mut terminal = deck(Launch::eksdeck(&home).kubeconfig(&kubeconfig).size(200, 40));
    terminal.wait_text("bomb.yaml");
    terminal.press("?");
    terminal.wait_text("esc closes");
}
