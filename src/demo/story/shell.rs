//! As much of a shell as a small Job's command uses: `echo`, `sleep`, `exit`, `true`, `false`, `date`, and loops over
//! `seq` or words with these in them.

use serde_json::Value;

/// What a command comes to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Run {
    /// Milliseconds; `None` is forever.
    pub runs: Option<i64>,
    pub exit_code: i32,
    /// Offsets in milliseconds, and lines.
    pub lines: Vec<(i64, String)>,
}

/// The run of a container's command; `None` when it has none.
pub fn run(container: &Value) -> Option<Run> {
    let words: Vec<&str> = ["command", "args"]
        .iter()
        .flat_map(|list| container[*list].as_array().into_iter().flatten())
        .filter_map(Value::as_str)
        .collect();
    if words.is_empty() {
        return None;
    }
    let mut shell = Shell { at: 0, lines: Vec::new(), variables: Vec::new(), forever: false };
    let script = match &*words {
        [sh, flags, script, ..] if sh.ends_with("sh") && flags.starts_with('-') && flags.ends_with('c') => {
            (*script).to_owned()
        }
        words => words.join(" "),
    };
    let exit_code = match shell.script(&script) {
        Flow::Exit(code) | Flow::On(code) => code,
    };
    Some(Run { runs: (!shell.forever).then_some(shell.at), exit_code, lines: shell.lines })
}

enum Flow {
    /// The status of the last command.
    On(i32),
    Exit(i32),
}

struct Shell {
    at: i64,
    lines: Vec<(i64, String)>,
    variables: Vec<(String, String)>,
    forever: bool,
}

/// More lines than anybody wants from a small Job.
const MOST_LINES: usize = 100_000;

impl Shell {
    fn script(&mut self, script: &str) -> Flow {
        let mut status = 0;
        let mut rest = script.trim();
        while !rest.is_empty() && !self.forever && self.lines.len() < MOST_LINES {
            let (flow, after) = match rest.split_whitespace().next() {
                Some("for" | "while") => self.repeat(rest),
                _ => {
                    let (statement, after) = statement(rest);
                    (self.chain(statement), after)
                }
            };
            match flow {
                Flow::Exit(code) => return Flow::Exit(code),
                Flow::On(code) => status = code,
            }
            rest = after.trim_start_matches([';', '\n', ' ', '\t']);
        }
        Flow::On(status)
    }

    /// `for NAME in WORDS; do BODY; done` and `while true; do BODY; done`.
    fn repeat<'a>(&mut self, text: &'a str) -> (Flow, &'a str) {
        let Some((head, rest)) = split_word(text, "do") else { return (Flow::On(0), "") };
        let Some((body, after)) = end_of_loop(rest) else { return (Flow::On(0), "") };
        let head = head.trim().trim_end_matches(';');
        let mut words = head.split_whitespace();
        let (values, name) = if words.next() == Some("for") {
            let name = words.next().unwrap_or_default().to_owned();
            let list: Vec<&str> = words.skip(1).collect();
            (self.words_of(&list.join(" ")), name)
        } else {
            ((0..MOST_LINES).map(|_| String::new()).collect(), String::new())
        };
        let endless = name.is_empty();
        let start = self.at;
        for value in values {
            self.variables.retain(|(known, _)| *known != name);
            self.variables.push((name.clone(), value));
            if let Flow::Exit(code) = self.script(body) {
                return (Flow::Exit(code), after);
            }
            if self.lines.len() >= MOST_LINES || self.forever || endless && self.at - start > 24 * 3_600_000 {
                break;
            }
            if endless && self.at == start {
                break;
            }
        }
        self.forever = self.forever || endless;
        (Flow::On(0), after)
    }

    fn words_of(&self, list: &str) -> Vec<String> {
        let inner = list.trim().trim_start_matches("$(").trim_start_matches('`').trim_end_matches([')', '`']);
        if let Some(bounds) = inner.trim().strip_prefix("seq ") {
            let numbers: Vec<i64> = bounds.split_whitespace().filter_map(|word| word.parse().ok()).collect();
            let (from, step, to) = match *numbers {
                [to] => (1, 1, to),
                [from, to] => (from, 1, to),
                [from, step, to] => (from, step.max(1), to),
                _ => return Vec::new(),
            };
            return (from..=to).step_by(step as usize).take(MOST_LINES).map(|number| number.to_string()).collect();
        }
        list.split_whitespace().map(str::to_owned).collect()
    }

    /// Commands joined by `&&` and `||`.
    fn chain(&mut self, statement: &str) -> Flow {
        let mut status = 0;
        for (at, part) in statement.split("&&").enumerate() {
            if at > 0 && status != 0 {
                break;
            }
            let mut alternatives = part.split("||");
            let first = alternatives.next().unwrap_or_default();
            match self.command(first) {
                Flow::Exit(code) => return Flow::Exit(code),
                Flow::On(code) => status = code,
            }
            for other in alternatives {
                if status == 0 {
                    break;
                }
                match self.command(other) {
                    Flow::Exit(code) => return Flow::Exit(code),
                    Flow::On(code) => status = code,
                }
            }
        }
        Flow::On(status)
    }

    fn command(&mut self, command: &str) -> Flow {
        let command = command.trim();
        let (name, rest) = command.split_once(char::is_whitespace).unwrap_or((command, ""));
        let number = || self.expand(rest).trim().parse::<f64>().unwrap_or(0.0);
        match name.rsplit('/').next().unwrap_or_default() {
            "" | "true" | ":" | "set" | "export" | "cd" | "wait" => Flow::On(0),
            "false" => Flow::On(1),
            "exit" => Flow::Exit(number() as i32),
            "sleep" if matches!(rest.trim(), "infinity" | "inf") => {
                self.forever = true;
                Flow::On(0)
            }
            "sleep" => {
                let text = self.expand(rest);
                let text = text.trim();
                let unit = match text.chars().last() {
                    Some('m') => 60.0,
                    Some('h') => 3600.0,
                    Some('d') => 86_400.0,
                    _ => 1.0,
                };
                let seconds: f64 = text.trim_end_matches(char::is_alphabetic).parse().unwrap_or(0.0);
                self.at += (seconds * unit * 1000.0) as i64;
                Flow::On(0)
            }
            "echo" | "printf" => {
                let text = self.expand(rest.trim().trim_start_matches("-e ").trim_end_matches(">&2").trim());
                let text =
                    text.replace("\\n", "\n").replace("\\t", "\t").replace("\\033", "\u{1b}").replace("\\e", "\u{1b}");
                for line in text.strip_suffix('\n').unwrap_or(&text).split('\n') {
                    self.lines.push((self.at, line.to_owned()));
                }
                Flow::On(0)
            }
            "date" => {
                self.lines.push((self.at, "Thu Jan  1 00:00:00 UTC 1970".into()));
                Flow::On(0)
            }
            "tail" if rest.contains("/dev/null") => {
                self.forever = true;
                Flow::On(0)
            }
            other => {
                self.lines.push((self.at, format!("sh: {other}: not found")));
                Flow::On(127)
            }
        }
    }

    /// Takes quotes off and puts variables in.
    fn expand(&self, text: &str) -> String {
        let mut out = String::with_capacity(text.len());
        let mut quote = None;
        for character in text.chars() {
            match (quote, character) {
                (None, '"' | '\'') => quote = Some(character),
                (Some(open), _) if open == character => quote = None,
                _ => out.push(character),
            }
        }
        for (name, value) in self.variables.iter().filter(|(name, _)| !name.is_empty()) {
            out = out.replace(&format!("${{{name}}}"), value).replace(&format!("${name}"), value);
        }
        out
    }
}

