//! What a container runs.

/// Program and arguments of a command: a line goes to a shell (`sh -c`), a JSON list of texts is taken as it is.
pub fn argv(text: &str) -> Result<Vec<String>, String> {
    let text = text.trim();
    if !text.starts_with('[') || text.starts_with("[ ") || text.starts_with("[[") {
        return Ok(vec!["sh".to_owned(), "-c".to_owned(), text.to_owned()]);
    }
    match serde_json::from_str::<Vec<String>>(text) {
        Ok(list) if list.is_empty() => Err("the list is empty".to_owned()),
        Ok(list) => Ok(list),
        Err(_) => Err("a list is written [\"program\", \"argument\"]; anything else is a line for sh".to_owned()),
    }
}
