//! References to container images.

use super::at;

/// Checks `[host[:port]/]path[:tag][@sha256:digest]` by the grammar of distribution/reference, as far as a person gets
/// it wrong.
pub fn check(text: &str) -> Result<(), String> {
    if text.is_empty() {
        return Err("needed".to_owned());
    }
    if let Some((place, char)) = text.chars().enumerate().find(|(_, char)| !is_known(*char)) {
        return Err(format!("not in the name of an image: {}", at(place, char)));
    }
    let (name, digest) = text.split_once('@').map_or((text, None), |(name, digest)| (name, Some(digest)));
    if let Some(digest) = digest {
        let hex = digest.strip_prefix("sha256:").is_some_and(|hex| {
            hex.len() == 64 && hex.chars().all(|char| char.is_ascii_digit() || matches!(char, 'a'..='f'))
        });
        if !hex {
            return Err("after @ comes sha256: and 64 digits from 0 to f".to_owned());
        }
    }
    let (path, tag) = split_tag(name);
    if let Some(tag) = tag {
        let begins = tag.starts_with(|char: char| char.is_ascii_alphanumeric() || char == '_');
        if !begins || tag.len() > 128 {
            return Err("a tag of 1 to 128 letters, digits, dots and dashes after the colon".to_owned());
        }
    }
    // The first part is a host if it looks like one; only there capitals and a port may be.
    let parts: Vec<&str> = path.split('/').collect();
    let has_host = parts.len() > 1 && (parts[0].contains(['.', ':']) || parts[0] == "localhost");
    let mut begin = if has_host { parts[0].len() + 1 } else { 0 };
    for part in parts.iter().skip(usize::from(has_host)) {
        if let Some((place, char)) =
            part.chars().enumerate().find(|(_, char)| char.is_ascii_uppercase() || *char == ':')
        {
            return Err(match char {
                ':' => "a colon stands before the tag alone".to_owned(),
                _ => format!("an image's name is in lower case: not {}", at(begin + place, char)),
            });
        }
        let plain = |char: char| char.is_ascii_alphanumeric();
        if !part.starts_with(plain) || !part.ends_with(plain) {
            return Err("each part of the name begins and ends with a letter or digit".to_owned());
        }
        begin += part.len() + 1;
    }
    Ok(())
}

fn is_known(char: char) -> bool {
    char.is_ascii_alphanumeric() || matches!(char, '.' | '_' | '-' | '/' | ':' | '@')
}

/// The tag is behind the last colon, if no slash comes after it.
fn split_tag(name: &str) -> (&str, Option<&str>) {
    match name.rsplit_once(':') {
        Some((path, tag)) if !tag.contains('/') => (path, Some(tag)),
        _ => (name, None),
    }
}

/// `busybox` of `registry.example:5000/tools/busybox:1.36@sha256:…`.
pub fn base_name(image: &str) -> &str {
    let name = image.split_once('@').map_or(image, |(name, _)| name);
    let path = split_tag(name).0;
    path.rsplit_once('/').map_or(path, |(_, last)| last)
}
