//! Commands as a person may paste them into a shell.

use std::borrow::Cow;

/// A word that a POSIX shell reads as it is.
pub fn quoted(word: &str) -> Cow<'_, str> {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_./:@%+,=".contains(&byte);
    if !word.is_empty() && word.bytes().all(is_plain) {
        return Cow::Borrowed(word);
    }
    Cow::Owned(format!("'{}'", word.replace('\'', r"'\''")))
}

/// A program and its arguments in one line.
pub fn command_line<T: AsRef<str>>(argv: &[T]) -> String {
    argv.iter().map(|word| quoted(word.as_ref())).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shell_reads_each_word_as_it_was() {
        let argv = ["aws", "--profile", "my team", "", "it's", "$HOME", "a=b"];
        assert_eq!(command_line(&argv), r"aws --profile 'my team' '' 'it'\''s' '$HOME' a=b");
    }
}