/// The first statement and what comes after it; quotes hide separators.
fn statement(text: &str) -> (&str, &str) {
    let mut quote = None;
    for (at, character) in text.char_indices() {
        match (quote, character) {
            (None, '"' | '\'') => quote = Some(character),
            (Some(open), _) if open == character => quote = None,
            (None, ';' | '\n') => return (&text[..at], &text[at + 1..]),
            _ => {}
        }
    }
    (text, "")
}

/// Splits at a word that stands alone.
fn split_word<'a>(text: &'a str, word: &str) -> Option<(&'a str, &'a str)> {
    text.match_indices(word)
        .find(|(at, _)| {
            let separates = |character: Option<char>| character.is_none_or(|c| c.is_whitespace() || c == ';');
            separates(text[..*at].chars().last()) && separates(text[at + word.len()..].chars().next())
        })
        .map(|(at, _)| (&text[..at], &text[at + word.len()..]))
}

/// The body of a loop whose `do` was read, and what comes after its `done`.
fn end_of_loop(text: &str) -> Option<(&str, &str)> {
    let mut depth = 1;
    let mut from = 0;
    loop {
        let (before, after) = split_word(&text[from..], "done")?;
        depth += before.split([' ', '\n', ';']).filter(|word| *word == "do").count();
        depth -= 1;
        let end = from + before.len();
        if depth == 0 {
            return Some((&text[..end], after));
        }
        from = end + "done".len();
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{Run, run};

    fn sh(script: &str) -> Run {
        run(&json!({"command": ["sh", "-c", script]})).unwrap()
    }

    #[test]
    fn small_scripts_are_understood() {
        let made = sh("echo \"a; b\"; sleep 1.5 && echo 'c'\nexit 3; echo never");
        assert_eq!(made, Run { runs: Some(1500), exit_code: 3, lines: vec![(0, "a; b".into()), (1500, "c".into())] });
        let made = sh("for i in $(seq 1 3); do echo line $i; sleep 1; done; false");
        assert_eq!((made.runs, made.exit_code, made.lines.len()), (Some(3000), 1, 3));
        assert_eq!(made.lines[2], (2000, "line 3".into()));
        assert_eq!(sh("sleep infinity").runs, None);
        let endless = sh("i=0; while true; do echo x; sleep 60; done");
        assert_eq!(endless.runs, None);
        assert!(endless.lines.len() > 1000);
        assert_eq!(sh("false || echo rescued").lines, [(0, "rescued".into())]);
        assert_eq!(sh("curl http://x").exit_code, 127);
        assert_eq!(run(&json!({"name": "c"})), None);
        assert_eq!(run(&json!({"args": ["echo", "hi"]})).unwrap().lines, [(0, "hi".into())]);
    }
}
