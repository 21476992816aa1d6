//! A person's own editor on a text.

use std::io::{Read, Write};
use std::process::{Command, Stdio};

/// Larger texts are not read back.
const BYTES: u64 = 16 << 20;

/// Runs `$VISUAL`, else `$EDITOR`, else vi on `text` and gives what it wrote. Blocks until the editor ends; the terminal
/// must be its own.
///
/// # Errors
/// In words: the editor is not there, ended with a fault, or left no text.
pub fn edit(text: &str) -> Result<String, String> {
    let editor =
        ["VISUAL", "EDITOR"].into_iter().find_map(|name| std::env::var(name).ok().filter(|it| !it.trim().is_empty()));
    let editor = editor.unwrap_or_else(|| "vi".to_owned());
    run(&editor, text)
}

fn run(editor: &str, text: &str) -> Result<String, String> {
    let failed = |error: std::io::Error| format!("no file for {editor}: {error}");
    // Made with mode 0600, and gone when it is dropped.
    let mut file = tempfile::Builder::new().prefix("eksdeck-").suffix(".yaml").tempfile().map_err(failed)?;
    file.write_all(text.as_bytes()).and_then(|()| file.flush()).map_err(failed)?;
    // As git does: the value is a piece of shell, such as `code --wait`.
    let status = Command::new("sh")
        .arg("-c")
        .arg(format!("{editor} \"$@\""))
        .arg("sh")
        .arg(file.path())
        .stdin(terminal())
        .status()
        .map_err(|error| format!("sh cannot be run: {error}"))?;
    match status.code() {
        Some(0) => {}
        Some(127) => return Err(format!("{editor} is not there: set VISUAL or EDITOR")),
        Some(126) => return Err(format!("{editor} cannot be run")),
        Some(code) => return Err(format!("{editor} ended with exit code {code}: the text is as it was")),
        None => return Err(format!("{editor} was killed: the text is as it was")),
    }
    // By its name: many editors write a new file in place of the old one.
    let mut bytes = Vec::new();
    std::fs::File::open(file.path())
        .and_then(|file| file.take(BYTES).read_to_end(&mut bytes))
        .map_err(|error| format!("{editor} left no file: {error}"))?;
    crate::yaml::manifest::read_bytes(&bytes).map_err(|error| format!("what {editor} wrote cannot be read: {error}"))
}

/// The terminal itself: standard input may be a pipe.
fn terminal() -> Stdio {
    std::fs::File::open("/dev/tty").map_or_else(|_| Stdio::inherit(), Stdio::from)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_text_goes_out_and_comes_back() {
        assert_eq!(run("sed -i s/one/two/", "one\n").as_deref(), Ok("two\n"));
        assert!(run("no-such-editor-here", "x").unwrap_err().contains("not there"));
        assert!(run("false", "x").unwrap_err().contains("exit code 1"));
        assert!(run("sh -c 'printf \"a\\377\" > \"$0\"'", "x").unwrap_err().contains("byte 1"));
    }
}
