//! Field paths as the API server writes them in its messages.

/// One step of a path.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Step {
    Key(Box<str>),
    Index(usize),
    /// An element of a list by fields of its own, as server-side apply names it: `[name="main"]`.
    Element(Vec<(Box<str>, Box<str>)>),
}

/// `spec.template.spec.containers[0].image`, `metadata.labels[app.kubernetes.io/name]`,
/// `.spec.containers[name="main"].image`; what cannot be read is taken as a key.
pub fn field_path(text: &str) -> Vec<Step> {
    let mut steps = Vec::new();
    let mut rest = text.trim();
    while !rest.is_empty() {
        if let Some(inner) = rest.strip_prefix('[') {
            let end = closing(inner);
            steps.push(bracket(&inner[..end]));
            rest = inner[end..].strip_prefix(']').unwrap_or(&inner[end..]);
        } else {
            rest = rest.strip_prefix('.').unwrap_or(rest);
            let end = rest.find(['.', '[']).unwrap_or(rest.len());
            if end > 0 {
                steps.push(Step::Key(rest[..end].into()));
            }
            rest = &rest[end..];
            // Two dots, or a dot at the end: nothing stands between.
            if rest == "." {
                break;
            }
        }
    }
    steps
}

/// Where the bracket ends: quotes may hold a `]`.
fn closing(inner: &str) -> usize {
    let mut quoted = false;
    for (at, char) in inner.char_indices() {
        match char {
            '"' => quoted = !quoted,
            ']' if !quoted => return at,
            _ => {}
        }
    }
    inner.len()
}

fn bracket(inner: &str) -> Step {
    if let Ok(index) = inner.parse() {
        return Step::Index(index);
    }
    let unquote = |text: &str| text.trim().trim_matches('"').into();
    if let Some((first, _)) = inner.split_once('=')
        && !first.contains(['/', '"'])
    {
        let pairs = inner.split(',').filter_map(|pair| pair.split_once('='));
        return Step::Element(pairs.map(|(key, value)| (unquote(key), unquote(value))).collect());
    }
    Step::Key(unquote(inner))
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    fn key(name: &str) -> Step {
        Step::Key(name.into())
    }

    #[rstest]
    #[case("spec.containers[0].image", vec![key("spec"), key("containers"), Step::Index(0), key("image")])]
    #[case("metadata.labels[app.kubernetes.io/name]", vec![key("metadata"), key("labels"), key("app.kubernetes.io/name")])]
    #[case(".spec.x[name=\"a]b\"]", vec![key("spec"), key("x"), Step::Element(vec![("name".into(), "a]b".into())])])]
    #[case("data[a=b", vec![key("data"), Step::Element(vec![("a".into(), "b".into())])])]
    #[case("..", vec![])]
    #[case("", vec![])]
    fn reads_paths(#[case] text: &str, #[case] wanted: Vec<Step>) {
        assert_eq!(field_path(text), wanted);
    }
}
